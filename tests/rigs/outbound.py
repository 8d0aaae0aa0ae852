"""A house that sends, in this process: a real ledger, destinations that do as told, and a clock to be moved."""

import asyncio
import itertools
import json
import random
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from prometheus_client import CollectorRegistry

from adapters.contracts import AdapterError, Delivery, Destination, Parcel, Receipt, RefusedError
from adapters.partner import Agreement, Identity, Partner, Send
from adapters.translate import digest
from gateway.doors import Doors
from gateway.inbound import Inbound
from gateway.ledger.records import ExceptionRow, ParcelRow, ParcelState
from gateway.ledger.store import SqlLedger, open_ledger
from gateway.metrics import Metrics
from gateway.outbound.clocks import Clocks
from gateway.outbound.limits import Limits
from gateway.outbound.preparing import Roads
from gateway.outbound.sender import Outbound
from gateway.outbound.usage import RealThere
from gateway.outgoing import Dispatch
from gateway.partners import PartnerBook
from gateway.rendering import Renderer
from gateway.rows import Naming
from gateway.submission import Submission, Submissions, Submitted
from gateway.submitted import checked_data

START = datetime(2026, 11, 21, 7, 30, tzinfo=UTC)
OWN = (Identity(scheme="ISA", qualifier="01", id="987654321"),)


def partner(name: str, channel: str, isa: str = "123456789", **agreed: Agreement) -> Partner:
    """A partner that is known by an ISA identity, with agreements by document type."""
    identity = Identity(scheme="ISA", qualifier="01", id=isa)
    return Partner(name=name, identities=(identity,), send=Send(channel=channel), agreements=agreed)


def order(number: str) -> dict[str, Any]:
    """A purchase order as it is submitted."""
    return {
        "documentType": "purchase_order", "number": number, "purpose": "original", "purposeCode": "00",
        "orderType": "NE", "issueDate": "2026-11-20",
        "lines": [{"lineNumber": "1", "quantity": {"value": "24", "unitCode": "EA"}, "price": {"amount": "3.10"},
                   "item": {"identifiers": [{"scheme": "SELLER", "qualifier": "VN", "value": "A-100"}]}}],
    }  # fmt: skip


class Place:
    """A destination that takes what comes, or fails, or refuses, as it is told."""

    def __init__(self) -> None:
        self.up = True
        self.refuses: set[str] = set()
        """Names of partners."""
        self.taken: list[Parcel] = []
        self.calls = 0

    def close(self) -> None:
        """Holds nothing."""

    async def send(self, parcel: Parcel) -> str:
        self.calls += 1
        await asyncio.sleep(0)
        if not self.up:
            raise AdapterError("connection refused")
        if parcel.partner in self.refuses:
            raise RefusedError("AE")
        self.taken.append(parcel)
        return f"taken {parcel.name}"


class Sending:
    """All that sends and hears, put together."""

    def __init__(
        self, folder: Path, partners: list[Partner], places: Mapping[str, Destination], *,
        in_order: tuple[str, ...] = (), collected: tuple[str, ...] = (),
        limits: Limits | None = None, seed: int = 7, apart: tuple[str, ...] = (),
    ) -> None:  # fmt: skip
        self.now = START
        self.loop = asyncio.Runner()
        self.folder = folder
        self._numbers = itertools.count(1)
        self._book = PartnerBook(partners)
        self._places = places
        self._roads = Roads(frozenset(in_order), frozenset(collected))
        self._limits = limits or Limits()
        self._apart = frozenset(apart)
        self._random = random.Random(seed).random
        self.start()

    def start(self) -> None:
        """Puts the parts together around the ledger."""
        self.ledger: SqlLedger = open_ledger(self.folder, clock=self.clock)
        metrics, naming = Metrics(CollectorRegistry()), Naming("st", "org.wharf.supply")
        self.outbound = Outbound(
            ledger=self.ledger, destinations=self._places, render=Renderer(OWN, self._book.by_name), roads=self._roads,
            clock=self.clock, new_id=self.new_id, random=self._random, metrics=metrics, limits=self._limits,
        )  # fmt: skip
        real_there = RealThere(self._book.all, self._apart)
        dispatch = Dispatch(own=OWN, naming=naming, new_id=self.new_id, real_there=real_there)
        self.submissions = Submissions(
            ledger=self.ledger,
            dispatch=dispatch,
            by_name=self._book.by_name, clock=self.clock, new_id=self.new_id, metrics=metrics, recorded=lambda: None,
        )  # fmt: skip
        self._inbound = Inbound(
            ledger=self.ledger, doors=Doors(self._book.find, self._book.by_name), naming=naming, clock=self.clock,
            new_id=self.new_id, metrics=metrics, recorded=lambda: None,
        )  # fmt: skip
        self.clocks = Clocks(self.ledger, self.clock, self.new_id)

    def clock(self) -> datetime:
        return self.now

    def new_id(self) -> str:
        return f"id-{next(self._numbers):06d}"

    def later(self, seconds: float) -> None:
        """Moves the clock."""
        self.now += timedelta(seconds=seconds)

    def submit(self, name: str, number: str, *, test: bool = False) -> Submitted:
        """Hands in an order."""
        data = order(number)
        given = checked_data(data)
        content = json.dumps(data).encode()
        submission = Submission("api", "order.json", content, name, given.document, given.problems, test=test)
        return self.loop.run(self.submissions.submit(submission))

    def hear(self, content: bytes) -> Receipt:
        """A delivery comes in."""
        id = self.new_id()
        delivery = Delivery(id, "suppliers", f"{id}.edi", id, content, digest(content), self.now)
        return self.loop.run(self._inbound(delivery))

    def turn(self) -> int:
        """One look of the sender, and what begins by it."""
        return self.loop.run(self.outbound.turn())

    def tick(self) -> int:
        """One look of the clocks."""
        return self.loop.run(self.clocks.turn())

    def settle(self, seconds: float = 700, times: int = 60) -> None:
        """Time passes until nothing waits any more."""
        for _ in range(times):
            self.turn()
            if not self.ledger.read(lambda reads: reads.backlog()).parcels:
                return
            self.later(seconds)

    def parcel(self, id: str | None) -> ParcelRow:
        found = self.ledger.read(lambda reads: reads.parcel(id or ""))
        assert found is not None
        return found

    def state(self, id: str | None) -> ParcelState:
        return self.parcel(id).state

    def exceptions(self, *, open_only: bool = True) -> list[ExceptionRow]:
        return self.ledger.read(lambda reads: reads.exceptions(open_only=open_only))

    def codes(self) -> list[str]:
        """Of the open exceptions, oldest first."""
        return [row.code for row in reversed(self.exceptions())]

    def story(self, id: str | None) -> list[str]:
        """The states that a parcel came through."""
        return [row.to_state.value for row in self.ledger.read(lambda reads: reads.parcel_history(id or ""))]


@contextmanager
def sending(folder: Path, partners: list[Partner], places: Mapping[str, Destination], **more: Any) -> Iterator[Sending]:
    """A house of its own, closed at the end."""
    own = Sending(folder, partners, places, **more)
    try:
        yield own
    finally:
        own.loop.close()
        own.ledger.close()
