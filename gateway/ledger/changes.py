"""The ledger's changes in SQL. A row that is there already stays as it is: recording again is harmless."""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import datetime
from itertools import groupby
from typing import Any

from sqlalchemy import Connection, Executable

from adapters.contracts import Content
from gateway.ledger import cursors, nonces
from gateway.ledger import events as outbox
from gateway.ledger import statements as sql
from gateway.ledger.audit_book import SqlAuditChanges
from gateway.ledger.blobs import digest
from gateway.ledger.care_book import SqlCareChanges
from gateway.ledger.dead_letter_book import SqlDeadLetterChanges
from gateway.ledger.exception_book import SqlExceptionChanges
from gateway.ledger.keys import SqlKeyChanges
from gateway.ledger.node_book import SqlNodeChanges
from gateway.ledger.parcel_changes import SqlParcelChanges
from gateway.ledger.payloads import Payloads
from gateway.ledger.questions import SqlReads
from gateway.ledger.records import (
    DeliveryRow,
    DeliveryState,
    DocumentRow,
    EventRow,
    InterchangeRow,
    NewEvent,
    ProblemRow,
)
from gateway.ledger.rekeying import Rekeying
from gateway.ledger.replay_book import SqlReplayChanges
from gateway.ledger.routing_book import SqlRoutingChanges
from gateway.ledger.rows import microseconds
from gateway.ledger.values import delivery_values, interchange_values, problem_values

_FEED = "wharf.feed"
"""The number scope of feed positions."""


