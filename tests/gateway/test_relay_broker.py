"""The relay with a ledger of its own before a real broker that is alarmed, frozen and killed with a full window."""

import asyncio
import contextlib
import random
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from gateway.bench.events import fill, make_events
from gateway.ledger.contract import Ledger
from gateway.ledger.records import EventRow
from gateway.ledger.store import open_ledger
from gateway.loop import run
from gateway.publishers.rabbitmq import Limits, RabbitPublisher
from gateway.relay import Pace, Relay, World
from tests.rigs.collector import Collector, Seen, bind_queue, drain, on_channel
from tests.rigs.rabbitmq import SETTLE_SECONDS, RabbitNode
from tests.rigs.relay import Counts

pytestmark = pytest.mark.broker
WINDOW = 256
KEYS = 400


def publisher_for(url: str, **limits: float) -> RabbitPublisher:
    bounds = replace(Limits(window=WINDOW), **limits)  # type: ignore[arg-type]
    return RabbitPublisher(url, now=lambda: datetime.now(UTC), limits=bounds)


class House:
    """A ledger that is filled while its relay runs, so that the window is always full."""

    def __init__(self, ledger: Ledger, url: str) -> None:
        self.events: list[EventRow] = []
        self._ledger = ledger
        world = World(lambda: datetime.now(UTC), time.monotonic, asyncio.sleep, random.random)
        publisher = publisher_for(url, confirm=3, call=3, connect=3)
        self.relay = Relay(ledger, publisher, world, Counts(), Pace(window=WINDOW, backoff_limit=1.0))

    def waiting(self) -> int:
        return self._ledger.read(lambda reads: reads.backlog().events)

    async def busy_while(self, work: Callable[[], object]) -> None:
        """Does something to the broker with the window full, before and behind it too."""
        fault = asyncio.create_task(asyncio.to_thread(work))
        while not fault.done():
            if await asyncio.to_thread(self.waiting) < 2 * WINDOW:
                more = make_events(1000, 2000, f"{len(self.events)}", KEYS)
                await asyncio.to_thread(fill, self._ledger, more)
                self.events += more
                self.relay.wake()
            await asyncio.sleep(0.02)
        await fault

    def settle(self) -> None:
        deadline = time.monotonic() + 60
        while self.waiting():
            assert time.monotonic() < deadline, "not all is published"
            time.sleep(0.05)


@pytest.mark.slow
@pytest.mark.failure("B2", "B4", "B5")
def test_alarmed_frozen_and_killed_with_a_full_window_it_loses_nothing_and_keeps_order(
    rabbitmq: RabbitNode, broker_url: str, tmp_path: Path
) -> None:
    with contextlib.closing(open_ledger(tmp_path / "data")) as ledger:
        house = House(ledger, broker_url)

        def alarmed() -> None:
            time.sleep(0.3)
            rabbitmq.alarm(on=True)
            time.sleep(4)
            rabbitmq.alarm(on=False)

        def frozen() -> None:
            time.sleep(0.3)
            rabbitmq.suspend()
            time.sleep(5)
            rabbitmq.resume()

        def killed() -> None:
            time.sleep(0.3)
            rabbitmq.kill()
            rabbitmq.restart()

        async def life() -> None:
            began = time.monotonic()
            publisher = publisher_for(broker_url)
            await publisher.open()
            await publisher.close()
            await asyncio.to_thread(bind_queue, broker_url, "erp.orders", "supply.#")
            running = asyncio.create_task(house.relay.run())
            await house.busy_while(alarmed)
            await house.busy_while(frozen)
            await asyncio.sleep(SETTLE_SECONDS - (time.monotonic() - began))
            await house.busy_while(killed)
            await asyncio.to_thread(house.settle)
            house.relay.stop()
            await running

        run(life())
        with Collector(broker_url, "erp.orders") as collector:
            seen = collector.wait_for_ids({event.id for event in house.events})
        attempts = ledger.read(lambda reads: {e.id: reads.event(e.id).attempts for e in house.events})  # type: ignore[union-attr]
    check(house.events, seen)
    assert all(attempts[one.message_id] >= one.headers["x-attempt"] for one in seen)
    assert max(one.headers["x-attempt"] for one in seen) > 1, "no fault hit the window"
    assert drain(broker_url, "supply.unrouted") == []


def check(events: list[EventRow], seen: list[Seen]) -> None:
    """None lost, none invented, order per key, every repeat told as one."""
    assert {one.message_id for one in seen} == {event.id for event in events}
    first: dict[str, Seen] = {}
    untold: set[str] = set()
    for one in seen:
        if one.headers["x-attempt"] == 1 and not one.redelivered:
            assert one.message_id not in untold, "a repeat is told as one"
            untold.add(one.message_id)
        first.setdefault(one.message_id, one)
    order: dict[str, list[str]] = {}
    for event in events:
        order.setdefault(event.ordering_key, []).append(event.id)
    came: dict[str, list[str]] = {}
    for id, one in first.items():
        came.setdefault(one.headers["cloudEvents_correlationid"], []).append(id)
    assert came == order, "the events of a key come in order of recording"


def test_a_batch_with_returns_between_is_told_apart(broker_url: str) -> None:
    events = make_events(400, 500)
    odd = [replace(event, routing_key="supply.invoice.received.acme") for event in events[1::2]]
    mixed = [event for pair in zip(events[::2], odd, strict=True) for event in pair]

    async def life() -> None:
        publisher = publisher_for(broker_url)
        await publisher.open()
        await asyncio.to_thread(bind_queue, broker_url, "erp.orders", "supply.purchase_order.#")
        await asyncio.to_thread(on_channel, broker_url, lambda c: c.queue_delete("supply.unrouted"))
        outcomes = await asyncio.gather(
            *(publisher.publish(mixed[start : start + 100]) for start in (0, 100, 200, 300))
        )
        await publisher.close()
        confirmed = [id for outcome in outcomes for id in outcome.confirmed]
        assert confirmed == [event.id for event in events[::2]]
        assert [one.id for outcome in outcomes for one in outcome.failed] == [event.id for event in odd]
        assert {one.failure.value for outcome in outcomes for one in outcome.failed} == {"unroutable"}

    run(life())
    came = [one.message_id for one in drain(broker_url, "erp.orders")]
    for start in range(0, 400, 100):
        called = [event.id for event in mixed[start : start + 100 : 2]]
        assert [id for id in came if id in called] == called, "each call's own come once, and in its order"
    assert len(came) == 200


@pytest.mark.failure("B6")
def test_order_holds_while_a_queue_refuses_now_and_then(broker_url: str, tmp_path: Path) -> None:
    """A queue that holds ten and is drained slowly refuses most of what comes at once."""
    with contextlib.closing(open_ledger(tmp_path / "data")) as ledger:
        house = House(ledger, broker_url)
        house.events = make_events(300, 500, keys=20)
        fill(ledger, house.events)

        async def life() -> list[Seen]:
            publisher = publisher_for(broker_url)
            await publisher.open()
            await publisher.close()
            await asyncio.to_thread(
                bind_queue, broker_url, "small", "supply.#", x_max_length=10, x_overflow="reject-publish"
            )
            running = asyncio.create_task(house.relay.run())
            seen: list[Seen] = []
            async with asyncio.timeout(60):
                while await asyncio.to_thread(house.waiting):
                    seen += await asyncio.to_thread(drain, broker_url, "small")
            house.relay.stop()
            await running
            return seen + await asyncio.to_thread(drain, broker_url, "small")

        seen = run(life())
    check(house.events, seen)
    assert any(one.headers["x-attempt"] > 1 for one in seen), "nothing was refused"
