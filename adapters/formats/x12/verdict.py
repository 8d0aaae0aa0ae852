"""Verdicts for acknowledgments: what the problems of a transaction set mean for its 997 or 999.

Source: X12 997, segments AK2 to AK5 and AK9; the roll-up of AK901 follows section 4 of the standard's
purpose: all accepted A, accepted with errors E, some rejected P, all rejected R.
"""

from collections.abc import Iterable, Sequence

from adapters.formats.x12.problems import ACK_CODES
from adapters.formats.x12.tree import Segment
from canonical.functional_acknowledgment import (
    Context,
    ContextIdentifier,
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

LONGEST_CONTEXT = 35
"""The value in CTX01."""
LONGEST_LOOP_ID = 6
"""Element 447, by which LS names a loop; AK303 repeats it."""

Bound = tuple[int, int, str]
"""What LS and LE stand around: the positions of both, and LS01."""

STATUS_CODES: dict[SetStatus, str] = {"accepted": "A", "acceptedWithErrors": "E", "rejected": "R"}


def ack_code(problem: Problem) -> tuple[str, str] | None:
    """The element of the acknowledgment and its code, as ``("AK403", "6")``; None where it does not tell.

    The elements of a 999 are named as those of a 997: AK304 for IK304.
    """
    text = problem.ack or ACK_CODES.get(problem.code)
    if not text:
        return None
    element, _, code = text.partition("=")
    return "A" + element[1:] if element.startswith("IK") else element, code


def bounds_of(segments: Sequence[Segment]) -> list[Bound]:
    """The loops of a transaction set that LS and LE bound, the inner ones first; one without LE ends with the set."""
    found: list[Bound] = []
    opened: list[tuple[int, str]] = []
    for segment in segments:
        if segment.elements[0] == "LS":
            opened.append((segment.index, segment[1].strip()))
        elif segment.elements[0] == "LE" and opened:
            begin, name = opened.pop()
            found.append((begin, segment.index, name))
    return found + [(begin, len(segments), name) for begin, name in reversed(opened)]


def bounded_loop(bounds: Sequence[Bound], index: int, tag: str) -> str | None:
    """What AK303 says of the segment at this position: LS01 of the innermost bounded loop; None outside of all.

    A segment that is missing at the loop's end has the position of LE and is inside.
    """
    name = next((name for begin, end, name in bounds if begin < index < end + (tag != "LE")), "")
    return name if name.isalnum() and len(name) <= LONGEST_LOOP_ID else None


def acknowledge_set(
    message_type: str,
    control_number: str,
    implementation: str | None,
    problems: Sequence[Problem],
    *,
    accepted: bool,
    bounds: Sequence[Bound] = (),
    about: ContextIdentifier | None = None,
) -> SetAcknowledgment:
    """The verdict on one transaction set; problems that the sender need not hear of are left out.

    ``bounds`` are its loops between LS and LE, ``about`` names its business document. A set that is rejected for
    another one's fault gets no code: no list has one for that, and none of its segments is in error.
    """
    if accepted and not problems:
        # Nearly every set: nothing to sort out.
        return SetAcknowledgment(
            message_type=message_type,
            control_number=control_number,
            implementation=implementation,
            status="accepted",
            status_code="A",
            codes=(),
            segments=(),
        )
    told = [problem for problem in problems if problem.severity is not Severity.INFO and ack_code(problem)]
    segments = _segments(told, bounds, (Context(identifiers=(about,)),) if about else ())
    codes = [code for element, code in map(_known, told) if element == "AK502"]
    if segments:
        codes.append("5")
    status: SetStatus = "rejected" if not accepted else "acceptedWithErrors" if told else "accepted"
    if status == "rejected" and not codes and any(problem.severity is Severity.ERROR for problem in problems):
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


def _segments(
    problems: Iterable[Problem], bounds: Sequence[Bound], contexts: tuple[Context, ...]
) -> tuple[SegmentError, ...]:
    """AK3 with its AK4, one for each segment in trouble, in the order of the set."""
    places: dict[tuple[int, str], tuple[list[str], list[ElementError]]] = {}
    for problem in problems:
        element, code = _known(problem)
        if element not in ("AK304", "AK403") or problem.segment is None or problem.segment_index is None:
            continue
        codes, errors = places.setdefault((problem.segment_index, problem.segment), ([], []))
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
        SegmentError(
            segment=tag,
            position=index,
            loop=bounded_loop(bounds, index, tag),
            codes=tuple(sorted(dict.fromkeys(codes), key=lambda code: code == "8")),
            contexts=contexts,
            elements=tuple(errors),
        )
        for (index, tag), (codes, errors) in sorted(places.items())
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
        sets=tuple(
            entry
            for entry in sets
            # What has no name cannot be named: such a set is told by the counts alone.
            if entry.message_type and entry.control_number and (detail or entry.status != "accepted")
        ),
    )
