"""The relay: takes ready events from the ledger, has them published, and marks what is confirmed.

A crash between the confirm and its mark publishes an event again under its old id. Its attempt is counted in the
ledger before each publish, so that a repeat is always told as one.
"""

import asyncio
import contextlib
import logging
from collections.abc import Callable, Collection, Coroutine, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol, TypeVar

from gateway.crash import crash_point
from gateway.ledger.contract import Ledger, LedgerUnavailable, Transaction
from gateway.ledger.records import EventRow
from gateway.publishers.contract import Failed, Failure, Published, Publisher, PublisherError

T = TypeVar("T")
log = logging.getLogger(__name__)

REASONS: Mapping[Failure, str] = {
    Failure.NACK: "the broker refuses some events: a queue is full or failed",
    Failure.UNROUTABLE: "no queue takes some events, and none keeps them",
    Failure.UNKNOWN: "the broker's answer to some events was lost",
    Failure.REFUSED: "some events break a limit of the broker",
    Failure.UNAVAILABLE: "the broker takes no messages now",
}
"""Each failure in a few words, without address or secret."""


class RelayMetrics(Protocol):
    """What the relay counts."""

    def published(self, count: int = 1) -> None:
        """So many events were confirmed."""

    def publish_retried(self, count: int = 1) -> None:
        """Publishing was begun again for so many events."""


@dataclass(frozen=True, slots=True)
class Pace:
    """How much at a time, and how long to wait; seconds."""

    window: int = 256
    poll: float = 1.0
    """How often to look without being woken: another process may have added a replay."""
    gather: float = 0.01
    """How soon after a claim that took all there was the next one comes: a claim costs much, an event in it little."""
    backoff: float = 0.25
    """The longest first wait after a failure; it doubles with each further one."""
    backoff_limit: float = 30.0
    stop: float = 5.0
    """How long a stop waits for the window in flight."""


@dataclass(frozen=True, slots=True)
class World:
    """Clock, sleep and randomness."""

    now: Callable[[], datetime]
    monotonic: Callable[[], float]
    sleep: Callable[[float], Coroutine[Any, Any, None]]
    random: Callable[[], float]
    """Between 0 and 1."""


@dataclass(frozen=True, slots=True)
class RelayState:
    """How publishing goes, for readiness."""

    degraded_since: datetime | None = None
    reason: str | None = None
    resting: tuple[str, ...] = ()
    """Routing keys that are left alone for a while because everything of theirs failed."""


@dataclass(slots=True)
class _Rest:
    failures: int
    until: float


@dataclass(slots=True)
class _Rests:
    """Which routing keys rest: a queue that refuses everything must not hold up the others."""

    until: dict[str, _Rest] = field(default_factory=dict)

    def now(self, time: float) -> tuple[str, ...]:
        return tuple(key for key, rest in self.until.items() if rest.until > time)

    def next_end(self, time: float) -> float | None:
        return min((rest.until - time for rest in self.until.values() if rest.until > time), default=None)

    def judge(self, confirmed: set[str], failed: set[str], time: float, wait: Callable[[int], float]) -> None:
        for key in confirmed:
            self.until.pop(key, None)
        for key in failed - confirmed:
            failures = self.until[key].failures + 1 if key in self.until else 1
            self.until[key] = _Rest(failures, time + wait(failures))


