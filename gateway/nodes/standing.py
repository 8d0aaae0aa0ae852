"""The relay and the channels as posts: each runs on one node, the others stand by."""

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial

import structlog

from adapters.contracts import Handler, Source
from gateway.ledger.contract import Ledger, LedgerUnavailable
from gateway.nodes.post import Post
from gateway.relay import Relay, RelayState

AGAIN = 1.0
"""Seconds after which a tenure that could not begin is begun again."""

log = structlog.get_logger(__name__)


class RelayPost:
    """The relay of a ledger, while this node has its lease; each tenure has a relay of its own."""

    def __init__(self, post: Post, make: Callable[[Ledger], Relay]) -> None:
        self._post = post
        self._make = make
        self._relay = make(post.ledger)
        self._working = False
        self._stop = asyncio.Event()

    @property
    def stands_by(self) -> bool:
        """Whether another node publishes."""
        return not self._post.held

    def wake(self) -> None:
        """There are new events."""
        self._relay.wake()

    def stop(self) -> None:
        """Asks ``run`` to end: what is in flight is finished first."""
        self._stop.set()
        self._relay.stop()

    def state(self) -> RelayState:
        """How it goes now; nothing to tell while it stands by."""
        return RelayState() if self.stands_by else self._relay.state()

    async def run(self) -> None:
        """Publishes whenever it is this node's to do, until ``stop``."""
        running = asyncio.ensure_future(self._post.run(self._tenure))
        stopped = asyncio.ensure_future(self._stop.wait())
        try:
            await asyncio.wait({running, stopped}, return_when=asyncio.FIRST_COMPLETED)
            if self._working or running.done():
                await running
        finally:
            stopped.cancel()
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)

    async def _tenure(self) -> None:
        if self._stop.is_set():
            return
        self._working = True
        try:
            self._relay = self._make(self._post.ledger)
            await self._relay.run()
        finally:
            self._working = False


class SourcePost:
    """A channel that watches something that all nodes share, while this node has its lease."""

    def __init__(self, source: Source, post: Post, resume: Callable[[], Awaitable[int]]) -> None:
        """``resume`` reads what a node left unread that is gone: it came before what waits at the door now."""
        self.name = source.name
        self.inner = source
        self._post = post
        self._resume = resume

    @property
    def stands_by(self) -> bool:
        """Whether another node receives by it."""
        return not self._post.held

    def listening(self) -> bool:
        """Whether this node can receive by it now."""
        return not self.stands_by and self.inner.listening()

    async def run(self, handle: Handler) -> None:
        """Receives whenever it is this node's to do."""
        await self._post.run(partial(self._tenure, handle))

    async def _tenure(self, handle: Handler) -> None:
        while True:
            try:
                if not await self._resume():
                    break
            except LedgerUnavailable as error:
                log.warning("a channel waits", channel=self.name, reason=str(error))
                await asyncio.sleep(AGAIN)
        await self.inner.run(handle)
