"""Small honest fakes around the relay: a ledger in memory, a publisher that fails as told, a clock that jumps."""

import asyncio
import dataclasses
from collections.abc import Callable, Collection, Iterable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, cast

from gateway.ledger.contract import Ledger, LedgerError, Transaction
from gateway.ledger.records import EventRow, EventState
from gateway.publishers.contract import Failed, Failure, Published, PublisherError, PublisherState
from gateway.relay import World


class Clock:
    """Time that passes only by sleeping."""

    def __init__(self) -> None:
        self.time = 0.0
        self.slept: list[float] = []

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.time += seconds
        await asyncio.sleep(0)

    def world(self, random: Callable[[], float] = lambda: 1.0) -> World:
        start = datetime(2026, 11, 20, tzinfo=UTC)
        return World(lambda: start + timedelta(seconds=self.time), lambda: self.time, self.sleep, random)


class MemoryLedger:
    """The part of the ledger that the relay uses; a transaction that raises changes nothing."""

    def __init__(self, events: Iterable[EventRow]) -> None:
        self.rows = {event.id: dataclasses.replace(event, attempts=0) for event in events}
        self.writes = 0
        self.fail_next: list[LedgerError] = []

    def as_ledger(self) -> Ledger:
        return cast("Ledger", self)

    def write(self, work: Callable[[Transaction], Any]) -> "Future[Any]":
        future: Future[Any] = Future()
        self.writes += 1
        if self.fail_next:
            future.set_exception(self.fail_next.pop(0))
        else:
            future.set_result(work(cast("Transaction", self)))
        return future

    def claim_events(
        self, limit: int, *, resting: Collection[str] = (), besides: Collection[int] = ()
    ) -> list[EventRow]:
        claimed: list[EventRow] = []
        keys: set[str] = set()
        for row in sorted(self.rows.values(), key=lambda row: row.sequence):
            if row.state is not EventState.READY or row.ordering_key in keys:
                continue
            keys.add(row.ordering_key)
            if row.routing_key not in resting and row.sequence not in besides and len(claimed) < limit:
                self.rows[row.id] = dataclasses.replace(row, attempts=row.attempts + 1)
                claimed.append(self.rows[row.id])
        return claimed

    def mark_published(self, ids: Iterable[str], at: datetime) -> None:  # noqa: ARG002 - the contract's name
        for id in ids:
            self.rows[id] = dataclasses.replace(self.rows[id], state=EventState.PUBLISHED)

    def add(self, event: EventRow) -> None:
        self.rows[event.id] = dataclasses.replace(event, attempts=0)

    @property
    def unpublished(self) -> list[EventRow]:
        return [row for row in self.rows.values() if row.state is not EventState.PUBLISHED]


@dataclass
class ScriptedPublisher:
    """Fails as ``judge`` says; notes what it was handed and what arrived at the queue."""

    judge: Callable[[EventRow], Failure | None]
    arrives: Callable[[EventRow], bool] = lambda _: True
    """Whether an event whose answer is lost was delivered all the same."""
    outages: int = 0
    """So many times ``open`` fails first."""
    sent: list[EventRow] = field(default_factory=list)
    arrived: list[EventRow] = field(default_factory=list)
    windows: list[int] = field(default_factory=list)
    closed: int = 0
    connected: bool = False

    async def open(self) -> None:
        if self.outages:
            self.outages -= 1
            raise PublisherError("NET-E0301", "the broker cannot be reached", "the broker cannot be reached")
        self.connected = True

    async def publish(self, events: Sequence[EventRow]) -> Published:
        # What it was told when it was called: other calls may be under way.
        judge, arrives = self.judge, self.arrives
        await asyncio.sleep(0)
        self.windows.append(len(events))
        confirmed: list[str] = []
        failed: list[Failed] = []
        for event in events:
            self.sent.append(event)
            failure = judge(event)
            if failure is None or (failure is Failure.UNKNOWN and arrives(event)):
                self.arrived.append(event)
            if failure is None:
                confirmed.append(event.id)
            else:
                failed.append(Failed(event.id, failure, "as told"))
        self.connected = not any(one.failure is Failure.UNKNOWN for one in failed)
        return Published(tuple(confirmed), tuple(failed))

    async def close(self) -> None:
        self.closed += 1
        self.connected = False

    def state(self) -> PublisherState:
        return PublisherState("scripted", self.connected)


class Counts:
    """The relay's counters."""

    def __init__(self) -> None:
        self.confirmed = 0
        self.retried = 0

    def published(self, count: int = 1) -> None:
        self.confirmed += count

    def publish_retried(self, count: int = 1) -> None:
        self.retried += count
