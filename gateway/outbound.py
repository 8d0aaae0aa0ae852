"""The outbound story: a parcel gets its control numbers once, is sent, and is marked delivered."""

import asyncio
import contextlib
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta

import structlog

from adapters.contracts import AdapterError, Destination, Parcel
from adapters.translate import answer_from, render
from adapters.translation.hl7_render import Hl7Answer
from gateway.crash import crash_point
from gateway.ids import Clock
from gateway.ledger.contract import Ledger, LedgerUnavailable, Transaction
from gateway.ledger.records import ParcelRow, ParcelState
from gateway.metrics import Metrics

BATCH = 200
LONGEST_WAIT = timedelta(minutes=10)
"""Between two attempts at one parcel."""
PATIENCE = 60.0
"""Seconds for one attempt."""
POLL = 1.0
"""Seconds between looks at the ledger without being woken."""

log = structlog.get_logger(__name__)


class Outbound:
    """Sends what the ledger holds for partners, in order of recording."""

    def __init__(
        self, *, ledger: Ledger, destinations: Mapping[str, Destination], clock: Clock,
        random: Callable[[], float], metrics: Metrics,
    ) -> None:  # fmt: skip
        self._ledger = ledger
        self._destinations = destinations
        self._clock = clock
        self._random = random
        self._metrics = metrics
        self._awake = asyncio.Event()

    def wake(self) -> None:
        """Something may be due."""
        self._awake.set()

    async def run(self) -> None:
        """Sends for ever; ends by cancellation, or by failing where the ledger fails."""
        waits = False
        while True:
            self._awake.clear()
            try:
                looked_at = await self.send_due()
                waits = False
            except LedgerUnavailable as error:
                if not waits:
                    log.warning("sending waits", reason=str(error))
                looked_at, waits = 0, True
            if looked_at < BATCH:
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(POLL):
                        await self._awake.wait()

    async def send_due(self) -> int:
        """Renders and sends what is due now; returns how many parcels were looked at."""
        now = self._clock()
        due = await asyncio.wrap_future(self._ledger.write(lambda tx: self._prepare(tx, now)))
        if not due:
            return 0
        delivered: list[str] = []
        failed: list[tuple[ParcelRow, str]] = []
        try:
            for row in due:
                error = await self._send(row)
                if error is None:
                    delivered.append(row.id)
                else:
                    failed.append((row, error))
        finally:
            # Also where a stop breaks in: what a partner has must not be sent again for want of a mark.
            crash_point("outbound.before_mark")
            settling = asyncio.wrap_future(self._ledger.write(lambda tx: self._settle(tx, delivered, failed)))
            await asyncio.shield(settling)
        for row in due:
            self._metrics.parcel(row.kind, "delivered" if row.id in delivered else "failed")
        return len(due)

    def _prepare(self, tx: Transaction, now: datetime) -> list[ParcelRow]:
        """Renders queued parcels. Their bytes are kept with the numbers they used: a repeat is the same bytes."""
        due = tx.due_parcels(now, BATCH)
        ready: list[ParcelRow] = []
        for row in due:
            if row.state is ParcelState.QUEUED:
                try:
                    answer = answer_from(row.body)
                    content, number = render(answer, tx.next_number, now)
                except Exception as error:
                    log.exception("a parcel cannot be rendered", parcel=row.id)
                    tx.parcel_failed(row.id, f"cannot be rendered: {type(error).__name__}", now + LONGEST_WAIT)
                    continue
                suffix = "hl7" if isinstance(answer, Hl7Answer) else "edi"
                name = f"{row.kind}-{number}-{row.id[-6:]}.{suffix}"
                tx.render_parcel(row.id, name=name, content=content, control_number=number)
                ready.append(replace(row, state=ParcelState.READY, name=name, content=content))
            else:
                ready.append(row)
        return ready

    async def _send(self, row: ParcelRow) -> str | None:
        """None when the destination has it, else why not."""
        destination = self._destinations.get(row.channel)
        if destination is None:
            return f"channel {row.channel!r} sends nothing: name one that does as `send` in the partner's file"
        parcel = Parcel(row.id, row.partner, row.kind, row.name or row.id, row.content or b"")
        try:
            async with asyncio.timeout(PATIENCE):
                await destination.send(parcel)
        except (AdapterError, OSError, TimeoutError) as error:
            log.warning("parcel not sent", parcel=row.id, partner=row.partner, attempt=row.attempts + 1)
            return type(error).__name__ if isinstance(error, TimeoutError) else str(error)[:200]
        crash_point("outbound.after_send")
        return None

    def _settle(self, tx: Transaction, delivered: list[str], failed: list[tuple[ParcelRow, str]]) -> None:
        now = self._clock()
        for id in delivered:
            tx.parcel_delivered(id, now)
        for row, error in failed:
            tx.parcel_failed(row.id, error, now + self._wait(row.attempts))

    def _wait(self, attempts: int) -> timedelta:
        """Doubling from one second, with full jitter, so that many parcels do not come back at once."""
        longest = min(timedelta(seconds=2 ** min(attempts, 12)), LONGEST_WAIT)
        return timedelta(seconds=1) + longest * self._random()
