"""Connections to one server, kept between uses, opened anew when they are dead, and never asked for at speed."""

import asyncio
import time
from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import dataclass
from typing import TypeVar

import structlog

from adapters.contracts import AdapterError, Alarm
from adapters.transports.sftp.client import LostError, RemoteError, SftpClient
from adapters.transports.sftp.legacy_ssh import LegacyPipe
from adapters.transports.sftp.problems import LOGIN_REFUSED, UNREACHABLE, WRONG_HOST_KEY
from adapters.transports.sftp.server import HostKeyError, LoginError, NotAvailableError, SftpServer
from adapters.transports.sftp.ssh import SshPipe

T = TypeVar("T")
log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Pauses:
    """Seconds until a server is called again that could not be reached, or that refused us: doubled to the longest."""

    lost: float = 1.0
    lost_longest: float = 60.0
    refused: float = 60.0
    refused_longest: float = 900.0
    away: float = 600.0
    """After which a person is told of a server that cannot be reached."""


class Line:
    """Lends each use a connection of its own, up to ``most`` at a time; an idle one where there is one.

    ``threads`` do what blocks, and are shared by the lines of all servers: a server that says nothing holds no more of
    them than it has connections, and each for a limited time.
    """

    def __init__(
        self, server: SftpServer, *, threads: Executor, most: int, alarm: Alarm, pauses: Pauses | None = None,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:  # fmt: skip
        self.server = server
        self._threads = threads
        self._alarm = alarm
        self._pauses = pauses or Pauses()
        self._monotonic = monotonic
        self._free = asyncio.Semaphore(most)
        self._opening = asyncio.Lock()
        self._idle: list[_Session] = []
        self._lent: set[_Session] = set()
        self._failures = 0
        self._not_before = 0.0
        self._away_since: float | None = None
        self._failed: AdapterError | None = None
        self._told: set[str] = set()

    async def use(self, work: Callable[[SftpClient], T]) -> T:
        """Does the work on a thread and returns what it returns.

        Where a kept connection turns out to be dead, the work is begun once more on a fresh one. Raises what ``work``
        raises, LostError, HostKeyError, LoginError, NotAvailableError.
        """
        async with self._free:
            session = self._kept()
            if session is not None:
                try:
                    return await self._work(session, work)
                except LostError:
                    self.let_go()
            return await self._work(await self._opened(), work)

    def close(self) -> None:
        """Breaks off all connections, those in use too."""
        for session in self._lent:
            session.pipe.abort()
        self.let_go()

    def let_go(self) -> None:
        """Ends the connections that nobody uses now."""
        while self._idle:
            self._idle.pop().pipe.abort()

    async def _work(self, session: "_Session", work: Callable[[SftpClient], T]) -> T:
        sound = False
        self._lent.add(session)
        try:
            result = await self._watched(session, lambda: work(session.client()))
            sound = True
        except RemoteError:
            sound = True
            raise
        finally:
            self._lent.discard(session)
            if sound and session.pipe.usable():
                self._idle.append(session)
            else:
                session.pipe.abort()
        return result

    def _kept(self) -> "_Session | None":
        while self._idle:
            session = self._idle.pop()
            if session.pipe.usable():
                return session
            session.pipe.abort()
        return None

    async def _opened(self) -> "_Session":
        async with self._opening:
            if self._failed is not None and self._monotonic() < self._not_before:
                raise type(self._failed)(str(self._failed))
            session = _Session(LegacyPipe(self.server) if self.server.legacy else SshPipe(self.server))
            self._lent.add(session)
            opened = False
            try:
                await self._watched(session, session.open)
                opened = True
            except (LostError, HostKeyError, LoginError, NotAvailableError) as error:
                self._tell_failure(error)
                raise
            finally:
                self._lent.discard(session)
                if not opened:
                    session.pipe.abort()
            if self._failed is not None:
                log.info("the server lets us in again", host=self.server.host)
            self._failures, self._failed, self._away_since = 0, None, None
            self._told.clear()
            return session

    def _tell_failure(self, error: AdapterError) -> None:
        pauses = self._pauses
        first, longest = pauses.lost, pauses.lost_longest
        if not isinstance(error, LostError):
            first, longest = pauses.refused, pauses.refused_longest
        if self._failed is None or str(self._failed) != str(error):
            log.warning("the server cannot be used", host=self.server.host, reason=str(error))
            self._failures = 0
        self._not_before = self._monotonic() + min(first * 2.0 ** min(self._failures, 30), longest)
        self._failures += 1
        self._failed = error
        if (code := self._code_of(error)) is not None and code not in self._told:
            self._told.add(code)
            self._alarm(code, str(error))

    def _code_of(self, error: AdapterError) -> str | None:
        """What a person is told; None while it is too early to call anybody."""
        if not isinstance(error, LostError):
            self._away_since = None
            return WRONG_HOST_KEY.code if isinstance(error, HostKeyError) else LOGIN_REFUSED.code
        now = self._monotonic()
        if self._away_since is None:
            self._away_since = now
        return UNREACHABLE.code if now - self._away_since >= self._pauses.away else None

    async def _watched(self, session: "_Session", work: Callable[[], T]) -> T:
        """Runs blocking work; ends it where nothing moves for too long, or where it is cancelled."""
        began = False

        def run() -> T:
            nonlocal began
            began = True
            return work()

        future = asyncio.get_running_loop().run_in_executor(self._threads, run)
        moved = -1
        try:
            while not (await asyncio.wait({future}, timeout=session.patience(self.server)))[0]:
                if began and session.moved == moved:
                    session.pipe.abort()
                    await asyncio.wait({future})
                    if future.exception() is not None:
                        raise LostError(f"{self.server}: nothing moved for too long")
                    break
                moved = session.moved if began else -1
        except asyncio.CancelledError:
            session.pipe.abort()
            if not began:
                future.cancel()
            await asyncio.wait({future})
            raise
        return future.result()


class _Session:
    """One connection and the client on it."""

    def __init__(self, pipe: SshPipe | LegacyPipe) -> None:
        self.pipe = pipe
        self._client: SftpClient | None = None

    def open(self) -> None:
        """Blocks until the server let us in and speaks SFTP."""
        self.pipe.open()
        self._client = SftpClient(self.pipe)

    def client(self) -> SftpClient:
        assert self._client is not None  # noqa: S101 - only open sessions are lent
        return self._client

    @property
    def moved(self) -> int:
        return self._client.progress if self._client is not None else 0

    def patience(self, server: SftpServer) -> float:
        """Seconds for which nothing may move; the steps until the server lets us in move nothing that is counted."""
        return server.answer_seconds if self._client is not None else 4 * server.connect_seconds
