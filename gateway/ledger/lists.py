"""Lists of what the ledger holds, page by page and without bodies; each one has an index in ``schema``."""

from collections.abc import Callable
from typing import Any, TypeVar

from sqlalchemy import Column, ColumnElement, Connection, Row, Select, func, select

from gateway.ledger.contract_api import Page, ParcelHead
from gateway.ledger.payloads import Payloads
from gateway.ledger.records import DeliveryRow, DocumentHead, ParcelState
from gateway.ledger.replay_records import REPLAYED
from gateway.ledger.rows import DELIVERY, delivery_row, maybe_moment, moment
from gateway.ledger.schema import REFUSED, deliveries, documents, events
from gateway.ledger.schema_outbound import OUTSTANDING, parcels
from gateway.ledger.statements import where

R = TypeVar("R")


DOCUMENT: tuple[Column[Any], ...] = (
    documents.c.id, documents.c.delivery, documents.c.position, documents.c.partner, documents.c.document_type,
    documents.c.number, documents.c.correlation, documents.c.status, documents.c.standard, documents.c.message_type,
    documents.c.interchange, documents.c.group, documents.c.transaction, documents.c.recorded_at,
    documents.c.direction, documents.c.pruned_at,
)  # fmt: skip
_PARCEL: tuple[Column[Any], ...] = (
    parcels.c.id, parcels.c.partner, parcels.c.channel, parcels.c.kind, parcels.c.state, parcels.c.created_at,
    parcels.c.delivery, parcels.c.interchange, parcels.c.name, parcels.c.content_sha256, parcels.c.control_number,
    parcels.c.attempts, parcels.c.next_attempt_at, parcels.c.delivered_at, parcels.c.repeats, parcels.c.last_error,
    parcels.c.pruned_at,
)  # fmt: skip


class SqlLists:
    """The pages in SQL."""

    _connection: Connection
    _payloads: Payloads

    def list_deliveries(
        self, *, after: int | None = None, limit: int = 100, partner: str | None = None, outcome: str | None = None
    ) -> Page[DeliveryRow]:
        """In order of arrival, newest first."""
        asked = where(select(*DELIVERY, deliveries.c.position), {
            deliveries.c.partner: partner, deliveries.c.outcome: outcome,
        })  # fmt: skip
        return self._page(asked, deliveries.c.position, after, limit, lambda row: delivery_row(row[:-1]))

    def list_documents(
        self, *, after: int | None = None, limit: int = 100, partner: str | None = None, delivery: str | None = None,
        document_type: str | None = None, number: str | None = None, status: str | None = None,
    ) -> Page[DocumentHead]:  # fmt: skip
        """In order of recording, newest first."""
        asked = where(select(*DOCUMENT, documents.c.sequence), {
            documents.c.partner: partner, documents.c.delivery: delivery, documents.c.document_type: document_type,
            documents.c.number: number,
        })  # fmt: skip
        if status is not None:
            # A literal, so that the partial index over rejected documents is seen to fit.
            asked = asked.where(REFUSED if status == "rejected" else documents.c.status == status)
        return self._page(asked, documents.c.sequence, after, limit, document_head)

    def list_parcels(
        self, *, after: int | None = None, limit: int = 100, partner: str | None = None, delivery: str | None = None,
        waiting: bool = False,
    ) -> Page[ParcelHead]:  # fmt: skip
        """In order of recording, newest first."""
        asked = where(select(*_PARCEL, parcels.c.position), {
            parcels.c.partner: partner, parcels.c.delivery: delivery,
        })  # fmt: skip
        asked = asked.where(OUTSTANDING) if waiting else asked
        return self._page(asked, parcels.c.position, after, limit, _parcel_head)

    def order_documents(self, number: str, *, partner: str | None = None, limit: int = 1000) -> list[DocumentHead]:
        """By the number that joins the documents of an order."""
        asked = select(*DOCUMENT).where(documents.c.correlation == number, documents.c.direction != REPLAYED)
        asked = where(asked, {documents.c.partner: partner}).order_by(documents.c.sequence).limit(limit)
        return [document_head(row) for row in self._connection.execute(asked)]

    def parcel_head(self, id: str) -> ParcelHead | None:
        """One transmission."""
        row = self._connection.execute(select(*_PARCEL).where(parcels.c.id == id)).one_or_none()
        return _parcel_head(row) if row else None

    def parcel_content(self, id: str) -> bytes | None:
        """Its bytes, verified; None before they are written, and when they were pruned."""
        asked = select(parcels.c.content, parcels.c.content_sha256, parcels.c.pruned_at).where(parcels.c.id == id)
        row = self._connection.execute(asked).one_or_none()
        if row is None or row.content_sha256 is None or row.pruned_at is not None:
            return None
        return self._payloads.loaded(row.content, row.content_sha256)

    def feed_positions(
        self, *, after: int, limit: int, document_type: str | None = None, partner: str | None = None
    ) -> list[int]:
        """In order."""
        asked = select(events.c.feed_position).where(events.c.feed_position > after)
        asked = where(asked, {events.c.document_type: document_type, events.c.partner: partner})
        asked = asked.order_by(events.c.feed_position).limit(limit)
        return list(self._connection.execute(asked).scalars())

    def feed_end(self) -> int:
        """By the index over all places."""
        found: int | None = self._connection.execute(select(func.max(events.c.feed_position))).scalar_one()
        return found or 0

    def _page(
        self, asked: Select[Any], place: ColumnElement[Any], after: int | None, limit: int,
        made: Callable[[Any], R],
    ) -> Page[R]:  # fmt: skip
        """``place`` is the last column that is asked for."""
        if after is not None:
            asked = asked.where(place < after)
        rows = self._connection.execute(asked.order_by(place.desc()).limit(limit + 1)).all()
        shown = rows[:limit]
        return Page(tuple(made(row) for row in shown), shown[-1][-1] if len(rows) > limit else None)


def document_head(row: Row[Any]) -> DocumentHead:
    """From the columns of DOCUMENT."""
    return DocumentHead(
        id=row.id, delivery=row.delivery, position=row.position, partner=row.partner,
        document_type=row.document_type, number=row.number, correlation=row.correlation, status=row.status,
        standard=row.standard, message_type=row.message_type, interchange=row.interchange, group=row.group,
        transaction=row.transaction, recorded_at=moment(row.recorded_at), direction=row.direction,
        pruned_at=maybe_moment(row.pruned_at),
    )  # fmt: skip


def _parcel_head(row: Row[Any]) -> ParcelHead:
    return ParcelHead(
        id=row.id, partner=row.partner, channel=row.channel, kind=row.kind, state=ParcelState(row.state),
        created_at=moment(row.created_at), delivery=row.delivery, interchange=row.interchange, name=row.name,
        content_sha256=row.content_sha256, control_number=row.control_number, attempts=row.attempts,
        next_attempt_at=maybe_moment(row.next_attempt_at), delivered_at=maybe_moment(row.delivered_at),
        repeats=row.repeats, last_error=row.last_error, pruned_at=maybe_moment(row.pruned_at),
    )  # fmt: skip
