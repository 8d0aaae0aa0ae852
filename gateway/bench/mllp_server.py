"""The answering side of ``wharf bench mllp``, in a process of its own. It ends when its standard input does.

Each way is one function that answers connections on a port; a further way needs one function more and a line in WAYS.
"""

import asyncio
import hashlib
import itertools
import os
import random
import sys
import time
from collections.abc import AsyncIterator, Callable
from concurrent.futures import Future
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar, cast

from prometheus_client import CollectorRegistry

from adapters.contracts import Delivery, Handler, Outcome, Receipt
from adapters.partner import Partner
from adapters.transports.mllp.framing import END, VT
from adapters.transports.mllp.settings import MllpSettings
from adapters.transports.mllp.source import MllpSource
from canonical.event import TYPE_PREFIX
from gateway.assembly import utc_now
from gateway.doors import Doors
from gateway.ids import drawn, id_maker
from gateway.ledger.contract import Ledger, Transaction
from gateway.ledger.records import DeliveryRow, DeliveryState
from gateway.ledger.sealing import Sealer
from gateway.ledger.store import open_ledger
from gateway.metrics import Metrics
from gateway.partners import PartnerBook
from gateway.publishers.embedded import EmbeddedPublisher
from gateway.relay import Relay, World
from gateway.rows import Naming
from gateway.waiting import WaitingRoom

ECHO, TRANSPORT, LEDGER, PATH, PUBLISHED = "echo", "transport", "ledger", "path", "published"
SEALED = "sealed"
HOST = "127.0.0.1"
MOST = 50_000
"""Connections at the same time, idle ones with them."""
T = TypeVar("T")
_ANSWER = b"MSH|^~\\&|WHARF|BENCH|EHR|BENCH|20261121||ACK^O05^ACK|1|P|2.5\rMSA|AA|%b\r"


@dataclass(slots=True)
class Commits:
    """Counts commits of the ledger from its writer's own thread: works run, then the futures of all of them resolve."""

    count: int = 0
    running: bool = False

    def work(self) -> None:
        """A work runs; the first one after others have resolved opens a transaction."""
        self.count += not self.running
        self.running = True

    def resolved(self, _: object) -> None:
        """A work is on disk."""
        self.running = False


Running = AbstractAsyncContextManager[tuple[int, Commits]]


class _Echo(asyncio.Protocol):
    """As little as can be done: for every end of a frame, an answer that was made before."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)
        self._answer = VT + _ANSWER % b"1" + END

    def data_received(self, data: bytes) -> None:
        self._transport.write(self._answer * data.count(END))


@asynccontextmanager
async def _echo(data: Path) -> AsyncIterator[tuple[int, Commits]]:  # noqa: ARG001 - the signature of all ways
    """A bare asyncio protocol, the most that this machine can do with one core at each end."""
    async with await asyncio.get_running_loop().create_server(_Echo, HOST, 0) as server:
        yield server.sockets[0].getsockname()[1], Commits()


@asynccontextmanager
async def _transport(data: Path) -> AsyncIterator[tuple[int, Commits]]:  # noqa: ARG001 - the signature of all ways
    """Our listener, with a handler that answers at once and keeps nothing."""

    async def handle(delivery: Delivery) -> Receipt:
        return _receipt(delivery)

    async with _listening(handle) as port:
        yield port, Commits()


@asynccontextmanager
async def _ledger(data: Path) -> AsyncIterator[tuple[int, Commits]]:
    """Our listener, with a handler that answers when the bytes are committed and on disk."""
    ledger = open_ledger(data)
    commits = Commits()

    async def handle(delivery: Delivery) -> Receipt:
        def work(tx: Transaction) -> None:
            commits.work()
            tx.add_delivery(_row(delivery), delivery.content)

        future = ledger.write(work)
        future.add_done_callback(commits.resolved)
        await asyncio.wrap_future(future)
        return _receipt(delivery)

    try:
        async with _listening(handle) as port:
            yield port, commits
    finally:
        ledger.close()


class _Counted:
    """A ledger whose commits are counted."""

    def __init__(self, ledger: Ledger, commits: Commits) -> None:
        self._ledger = ledger
        self._commits = commits

    def write(self, work: Callable[[Transaction], T]) -> Future[T]:
        """Hands a work in, which is counted when it runs."""

        def counted(tx: Transaction) -> T:
            self._commits.work()
            return work(tx)

        future = self._ledger.write(counted)
        future.add_done_callback(self._commits.resolved)
        return future

    def __getattr__(self, name: str) -> object:
        return getattr(self._ledger, name)


@asynccontextmanager
async def _path(data: Path) -> AsyncIterator[tuple[int, Commits]]:
    """Our listener before a gateway's own waiting room: canonical documents, events and answers in one commit."""
    async with _room(data, publish=False) as running:
        yield running


