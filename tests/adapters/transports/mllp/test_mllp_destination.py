"""Sending over MLLP to receivers that answer, refuse, are late, or go away."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Coroutine
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from adapters.contracts import AdapterError, Delivery, Outcome, Parcel, Receipt, RefusedError, Verdict
from adapters.transports.mllp.destination import CallSettings, MllpDestination
from adapters.transports.mllp.framing import framed
from adapters.transports.mllp.settings import MllpSettings
from adapters.transports.tls import ClientFiles, ServerFiles
from tests.conformance_transport import examine_destination
from tests.rigs.mllp import Authority, Door, listening

WORDS = {b"AA": Verdict.ACCEPTED, b"AE": Verdict.REFUSED, b"AR": Verdict.BUSY, b"CA": Verdict.MORE}


def reads_answer(sent: bytes, received: bytes) -> Verdict:
    """``AA|id`` about ``id|…``, as the test's receivers word it."""
    code, _, about = received.partition(b"|")
    return WORDS[code] if about == sent.partition(b"|")[0] else Verdict.STRAY


def parcel(number: int, content: bytes | None = None) -> Parcel:
    return Parcel(f"p{number}", "ehr", "ORU", f"p{number}.hl7", content or b"%d|ORU" % number)


@dataclass
class Receiver:
    """A receiver that does with each message what it is told to."""

    does: Callable[[bytes], list[bytes | float | None]] = lambda content: [b"AA|" + content.partition(b"|")[0]]
    """Answers to write in order, seconds to wait, or None to close."""
    received: list[bytes] = field(default_factory=list)
    connections: int = 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
            while True:
                content = (await reader.readuntil(b"\x1c\r"))[1:-2]
                self.received.append(content)
                for step in self.does(content):
                    if step is None:
                        writer.close()
                        return
                    if isinstance(step, float):
                        await asyncio.sleep(step)
                    else:
                        writer.write(framed(step))
        writer.close()


