"""Looks for cross references that have appeared, and lets go what was parked for them."""

import asyncio
from collections.abc import Callable
from datetime import date
from functools import partial

import structlog

from gateway.ids import Clock
from gateway.ledger.contract import Ledger, LedgerUnavailable
from gateway.routing.follow import Routing

POLL = 1.0
"""Seconds between looks."""

log = structlog.get_logger(__name__)


class Resuming:
    """The loop of a running gateway. Other processes import cross references into the same ledger; one cheap question a
    second tells. A new day is a change too, since rows begin to hold on it, and so are other settings."""

    def __init__(self, *, ledger: Ledger, routing: Routing, clock: Clock, resumed: Callable[[], None]) -> None:
        self._ledger = ledger
        self._routing = routing
        self._clock = clock
        self._resumed = resumed
        """Called when something went on: there may be something to publish and to send."""
        self._last: tuple[int, date, int] | None = None

    async def run(self) -> None:
        """Looks for ever; ends by cancellation, or by failing where the ledger fails."""
        while True:
            try:
                await self.look()
            except LedgerUnavailable as error:
                log.warning("resuming waits", reason=str(error))
            await asyncio.sleep(POLL)

    async def look(self) -> int:
        """Lets go what can go, if anything has changed; returns how many documents went on."""
        newest = await asyncio.to_thread(self._ledger.read, lambda reads: reads.routing.last_reference())
        now = self._clock()
        state = newest, now.date(), self._routing.generation
        if state == self._last:
            return 0
        if self._last is None or self._last[0] != newest:
            await asyncio.to_thread(self._ledger.read, self._routing.prepare)
        sent, after = 0, 0
        while True:
            work = partial(self._routing.resume, now=now, after=after)
            done = await asyncio.wrap_future(self._ledger.write(work))
            sent += done.sent
            if done.sent:
                self._resumed()
            if done.next is None:
                break
            after = done.next
        self._last = state
        if sent:
            log.info("parked documents went on", count=sent)
        return sent
