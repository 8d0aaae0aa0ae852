"""Nodes in one process: keepers and senders on one real ledger, by clocks that the test moves."""

import asyncio
import itertools
import threading
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import TypeVar

from prometheus_client import CollectorRegistry

from adapters.contracts import Content, Destination, Parcel
from gateway.ledger.contract import Ledger, Reads, Transaction
from gateway.ledger.node_records import NodeRow
from gateway.ledger.records import ParcelRow, ParcelState
from gateway.ledger.store import SqlLedger, open_ledger
from gateway.metrics import Metrics
from gateway.nodes.keeper import Keeper
from gateway.nodes.tenure import Terms
from gateway.outbound.lanes import Lanes
from gateway.outbound.preparing import Roads
from gateway.outbound.sender import Outbound
from gateway.rendering import Renderer
from tests.rigs.ledger_rows import NOW

T = TypeVar("T")
LEASE = 10.0


class Shared:
    """A ledger that several nodes share, and the time of all of them."""

    def __init__(self, folder: Path) -> None:
        self.seconds = 0.0
        self.ledger: SqlLedger = open_ledger(folder, clock=self.now)
        self._numbers = itertools.count()

    def now(self) -> datetime:
        """The time of the database, and of every node."""
        return NOW + timedelta(seconds=self.seconds)

    def monotonic(self) -> float:
        """The clock that nobody sets."""
        return self.seconds

    def keeper(self, id: str, ledger: Ledger | None = None, seconds: float = LEASE) -> Keeper:
        """The keeper of a node."""
        node = NodeRow(id=id, name=f"host-{id}", version="1", address="", started=NOW, seen=NOW)
        return Keeper(ledger or self.ledger, node, Terms(seconds), sole=False, clock=self.now, monotonic=self.monotonic)

    def outbound(self, keeper: Keeper, places: Mapping[str, Destination], in_order: frozenset[str]) -> Outbound:
        """The sender of a node."""
        return Outbound(
            ledger=self.ledger, destinations=places, render=Renderer((), lambda _: None),
            roads=Roads(in_order=in_order), clock=self.now, new_id=lambda: f"x{next(self._numbers)}",
            random=lambda: 0.0, metrics=Metrics(CollectorRegistry()), lanes=Lanes(keeper, in_order, self.monotonic),
        )  # fmt: skip

    def queue(self, channel: str, *partners: str) -> None:
        """A parcel for each of these partners."""

        def work(tx: Transaction) -> None:
            for partner in partners:
                id = f"{partner}-{next(self._numbers)}"
                tx.add_parcel(
                    ParcelRow(
                        id=id, partner=partner, channel=channel, kind="850", body=b"{}", context={},
                        state=ParcelState.READY, created_at=self.now(), name=f"{id}.edi", content=b"ISA*",
                    )
                )  # fmt: skip

        self.ledger.write(work).result()

    def states(self) -> list[str]:
        """Of all parcels, sorted."""
        return sorted(row.state.value for row in self.ledger.read(lambda reads: reads.parcels(limit=1000)))


@dataclass
class Place:
    """A destination of one node, which may hang."""

    taken: list[Parcel]
    open: asyncio.Event | None = None

    async def send(self, parcel: Parcel) -> str:
        """Taken at once, and told when it is let go."""
        self.taken.append(parcel)
        if self.open is not None:
            await self.open.wait()
        return "place"

    def close(self) -> None:
        """Nothing is open."""


class Gated:
    """A ledger whose writes wait while its gate is shut, as behind a line that is cut."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self.gate = threading.Event()
        self.gate.set()

    def write(self, work: Callable[[Transaction], T]) -> Future[T]:
        """As the ledger, when the gate is open."""
        if self.gate.is_set():
            return self._ledger.write(work)
        future: Future[T] = Future()
        threading.Thread(target=self._later, args=(work, future), daemon=True).start()
        return future

    def read(self, work: Callable[[Reads], T]) -> T:
        """As the ledger."""
        return self._ledger.read(work)

    def keep(self, content: Content) -> None:
        """As the ledger."""
        self._ledger.keep(content)

    def check(self) -> None:
        """As the ledger."""
        self._ledger.check()

    def close(self) -> None:
        """As the ledger."""
        self._ledger.close()

    def _later(self, work: Callable[[Transaction], T], future: "Future[T]") -> None:
        self.gate.wait()
        try:
            future.set_result(self._ledger.write(work).result())
        except BaseException as error:  # noqa: BLE001 - whoever waits is told
            future.set_exception(error)
