"""Which node sends in which lane: each lane has one owner, and the lanes spread over the nodes.

What is sent twice at once would arrive twice, and out of order. So a node sends in a lane only under its lease, which
it claims in the very transaction that begins the attempts. What a dead owner left half sent, its successor sends again:
the same bytes under the same name and control number.
"""

import asyncio
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from time import monotonic
from typing import Final

import structlog

from gateway.ledger.contract import LeaseLost, Transaction
from gateway.ledger.node_records import Lease, LeaseRow
from gateway.nodes.keeper import Keeper

Lane = tuple[str, str]
"""(channel, partner)."""
LANE: Final = "lane "

log = structlog.get_logger(__name__)


def lane_lease(lane: Lane, in_order: Collection[str]) -> str:
    """The name of a lane's lease. A channel that keeps order goes over one line, so all its lanes have one owner."""
    channel, partner = lane
    return f"{LANE}{'*' if channel in in_order else partner} {channel}"


@dataclass(slots=True)
class Look:
    """One look at the lanes: begun on the event loop, made inside one transaction on the ledger's writer thread."""

    began: float
    busy: frozenset[str]
    """Leases of lanes in which something is being sent."""
    held: dict[str, Lease]
    """What this node has, by name."""
    rows: dict[str, LeaseRow] = field(default_factory=dict)
    claimed: dict[str, Lease] = field(default_factory=dict)
    released: list[Lease] = field(default_factory=list)
    recovered: int = 0
    """Attempts of dead owners that are made again."""


class Lanes:
    """The lanes of one node. Without a keeper there is no other node, and all of them are its own, always."""

    def __init__(
        self, keeper: Keeper | None = None, in_order: Collection[str] = (), monotonic: Callable[[], float] = monotonic
    ) -> None:  # fmt: skip
        self._keeper = keeper
        self._in_order = in_order
        self._monotonic = monotonic
        self._sweep_at = 0.0

    @property
    def alone(self) -> bool:
        """Whether there is no other node."""
        return self._keeper is None

    def begin(self, busy: Collection[Lane]) -> Look:
        """What stands here now."""
        held = self._keeper.held() if self._keeper is not None else []
        names = frozenset(self._name(lane) for lane in busy)
        return Look(self._monotonic(), names, {lease.name: lease for lease in held if lease.name.startswith(LANE)})

    def sweep(self, tx: Transaction, look: Look, now: datetime) -> None:
        """Reads who has what; from time to time also claims the lanes that dead owners left half sent."""
        if self._keeper is None:
            return
        look.rows = {row.name: row for row in tx.nodes.leases() if row.name.startswith(LANE)}
        if look.began >= self._sweep_at:
            self._sweep_at = look.began + self._keeper.terms.every
            for lane in tx.sending_lanes():
                if self._name(lane) not in look.busy:
                    self.may(tx, look, lane, now)

    def may(self, tx: Transaction, look: Look, lane: Lane, now: datetime) -> bool:
        """Whether this node may send in the lane; claims its lease where it is free and this node's to take."""
        keeper, name = self._keeper, self._name(lane)
        if keeper is None or name in look.claimed:
            return True
        row, me = look.rows.get(name), keeper.node.id
        if row is not None and row.lease == look.held.get(name):
            return True
        if (row is not None and row.alive and row.node != me) or not keeper.prefers(name):
            return False
        lease = tx.nodes.claim(name, me, keeper.terms.seconds)
        if lease is None:
            return False
        look.claimed[name] = lease
        if row is None or row.node:
            # Nobody gave it back: whoever had it may have ended in the middle.
            lanes = [each for each in tx.sending_lanes() if self._name(each) == name]
            look.recovered += tx.recover_sending(now, lanes=lanes) if lanes else 0
        return True

    def give_back(self, tx: Transaction, look: Look, used: Iterable[Lane]) -> None:
        """Gives back those in which nothing is to be sent now."""
        names = look.busy | {self._name(lane) for lane in used}
        for lease in (look.held | look.claimed).values():
            if lease.name not in names:
                tx.nodes.release(lease)
                look.released.append(lease)

    def committed(self, look: Look) -> None:
        """What was claimed and given back holds now."""
        if look.recovered:
            log.info("attempts that a node's end broke off are made again", count=look.recovered)
        if self._keeper is not None and (look.claimed or look.released):
            self._keeper.adopt([each for each in look.claimed.values() if each not in look.released], look.began)
            self._keeper.drop(look.released)

    def lease(self, look: Look, lane: Lane) -> Lease | None:
        """The lease under which attempts in the lane were begun; None where there is none to be lost."""
        name = self._name(lane)
        return look.claimed.get(name) or look.held.get(name)

    async def gone(self, lease: Lease | None) -> None:
        """Waits until the lane may not be sent in any more."""
        if lease is None or self._keeper is None:
            await asyncio.Event().wait()
        else:
            await self._keeper.gone(lease)

    def kept(self, tx: Transaction, lease: Lease | None) -> bool:
        """Whether what came of attempts under the lease may be marked: not where another node has the lane since."""
        if lease is None or self._keeper is None:
            return True
        try:
            tx.nodes.require(lease)
        except LeaseLost:
            log.warning(
                "another node has taken over a lane: what came of attempts here is not marked", lease=lease.label
            )
            self._keeper.refused(lease)
            return False
        return True

    def _name(self, lane: Lane) -> str:
        return lane_lease(lane, self._in_order)
