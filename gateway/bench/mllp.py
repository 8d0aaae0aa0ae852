"""How many messages a second are answered over MLLP: our listener beside a bare echo, and what the disk allows."""

import asyncio
import errno
import os
import resource
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import cast

from adapters.transports.mllp.framing import END, framed
from gateway.bench.mllp_server import ECHO, HOST, LEDGER, PATH, PUBLISHED, SEALED, TRANSPORT

NAMES = {
    ECHO: "bare asyncio echo",
    TRANSPORT: "wharf: listener, answered at once",
    LEDGER: "wharf: listener, raw bytes committed",
    PATH: "wharf: full path, documents committed",
    PUBLISHED: "wharf: full path, and published",
    SEALED: "wharf: full path, encrypted at rest",
}
CONNECTIONS = (1, 8, 64)
WARM_UP = 0.3
SPARE_FILES = 200
"""Files that a process needs besides idle connections."""
_LINES = 10
_PAGE = 4096


@dataclass(frozen=True, slots=True)
class Figure:
    """One way of answering with so many connections, each of which sends its next message after the answer."""

    way: str
    connections: int
    per_second: float
    p50: float
    """Seconds."""
    p99: float
    per_commit: float | None
    """Messages that shared a commit; None where nothing is committed."""
    half_p50: float
    """Seconds, at half of that rate: messages come at even times, whether or not the answer before has come, and an
    answer's time counts from when its message should have been sent."""
    half_p99: float


def measure(
    seconds: float, data: Path | None = None, counts: Sequence[int] = CONNECTIONS, idle: int = 0
) -> Iterator[Figure]:
    """All ways with all numbers of connections, for so many seconds each; ``data`` is where ledgers lie.

    So many ``idle`` connections stay open beside. OSError where the system allows fewer.
    """
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    if most < idle + SPARE_FILES:
        raise OSError(errno.EMFILE, os.strerror(errno.EMFILE))
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    for way in NAMES:
        with (
            TemporaryDirectory(prefix="wharf-bench-", dir=data) as folder,
            _server(way, Path(folder)) as (port, commits),
            ExitStack() as beside,
        ):
            for _ in range(idle):
                beside.enter_context(socket.create_connection((HOST, port)))
            for connections in counts:
                yield _load(way, port, connections, seconds, commits)


def flushes(seconds: float, folder: Path | None = None) -> float:
    """Appends of one page that reach the disk in a second, one after the other: what a lone sender is bound by."""
    with TemporaryDirectory(prefix="wharf-bench-", dir=folder) as own:
        file = os.open(Path(own) / "flushes", os.O_CREAT | os.O_WRONLY | os.O_APPEND, 0o600)
        try:
            page, done, began = bytes(_PAGE), 0, time.monotonic()
            while (now := time.monotonic()) - began < seconds:
                os.write(file, page)
                os.fdatasync(file)
                done += 1
        finally:
            os.close(file)
        return done / (now - began)


def message(number: int) -> bytes:
    """A supply order with ten lines, its control id telling it from all others; about 1 kB."""
    segments = [f"MSH|^~\\&|EHR|BENCH|WHARF|BENCH|20261121073000||OMS^O05^OMS_O05|B{number:09d}|P|2.5"]
    for line in range(1, _LINES + 1):
        segments.append(f"ORC|NW|{number}-{line}|||||||20261121073000")
        segments.append(f"RQD|{line}|GLV-N-{line}^GLOVE, EXAM, NITRILE^L|||{line}|BX^BOX^ISO|4711|6100|OR-3|20261124")
    return ("\r".join(segments) + "\r").encode()


@contextmanager
def _server(way: str, data: Path) -> Iterator[tuple[int, Callable[[], int]]]:
    """The other side in a process of its own; its port, and the commits that it has made."""
    command = [sys.executable, "-m", "gateway.bench.mllp_server", way, str(data / "data")]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin is not None  # noqa: S101 - both were asked for
        assert process.stdout is not None  # noqa: S101
        told, asked = process.stdout, process.stdin

        def commits() -> int:
            asked.write("\n")
            asked.flush()
            return int(told.readline())

        try:
            yield int(told.readline()), commits
        finally:
            asked.close()
            process.wait(30)


