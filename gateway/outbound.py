"""The outbound story: a parcel gets its control numbers once, is sent, and is marked delivered."""

import asyncio
import contextlib
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import structlog

from adapters.contracts import AdapterError, Destination, Parcel, RefusedError
from gateway.crash import crash_point
from gateway.ids import Clock, NewId
from gateway.ledger.contract import Ledger, LedgerUnavailable, Transaction
from gateway.ledger.records import ExceptionRow, ParcelRow, ParcelState
from gateway.metrics import Metrics
from gateway.problems_outbound import REFUSED_THERE
from gateway.rendering import NotRenderedError, Renderer

BATCH = 200
LONGEST_WAIT = timedelta(minutes=10)
"""Between two attempts at one parcel."""
PATIENCE = 700.0
"""Seconds for one attempt: more than any channel's own limits."""
MARKED = timedelta(seconds=1)
"""Between two marks in the ledger, while a channel sends."""
POLL = 1.0
"""Seconds between looks at the ledger without being woken."""

log = structlog.get_logger(__name__)


@dataclass(slots=True)
class _Results:
    """What became of parcels, not yet in the ledger."""

    delivered: list[ParcelRow] = field(default_factory=list)
    failed: list[tuple[ParcelRow, str]] = field(default_factory=list)
    refused: list[tuple[ParcelRow, str]] = field(default_factory=list)

    def take(self) -> "_Results":
        """What there is, which is empty then."""
        taken = _Results(self.delivered, self.failed, self.refused)
        self.delivered, self.failed, self.refused = [], [], []
        return taken


