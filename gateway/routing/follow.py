"""Routing in the ledger: what becomes of recorded documents, in the same commit, and of parked ones when a key appears.

What writes runs on the ledger's writer thread, inside one transaction. Cross references are read beside it and
exchanged there, so that no document can be parked for a key between its appearance and the look for what it frees.
"""

import threading
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import structlog

from adapters.partner import Partner
from canonical.problem import ProblemKind, Severity
from canonical.registry import DOCUMENTS
from gateway.config.routes import Route
from gateway.ids import NewId
from gateway.ledger.contract import Reads, Transaction
from gateway.ledger.exception_records import key_of
from gateway.ledger.records import DocumentRow, ExceptionRow
from gateway.ledger.routing_records import ParkedRow
from gateway.outgoing import Dispatch, Outgoing
from gateway.outgoing_words import SUBMITTED
from gateway.routing import problems as kinds
from gateway.routing.match import Facts, may_take, takes
from gateway.routing.plan import Made, Obstacle, Plan, Source, World, plan
from gateway.xref.book import CrossReferences, Key
from gateway.xref.entries import Entry
from gateway.xref.layers import book_of

BATCH: Final = 50
"""Parked documents that one transaction looks at."""
AT_ONCE: Final = 50
"""Documents of one interchange that go on in the transaction that records them; the others follow in their turn."""
TURN: Final = "turn"
"""In place of a table, where a document waits for nothing but its turn."""
DOCUMENT: Final = "document"
"""In place of a table, where a document waits for no key but for a person."""
_TURNS: Final = "wharf.parked"
"""The number scope of turns."""
_ONE_OF_A_NUMBER: Final = frozenset({"purchase_order", "invoice"})

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Resumed:
    """What one look at parked documents brought."""

    sent: int
    """Documents that went on."""
    next: int | None
    """Beyond which turn the next look begins; None when all were looked at."""


@dataclass(frozen=True, slots=True)
class _Held:
    """Rules and cross references that hold together."""

    routes: tuple[Route, ...]
    references: CrossReferences


