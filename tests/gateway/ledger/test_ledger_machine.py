"""The ledger beside a model of a few lists: whatever is done in whatever order, both say the same."""

import shutil
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test
from sqlalchemy import Connection

from gateway.ledger.contract import LedgerFull, Transaction
from gateway.ledger.open_postgres import open_postgres
from gateway.ledger.records import DeliveryState, EventState, ParcelState
from gateway.ledger.store import SqlLedger, open_ledger
from tests.rigs.ledger_rows import NOW, delivery, document, event, parcel
from tests.rigs.postgres import PostgresServer

KEYS = st.sampled_from(["one", "two", "three"])
ROUTES = st.sampled_from(["a", "b"])


LARGE = b"x" * 60_000
"""More than the pages that the ledger has free, and less than would go to a file."""
MOST_PAGES = 1_000_000


def _pages(tx: Transaction, most: int) -> None:
    """As large as the ledger may be; less than it is means not a page more."""
    connection: Connection = cast("Any", tx)._connection
    connection.exec_driver_sql(f"PRAGMA max_page_count={most}")


@dataclass
class ModelEvent:
    """An event as the model has it."""

    id: str
    of: str
    key: str
    route: str
    state: EventState
    attempts: int = 0
    place: int | None = None


@dataclass
class ModelDelivery:
    """A delivery as the model has it."""

    id: str
    state: DeliveryState = DeliveryState.RECEIVED
    attempts: int = 0


@dataclass
class Model:
    """What a ledger is, without a disk."""

    deliveries: dict[str, ModelDelivery] = field(default_factory=dict)
    events: list[ModelEvent] = field(default_factory=list)
    parcels: dict[str, ParcelState] = field(default_factory=dict)
    numbers: dict[str, int] = field(default_factory=dict)
    published: int = 0

    def firsts(self, resting: frozenset[str]) -> list[ModelEvent]:
        """The first ready event of each key, in order."""
        found: dict[str, ModelEvent] = {}
        for one in self.events:
            if one.state is EventState.READY:
                found.setdefault(one.key, one)
        return [one for one in found.values() if one.route not in resting]


