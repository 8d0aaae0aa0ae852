"""The inbox of an SFTP channel: fetches each whole file, hands it to the gateway, and moves it after the receipt."""

import asyncio
import time
import traceback
from collections.abc import Callable
from concurrent.futures import Executor
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import TypeVar

import structlog

from adapters.contracts import AdapterError, Alarm, Delivery, Handler, Oversized, Receipt, Unkept, nobody
from adapters.crash import crash_point
from adapters.transports.drop.folder import Taken, Unfit, printable
from adapters.transports.drop.inbox import Inbox, Ripe, Verdict
from adapters.transports.handing import REFUSED, hand_in, taking
from adapters.transports.sftp.client import Listed, RemoteError
from adapters.transports.sftp.download import Spool
from adapters.transports.sftp.line import Line
from adapters.transports.sftp.moving import Move, Moved, Result, move_all
from adapters.transports.sftp.problems import CANNOT_MOVE, INBOX_NOT_READABLE, TOO_LARGE
from adapters.transports.sftp.ripe import entries, origin
from adapters.transports.sftp.settings import InboxSettings

T = TypeVar("T")
log = structlog.get_logger(__name__)

MOST_LISTED = 100_000
"""Names asked for in one look; the rest of a fuller folder waits for its turn."""
SOONEST_LOOK = 0.05
MOVE_RETRY = 60.0
LOST_RETRY = 5.0
"""Seconds until moves that the server refused, or of which the connection was lost, are tried again."""


