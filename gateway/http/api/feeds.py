"""Those who follow the published events: a bounded number, woken by one look at the ledger for all of them."""

import asyncio
from collections.abc import Callable
from typing import TypeVar

from gateway.http.problems import ApiError
from gateway.ledger.contract import Ledger, LedgerError, Reads
from gateway.problems_http import BUSY

LOOK = 0.25
"""Seconds between looks for new events, while somebody waits for them."""
MOST = 64
"""Followers at the same time."""

T = TypeVar("T")


class Feeds:
    """Tells followers that there is more."""

    def __init__(self, ledger: Ledger, most: int = MOST, look: float = LOOK) -> None:
        self._ledger = ledger
        self._most = most
        self._look = look
        self._followers = 0
        self._waiting = 0
        self._end = 0
        self._moved = asyncio.Event()
        self._looking: asyncio.Task[None] | None = None
        self.closing = False

    def enter(self) -> None:
        """Takes one of the places. Raises ApiError where there is none."""
        if self._followers >= self._most or self.closing:
            raise ApiError(503, BUSY, headers={"Retry-After": "5"})
        self._followers += 1

    def leave(self) -> None:
        """Gives it back."""
        self._followers -= 1

    async def read(self, work: Callable[[Reads], T]) -> T:
        """Asks the ledger beside the event loop."""
        return await asyncio.to_thread(self._ledger.read, work)

    async def more(self, after: int, seconds: float) -> bool:
        """Waits until the feed goes beyond this place; false where it does not within the seconds, or we end."""
        self._waiting += 1
        if self._looking is None or self._looking.done():
            self._looking = asyncio.create_task(self._look_for_more(), name="feed")
        try:
            async with asyncio.timeout(seconds):
                while self._end <= after and not self.closing:
                    await self._moved.wait()
        except TimeoutError:
            return False
        finally:
            self._waiting -= 1
        return not self.closing

    def close(self) -> None:
        """All followers are let go; no new one is taken."""
        self.closing = True
        self._tell()

    async def _look_for_more(self) -> None:
        while self._waiting and not self.closing:
            try:
                end = await self.read(lambda reads: reads.feed_end())
            except LedgerError:
                # Whoever reads next is told; here it is only waited for.
                end = self._end
            if end != self._end:
                self._end = end
                self._tell()
            await asyncio.sleep(self._look)

    def _tell(self) -> None:
        moved, self._moved = self._moved, asyncio.Event()
        moved.set()
