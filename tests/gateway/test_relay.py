"""The relay: order per key, nothing lost, attempts told truly, whatever fails."""

import asyncio
import contextlib
import dataclasses
from collections.abc import Callable, Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.ledger.contract import LedgerError, LedgerFull
from gateway.ledger.records import EventRow
from gateway.publishers.contract import Failure, Published
from gateway.relay import Pace, Relay
from tests.rigs.events import event_row
from tests.rigs.relay import Clock, Counts, MemoryLedger, ScriptedPublisher


def orders(count: int, keys: int = 1000) -> list[EventRow]:
    """Events of so many orders, several events for an order where there are fewer keys than events."""
    return [dataclasses.replace(event_row(n), ordering_key=f"acme/{n % keys}") for n in range(1, count + 1)]


def drain(
    ledger: MemoryLedger,
    publisher: ScriptedPublisher,
    clock: Clock | None = None,
    *,
    pace: Pace | None = None,
    until: Callable[[], bool] | None = None,
) -> tuple[Relay, Counts]:
    """Runs a relay until nothing is unpublished (or ``until``), and stops it."""
    clock, counts = clock or Clock(), Counts()
    done = until or (lambda: not ledger.unpublished)

    async def life() -> Relay:
        relay = Relay(ledger.as_ledger(), publisher, clock.world(), counts, pace)
        running = asyncio.create_task(relay.run())
        for _ in range(200_000):
            if running.done() or done():
                break
            await asyncio.sleep(0)
        assert done() or running.done(), "the relay makes no progress"
        relay.stop()
        await running
        return relay

    return asyncio.run(life()), counts


def check_history(events: Sequence[EventRow], publisher: ScriptedPublisher) -> None:
    """Order per key in what was sent and in what arrived; each sending told as the attempt that it is."""
    told: dict[str, int] = {}
    for sent in publisher.sent:
        told[sent.id] = told.get(sent.id, 0) + 1
        assert sent.attempts >= told[sent.id], "a repeat is told as a first attempt"
    for key in {event.ordering_key for event in events}:
        sequences = [event.sequence for event in publisher.sent if event.ordering_key == key]
        assert sequences == sorted(sequences), "a later event of a key was sent before an earlier one was confirmed"
    assert {event.id for event in publisher.arrived} == {event.id for event in events}


FAILURES = st.sampled_from([None, None, *Failure])


@settings(max_examples=200, deadline=None)
@given(
    count=st.integers(1, 40),
    keys=st.integers(1, 12),
    outcomes=st.lists(FAILURES, max_size=80),
    lost=st.lists(st.booleans(), min_size=80, max_size=80),
    outages=st.integers(0, 4),
    window=st.integers(1, 16),
)
@pytest.mark.failure("B2", "B3")
def test_nothing_is_lost_and_order_holds_whatever_fails(
    count: int, keys: int, outcomes: list[Failure | None], lost: list[bool], outages: int, window: int
) -> None:
    events = orders(count, keys)
    script, delivered = iter(outcomes), iter(lost)
    ledger = MemoryLedger(events)
    publisher = ScriptedPublisher(lambda _: next(script, None), lambda _: next(delivered, True), outages)
    _, counts = drain(ledger, publisher, pace=Pace(window=window))

    check_history(events, publisher)
    assert counts.confirmed == count
    assert counts.retried == len(publisher.sent) - count


@settings(max_examples=100, deadline=None)
@given(count=st.integers(1, 30), keys=st.integers(1, 6), kills=st.lists(st.integers(0, 25), max_size=6))
@pytest.mark.failure("P1")
def test_killed_at_any_point_it_goes_on_where_the_ledger_stands(count: int, keys: int, kills: list[int]) -> None:
    events = orders(count, keys)
    ledger = MemoryLedger(events)
    publisher = ScriptedPublisher(lambda _: None)

    async def killed_after(turns: int) -> None:
        # The process ends here: nothing of the relay runs any more, its last words included.
        relay = Relay(ledger.as_ledger(), publisher, Clock().world(), Counts(), Pace(window=4))
        steps = relay.run()
        running = asyncio.ensure_future(steps)
        for _ in range(turns):
            await asyncio.sleep(0)
        ledger.fail_next = [LedgerError("the process is gone")] * 10
        running.cancel()
        with contextlib.suppress(asyncio.CancelledError, LedgerError):
            await running
        ledger.fail_next = []

    for turns in kills:
        asyncio.run(killed_after(turns))
    drain(ledger, publisher)
    check_history(events, publisher)


