"""How many messages a second a broker confirms: the public client libraries beside our publisher and our relay.

All send the same messages, persistent and mandatory, to the same quorum queue, in turn and in several rounds.
"""

import asyncio
import gc
import random
import statistics
import time
from collections.abc import Callable, Coroutine, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import aio_pika
import uvloop

from gateway.bench.clients import Clock, Took, UnconfirmedError, aio_pika_loop, aiormq_loop, pika_loop
from gateway.bench.events import fill, make_events
from gateway.ledger.records import EventRow
from gateway.ledger.store import open_ledger
from gateway.publishers.connection import BrokerAddress, connect
from gateway.publishers.rabbitmq import Limits, RabbitPublisher
from gateway.publishers.topology import EVENTS, PUBLISHING, declare
from gateway.relay import Pace, Relay, World

QUEUE = "wharf.bench"
RAW = "aio-pika, a task for each place in the window"
PUBLISHER = "wharf: publisher alone"
RELAY = "wharf: relay, from the ledger and back"
PIKA = "pika SelectConnection"
_PARTS = 8
"""Calls of the publisher that share the window, as the relay does it."""


@dataclass(frozen=True, slots=True)
class Way:
    """One client on one event loop."""

    name: str
    loop: str
    run: Callable[[str, Sequence[EventRow], int, Path | None], Took]
    """Sends the events with such a window, and tells what it took from the first to the last confirm."""


@dataclass(frozen=True, slots=True)
class Figure:
    """What one way did, the median of its rounds."""

    name: str
    loop: str
    per_second: float
    cpu: float
    """Seconds of processor time of the client for a message, all of its threads together."""


def measure(
    url: str, count: int, size: int, window: int, rounds: int, data: Path | None = None,
    done: Callable[[], None] = lambda: None,
) -> list[Figure]:  # fmt: skip
    """Every way with ``count`` messages of ``size`` bytes, in turn, so many rounds. ``data`` is where ledgers lie.

    ``done`` is called after each run. A queue of the name QUEUE is made on the broker, and removed in the end.
    """
    events = make_events(count, size)
    ways = list(_ways())
    took: dict[Way, list[Took]] = {way: [] for way in ways}
    asyncio.run(bind(url))
    try:
        for _ in range(rounds):
            for way in ways:
                gc.collect()
                took[way].append(way.run(url, events, window, data))
                asyncio.run(expect(url, count))
                done()
    finally:
        asyncio.run(_remove(url))
    return [
        Figure(
            way.name,
            way.loop,
            count / statistics.median(one.wall for one in each),
            statistics.median(one.cpu for one in each) / count,
        )
        for way, each in took.items()
    ]


def runs(rounds: int) -> int:
    """How many runs so many rounds are."""
    return len(list(_ways())) * rounds


def _ways() -> Iterator[Way]:
    for loop in ("asyncio", "uvloop"):
        yield Way(RAW, loop, _on(loop, aio_pika_loop))
        yield Way("aiormq, a task for each place in the window", loop, _on(loop, aiormq_loop))
        yield Way(PUBLISHER, loop, _on(loop, _publisher_loop))
        yield Way(RELAY, loop, _relay_run(loop))
    try:
        import pika  # noqa: F401 - asked whether it is there
    except ImportError:
        return
    yield Way(PIKA, "its own", lambda url, events, window, _: pika_loop(url, events, window))


def _on(
    loop: str, work: Callable[[str, Sequence[EventRow], int], Coroutine[Any, Any, Took]]
) -> Callable[[str, Sequence[EventRow], int, Path | None], Took]:
    return lambda url, events, window, _: _run(loop, work(url, events, window))


def _run(loop: str, work: Coroutine[Any, Any, Took]) -> Took:
    with asyncio.Runner(loop_factory=uvloop.new_event_loop if loop == "uvloop" else None) as runner:
        return runner.run(work)


async def _publisher_loop(url: str, events: Sequence[EventRow], window: int) -> Took:
    """Our publisher with a window that is kept full."""
    publisher = _publisher(url, window)
    await publisher.open()
    try:
        size = max(1, window // _PARTS)
        waiting = iter([events[start : start + size] for start in range(0, len(events), size)])

        async def work() -> None:
            for part in waiting:
                if (await publisher.publish(part)).failed:
                    raise UnconfirmedError("a message was not confirmed")

        clock = Clock()
        await asyncio.gather(*(work() for _ in range(_PARTS)))
        return clock.took()
    finally:
        await publisher.close()


def _relay_run(loop: str) -> Callable[[str, Sequence[EventRow], int, Path | None], Took]:
    def run(url: str, events: Sequence[EventRow], window: int, data: Path | None) -> Took:
        with (
            TemporaryDirectory(prefix="wharf-bench-", dir=data) as folder,
            closing(open_ledger(Path(folder) / "data")) as ledger,
        ):
            fill(ledger, events)
            counts = _Counts(len(events))
            world = World(lambda: datetime.now(UTC), time.monotonic, asyncio.sleep, random.random)
            relay = Relay(ledger, _publisher(url, window), world, counts, Pace(window=window))
            return _run(loop, counts.measured(relay))

    return run


class _Counts:
    """Counts for the relay, and stops it when all is published and marked."""

    def __init__(self, expected: int) -> None:
        self._left = expected
        self._all = asyncio.Event()

    def published(self, count: int = 1) -> None:
        self._left -= count
        if not self._left:
            self._all.set()

    def publish_retried(self, count: int = 1) -> None:
        raise UnconfirmedError(f"{count} messages were not confirmed")

    async def measured(self, relay: Relay) -> Took:
        clock = Clock()
        running = asyncio.ensure_future(relay.run())
        await asyncio.wait((running, asyncio.ensure_future(self._all.wait())), return_when=asyncio.FIRST_COMPLETED)
        relay.stop()
        await running
        return clock.took()


def _publisher(url: str, window: int) -> RabbitPublisher:
    return RabbitPublisher(url, now=lambda: datetime.now(UTC), limits=replace(Limits(), window=window))


async def bind(url: str) -> None:
    """Declares what publishing needs, and an empty quorum queue QUEUE that takes all events."""
    link = await connect(BrokerAddress(url), "wharf bench", 10, 10)
    try:
        await declare(link, PUBLISHING, 10, as_found=True)
    finally:
        await link.close(2)
    async with await aio_pika.connect(url) as connection:
        channel = await connection.channel()
        queue = await channel.declare_queue(QUEUE, durable=True, arguments={"x-queue-type": "quorum"})
        await queue.bind(EVENTS, "supply.#")
        await queue.purge()


async def expect(url: str, count: int) -> None:
    """That all arrived; and makes room for the next run."""
    async with await aio_pika.connect(url) as connection:
        channel = await connection.channel()
        queue = await channel.declare_queue(QUEUE, passive=True)
        if (arrived := queue.declaration_result.message_count) != count:
            raise UnconfirmedError(f"{arrived} of {count} messages are in the queue")
        await queue.purge()


async def _remove(url: str) -> None:
    async with await aio_pika.connect(url) as connection:
        channel = await connection.channel()
        await channel.queue_delete(QUEUE)
