"""What may be pruned, and pruning it: the same statements for SQLite and PostgreSQL.

One condition for each class says what stays, and it is asked twice: when candidates are looked for, beside the writer,
and again in the transaction that prunes them, because the world goes on in between.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    Connection,
    FromClause,
    and_,
    delete,
    func,
    literal_column,
    not_,
    or_,
    select,
    true,
    update,
)

from gateway.ledger.care_records import Candidates, Class
from gateway.ledger.records import MOST_ATTEMPTS
from gateway.ledger.rows import microseconds
from gateway.ledger.schema import answers, contents, deliveries, documents, events, exceptions, interchanges, problems
from gateway.ledger.schema_attention import event_troubles, exception_notes, replay_items
from gateway.ledger.schema_care import legal_holds
from gateway.ledger.schema_outbound import parcel_documents, parcel_history, parcels
from gateway.ledger.schema_routing import parked, routed

STRETCH: Final = 1000
"""Rows looked at in one question."""
_OUT: Final = ("published", "dropped")
"""Where events end: nobody waits for one that a person set aside."""
_ENDED: Final = ("delivered", "acknowledged", "rejected", "overdue", "dead", "refused")
"""States of parcels in which nothing is to be done by us; what is awaited is asked besides."""


def _any(rows: Sequence[FromClause], *so: ColumnElement[bool]) -> ColumnElement[bool]:
    """Whether there are such rows. Every other table in the condition is that of a question around it, however far."""
    return select(literal_column("1")).select_from(*rows).where(*so).correlate_except(*rows).exists()


def _these(column: Any, rows: FromClause, *so: ColumnElement[bool]) -> Any:
    """A column of such rows."""
    return select(column).where(*so).correlate_except(rows)


def _open_exception(*about: ColumnElement[bool]) -> ColumnElement[bool]:
    return _any([exceptions], exceptions.c.resolved_at.is_(None), or_(*about))


def _held_by_law(partner: Any, delivery: Any, *numbers: Any) -> ColumnElement[bool]:
    kind, value = legal_holds.c.kind, legal_holds.c.value
    return _any(
        [legal_holds],
        legal_holds.c.released_at.is_(None),
        or_(
            and_(kind == "partner", value == partner),
            and_(kind == "delivery", value == delivery),
            *(and_(kind == "order", value == number) for number in numbers),
        ),
    )


def _unsettled_parcel(parcel: FromClause) -> ColumnElement[bool]:
    """Still to be sent, or somebody still owes us a word on it, or a person must look at it."""
    inside = parcel_documents.c.parcel == parcel.c.id
    return or_(
        parcel.c.state.not_in(_ENDED),
        parcel.c.due_at.is_not(None),
        _any([parcel_documents], inside, parcel_documents.c.answer_due_at.is_not(None)),
        _open_exception(
            exceptions.c.id == parcel.c.exception,
            exceptions.c.id.in_(_these(parcel_documents.c.exception, parcel_documents, inside)),
        ),
    )


_of = documents.alias("its_document")
_sent = parcels.alias("its_parcel")
_inside = parcel_documents.alias("inside")
_again = deliveries.alias("again")


def _busy_delivery(before: int) -> ColumnElement[bool]:  # noqa: ARG001 - all conditions are made alike
    """Not read to its end, not published, not sent, waiting for a reference or a person, or held by law."""
    own = deliveries.c.id
    its = _these(_of.c.id, _of, _of.c.delivery == own)
    return or_(
        deliveries.c.state != "recorded",
        deliveries.c.attempts > MOST_ATTEMPTS,
        _any([events], events.c.delivery == own, events.c.state.not_in(_OUT)),
        _any([_sent], _sent.c.delivery == own, _unsettled_parcel(_sent)),
        _any([_inside, _sent], _inside.c.document.in_(its), _inside.c.parcel == _sent.c.id, _unsettled_parcel(_sent)),
        _open_exception(exceptions.c.delivery == own, exceptions.c.document.in_(its)),
        _any([parked], parked.c.document.in_(its)),
        _held_by_law(deliveries.c.partner, own),
        _any([_of], _of.c.delivery == own, _held_by_law(_of.c.partner, own, _of.c.number, _of.c.correlation)),
    )


def _busy_document(before: int) -> ColumnElement[bool]:
    return or_(
        _any([deliveries], deliveries.c.id == documents.c.delivery, _busy_delivery(before)),
        _any([events], events.c.document == documents.c.id, events.c.state.not_in(_OUT)),
    )


def _busy_parcel(before: int) -> ColumnElement[bool]:
    about = or_(
        _open_exception(exceptions.c.document == _of.c.id),
        _held_by_law(parcels.c.partner, _of.c.delivery, _of.c.number, _of.c.correlation),
    )
    return or_(
        _unsettled_parcel(parcels),
        _any([deliveries], deliveries.c.id == parcels.c.delivery, _busy_delivery(before)),
        _any([_inside, _of], _inside.c.parcel == parcels.c.id, _of.c.id == _inside.c.document, about),
        _held_by_law(parcels.c.partner, parcels.c.delivery),
    )


def _busy_exception(before: int) -> ColumnElement[bool]:  # noqa: ARG001
    numbered = _any(
        [documents], documents.c.id == exceptions.c.document,
        _held_by_law(documents.c.partner, documents.c.delivery, documents.c.number, documents.c.correlation),
    )  # fmt: skip
    came = _any(
        [deliveries, _of], deliveries.c.id == exceptions.c.delivery, _of.c.delivery == deliveries.c.id,
        _held_by_law(deliveries.c.partner, deliveries.c.id, _of.c.number, _of.c.correlation),
    )  # fmt: skip
    return or_(_held_by_law(exceptions.c.partner, exceptions.c.delivery), numbered, came)


def _busy_history(before: int) -> ColumnElement[bool]:
    """Besides: anything younger that hangs on it, or content that is kept longer."""
    own = deliveries.c.id
    return or_(
        deliveries.c.pruned_at.is_(None),
        _busy_delivery(before),
        _any([_of], _of.c.delivery == own, or_(_of.c.pruned_at.is_(None), _of.c.recorded_at >= before)),
        _any(
            [_again], _again.c.channel == deliveries.c.channel, _again.c.sha256 == deliveries.c.sha256,
            _again.c.received_at >= before,
        ),
        _any([interchanges], interchanges.c.delivery == own, interchanges.c.recorded_at >= before),
        _any([exceptions], exceptions.c.delivery == own, exceptions.c.resolved_at >= before),
        _any([_sent], _sent.c.delivery == own, or_(_sent.c.created_at >= before, _sent.c.delivered_at >= before)),
        # A transmission that holds documents of several deliveries goes when all of them are old enough.
        _any(
            [_sent, _inside, _of], _sent.c.delivery == own, _inside.c.parcel == _sent.c.id,
            _of.c.id == _inside.c.document, _of.c.delivery != own, _of.c.recorded_at >= before,
        ),
        _any(
            [_of, _inside, _sent], _of.c.delivery == own, _inside.c.document == _of.c.id,
            _sent.c.id == _inside.c.parcel, or_(_sent.c.delivery.is_(None), _sent.c.delivery != own),
        ),
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Rule:
    """How the rows of one class are found."""

    table: Any
    position: Any
    age: Any
    busy: Any
    """Takes the moment before which they are old; a condition that keeps them."""
    rest: ColumnElement[bool]
    """Which rows the class is about at all."""
    size: Any


_RULES: Final[Mapping[Class, _Rule]] = MappingProxyType(
    {
        Class.PAYLOADS: _Rule(
            deliveries, deliveries.c.position, deliveries.c.received_at, _busy_delivery,
            deliveries.c.pruned_at.is_(None), deliveries.c.size,
        ),
        Class.DOCUMENTS: _Rule(
            documents, documents.c.sequence, documents.c.recorded_at, _busy_document, documents.c.pruned_at.is_(None),
            func.coalesce(func.length(documents.c.body), 0),
        ),
        Class.PARCELS: _Rule(
            parcels, parcels.c.position, parcels.c.created_at, _busy_parcel,
            and_(parcels.c.pruned_at.is_(None), parcels.c.document_type.is_not(None)),
            func.coalesce(func.length(parcels.c.body), 0) + func.coalesce(func.length(parcels.c.content), 0),
        ),
        Class.EXCEPTIONS: _Rule(
            exceptions, exceptions.c.position, exceptions.c.resolved_at, _busy_exception, true(),
            func.length(exceptions.c.message),
        ),
        Class.HISTORY: _Rule(
            deliveries, deliveries.c.position, deliveries.c.received_at, _busy_history, true(), 0 * deliveries.c.size
        ),
    }
)  # fmt: skip


def candidates(connection: Connection, of: Class, before: datetime, after: int) -> Candidates:
    """Those in one stretch of rows beyond ``after`` that are older than ``before`` and that nothing keeps."""
    rule, edge = _RULES[of], microseconds(before)
    places = select(rule.position).where(rule.position > after).order_by(rule.position).limit(STRETCH).subquery()
    end: int | None = connection.execute(select(func.max(places.c[rule.position.name]))).scalar_one()
    if end is None:
        return Candidates((), 0, None)
    asked = _prunable(rule, edge).where(rule.position > after, rule.position <= end)
    rows = connection.execute(asked.order_by(rule.position)).all()
    return Candidates(tuple(row[0] for row in rows), sum(int(row[1] or 0) for row in rows), end)


def prune(connection: Connection, of: Class, ids: Sequence[str], before: datetime, now: datetime) -> int:
    """Prunes those of them that may be pruned still; returns how many those were."""
    rule = _RULES[of]
    still = connection.execute(_prunable(rule, microseconds(before)).where(rule.table.c.id.in_(ids))).all()
    found = [row[0] for row in still]
    if found:
        _PRUNE[of](connection, found, microseconds(now))
    return len(found)


def _prunable(rule: _Rule, edge: int) -> Any:
    return select(rule.table.c.id, rule.size).where(rule.rest, rule.age < edge, not_(rule.busy(edge)))


def _prune_payloads(connection: Connection, ids: Sequence[str], now: int) -> None:
    connection.execute(delete(contents).where(contents.c.delivery.in_(ids)))
    connection.execute(update(deliveries).where(deliveries.c.id.in_(ids)).values(pruned_at=now))


def _prune_documents(connection: Connection, ids: Sequence[str], now: int) -> None:
    connection.execute(update(documents).where(documents.c.id.in_(ids)).values(body=None, pruned_at=now))


def _prune_parcels(connection: Connection, ids: Sequence[str], now: int) -> None:
    connection.execute(update(parcels).where(parcels.c.id.in_(ids)).values(body=None, content=None, pruned_at=now))


def _prune_exceptions(connection: Connection, ids: Sequence[str], now: int) -> None:  # noqa: ARG001
    connection.execute(delete(exception_notes).where(exception_notes.c.exception.in_(ids)))
    connection.execute(delete(exceptions).where(exceptions.c.id.in_(ids)))


def _prune_history(connection: Connection, ids: Sequence[str], now: int) -> None:  # noqa: ARG001
    """In the order in which rows name each other."""
    sent = select(parcels.c.id).where(parcels.c.delivery.in_(ids)).scalar_subquery()
    made = select(documents.c.id).where(documents.c.delivery.in_(ids)).scalar_subquery()
    connection.execute(delete(parcel_documents).where(parcel_documents.c.parcel.in_(sent)))
    connection.execute(delete(parcel_history).where(parcel_history.c.parcel.in_(sent)))
    connection.execute(delete(parcels).where(parcels.c.delivery.in_(ids)))
    connection.execute(delete(routed).where(routed.c.document.in_(made)))
    connection.execute(delete(event_troubles).where(event_troubles.c.event.in_(made)))
    told = select(exceptions.c.id).where(exceptions.c.delivery.in_(ids)).scalar_subquery()
    connection.execute(delete(exception_notes).where(exception_notes.c.exception.in_(told)))
    connection.execute(delete(replay_items).where(replay_items.c.delivery.in_(ids)))
    for table in (events, problems, exceptions, interchanges, answers, contents, documents):
        connection.execute(delete(table).where(table.c.delivery.in_(ids)))
    connection.execute(delete(deliveries).where(deliveries.c.id.in_(ids)))


_PRUNE: Final = MappingProxyType(
    {
        Class.PAYLOADS: _prune_payloads,
        Class.DOCUMENTS: _prune_documents,
        Class.PARCELS: _prune_parcels,
        Class.EXCEPTIONS: _prune_exceptions,
        Class.HISTORY: _prune_history,
    }
)