class Routing:
    """Follows the rules. Does nothing, at no cost, where there is none."""

    def __init__(
        self, *, routes: Sequence[Route], files: Sequence[Entry], by_name: Callable[[str], Partner | None],
        world: World, dispatch: Dispatch, new_id: NewId,
    ) -> None:  # fmt: skip
        self._partner = by_name
        self._world = world
        self._dispatch = dispatch
        self._new_id = new_id
        self._settings = tuple(routes), tuple(files)
        """The newest rules and files that were given."""
        self._now = _Held(tuple(routes), CrossReferences(files))
        """What holds in the transactions now; changed on the writer thread alone."""
        self._next: _Held | None = None
        self._preparing = threading.Lock()
        self.generation = 0
        """Changes whenever there may be something to resume."""

    def replace(self, routes: Sequence[Route], files: Sequence[Entry], reads: Reads) -> None:
        """Takes other rules and files, from any thread; they hold from the next transaction on."""
        self._settings = tuple(routes), tuple(files)
        self.prepare(reads)
        self.generation += 1

    def prepare(self, reads: Reads) -> None:
        """Looks up what was imported, away from the writer thread; it holds from the next transaction on."""
        with self._preparing:
            routes, files = self._settings
            self._next = _Held(routes, book_of(reads, files))

    def follow(self, tx: Transaction, rows: Iterable[DocumentRow], now: datetime) -> None:
        """Sends documents that were just recorded on, or parks them. Documents made by a rule are not given here: one
        rule never leads to another."""
        held = self._held()
        if not held.routes:
            return
        taken = 0
        for row in rows:
            if row.status != "accepted":
                continue
            routes = [each for each in held.routes if may_take(each, row.document_type, row.partner, row.direction)]
            if routes:
                source = self._source(tx, row)
                data = source.document.to_data()
                for route in routes:
                    if not takes(route, source.facts, data) or tx.routing.is_routed(row.id, route.name):
                        continue
                    if taken == 0 and tx.routing.waits(TURN, "", "") is not None:
                        # Others are still to be sent on, and nothing overtakes them.
                        taken = AT_ONCE
                    if taken >= AT_ONCE:
                        self._queue(tx, route, row, now)
                    else:
                        self._take(tx, route, source, row, now)
                    taken += 1

    def _queue(self, tx: Transaction, route: Route, row: DocumentRow, now: datetime) -> None:
        """Leaves a document to the loop, which sends many on without keeping the writer thread from others."""
        if not any(each.route == route.name for each in tx.routing.parked(document=row.id)):
            turn = tx.next_number(_TURNS)
            tx.routing.park(
                ParkedRow(
                    document=row.id, route=route.name, table=TURN, partner="", key="", code="", exception="",
                    since=now, turn=turn,
                )
            )  # fmt: skip
            self.generation += 1

    def resume(self, tx: Transaction, now: datetime, after: int = 0) -> Resumed:
        """Looks at parked documents again, in their order; those whose keys are known now go on.

        Those of a rule that the settings no longer have stay as they are.
        """
        by_name = {route.name: route for route in self._held().routes}
        waiting = tx.routing.waiting(after, BATCH)
        sent = 0
        for each in waiting:
            row, route = tx.document(each.document), by_name.get(each.route)
            if row is not None and route is not None:
                sent += self._take(tx, route, self._source(tx, row), row, now)
        # A turn may go on beyond this batch: it is looked at again.
        last = waiting[-1].turn if len(waiting) == BATCH else None
        return Resumed(sent, None if last is None else max(last - 1, after + 1))

    def _held(self) -> "_Held":
        """What holds in this transaction."""
        if self._next is not None:
            self._now, self._next = self._next, None
        return self._now

    def _source(self, tx: Transaction, row: DocumentRow) -> Source:
        document = DOCUMENTS[row.document_type].model_validate_json(row.body)
        event = tx.event(row.id)
        test = event is not None and event.attributes.get("test") == "true"
        return Source(row.id, document, Facts(row.document_type, row.partner, row.direction, test))

    def _take(self, tx: Transaction, route: Route, source: Source, row: DocumentRow, now: datetime) -> int:
        """Sends on what the rule makes of a document, or parks it; returns how many documents were sent."""
        planned = self._planned(route, source, now)
        if planned.made:
            planned = self._sendable(tx, planned, now)
        before = [each for each in tx.routing.parked(document=row.id) if each.route == route.name]
        if planned.missing or planned.obstacle is not None:
            self._park(tx, route, row, planned, before, now)
            return 0
        for made in planned.made:
            if tx.document(made.id) is None:
                partner = self._partner(made.partner)
                assert partner is not None  # noqa: S101 - asked before
                self._dispatch.put(
                    tx, Outgoing(made.id, made.document, partner, row.delivery, row.position, made.test), now
                )
        tx.routing.set_routed(row.id, route.name, now)
        no_longer(tx, before, now, "it went on by itself")
        return len(planned.made)

    def _planned(self, route: Route, source: Source, now: datetime) -> Plan:
        try:
            return plan(route, source, self._now.references.on(now.date()), self._world)
        except Exception as error:
            # What came in is kept and answered, whatever a rule makes of it.
            log.exception("a rule cannot be followed", kind=route.name, document=source.id)
            return Plan(obstacle=Obstacle(kinds.NOT_SENDABLE, f"a fault of Wharf itself ({type(error).__name__})"))

    def _sendable(self, tx: Transaction, planned: Plan, now: datetime) -> Plan:
        """The plan, or why one of its documents cannot leave: then none of them does."""
        for made in planned.made:
            partner = self._partner(made.partner)
            if partner is None:
                return Plan(obstacle=Obstacle(kinds.NOT_SENDABLE, f"there is no partner {made.partner}"))
            if tx.document(made.id) is not None:
                continue
            if self._number_used(tx, made, partner):
                return Plan(obstacle=Obstacle(kinds.NUMBER_USED, f"{made.document.number} to {made.partner}"))
            errors = [
                each for each in self._dispatch.problems(made.document, partner, now) if each.severity is Severity.ERROR
            ]
            if errors:
                place = f" at {errors[0].path}" if errors[0].path else ""
                return Plan(
                    obstacle=Obstacle(
                        kinds.NOT_SENDABLE, f"{made.partner}: {errors[0].code} {errors[0].message}{place}"
                    )
                )
        return planned

    @staticmethod
    def _number_used(tx: Transaction, made: Made, partner: Partner) -> bool:
        document = made.document
        if document.document_type not in _ONE_OF_A_NUMBER or document.purpose != "original":
            return False
        return bool(
            tx.documents(
                partner=partner.name, document_type=document.document_type, number=document.number,
                direction=SUBMITTED, limit=1,
            )
        )  # fmt: skip

    def _park(
        self, tx: Transaction, route: Route, row: DocumentRow, planned: Plan, before: Sequence[ParkedRow], now: datetime
    ) -> None:
        kept = {(each.table, each.partner, each.key): each for each in before}
        since, turn = (before[0].since, before[0].turn) if before else (now, tx.next_number(_TURNS))
        obstacle = planned.obstacle
        told: list[tuple[ProblemKind, Key]] = [(kinds.KEY_MISSING, key) for key in planned.missing]
        if obstacle is not None:
            told = [(obstacle.kind, Key(DOCUMENT, "", f"{row.number}: {obstacle.detail}".rstrip(": ")[:200]))]
        for kind, key in told:
            place = (key.table, key.partner, key.key)
            if kept.pop(place, None) is not None:
                continue
            other = tx.routing.waits(*place) if key.table != DOCUMENT else None
            exception = self._tell(tx, kind, key, row, now)
            if other is not None and other.exception != exception:
                # What was resolved by hand, while documents waited, is open again: it ends with the last of them.
                tx.routing.retell(*place, exception)
            tx.routing.park(
                ParkedRow(
                    document=row.id, route=route.name, table=key.table, partner=key.partner, key=key.key,
                    code=kind.code, exception=exception, since=since, turn=turn,
                )
            )  # fmt: skip
        no_longer(tx, kept.values(), now, "it waits for this no longer")

    def _tell(self, tx: Transaction, kind: ProblemKind, key: Key, row: DocumentRow, now: datetime) -> str:
        missing = kind is kinds.KEY_MISSING
        message = f"{kind.title}: {key.words}" if missing else f"{kind.title}: {row.document_type} {key.key}"
        trouble = key_of(kind.code, key.table, key.partner, key.key, None if missing else row.id)
        return tx.open_exception(
            ExceptionRow(
                id=self._new_id(), kind="business", code=kind.code,
                partner=key.partner or (None if missing else row.partner), delivery=row.delivery, document=row.id,
                message=message.rstrip(": "), opened_at=now, key=trouble,
            )
        )  # fmt: skip


def no_longer(tx: Transaction, rows: Iterable[ParkedRow], now: datetime, note: str) -> None:
    """These are waited for no longer; exceptions for which nothing waits any more are resolved."""
    gone = list(rows)
    tx.routing.unpark(gone)
    told = [each for each in gone if each.exception]
    ids = {each.exception: None for each in told if tx.routing.waits(each.table, each.partner, each.key) is None}
    if ids:
        tx.resolve_exceptions(list(ids), now, note)


def drop(tx: Transaction, document: str, now: datetime) -> int:
    """Takes a document off the list without sending it on; returns how many things it waited for."""
    rows = tx.routing.parked(document=document)
    for route in {each.route for each in rows}:
        tx.routing.set_routed(document, route, now)
    no_longer(tx, rows, now, "taken off the list by hand")
    return len(rows)
