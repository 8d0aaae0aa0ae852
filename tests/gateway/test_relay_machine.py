"""The relay in any weather: whatever broker, ledger and process do, and in whatever order, the promise holds."""

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import replace
from typing import Any, cast

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from gateway.ledger.contract import Ledger, LedgerFull, LedgerUnavailable, Transaction
from gateway.ledger.records import EventRow, EventState
from gateway.publishers.contract import Failure, Published
from gateway.relay import Pace, Relay
from tests.rigs.events import event_row
from tests.rigs.relay import Clock, Counts, MemoryLedger, ScriptedPublisher

KEYS = ("one", "two", "three")
ROUTES = ("a", "b")
WEATHER = st.sampled_from([None, None, *Failure])
MOST_STEPS = 20_000


class Mortal:
    """A ledger as one process knows it: after the end of the process nothing of it is written any more."""

    def __init__(self, ledger: MemoryLedger) -> None:
        self._ledger = ledger
        self.dead = False

    def write(self, work: Callable[[Transaction], Any]) -> "Future[Any]":
        if not self.dead:
            return self._ledger.write(work)
        future: Future[Any] = Future()
        future.set_exception(LedgerUnavailable("the process has ended"))
        return future


class Broker(ScriptedPublisher):
    """Notes what is on its way at the same time."""

    def __init__(self) -> None:
        super().__init__(judge=lambda _: None)
        self.turns = 5
        """How many turns of the loop an answer takes."""
        self.flying: list[str] = []
        self.twice: list[str] = []

    async def publish(self, events: Sequence[EventRow]) -> Published:
        self.twice += [event.id for event in events if event.id in self.flying]
        self.flying += [event.id for event in events]
        try:
            for _ in range(self.turns):
                await asyncio.sleep(0)
            return await super().publish(events)
        finally:
            for event in events:
                self.flying.remove(event.id)


class RelayMachine(RuleBasedStateMachine):
    """Events come, the weather changes, the relay takes some steps or is killed."""

    def __init__(self) -> None:
        super().__init__()
        self.loop = asyncio.new_event_loop()
        self.ledger = MemoryLedger([])
        self.broker = Broker()
        self.clock = Clock()
        self.made = 0
        self.start()

    def start(self) -> None:
        """A process of its own, which knows nothing of the one before."""
        self.process = Mortal(self.ledger)
        relay = Relay(
            cast("Ledger", self.process), self.broker, self.clock.world(), Counts(), Pace(window=8, backoff_limit=2.0)
        )
        self.relay = relay
        self.task = self.loop.create_task(relay.run())

    def end(self) -> None:
        """Cancelled, and waited for."""
        self.task.cancel()
        self.loop.run_until_complete(asyncio.wait((self.task,)))

    def teardown(self) -> None:
        """Fair weather at last: everything comes, and the ledger knows it."""
        self.broker.judge, self.broker.outages = lambda _: None, 0
        self.ledger.fail_next.clear()
        for _ in range(MOST_STEPS):
            if not self.ledger.unpublished:
                break
            self.steps(1)
        try:
            assert not self.ledger.unpublished, "events wait for ever"
            self.the_promise_holds()
        finally:
            self.end()
            self.loop.close()

    @rule(
        key=st.sampled_from(KEYS),
        routes=st.lists(st.sampled_from(ROUTES), min_size=1, max_size=6),
        after=st.integers(0, 12),
    )
    def events(self, key: str, routes: list[str], after: int) -> None:
        """Documents of one order are recorded, a little later than what was before."""
        self.steps(after)
        for route in routes:
            self.made += 1
            self.ledger.add(replace(event_row(self.made), ordering_key=key, routing_key=route))
        self.relay.wake()

    @rule(a=WEATHER, b=WEATHER, arrives=st.booleans(), turns=st.integers(0, 30))
    def weather(self, a: Failure | None, b: Failure | None, arrives: bool, turns: int) -> None:
        """From now on the broker treats each routing key so, and takes so long to answer."""
        self.broker.turns = turns
        kinds = {"a": a, "b": b}
        self.broker.judge = lambda event: kinds[event.routing_key]
        self.broker.arrives = lambda _: arrives

    @rule(outages=st.integers(1, 3))
    def outage(self, outages: int) -> None:
        """The broker cannot be reached for a while."""
        self.broker.outages = outages

    @rule(times=st.integers(1, 3))
    def full_disk(self, times: int) -> None:
        """The next commits fail, and nothing of them is written."""
        self.ledger.fail_next = [LedgerFull("full")] * times

    @rule(pick=st.integers(0, 99))
    def replay(self, pick: int) -> None:
        """A person has something published again."""
        done = [row for row in self.ledger.rows.values() if row.state is EventState.PUBLISHED]
        if done:
            row = done[pick % len(done)]
            self.ledger.rows[row.id] = replace(row, state=EventState.READY, replay_of=row.id)

    @rule(count=st.integers(1, 60))
    def steps(self, count: int) -> None:
        """Time passes."""
        for _ in range(count):
            self.loop.run_until_complete(asyncio.sleep(0))
        assert not self.task.done(), "the relay ended"

    @rule()
    def kill(self) -> None:
        """The process is killed at this very moment, and started again."""
        self.process.dead = True
        self.end()
        self.start()

    @rule()
    def stop(self) -> None:
        """A clean end in the middle of things."""
        self.relay.stop()
        self.loop.run_until_complete(asyncio.wait((self.task,)))
        assert self.task.exception() is None
        self.start()

    @invariant()
    def the_promise_holds(self) -> None:
        """What the queue has seen, beside the book."""
        came: dict[str, int] = {}
        order: dict[str, list[int]] = {}
        for event in self.broker.arrived:
            assert event.id in self.ledger.rows, "invented"
            if event.id in came:
                assert event.attempts > came[event.id], "a repeat that does not say so"
            else:
                order.setdefault(event.ordering_key, []).append(event.sequence)
            came[event.id] = event.attempts
        for key, sequences in order.items():
            assert sequences == sorted(sequences), f"out of order: {key}"
        published = {row.id for row in self.ledger.rows.values() if row.state is EventState.PUBLISHED}
        assert published <= set(came), "marked as published, and never came"
        assert not self.broker.twice, "one id twice on its way"


RelayMachine.TestCase.settings = settings(
    max_examples=150, stateful_step_count=30, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
TestRelayMachine = RelayMachine.TestCase
