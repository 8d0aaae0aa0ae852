"""Dead letters in SQL: marks, events that nobody takes, and messages that were taken off a queue."""

from collections import Counter
from collections.abc import Collection
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, Row, bindparam, delete, false, func, select, update

from gateway.ledger.blobs import digest
from gateway.ledger.dead_letter_records import Action, EventTrouble, LetterRow, Mark
from gateway.ledger.events import renew_first
from gateway.ledger.payloads import Payloads
from gateway.ledger.records import DeliveryRow, EventState
from gateway.ledger.rows import DELIVERY, as_object, as_text, delivery_row, microseconds, moment
from gateway.ledger.schema import HELD, deliveries, events, word
from gateway.ledger.schema_attention import dead_letter_marks, event_troubles, letters
from gateway.ledger.statements import adding

_ADD_TROUBLE: Final = adding(event_troubles, "event")
_ADD_LETTER: Final = adding(letters, "id")
_DROP: Final = (
    update(events)
    .where(events.c.id == bindparam("event"), events.c.state == word("ready"))
    .values(state="dropped", is_first=false())
    .returning(events.c.ordering_key)
)
_RECOVER: Final = (
    update(events)
    .where(events.c.id == bindparam("event"), events.c.state == word("dropped"))
    .values(state="ready")
    .returning(events.c.ordering_key)
)


class SqlDeadLetterReads:
    """The questions on one connection."""

    _connection: Connection
    _payloads: Payloads

    def held_deliveries(self, limit: int = 100) -> list[DeliveryRow]:
        """Newest first."""
        asked = select(*DELIVERY).where(HELD).order_by(deliveries.c.position.desc()).limit(limit)
        return [delivery_row(row) for row in self._connection.execute(asked)]

    def event_troubles(self, limit: int = 100) -> list[EventTrouble]:
        """Newest first."""
        asked = (
            select(event_troubles, events.c.state, events.c.routing_key, events.c.document, events.c.partner)
            .join(events, events.c.id == event_troubles.c.event)
            .order_by(event_troubles.c.since.desc(), events.c.sequence.desc())
            .limit(limit)
        )
        return [
            EventTrouble(
                row.event, row.failure, row.reason, moment(row.since), EventState(row.state), row.routing_key,
                row.document, row.partner,
            )
            for row in self._connection.execute(asked)
        ]  # fmt: skip

    def marks(self, kind: str, ids: Collection[str]) -> dict[str, Mark]:
        """The newest of each."""
        table = dead_letter_marks.c
        newest = (
            select(func.max(table.position)).where(table.kind == kind, table.of.in_(list(ids))).group_by(table.of)
        )  # fmt: skip
        rows = self._connection.execute(select(dead_letter_marks).where(table.position.in_(newest)))
        return {row.of: Mark(row.kind, row.of, Action(row.action), row.why, row.by, moment(row.at)) for row in rows}

    def letters(self, limit: int = 100) -> list[LetterRow]:
        """Newest first."""
        asked = select(letters).order_by(letters.c.position.desc()).limit(limit)
        return [self._letter(row) for row in self._connection.execute(asked)]

    def letter(self, id: str) -> LetterRow | None:
        """One."""
        row = self._connection.execute(select(letters).where(letters.c.id == id)).one_or_none()
        return self._letter(row) if row is not None else None

    def _letter(self, row: Row[Any]) -> LetterRow:
        body = self._payloads.loaded(row.body, row.sha256)
        return LetterRow(row.id, row.queue, as_object(row.facts), body, moment(row.taken_at))


class SqlDeadLetterChanges(SqlDeadLetterReads):
    """The changes, inside an open transaction. ``_counts`` are those of the transaction."""

    _counts: Counter[str]

    def mark(self, mark: Mark) -> None:
        """One more."""
        values = {
            "kind": mark.kind, "of": mark.of, "action": mark.action.value, "why": mark.why, "by": mark.by,
            "at": microseconds(mark.at),
        }  # fmt: skip
        self._connection.execute(dead_letter_marks.insert(), values)

    def add_event_trouble(self, event: str, failure: str, reason: str, at: datetime) -> bool:
        """Once."""
        values = {"event": event, "failure": failure, "reason": reason, "since": microseconds(at)}
        return bool(self._connection.execute(_ADD_TROUBLE, values).rowcount)

    def end_event_troubles(self, events: Collection[str]) -> int:
        """They are no more."""
        ended: int = self._connection.execute(
            delete(event_troubles).where(event_troubles.c.event.in_(list(events)))
        ).rowcount
        return ended

    def drop_event(self, id: str) -> bool:
        """Out of the way of those behind it."""
        key = self._connection.execute(_DROP, {"event": id}).scalar_one_or_none()
        if key is None:
            return False
        renew_first(self._connection, [key])
        self._counts["waiting.events"] -= 1
        return True

    def recover_event(self, id: str) -> bool:
        """Back into the order."""
        key = self._connection.execute(_RECOVER, {"event": id}).scalar_one_or_none()
        if key is None:
            return False
        renew_first(self._connection, [key])
        self._counts["waiting.events"] += 1
        return True

    def add_letter(self, row: LetterRow) -> None:
        """With its bytes."""
        sha256 = digest(row.body)
        values = {
            "id": row.id, "queue": row.queue, "facts": as_text(row.facts),
            "body": self._payloads.stored(row.body, sha256), "sha256": sha256, "taken_at": microseconds(row.taken_at),
        }  # fmt: skip
        self._connection.execute(_ADD_LETTER, values)
