"""The ledger's questions in SQL; each one has an index in ``schema``."""

from collections.abc import Callable, Collection, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, bindparam, literal_column, null, or_, select

from adapters.contracts import Content
from gateway.ledger import cursors
from gateway.ledger import events as outbox
from gateway.ledger.audit_book import SqlAuditReads
from gateway.ledger.care_book import SqlCareReads
from gateway.ledger.dead_letter_book import SqlDeadLetterReads
from gateway.ledger.exception_book import SqlExceptionReads
from gateway.ledger.keys import SqlKeyReads
from gateway.ledger.lists import SqlLists
from gateway.ledger.node_book import SqlNodeReads
from gateway.ledger.parcels import SqlParcelReads
from gateway.ledger.payloads import Payloads
from gateway.ledger.records import (
    Backlog,
    DeliveryRow,
    DocumentRow,
    EventRow,
    InterchangeRow,
    ProblemRow,
)
from gateway.ledger.replay_book import SqlReplayReads
from gateway.ledger.routing_book import SqlRoutingReads
from gateway.ledger.rows import (
    DELIVERY,
    INTERCHANGE,
    PROBLEM,
    delivery_row,
    interchange_row,
    maybe_moment,
    microseconds,
    moment,
    problem_row,
    utc_now,
)
from gateway.ledger.schema import (
    HELD,
    REFUSED,
    UNREAD,
    answers,
    contents,
    counters,
    deliveries,
    documents,
    interchanges,
    problems,
    word,
)
from gateway.ledger.statements import where

WAITING = "waiting."
"""Counters of what waits now begin with this word; all others are totals."""

_ONE: Any = literal_column("1")
"""A bound limit makes some builds of SQLite plan anew each time: what is always one is written out."""
_DELIVERY = select(*DELIVERY).where(deliveries.c.id == bindparam("id"))
_ANSWER = select(answers.c.content).where(answers.c.delivery == bindparam("id"))
_CONTENT = (
    select(contents.c.content, deliveries.c.sha256)
    .join(deliveries, deliveries.c.id == contents.c.delivery)
    .where(contents.c.delivery == bindparam("id"))
)
_FIRST = (
    select(*DELIVERY)
    .where(
        deliveries.c.channel == bindparam("channel"),
        deliveries.c.sha256 == bindparam("sha256"),
        deliveries.c.repeats.is_(null()),
        deliveries.c.state == word("recorded"),
    )
    .order_by(deliveries.c.position.desc())
    .limit(_ONE)
)
_BY_ORIGIN = (
    select(*DELIVERY)
    .where(deliveries.c.channel == bindparam("channel"), deliveries.c.origin == bindparam("origin"))
    .order_by(deliveries.c.position.desc())
    .limit(_ONE)
)
_UNREAD = select(*DELIVERY).where(UNREAD).order_by(deliveries.c.position).limit(bindparam("limit"))
_HELD = select(deliveries.c.sha256).where(HELD)
_INTERCHANGE = (
    select(*INTERCHANGE)
    .where(
        interchanges.c.sender == bindparam("sender"),
        interchanges.c.receiver == bindparam("receiver"),
        interchanges.c.control_number == bindparam("control_number"),
        interchanges.c.usage == bindparam("usage"),
        or_(interchanges.c.verdict == word("accepted"), interchanges.c.verdict == word("rejected")),
    )
    .order_by(interchanges.c.recorded_at.desc(), interchanges.c.position.desc())
)
_INTERCHANGES_OF = (
    select(*INTERCHANGE).where(interchanges.c.delivery == bindparam("delivery")).order_by(interchanges.c.position)
)
_UNREAD_LIKE = (
    select(*DELIVERY)
    .where(UNREAD, deliveries.c.sha256 == bindparam("sha256"))
    .order_by(deliveries.c.position)
    .limit(_ONE)
)
_PROBLEMS = select(*PROBLEM).where(problems.c.delivery == bindparam("delivery")).order_by(problems.c.position)
_COUNTERS = select(counters.c.name, counters.c.value)


