"""The drop channel: hands each whole file of a folder to the gateway, and moves it away after the receipt."""

import asyncio
import time
import traceback
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import TypeVar

import structlog

from adapters.contracts import AdapterError, Delivery, Handler, Outcome, Oversized, Receipt, Unkept, nobody
from adapters.transports.drop.folder import (
    MOST_WATCHED,
    Listing,
    Taken,
    Unfit,
    look,
    make_folder,
    origin,
    printable,
    take,
)
from adapters.transports.drop.inbox import Inbox, Ripe, Verdict
from adapters.transports.drop.moving import Move, Moved, Result, move_all, remove_left_overs
from adapters.transports.drop.oversized import put_apart
from adapters.transports.drop.settings import DropSettings
from adapters.transports.drop.watch import Watch
from adapters.transports.handing import REFUSED, hand_in, taking

T = TypeVar("T")
log = structlog.get_logger(__name__)

SOONEST_LOOK = 0.05
"""Seconds between two looks, however much the watch calls."""
MOVE_RETRY = 15.0
"""Seconds until a move that failed is tried again."""


class DropSource:
    """Receives files from a folder; the scan is the truth, the watch only wakes it.

    ``spool`` is a private folder on local disk for copies of large files. After a cancellation, handlers under way
    get ``grace`` seconds to finish, and what they finished is still moved.
    """

    def __init__(
        self,
        name: str,
        settings: DropSettings,
        *,
        spool: Path,
        clock: Callable[[], datetime],
        new_id: Callable[[], str],
        monotonic: Callable[[], float] = time.monotonic,
        grace: float = 5.0,
        intake: Callable[[], bool] = lambda: True,
        unkept: Unkept = nobody,
    ) -> None:
        self.name = name
        self._settings = settings
        self._spool = spool
        self._clock = clock
        self._new_id = new_id
        self._monotonic = monotonic
        self._grace = grace
        self._unkept = unkept
        self._intake = intake
        """Whether the gateway takes anything new now; while it does not, files stay where they are."""
        self._unstick_at = 0.0
        self._moves_wait = asyncio.Event()
        self._look_now = asyncio.Event()
        self._watch: Watch | None = None
        self._listening = False
        self._looked = False
        self._last_scan: datetime | None = None
        self._moving_fails = False
        self._crowded = False
        self._log = log.bind(channel=name)
        self._begin()

    def _begin(self) -> None:
        """Nothing is under way: what an earlier run left in the folder is met again as the same arrival."""
        self._inbox = Inbox(self._settings.settle)
        self._ripe: asyncio.Queue[Ripe] = asyncio.Queue()
        self._moves: list[Move] = []
        self._stuck: list[Move] = []
        self._threads = ThreadPoolExecutor(self._settings.workers + 2, thread_name_prefix=f"drop-{self.name}")

    def listening(self) -> bool:
        """Whether the folder could be read at the last look."""
        return self._listening

    @property
    def last_scan(self) -> datetime | None:
        """When the folder was last looked at with success."""
        return self._last_scan

    async def run(self, handle: Handler) -> None:
        """Receives for ever. Raises AdapterError at the start where the folders cannot be made. May be run again."""
        self._begin()
        try:
            await self._off_loop(self._make_folders)
            await self._start_watch()
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(self._keep_looking())
                tasks.create_task(self._keep_moving())
                tasks.create_task(self._keep_taking(handle, tasks))
        finally:
            self._listening = False
            if self._moves:
                await self._move_waiting()
            if self._watch is not None:
                await self._off_loop(self._watch.stop)
            self._threads.shutdown(wait=False)

    def _make_folders(self) -> None:
        try:
            for folder in (self._settings.path, self._settings.done, self._settings.rejected, self._spool):
                make_folder(folder)
            remove_left_overs(self._settings.done, self._settings.rejected)
        except OSError as error:
            raise AdapterError(f"cannot make the folder {error.filename}: {error.strerror}") from error

    async def _start_watch(self) -> None:
        self._watch = watch = Watch(self._settings.path, asyncio.get_running_loop(), self._look_now.set)
        try:
            await self._off_loop(watch.start)
        except OSError as error:
            self._watch = None
            await self._off_loop(watch.stop)
            self._log.warning("no watch on the folder, looking at every poll instead", error=error.strerror)

    async def _keep_looking(self) -> None:
        while True:
            began = self._monotonic()
            renames = self._watch.renames() if self._watch else []
            verdict: Verdict | None = None
            listing = await self._look()
            if listing is not None:
                verdict = self._inbox.scan(listing.entries, began, renames, listing.unseen)
                for ripe in verdict.ripe:
                    self._ripe.put_nowait(ripe)
            await self._check_watch()
            await self._pause(began, verdict)

    async def _look(self) -> Listing | None:
        under_way = frozenset(self._inbox.under_way)
        try:
            listing = await self._off_loop(lambda: look(self._settings.path, under_way))
        except OSError as error:
            if self._listening or not self._looked:
                self._log.error("the folder cannot be read", folder=str(self._settings.path), error=error.strerror)
            self._listening, self._looked = False, True
            return None
        if self._looked and not self._listening:
            self._log.info("the folder can be read again", folder=str(self._settings.path))
        self._listening = self._looked = True
        self._last_scan = self._clock()
        if listing.cut_short and not self._crowded:
            self._log.warning("the folder is very full; some files wait until others are taken", limit=MOST_WATCHED)
        self._crowded = listing.cut_short
        return listing

    async def _check_watch(self) -> None:
        if self._watch is not None and not self._watch.alive():
            self._log.warning("the watch on the folder ended, looking at every poll instead")
            dead, self._watch = self._watch, None
            await self._off_loop(dead.stop)

    async def _pause(self, began: float, verdict: Verdict | None) -> None:
        """Until the poll is due, a waiting file may be ripe, or the watch calls; a long look makes a long pause."""
        ended = self._monotonic()
        soonest = max(SOONEST_LOOK, 2 * (ended - began))
        due = began + self._settings.poll
        if verdict is not None and verdict.next_look is not None:
            due = min(due, verdict.next_look)
        await asyncio.sleep(soonest)
        with suppress(TimeoutError):
            async with asyncio.timeout(max(0.0, due - self._monotonic())):
                await self._look_now.wait()
        self._look_now.clear()

    async def _keep_taking(self, handle: Handler, tasks: asyncio.TaskGroup) -> None:
        """Hands files in one after the other, oldest first; so many of them are under way at the same time."""
        free = asyncio.Semaphore(self._settings.workers)
        while True:
            ripe = await self._ripe.get()
            await free.acquire()
            await taking(self._intake)
            try:
                taken = await self._off_loop(lambda ripe=ripe: self._take(ripe))  # type: ignore[misc]
            except OSError as error:
                free.release()
                self._tell_failure(ripe, "the file cannot be read", error)
                continue
            if isinstance(taken, Taken):
                offer = tasks.create_task(self._offer(handle, ripe, taken))
                offer.add_done_callback(lambda _: free.release())
                continue
            if taken is Unfit.TOO_LARGE:
                refusal = tasks.create_task(self._refuse_size(ripe))
                refusal.add_done_callback(lambda _: free.release())
                continue
            free.release()
            self._inbox.put_back(ripe.entry.name)

    def _take(self, ripe: Ripe) -> Taken | Unfit:
        limits = self._settings
        return take(
            limits.path, ripe.entry, max_bytes=limits.max_bytes, memory_limit=limits.memory_limit, spool=self._spool
        )

    async def _offer(self, handle: Handler, ripe: Ripe, taken: Taken) -> None:
        """Hands a file in and has it moved after the receipt; a handler that fails gets it again later."""
        delivery = Delivery(
            id=self._new_id(),
            channel=self.name,
            name=printable(ripe.entry.name),
            origin=origin(ripe.entry),
            content=taken.content,
            sha256=taken.sha256,
            received_at=self._clock(),
        )
        await hand_in(handle, delivery, lambda told: self._settle(told, ripe, delivery), self._grace)

    def _settle(self, told: Receipt | BaseException, ripe: Ripe, delivery: Delivery) -> None:
        if isinstance(told, BaseException):
            self._tell_failure(ripe, "the file was not accepted", told)
            return
        folder = self._settings.rejected if told.outcome in REFUSED else self._settings.done
        note = None if told.outcome is Outcome.ACCEPTED else told.diagnosis
        self._moves.append(Move(ripe, folder, delivery.id, note))
        self._moves_wait.set()

    async def _refuse_size(self, ripe: Ripe) -> None:
        size, limit = ripe.entry.size, self._settings.max_bytes

        def seen(name: str, origin: str, sha256: str) -> Oversized:
            return Oversized(self._new_id(), self.name, name, origin, size, limit, sha256, self._clock())

        try:
            move = await put_apart(ripe, self._settings, seen, self._unkept, self._off_loop)
        except Exception as error:  # noqa: BLE001 - whatever it is, the file stays and is met again
            self._tell_failure(ripe, "the file is too large, and that could not be written down", error)
            return
        if move is None:
            self._inbox.put_back(ripe.entry.name)
            return
        self._log.warning("the file is too large", file=printable(ripe.entry.name), size=size, limit=limit)
        self._moves.append(move)
        self._moves_wait.set()

    async def _keep_moving(self) -> None:
        while True:
            with suppress(TimeoutError):
                async with asyncio.timeout(MOVE_RETRY if self._stuck else None):
                    await self._moves_wait.wait()
            self._moves_wait.clear()
            if self._stuck and self._monotonic() >= self._unstick_at:
                self._moves += self._stuck
                self._stuck = []
            if self._moves:
                await self._move_waiting()

    async def _move_waiting(self) -> None:
        moves, self._moves = self._moves, []
        for result in await self._off_loop(lambda: move_all(self._settings.path, moves)):
            self._moved(result)

    def _moved(self, result: Result) -> None:
        name = result.move.ripe.entry.name
        if isinstance(result.outcome, OSError):
            self._stuck.append(result.move)
            self._unstick_at = self._monotonic() + MOVE_RETRY
            if not self._moving_fails:
                self._moving_fails = True
                self._log.error(
                    "a taken file cannot be moved; it stays, is not taken again, and is tried again",
                    file=printable(name), folder=str(result.move.folder), error=result.outcome.strerror,
                )  # fmt: skip
            return
        if result.outcome is Moved.MOVED:
            self._inbox.settled(name)
            if self._moving_fails and not self._stuck:
                self._moving_fails = False
                self._log.info("taken files can be moved again", folder=str(result.move.folder))
        else:
            self._inbox.put_back(name)

    def _tell_failure(self, ripe: Ripe, what: str, error: BaseException) -> None:
        """Says it once for a file; the text of an unknown error may hold content, so only its place is told."""
        failures = self._inbox.failed(ripe.entry.name, self._monotonic())
        if failures > 1:
            return
        known = isinstance(error, AdapterError | OSError)
        frames = traceback.extract_tb(error.__traceback__)
        tell = self._log.warning if known else self._log.error
        tell(
            f"{what}; it stays and is tried again",
            file=printable(ripe.entry.name),
            error_type=type(error).__name__,
            reason=str(error) if known else None,
            component=f"{Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames and not known else None,
        )

    async def _off_loop(self, work: Callable[[], T]) -> T:
        """Runs blocking work on a thread of this channel; a cancellation waits for its end."""
        future = asyncio.get_running_loop().run_in_executor(self._threads, work)
        try:
            return await asyncio.shield(future)
        except asyncio.CancelledError:
            await asyncio.wait({future})
            raise