@pytest.mark.failure("B1")
def test_an_outage_counts_no_attempts_and_waits_longer_each_time() -> None:
    clock, ledger = Clock(), MemoryLedger(orders(3))
    publisher = ScriptedPublisher(lambda _: None, outages=9)
    drain(ledger, publisher, clock, pace=Pace(backoff=0.25, backoff_limit=30.0))
    assert clock.slept[:9] == [0.25, 0.5, 1.0, 2.0, 4.0, 8.0, 16.0, 30.0, 30.0]
    assert [row.attempts for row in ledger.rows.values()] == [1, 1, 1]


def test_the_state_tells_since_when_and_why_and_recovers() -> None:
    clock, ledger = Clock(), MemoryLedger(orders(1))
    publisher = ScriptedPublisher(lambda _: None, outages=3)
    states = []

    async def life() -> None:
        relay = Relay(ledger.as_ledger(), publisher, clock.world(), Counts())
        running = asyncio.create_task(relay.run())
        while ledger.unpublished:
            await asyncio.sleep(0)
            states.append(relay.state())
        await asyncio.sleep(0)
        states.append(relay.state())
        relay.stop()
        await running

    asyncio.run(life())
    degraded = [state for state in states if state.degraded_since]
    assert {state.reason for state in degraded} == {"NET-E0301 the broker cannot be reached"}
    assert len({state.degraded_since for state in degraded}) == 1, "the beginning of an outage does not move"
    assert states[-1].degraded_since is None
    assert states[-1].reason is None


@pytest.mark.failure("B6")
def test_a_queue_that_refuses_everything_does_not_hold_up_the_others() -> None:
    invoices = [event_row(n, document_type="invoice") for n in range(1, 501)]
    purchase_orders = [event_row(n) for n in range(501, 1001)]
    clock, ledger = Clock(), MemoryLedger([*invoices, *purchase_orders])
    publisher = ScriptedPublisher(lambda e: Failure.NACK if "invoice" in e.routing_key else None)
    done = {row.id for row in purchase_orders}
    relay, _ = drain(
        ledger, publisher, clock, pace=Pace(window=100), until=lambda: not done & {r.id for r in ledger.unpublished}
    )
    assert clock.time < 1.0
    assert max(ledger.rows[row.id].attempts for row in invoices) <= 2
    assert relay.state().reason == "the broker refuses some events: a queue is full or failed"


def test_a_refused_event_is_tried_seldom() -> None:
    clock, ledger = Clock(), MemoryLedger(orders(1))
    publisher = ScriptedPublisher(lambda _: Failure.REFUSED)
    drain(ledger, publisher, clock, until=lambda: clock.time > 3600)
    assert 100 < len(publisher.sent) < 200, "every half minute at most"


def test_one_event_that_breaks_the_channel_is_cornered() -> None:
    events = orders(64)
    poison = events[0].id

    class Channel(ScriptedPublisher):
        async def publish(self, events: Sequence[EventRow]) -> Published:
            broken = any(event.id == poison for event in events)
            self.judge = lambda _: Failure.UNKNOWN if broken else None
            self.arrives = lambda _: False
            return await super().publish(events)

    events = [dataclasses.replace(e, routing_key=f"supply.{e.sequence % 4}.received.acme") for e in events]
    ledger = MemoryLedger(events)
    waiting_on_poison = {e.id for e in events if e.routing_key == events[0].routing_key}
    others = {e.id for e in events} - waiting_on_poison
    drain(ledger, Channel(lambda _: None), until=lambda: not others & {row.id for row in ledger.unpublished})
    assert poison in {row.id for row in ledger.unpublished}


def test_marks_ride_with_the_next_claim() -> None:
    ledger = MemoryLedger(orders(50))
    drain(ledger, ScriptedPublisher(lambda _: None), pace=Pace(window=10))
    assert ledger.writes <= 6, "five windows and the last marks"


@pytest.mark.failure("S1")
def test_a_full_disk_is_waited_for_and_what_was_confirmed_is_not_sent_again() -> None:
    ledger = MemoryLedger(orders(20))
    publisher = ScriptedPublisher(lambda _: None)

    def judge(_: EventRow) -> None:
        if len(publisher.sent) == 5:
            ledger.fail_next = [LedgerFull("full")] * 3

    publisher.judge = judge
    drain(ledger, publisher, pace=Pace(window=5))
    assert len(publisher.sent) == 20