class SqlReads(SqlParcelReads, SqlKeyReads, SqlLists, SqlExceptionReads, SqlReplayReads, SqlDeadLetterReads):
    """Questions on one connection, inside its open transaction. ``pending`` are counts not written yet."""

    def __init__(
        self,
        connection: Connection,
        payloads: Payloads,
        pending: Mapping[str, int],
        clock: Callable[[], datetime] = utc_now,
    ) -> None:
        super().__init__(connection, payloads)
        self._pending = pending
        self._clock = clock

    def delivery(self, id: str) -> DeliveryRow | None:
        """One delivery, without its content."""
        row = self._one(_DELIVERY, id=id)
        return delivery_row(row) if row else None

    def delivery_content(self, id: str) -> Content | None:
        """The raw bytes, verified; a large file is mapped."""
        row = self._one(_CONTENT, id=id)
        return self._payloads.mapped(row.content, row.sha256) if row else None

    def answer(self, delivery: str) -> bytes | None:
        """What the sender of a delivery was told while it waited."""
        row = self._one(_ANSWER, id=delivery)
        return self._payloads.opened_text(row.content, f"answer {delivery}") if row else None

    def deliveries(
        self, *, after: str | None = None, limit: int = 100, partner: str | None = None, outcome: str | None = None,
        newest_first: bool = True,
    ) -> list[DeliveryRow]:  # fmt: skip
        """A page of deliveries in order of arrival, beyond the one named by ``after``."""
        position = deliveries.c.position
        asked = select(*DELIVERY).order_by(position.desc() if newest_first else position).limit(limit)
        if after is not None:
            edge = select(position).where(deliveries.c.id == after).scalar_subquery()
            asked = asked.where(position < edge if newest_first else position > edge)
        asked = where(asked, {deliveries.c.partner: partner, deliveries.c.outcome: outcome})
        return [delivery_row(row) for row in self._connection.execute(asked)]

    def first_delivery(self, channel: str, sha256: str) -> DeliveryRow | None:
        """The newest arrival of these bytes through this channel that is ``recorded`` and repeats no other."""
        row = self._one(_FIRST, channel=channel, sha256=sha256)
        return delivery_row(row) if row else None

    def delivery_by_origin(self, channel: str, origin: str) -> DeliveryRow | None:
        """The newest arrival with this origin."""
        row = self._one(_BY_ORIGIN, channel=channel, origin=origin)
        return delivery_row(row) if row else None

    def unread_deliveries(self, limit: int = 100, *, besides: Collection[str] = ()) -> list[DeliveryRow]:
        """Those still ``received``, oldest first."""
        asked = _UNREAD
        if besides:
            asked = asked.where(or_(deliveries.c.reader.is_(null()), deliveries.c.reader.not_in(list(besides))))
        return [delivery_row(row) for row in self._connection.execute(asked, {"limit": limit})]

    def unread_delivery(self, sha256: str) -> DeliveryRow | None:
        """The oldest unread delivery of these bytes."""
        row = self._one(_UNREAD_LIKE, sha256=sha256)
        return delivery_row(row) if row else None

    def held_digests(self) -> set[str]:
        """Digests of the deliveries that nobody could read to their end."""
        return set(self._connection.execute(_HELD).scalars())

    def interchange(
        self, sender: str, receiver: str, control_number: str, usage: str, since: datetime, *,
        sha256: str | None = None, besides: Collection[str] = (),
    ) -> InterchangeRow | None:  # fmt: skip
        """The newest one that stands for this control number."""
        asked = _INTERCHANGE
        if sha256 is not None:
            asked = asked.where(interchanges.c.sha256 == bindparam("sha256"))
        values = {"sender": sender, "receiver": receiver, "control_number": control_number, "usage": usage}
        for row in self._connection.execute(asked, values if sha256 is None else {**values, "sha256": sha256}):
            found = interchange_row(row)
            if row.recorded_at < microseconds(since):
                return None
            if found.id not in besides:
                return found
        return None

    def interchanges_of(self, delivery: str) -> list[InterchangeRow]:
        """Those of one delivery, in order."""
        return [interchange_row(row) for row in self._connection.execute(_INTERCHANGES_OF, {"delivery": delivery})]

    def document(self, id: str) -> DocumentRow | None:
        """One document with its body, verified."""
        row = self._one(select(documents).where(documents.c.id == bindparam("id")), id=id)
        return self._document(row) if row else None

    def documents(
        self, *, delivery: str | None = None, partner: str | None = None, document_type: str | None = None,
        number: str | None = None, status: str | None = None, direction: str | None = None, limit: int = 100,
    ) -> list[DocumentRow]:  # fmt: skip
        """Newest first; of one delivery, in its order."""
        order = documents.c.position if delivery is not None else documents.c.sequence.desc()
        asked = select(documents).order_by(order).limit(limit)
        asked = where(
            asked,
            {
                documents.c.delivery: delivery,
                documents.c.partner: partner,
                documents.c.document_type: document_type,
                documents.c.number: number,
                documents.c.direction: direction,
            },
        )
        if status is not None:
            # A literal, so that the partial index over rejected documents is seen to fit.
            asked = asked.where(REFUSED if status == "rejected" else documents.c.status == status)
        return [self._document(row) for row in self._connection.execute(asked)]

    def problems(self, delivery: str) -> list[ProblemRow]:
        """In order of recording."""
        found = self._connection.execute(_PROBLEMS, {"delivery": delivery})
        return [problem_row(row, self._payloads.opened_text(row.body, f"problem {row.sha256}")) for row in found]

    def event(self, id: str) -> EventRow | None:
        """One event, whatever its state."""
        return outbox.one_event(self._connection, self._payloads, id)

    def published(
        self, *, after: int = 0, limit: int = 500, document_type: str | None = None, partner: str | None = None
    ) -> list[EventRow]:
        """The feed beyond a cursor. An event that is replayed stays in it, where it first was."""
        return outbox.feed(self._connection, self._payloads, after, limit, document_type, partner)

    def cursor(self, channel: str) -> str | None:
        """Of one channel."""
        return cursors.value(self._connection, channel)

    def backlog(self) -> Backlog:
        """What waits, from running totals: as fast with a thousand million rows as with ten."""
        totals = {row.name: row.value for row in self._connection.execute(_COUNTERS)}
        for name, value in self._pending.items():
            totals[name] = totals.get(name, 0) + value
        oldest = outbox.oldest_ready(self._connection)
        return Backlog(
            deliveries=totals.get("waiting.deliveries", 0),
            events=totals.get("waiting.events", 0),
            oldest_event_at=None if oldest is None else moment(oldest),
            parcels=totals.get("waiting.parcels", 0),
            exceptions=totals.get("waiting.exceptions", 0),
            counts={name: value for name, value in sorted(totals.items()) if value and not name.startswith(WAITING)},
        )

    @property
    def care(self) -> SqlCareReads:
        """Questions of care."""
        return SqlCareReads(self._connection)

    @property
    def routing(self) -> SqlRoutingReads:
        """Questions of routing."""
        return SqlRoutingReads(self._connection)

    @property
    def nodes(self) -> SqlNodeReads:
        """Questions of nodes and leases."""
        return SqlNodeReads(self._connection, self._clock)

    @property
    def trail(self) -> SqlAuditReads:
        """Questions of the audit trail."""
        return SqlAuditReads(self._connection)

    def _one(self, statement: Select[Any], **values: object) -> Row[Any] | None:
        return self._connection.execute(statement, values).one_or_none()

    def _document(self, row: Row[Any]) -> DocumentRow:
        return DocumentRow(
            id=row.id, delivery=row.delivery, position=row.position, partner=row.partner,
            document_type=row.document_type, number=row.number, correlation=row.correlation, status=row.status,
            standard=row.standard, message_type=row.message_type, interchange=row.interchange, group=row.group,
            transaction=row.transaction, body=self._payloads.unless(row.pruned_at, row.body, row.sha256),
            recorded_at=moment(row.recorded_at), direction=row.direction, pruned_at=maybe_moment(row.pruned_at),
        )  # fmt: skip
