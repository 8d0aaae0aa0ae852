"""Runs an application on a socket until it is cancelled, and tells which ports were taken."""

import asyncio
import contextlib
import json
import os
import socket
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import uvicorn
from starlette.types import ASGIApp

from adapters.contracts import AdapterError

_GRACE = 5
"""Seconds that a request under way has to end."""


async def serve(app: ASGIApp, host: str, port: int, announce: Callable[[int], None]) -> None:
    """Serves until cancelled. ``announce`` gets the port, which port 0 leaves to the system.

    Raises AdapterError when the address cannot be listened on.
    """
    with listening_socket(host, port) as listener:
        config = uvicorn.Config(
            app,
            access_log=False,
            log_config=None,
            server_header=False,
            timeout_graceful_shutdown=_GRACE,
            lifespan="off",
        )
        server = _Server(config)
        serving = asyncio.create_task(server.serve(sockets=[listener]))
        announce(listener.getsockname()[1])
        try:
            await asyncio.shield(serving)
        finally:
            server.should_exit = True
            await serving


def listening_socket(host: str, port: int) -> socket.socket:
    """A socket that listens on the address already, so that a caller told of it can connect at once."""
    listener: socket.socket | None = None
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        listener = socket.socket(family, kind, protocol)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        listener.listen(128)
    except OSError as error:
        if listener is not None:
            listener.close()
        raise AdapterError(f"cannot listen on {host}:{port}: {(error.strerror or 'not possible').lower()}") from error
    return listener


def write_ports(data: Path, ports: Mapping[str, int]) -> None:
    """Writes ``<data>/ports.json``, whole or not at all."""
    target = data / "ports.json"
    temporary = data / f".ports.{os.getpid()}.json"
    temporary.write_text(json.dumps(dict(ports)) + "\n", encoding="utf-8")
    temporary.replace(target)


class _Server(uvicorn.Server):
    """The server without signal handlers of its own: signals belong to the whole gateway."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Captures none."""
        yield