def _load(way: str, port: int, connections: int, seconds: float, commits: Callable[[], int]) -> Figure:
    before = commits()
    latencies, took, sent = asyncio.run(_send(port, connections, seconds))
    made = commits() - before
    per_second = len(latencies) / took
    half, _, _ = asyncio.run(_send(port, connections, seconds, 2 * connections / per_second))
    return Figure(
        way, connections, per_second, _percentile(latencies, 0.5), _percentile(latencies, 0.99),
        sent / made if made else None, _percentile(half, 0.5), _percentile(half, 0.99),
    )  # fmt: skip


def _percentile(values: list[float], part: float) -> float:
    return sorted(values)[int(len(values) * part)]


async def _send(
    port: int, connections: int, seconds: float, interval: float | None = None
) -> tuple[list[float], float, int]:
    """Latencies after the warm-up, the seconds that they took, and how many messages were answered in all.

    With an interval each connection has a message to send so often; without, as soon as the one before is answered.
    """
    loop = asyncio.get_running_loop()
    senders = []
    for ordinal in range(connections):
        # No message is sent twice, in none of the runs against one ledger: a repeat would be answered sooner.
        number = ordinal * 10_000_000 + connections * 100_000 + (5_000_000 if interval else 0)
        _, sender = await loop.create_connection(
            lambda number=number: _Sender(number, interval),  # type: ignore[misc]
            HOST,
            port,
        )
        senders.append(sender)
    now = loop.time()
    for ordinal, sender in enumerate(senders):
        sender.begin(now + (interval or 0) * ordinal / connections)
    await asyncio.sleep(WARM_UP)
    early = sum(len(sender.latencies) for sender in senders)
    skip = [len(sender.latencies) for sender in senders]
    began = time.monotonic()
    await asyncio.sleep(seconds)
    took = time.monotonic() - began
    latencies = [latency for sender, first in zip(senders, skip, strict=True) for latency in sender.latencies[first:]]
    await asyncio.gather(*(sender.end() for sender in senders))
    if not latencies or any(sender.lost for sender in senders):
        raise RuntimeError("the other side broke off, or gave no answer")
    return latencies, took, early + len(latencies)


class _Sender(asyncio.Protocol):
    """Sends the next message when it is due and the one before was answered."""

    def __init__(self, number: int, interval: float | None) -> None:
        self._number = number
        self._interval = interval
        self._loop = asyncio.get_running_loop()
        self._waits: asyncio.TimerHandle | None = None
        self._tail = message(0).partition(b"B000000000")
        self._sent = 0.0
        """When the message under way was due."""
        self._under_way = False
        self._ending: asyncio.Future[None] | None = None
        self._last = b""
        self.latencies: list[float] = []
        self.lost = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        self._last = (self._last + data)[-2:]
        if self._last == END:
            now = self._loop.time()
            self.latencies.append(now - self._sent)
            self._under_way = False
            if self._ending is None:
                self.begin(now if self._interval is None else self._sent + self._interval)
            elif not self._ending.done():
                self._ending.set_result(None)

    def connection_lost(self, error: Exception | None) -> None:  # noqa: ARG002 - the signature of the base
        self.lost = self.lost or self._ending is None
        if self._ending is not None and not self._ending.done():
            self._ending.set_result(None)

    def begin(self, due: float) -> None:
        """Sends the next one at this time of the loop's clock, or now where it is past."""
        self._sent = due
        if due > self._loop.time():
            self._waits = self._loop.call_at(due, self._next)
        else:
            self._next()

    def _next(self) -> None:
        self._number += 1
        self._under_way = True
        before, _, behind = self._tail
        self._transport.write(framed(b"%bB%09d%b" % (before, self._number, behind)))

    async def end(self) -> None:
        """Awaits the answer under way and goes."""
        self._ending = self._loop.create_future()
        if self._waits is not None:
            self._waits.cancel()
        if self._under_way and not self.lost:
            await self._ending
        self._transport.close()
