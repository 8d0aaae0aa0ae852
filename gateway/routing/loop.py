"""Looks for cross references that have appeared, and lets go what was parked for them."""

import asyncio
import contextlib
from collections.abc import Callable
from datetime import date
from functools import partial

import structlog

from gateway.ids import Clock
from gateway.ledger.contract import Ledger, LedgerUnavailable, Reads
from gateway.routing.follow import Routing

POLL = 1.0
"""Seconds between looks."""

log = structlog.get_logger(__name__)


class Resuming:
    """The loop of a running gateway. Other processes import cross references into the same ledger; one cheap question a
    second tells. A new day is a change too, since rows begin to hold on it, and so are other settings."""

    def __init__(
        self, *, ledger: Ledger, routing: Routing, clock: Clock, resumed: Callable[[], None], shared: bool = False
    ) -> None:  # fmt: skip
        self._ledger = ledger
        self._routing = routing
        self._clock = clock
        self._resumed = resumed
        """Called when something went on: there may be something to publish and to send."""
        self._shared = shared
        """Whether other nodes park documents too, which may not have known yet what is known here."""
        self._last: tuple[int, date, int] | None = None
        self._turn = 0
        self._known: int | None = None

    async def learn(self) -> None:
        """Learns new cross references for ever, on a node that lets nothing go."""
        while True:
            with contextlib.suppress(LedgerUnavailable):
                await self._learn(await asyncio.to_thread(self._ledger.read, _newest))
            await asyncio.sleep(POLL)

    async def run(self) -> None:
        """Looks for ever; ends by cancellation, or by failing where the ledger fails."""
        self._last = None
        while True:
            try:
                await self.look()
            except LedgerUnavailable as error:
                log.warning("resuming waits", reason=str(error))
            await asyncio.sleep(POLL)

    async def look(self) -> int:
        """Lets go what can go, if anything has changed; returns how many documents went on."""
        newest, turn = await asyncio.to_thread(self._ledger.read, _newest)
        now = self._clock()
        state = newest, now.date(), self._routing.generation
        same = state == self._last
        if same and (not self._shared or turn <= self._turn):
            return 0
        await self._learn((newest, turn))
        # Where nothing else has changed, only what was parked since is looked at.
        sent, after = 0, self._turn if same else 0
        while True:
            work = partial(self._routing.resume, now=now, after=after)
            done = await asyncio.wrap_future(self._ledger.write(work))
            sent += done.sent
            if done.sent:
                self._resumed()
            if done.next is None:
                break
            after = done.next
        self._last, self._turn = state, turn
        if sent:
            log.info("parked documents went on", count=sent)
        return sent

    async def _learn(self, newest: tuple[int, int]) -> None:
        if self._known != newest[0]:
            await asyncio.to_thread(self._ledger.read, self._routing.prepare)
            self._known = newest[0]


def _newest(reads: Reads) -> tuple[int, int]:
    """The newest cross reference, and the newest turn of what is parked."""
    return reads.routing.last_reference(), reads.routing.last_turn()
