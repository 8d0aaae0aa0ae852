"""The answers to an HL7 message: which acknowledgments are due, with which code, and how they are rendered.

Original mode (MSH-15 and MSH-16 empty): one application acknowledgment. Enhanced mode: a commit acknowledgment where
MSH-15 asks for it, and an application acknowledgment, as a message of its own, where MSH-16 does.
Source: HL7 v2.9.1, sections 2.8.2 and 2.8.3; table 0155.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

from pydantic import BaseModel, ConfigDict

from adapters.formats.hl7 import problems
from adapters.formats.hl7.acknowledge import (
    ErrorToTell,
    answer_type,
    error_rows,
    header_row,
    master_rows,
    order_rows,
    result_row,
)
from adapters.formats.hl7.encoding import Encoding
from adapters.formats.hl7.message import Hl7Message
from adapters.formats.hl7.write import Row, write_batch, write_message
from adapters.hl7_settings import Hl7Settings
from adapters.mappings.hl7.registry import is_answer
from canonical.problem import Problem, Severity

AnswerKind = Literal["ACK", "MFK", "ORS", "ORN", "ORR"]
Code = Literal["AA", "AE", "AR", "CA", "CE", "CR"]
NextNumber = Callable[[str], int]

_ORDER_ANSWERS: Final[dict[str, tuple[AnswerKind, str]]] = {
    "OMS": ("ORS", "O06"), "OMN": ("ORN", "O08"), "ORM": ("ORR", "O02"),
}  # fmt: skip
_MOST_ROWS: Final = 2_000
"""Entries or orders that one answer repeats."""
_SEVERITIES: Final = {Severity.ERROR: "E", Severity.WARNING: "W", Severity.INFO: "I"}


class ToldError(BaseModel):
    """One problem in an answer."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    condition: str
    severity: str
    code: str
    text: str
    segment: str = ""
    occurrence: int = 1
    field: int | None = None
    component: int | None = None


class Hl7Answer(BaseModel):
    """One acknowledgment to send: everything that rendering needs but its own control id and the time."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    standard: Literal["HL7"] = "HL7"
    kind: AnswerKind = "ACK"
    code: Code
    parties: tuple[str, str, str, str]
    """MSH-3 to MSH-6 as they are written: those of the sender, turned around, not escaped again."""
    event: str
    control_id: str
    """MSH-10 as it was sent."""
    processing: str
    version: str
    charset: str
    separators: str
    """The field separator and MSH-2."""
    codec: str
    text: str = ""
    errors: tuple[ToldError, ...] = ()
    master: str = ""
    """MFI as it was sent."""
    entries: tuple[tuple[str, ...], ...] = ()
    """Fields 1 to 5 of each MFE."""
    orders: tuple[tuple[str, str, str], ...] = ()
    """ORC-2, ORC-3 and the RQD of each order."""
    members: tuple["Hl7Answer", ...] = ()
    """The answers to the messages of a batch, which this one answers as a whole."""

    @property
    def positive(self) -> bool:
        """Whether it says that the message was taken."""
        return self.code in ("AA", "CA")


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
        return Due(_answer(verdict, commit, full=False), application() if application_due else None, None)
    if application_due:
        # Nobody listens for it elsewhere where no commit acknowledgment comes back on the line.
        return Due(application(), None, None)
    silent = mode == "strict" or wanted not in ("NE", "") or later not in ("NE", "")
    # A sender that asks for nothing at all waits for an answer all the same, more often than not.
    return Due(None if silent else application(), None, None)


def batch_answer(header: Hl7Message, members: Sequence[Hl7Answer]) -> Hl7Answer:
    """The answer to a batch: those to its messages, in one. ``header`` is BHS, read as a message."""
    segment = header.header
    return Hl7Answer(
        code="AA" if all(each.positive for each in members) else "AE",
        parties=(segment[5], segment[6], segment[3], segment[4]),
        event="",
        control_id=segment[11],
        processing="",
        version="",
        charset="",
        separators=header.encoding.field + header.encoding.characters,
        codec=header.encoding.codec,
        members=tuple(members),
    )


def render_hl7(answer: Hl7Answer, next_number: NextNumber, written_at: datetime) -> tuple[bytes, str]:
    """An answer as bytes in the sender's own separators and characters, and its own control id."""
    marks = answer.separators
    encoding = Encoding(marks[0], marks[1], marks[2], marks[3], marks[4], marks[5:6], answer.codec)
    us, them = "|".join(answer.parties[:2]), "|".join(answer.parties[2:])
    number = str(next_number(f"HL7 {us}>{them}"))
    if answer.members:
        bodies = [render_hl7(each, next_number, written_at)[0] for each in answer.members]
        at = written_at.strftime("%Y%m%d%H%M%S%z")
        header = [*answer.parties, at, "", "", "", number, answer.control_id]
        return write_batch(bodies, encoding, header), number
    return write_message(_rows(answer, encoding, number, written_at), encoding), number


def _rows(answer: Hl7Answer, encoding: Encoding, number: str, written_at: datetime) -> list[Row]:
    structure = {"MFK": "MFK_M01", "ACK": "ACK"}.get(answer.kind, f"{answer.kind}_{answer.event}")
    type = answer_type(answer.kind, answer.event, answer.version, encoding, structure)
    rows = [
        header_row(
            parties=answer.parties, type=type, control_id=number, processing=answer.processing,
            version=answer.version, charset=answer.charset, at=written_at,
        ),
        result_row(answer.code, answer.control_id, answer.text, answer.version, encoding),
    ]  # fmt: skip
    errors = [
        ErrorToTell(
            each.condition, each.severity, each.code, each.text, each.segment, each.occurrence, each.field,
            component=each.component,
        )
        for each in answer.errors
    ]  # fmt: skip
    rows.extend(error_rows(errors, answer.version, encoding))
    if answer.kind == "MFK":
        rows.extend(master_rows(answer.master, answer.entries, answer.positive, written_at))
    elif answer.orders:
        rows.extend(order_rows(answer.orders, answer.positive))
    return rows


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
        problems.CUT_OFF, problems.FRAGMENT,
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
    return "CR" if verdict.codes & problems.TYPE_REFUSED else "CE"


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
