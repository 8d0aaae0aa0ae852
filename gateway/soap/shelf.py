"""What waits at a channel to be fetched."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from gateway.ids import Clock
from gateway.ledger.contract import Ledger, Transaction
from gateway.ledger.records import ParcelState

_NEVER_GIVEN: Final = (ParcelState.QUEUED, ParcelState.HELD)
"""States of what was not there to be fetched."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """One transmission whose bytes will never change."""

    id: str
    name: str
    kind: str
    partner: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Confirmed:
    """What became of ids that were confirmed."""

    known: int
    """Those that are confirmed now, be it by an earlier call."""
    unknown: tuple[str, ...]


class Shelf(Protocol):
    """What the service needs to know of outbound transmissions. Both raise LedgerError."""

    async def waiting(self, channel: str, limit: int) -> Sequence[Waiting]:
        """The oldest that are not confirmed."""

    async def confirm(self, channel: str, ids: Sequence[str]) -> Confirmed:
        """They were fetched, and are not given again."""


class LedgerShelf:
    """The transmissions of the ledger, once the sender has rendered them."""

    def __init__(self, ledger: Ledger, clock: Clock) -> None:
        self._ledger = ledger
        self._clock = clock

    async def waiting(self, channel: str, limit: int) -> Sequence[Waiting]:
        """The oldest that are neither confirmed nor held by a person."""
        rows = await asyncio.to_thread(self._ledger.read, lambda reads: reads.waiting_for(channel, limit))
        return [Waiting(row.id, row.name or row.id, row.kind, row.partner, row.content or b"") for row in rows]

    async def confirm(self, channel: str, ids: Sequence[str]) -> Confirmed:
        """Marks them as delivered. What was never given out is not the caller's to confirm."""

        def work(tx: Transaction) -> Confirmed:
            named = list(dict.fromkeys(ids))
            heads = {id: tx.parcel_head(id) for id in named}
            given = [
                id
                for id, head in heads.items()
                if head is not None and head.channel == channel and head.state not in _NEVER_GIVEN
            ]
            tx.confirm_collected(given, self._clock())
            return Confirmed(len(given), tuple(id for id in named if id not in given))

        return await asyncio.wrap_future(self._ledger.write(work))
