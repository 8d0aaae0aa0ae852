"""The MLLP listener: takes connections from those who may come, and answers what the handler has accepted."""

import asyncio
import contextlib
import socket
import ssl
import time
from collections.abc import Callable
from datetime import datetime

import structlog

from adapters.contracts import AdapterError, Handler
from adapters.transports.listening import listening_socket
from adapters.transports.mllp.connection import LAST_WORD, Connection
from adapters.transports.mllp.desk import Counts, Desk, Refuse
from adapters.transports.mllp.peers import Peers, Seldom, Turned
from adapters.transports.mllp.settings import MllpSettings
from adapters.transports.spare import too_high
from adapters.transports.tls import Reloading

log = structlog.get_logger(__name__)

BACKLOG = 1024
HANDSHAKE = 10.0
"""Seconds for a TLS handshake."""
RELOAD = 5.0
"""Seconds between looks at the certificate files."""
ACCEPT_PAUSE = 0.5
"""Seconds to wait where the system has no more sockets to give."""
_KEEPALIVE = (("TCP_KEEPIDLE", 60), ("TCP_KEEPINTVL", 10), ("TCP_KEEPCNT", 6))
"""A connection may be idle for ever; one whose other side is gone is found after two minutes."""

_NOT_SHOWN = ("PEER_DID_NOT_RETURN_A_CERTIFICATE", "CERTIFICATE_VERIFY_FAILED")
"""What OpenSSL calls it when a caller shows no certificate, or one that we do not know."""


def no_refusal(beginning: bytes) -> bytes | None:  # noqa: ARG001 - the signature of what words a refusal
    """Says nothing to a message that is too large: its connection is closed."""
    return None