class SftpSource:
    """Receives files from a folder on a server.

    ``spool`` is a private folder on local disk for copies of large files. After a cancellation, handlers under way
    get ``grace`` seconds to finish, and what they finished is still moved.
    """

    def __init__(
        self,
        name: str,
        settings: InboxSettings,
        line: Line,
        *,
        spool: Path,
        threads: Executor,
        alarm: Alarm,
        clock: Callable[[], datetime],
        new_id: Callable[[], str],
        monotonic: Callable[[], float] = time.monotonic,
        grace: float = 5.0,
        intake: Callable[[], bool] = lambda: True,
        unkept: Unkept = nobody,
    ) -> None:
        self.name = name
        self._settings = settings
        self._line = line
        self._spool = Spool(spool)
        self._threads = threads
        self._alarm = alarm
        self._clock = clock
        self._new_id = new_id
        self._monotonic = monotonic
        self._grace = grace
        self._unkept = unkept
        self._intake = intake
        """Whether the gateway takes anything new now; while it does not, files stay where they are."""
        self._unstick_at = 0.0
        self._moves_wait = asyncio.Event()
        self._listening = False
        self._looked = False
        self._last_scan: datetime | None = None
        self._told: set[str] = set()
        self._log = log.bind(channel=name)
        self._begin()

    def _begin(self) -> None:
        """Nothing is under way: what an earlier run left on the server is met again as the same arrival."""
        self._inbox = Inbox(self._settings.settle)
        self._ripe: asyncio.Queue[Ripe] = asyncio.Queue()
        self._moves: list[Move] = []
        self._stuck: list[Move] = []

    def listening(self) -> bool:
        """Whether the folder could be read at the last look."""
        return self._listening

    @property
    def last_scan(self) -> datetime | None:
        """When the folder was last looked at with success."""
        return self._last_scan

    async def run(self, handle: Handler) -> None:
        """Receives for ever. Raises AdapterError at the start where the folder for copies cannot be made. May be run
        again."""
        self._begin()
        try:
            await self._prepare()
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(self._keep_looking())
                tasks.create_task(self._keep_moving())
                tasks.create_task(self._keep_taking(handle, tasks))
        finally:
            self._listening = False
            if self._moves:
                with suppress(TimeoutError):
                    async with asyncio.timeout(self._grace):
                        await self._move_waiting()
            self._line.close()

    async def _prepare(self) -> None:
        try:
            await self._on_disk(self._spool.prepare)
        except OSError as error:
            raise AdapterError(f"cannot make the folder {error.filename}: {error.strerror}") from error

    async def _keep_looking(self) -> None:
        while True:
            began = self._monotonic()
            listed = await self._look()
            verdict: Verdict | None = None
            if listed is not None:
                found = entries(listed.names, self._settings)
                if self._last_scan is None:
                    await self._on_disk(lambda found=found: self._spool.keep_only(self._settings.folder, found))  # type: ignore[misc]
                self._last_scan = self._clock()
                verdict = self._inbox.scan(found, began)
                for ripe in verdict.ripe:
                    self._ripe.put_nowait(ripe)
            await self._pause(began, verdict)

    async def _look(self) -> Listed | None:
        folder = self._settings.folder.encode()
        try:
            listed = await self._line.use(lambda client: client.listing(folder, MOST_LISTED))
        except AdapterError as error:
            if self._listening or not self._looked:
                self._log.error("the inbox cannot be read", reason=str(error))
            if isinstance(error, RemoteError):
                self._tell(INBOX_NOT_READABLE.code, f"{self._settings.folder}: {error}")
            self._listening, self._looked = False, True
            return None
        if self._looked and not self._listening:
            self._log.info("the inbox can be read again")
            self._told.discard(INBOX_NOT_READABLE.code)
        self._listening = self._looked = True
        if listed.cut_short:
            self._log.warning("the inbox is very full; some files wait until others are taken", limit=MOST_LISTED)
        return listed

    async def _pause(self, began: float, verdict: Verdict | None) -> None:
        """Until the poll is due or a waiting file may be ripe; a long look makes a long pause."""
        ended = self._monotonic()
        due = began + self._settings.poll
        if verdict is not None and verdict.next_look is not None:
            due = min(due, verdict.next_look)
        await asyncio.sleep(max(SOONEST_LOOK, 2 * (ended - began), due - ended))

    async def _keep_taking(self, handle: Handler, tasks: asyncio.TaskGroup) -> None:
        """Fetches and hands in, oldest first, so many at a time."""
        free = asyncio.Semaphore(self._settings.workers)
        while True:
            ripe = await self._ripe.get()
            await free.acquire()
            await taking(self._intake)
            offer = tasks.create_task(self._offer(handle, ripe))
            offer.add_done_callback(lambda _: free.release())

    async def _offer(self, handle: Handler, ripe: Ripe) -> None:
        """Hands a file in and has it moved after the receipt; what fails is offered again later."""
        try:
            taken = await self._line.use(lambda client: self._spool.fetch(client, self._settings, ripe.entry))
        except (AdapterError, OSError) as error:
            self._not_fetched(ripe, error)
            return
        if taken is Unfit.TOO_LARGE:
            await self._refuse_size(ripe)
        elif isinstance(taken, Unfit):
            self._inbox.put_back(ripe.entry.name)
        else:
            await self._hand_in(handle, ripe, taken)

    def _not_fetched(self, ripe: Ripe, error: AdapterError | OSError) -> None:
        if isinstance(error, RemoteError) and error.missing:
            self._inbox.settled(ripe.entry.name)
            return
        self._tell_failure(ripe, "the file cannot be fetched", error)
        if isinstance(error, RemoteError):
            self._tell(INBOX_NOT_READABLE.code, f"a file in {self._settings.folder}: {error}")

    async def _hand_in(self, handle: Handler, ripe: Ripe, taken: Taken) -> None:
        delivery = Delivery(
            id=self._new_id(),
            channel=self.name,
            name=printable(ripe.entry.name),
            origin=origin(self._settings.folder, ripe.entry),
            content=taken.content,
            sha256=taken.sha256,
            received_at=self._clock(),
        )
        crash_point("sftp.after_fetch")
        await hand_in(handle, delivery, lambda told: self._settle(told, ripe, delivery), self._grace)

    def _settle(self, told: Receipt | BaseException, ripe: Ripe, delivery: Delivery) -> None:
        if isinstance(told, BaseException):
            self._tell_failure(ripe, "the file was not accepted", told)
            return
        self._moves.append(Move(ripe, delivery.id, told.outcome in REFUSED))
        self._moves_wait.set()

    async def _refuse_size(self, ripe: Ripe) -> None:
        """Puts a file apart that is too large, when it is written down that it was there."""
        size, limit, folder = ripe.entry.size, self._settings.max_bytes, self._settings.folder
        told = Oversized(
            self._new_id(), self.name, printable(ripe.entry.name), origin(folder, ripe.entry), size, limit, None,
            self._clock(),
        )  # fmt: skip
        try:
            await self._unkept(told)
        except Exception as error:  # noqa: BLE001 - whatever it is, the file stays and is met again
            self._tell_failure(ripe, "the file is too large, and that could not be written down", error)
            return
        self._log.warning("the file is too large", size=size, limit=limit)
        self._alarm(TOO_LARGE.code, f"a file in {folder} has {size} bytes; this channel takes up to {limit}")
        self._moves.append(Move(ripe, told.id, refused=True, unread=True))
        self._moves_wait.set()

    async def _keep_moving(self) -> None:
        while True:
            with suppress(TimeoutError):
                wait = max(0.0, self._unstick_at - self._monotonic()) if self._stuck else None
                async with asyncio.timeout(wait):
                    await self._moves_wait.wait()
            self._moves_wait.clear()
            if self._stuck and self._monotonic() >= self._unstick_at:
                self._moves += self._stuck
                self._stuck = []
            if self._moves:
                await self._move_waiting()

    async def _move_waiting(self) -> None:
        moves, self._moves = self._moves, []
        try:
            results = await self._line.use(lambda client: move_all(client, self._settings, moves))
        except BaseException as error:
            # Whether they moved is not known; a file that is gone when it is looked for again did.
            self._keep_stuck(moves, LOST_RETRY)
            if isinstance(error, AdapterError):
                return
            raise
        for result in results:
            self._moved(result)
        if not self._stuck:
            self._told.discard(CANNOT_MOVE.code)

    def _moved(self, result: Result) -> None:
        name = result.move.ripe.entry.name
        if isinstance(result.outcome, RemoteError):
            self._keep_stuck([result.move], MOVE_RETRY)
            self._tell(CANNOT_MOVE.code, f"files in {self._settings.folder} stay there: {result.outcome}")
        elif result.outcome is Moved.GONE:
            self._inbox.settled(name)
        else:
            self._inbox.put_back(name)

    def _keep_stuck(self, moves: list[Move], seconds: float) -> None:
        self._stuck += moves
        self._unstick_at = self._monotonic() + seconds

    def _tell(self, code: str, text: str) -> None:
        """Calls a person, once until it is mended."""
        if code not in self._told:
            self._told.add(code)
            self._alarm(code, text)

    def _tell_failure(self, ripe: Ripe, what: str, error: BaseException) -> None:
        """Says it once for a file; the text of an unknown error may hold content, so only its place is told."""
        if self._inbox.failed(ripe.entry.name, self._monotonic()) > 1:
            return
        known = isinstance(error, AdapterError | OSError)
        frames = traceback.extract_tb(error.__traceback__)
        tell = self._log.warning if known else self._log.error
        tell(
            f"{what}; it stays and is tried again",
            error_type=type(error).__name__,
            reason=str(error) if known else None,
            component=f"{Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames and not known else None,
        )

    async def _on_disk(self, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._threads, work)
