"""Runs an application on a socket until it is cancelled, and tells which ports were taken."""

import asyncio
import contextlib
import json
import ssl
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import structlog
import uvicorn
from starlette.types import ASGIApp

from adapters.contracts import AdapterError
from adapters.transports.listening import listening_socket
from adapters.transports.spare import too_high
from adapters.transports.tls import Reloading, ServerFiles
from gateway.http.problems import MEDIA_TYPE, ApiError
from gateway.peers import PeerProtocol
from gateway.problems_http import NOT_UNDERSTOOD

_GRACE = 5
"""Seconds that a request under way has to end."""
CONNECTIONS = 1000
"""Connections at the same time; further ones are told to come again."""
HEADER_BYTES = 32 * 1024
"""Of all headers of a request together."""
HEADER_SECONDS = 20.0
"""In which the headers of a request must have come, and what is left of a body that nobody reads."""
_LOOK = 2.0
"""Seconds between looks at the files of TLS."""

log = structlog.get_logger(__name__)


async def serve(
    app: ASGIApp, host: str, port: int, announce: Callable[[int], None], *, tls: ServerFiles | None = None,
    ending: Callable[[], None] = lambda: None,
) -> None:  # fmt: skip
    """Serves until cancelled. ``announce`` gets the port, which port 0 leaves to the system. ``ending`` is called
    before requests under way are waited for: whoever answers for ever ends then.

    Raises AdapterError when the address cannot be listened on, or a file of TLS does not serve.
    """
    reloading = Reloading(tls) if tls is not None else None
    with listening_socket(host, port) as listener:
        config = uvicorn.Config(
            app,
            http=_Connection,
            access_log=False,
            log_config=None,
            server_header=False,
            proxy_headers=False,
            timeout_graceful_shutdown=_GRACE,
            limit_concurrency=CONNECTIONS,
            h11_max_incomplete_event_size=HEADER_BYTES,
            ssl_context_factory=(lambda *_: _context(reloading)) if reloading is not None else None,
            lifespan="off",
        )
        server = _Server(config)
        serving = asyncio.create_task(server.serve(sockets=[listener]))
        looking = asyncio.create_task(_look(reloading)) if reloading is not None else None
        announce(listener.getsockname()[1])
        try:
            await asyncio.shield(serving)
        finally:
            if looking is not None:
                looking.cancel()
            ending()
            server.should_exit = True
            await serving


def write_ports(data: Path, ports: Mapping[str, int]) -> None:
    """Writes ``<data>/ports.json``, whole or not at all."""
    target = data / "ports.json"
    # One name, since one process at a time has the data folder: what a crash leaves here is written over.
    temporary = data / ".ports.json"
    temporary.write_text(json.dumps(dict(ports)) + "\n", encoding="utf-8")
    temporary.replace(target)


def _context(reloading: Reloading) -> ssl.SSLContext:
    """A context that lends each new connection the newest one: the server keeps the first for ever."""
    first = reloading.context

    def newest(connection: ssl.SSLObject, _name: str | None, _context: ssl.SSLContext) -> None:
        if reloading.context is not first:
            connection.context = reloading.context

    first.sni_callback = newest
    return first


async def _look(reloading: Reloading) -> None:
    while True:
        await asyncio.sleep(_LOOK)
        try:
            if await asyncio.to_thread(reloading.refresh):
                log.info("new certificate", channel="http")
        except AdapterError as error:
            log.warning("the certificate stays as it was", channel="http", reason=str(error))


class _Connection(PeerProtocol):
    """A connection on which requests must come in time."""

    _late: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """The first request is awaited, where there is a descriptor to spare for it."""
        connection = transport.get_extra_info("socket")
        if connection is not None and too_high(connection.fileno()):
            transport.abort()
        super().connection_made(transport)
        self._await_request()

    def connection_lost(self, exc: Exception | None) -> None:
        """Nothing is awaited any more."""
        self._request_came()
        super().connection_lost(exc)

    def handle_events(self) -> None:
        """Some of a request came: with its headers whole, its body has rules of its own."""
        super().handle_events()
        if self._under_way():
            self._request_came()

    def on_response_complete(self) -> None:
        """The next request is awaited, and what is left of this one."""
        super().on_response_complete()
        if not self._under_way():
            self._await_request()

    def send_400_response(self, msg: str) -> None:  # noqa: ARG002 - the signature of the base
        """What is no HTTP is told so, as everything else is."""
        body = ApiError(400, NOT_UNDERSTOOD).response().body
        head = f"HTTP/1.1 400 Bad Request\r\ncontent-type: {MEDIA_TYPE}\r\ncontent-length: {len(body)}\r\n"
        self.transport.write(f"{head}connection: close\r\n\r\n".encode() + bytes(body))
        self.transport.close()

    def _under_way(self) -> bool:
        return self.cycle is not None and not self.cycle.response_complete

    def _await_request(self) -> None:
        self._request_came()
        self._late = asyncio.get_running_loop().call_later(HEADER_SECONDS, self.transport.close)

    def _request_came(self) -> None:
        if self._late is not None:
            self._late.cancel()
            self._late = None


class _Server(uvicorn.Server):
    """The server without signal handlers of its own: signals belong to the whole gateway."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Captures none."""
        yield