class Outbound:
    """Sends what the ledger holds for partners: in order of recording, each channel by itself.

    Parcels of a channel in ``in_order`` never overtake one that failed. What a destination refuses for good is not
    tried again; a person is told. What leaves by a channel in ``shelves`` waits there to be fetched, and is not sent.
    """

    def __init__(
        self, *, ledger: Ledger, destinations: Mapping[str, Destination], render: Renderer, in_order: Collection[str],
        clock: Clock, new_id: NewId, random: Callable[[], float], metrics: Metrics, shelves: Collection[str] = (),
    ) -> None:  # fmt: skip
        self._ledger = ledger
        self._destinations = destinations
        self._render = render
        self._in_order = frozenset(in_order)
        self._shelves = frozenset(shelves)
        self._clock = clock
        self._new_id = new_id
        self._random = random
        self._metrics = metrics
        self._awake = asyncio.Event()
        self._lanes: dict[str, asyncio.Task[None]] = {}
        """What is being sent, by channel."""

    def wake(self) -> None:
        """Something may be due."""
        self._awake.set()

    async def run(self) -> None:
        """Sends for ever; ends by cancellation, or by failing where the ledger fails."""
        waits = False
        try:
            while True:
                self._awake.clear()
                try:
                    self._reap()
                    looked_at = await self._start_due()
                    waits = False
                except LedgerUnavailable as error:
                    if not waits:
                        log.warning("sending waits", reason=str(error))
                    waits = True
                    await asyncio.sleep(POLL)
                    continue
                if looked_at < BATCH:
                    with contextlib.suppress(TimeoutError):
                        async with asyncio.timeout(POLL):
                            await self._awake.wait()
        finally:
            for lane in self._lanes.values():
                lane.cancel()
            await asyncio.gather(*self._lanes.values(), return_exceptions=True)

    def _reap(self) -> None:
        """Forgets lanes that are done; raises what ended one."""
        for channel in [channel for channel, lane in self._lanes.items() if lane.done()]:
            self._lanes.pop(channel).result()

    async def _start_due(self) -> int:
        """Renders what is due now and begins to send it, each channel by itself; returns how many parcels it is."""
        now, busy = self._clock(), self._shelves.union(self._lanes)
        due = await asyncio.wrap_future(self._ledger.write(lambda tx: self._prepare(tx, now, busy)))
        by_channel: dict[str, list[ParcelRow]] = {}
        for row in due:
            by_channel.setdefault(row.channel, []).append(row)
        for channel, rows in by_channel.items():
            lane = asyncio.create_task(self._lane(rows), name=f"sending {channel}")
            lane.add_done_callback(lambda _: self.wake())
            self._lanes[channel] = lane
        return len(due)

    async def _lane(self, rows: Sequence[ParcelRow]) -> None:
        """Sends parcels of one channel, one after the other, and marks them at least every second."""
        results = _Results()
        marked = self._clock()
        try:
            for row in rows:
                await self._send(row, results)
                if results.failed and row.channel in self._in_order:
                    break
                if self._clock() - marked >= MARKED:
                    await self._mark(results)
                    marked = self._clock()
        finally:
            # Also where a stop breaks in: what a partner has must not be sent again for want of a mark.
            await self._mark(results)

    async def _mark(self, results: _Results) -> None:
        taken = results.take()
        if not (taken.delivered or taken.failed or taken.refused):
            return
        crash_point("outbound.before_mark")
        settling = asyncio.wrap_future(self._ledger.write(lambda tx: self._settle(tx, taken)))
        await asyncio.shield(settling)
        for row in taken.delivered:
            self._metrics.parcel(row.kind, "delivered")
        for outcome, told in (("failed", taken.failed), ("refused", taken.refused)):
            for row, _ in told:
                self._metrics.parcel(row.kind, outcome)

    def _prepare(self, tx: Transaction, now: datetime, busy: Collection[str]) -> list[ParcelRow]:
        """Renders queued parcels. Their bytes are kept with the numbers they used: a repeat is the same bytes."""
        due = tx.due_parcels(now, BATCH, in_order=self._in_order, besides=busy)
        ready: list[ParcelRow] = []
        for row in due:
            if row.state is ParcelState.QUEUED:
                try:
                    rendered = self._render(row, tx.next_number, now)
                except Exception as error:
                    log.exception("a parcel cannot be rendered", parcel=row.id)
                    reason = str(error) if isinstance(error, NotRenderedError) else type(error).__name__
                    tx.parcel_failed(row.id, f"cannot be rendered: {reason}", now + LONGEST_WAIT)
                    continue
                name, content = rendered.name, rendered.content
                tx.render_parcel(row.id, name=name, content=content, control_number=rendered.control_number)
                ready.append(replace(row, state=ParcelState.READY, name=name, content=content))
            else:
                ready.append(row)
        return ready

    async def _send(self, row: ParcelRow, results: _Results) -> None:
        """Puts it where it belongs: delivered, failed with the reason, or refused with it."""
        destination = self._destinations.get(row.channel)
        if destination is None:
            reason = f"channel {row.channel!r} sends nothing: name one that does as `send` in the partner's file"
            results.failed.append((row, reason))
            return
        parcel = Parcel(row.id, row.partner, row.kind, row.name or row.id, row.content or b"")
        try:
            async with asyncio.timeout(PATIENCE):
                await destination.send(parcel)
        except RefusedError as error:
            log.warning("parcel refused", parcel=row.id, partner=row.partner, attempt=row.attempts + 1)
            results.refused.append((row, str(error)[:200]))
            return
        except (AdapterError, OSError, TimeoutError) as error:
            log.warning("parcel not sent", parcel=row.id, partner=row.partner, attempt=row.attempts + 1)
            reason = type(error).__name__ if isinstance(error, TimeoutError) else str(error)[:200]
            results.failed.append((row, reason))
            return
        results.delivered.append(row)
        crash_point("outbound.after_send")

    def _settle(self, tx: Transaction, results: _Results) -> None:
        now = self._clock()
        for row in results.delivered:
            tx.parcel_delivered(row.id, now)
        for row, error in results.failed:
            tx.parcel_failed(row.id, error, now + self._wait(row.attempts))
        for row, error in results.refused:
            tx.parcel_refused(row.id, error)
            tx.open_exception(
                ExceptionRow(
                    id=self._new_id(), kind="technical", code=REFUSED_THERE.code, partner=row.partner,
                    delivery=row.delivery, document=None, message=f"{row.kind} {row.name or row.id}: {error}",
                    opened_at=now,
                )
            )  # fmt: skip

    def _wait(self, attempts: int) -> timedelta:
        """Doubling from one second, with full jitter, so that many parcels do not come back at once."""
        longest = min(timedelta(seconds=2 ** min(attempts, 12)), LONGEST_WAIT)
        return timedelta(seconds=1) + longest * self._random()
