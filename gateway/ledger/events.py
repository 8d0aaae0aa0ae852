"""The outbox in SQL: events held, ready, claimed in order, published, replayed.

One ready event of each ordering key, its first, carries ``is_first``. A claim reads these alone, so that its cost is
the number of events that it gives, however many wait behind one key.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Connection,
    Executable,
    Row,
    Select,
    bindparam,
    case,
    false,
    func,
    literal_column,
    select,
    true,
    update,
)
from sqlalchemy.dialects.postgresql import insert

from gateway.ledger.bulk import Sized, adding, among, filled, portions
from gateway.ledger.payloads import Payloads
from gateway.ledger.records import EventRow, EventState, NewEvent
from gateway.ledger.rows import as_object, as_text
from gateway.ledger.schema import FIRST, documents, events, word

CHUNK = 500
"""Ids in one statement; PostgreSQL and older SQLite bound the number of parameters."""

_EVENT = select(
    events.c.sequence, events.c.id, events.c.state, events.c.routing_key, events.c.ordering_key, events.c.attributes,
    events.c.attempts, events.c.replay_of, events.c.feed_position, documents.c.body, documents.c.sha256,
    documents.c.pruned_at,
).join(documents, documents.c.id == events.c.document)  # fmt: skip
_ONE = _EVENT.where(events.c.id == bindparam("id"))
_SOME = among(_EVENT, events.c.sequence)
_CLAIM = select(events.c.sequence).where(FIRST).order_by(events.c.sequence).limit(bindparam("limit"))
_CLAIM_BUT = (
    select(events.c.sequence)
    .where(FIRST, events.c.routing_key.not_in(bindparam("resting", expanding=True)))
    .order_by(events.c.sequence)
    .limit(bindparam("limit"))
)
_OLDEST = select(events.c.ready_at).where(FIRST).order_by(events.c.sequence).limit(literal_column("1"))

_other = events.alias("other")
_READY_OTHER: Any = literal_column("other.state = 'ready'")


def _of_document(column: Any) -> Any:
    return select(column).where(documents.c.id == bindparam("document_id")).scalar_subquery()


_ADD = (
    insert(events)
    .values(
        id=bindparam("id"),
        document=bindparam("document_id"),
        delivery=bindparam("delivery_id"),
        document_type=_of_document(documents.c.document_type),
        partner=_of_document(documents.c.partner),
        state=bindparam("state"),
        is_first=bindparam("open", type_=Boolean())
        & ~select(_other.c.sequence).where(_other.c.ordering_key == bindparam("key"), _READY_OTHER).exists(),
        ready_at=bindparam("ready_at"),
        routing_key=bindparam("routing_key"),
        ordering_key=bindparam("key"),
        attributes=bindparam("attributes"),
        attempts=0,
        replay_of=bindparam("replay_of"),
    )
    .on_conflict_do_nothing(index_elements=["id"])
)
_ADD_TOGETHER = adding(events, "id")
_WAITING = among(select(events.c.ordering_key).where(events.c.state == word("ready")).distinct(), events.c.ordering_key)
_COUNT_ATTEMPTS = Sized(
    lambda size: (
        update(events)
        .where(events.c.sequence.in_([bindparam(f"v_{place}") for place in range(size)]))
        .values(attempts=events.c.attempts + 1)
    )
)
_RELEASE = (
    update(events)
    .where(events.c.delivery == bindparam("of"), events.c.state == word("held"))
    .values(state="ready", ready_at=bindparam("now"))
)
_FACTS = among(
    select(events.c.id, events.c.ordering_key, events.c.feed_position).where(events.c.state == word("ready")),
    events.c.id,
)


def _publish(size: int) -> Executable:
    here = range(size)
    return (
        update(events)
        .where(events.c.id.in_([bindparam(f"id_{place}") for place in here]))
        .values(
            state="published",
            is_first=false(),
            published_at=bindparam("now"),
            feed_position=case(
                *(
                    (events.c.id == bindparam(f"id_{place}"), bindparam(f"at_{place}", type_=BigInteger()))
                    for place in here
                )
            ),
        )
    )


_PUBLISH = Sized(_publish)
_REPLAY = (
    update(events)
    .where(
        events.c.id == bindparam("event"),
        events.c.state == word("published"),
        select(documents.c.id).where(documents.c.id == events.c.document, documents.c.pruned_at.is_(None)).exists(),
    )
    .values(state="ready", ready_at=bindparam("now"), replay_of=events.c.id)
    .returning(events.c.ordering_key)
)
_NO_FIRST = update(events).where(FIRST, events.c.ordering_key == bindparam("key")).values(is_first=false())
_NEW_FIRST = (
    update(events)
    .where(
        events.c.sequence
        == select(func.min(_other.c.sequence))
        .where(_other.c.ordering_key == bindparam("key"), _READY_OTHER)
        .scalar_subquery()
    )
    .values(is_first=true())
)
_KEYS_OF = select(events.c.ordering_key).where(events.c.delivery == bindparam("of")).distinct()


def one_event(connection: Connection, payloads: Payloads, id: str) -> EventRow | None:
    """An event by its id."""
    row = connection.execute(_ONE, {"id": id}).one_or_none()
    return _event_row(row, payloads) if row else None


def feed(
    connection: Connection, payloads: Payloads, after: int, limit: int, document_type: str | None, partner: str | None
) -> list[EventRow]:
    """What was ever published and is not pruned, in the order of its first publication."""
    asked: Select[Any] = (
        _EVENT.where(events.c.feed_position > after, documents.c.pruned_at.is_(None))
        .order_by(events.c.feed_position)
        .limit(limit)
    )
    if document_type is not None:
        asked = asked.where(events.c.document_type == document_type)
    if partner is not None:
        asked = asked.where(events.c.partner == partner)
    return [_event_row(row, payloads) for row in connection.execute(asked)]


def oldest_ready(connection: Connection) -> int | None:
    """Since when the first of all ready events is ready."""
    found: int | None = connection.execute(_OLDEST).scalar_one_or_none()
    return found


def add(connection: Connection, rows: Sequence[NewEvent], held: bool, now: int) -> int:
    """Adds events that are all held or all not; returns how many were new."""
    state, ready_at = ("held", None) if held else ("ready", now)
    values = [
        {
            "id": row.id, "document_id": row.document, "delivery_id": row.delivery, "state": state, "open": not held,
            "ready_at": ready_at, "routing_key": row.routing_key, "key": row.ordering_key,
            "attributes": as_text(row.attributes), "replay_of": row.replay_of,
        }
        for row in rows
    ]  # fmt: skip
    return connection.execute(_ADD, values, execution_options={"preserve_rowcount": True}).rowcount


def add_together(
    connection: Connection, rows: Sequence[NewEvent], kinds: Mapping[str, tuple[str, str]], held: bool, now: int
) -> int:
    """The same for events of new documents, whose type and partner are known; a portion of them in one statement."""
    keys = list(dict.fromkeys(row.ordering_key for row in rows))
    waiting = set() if held else _waiting(connection, keys)
    values = []
    for row in rows:
        document_type, partner = kinds[row.document]
        values.append(
            {
                "id": row.id, "document": row.document, "delivery": row.delivery, "document_type": document_type,
                "partner": partner, "state": "held" if held else "ready",
                "is_first": not held and row.ordering_key not in waiting, "ready_at": None if held else now,
                "routing_key": row.routing_key, "ordering_key": row.ordering_key,
                "attributes": as_text(row.attributes), "attempts": 0, "replay_of": row.replay_of, "feed_position": None,
                "published_at": None,
            }
        )  # fmt: skip
        waiting.add(row.ordering_key)
    added: int = _ADD_TOGETHER.run(connection, values).rowcount
    if added != len(rows):
        renew_first(connection, keys)
    return added


def release(connection: Connection, delivery: str, now: int) -> int:
    """Held events become ready; they may go before ready ones that were recorded later."""
    released = connection.execute(_RELEASE, {"of": delivery, "now": now}).rowcount
    if released:
        renew_first(connection, connection.execute(_KEYS_OF, {"of": delivery}).scalars().all())
    return released


def claim(
    connection: Connection, payloads: Payloads, limit: int, resting: Collection[str], besides: Collection[int]
) -> list[EventRow]:
    """The first ready event of each ordering key, in order of recording, with its new attempt counted.

    The index alone is asked for as many more as there are ``besides``: it costs less than to name them all.
    """
    asked = {"limit": limit + len(besides)}
    firsts = (
        connection.execute(_CLAIM_BUT, {**asked, "resting": sorted(resting)})
        if resting
        else (connection.execute(_CLAIM, asked))
    )
    sequences = [sequence for sequence in firsts.scalars().all() if sequence not in besides][:limit]
    rows = []
    for part in filled(sequences):
        values = [{"v": sequence} for sequence in part]
        rows.extend(_SOME.run(connection, values).all())
        _COUNT_ATTEMPTS.run(connection, values)
    return [_event_row(row, payloads, 1) for row in sorted(rows, key=lambda row: row.sequence)]


def ready_among(connection: Connection, ids: Sequence[str]) -> dict[str, tuple[str, int | None]]:
    """Ordering key and feed position of those that are ready, by id."""
    found: dict[str, tuple[str, int | None]] = {}
    for part in filled(ids):
        for id, key, place in _FACTS.run(connection, [{"v": id} for id in part]).all():
            found[id] = (key, place)
    return found


def publish(connection: Connection, places: Sequence[tuple[str, int]], keys: Sequence[str], now: int) -> None:
    """Marks events with their feed positions; the next of each key comes forward."""
    for part in portions(places):
        _PUBLISH.run(connection, [{"id": id, "at": place} for id, place in part], now=now)
    renew_first(connection, list(_waiting(connection, keys)))


def replay(connection: Connection, id: str, now: int) -> bool:
    """A published event becomes ready once more, at its old place in the order."""
    key = connection.execute(_REPLAY, {"event": id, "now": now}).scalar_one_or_none()
    if key is None:
        return False
    renew_first(connection, [key])
    return True


def renew_first(connection: Connection, keys: Sequence[str]) -> None:
    """Puts ``is_first`` where it belongs for these ordering keys."""
    values = [{"key": key} for key in dict.fromkeys(keys)]
    if values:
        connection.execute(_NO_FIRST, values)
        connection.execute(_NEW_FIRST, values)


def _waiting(connection: Connection, keys: Sequence[str]) -> set[str]:
    """Which ordering keys have a ready event."""
    found: set[str] = set()
    for part in filled(list(dict.fromkeys(keys))):
        found.update(_WAITING.run(connection, [{"v": key} for key in part]).scalars().all())
    return found


def _event_row(row: Row[*tuple[Any, ...]], payloads: Payloads, attempt: int = 0) -> EventRow:
    """In the order of ``_EVENT``: asking a row by name costs as much as reading it."""
    (sequence, id, state, routing_key, ordering_key, attributes, attempts, replay_of, position, body, sha256,
     pruned_at) = row  # fmt: skip
    return EventRow(
        sequence=sequence, id=id, state=EventState(state), routing_key=routing_key, ordering_key=ordering_key,
        attributes=as_object(attributes), body=payloads.unless(pruned_at, body, sha256), attempts=attempts + attempt,
        replay_of=replay_of, feed_position=position,
    )  # fmt: skip
