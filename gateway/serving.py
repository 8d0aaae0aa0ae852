"""Runs an application on a socket until it is cancelled, and tells which ports were taken."""

import asyncio
import contextlib
import json
import os
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import uvicorn
from starlette.types import ASGIApp

from adapters.transports.listening import listening_socket
from gateway.peers import PeerProtocol

_GRACE = 5
"""Seconds that a request under way has to end."""


async def serve(app: ASGIApp, host: str, port: int, announce: Callable[[int], None]) -> None:
    """Serves until cancelled. ``announce`` gets the port, which port 0 leaves to the system.

    Raises AdapterError when the address cannot be listened on.
    """
    with listening_socket(host, port) as listener:
        config = uvicorn.Config(
            app,
            http=PeerProtocol,
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