class SqlTransaction(
    SqlParcelChanges, SqlReads, SqlKeyChanges, SqlExceptionChanges, SqlReplayChanges, SqlDeadLetterChanges
):
    """All questions and all changes on one connection, inside its open transaction.

    ``counts`` collects what changes in the running totals; the writer puts it into the ledger before the commit.
    """

    def __init__(
        self, connection: Connection, payloads: Payloads, counts: Counter[str], clock: Callable[[], datetime]
    ) -> None:
        SqlReads.__init__(self, connection, payloads, counts, clock)
        self._counts = counts

    def add_delivery(self, row: DeliveryRow, content: Content) -> None:
        """A delivery with its bytes. ValueError where its id is there already or its digest is not theirs."""
        if digest(content) != row.sha256:
            raise ValueError("the delivery's digest is not that of its content")
        if not self._changed(sql.ADD_DELIVERY, delivery_values(row)):
            raise ValueError(f"delivery {row.id} is in the ledger already")
        stored = self._payloads.stored(content, row.sha256)
        self._connection.execute(sql.ADD_CONTENT, {"delivery": row.id, "content": stored})
        self._count_delivery(row)

    def begin_reading(self, delivery: str, reader: str | None = None) -> int:
        """Counts an attempt. LookupError where there is no such delivery."""
        count: int | None = self._connection.execute(
            sql.BEGIN_READING, {"of": delivery, "by": reader}
        ).scalar_one_or_none()  # fmt: skip
        if count is None:
            raise LookupError(f"there is no delivery {delivery}")
        if count > 1:
            self._forget(self._connection.execute(sql.HELD_OF, {"of": delivery}).scalars().all())
        return count

    def forgive_reading(self, delivery: str | None = None, *, reader: str | None = None) -> None:
        """Attempts begin at 0 again."""
        if delivery is not None:
            self._connection.execute(sql.FORGIVE, {"of": delivery})
        elif reader is not None:
            self._connection.execute(sql.FORGIVE_ALL_OF, {"of": reader})
        else:
            self._connection.execute(sql.FORGIVE_ALL)

    def finish_delivery(
        self, delivery: str, *, partner: str | None, outcome: str, accepted: int, rejected: int, summary: str
    ) -> None:
        """From ``received`` to ``recorded``; LookupError where it is not ``received``."""
        values = {
            "of": delivery, "to_partner": partner, "to_outcome": outcome, "to_accepted": accepted,
            "to_rejected": rejected, "to_summary": summary,
        }  # fmt: skip
        if not self._changed(sql.FINISH, values):
            raise LookupError(f"there is no delivery {delivery} that is still to be read")
        self._count_finished(outcome)

    def add_answer(self, delivery: str, content: bytes) -> None:
        """What its sender is told while it waits; one that is there already stays."""
        stored = self._payloads.sealed_text(content, f"answer {delivery}")
        self._connection.execute(sql.ADD_ANSWER, {"delivery": delivery, "content": stored})

    def reopen_delivery(self, delivery: str, *, forget: bool = True) -> None:
        """To be read once more.

        What nobody can have seen is removed: events whose publishing was never begun, with their documents and
        problems. What may have been seen stays as it was, and so do its interchanges with their answers.
        """
        found = self.delivery(delivery)
        if found is None:
            raise LookupError(f"there is no delivery {delivery}")
        if found.pruned_at is not None:
            raise ValueError("what was pruned cannot be read again")
        if found.state is DeliveryState.RECORDED:
            self._counts["waiting.deliveries"] += 1
            self._counts[f"deliveries.{found.outcome}"] -= 1
        self._connection.execute(sql.REOPEN, {"of": delivery})
        if forget:
            self._forget(self._connection.execute(sql.UNSEEN_OF, {"of": delivery}).scalars().all())
        self._connection.execute(sql.DROP_GENERAL_PROBLEMS, {"of": delivery})
        # What the new reading comes to is what its sender is told, should the same bytes come again.
        self._connection.execute(sql.DROP_ANSWER, {"of": delivery})

    def add_interchange(self, row: InterchangeRow) -> None:
        """One interchange with its verdict."""
        self._connection.execute(sql.ADD_INTERCHANGE, interchange_values(row))

    def set_verdict(self, interchange: str, verdict: str) -> None:
        """Nothing where there is no such interchange."""
        self._connection.execute(sql.SET_VERDICT, {"of": interchange, "to_verdict": verdict})

    def add_documents(self, rows: Sequence[DocumentRow]) -> None:
        """Documents in order."""
        for (document_type, status), same in groupby(rows, lambda row: (row.document_type, row.status)):
            added = self._changed(sql.ADD_DOCUMENT, [self._document_values(row) for row in same])
            self._counts[f"documents.{document_type}.{status}"] += added

    def drop_documents(self, ids: Sequence[str]) -> None:
        """Forgets those whose events are held, or that have none."""
        for chunk in _chunks(ids):
            self._forget(self._connection.execute(sql.HELD_AMONG, {"ids": chunk}).scalars().all())

    def add_problems(self, rows: Sequence[ProblemRow]) -> None:
        """Problems in order; the same problem of one delivery stands once."""
        if rows:
            self._connection.execute(sql.ADD_PROBLEM, [problem_values(row, self._payloads) for row in rows])

    def add_events(self, rows: Sequence[NewEvent]) -> None:
        """Events in order."""
        now = microseconds(self._clock())
        for held, same in groupby(rows, lambda row: row.held):
            added = outbox.add(self._connection, list(same), held, now)
            self._counts["events.held" if held else "waiting.events"] += added

    def release_events(self, delivery: str) -> int:
        """Held ones become ready."""
        released = outbox.release(self._connection, delivery, microseconds(self._clock()))
        self._counts["events.held"] -= released
        self._counts["waiting.events"] += released
        return released

    def claim_events(
        self, limit: int, *, resting: Collection[str] = (), besides: Collection[int] = ()
    ) -> list[EventRow]:
        """The first ready one of each ordering key."""
        return outbox.claim(self._connection, self._payloads, limit, resting, besides)

    def mark_published(self, ids: Iterable[str], at: datetime) -> None:
        """Those that are ready get their place in the feed; a replayed one keeps the place that it has."""
        wanted = list(dict.fromkeys(ids))
        ready = outbox.ready_among(self._connection, wanted)
        if not ready:
            return
        new = sum(place is None for _, place in ready.values())
        next_place = self._reserve(new) if new else 0
        places: list[tuple[str, int]] = []
        for id in wanted:
            if id in ready:
                place = ready[id][1]
                if place is None:
                    place, next_place = next_place, next_place + 1
                places.append((id, place))
        outbox.publish(self._connection, places, [key for key, _ in ready.values()], microseconds(at))
        self._counts["waiting.events"] -= len(ready)
        self._counts["events.published"] += new

    def replay_event(self, id: str) -> bool:
        """Ready once more."""
        replayed = outbox.replay(self._connection, id, microseconds(self._clock()))
        self._counts["waiting.events"] += replayed
        return replayed

    def next_number(self, scope: str) -> int:
        """The next of a scope."""
        number: int = self._connection.execute(sql.NEXT_NUMBER, {"scope": scope}).scalar_one()
        return number

    def use_nonce(self, value: str, expires_at: datetime, now: datetime) -> bool:
        """Once until it expires."""
        return nonces.use(self._connection, value, expires_at, now)

    def move_cursor(self, channel: str, value: str, at: datetime) -> None:
        """Further, or wherever the service says."""
        cursors.move(self._connection, channel, value, at)

    @property
    def care(self) -> SqlCareChanges:
        """Questions and changes of care."""
        return SqlCareChanges(self._connection)

    @property
    def routing(self) -> SqlRoutingChanges:
        """Questions and changes of routing."""
        return SqlRoutingChanges(self._connection)

    @property
    def nodes(self) -> SqlNodeChanges:
        """Questions and changes of nodes and leases."""
        return SqlNodeChanges(self._connection, self._clock)

    @property
    def rekeying(self) -> Rekeying:
        """Content sealed anew."""
        return Rekeying(self._connection, self._payloads)

    @property
    def trail(self) -> SqlAuditChanges:
        """Questions and changes of the audit trail."""
        return SqlAuditChanges(self._connection, self._clock())

    def _count_delivery(self, row: DeliveryRow) -> None:
        if row.state is DeliveryState.RECEIVED:
            self._counts["waiting.deliveries"] += 1
        else:
            self._counts[f"deliveries.{row.outcome}"] += 1

    def _count_finished(self, outcome: str) -> None:
        self._counts["waiting.deliveries"] -= 1
        self._counts[f"deliveries.{outcome}"] += 1

    def _changed(self, statement: Executable, values: Mapping[str, Any] | Sequence[Mapping[str, Any]]) -> int:
        """Runs it and returns how many rows it changed."""
        if not values:
            return 0
        found: int = self._connection.execute(statement, values).rowcount
        return found

    def _reserve(self, count: int) -> int:
        """The first of so many new feed positions."""
        last: int = self._connection.execute(sql.RESERVE, {"scope": _FEED, "count": count}).scalar_one()
        return last - count + 1

    def _document_values(self, row: DocumentRow) -> dict[str, Any]:
        sha256 = digest(row.body)
        return {
            "id": row.id, "delivery": row.delivery, "position": row.position, "partner": row.partner,
            "document_type": row.document_type, "number": row.number, "correlation": row.correlation,
            "status": row.status, "standard": row.standard, "message_type": row.message_type,
            "interchange": row.interchange, "group": row.group, "transaction": row.transaction,
            "body": self._payloads.stored(row.body, sha256), "sha256": sha256,
            "recorded_at": microseconds(row.recorded_at), "direction": row.direction, "pruned_at": None,
        }  # fmt: skip

    def _forget(self, ids: Sequence[str]) -> None:
        """Removes documents with their events and problems, and takes them out of the totals."""
        for chunk in _chunks(ids):
            for name, count in self._connection.execute(sql.EVENT_STATES, {"ids": chunk}):
                self._counts["events.held" if name == "held" else "waiting.events"] -= count
            for document_type, status, count in self._connection.execute(sql.DOCUMENT_KINDS, {"ids": chunk}):
                self._counts[f"documents.{document_type}.{status}"] -= count
            keys = self._connection.execute(sql.READY_KEYS, {"ids": chunk}).scalars().all()
            for statement in (sql.DROP_EVENTS, sql.DROP_PROBLEMS, sql.DROP_DOCUMENTS):
                self._connection.execute(statement, {"ids": chunk})
            outbox.renew_first(self._connection, keys)


def _chunks(ids: Sequence[str]) -> Iterable[Sequence[str]]:
    for start in range(0, len(ids), outbox.CHUNK):
        yield ids[start : start + outbox.CHUNK]