@contextlib.asynccontextmanager
async def calling(receiver: Receiver, seconds: float = 5) -> AsyncIterator[MllpDestination]:
    server = await asyncio.start_server(receiver.serve, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    destination = MllpDestination(CallSettings("127.0.0.1", port, 5, seconds), reads_answer)
    try:
        async with server:
            yield destination
    finally:
        destination.close()


def play(story: Callable[[], Coroutine[Any, Any, None]]) -> None:
    asyncio.run(story())


def test_keeps_the_promises_of_a_destination() -> None:
    """The receiver is our own listener: what it was handed is what arrived."""
    seen: list[bytes] = []

    async def handle(delivery: Delivery) -> Receipt:
        content = bytes(delivery.content[:])
        seen.append(content)
        return Receipt(delivery.id, Outcome.ACCEPTED, answer=b"AA|" + content.partition(b"|")[0])

    async def story() -> None:
        async def received(wanted: Parcel) -> list[bytes]:
            return [each for each in seen if each == wanted.content]

        async with listening(handle) as door:
            destination = MllpDestination(CallSettings("127.0.0.1", door.port), reads_answer)
            await examine_destination(destination, parcel(1), received)
            assert door.source.counts.connections == 1
            await destination.send(parcel(2))
            assert door.source.counts.connections == 2
            destination.close()

    play(story)


def test_many_go_over_one_connection_in_the_order_of_asking() -> None:
    receiver = Receiver()

    async def story() -> None:
        async with calling(receiver) as destination:
            where = await asyncio.gather(*(destination.send(parcel(number)) for number in range(50)))
            assert set(where) == {str(destination._settings)}

    play(story)
    assert receiver.received == [b"%d|ORU" % number for number in range(50)]
    assert receiver.connections == 1


@pytest.mark.parametrize(
    ("does", "error", "told"),
    [
        (lambda _: [b"AE|1"], RefusedError, "refused"),
        (lambda _: [b"AR|1"], AdapterError, "cannot take it now"),
        (lambda _: [b"AA|999"], AdapterError, "no answer to what was sent"),
        (lambda _: [None], AdapterError, "closed the connection"),
        (lambda _: [b"CA|1", None], AdapterError, "closed the connection"),
        (lambda _: [1.0], AdapterError, "no answer within 0.3 s"),
    ],
)
def test_what_is_no_acceptance_is_told_by_its_kind(
    does: Callable[[bytes], list[bytes | float | None]], error: type[AdapterError], told: str
) -> None:
    receiver = Receiver(does)

    async def story() -> None:
        async with calling(receiver, 0.3) as destination:
            with pytest.raises(AdapterError, match=told) as raised:
                await destination.send(parcel(1))
            assert type(raised.value) is error
            receiver.does = Receiver().does
            await destination.send(parcel(1))

    play(story)
    assert receiver.received == [b"1|ORU"] * 2


@pytest.mark.failure("M12")
def test_a_late_answer_never_counts_for_the_next_message() -> None:
    """The first answer comes after its time, worded as if for the second: it finds nobody."""
    receiver = Receiver(lambda content: [0.5, b"AA|2"] if content.startswith(b"1") else [0.5, b"AE|2"])

    async def story() -> None:
        async with calling(receiver, 0.3) as destination:
            with pytest.raises(AdapterError, match="no answer within"):
                await destination.send(parcel(1))
            object.__setattr__(destination._settings, "answer_seconds", 5.0)
            with pytest.raises(RefusedError):
                await destination.send(parcel(2))

    play(story)
    assert receiver.connections == 2


@pytest.mark.failure("M12")
def test_what_nobody_asked_for_ends_the_connection_before_the_next_message() -> None:
    receiver = Receiver(lambda content: [b"AA|1", b"AA|2"] if content.startswith(b"1") else [b"AE|2"])

    async def story() -> None:
        async with calling(receiver) as destination:
            await destination.send(parcel(1))
            await asyncio.sleep(0.05)
            with pytest.raises(RefusedError):
                await destination.send(parcel(2))

    play(story)
    assert receiver.connections == 2


def test_the_last_word_is_awaited() -> None:
    receiver = Receiver(lambda _: [b"CA|1", 0.05, b"AA|1"])

    async def story() -> None:
        async with calling(receiver) as destination:
            await destination.send(parcel(1))

    play(story)


def test_a_connection_that_was_closed_meanwhile_is_made_anew() -> None:
    receiver = Receiver(lambda content: [b"AA|" + content.partition(b"|")[0], None])

    async def story() -> None:
        async with calling(receiver) as destination:
            for number in range(5):
                await destination.send(parcel(number))
                await asyncio.sleep(0.02)

    play(story)
    assert (receiver.connections, len(receiver.received)) == (5, 5)


@pytest.mark.failure("M12")
def test_a_send_that_is_given_up_leaves_no_answer_behind() -> None:
    receiver = Receiver(lambda content: [0.2, b"AA|" + content.partition(b"|")[0]])

    async def story() -> None:
        async with calling(receiver) as destination:
            with pytest.raises(TimeoutError):
                async with asyncio.timeout(0.1):
                    await destination.send(parcel(1))
            await destination.send(parcel(2))

    play(story)
    assert receiver.connections == 2


def test_nobody_there_is_told_with_the_address() -> None:
    async def story() -> None:
        async with calling(Receiver()) as destination:
            settings = destination._settings
        with pytest.raises(AdapterError, match=f"cannot connect to 127.0.0.1:{settings.port}: connection refused"):
            await MllpDestination(settings, reads_answer).send(parcel(1))

    play(story)


def test_content_that_would_break_the_frame_is_refused_for_good() -> None:
    receiver = Receiver()

    async def story() -> None:
        async with calling(receiver) as destination:
            with pytest.raises(RefusedError, match="cannot be framed"):
                await destination.send(parcel(1, b"1|\x0b"))

    play(story)
    assert receiver.received == []


@pytest.mark.failure("L3")
def test_over_tls_both_sides_are_checked(tmp_path: Path) -> None:
    authority = Authority(tmp_path)
    server, client = authority.issue("gateway.example"), authority.issue("wharf.example")
    files = ServerFiles(server.certificate, server.key, authority.file)
    (tmp_path / "other").mkdir()
    other = Authority(tmp_path / "other")

    async def handle(delivery: Delivery) -> Receipt:
        assert delivery.sender is not None
        assert delivery.sender.names[0] == "wharf.example"
        return Receipt(delivery.id, Outcome.ACCEPTED, answer=b"AA|1")

    def to(door: Door, ca: Path, name: str) -> MllpDestination:
        tls = ClientFiles(ca, client.certificate, client.key, name)
        return MllpDestination(CallSettings("127.0.0.1", door.port, tls=tls), reads_answer)

    async def story() -> None:
        async with listening(handle, MllpSettings("127.0.0.1", 0, tls=files)) as door:
            good = to(door, authority.file, "gateway.example")
            assert await good.send(parcel(1)) == f"mllps://127.0.0.1:{door.port}"
            good.close()
            with pytest.raises(AdapterError, match="certificate is not trusted: its signature is wrong"):
                await to(door, other.file, "gateway.example").send(parcel(1))
            with pytest.raises(AdapterError, match="certificate is not trusted: it names another host"):
                await to(door, authority.file, "evil.test").send(parcel(1))

    play(story)
