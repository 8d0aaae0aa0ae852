"""A bad network: a TCP proxy whose connections a test cuts, delays, freezes or starves.

It runs on a thread with a loop of its own, so that tests with and without a loop use it alike, and so that a blocked
test does not block it. Both directions of a connection go by the ``Way`` of the moment; what a change finds under way
goes by the new one.
"""

import asyncio
import socket
import struct
import threading
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from typing import Any, Final, TypeVar

T = TypeVar("T")

PIECE: Final = 65536
TICK: Final = 0.05
"""Seconds between two pieces of a slow connection."""
LINGER: Final = struct.pack("ii", 1, 0)
"""Closing sends RST and drops what was not sent."""


@dataclass(frozen=True, slots=True)
class Way:
    """How bytes go."""

    latency: float = 0.0
    """Seconds before each piece goes on."""
    rate: float | None = None
    """Bytes per second, each way of each connection; None for as fast as it goes."""
    frozen: bool = False
    """Half open: whoever is connected stays so and hears nothing; who connects is taken and hears nothing."""
    drop_up: int | None = None
    """RST both sides once so many bytes went from the caller to the server, not one byte more; counted per connection
    from its beginning."""
    drop_down: int | None = None
    """The same for bytes from the server to the caller."""
    refused: bool = False
    """Who connects gets RST at once."""


CLEAR: Final = Way()


@dataclass(eq=False, slots=True)
class _Line:
    """One connection through the proxy."""

    caller: asyncio.StreamWriter
    server: asyncio.StreamWriter | None = None
    went_up: int = 0
    went_down: int = 0

    def reset(self) -> None:
        for writer in (self.caller, self.server):
            if writer is None:
                continue
            own: socket.socket | None = writer.get_extra_info("socket")
            with suppress(OSError):
                if own is not None:
                    own.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, LINGER)
            writer.transport.abort()


class TcpProxy:
    """Listens on a free port of loopback and calls ``target`` for each connection."""

    def __init__(self, target: int, host: str = "127.0.0.1") -> None:
        self.target = target
        """May be changed when the server comes back on another port."""
        self._host = host
        self._way = CLEAR
        self._flows = asyncio.Event()
        self._flows.set()
        self._lines: set[_Line] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="tcp-proxy", daemon=True)
        self.accepted = 0
        """Connections so far."""
        self.resets = 0
        """Connections that this proxy ended by RST."""

    def start(self) -> int:
        """Returns the port."""
        self._thread.start()
        self._server = self._do(asyncio.start_server(self._take, "127.0.0.1", 0, backlog=512))
        self.port = int(self._server.sockets[0].getsockname()[1])
        return self.port

    def close(self) -> None:
        """Ends all connections and the thread."""
        self._server.close()
        self.cut()
        self._do(self._end())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()

    @property
    def way(self) -> Way:
        """How bytes go now."""
        return self._way

    def go(self, way: Way = CLEAR) -> None:
        """From now on bytes go this way, on open connections too."""
        self._way = way
        self._loop.call_soon_threadsafe(self._flows.clear if way.frozen else self._flows.set)

    def change(self, **changes: Any) -> None:
        """The same way but for these."""
        self.go(replace(self._way, **changes))

    @property
    def open(self) -> int:
        """Connections through it now."""
        return len(self._lines)

    def cut(self) -> int:
        """RST to both sides of every connection, now; returns how many."""

        async def reset_all() -> int:
            count = len(self._lines)
            for line in list(self._lines):
                self._reset(line)
            return count

        return self._do(reset_all())

    def _do(self, work: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(20)

    async def _end(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        self.accepted += 1
        line = _Line(writer)
        self._lines.add(line)
        try:
            if self._way.refused:
                self._reset(line)
                return
            await self._flows.wait()
            try:
                answers, line.server = await asyncio.open_connection(self._host, self.target)
            except OSError:
                self._reset(line)
                return
            for way_out in (writer, line.server):
                # Draining waits until all that was written has left this process.
                way_out.transport.set_write_buffer_limits(0)
            await asyncio.gather(
                self._carry(line, reader, line.server, up=True), self._carry(line, answers, writer, up=False)
            )
        except (OSError, asyncio.CancelledError):
            # One side went away, or all ends: the other side hears of it below.
            pass
        finally:
            self._lines.discard(line)
            self._tasks.discard(task)
            for each in (line.caller, line.server):
                if each is not None:
                    each.close()

    async def _carry(
        self, line: _Line, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, *, up: bool
    ) -> None:  # fmt: skip
        """Bytes of one direction, to its end."""
        while data := await reader.read(PIECE):
            view = memoryview(data)
            while view:
                await self._flows.wait()
                way = self._way
                if way.latency:
                    await asyncio.sleep(way.latency)
                size = len(view)
                if way.rate is not None:
                    size = min(size, max(1, int(way.rate * TICK)))
                    await asyncio.sleep(size / way.rate)
                limit, went = (way.drop_up, line.went_up) if up else (way.drop_down, line.went_down)
                over = limit is not None and went + size >= limit
                if limit is not None:
                    size = min(size, max(0, limit - went))
                writer.write(view[:size])
                await writer.drain()
                view = view[size:]
                if up:
                    line.went_up += size
                else:
                    line.went_down += size
                if over:
                    # Time for the other side to read: RST would take back what it has not.
                    await asyncio.sleep(TICK)
                    self._reset(line)
                    return
        with suppress(OSError, RuntimeError):
            writer.write_eof()

    def _reset(self, line: _Line) -> None:
        if line in self._lines:
            self._lines.discard(line)
            self.resets += 1
            line.reset()


@contextmanager
def tcp_proxy(target: int, way: Way = CLEAR) -> Iterator[TcpProxy]:
    """A proxy in front of a port of loopback; gone with the block."""
    proxy = TcpProxy(target)
    proxy.go(way)
    proxy.start()
    try:
        yield proxy
    finally:
        proxy.close()