class LedgerMachine(RuleBasedStateMachine):
    """Accepts, records, publishes, replays, reopens and restarts, in any order."""

    can_be_full = True

    def __init__(self) -> None:
        super().__init__()
        self.data = Path(tempfile.mkdtemp(prefix="wharf-ledger-"))
        self.ledger = self.open()
        self.model = Model()
        self.made = 0

    def open(self) -> SqlLedger:
        """The ledger, at the first start and every other."""
        return open_ledger(self.data, clock=lambda: NOW)

    def teardown(self) -> None:
        """Leaves nothing behind."""
        self.ledger.close()
        shutil.rmtree(self.data)

    def some(self, pick: int, *states: EventState) -> ModelEvent | None:
        """One of the events in these states."""
        fitting = [one for one in self.model.events if one.state in states]
        return fitting[pick % len(fitting)] if fitting else None

    def pick(self, pick: int, state: DeliveryState) -> ModelDelivery | None:
        """One of the deliveries in this state."""
        fitting = [one for one in self.model.deliveries.values() if one.state is state]
        return fitting[pick % len(fitting)] if fitting else None

    @rule()
    def accept(self) -> None:
        """Bytes arrive."""
        self.made += 1
        id = f"d{self.made}"
        content = id.encode()
        self.ledger.write(lambda tx: tx.add_delivery(delivery(id, content), content)).result()
        self.model.deliveries[id] = ModelDelivery(id)

    @rule(at=st.integers(0, 99))
    def begin(self, at: int) -> None:
        """Reading is begun."""
        one = self.pick(at, DeliveryState.RECEIVED)
        if one is not None:
            one.attempts += 1
            assert self.ledger.write(lambda tx: tx.begin_reading(one.id)).result() == one.attempts
            if one.attempts > 1:
                self.model.events = [
                    other for other in self.model.events if other.of != one.id or other.state is not EventState.HELD
                ]

    @rule(at=st.integers(0, 99), kinds=st.lists(st.tuples(KEYS, ROUTES), max_size=4), held=st.booleans())
    def slice(self, at: int, kinds: list[tuple[str, str]], held: bool) -> None:
        """Documents with their events are written; the same ones a second time, which changes nothing."""
        one = self.pick(at, DeliveryState.RECEIVED)
        if one is None:
            return
        ids = []
        for _ in kinds:
            self.made += 1
            ids.append(f"e{self.made}")

        def work(tx: Transaction) -> None:
            tx.add_documents([document(id, one.id, position=place) for place, id in enumerate(ids)])
            tx.add_events(
                [
                    event(id, one.id, key=key, routing=route, held=held)
                    for id, (key, route) in zip(ids, kinds, strict=True)
                ]
            )

        for _ in range(2):
            self.ledger.write(work).result()
        state = EventState.HELD if held else EventState.READY
        self.model.events += [
            ModelEvent(id, one.id, key, route, state) for id, (key, route) in zip(ids, kinds, strict=True)
        ]

    @rule(at=st.integers(0, 99), release=st.booleans(), fails=st.booleans())
    def finish(self, at: int, release: bool, fails: bool) -> None:
        """A delivery is recorded; or nearly, when the work fails at its end."""
        one = self.pick(at, DeliveryState.RECEIVED)
        if one is None:
            return

        def work(tx: Transaction) -> None:
            if release:
                tx.release_events(one.id)
            tx.add_parcel(parcel(f"p{one.id}", of=one.id))
            tx.finish_delivery(one.id, partner="acme", outcome="accepted", accepted=1, rejected=0, summary="")
            if fails:
                raise ZeroDivisionError

        future = self.ledger.write(work)
        if fails:
            assert isinstance(future.exception(), ZeroDivisionError)
            return
        future.result()
        one.state = DeliveryState.RECORDED
        self.model.parcels.setdefault(f"p{one.id}", ParcelState.QUEUED)
        if release:
            for other in self.model.events:
                if other.of == one.id and other.state is EventState.HELD:
                    other.state = EventState.READY

    @rule(limit=st.integers(1, 4), resting=st.frozensets(ROUTES, max_size=1), marked=st.integers(0, 4))
    def relay(self, limit: int, resting: frozenset[str], marked: int) -> None:
        """A window is claimed and some of it is confirmed."""
        expected = sorted(self.model.firsts(resting), key=self.model.events.index)[:limit]
        for one in expected:
            one.attempts += 1
        claimed = self.ledger.write(lambda tx: tx.claim_events(limit, resting=resting)).result()
        assert [(row.id, row.attempts) for row in claimed] == [(one.id, one.attempts) for one in expected]
        done = list(reversed(expected))[:marked]
        self.ledger.write(lambda tx: tx.mark_published([one.id for one in done], NOW)).result()
        for one in done:
            one.state = EventState.PUBLISHED
            if one.place is None:
                self.model.published += 1
                one.place = self.model.published

    @rule(at=st.integers(0, 99))
    def replay(self, at: int) -> None:
        """A person wants an event once more."""
        one = self.some(at, EventState.PUBLISHED)
        if one is not None:
            assert self.ledger.write(lambda tx: tx.replay_event(one.id)).result()
            one.state = EventState.READY

    @rule(at=st.integers(0, 99))
    def drop(self, at: int) -> None:
        """Documents turn out to be repeats."""
        one = self.some(at, EventState.HELD, EventState.READY)
        if one is not None:
            self.ledger.write(lambda tx: tx.drop_documents([one.id])).result()
            if one.state is EventState.HELD:
                self.model.events.remove(one)

    @rule(at=st.integers(0, 99))
    def reopen(self, at: int) -> None:
        """A delivery is to be read again."""
        one = self.pick(at, DeliveryState.RECORDED)
        if one is not None:
            self.ledger.write(lambda tx: tx.reopen_delivery(one.id)).result()
            one.state, one.attempts = DeliveryState.RECEIVED, 0
            self.model.events = [other for other in self.model.events if other.of != one.id or other.attempts]

    @rule(scope=KEYS)
    def number(self, scope: str) -> None:
        """A control number is given."""
        self.model.numbers[scope] = self.model.numbers.get(scope, 0) + 1
        assert self.ledger.write(lambda tx: tx.next_number(scope)).result() == self.model.numbers[scope]

    @precondition(lambda self: self.model.parcels)
    @rule(at=st.integers(0, 99))
    def send(self, at: int) -> None:
        """A parcel goes one step further."""
        id = sorted(self.model.parcels)[at % len(self.model.parcels)]
        if self.model.parcels[id] is ParcelState.QUEUED:
            self.ledger.write(lambda tx: tx.render_parcel(id, name="x", content=b"y", control_number="1")).result()
            self.model.parcels[id] = ParcelState.READY
        else:
            self.ledger.write(lambda tx: tx.parcel_delivered(id, NOW)).result()
            self.model.parcels[id] = ParcelState.DELIVERED

    @precondition(lambda self: self.can_be_full)
    @rule(at=st.integers(0, 99))
    def disk_full(self, at: int) -> None:
        """A commit meets a full disk: it changed nothing, and the next one finds room again."""
        one = self.pick(at, DeliveryState.RECEIVED)

        def work(tx: Transaction) -> None:
            _pages(tx, 1)
            if one is not None:
                tx.begin_reading(one.id)
            tx.add_delivery(delivery("never", LARGE), LARGE)

        with pytest.raises(LedgerFull):
            self.ledger.write(work).result()
        self.ledger.write(lambda tx: _pages(tx, MOST_PAGES)).result()
        self.ledger.check()

    @rule()
    def restart(self) -> None:
        """The gateway is stopped and started."""
        self.ledger.close()
        self.ledger = self.open()

    @invariant()
    def both_say_the_same(self) -> None:
        """Whole states are compared after each step."""
        model = self.model

        def states(state: EventState) -> int:
            return sum(one.state is state for one in model.events)

        backlog, feed, found, unread, due = self.ledger.read(
            lambda reads: (
                reads.backlog(),
                reads.published(),
                [reads.event(one.id) for one in model.events],
                reads.unread_deliveries(),
                reads.parcels(limit=1000),
            )
        )
        waiting = [one.id for one in model.deliveries.values() if one.state is DeliveryState.RECEIVED]
        assert [row.id for row in unread] == waiting
        assert {row.id: row.state for row in due} == model.parcels
        assert backlog.deliveries == len(waiting)
        assert backlog.events == states(EventState.READY)
        assert backlog.oldest_event_at == (NOW if states(EventState.READY) else None)
        assert backlog.parcels == sum(state is not ParcelState.DELIVERED for state in model.parcels.values())
        assert backlog.counts.get("events.held", 0) == states(EventState.HELD)
        assert backlog.counts.get("events.published", 0) == model.published
        assert backlog.counts.get("deliveries.accepted", 0) == len(model.deliveries) - len(waiting)
        assert backlog.counts.get("documents.purchase_order.accepted", 0) == len(model.events)
        assert [(row.id, row.state, row.attempts, row.feed_position) for row in found if row] == [
            (one.id, one.state, one.attempts, one.place) for one in model.events
        ]
        placed = sorted((one.place, one.id) for one in model.events if one.place is not None)
        assert [(row.feed_position, row.id) for row in feed] == placed


LedgerMachine.TestCase.settings = settings(
    max_examples=30, stateful_step_count=40, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
TestLedgerMachine = LedgerMachine.TestCase


def test_the_same_on_postgresql(postgres: PostgresServer, postgres_template: str) -> None:
    class PostgresMachine(LedgerMachine):
        can_be_full = False

        def __init__(self) -> None:
            self.database = postgres.add_database(postgres_template)
            super().__init__()

        def open(self) -> SqlLedger:
            return open_postgres(postgres.url_of(self.database), self.data, clock=lambda: NOW)

        def teardown(self) -> None:
            super().teardown()
            postgres.drop_database(self.database)

    run_state_machine_as_test(PostgresMachine, settings=settings(LedgerMachine.TestCase.settings, max_examples=6))
