"""The ledger's questions about what is sent."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, select, true

from gateway.ledger import parcel_statements as sql
from gateway.ledger.outbound_records import Breaker, HoldRow, OpenBatch, ParcelDocumentRow, ParcelHistoryRow
from gateway.ledger.parcel_rows import PARCEL, breaker_row, document_row, history_row, hold_row, parcel_row
from gateway.ledger.parcel_states import OUTSTANDING as _OUTSTANDING
from gateway.ledger.payloads import Payloads
from gateway.ledger.records import ParcelRow, ParcelState
from gateway.ledger.rows import microseconds
from gateway.ledger.schema import word
from gateway.ledger.schema_outbound import OUTSTANDING, TROUBLED
from gateway.ledger.schema_outbound import parcels as table

_TROUBLED = frozenset({ParcelState.REJECTED, ParcelState.OVERDUE, ParcelState.DEAD, ParcelState.REFUSED})


class SqlParcelReads:
    """On one connection, inside its open transaction."""

    def __init__(self, connection: Connection, payloads: Payloads) -> None:
        self._connection = connection
        self._payloads = payloads

    def parcel(self, id: str) -> ParcelRow | None:
        """One parcel with its bytes, verified."""
        return next(self._parcels(sql.PARCEL_OF, of=id), None)

    def parcels(
        self, *, delivery: str | None = None, partner: str | None = None, channel: str | None = None,
        state: ParcelState | None = None, limit: int = 100,
    ) -> list[ParcelRow]:  # fmt: skip
        """Newest first; of one delivery, in order."""
        asked = select(*PARCEL).limit(limit)
        asked = asked.order_by(table.c.position if delivery is not None else table.c.position.desc())
        wanted = {table.c.delivery: delivery, table.c.partner: partner, table.c.channel: channel}
        for column, value in wanted.items():
            asked = asked if value is None else asked.where(column == value)
        if state is not None:
            # The words of a partial index besides, so that it is seen to fit.
            few = OUTSTANDING if state in _OUTSTANDING else TROUBLED if state in _TROUBLED else true()
            asked = asked.where(few, table.c.state == word(state.value))
        return list(self._parcels(asked))

    def parcels_answering(self, interchange: str) -> list[ParcelRow]:
        """First answers, in order."""
        return list(self._parcels(sql.ANSWERS, of=interchange))

    def parcel_documents(self, parcel: str) -> list[ParcelDocumentRow]:
        """In order."""
        return self._documents(sql.DOCUMENTS_OF, of=parcel)

    def parcels_with(self, document: str) -> list[ParcelRow]:
        """Oldest first."""
        return list(self._parcels(sql.PARCELS_WITH, of=document))

    def parcel_history(self, parcel: str) -> list[ParcelHistoryRow]:
        """In order."""
        return [history_row(row) for row in self._connection.execute(sql.HISTORY_OF, {"of": parcel})]

    def parcels_of_group(self, partner: str, group_number: str) -> list[ParcelRow]:
        """Newest first."""
        return list(self._parcels(sql.OF_GROUP, partner=partner, number=group_number))

    def parcels_numbered(self, partner: str, control_number: str) -> list[ParcelRow]:
        """Newest first."""
        return list(self._parcels(sql.NUMBERED, partner=partner, number=control_number))

    def sending_lanes(self) -> list[tuple[str, str]]:
        """Each once."""
        return [(row.channel, row.partner) for row in self._connection.execute(sql.SENDING_LANES)]

    def awaited(self, *, due_before: datetime | None = None, limit: int = 100) -> list[ParcelRow]:
        """The first due first."""
        if due_before is None:
            return list(self._parcels(sql.AWAITED_PARCELS, limit=limit))
        return list(self._parcels(sql.LATE_PARCELS, now=microseconds(due_before), limit=limit))

    def unanswered(self, *, due_before: datetime, limit: int = 100) -> list[ParcelDocumentRow]:
        """The first due first."""
        return self._documents(sql.LATE_ANSWERS, now=microseconds(due_before), limit=limit)

    def unanswered_with_number(self, partner: str, document_type: str, number: str) -> list[ParcelDocumentRow]:
        """Oldest first."""
        return self._documents(sql.UNANSWERED_NUMBER, partner=partner, type=document_type, number=number)

    def waiting_for(self, channel: str, limit: int = 100) -> list[ParcelRow]:
        """In order."""
        return list(self._parcels(sql.WAITING_FOR, channel=channel, limit=limit))

    def open_batch(self, partner: str, channel: str, kind: str, usage: str, now: datetime) -> OpenBatch | None:
        """The one that is open."""
        values = {"partner": partner, "channel": channel, "kind": kind, "usage": usage, "now": microseconds(now)}
        row = self._connection.execute(sql.OPEN_BATCH_FOR, values).first()
        return OpenBatch(row[0], row[1], int(row[2])) if row else None

    def holds(self) -> list[HoldRow]:
        """By channel and partner."""
        return [hold_row(row) for row in self._connection.execute(sql.HOLDS)]

    def breakers(self) -> list[Breaker]:
        """By channel."""
        return [breaker_row(row) for row in self._connection.execute(sql.BREAKERS)]

    def told(self, key: str) -> bool:
        """Whether it was."""
        return self._connection.execute(sql.TOLD, {"of": key}).first() is not None

    def _documents(self, statement: Select[Any], **values: object) -> list[ParcelDocumentRow]:
        return [document_row(row) for row in self._connection.execute(statement, values)]

    def _parcels(self, statement: Select[Any], **values: object) -> Iterator[ParcelRow]:
        yield from map(self._parcel, self._connection.execute(statement, values).all())

    def _parcel(self, row: Row[Any]) -> ParcelRow:
        if row.pruned_at is not None:
            return parcel_row(row, b"", None)
        body = self._payloads.loaded(row.body, row.body_sha256)
        rendered = row.content_sha256 is not None
        return parcel_row(row, body, self._payloads.loaded(row.content, row.content_sha256) if rendered else None)