@asynccontextmanager
async def _published(data: Path) -> AsyncIterator[tuple[int, Commits]]:
    """The same, while the relay publishes the events to the embedded feed."""
    async with _room(data, publish=True) as running:
        yield running


@asynccontextmanager
async def _sealed(data: Path) -> AsyncIterator[tuple[int, Commits]]:
    """The full path, with all content encrypted."""
    async with _room(data, publish=False, sealer=Sealer({"bench": os.urandom(32)}, "bench")) as running:
        yield running


@asynccontextmanager
async def _room(data: Path, *, publish: bool, sealer: Sealer | None = None) -> AsyncIterator[tuple[int, Commits]]:
    ledger, commits, metrics = open_ledger(data, sealer=sealer), Commits(), Metrics(CollectorRegistry())
    clock = utc_now
    world = World(now=clock, monotonic=time.monotonic, sleep=asyncio.sleep, random=random.random)
    relay = Relay(ledger, EmbeddedPublisher(clock), world, metrics)
    book = PartnerBook([Partner(name="bench", catch_all=True)])
    room = WaitingRoom(
        ledger=cast("Ledger", _Counted(ledger, commits)),
        doors=Doors(book.find, book.by_name, waiting=frozenset({"bench"})),
        naming=Naming("bench", TYPE_PREFIX),
        clock=clock,
        new_id=id_maker(clock, drawn(os.urandom)),
        metrics=metrics,
        patient_key=b"bench",
    )

    async def handle(delivery: Delivery) -> Receipt:
        receipt = await room(delivery)
        relay.wake()
        return receipt

    task = asyncio.create_task(relay.run()) if publish else None
    try:
        async with _listening(handle) as port:
            yield port, commits
    finally:
        if task is not None:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task
        ledger.close()


WAYS: dict[str, Callable[[Path], Running]] = {
    ECHO: _echo, TRANSPORT: _transport, LEDGER: _ledger, PATH: _path, PUBLISHED: _published, SEALED: _sealed,
}  # fmt: skip


@asynccontextmanager
async def _listening(handle: Handler) -> AsyncIterator[int]:
    numbers = itertools.count()
    source = MllpSource(
        "bench",
        MllpSettings(HOST, 0, connections=MOST, per_peer=MOST),
        clock=lambda: datetime.now(UTC),
        new_id=lambda: hashlib.sha256(b"%d" % next(numbers)).hexdigest()[:32],
    )
    task = asyncio.create_task(source.run(handle))
    try:
        yield await source.port()
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


def _receipt(delivery: Delivery) -> Receipt:
    """The message's own control id, found by counting separators."""
    return Receipt(delivery.id, Outcome.ACCEPTED, answer=_ANSWER % bytes(delivery.content[:200]).split(b"|", 10)[9])


def _row(delivery: Delivery) -> DeliveryRow:
    return DeliveryRow(
        id=delivery.id,
        channel=delivery.channel,
        name=delivery.name,
        origin=delivery.origin,
        sha256=delivery.sha256,
        size=len(delivery.content),
        received_at=delivery.received_at,
        state=DeliveryState.RECORDED,
    )


async def _serve(way: str, data: Path) -> None:
    """Tells the port; for each line that comes in, the commits so far; ends with the input."""
    async with WAYS[way](data) as (port, commits):
        print(port, flush=True)
        while await asyncio.to_thread(sys.stdin.readline):
            print(commits.count, flush=True)


if __name__ == "__main__":
    from gateway.logs import configure_logging

    configure_logging(level="error", format="console")
    asyncio.run(_serve(sys.argv[1], Path(sys.argv[2])))
