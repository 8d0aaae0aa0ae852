"""Keeps the leases of this node: claims what is free, renews what it has, and tells what is gained and lost."""

import asyncio
import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Final

import structlog

from gateway.ids import Clock
from gateway.ledger.contract import Ledger, LedgerError, LedgerUnavailable, Transaction
from gateway.ledger.node_records import NODE, Lease, LeaseRow, NodeRow, life
from gateway.nodes.problems import SAME_NODE
from gateway.nodes.tenure import Tenures, Terms

LOOK: Final = 1.0
"""Seconds between looks whether something that is stood by for has become free."""
FORGOTTEN: Final = timedelta(days=30)
"""After so long without a sign of life a node is struck out."""

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Beat:
    """What one look at the ledger found."""

    kept: frozenset[str] = frozenset()
    claimed: tuple[Lease, ...] = ()
    nodes: tuple[NodeRow, ...] = ()
    owners: dict[str, str] = field(default_factory=dict)
    """Lease to the node that has it."""


class Keeper:
    """The leases of one node. Its methods are called on the event loop's own thread, but for ``refused``."""

    def __init__(
        self, ledger: Ledger, node: NodeRow, terms: Terms, *, sole: bool, clock: Clock, monotonic: Callable[[], float]
    ) -> None:  # fmt: skip
        """``sole``: no other node can write into this ledger, so that whatever is wanted is owned."""
        self.node = node
        self.terms = terms
        self.sole = sole
        self._ledger = ledger
        self._clock = clock
        self._monotonic = monotonic
        self._tenures = Tenures(terms, sole=sole)
        self._wanted: dict[str, None] = {life(node.id): None}
        self._beat = Beat()
        self._life: int | None = None
        """The token of the newest own lease of life."""
        self._moved = asyncio.Event()
        self._hurry = asyncio.Event()
        self._fails = False
        self._loop: asyncio.AbstractEventLoop | None = None

    def want(self, name: str) -> None:
        """From now on this lease is claimed whenever it is free."""
        self._wanted[name] = None
        self._hurry.set()

    def unwant(self, name: str) -> None:
        """It is not claimed any more; what is held of it is given back by ``release``."""
        self._wanted.pop(name, None)

    def lease(self, name: str) -> Lease | None:
        """The lease, where the node may work under it now."""
        return self._tenures.lease(name, self._monotonic())

    def held(self) -> list[Lease]:
        """What the node has, its own life left out."""
        return [lease for lease in self._tenures.held() if not lease.name.startswith(NODE)]

    def waits_for(self) -> list[str]:
        """What the node stands by for, while another one has it."""
        return [name for name in self._wanted if self.lease(name) is None and not name.startswith(NODE)]

    def living(self) -> list[str]:
        """The nodes that lived at the last look, this one among them."""
        return sorted({self.node.id, *(node.id for node in self._beat.nodes if node.alive)})

    def others(self) -> frozenset[str]:
        """The same without this one."""
        return frozenset(self.living()) - {self.node.id}

    def prefers(self, name: str) -> bool:
        """Whether this node is the one of all living ones that should take a lease that is free.

        Highest random weight (Thaler and Ravishankar, "A name-based mapping scheme for rendezvous", 1996): all nodes
        come to the same answer, and when one goes only what it had moves.
        """
        return max(self.living(), key=lambda node: hashlib.sha256(f"{node} {name}".encode()).digest()) == self.node.id

    def adopt(self, leases: Iterable[Lease], began: float) -> None:
        """Takes up leases that a transaction of somebody else claimed; they are renewed with the others."""
        for lease in leases:
            self._tenures.take(lease, began)
        self._tell()

    def drop(self, leases: Iterable[Lease]) -> None:
        """They were given back in a transaction of somebody else."""
        for lease in leases:
            self._tenures.drop(lease)
        self._tell()

    def refused(self, lease: Lease) -> None:
        """A write was refused under it. Called on any thread."""
        if self._loop is not None:
            self._loop.call_soon_threadsafe(self._lost, lease)

    def _lost(self, lease: Lease) -> None:
        if self._tenures.drop(lease):
            log.warning("a lease was lost", lease=lease.label)
            self._tell()
            self._hurry.set()

    async def changed(self, seconds: float) -> None:
        """Returns when anything was gained or lost, a node came or went, or the time is over."""
        try:
            async with asyncio.timeout(seconds):
                await self._moved.wait()
        except TimeoutError:
            return

    async def gained(self, name: str) -> Lease:
        """Waits until the node may work under the lease."""
        while (lease := self.lease(name)) is None:
            await self._moved.wait()
        return lease

    async def gone(self, lease: Lease) -> None:
        """Waits until it may not any more."""
        while self.lease(lease.name) == lease:
            await self._moved.wait()

    async def run(self) -> None:
        """Renews and claims for ever; ends by cancellation, or by failing where the ledger fails."""
        self._loop = asyncio.get_running_loop()
        tasks = [asyncio.create_task(self._watch()), asyncio.create_task(self._renew())]
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in tasks:
                task.cancel()
            ended = await asyncio.gather(*tasks, return_exceptions=True)
        for error in ended:
            if isinstance(error, Exception):
                raise error

    async def enter(self, address: str) -> None:
        """Tells the others where this node's HTTP port is."""
        self.node = replace(self.node, address=address)
        node = self.node
        await asyncio.wrap_future(self._ledger.write(lambda tx: tx.nodes.enter(node)))

    async def release(self, lease: Lease) -> None:
        """Gives one back, so that another node need not wait for its end."""
        if self._tenures.drop(lease):
            self._tell()
        await self._give_back([lease])

    async def leave(self) -> None:
        """Gives everything back, last of all its life."""
        self._wanted.clear()
        leases = self._tenures.held()
        self.drop(leases)
        await self._give_back(leases)

    async def _give_back(self, leases: list[Lease]) -> None:
        def work(tx: Transaction) -> None:
            for lease in leases:
                tx.nodes.release(lease)

        try:
            await asyncio.wrap_future(self._ledger.write(work))
        except LedgerError as error:
            log.warning("leases run out by themselves", reason=str(error))

    async def beat(self) -> None:
        """One look: renews all leases of the node, and claims those that are free and wanted, in one transaction.
        Raises LedgerUnavailable, and LedgerError where another gateway has this node's id."""
        began, asked = self._monotonic(), self._tenures.held()
        own = Lease(life(self.node.id), self.node.id, self._life or 0)
        if self._life is not None and own not in asked:
            # Whatever became of the others, nobody but a copy of this node can have taken its life.
            asked.append(own)
        beat = await asyncio.wrap_future(self._ledger.write(lambda tx: self._look(tx, asked)))
        for lease in self._tenures.renewed(asked, beat.kept, began):
            log.warning("a lease was lost", lease=lease.label)
        if own.name in beat.kept:
            self._tenures.take(own, began)
        for lease in beat.claimed:
            self._tenures.take(lease, began)
            if lease.name == own.name:
                self._life = lease.token
            elif not self.sole:
                log.info("a lease was gained", lease=lease.label)
        self._beat = beat
        self._tell()

    def _look(self, tx: Transaction, asked: list[Lease]) -> Beat:
        node, seconds = self.node, self.terms.seconds
        if self._life is None:
            tx.nodes.enter(node)
            tx.nodes.forget(self._clock() - FORGOTTEN)
        else:
            tx.nodes.seen(node.id)
        rows = {row.name: row for row in tx.nodes.leases()}
        mine = rows.get(life(node.id))
        if self._life is not None and (mine is None or mine.token != self._life):
            raise LedgerError(f"{SAME_NODE.code} {SAME_NODE.title} ({node.id}): this one ends. {SAME_NODE.help}")
        kept = tx.nodes.renew(asked, node.id, seconds)
        claimed = [
            lease
            for name in list(self._wanted)
            if name not in kept and self._free(rows.get(name))
            if (lease := tx.nodes.claim(name, node.id, seconds, force=self.sole)) is not None
        ]
        owners = {row.name: row.node for row in rows.values() if row.alive} | {one.name: node.id for one in claimed}
        return Beat(frozenset(kept), tuple(claimed), tuple(tx.nodes.all()), owners)

    def _free(self, row: LeaseRow | None) -> bool:
        return row is None or not row.alive or row.node == self.node.id or self.sole

    async def _renew(self) -> None:
        while True:
            # From its beginning: where commits take long, renewals come no later for it.
            due = self._monotonic() + self.terms.every
            try:
                await self.beat()
                self._fails = False
            except LedgerUnavailable as error:
                if not self._fails:
                    log.warning("leases cannot be renewed", reason=str(error))
                self._fails = True
                due = self._monotonic() + self.terms.every / 4
            while (left := due - self._monotonic()) > 0 and not await self._called(min(left, LOOK)):
                if not self.sole and self.waits_for() and await self._something_free():
                    break

    async def _called(self, seconds: float) -> bool:
        try:
            async with asyncio.timeout(seconds):
                await self._hurry.wait()
        except TimeoutError:
            return False
        self._hurry.clear()
        return True

    async def _something_free(self) -> bool:
        try:
            rows = await asyncio.to_thread(self._ledger.read, lambda reads: reads.nodes.leases())
        except LedgerError:
            return False
        alive = {row.name for row in rows if row.alive}
        return any(name not in alive for name in self.waits_for())

    async def _watch(self) -> None:
        """Ends what may not go on, whatever the ledger does: it may not answer at all."""
        while True:
            end = self._tenures.next_end()
            moved = self._moved
            try:
                async with asyncio.timeout(None if end is None else max(0.0, end - self._monotonic())):
                    await moved.wait()
            except TimeoutError:
                for lease in self._tenures.lapse(self._monotonic()):
                    if not lease.name.startswith(NODE):
                        log.warning("a lease could not be renewed in time: its work stops here", lease=lease.label)
                self._tell()

    def _tell(self) -> None:
        moved, self._moved = self._moved, asyncio.Event()
        moved.set()
