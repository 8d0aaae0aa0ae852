"""Shows how the acknowledgment tells one problem: the segments of a 997, or the TA1."""

from canonical.problem import Problem, Severity

_LONGEST_COPY = 99
"""Characters of AK404, the copy of the bad value."""

Told = tuple[str, str] | None
"""The acknowledgment's name and its segments; None when the sender is not told."""


def answer(problem: Problem, *, rejected: bool) -> Told:
    """The acknowledgment's name and its segments for this problem; nothing when the sender is not told.

    ``rejected``: whether the transaction set or envelope is rejected for whatever reason. What only the finished
    acknowledgment knows (counts, dates) stands as ``…``.
    """
    if problem.ack is None or problem.severity is Severity.INFO:
        return None
    place, _, code = problem.ack.partition("=")
    verdict = "R" if rejected else "E"
    match place:
        case "AK403":
            return "997", f"{_segment(problem, '8')} {_element(problem, code)}"
        case "AK304":
            return "997", _segment(problem, code)
        case "AK502":
            return "997", f"AK5*{verdict}*{code}~"
        case "AK905":
            return "997", f"AK9*{verdict}*…*{code}~"
        case "TA105":
            return "TA1", f"TA1*{problem.interchange or '…'}*…*{verdict}*{code}~"
        case _:
            return None


def _segment(problem: Problem, code: str) -> str:
    return f"AK3*{problem.segment or ''}*{problem.segment_index or ''}**{code}~"


def _element(problem: Problem, code: str) -> str:
    where = ":".join(str(part) for part in (problem.element, problem.component) if part is not None)
    parts = ["AK4", where, problem.element_number or "", code, (problem.found or "")[:_LONGEST_COPY]]
    return "*".join(parts).rstrip("*") + "~"
