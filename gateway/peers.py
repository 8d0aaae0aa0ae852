"""Who is at the other end of a connection to the gateway's own port, as far as its certificate tells."""

import asyncio
import ssl
from dataclasses import dataclass

from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol

from adapters.transports.tls import certificate_names

_STATE = "peer"


@dataclass(frozen=True, slots=True)
class Peer:
    """What a client certificate says."""

    subject: str | None = None
    names: tuple[str, ...] = ()
    """Common name first, then the alternative names; empty where no certificate was shown."""


NOBODY = Peer()


class PeerProtocol(H11Protocol):
    """HTTP/1.1, with the names of the client's certificate in the state of each request: ASGI has no place for it."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """A connection begins; over TLS its handshake is done."""
        super().connection_made(transport)
        shown = transport.get_extra_info("ssl_object")
        if isinstance(shown, ssl.SSLObject):
            subject, names = certificate_names(shown.getpeercert())
            if names:
                self.app = _Named(self.app, Peer(subject, names))


def peer_of(connection: HTTPConnection) -> Peer:
    """Who asks."""
    peer = getattr(connection.state, _STATE, NOBODY)
    return peer if isinstance(peer, Peer) else NOBODY


class _Named:
    """The application, told who is at the other end."""

    def __init__(self, app: ASGIApp, peer: Peer) -> None:
        self._app = app
        self._peer = peer

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        scope.setdefault("state", {})[_STATE] = self._peer
        await self._app(scope, receive, send)
