"""Sending, with a real ledger and receivers on loopback that answer, refuse, are late, or are away."""

import asyncio
import contextlib
import itertools
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime

import pytest
from prometheus_client import CollectorRegistry

from adapters.contracts import Destination, Parcel
from adapters.translation.hl7_verdicts import verdict_on, words_of
from adapters.transports.mllp.destination import CallSettings, MllpDestination
from adapters.transports.mllp.framing import framed
from gateway.ledger.contract import Transaction
from gateway.ledger.records import ParcelRow, ParcelState
from gateway.ledger.store import SqlLedger
from gateway.metrics import Metrics
from gateway.outbound.preparing import Roads
from gateway.outbound.sender import Outbound
from gateway.rendering import Renderer
from tests.conformance_transport import eventually
from tests.rigs.hl7_messages import message

NOW = datetime(2026, 11, 21, 7, 30, tzinfo=UTC)
Does = Callable[[str, int], list[bytes | float | None]]
"""What a receiver does with a message of this control id that comes for this time: answers, pauses, None to close."""


def acknowledgment(code: str, about: str) -> bytes:
    return message("ACK", f"MSA|{code}|{about}", control="9")


class Receiver:
    """A receiver on loopback; ``ids`` are the control ids in the order in which they came."""

    def __init__(self, does: Does) -> None:
        self._does = does
        self.ids: list[str] = []
        self.connections = 0
        self.server: asyncio.Server | None = None

    async def start(self, port: int = 0) -> int:
        self.server = await asyncio.start_server(self._serve, "127.0.0.1", port)
        return int(self.server.sockets[0].getsockname()[1])

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
            while True:
                content = (await reader.readuntil(b"\x1c\r"))[1:-2]
                control = content.split(b"|")[9].decode()
                self.ids.append(control)
                for step in self._does(control, self.ids.count(control)):
                    if step is None:
                        writer.close()
                        return
                    if isinstance(step, float):
                        await asyncio.sleep(step)
                    else:
                        writer.write(framed(step))
        writer.close()


class Shelf:
    """A destination that takes everything at once."""

    def __init__(self) -> None:
        self.taken: list[str] = []

    async def send(self, parcel: Parcel) -> str:
        self.taken.append(parcel.id)
        return "shelf"

    def close(self) -> None:
        """Nothing is open."""


@pytest.fixture
def ledger(any_ledger: SqlLedger) -> SqlLedger:
    return any_ledger


def queue(ledger: SqlLedger, channel: str, *controls: str) -> None:
    def work(tx: Transaction) -> None:
        for control in controls:
            tx.add_parcel(
                ParcelRow(
                    id=f"{channel}-{control}", partner="cabinet", channel=channel, kind="ACK", body=b"{}", context={},
                    state=ParcelState.READY, created_at=NOW, name=f"{control}.hl7",
                    content=message("ACK", "MSA|AA|M1", control=control), control_number=control,
                )
            )  # fmt: skip

    ledger.write(work).result()


def state(ledger: SqlLedger, id: str) -> ParcelRow:
    return next(row for row in ledger.read(lambda reads: reads.parcels()) if row.id == id)


def delivered(ledger: SqlLedger, *ids: str) -> bool:
    return all(state(ledger, id).state is ParcelState.DELIVERED for id in ids)


@contextlib.asynccontextmanager
async def sending(ledger: SqlLedger, destinations: dict[str, Destination]) -> AsyncIterator[Outbound]:
    """A running sender whose waits between attempts are as short as they get."""
    numbers = itertools.count()
    outbound = Outbound(
        ledger=ledger, destinations=destinations, render=Renderer((), lambda _: None),
        roads=Roads(in_order=frozenset(destinations.keys() - {"drop"})), clock=lambda: datetime.now(UTC),
        new_id=lambda: f"x{next(numbers)}", random=lambda: 0.0, metrics=Metrics(CollectorRegistry()),
    )  # fmt: skip
    task = asyncio.create_task(outbound.run())
    try:
        yield outbound
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task
        for destination in destinations.values():
            if isinstance(destination, MllpDestination):
                destination.close()