class Relay:
    """One loop per ledger. Per ordering key it publishes in order of recording, one event at a time."""

    def __init__(
        self, ledger: Ledger, publisher: Publisher, world: World, metrics: RelayMetrics, pace: Pace | None = None
    ) -> None:
        self._ledger = ledger
        self._publisher = publisher
        self._world = world
        self._metrics = metrics
        self._pace = pace or Pace()
        self._awake = asyncio.Event()
        self._stopping = asyncio.Event()
        self._rests = _Rests()
        self._unmarked: list[str] = []
        self._limit = self._pace.window
        self._gathered = 0.0
        """When the next claim pays."""
        self._failures = 0
        self._degraded_since: datetime | None = None
        self._reason: str | None = None

    def wake(self) -> None:
        """There are new events; called on the loop's own thread after their commit."""
        self._awake.set()

    def stop(self) -> None:
        """Asks ``run`` to end: it finishes the window in flight, or leaves it after the bound."""
        self._stopping.set()

    def state(self) -> RelayState:
        """How it goes now."""
        return RelayState(self._degraded_since, self._reason, self._rests.now(self._world.monotonic()))

    async def run(self) -> None:
        """Publishes until ``stop``. What it does not expect ends it loudly; the ledger still holds every event."""
        try:
            while not self._stopping.is_set():
                await self._round()
        finally:
            # Also where it is cancelled: what is confirmed is marked, else it would be sent again.
            with contextlib.suppress(LedgerUnavailable):
                await self._commit(0)
            await self._publisher.close()

    async def _round(self) -> None:
        """One turn: be ready, claim together with the marks of the last window, publish."""
        try:
            if not self._publisher.state().connected:
                await self._commit(0)
            # Before the claim, so that an outage counts no attempts.
            await self._unless_stopped(self._publisher.open(), patience=0)
            await self._gather()
            events = await self._commit(0 if self._stopping.is_set() else self._limit)
        except PublisherError as error:
            await self._back_off(f"{error.code} {error.title}")
        except LedgerUnavailable as error:
            await self._back_off(str(error))
        else:
            await (self._publish(events) if events else self._idle())

    async def _gather(self) -> None:
        wait = self._gathered - self._world.monotonic()
        if wait > 0:
            await self._until(wait, self._stopping)

    async def _commit(self, claim: int) -> list[EventRow]:
        """One transaction: marks what is confirmed and not marked yet, and claims the next window."""
        confirmed = tuple(self._unmarked)
        if not confirmed and not claim:
            return []
        work = _work(confirmed, self._world.now(), claim, self._rests.now(self._world.monotonic()))
        events = await asyncio.shield(asyncio.wrap_future(self._ledger.write(work)))
        if confirmed:
            crash_point("relay.marked")
        del self._unmarked[: len(confirmed)]
        self._gathered = self._world.monotonic() + self._pace.gather if events and len(events) < claim else 0.0
        return events

    async def _publish(self, events: Sequence[EventRow]) -> None:
        if retried := sum(event.attempts > 1 for event in events):
            self._metrics.publish_retried(retried)
        crash_point("relay.before_publish")
        outcome = await self._unless_stopped(self._publisher.publish(events), self._pace.stop)
        if outcome is None:
            return
        crash_point("relay.before_mark")
        self._unmarked.extend(outcome.confirmed)
        if outcome.confirmed:
            self._metrics.published(len(outcome.confirmed))
        self._judge(events, outcome)

    async def _unless_stopped(self, work: Coroutine[Any, Any, T], patience: float) -> T | None:
        """The result; or nothing, and the work cancelled, so many seconds after a stop was asked for."""
        task = asyncio.ensure_future(work)
        stopping = asyncio.ensure_future(self._stopping.wait())
        try:
            await asyncio.wait((task, stopping), return_when=asyncio.FIRST_COMPLETED)
            if not task.done() and patience:
                await self._world_waits(patience, task)
            return task.result() if task.done() else None
        finally:
            stopping.cancel()
            if not task.done():
                task.cancel()
                await asyncio.wait((task,))

    def _judge(self, events: Sequence[EventRow], outcome: Published) -> None:
        """Lets routing keys rest of which everything failed, and shrinks the window after lost answers."""
        keys = {event.id: event.routing_key for event in events}
        failed = {keys[one.id] for one in outcome.failed}
        self._rests.judge({keys[id] for id in outcome.confirmed}, failed, self._world.monotonic(), self._wait_for)
        if any(one.failure is Failure.UNKNOWN for one in outcome.failed):
            # One message that breaks the channel takes its whole window along: smaller ones corner it.
            self._limit = max(1, self._limit // 2)
        elif not outcome.failed:
            self._limit = min(self._pace.window, self._limit * 2)
        if outcome.failed:
            self._degrade(_reason(outcome.failed))
        elif outcome.confirmed:
            self._recover()

    async def _back_off(self, reason: str) -> None:
        """Waits after a failure; only a stop shortens it, else every new event would be a new attempt."""
        self._failures += 1
        self._degrade(reason)
        await self._until(self._wait_for(self._failures), self._stopping)

    async def _idle(self) -> None:
        rest = self._rests.next_end(self._world.monotonic())
        if rest is None:
            self._rests.until.clear()
            self._recover()
        await self._until(self._pace.poll if rest is None else min(rest, self._pace.poll), self._awake, self._stopping)
        self._awake.clear()

    async def _until(self, seconds: float, *events: asyncio.Event) -> None:
        waits = [asyncio.ensure_future(event.wait()) for event in events]
        try:
            await self._world_waits(seconds, *waits)
        finally:
            for wait in waits:
                wait.cancel()

    async def _world_waits(self, seconds: float, *others: asyncio.Future[Any]) -> None:
        """Sleeps, or less where one of the others is done before."""
        sleeping = asyncio.ensure_future(self._world.sleep(seconds))
        try:
            await asyncio.wait((sleeping, *others), return_when=asyncio.FIRST_COMPLETED)
        finally:
            sleeping.cancel()

    def _wait_for(self, failures: int) -> float:
        """Full jitter: anything up to a bound that doubles with each failure."""
        bound = min(self._pace.backoff_limit, self._pace.backoff * 2.0 ** min(failures - 1, 32))
        return bound * self._world.random()

    def _degrade(self, reason: str) -> None:
        if self._degraded_since is None:
            self._degraded_since = self._world.now()
            log.warning("publishing is degraded: %s", reason)
        self._reason = reason

    def _recover(self) -> None:
        self._failures = 0
        if self._rests.until:
            return
        if self._degraded_since is not None:
            log.warning("publishing works again")
        self._degraded_since = self._reason = None


def _work(
    confirmed: Collection[str], at: datetime, claim: int, resting: Collection[str]
) -> Callable[[Transaction], list[EventRow]]:
    def work(transaction: Transaction) -> list[EventRow]:
        if confirmed:
            transaction.mark_published(confirmed, at)
        return transaction.claim_events(claim, resting=resting) if claim else []

    return work


def _reason(failed: Sequence[Failed]) -> str:
    return REASONS[failed[0].failure]
