"""The relay: takes ready events from the ledger, has them published, and marks what is confirmed.

A crash between the confirm and its mark publishes an event again under its old id. Its attempt is counted in the
ledger before each publish, so that a repeat is always told as one. The window stays open: marks of what is confirmed
and the next claim share a transaction while other events are on their way (``relay_window.py`` has the rules).
"""

import asyncio
import contextlib
import logging
from collections.abc import Callable, Coroutine, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from gateway.crash import crash_point
from gateway.ledger.contract import Ledger, LedgerUnavailable, Transaction
from gateway.ledger.records import EventRow
from gateway.publishers.contract import Published, Publisher, PublisherError
from gateway.relay_window import REASONS, Ask, Window, lost

log = logging.getLogger(__name__)


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


class Relay:
    """One loop per ledger. Per ordering key it publishes in order of recording, one event at a time."""

    def __init__(
        self,
        ledger: Ledger,
        publisher: Publisher,
        world: World,
        metrics: RelayMetrics,
        pace: Pace | None = None,
        *,
        may_claim: Callable[[Transaction], bool] = lambda _: True,
    ) -> None:
        """``may_claim`` is asked in each claim's transaction: whether this process publishes. Marks need no leave."""
        self._ledger = ledger
        self._publisher = publisher
        self._world = world
        self._metrics = metrics
        self._pace = pace or Pace()
        self._may_claim = may_claim
        self._awake = asyncio.Event()
        self._stopping = asyncio.Event()
        self._window = Window(self._pace.window, self._wait_for)
        self._flights: dict[asyncio.Task[Published], Sequence[EventRow]] = {}
        self._emptied = False
        """The last claim took all there was, and nothing has landed since."""
        self._gathered = 0.0
        """When the next claim pays."""
        self._failures = 0
        self._degraded_since: datetime | None = None
        self._reason: str | None = None

    def wake(self) -> None:
        """There are new events; called on the loop's own thread after their commit."""
        self._awake.set()

    def stop(self) -> None:
        """Asks ``run`` to end: it finishes what is on its way, or leaves it after the bound."""
        self._stopping.set()

    def state(self) -> RelayState:
        """How it goes now."""
        return RelayState(self._degraded_since, self._reason, self._window.rests.now(self._world.monotonic()))

    async def run(self) -> None:
        """Publishes until ``stop``. What it does not expect ends it loudly; the ledger still holds every event."""
        try:
            while not self._stopping.is_set():
                await self._turn()
            await self._finish()
        finally:
            await self._ground()
            # Also where it is cancelled: what is confirmed is marked, else it would be sent again.
            with contextlib.suppress(LedgerUnavailable):
                await self._commit(0)
            await self._publisher.close()

    async def _turn(self) -> None:
        """One turn: what has landed is judged; where there is room, claim together with the marks, and send."""
        self._land()
        if self._emptied and not self._awake.is_set():
            await self._idle()
        elif self._window.room() or not (await self._news(self._stopping) or self._stopping.is_set()):
            await self._fill()

    async def _fill(self) -> None:
        """Claims and sends. It is also done where little room is left and no more comes: some answers are late."""
        try:
            if not self._publisher.state().connected:
                await self._commit(0)
            # Before the claim, so that an outage counts no attempts.
            await self._unless_stopped(self._publisher.open())
            if (wait := self._gathered - self._world.monotonic()) > 0:
                await self._sleep(wait, self._stopping)
            self._land()
            parts = await self._commit(0 if self._stopping.is_set() else self._window.room(any=True))
        except PublisherError as error:
            await self._back_off(f"{error.code} {error.title}")
        except LedgerUnavailable as error:
            await self._back_off(str(error))
        else:
            for events in parts:
                self._send(events)

    async def _commit(self, claim: int) -> list[Sequence[EventRow]]:
        """One transaction: marks what is confirmed and not marked yet, and claims so many."""
        ask = self._window.ask(self._world.monotonic(), claim)
        if not ask.confirmed and not ask.limit:
            return []
        if ask.limit:
            self._awake.clear()
        events = await asyncio.shield(asyncio.wrap_future(self._ledger.write(self._work(ask))))
        if ask.confirmed:
            crash_point("relay.marked")
        if ask.limit:
            self._emptied = len(events) < ask.limit
            self._gathered = self._world.monotonic() + self._pace.gather if events and self._emptied else 0.0
        return self._window.given(ask, events)

    def _work(self, ask: Ask) -> Callable[[Transaction], list[EventRow]]:
        at = self._world.now()

        def work(transaction: Transaction) -> list[EventRow]:
            if ask.confirmed:
                transaction.mark_published(ask.confirmed, at)
            if not ask.limit or not self._may_claim(transaction):
                return []
            return transaction.claim_events(ask.limit, resting=ask.resting, besides=ask.besides)

        return work

    def _send(self, events: Sequence[EventRow]) -> None:
        if retried := sum(event.attempts > 1 for event in events):
            self._metrics.publish_retried(retried)
        crash_point("relay.before_publish")
        self._flights[asyncio.ensure_future(self._publisher.publish(events))] = events

    def _land(self) -> None:
        """Judges what has landed."""
        for flight in [flight for flight in self._flights if flight.done()]:
            events = self._flights.pop(flight)
            # One that the client library cancelled is lost as any other; what we cancel does not come here.
            outcome = lost(events) if flight.cancelled() else flight.result()
            crash_point("relay.before_mark")
            self._window.landed(events, outcome, self._world.monotonic())
            self._emptied = False
            if outcome.confirmed:
                self._metrics.published(len(outcome.confirmed))
            if outcome.failed:
                self._degrade(REASONS[outcome.failed[0].failure])
            elif outcome.confirmed:
                self._recover()

    async def _finish(self) -> None:
        """Waits for what is on its way, for a bounded time."""
        if self._flights:
            landing = asyncio.ensure_future(asyncio.wait(list(self._flights)))
            await self._world_waits(self._pace.stop, landing)
            landing.cancel()

    async def _ground(self) -> None:
        """Leaves what is still on its way. The publisher lets nothing of it out later."""
        for flight in self._flights:
            flight.cancel()
        if self._flights:
            await asyncio.wait(self._flights)
        for flight in list(self._flights):
            if flight.cancelled() or flight.exception() is not None:
                del self._flights[flight]
        self._land()
        self._window.grounded()

    async def _unless_stopped(self, work: Coroutine[Any, Any, None]) -> None:
        """Does the work; where a stop is asked for meanwhile, it is cancelled."""
        task = asyncio.ensure_future(work)
        stopping = asyncio.ensure_future(self._stopping.wait())
        try:
            await asyncio.wait((task, stopping), return_when=asyncio.FIRST_COMPLETED)
            if task.done():
                task.result()
        finally:
            stopping.cancel()
            if not task.done():
                task.cancel()
                await asyncio.wait((task,))

    async def _back_off(self, reason: str) -> None:
        """Waits after a failure; only a stop shortens it, else every new event would be a new attempt."""
        self._failures += 1
        self._degrade(reason)
        await self._sleep(self._wait_for(self._failures), self._stopping)

    async def _idle(self) -> None:
        """Waits for something to do: the ledger has nothing that is not on its way or at rest."""
        if self._flights:
            await self._news(self._awake, self._stopping)
            self._emptied = False
            return
        rest = self._window.next_end(self._world.monotonic())
        if rest is None:
            self._window.rested()
            self._recover()
        await self._sleep(self._pace.poll if rest is None else min(rest, self._pace.poll), self._awake, self._stopping)
        self._emptied = False

    async def _news(self, *events: asyncio.Event) -> bool:
        """Waits for something of what is on its way, or for one of the events, for as long as ``poll``; whether
        something has landed."""
        with _waiting(events) as waits:
            await asyncio.wait((*self._flights, *waits), timeout=self._pace.poll, return_when=asyncio.FIRST_COMPLETED)
        return any(flight.done() for flight in self._flights)

    async def _sleep(self, seconds: float, *events: asyncio.Event) -> None:
        """Sleeps, or less where one of the events comes before."""
        with _waiting(events) as waits:
            await self._world_waits(seconds, *waits)

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
        if self._window.rests.until:
            return
        if self._degraded_since is not None:
            log.warning("publishing works again")
        self._degraded_since = self._reason = None


@contextlib.contextmanager
def _waiting(events: Sequence[asyncio.Event]) -> Iterator[list[asyncio.Future[Any]]]:
    waits: list[asyncio.Future[Any]] = [asyncio.ensure_future(event.wait()) for event in events]
    try:
        yield waits
    finally:
        for wait in waits:
            wait.cancel()
