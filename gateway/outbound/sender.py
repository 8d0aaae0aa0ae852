"""The sender: what is due leaves, each partner's lane by itself, and what came of it is marked in the ledger."""

import asyncio
import contextlib
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta

import structlog

from adapters.contracts import AdapterError, Destination, Parcel, RefusedError
from gateway.crash import crash_point
from gateway.ids import Clock, NewId
from gateway.ledger.contract import Ledger, LedgerError, LedgerUnavailable, Transaction
from gateway.ledger.node_records import Lease
from gateway.ledger.records import ParcelRow
from gateway.metrics import Metrics
from gateway.outbound.lanes import Lane, Lanes
from gateway.outbound.limits import Limits
from gateway.outbound.preparing import Due, Preparing, Roads
from gateway.outbound.results import Ended, Result, Settling
from gateway.rendering import Renderer

BATCH = 200
PATIENCE = 700.0
"""Seconds for one attempt: more than any channel's own limits."""
MARKED = timedelta(seconds=1)
"""Between two marks in the ledger, while a lane sends."""
POLL = 1.0
"""Seconds between looks at the ledger without being woken."""
SIDE_BY_SIDE = 4
"""Lanes of one channel that send at a time, where the channel does not keep order."""

log = structlog.get_logger(__name__)


class Outbound:
    """Sends what the ledger holds for partners: in order of recording, each partner's lane of a channel by itself.

    In a channel that keeps order nothing of a lane overtakes what failed in it. A destination that fails too often is
    left alone for a while. What it refuses for good is not tried again; a person is told.
    """

    def __init__(
        self, *, ledger: Ledger, destinations: Mapping[str, Destination], render: Renderer, roads: Roads, clock: Clock,
        new_id: NewId, random: Callable[[], float], metrics: Metrics, limits: Limits | None = None,
        lanes: Lanes | None = None,
    ) -> None:  # fmt: skip
        self._ledger = ledger
        self._destinations = destinations
        self._clock = clock
        self._metrics = metrics
        own = limits or Limits()
        self._in_order = roads.in_order
        self._prepare = Preparing(render, roads, own, new_id)
        self._settle = Settling(own, random, new_id)
        self._leases = lanes or Lanes()
        self._awake = asyncio.Event()
        self._lanes: dict[Lane, asyncio.Task[None]] = {}
        """What is being sent."""
        self._unmarked: list[tuple[Lease | None, Sequence[Result]]] = []
        """What came of attempts while the ledger could not be written."""
        self._room: defaultdict[str, asyncio.Semaphore] = defaultdict(lambda: asyncio.Semaphore(SIDE_BY_SIDE))
        self._room.update({channel: asyncio.Semaphore(1) for channel in roads.in_order})

    def wake(self) -> None:
        """Something may be due."""
        self._awake.set()

    async def run(self) -> None:
        """Sends for ever; ends by cancellation, or by failing where the ledger fails."""
        # Other nodes may be sending: then what dead ones left is found lane by lane.
        recovered, waits = not self._leases.alone, False
        try:
            while True:
                self._awake.clear()
                try:
                    if not recovered:
                        await self.recover()
                        recovered = True
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
            # Those that were broken off are marked, so that their lanes are free for others at once.
            self._lanes.clear()
            await self._give_back()

    async def recover(self) -> None:
        """Attempts that the last end broke off are to be made again."""
        now = self._clock()
        if count := await asyncio.wrap_future(self._ledger.write(lambda tx: tx.recover_sending(now))):
            log.info("attempts that were broken off are made again", count=count)

    async def turn(self) -> int:
        """One look at the ledger, and all that begins by it, to its end; returns how many parcels were due."""
        looked_at = await self._start_due()
        await asyncio.gather(*self._lanes.values())
        self._reap()
        return looked_at

    def _reap(self) -> None:
        """Forgets lanes that are done; raises what ended one."""
        for lane in [lane for lane, task in self._lanes.items() if task.done()]:
            self._lanes.pop(lane).result()

    async def _start_due(self) -> int:
        """Begins to send what is due now; returns how many parcels were looked at."""
        if self._unmarked:
            unmarked, self._unmarked = self._unmarked, []
            for lease, results in unmarked:
                await self._mark(results, lease)
            if self._unmarked:
                return 0
        now, busy, leases = self._clock(), frozenset(self._lanes), self._leases
        look = leases.begin(busy)

        def work(tx: Transaction) -> Due:
            leases.sweep(tx, look, now)
            due = self._prepare(tx, now, BATCH, busy, lambda lane: leases.may(tx, look, lane, now))
            leases.give_back(tx, look, {(row.channel, row.partner) for row in due.rows})
            return due

        due = await asyncio.wrap_future(self._ledger.write(work))
        leases.committed(look)
        by_lane: dict[Lane, list[ParcelRow]] = {}
        for row in due.rows:
            by_lane.setdefault((row.channel, row.partner), []).append(row)
        for lane, rows in by_lane.items():
            sending = self._while_ours(rows, leases.lease(look, lane))
            task = asyncio.create_task(sending, name=f"sending {lane[0]} {lane[1]}")
            task.add_done_callback(lambda _: self.wake())
            self._lanes[lane] = task
        return due.looked_at

    async def _give_back(self) -> None:
        """Gives all lanes back at the end."""
        look = self._leases.begin(())
        if not look.held:
            return
        with contextlib.suppress(LedgerError):
            await asyncio.wrap_future(self._ledger.write(lambda tx: self._leases.give_back(tx, look, ())))
        self._leases.committed(look)

    async def _while_ours(self, rows: Sequence[ParcelRow], lease: Lease | None) -> None:
        """Sends in a lane, and stops where its lease is lost."""
        sending = asyncio.ensure_future(self._lane(rows, lease))
        gone = asyncio.ensure_future(self._leases.gone(lease))
        try:
            await asyncio.wait({sending, gone}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            gone.cancel()
            sending.cancel()
            await asyncio.wait({sending})
        if not sending.cancelled():
            sending.result()

    async def _lane(self, rows: Sequence[ParcelRow], lease: Lease | None) -> None:
        """Sends parcels of one lane, one after the other, and marks them at least every second, failures at once."""
        waiting = list(rows)
        results: list[Result] = []
        marked = self._clock()
        why = "the gateway was stopped"
        try:
            while waiting:
                async with self._room[waiting[0].channel]:
                    result = await self._send(waiting[0])
                results.append(result)
                waiting.pop(0)
                failed = result.ended is Ended.FAILED
                if failed or self._clock() - marked >= MARKED:
                    taken, results = results, []
                    resting = await self._mark(taken, lease)
                    marked = self._clock()
                    if result.row.channel in resting:
                        why = "its channel is left alone for a while"
                        break
                if failed and result.row.channel in self._in_order:
                    why = "one in front of it failed"
                    break
        finally:
            # Also where a stop breaks in: what a partner has must not be sent again for want of a mark.
            await self._mark([*results, *(Result(row, Ended.BROKEN_OFF, why) for row in waiting)], lease)

    async def _mark(self, results: Sequence[Result], lease: Lease | None) -> frozenset[str]:
        """Puts results into the ledger; returns the channels that are not called any more for now."""
        if not results:
            return frozenset()
        crash_point("outbound.before_mark")
        now = self._clock()

        def work(tx: Transaction) -> frozenset[str]:
            if not self._leases.kept(tx, lease):
                return frozenset(result.row.channel for result in results)
            return self._settle(tx, results, now)

        try:
            settling = asyncio.wrap_future(self._ledger.write(work))
            resting = await asyncio.shield(settling)
        except LedgerUnavailable as error:
            log.warning("marks wait", reason=str(error))
            self._unmarked.append((lease, results))
            return frozenset(result.row.channel for result in results)
        for result in results:
            if result.ended is not Ended.BROKEN_OFF:
                self._metrics.parcel(result.row.kind, result.ended.value)
        return resting

    async def _send(self, row: ParcelRow) -> Result:
        """One attempt."""
        destination = self._destinations.get(row.channel)
        if destination is None:
            reason = f"channel {row.channel!r} sends nothing: name one that does as `send` in the partner's file"
            return Result(row, Ended.FAILED, reason)
        # Another transmission of the same bytes is another parcel to a destination that knows what it has.
        id = row.id if row.transmissions == 1 else f"{row.id}-{row.transmissions}"
        parcel = Parcel(id, row.partner, row.kind, row.name or row.id, row.content or b"")
        try:
            crash_point("outbound.before_send")
            async with asyncio.timeout(PATIENCE):
                where = await destination.send(parcel)
        except RefusedError as error:
            log.warning("parcel refused", parcel=row.id, partner=row.partner, attempt=row.attempts + 1)
            return Result(row, Ended.REFUSED, str(error)[:200])
        except (AdapterError, OSError, TimeoutError) as error:
            log.warning("parcel not sent", parcel=row.id, partner=row.partner, attempt=row.attempts + 1)
            reason = type(error).__name__ if isinstance(error, TimeoutError) else str(error)[:200]
            return Result(row, Ended.FAILED, reason)
        crash_point("outbound.after_send")
        return Result(row, Ended.DELIVERED, where[:200])
