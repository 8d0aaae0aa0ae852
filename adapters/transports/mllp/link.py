"""One connection to an MLLP receiver: frames out, frames in."""

import asyncio
import os
import re
import socket
import ssl
from collections import deque
from typing import cast

from adapters.contracts import AdapterError
from adapters.transports.mllp.framing import Decoder, TooLarge, framed
from adapters.transports.tls import refusal

MOST_ANSWER = 16 * 1024 * 1024
"""Bytes of one answer."""
_MOST_UNREAD = 1000


class Link(asyncio.Protocol):
    """Whoever asks one thing at a time can tell the answer to it from one that came late."""

    def __init__(self) -> None:
        self._decoder = Decoder(MOST_ANSWER)
        self._frames: deque[bytes] = deque()
        self._waiter: asyncio.Future[None] | None = None
        self._lost: str | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """The connection is open; with TLS, after the handshake."""
        self._transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        """Takes bytes as they come."""
        for event in self._decoder.feed(data):
            if isinstance(event, TooLarge) or len(self._frames) >= _MOST_UNREAD:
                self._lost = "it sent far too much"
                self._transport.abort()
            else:
                self._frames.append(event)
        if self._frames or self._lost:
            self._wake()

    def eof_received(self) -> bool:
        """Nothing more comes: a frame that lacks its CR is whole, and the connection is closed."""
        self._frames.extend(event for event in self._decoder.silence() if isinstance(event, bytes))
        return False

    def connection_lost(self, error: Exception | None) -> None:
        """Whoever waits is told."""
        self._lost = self._lost or ("it broke the connection" if error is not None else "it closed the connection")
        self._wake()

    @property
    def open(self) -> bool:
        """Whether something can be sent, as far as is known."""
        return self._lost is None and not self._transport.is_closing()

    @property
    def unread(self) -> bool:
        """Whether something came that nobody asked for."""
        return bool(self._frames) or self._decoder.collecting

    def send(self, content: bytes) -> None:
        """Sends one frame in one write. Raises ValueError where the content would break it."""
        self._transport.write(framed(content))

    async def receive(self) -> bytes:
        """The content of the next frame. Raises AdapterError where the connection ends before."""
        while not self._frames:
            if self._lost is not None:
                raise AdapterError(f"no answer: {self._lost}")
            self._waiter = asyncio.get_running_loop().create_future()
            await self._waiter
        return self._frames.popleft()

    def close(self) -> None:
        """Breaks the connection off: what comes late finds nobody."""
        self._transport.abort()

    def _wake(self) -> None:
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)


async def connect(
    host: str, port: int, *, tls: ssl.SSLContext | None = None, server_name: str | None = None, seconds: float = 10.0
) -> Link:
    """A link that is open. Raises AdapterError where there is none within the seconds, with TLS and all."""
    try:
        async with asyncio.timeout(seconds):
            _, link = await asyncio.get_running_loop().create_connection(
                Link, host, port, ssl=tls, server_hostname=(server_name or host) if tls is not None else None
            )
    except TimeoutError:
        raise AdapterError(f"cannot connect to {host}:{port} within {seconds:g} s") from None
    except ssl.SSLError as error:
        raise AdapterError(f"cannot connect to {host}:{port}: {refusal(error)}") from None
    except OSError as error:
        raise AdapterError(f"cannot connect to {host}:{port}: {_words(error)}") from None
    return link


def _words(error: OSError) -> str:
    """Why not, in the system's words; asyncio's own tell the address once more, or several errors at once."""
    if isinstance(error, socket.gaierror):
        return (error.strerror or "unknown host").lower()
    number = error.errno or int(next(iter(re.findall(r"\[Errno (\d+)\]", str(error))), "0"))
    return os.strerror(number).lower() if number else "not possible"
