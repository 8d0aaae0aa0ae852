"""Verdicts for acknowledgments: what the problems of a transaction set mean for its 997.

Source: X12 997, segments AK2 to AK5 and AK9; the roll-up of AK901 follows section 4 of the standard's
purpose: all accepted A, accepted with errors E, some rejected P, all rejected R.
"""

from collections.abc import Iterable, Sequence

from adapters.formats.x12.problems import ACK_CODES
from canonical.functional_acknowledgment import (
    ElementError,
    FunctionalAcknowledgment,
    SegmentError,
    SetAcknowledgment,
    SetStatus,
)
from canonical.problem import Problem, Severity

MOST_CODES = 5
"""AK5 and AK9 have room for five codes."""
MOST_ELEMENT_ERRORS = 99
"""AK4 after one AK3."""
LONGEST_COPY = 99
"""AK404."""

STATUS_CODES: dict[SetStatus, str] = {"accepted": "A", "acceptedWithErrors": "E", "rejected": "R"}


def ack_code(problem: Problem) -> tuple[str, str] | None:
    """The element of the acknowledgment and its code, as ``("AK403", "6")``; None where it does not tell."""
    text = problem.ack or ACK_CODES.get(problem.code)
    if not text:
        return None
    element, _, code = text.partition("=")
    return element, code


def acknowledge_set(
    message_type: str, control_number: str, implementation: str | None, problems: Sequence[Problem], *, accepted: bool
) -> SetAcknowledgment:
    """The verdict on one transaction set; problems that the sender need not hear of are left out."""
    told = [problem for problem in problems if problem.severity is not Severity.INFO and ack_code(problem)]
    segments = _segments(told)
    codes = [code for element, code in map(_known, told) if element == "AK502"]
    if segments:
        codes.append("5")
    status: SetStatus = "rejected" if not accepted else "acceptedWithErrors" if told else "accepted"
    if status == "rejected" and not codes:
        codes.append("5")
    return SetAcknowledgment(
        message_type=message_type,
        control_number=control_number,
        implementation=implementation,
        status=status,
        status_code=STATUS_CODES[status],
        codes=tuple(dict.fromkeys(codes))[:MOST_CODES],
        segments=segments,
    )


def _known(problem: Problem) -> tuple[str, str]:
    found = ack_code(problem)
    assert found is not None  # noqa: S101 - only problems with a code are asked
    return found


def _segments(problems: Iterable[Problem]) -> tuple[SegmentError, ...]:
    """AK3 with its AK4, one for each segment in trouble, in the order of the set."""
    places: dict[tuple[int, str], tuple[list[str], list[ElementError], str | None]] = {}
    for problem in problems:
        element, code = _known(problem)
        if element not in ("AK304", "AK403") or problem.segment is None or problem.segment_index is None:
            continue
        codes, errors, _ = places.setdefault((problem.segment_index, problem.segment), ([], [], None))
        if element == "AK304":
            codes.append(code)
        elif problem.element is not None and len(errors) < MOST_ELEMENT_ERRORS:
            errors.append(
                ElementError(
                    element=problem.element,
                    component=problem.component,
                    repetition=problem.repetition,
                    element_number=problem.element_number,
                    code=code,
                    value=problem.found[:LONGEST_COPY] if problem.found else None,
                )
            )
            if "8" not in codes:
                codes.append("8")
    return tuple(
        SegmentError(segment=tag, position=index, loop=loop, codes=tuple(dict.fromkeys(codes)), elements=tuple(errors))
        for (index, tag), (codes, errors, loop) in sorted(places.items())
    )


def acknowledge_group(
    *,
    functional_id: str,
    control_number: str,
    release: str,
    claimed: int | None,
    sets: Sequence[SetAcknowledgment],
    problems: Sequence[Problem],
    rejected: bool,
    detail: bool,
) -> FunctionalAcknowledgment:
    """The verdict on one group; ``rejected`` says that the group itself cannot be trusted.

    With ``detail`` false the accepted sets are left out (AK2 is optional for them).
    """
    codes = [code for element, code in map(_known, filter(ack_code, problems)) if element == "AK905"]
    good = 0 if rejected else sum(entry.status != "rejected" for entry in sets)
    noted = bool(codes) or any(entry.status == "acceptedWithErrors" for entry in sets)
    status: SetStatus
    if rejected or not good:
        status, status_code = "rejected", "R"
    elif good < len(sets):
        status, status_code = "partiallyAccepted", "P"
    else:
        status, status_code = ("acceptedWithErrors", "E") if noted else ("accepted", "A")
    return FunctionalAcknowledgment(
        number=control_number,
        functional_id=functional_id,
        release=release or None,
        status=status,
        status_code=status_code,
        codes=tuple(dict.fromkeys(codes))[:MOST_CODES],
        claimed=claimed,
        received=len(sets),
        accepted=good,
        sets=tuple(entry for entry in sets if detail or entry.status != "accepted"),
    )
