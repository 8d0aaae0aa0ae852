"""Replays in SQL."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, Row, and_, bindparam, exists, null, or_, select, update

from gateway.ledger.lists import DOCUMENT, document_head
from gateway.ledger.records import DocumentHead
from gateway.ledger.replay_records import REPLAYED, Choice, How, ReplayItem, ReplayRow
from gateway.ledger.rows import as_object, as_text, maybe_microseconds, maybe_moment, microseconds, moment
from gateway.ledger.schema import REFUSED, deliveries, documents, problems
from gateway.ledger.schema_attention import UNDONE, replay_items, replays
from gateway.ledger.statements import adding, where

_ADD_REPLAY: Final = adding(replays, "id")
_ADD_ITEM: Final = adding(replay_items, "replay", "delivery", "document")
_ITEMS: Final = select(replay_items).where(replay_items.c.replay == bindparam("of"))
_OF_DOCUMENT: Final = (
    select(replay_items, replays)
    .join(replays, replays.c.id == replay_items.c.replay)
    .where(or_(replay_items.c.document == bindparam("of"), replay_items.c.became == bindparam("of")))
    .order_by(replays.c.position)
)
_UNDONE: Final = select(replay_items).where(replay_items.c.delivery == bindparam("of"), UNDONE)
_SETTLE: Final = (
    update(replay_items)
    .where(
        replay_items.c.replay == bindparam("r"),
        replay_items.c.delivery == bindparam("d"),
        replay_items.c.document == bindparam("m"),
    )
    .values(became=bindparam("to"), done_at=bindparam("at"))
)


class SqlReplayReads:
    """The questions on one connection."""

    _connection: Connection

    def choose_documents(self, choice: Choice, limit: int) -> list[DocumentHead]:
        """Oldest first."""
        column = documents.c
        asked = select(*DOCUMENT).where(column.direction != REPLAYED)
        asked = where(asked, {
            column.partner: choice.partner, column.document_type: choice.document_type, column.number: choice.number,
        })  # fmt: skip
        if choice.status is not None:
            asked = asked.where(REFUSED if choice.status == "rejected" else column.status == choice.status)
        if choice.since is not None:
            asked = asked.where(column.recorded_at >= microseconds(choice.since))
        if choice.until is not None:
            asked = asked.where(column.recorded_at < microseconds(choice.until))
        if choice.channel is not None:
            asked = asked.join(deliveries, deliveries.c.id == column.delivery)
            asked = asked.where(deliveries.c.channel == choice.channel)
        if choice.code is not None:
            # Two questions, so that each has its index.
            own = exists().where(problems.c.document == column.id, problems.c.code == choice.code)
            envelope = and_(
                problems.c.delivery == column.delivery, problems.c.document.is_(null()), problems.c.code == choice.code
            )
            asked = asked.where(or_(own, exists().where(envelope)))
        rows = self._connection.execute(asked.order_by(column.sequence).limit(limit))
        return [document_head(row) for row in rows]

    def document_heads(self, delivery: str) -> list[DocumentHead]:
        """In the delivery's order."""
        asked = select(*DOCUMENT).where(documents.c.delivery == delivery, documents.c.direction != REPLAYED)
        return [document_head(row) for row in self._connection.execute(asked.order_by(documents.c.position))]

    def replay(self, id: str) -> ReplayRow | None:
        """One."""
        row = self._connection.execute(select(replays).where(replays.c.id == id)).one_or_none()
        return _replay(row) if row is not None else None

    def replays(self, limit: int = 100) -> list[ReplayRow]:
        """Newest first."""
        asked = select(replays).order_by(replays.c.position.desc()).limit(limit)
        return [_replay(row) for row in self._connection.execute(asked)]

    def replay_items(self, replay: str) -> list[ReplayItem]:
        """By delivery and place."""
        asked = _ITEMS.order_by(replay_items.c.delivery, replay_items.c.place, replay_items.c.document)
        return [_item(row) for row in self._connection.execute(asked, {"of": replay})]

    def replays_of(self, document: str) -> list[tuple[ReplayRow, ReplayItem]]:
        """Oldest first."""
        return [(_replay(row), _item(row)) for row in self._connection.execute(_OF_DOCUMENT, {"of": document})]

    def undone_items(self, delivery: str) -> list[ReplayItem]:
        """What waits for it."""
        return [_item(row) for row in self._connection.execute(_UNDONE, {"of": delivery})]


class SqlReplayChanges(SqlReplayReads):
    """The changes, inside an open transaction."""

    def add_replay(self, row: ReplayRow) -> None:
        """Who wanted it, and why."""
        values = {
            "id": row.id, "at": microseconds(row.at), "by": row.by, "reason": row.reason, "as_new": row.as_new,
            "chosen": as_text(row.chosen),
        }  # fmt: skip
        self._connection.execute(_ADD_REPLAY, values)

    def add_replay_items(self, rows: Sequence[ReplayItem]) -> None:
        """What is in it."""
        values = [
            {
                "replay": row.replay, "delivery": row.delivery, "document": row.document, "place": row.place,
                "how": row.how.value, "became": row.became, "done_at": maybe_microseconds(row.done_at),
            }
            for row in rows
        ]  # fmt: skip
        if values:
            self._connection.execute(_ADD_ITEM, values)

    def settle_items(self, delivery: str, became: Mapping[int, str], at: datetime) -> int:
        """All that waited for the delivery."""
        values = [
            {"r": each.replay, "d": each.delivery, "m": each.document, "to": became.get(each.place),
             "at": microseconds(at)}
            for each in self.undone_items(delivery)
        ]  # fmt: skip
        if values:
            self._connection.execute(_SETTLE, values)
        return len(values)


def _replay(row: Row[Any]) -> ReplayRow:
    return ReplayRow(row.id, moment(row.at), row.by, row.reason, bool(row.as_new), as_object(row.chosen))


def _item(row: Row[Any]) -> ReplayItem:
    return ReplayItem(
        row.replay, row.delivery, row.document, row.place, How(row.how), row.became, maybe_moment(row.done_at)
    )
