"""A post: something that only one node does, done here while this node has its lease."""

import asyncio
from collections.abc import Callable, Coroutine
from concurrent.futures import Future
from typing import TypeVar

from adapters.contracts import Content
from gateway.ledger.contract import LeaseLost, Ledger, Reads, Transaction
from gateway.ledger.node_records import Lease
from gateway.nodes.keeper import Keeper

T = TypeVar("T")


class Fenced:
    """A ledger that takes the writes of a post only while its lease is the newest, whatever the node itself thinks:
    one that was frozen, or cut off, is refused when it comes back."""

    def __init__(self, ledger: Ledger, keeper: Keeper, name: str) -> None:
        self._ledger = ledger
        self._keeper = keeper
        self.lease = Lease(name, keeper.node.id, 0)
        """The lease of this tenure, or of the last one."""

    def write(self, work: Callable[[Transaction], T]) -> Future[T]:
        """As the ledger; LeaseLost, and nothing is written, where somebody else has the lease since."""
        lease = self.lease

        def fenced(tx: Transaction) -> T:
            try:
                tx.nodes.require(lease)
            except LeaseLost:
                self._keeper.refused(lease)
                raise
            return work(tx)

        return self._ledger.write(fenced)

    def read(self, work: Callable[[Reads], T]) -> T:
        """As the ledger."""
        return self._ledger.read(work)

    def keep(self, content: Content) -> None:
        """As the ledger."""
        self._ledger.keep(content)

    def check(self) -> None:
        """As the ledger."""
        self._ledger.check()

    def close(self) -> None:
        """As the ledger."""
        self._ledger.close()


class Post:
    """Runs its work from when the lease is gained until it is lost, again and again."""

    def __init__(self, keeper: Keeper, name: str, ledger: Ledger) -> None:
        self.name = name
        self._keeper = keeper
        self._fenced = Fenced(ledger, keeper, name)
        self.ledger: Ledger = ledger if keeper.sole else self._fenced
        """What the work writes with."""
        keeper.want(name)

    @property
    def held(self) -> bool:
        """Whether it is done here now."""
        return self._keeper.lease(self.name) is not None

    async def run(self, work: Callable[[], Coroutine[None, None, None]]) -> None:
        """Ends where the work ends by itself, or fails; by cancellation after the work has ended, and then gives the
        lease back at once."""
        while True:
            lease = self._fenced.lease = await self._keeper.gained(self.name)
            try:
                if await self._tenure(lease, work):
                    return
            finally:
                if self._keeper.lease(self.name) == lease:
                    await self._keeper.release(lease)

    async def _tenure(self, lease: Lease, work: Callable[[], Coroutine[None, None, None]]) -> bool:
        """One tenure; whether the work ended by itself."""
        working = asyncio.ensure_future(work())
        gone = asyncio.ensure_future(self._keeper.gone(lease))
        try:
            await asyncio.wait({working, gone}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            gone.cancel()
            ended = working.done()
            working.cancel()
            await asyncio.gather(working, return_exceptions=True)
        failure = None if working.cancelled() else working.exception()
        if failure is not None and not isinstance(failure, LeaseLost):
            raise failure
        return ended and failure is None
