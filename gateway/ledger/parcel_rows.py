"""Between the ledger's columns and the values of what is sent."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Column, Row

from gateway.ledger.outbound_records import (
    Breaker,
    BreakerState,
    HoldRow,
    ParcelDocumentRow,
    ParcelHistoryRow,
)
from gateway.ledger.records import ParcelRow, ParcelState
from gateway.ledger.rows import as_object, maybe_moment, moment
from gateway.ledger.schema_outbound import breakers, holds, parcel_documents, parcel_history, parcels

PARCEL: Sequence[Column[Any]] = tuple(column for column in parcels.c if column.name != "position")
DOCUMENT: Sequence[Column[Any]] = (
    parcel_documents.c.parcel, parcel_documents.c.position, parcel_documents.c.document, parcel_documents.c.number,
    parcel_documents.c.size, parcel_documents.c.status, parcel_documents.c.set_number,
    parcel_documents.c.answer_due_at, parcel_documents.c.answered_by, parcel_documents.c.exception,
)  # fmt: skip
HISTORY: Sequence[Column[Any]] = tuple(column for column in parcel_history.c if column.name != "position")
HOLD: Sequence[Column[Any]] = tuple(holds.c)
BREAKER: Sequence[Column[Any]] = tuple(breakers.c)


def parcel_row(row: Row[Any], body: bytes, content: bytes | None) -> ParcelRow:
    """From the columns of PARCEL, with the bytes that were loaded and verified."""
    return ParcelRow(
        id=row.id, partner=row.partner, channel=row.channel, kind=row.kind, body=body, context=as_object(row.context),
        state=ParcelState(row.state), created_at=moment(row.created_at), delivery=row.delivery,
        interchange=row.interchange, name=row.name, content=content, control_number=row.control_number,
        attempts=row.attempts, next_attempt_at=maybe_moment(row.next_attempt_at),
        delivered_at=maybe_moment(row.delivered_at), repeats=row.repeats, last_error=row.last_error,
        document_type=row.document_type, usage=row.usage, closes_at=maybe_moment(row.closes_at),
        since=maybe_moment(row.since), transmissions=row.transmissions, awaits=row.awaits,
        await_seconds=row.await_seconds, answer_seconds=row.answer_seconds, due_at=maybe_moment(row.due_at),
        acknowledged_at=maybe_moment(row.acknowledged_at), verdict=row.verdict, functional_id=row.functional_id,
        group_number=row.group_number, exception=row.exception, pruned_at=maybe_moment(row.pruned_at),
    )  # fmt: skip


def document_row(row: Row[Any]) -> ParcelDocumentRow:
    """From the columns of DOCUMENT."""
    return ParcelDocumentRow(
        parcel=row.parcel, position=row.position, document=row.document, number=row.number, size=row.size,
        status=row.status, set_number=row.set_number, answer_due_at=maybe_moment(row.answer_due_at),
        answered_by=row.answered_by, exception=row.exception,
    )  # fmt: skip


def history_row(row: Row[Any]) -> ParcelHistoryRow:
    """From the columns of HISTORY."""
    return ParcelHistoryRow(
        parcel=row.parcel, at=moment(row.at), from_state=ParcelState(row.from_state),
        to_state=ParcelState(row.to_state), why=row.why, by=row.by,
    )  # fmt: skip


def hold_row(row: Row[Any]) -> HoldRow:
    """From the columns of HOLD."""
    return HoldRow(row.channel, row.partner or None, moment(row.since), row.why, row.by)


def breaker_row(row: Row[Any]) -> Breaker:
    """From the columns of BREAKER."""
    return Breaker(
        channel=row.channel, state=BreakerState(row.state), failures=row.failures, trips=row.trips,
        changed_at=maybe_moment(row.changed_at), retry_at=maybe_moment(row.retry_at), reason=row.reason,
        exception=row.exception,
    )  # fmt: skip
