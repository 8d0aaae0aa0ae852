"""An answer to an HL7 message as a value that can be kept, and as bytes."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict

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

AnswerKind = Literal["ACK", "MFK", "ORS", "ORN", "ORR"]
Code = Literal["AA", "AE", "AR", "CA", "CE", "CR"]
NextNumber = Callable[[str], int]
"""Gives the next control id of a scope, never one twice."""


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
    alone: bool = False
    """A message of its own, which asks for a commit acknowledgment in turn; else it goes back on the sender's line."""
    members: tuple["Hl7Answer", ...] = ()
    """The answers to the messages of a batch, which this one answers as a whole."""

    @property
    def positive(self) -> bool:
        """Whether it says that the message was taken."""
        return self.code in ("AA", "CA")


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
            version=answer.version, charset=answer.charset, at=written_at, asks=answer.alone,
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
