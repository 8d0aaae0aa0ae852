"""The ledger's changes as statements, built once: SQLAlchemy keeps what it compiled of each.

Upserts are built with PostgreSQL's ``insert``: SQLite took the syntax over, and its compiler understands it.
"""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import ColumnElement, Executable, Select, Table, bindparam, delete, func, null, or_, select, update
from sqlalchemy.dialects.postgresql import Insert, insert

from gateway.ledger.bulk import Sized
from gateway.ledger.schema import (
    UNREAD,
    answers,
    contents,
    counters,
    deliveries,
    documents,
    events,
    interchanges,
    numbers,
    problems,
    word,
)

LAST_NUMBER = 999_999_999
"""Control numbers have up to nine digits (X12 element I12)."""


def adding(table: Table, *key: str) -> Executable:
    """An insert that leaves alone what is there, and knows how many rows were new."""
    own = [column for column in table.c if not (column.primary_key and column.autoincrement is True)]
    values = {column.name: bindparam(column.name, type_=column.type) for column in own}
    statement = insert(table).values(values).on_conflict_do_nothing(index_elements=list(key))
    return statement.execution_options(preserve_rowcount=True)


def where(statement: Select[Any], wanted: Mapping[ColumnElement[Any], str | None]) -> Select[Any]:
    """The question narrowed to rows with those values; None asks for nothing."""
    for column, value in wanted.items():
        if value is not None:
            statement = statement.where(column == value)
    return statement


_IDS: Any = bindparam("ids", expanding=True)
_OF: Any = bindparam("of")

ADD_DELIVERY = adding(deliveries, "id")
ADD_CONTENT = adding(contents, "delivery")
ADD_ANSWER = adding(answers, "delivery")
ADD_INTERCHANGE = adding(interchanges, "id")
ADD_DOCUMENT = adding(documents, "id")
ADD_PROBLEM = adding(problems, "delivery", "sha256")

BEGIN_READING = (
    update(deliveries)
    .where(deliveries.c.id == _OF)
    .values(attempts=deliveries.c.attempts + 1, reader=bindparam("by"))
    .returning(deliveries.c.attempts)
)
FINISH = (
    update(deliveries)
    .where(deliveries.c.id == _OF, deliveries.c.state == word("received"))
    .values(
        state="recorded",
        partner=bindparam("to_partner"),
        outcome=bindparam("to_outcome"),
        accepted=bindparam("to_accepted"),
        rejected=bindparam("to_rejected"),
        summary=bindparam("to_summary"),
    )
)
REOPEN = (
    update(deliveries)
    .where(deliveries.c.id == _OF)
    .values(state="received", attempts=0, outcome=null(), accepted=0, rejected=0, summary="", reader=null())
)

UNSEEN_OF = (
    select(documents.c.id)
    .outerjoin(events, events.c.document == documents.c.id)
    .where(
        documents.c.delivery == _OF,
        # What was made of them and is on its way stays, whoever has seen it.
        documents.c.direction == word("received"),
        func.coalesce(events.c.attempts, 0) == 0,
        events.c.feed_position.is_(null()),
    )
)
HELD_AMONG = (
    select(documents.c.id)
    .outerjoin(events, events.c.document == documents.c.id)
    .where(documents.c.id.in_(_IDS), or_(events.c.state.is_(null()), events.c.state == word("held")))
)
EVENT_STATES = select(events.c.state, func.count()).where(events.c.document.in_(_IDS)).group_by(events.c.state)
DOCUMENT_KINDS = (
    select(documents.c.document_type, documents.c.status, func.count())
    .where(documents.c.id.in_(_IDS))
    .group_by(documents.c.document_type, documents.c.status)
)
READY_KEYS = (
    select(events.c.ordering_key).where(events.c.document.in_(_IDS), events.c.state == word("ready")).distinct()
)
DROP_EVENTS = delete(events).where(events.c.document.in_(_IDS))
DROP_PROBLEMS = delete(problems).where(problems.c.document.in_(_IDS))
DROP_DOCUMENTS = delete(documents).where(documents.c.id.in_(_IDS))
DROP_GENERAL_PROBLEMS = delete(problems).where(problems.c.delivery == _OF, problems.c.document.is_(null()))
DROP_ANSWER = delete(answers).where(answers.c.delivery == _OF)
SET_VERDICT = update(interchanges).where(interchanges.c.id == _OF).values(verdict=bindparam("to_verdict"))
FORGIVE = update(deliveries).where(deliveries.c.id == _OF).values(attempts=0)
FORGIVE_ALL = update(deliveries).where(UNREAD).values(attempts=0)
FORGIVE_ALL_OF = FORGIVE_ALL.where(deliveries.c.reader == _OF)
HELD_OF = (
    select(documents.c.id)
    .join(events, events.c.document == documents.c.id)
    .where(documents.c.delivery == _OF, events.c.state == word("held"))
)

_NUMBER = insert(numbers).values(scope=bindparam("scope"), value=1)
NEXT_NUMBER = _NUMBER.on_conflict_do_update(
    index_elements=["scope"], set_={"value": numbers.c.value % LAST_NUMBER + 1}
).returning(numbers.c.value)
SET_NUMBER = update(numbers).where(numbers.c.scope == _OF).values(value=bindparam("to"))
_PLACES = insert(numbers).values(scope=bindparam("scope"), value=bindparam("count"))
RESERVE = _PLACES.on_conflict_do_update(
    index_elements=["scope"], set_={"value": numbers.c.value + _PLACES.excluded.value}
).returning(numbers.c.value)


def _count(size: int) -> Insert:
    places = range(size)
    rows = insert(counters).values(
        [{"name": bindparam(f"counter_{n}"), "value": bindparam(f"change_{n}")} for n in places]
    )
    return rows.on_conflict_do_update(index_elements=["name"], set_={"value": counters.c.value + rows.excluded.value})


COUNT = Sized(_count)
