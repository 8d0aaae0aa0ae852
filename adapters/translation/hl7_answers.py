"""The answers to an HL7 message: which acknowledgments are due, and with which code.

Original mode (MSH-15 and MSH-16 empty): one application acknowledgment. Enhanced mode: a commit acknowledgment where
MSH-15 asks for it, and an application acknowledgment, as a message of its own, where MSH-16 does.
Source: HL7 v2.9.1, sections 2.8.2 and 2.8.3; table 0155.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from adapters.formats.hl7 import problems
from adapters.formats.hl7.message import Hl7Message
from adapters.hl7_settings import Hl7Settings
from adapters.mappings.hl7.registry import is_answer
from adapters.translation.hl7_render import AnswerKind, Code, Hl7Answer, ToldError
from canonical.problem import Problem, Severity

_ORDER_ANSWERS: Final[dict[str, tuple[AnswerKind, str]]] = {
    "OMS": ("ORS", "O06"), "OMN": ("ORN", "O08"), "ORM": ("ORR", "O02"),
}  # fmt: skip
_MOST_ROWS: Final = 2_000
"""Entries or orders that one answer repeats."""
_SEVERITIES: Final = {Severity.ERROR: "E", Severity.WARNING: "W", Severity.INFO: "I"}


@dataclass(frozen=True, slots=True)
class Due:
    """What a message is answered."""

    reply: Hl7Answer | None
    """On the line that it came by."""
    later: Hl7Answer | None
    """As a message of its own, in enhanced mode."""
    application: Hl7Answer | None
    """The verdict on its content, where it came in a file."""


def answers_to(
    message: Hl7Message, settings: Hl7Settings, found: Sequence[Problem], *, accepted: bool, file: bool = False
) -> Due:
    """The answers that are due to a message; none to one that is an answer itself.

    ``file``: nobody waits on a line. Then there is the verdict on the content alone.
    """
    if is_answer(message):
        return Due(None, None, None)
    verdict = _Verdict(message, settings, found, accepted)
    code = _application_code(verdict)

    def application() -> Hl7Answer:
        return _answer(verdict, code, full=True)

    if file:
        return Due(None, None, application())
    wanted, later = (message.header.value(field).strip().upper() for field in (15, 16))
    mode = settings.ack_mode
    if mode == "original" or (mode != "enhanced" and not wanted and not later):
        return Due(application(), None, None)
    if mode == "enhanced":
        wanted = wanted or "AL"
    commit = _commit_code(verdict, heard=_due(later, ok=False))
    application_due = _due(later, ok=code == "AA")
    if _due(wanted, ok=commit == "CA"):
        later_answer = application().model_copy(update={"alone": True}) if application_due else None
        return Due(_answer(verdict, commit, full=False), later_answer, None)
    if application_due:
        # Nobody listens for it elsewhere where no commit acknowledgment comes back on the line.
        return Due(application(), None, None)
    silent = mode == "strict" or wanted not in ("NE", "") or later not in ("NE", "")
    # A sender that asks for nothing at all waits for an answer all the same, more often than not.
    return Due(None if silent else application(), None, None)


@dataclass(frozen=True, slots=True)
class _Verdict:
    message: Hl7Message
    settings: Hl7Settings
    problems: Sequence[Problem]
    accepted: bool

    @property
    def codes(self) -> set[str]:
        """Codes of the errors."""
        return {problem.code for problem in self.problems if problem.severity is Severity.ERROR}

    @property
    def content(self) -> bool:
        """Whether it was refused for what it says alone."""
        return not self.accepted and not self.codes & problems.NOT_CONTENT and not self.codes & _UNREADABLE


_UNREADABLE: Final = frozenset(
    kind.code
    for kind in (
        problems.BAD_DELIMITERS, problems.HEADER_INCOMPLETE, problems.TOO_LARGE, problems.TOO_MANY_PARTS,
        problems.CUT_OFF, problems.FRAGMENT, problems.NEVER_READ,
    )
)  # fmt: skip


def _application_code(verdict: _Verdict) -> Code:
    if verdict.accepted or (verdict.content and verdict.settings.content_errors == "accept"):
        return "AA"
    return "AR" if verdict.codes & problems.NOT_CONTENT else "AE"


def _commit_code(verdict: _Verdict, *, heard: bool) -> Code:
    """CA means that the message is safe, whatever it says; an error in it is told here where nothing else would."""
    if verdict.accepted or (verdict.content and (heard or verdict.settings.content_errors == "accept")):
        return "CA"
    return "CR" if verdict.codes & problems.NEVER_COMMITTED else "CE"


def _due(condition: str, *, ok: bool) -> bool:
    """Whether an acknowledgment is asked for (table 0155); what is not known means always."""
    match condition:
        case "" | "NE":
            return False
        case "ER":
            return not ok
        case "SU":
            return ok
        case _:
            return True


def _answer(verdict: _Verdict, code: Code, *, full: bool) -> Hl7Answer:
    message, settings = verdict.message, verdict.settings
    header = message.header
    positive = code in ("AA", "CA")
    told = [] if positive and not settings.tell_warnings else [each for each in verdict.problems if _told(each)]
    errors = [each for each in told if each.severity is Severity.ERROR or settings.tell_warnings]
    if positive:
        errors = [each for each in errors if each.severity is not Severity.ERROR]
    answer = Hl7Answer(
        code=code,
        parties=(header[5], header[6], header[3], header[4]),
        event=header.value(9, 2).strip(),
        control_id=header[10],
        processing=header[11],
        version=header[12],
        charset=header[18],
        separators=message.encoding.field + message.encoding.characters,
        codec=message.encoding.codec,
        text="" if positive or not errors else errors[0].message,
        errors=tuple(_error(each, message) for each in errors),
    )
    shape = _shape(message, settings, positive=positive) if full else {}
    return answer.model_copy(update=shape) if shape else answer


def _told(problem: Problem) -> bool:
    return problem.severity is not Severity.INFO


def _error(problem: Problem, message: Hl7Message) -> ToldError:
    """A problem without any value of the message."""
    occurrence = 1
    if problem.segment_index is not None:
        before = message.segments[: problem.segment_index]
        occurrence = sum(segment.tag == problem.segment for segment in before)
    return ToldError(
        condition=problems.ERROR_CODES.get(problem.code, "207"),
        severity=_SEVERITIES[problem.severity],
        code=problem.code,
        text=problem.message,
        segment=problem.segment or "",
        occurrence=occurrence,
        field=problem.element,
        component=problem.component,
    )


def _shape(message: Hl7Message, settings: Hl7Settings, *, positive: bool) -> dict[str, object]:
    """What a full answer has beyond MSA: a master file message asks for it in MFI-6, an order where settings say so."""
    kind = message.header.value(9).strip().upper()
    if kind == "MFN":
        file = message.first("MFI")
        if file is None or not _due(file.value(6).strip().upper(), ok=positive):
            return {}
        entries = [tuple(entry[field] for field in range(1, 6)) for entry in message.all("MFE")]
        return {"kind": "MFK", "master": file.text, "entries": tuple(entries[:_MOST_ROWS])}
    if settings.order_replies and kind in _ORDER_ANSWERS and message.first("RQD") is not None:
        name, event = _ORDER_ANSWERS[kind]
        return {"kind": name, "event": event, "orders": tuple(_orders(message)[:_MOST_ROWS])}
    return {}


def _orders(message: Hl7Message) -> list[tuple[str, str, str]]:
    placer = filler = ""
    found = []
    for segment in message.segments:
        if segment.tag == "ORC":
            placer, filler = segment[2], segment[3]
        elif segment.tag == "RQD":
            found.append((placer, filler, segment.text))
    return found