def test_what_it_does_not_expect_ends_it_loudly() -> None:
    def broken(_: EventRow) -> None:
        raise ZeroDivisionError

    ledger, publisher = MemoryLedger(orders(1)), ScriptedPublisher(broken)
    with pytest.raises(ZeroDivisionError):
        drain(ledger, publisher)
    assert publisher.closed
    assert len(ledger.unpublished) == 1


def test_a_broken_ledger_ends_it_loudly() -> None:
    ledger = MemoryLedger(orders(1))
    ledger.fail_next = [LedgerError("the ledger is damaged")]
    with pytest.raises(LedgerError, match="damaged"):
        drain(ledger, ScriptedPublisher(lambda _: None))


def test_a_stop_leaves_a_window_that_hangs_and_its_events_stay_ready() -> None:
    class Hanging(ScriptedPublisher):
        async def publish(self, events: Sequence[EventRow]) -> Published:
            self.sent.extend(events)
            await asyncio.Event().wait()
            raise AssertionError

    ledger, publisher = MemoryLedger(orders(3)), Hanging(lambda _: None)
    drain(ledger, publisher, until=lambda: bool(publisher.sent))
    assert len(ledger.unpublished) == 3
    assert publisher.closed == 1


def test_what_is_confirmed_is_marked_even_when_it_is_cancelled() -> None:
    ledger, publisher = MemoryLedger(orders(3)), ScriptedPublisher(lambda _: None)

    class Hanging(ScriptedPublisher):
        async def open(self) -> None:
            if self.sent:
                await asyncio.Event().wait()
            await super().open()

    publisher = Hanging(lambda _: None)

    async def life() -> None:
        running = asyncio.create_task(Relay(ledger.as_ledger(), publisher, Clock().world(), Counts()).run())
        for _ in range(30):
            await asyncio.sleep(0)
        assert publisher.sent
        running.cancel()
        with pytest.raises(asyncio.CancelledError):
            await running

    asyncio.run(life())
    assert ledger.unpublished == []


def test_a_new_event_wakes_it() -> None:
    ledger, publisher = MemoryLedger([]), ScriptedPublisher(lambda _: None)

    async def life() -> None:
        world = dataclasses.replace(Clock().world(), sleep=lambda _: asyncio.sleep(3600))
        relay = Relay(ledger.as_ledger(), publisher, world, Counts())
        running = asyncio.create_task(relay.run())
        for _ in range(20):
            await asyncio.sleep(0)
        ledger.add(event_row(1))
        relay.wake()
        for _ in range(50):
            await asyncio.sleep(0)
        relay.stop()
        await running

    asyncio.run(life())
    assert ledger.unpublished == []


def test_a_part_that_is_slow_holds_up_its_own_keys_and_no_others() -> None:
    events = orders(40, 20)
    slow = events[0].ordering_key
    released = asyncio.Event()

    class Slow(ScriptedPublisher):
        async def publish(self, events: Sequence[EventRow]) -> Published:
            if any(event.ordering_key == slow for event in events):
                await released.wait()
            return await super().publish(events)

    ledger, publisher = MemoryLedger(events), Slow(lambda _: None)

    def done() -> bool:
        # Else it is never released, and makes no progress.
        if {row.ordering_key for row in ledger.unpublished} <= {row.ordering_key for row in events[:2]}:
            released.set()
        return not ledger.unpublished

    drain(ledger, publisher, pace=Pace(window=8), until=done)
    check_history(events, publisher)


def test_who_may_not_claim_still_marks_what_was_confirmed() -> None:
    ledger, publisher = MemoryLedger(orders(10)), ScriptedPublisher(lambda _: None)
    allowed = iter([True, False])

    async def life() -> None:
        relay = Relay(
            ledger.as_ledger(), publisher, Clock().world(), Counts(), Pace(window=4),
            may_claim=lambda _: next(allowed, False),
        )  # fmt: skip
        running = asyncio.create_task(relay.run())
        for _ in range(500):
            await asyncio.sleep(0)
        relay.stop()
        await running

    asyncio.run(life())
    assert len(publisher.sent) == 4
    assert len(ledger.unpublished) == 6


def test_a_publisher_that_is_cancelled_from_within_is_a_lost_answer() -> None:
    class Stuck(ScriptedPublisher):
        async def publish(self, events: Sequence[EventRow]) -> Published:
            if not self.sent:
                self.sent.extend(events)
                raise asyncio.CancelledError
            return await super().publish(events)

    ledger, publisher = MemoryLedger(orders(3)), Stuck(lambda _: None)
    drain(ledger, publisher)
    assert max(row.attempts for row in ledger.rows.values()) == 2