def lab(port: int, seconds: float = 5) -> MllpDestination:
    return MllpDestination(CallSettings("127.0.0.1", port, 5, seconds), verdict_on, words_of)


def test_a_refusal_is_told_to_a_person_once_and_the_next_message_leaves(ledger: SqlLedger) -> None:
    async def story() -> None:
        receiver = Receiver(lambda control, _: [acknowledgment("AE" if control == "2" else "AA", control)])
        queue(ledger, "lab", "1", "2", "3")
        async with sending(ledger, {"lab": lab(await receiver.start())}):
            await eventually(lambda: delivered(ledger, "lab-1", "lab-3"), "the others")
            await asyncio.sleep(1.5)
        assert receiver.ids == ["1", "2", "3"]
        assert receiver.connections == 1

    asyncio.run(story())
    refused = state(ledger, "lab-2")
    assert (refused.state, refused.attempts) == (ParcelState.REFUSED, 1)
    (told,) = ledger.read(lambda reads: reads.exceptions())
    assert (told.code, told.kind, told.partner) == ("NET-E0501", "technical", "cabinet")
    assert "2.hl7" in told.message
    assert told.message.endswith("the other side refused it (AE)")
    assert ledger.read(lambda reads: reads.backlog()).parcels == 0


@pytest.mark.parametrize(
    "first",
    [
        [1.0, acknowledgment("AA", "1")],
        [None],
        [acknowledgment("AA", "0")],
        [acknowledgment("AR", "1")],
        [acknowledgment("CE", "1")],
        [b"no answer at all"],
        [60.0],
    ],
    ids=["late", "closes", "foreign", "AR", "CE", "no HL7", "silent"],
)
def test_what_got_no_answer_goes_again_and_nothing_overtakes_it(
    ledger: SqlLedger, first: list[bytes | float | None]
) -> None:
    async def story() -> None:
        receiver = Receiver(
            lambda control, time: first if (control, time) == ("1", 1) else [acknowledgment("AA", control)]
        )
        queue(ledger, "lab", "1", "2")
        async with sending(ledger, {"lab": lab(await receiver.start(), 0.3)}):
            await eventually(lambda: delivered(ledger, "lab-1", "lab-2"), "both")
        assert receiver.ids == ["1", "1", "2"]

    asyncio.run(story())
    assert state(ledger, "lab-1").attempts == 1
    assert ledger.read(lambda reads: reads.exceptions()) == []


def test_a_channel_that_is_away_or_slow_hinders_no_other(ledger: SqlLedger) -> None:
    async def story() -> None:
        slow = Receiver(lambda control, _: [60.0, acknowledgment("AA", control)])
        gone = Receiver(lambda control, _: [acknowledgment("AA", control)])
        port = await gone.start()
        assert gone.server is not None
        gone.server.close()
        await gone.server.wait_closed()
        shelf = Shelf()
        queue(ledger, "slow", "1", "2")
        queue(ledger, "gone", "1", "2")
        queue(ledger, "drop", "1", "2")
        async with sending(ledger, {"slow": lab(await slow.start()), "gone": lab(port), "drop": shelf}) as outbound:
            await eventually(lambda: delivered(ledger, "drop-1", "drop-2"), "the first of the folder")
            queue(ledger, "drop", "3")
            outbound.wake()
            await eventually(lambda: delivered(ledger, "drop-3"), "one that came later")
            assert not delivered(ledger, "slow-1")
            await gone.start(port)
            await eventually(lambda: delivered(ledger, "gone-1", "gone-2"), "those of the one that came back")
        assert gone.ids == ["1", "2"]
        assert slow.ids == ["1"]
        assert shelf.taken == ["drop-1", "drop-2", "drop-3"]

    asyncio.run(story())