class MllpSource:
    """Receives messages over MLLP; each connection in its own order, one message of it at a time.

    An answer is the receipt's, word for word; without a receipt there is none. ``refuse`` words the answer to a message
    beyond the limit; ``stranger`` is told the address of whoever may not call. After a cancellation, handlers under way
    get ``grace`` seconds; what they accepted is answered.
    """

    def __init__(
        self,
        name: str,
        settings: MllpSettings,
        *,
        clock: Callable[[], datetime],
        new_id: Callable[[], str],
        refuse: Refuse = no_refusal,
        stranger: Callable[[str], None] = lambda _: None,
        monotonic: Callable[[], float] = time.monotonic,
        grace: float = 5.0,
        reload: float = RELOAD,
    ) -> None:
        self.name = name
        self._settings = settings
        self._clock = clock
        self._new_id = new_id
        self._refuse = refuse
        self._stranger = stranger
        self._monotonic = monotonic
        self._grace = grace
        self._reload = reload
        self._log = log.bind(channel=name)
        self._peers = Peers(settings.allow, settings.connections, settings.per_peer)
        self._seldom = Seldom(monotonic)
        self._tls: Reloading | None = None
        self._port = 0
        self._bound = asyncio.Event()
        self._listening = False
        self._welcomes: set[asyncio.Task[None]] = set()
        self.counts = Counts()

    def listening(self) -> bool:
        """Whether connections are being taken."""
        return self._listening

    def connected(self) -> int:
        """Connections now, those in their handshake included."""
        return len(self._peers)

    async def port(self) -> int:
        """The port that it listens on; waits until it does."""
        await self._bound.wait()
        return self._port

    async def run(self, handle: Handler) -> None:
        """Receives for ever. Raises AdapterError where it cannot listen, or cannot read its certificate."""
        if self._settings.tls is not None:
            self._tls = await asyncio.to_thread(Reloading, self._settings.tls)
        listener = await asyncio.to_thread(
            listening_socket, self._settings.host, self._port or self._settings.port, BACKLOG
        )
        listener.setblocking(False)
        self._port = listener.getsockname()[1]
        desk = Desk(
            self.name, self._port, self._settings, handle, self._refuse, self._clock, self._new_id, self._monotonic,
            self._log, self._seldom, self._peers.leave, self.counts,
        )  # fmt: skip
        try:
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(self._keep_accepting(listener, desk))
                tasks.create_task(self._keep_watching(desk))
                if self._tls is not None:
                    tasks.create_task(self._keep_reloading(self._tls))
        finally:
            self._listening = False
            listener.close()
            await self._wind_down(desk)

    async def _keep_accepting(self, listener: socket.socket, desk: Desk) -> None:
        loop = asyncio.get_running_loop()
        self._listening = True
        self._bound.set()
        self._log.info("listening", port=self._port)
        while True:
            try:
                connection, address = await loop.sock_accept(listener)
            except OSError as error:
                # Out of descriptors, or the caller has given up already: the next one may have more luck.
                if self._seldom.due("accept"):
                    self._log.error("a connection could not be taken", error=error.strerror)
                await asyncio.sleep(ACCEPT_PAUSE)
                continue
            self._let_in(connection, address[0], address[1], desk)
            # A flood of callers must not keep those who are in from being served.
            await asyncio.sleep(0)

    def _let_in(self, connection: socket.socket, host: str, port: int, desk: Desk) -> None:
        """Nobody who may not come gets as far as a handshake."""
        if too_high(connection.fileno()):
            connection.close()
            self.counts.turned_away += 1
            desk.tell("a connection was turned away: open files run out", host)
            return
        turned = self._peers.enter(host)
        if turned is not None:
            connection.close()
            self.counts.turned_away += 1
            if turned is Turned.NOT_ALLOWED:
                self._stranger(host)
            desk.tell(f"a connection was turned away: {turned.value}", host)
            return
        _keep_alive(connection)
        self.counts.connections += 1
        welcome = asyncio.create_task(self._welcome(connection, host, port, desk))
        self._welcomes.add(welcome)
        welcome.add_done_callback(self._welcomes.discard)

    async def _welcome(self, connection: socket.socket, host: str, port: int, desk: Desk) -> None:
        context = self._tls.context if self._tls is not None else None
        made = Connection(desk, host, port)
        try:
            await asyncio.get_running_loop().connect_accepted_socket(
                lambda: made,
                connection,
                ssl=context,
                ssl_handshake_timeout=HANDSHAKE if context is not None else None,
                ssl_shutdown_timeout=LAST_WORD if context is not None else None,
            )
        except OSError as error:
            self._peers.leave(host)
            reason = error.reason if isinstance(error, ssl.SSLError) else None
            if reason in _NOT_SHOWN:
                self._stranger(host)
            words = (reason or "the other side went away").replace("_", " ").lower()
            desk.tell("a connection was not made", host, reason=words)

    async def _keep_watching(self, desk: Desk) -> None:
        """Looks at what should move, ten times in the time that it may stand still."""
        pause = min(1.0, self._settings.stall / 10)
        while True:
            await asyncio.sleep(pause)
            self._watch(desk)

    def _watch(self, desk: Desk) -> None:
        now = self._monotonic()
        for connection in tuple(desk.watched):
            connection.check(now)

    async def _keep_reloading(self, tls: Reloading) -> None:
        while True:
            await asyncio.sleep(self._reload)
            try:
                if await asyncio.to_thread(tls.refresh):
                    self._log.info("the certificate was read anew; new connections get it")
            except AdapterError as error:
                self._log.error("the new certificate does not serve; the one before stays", reason=str(error))

    async def _wind_down(self, desk: Desk) -> None:
        """What is under way is answered; then everything is closed."""
        for welcome in tuple(self._welcomes):
            welcome.cancel()
        for connection in tuple(desk.open):
            connection.part()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(self._grace):
                while desk.workers:
                    await asyncio.wait(desk.workers)
        for worker in tuple(desk.workers):
            worker.cancel()
        if desk.workers:
            await asyncio.wait(desk.workers, timeout=self._grace)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(LAST_WORD):
                await desk.empty.wait()
        for connection in tuple(desk.open):
            connection.abort()
        await asyncio.gather(*self._welcomes, return_exceptions=True)


def _keep_alive(connection: socket.socket) -> None:
    # Refused for a connection that is gone already; that one is found out soon enough.
    with contextlib.suppress(OSError):
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        for option, seconds in _KEEPALIVE:
            if hasattr(socket, option):
                connection.setsockopt(socket.IPPROTO_TCP, getattr(socket, option), seconds)
