"""What waits at a channel to be fetched."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Final, Protocol

import structlog

from gateway.ids import Clock
from gateway.ledger.contract import Ledger, Transaction
from gateway.ledger.records import ParcelRow, ParcelState
from gateway.rendering import NotRenderedError, Renderer

AGAIN: Final = timedelta(minutes=10)
"""After which something that could not be rendered is tried again: it takes a person to mend its settings."""

log = structlog.get_logger(__name__)


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
    """The transmissions of the ledger. They are rendered when they are first asked for."""

    def __init__(self, ledger: Ledger, render: Renderer, clock: Clock) -> None:
        self._ledger = ledger
        self._render = render
        self._clock = clock

    async def waiting(self, channel: str, limit: int) -> Sequence[Waiting]:
        """The oldest that are not confirmed; those are passed over that can no longer be rendered."""
        now = self._clock()
        rows = await asyncio.to_thread(self._ledger.read, lambda reads: reads.waiting_parcels(channel, now, limit))
        if any(row.state is ParcelState.QUEUED for row in rows):
            rows = await asyncio.wrap_future(self._ledger.write(lambda tx: self._rendered(tx, channel, limit)))
        return [
            Waiting(row.id, row.name or row.id, row.kind, row.partner, row.content)
            for row in rows
            if row.state is ParcelState.READY and row.content is not None
        ]

    async def confirm(self, channel: str, ids: Sequence[str]) -> Confirmed:
        """Marks them as delivered. What was never given out is not the caller's to confirm."""

        def work(tx: Transaction) -> Confirmed:
            states = tx.parcel_states(channel, ids)
            now = self._clock()
            given = [id for id in dict.fromkeys(ids) if states.get(id) in (ParcelState.READY, ParcelState.DELIVERED)]
            for id in given:
                tx.parcel_delivered(id, now)
            return Confirmed(len(given), tuple(id for id in dict.fromkeys(ids) if id not in set(given)))

        return await asyncio.wrap_future(self._ledger.write(work))

    def _rendered(self, tx: Transaction, channel: str, limit: int) -> list[ParcelRow]:
        now = self._clock()
        return [
            self._render_one(tx, row) if row.state is ParcelState.QUEUED and not _together(tx, row) else row
            for row in tx.waiting_parcels(channel, now, limit)
        ]

    def _render_one(self, tx: Transaction, row: ParcelRow) -> ParcelRow:
        now = self._clock()
        try:
            rendered = self._render(row, [row.body], tx.next_number, now)
        except NotRenderedError as error:
            log.warning("a parcel cannot be rendered", parcel=row.id)
            tx.parcel_failed(row.id, f"cannot be rendered: {error}", now + AGAIN, now)
            return row
        name, content = rendered.name, rendered.content
        tx.render_parcel(
            row.id, name=name, content=content, control_number=rendered.control_number,
            functional_id=rendered.functional_id, group_number=rendered.group_number, at=now,
        )  # fmt: skip
        return replace(row, state=ParcelState.READY, name=name, content=content)


def _together(tx: Transaction, row: ParcelRow) -> bool:
    """Whether it holds several documents: the sender renders it, as it does all others within a second."""
    return len(tx.parcel_documents(row.id)) > 1
