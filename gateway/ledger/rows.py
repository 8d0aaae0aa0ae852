"""Between the ledger's columns and its values: times, attributes, rows."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Column, Row

from adapters.contracts import Sender
from gateway.ledger.records import (
    DeliveryRow,
    DeliveryState,
    ExceptionRow,
    InterchangeRow,
    ProblemRow,
)
from gateway.ledger.schema import deliveries, exceptions, interchanges, problems

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)

DELIVERY: Sequence[Column[Any]] = (
    deliveries.c.id, deliveries.c.channel, deliveries.c.name, deliveries.c.origin, deliveries.c.sha256,
    deliveries.c.size, deliveries.c.received_at, deliveries.c.state, deliveries.c.partner, deliveries.c.outcome,
    deliveries.c.accepted, deliveries.c.rejected, deliveries.c.summary, deliveries.c.attempts, deliveries.c.repeats,
    deliveries.c.sender, deliveries.c.pruned_at, deliveries.c.reader,
)  # fmt: skip
INTERCHANGE: Sequence[Column[Any]] = (
    interchanges.c.id, interchanges.c.delivery, interchanges.c.partner, interchanges.c.sender, interchanges.c.receiver,
    interchanges.c.control_number, interchanges.c.usage, interchanges.c.sha256, interchanges.c.verdict,
    interchanges.c.recorded_at,
)  # fmt: skip
PROBLEM: Sequence[Column[Any]] = (
    problems.c.delivery, problems.c.document, problems.c.code, problems.c.severity, problems.c.body,
    problems.c.sha256,
)  # fmt: skip
EXCEPTION: Sequence[Column[Any]] = (
    exceptions.c.id, exceptions.c.kind, exceptions.c.code, exceptions.c.partner, exceptions.c.delivery,
    exceptions.c.document, exceptions.c.message, exceptions.c.opened_at, exceptions.c.resolved_at, exceptions.c.note,
    exceptions.c.key, exceptions.c.parcel, exceptions.c.channel, exceptions.c.assigned_to, exceptions.c.resolved_by,
    exceptions.c.seen, exceptions.c.last_at, exceptions.c.again_of,
)  # fmt: skip


def utc_now() -> datetime:
    """The time now."""
    return datetime.now(UTC)


def microseconds(time: datetime) -> int:
    """Microseconds since 1970; ValueError for a time without a zone, which means a different moment everywhere."""
    if time.tzinfo is None:
        raise ValueError("the ledger takes times with a zone only")
    return (time - _EPOCH) // _MICROSECOND


def maybe_microseconds(time: datetime | None) -> int | None:
    """The same, where there is a time."""
    return None if time is None else microseconds(time)


def moment(value: int) -> datetime:
    """The time, in UTC."""
    return _EPOCH + timedelta(microseconds=value)


def maybe_moment(value: int | None) -> datetime | None:
    """The same, where there is a value."""
    return None if value is None else moment(value)


def as_text(value: dict[str, Any]) -> str:
    """A small object as JSON text."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def as_object(value: str) -> dict[str, Any]:
    """The object in a JSON text."""
    found: dict[str, Any] = json.loads(value)
    return found


def sender_text(sender: Sender | None) -> str | None:
    """Who brought a delivery, as JSON text."""
    if sender is None:
        return None
    values = {"address": sender.address, "port": sender.port, "subject": sender.subject, "names": list(sender.names)}
    return as_text(values)


def sender_in(text: str | None) -> Sender | None:
    """The same, from its JSON text."""
    if text is None:
        return None
    found = as_object(text)
    return Sender(found["address"], found["port"], found["subject"], tuple(found["names"]))


def delivery_row(row: Row[Any]) -> DeliveryRow:
    """From the columns of DELIVERY."""
    values = list(row)
    values[6], values[7], values[15] = moment(values[6]), DeliveryState(values[7]), sender_in(values[15])
    values[16] = maybe_moment(values[16])
    return DeliveryRow(*values)


def interchange_row(row: Row[Any]) -> InterchangeRow:
    """From the columns of INTERCHANGE."""
    values = list(row)
    values[9] = moment(values[9])
    return InterchangeRow(*values)


def problem_row(row: Row[Any], body: bytes) -> ProblemRow:
    """From the columns of PROBLEM and the opened body."""
    return ProblemRow(row.delivery, row.document, row.code, row.severity, body)


def exception_row(row: Sequence[Any]) -> ExceptionRow:
    """From the columns of EXCEPTION."""
    values = list(row)
    values[7], values[8], values[16] = moment(values[7]), maybe_moment(values[8]), maybe_moment(values[16])
    return ExceptionRow(*values)
