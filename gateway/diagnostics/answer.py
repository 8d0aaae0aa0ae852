"""Shows how the acknowledgment tells one problem: the segments of a 997 or 999, the TA1, or those of an HL7 ACK.

They are written by what writes the acknowledgment itself, with the usual separators in place of the sender's.
"""

from adapters.formats.hl7.acknowledge import ErrorToTell, error_rows
from adapters.formats.hl7.encoding import STANDARD
from adapters.formats.hl7.problems import NOT_CONTENT
from adapters.formats.x12.ack_codes import FunctionalKind, Speech
from adapters.formats.x12.acknowledge import segment_rows
from adapters.formats.x12.tree import Delimiters
from adapters.formats.x12.verdict import STATUS_CODES, acknowledge_set
from canonical.problem import Problem, Severity

_MARKS = Delimiters(element="*", component=":", segment="~")

Told = tuple[str, str] | None
"""The acknowledgment's name and its segments; None when the sender is not told."""


def answer(problem: Problem, *, rejected: bool, mixed: bool = False) -> Told:
    """The acknowledgment's name and its segments for this problem; nothing when the sender is not told.

    ``rejected``: whether the transaction set or envelope is rejected for whatever reason; ``mixed``: whether some set
    of the group is. What only the finished acknowledgment knows (counts, dates, other verdicts) stands as ``…``.
    """
    if problem.ack is None or problem.severity is Severity.INFO:
        return None
    place, _, code = problem.ack.partition("=")
    verdict = STATUS_CODES["rejected" if rejected else "acceptedWithErrors"]
    kind: FunctionalKind = "999" if place.startswith("IK") else "997"
    match place:
        case "AK403" | "AK304" | "IK403" | "IK304":
            told = _segments(problem, kind)
            return (kind, told) if told else None
        case "AK502" | "IK502":
            return kind, f"{place[:3]}*{verdict}*{code}~"
        case "AK905":
            return kind, f"AK9*{'…' if mixed and not rejected else verdict}*…*{code}~"
        case "ERR-3":
            return "ACK", _hl7_error(problem, code, rejected=rejected)
        case "TA105":
            return "TA1", f"TA1*{problem.interchange or '…'}*…*{verdict}*{code}~"
        case _:
            return None


def _segments(problem: Problem, kind: FunctionalKind) -> str:
    entry = acknowledge_set("", "", None, [problem], accepted=True)
    rows = segment_rows(entry, Speech(kind, "005010"), _MARKS)
    return " ".join("*".join(row).rstrip("*") + "~" for row in rows)


def _hl7_error(problem: Problem, condition: str, *, rejected: bool) -> str:
    """MSA and ERR as version 2.5 has them; warnings are told only to who wants them."""
    refused = "AR" if problem.code in NOT_CONTENT else "AE"
    error = ErrorToTell(
        condition, "E" if problem.severity is Severity.ERROR else "W", problem.code, problem.message,
        problem.segment or "", field=problem.element, component=problem.component,
    )  # fmt: skip
    rows = error_rows([error], "2.5", STANDARD)
    return " ".join([f"MSA|{refused if rejected else 'AA'}|…", *("|".join(row) for row in rows)])
