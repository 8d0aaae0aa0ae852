"""The MLLP listener on real sockets: order, answers, limits, hostile senders and a clean end."""

import asyncio
import contextlib
import resource
import time
from collections.abc import Callable, Coroutine
from ipaddress import ip_network
from pathlib import Path
from typing import Any

import pytest
from structlog.testing import capture_logs

from adapters.contracts import AdapterError, Delivery, Outcome, Receipt
from adapters.transports.mllp.framing import framed
from adapters.transports.mllp.settings import MllpSettings
from tests.conformance_transport import eventually, examine_source
from tests.rigs.mllp import Answering, Door, MllpRig, listening, source_of

MSG = b"MSH|^~\\&|EHR|ST|WHARF|ST|20261121||OMS^O05|%d|P|2.5\rPID|||CANARY-DOE\r"
LOOPBACK = "127.0.0.1"


def message(number: int) -> bytes:
    return b"%04d|" % number + MSG % number


def play(story: Callable[[], Coroutine[Any, Any, None]]) -> None:
    asyncio.run(story())


def settings(**more: Any) -> MllpSettings:
    return MllpSettings(LOOPBACK, 0, **more)


def test_keeps_the_promises_of_a_source() -> None:
    asyncio.run(examine_source(MllpRig))


def test_what_the_handler_is_told_of_an_arrival() -> None:
    handle = Answering()

    async def story() -> None:
        async with listening(handle) as door:
            caller = await door.call()
            for number in range(3):
                assert await caller.ask(message(number)) == b"MSA|AA|" + message(number)[:20]
            assert await (await door.call()).ask(message(0)) == b"MSA|AA|" + message(0)[:20]
            assert door.source.connected() == 2
        first, second, _, again = handle.seen
        own = caller.writer.get_extra_info("sockname")[1]
        assert (first.channel, first.name, second.name) == ("ehr", f"127.0.0.1:{own} #1", f"127.0.0.1:{own} #2")
        assert first.sender is not None
        assert (first.sender.address, first.sender.port, first.sender.subject) == (LOOPBACK, door.port, None)
        assert again.sha256 == first.sha256
        assert again.origin != first.origin, "the same bytes sent again are another arrival"

    play(story)


def test_the_answer_is_the_receipts_in_one_piece_and_nothing_is_said_without_one() -> None:
    async def handle(delivery: Delivery) -> Receipt:
        return Receipt(delivery.id, Outcome.ACCEPTED, answer=None if b"quiet" in delivery.content[:] else b"x" * 9000)

    async def story() -> None:
        async with listening(handle) as door:
            caller = await door.call()
            await caller.send(framed(b"quiet") + framed(b"loud"))
            assert await caller.answer() == b"x" * 9000
            caller.writer.write_eof()
            assert await caller.rest() == b""

    play(story)


@pytest.mark.parametrize("size", [1, 2, 3, 7, 64, 1000])
@pytest.mark.failure("M6")
def test_every_cut_of_a_stream_gives_the_same_answers(size: int) -> None:
    """Junk, line ends, a missing CR and a frame begun anew are in it; every piece is a packet of its own."""
    stream = b"\xef\xbb\xbf" + b"".join(
        framed(message(number)) + (b"\n" if number % 3 else b"\r\nlog text\r\n") for number in range(8)
    )
    stream += b"\x0b0099|half a mes" + framed(message(8)) + b"\x0b" + message(9) + b"\x1c" + framed(message(10))
    handle = Answering()

    async def story() -> None:
        async with listening(handle) as door:
            caller = await door.call()
            for at in range(0, len(stream), size):
                caller.writer.write(stream[at : at + size])
                await asyncio.sleep(0)
            answers = [await caller.answer() for _ in range(11)]
            assert answers == [b"MSA|AA|" + message(number)[:20] for number in range(11)]
            caller.close()
            await eventually(lambda: door.source.connected() == 0, "the end of the connection")
            assert (door.source.counts.stubs, door.source.counts.junk) == (1, 3 + 3 * len("log text"))

    play(story)
    assert [delivery.content for delivery in handle.seen] == [message(number) for number in range(11)]


@pytest.mark.failure("M6")
def test_a_frame_that_lacks_its_cr_is_answered_after_a_short_silence() -> None:
    async def story() -> None:
        async with listening(Answering()) as door:
            caller = await door.call()
            await caller.send(b"\x0b" + message(1) + b"\x1c")
            assert await caller.answer() == b"MSA|AA|" + message(1)[:20]
            assert await caller.ask(message(2)) == b"MSA|AA|" + message(2)[:20]
            await caller.send(b"\x0b" + message(3) + b"\x1c")
            caller.writer.write_eof()
            assert await caller.rest() == framed(b"MSA|AA|" + message(3)[:20])

    play(story)


@pytest.mark.failure("M6")
def test_pipelined_messages_are_handled_and_answered_in_their_order() -> None:
    under_way: list[str] = []

    async def handle(delivery: Delivery) -> Receipt:
        assert delivery.sender is not None
        peer = delivery.name.partition(" ")[0]
        assert peer not in under_way, "two messages of one connection at the same time"
        under_way.append(peer)
        await asyncio.sleep(0.001 * (len(delivery.content) % 3))
        under_way.remove(peer)
        return Receipt(delivery.id, Outcome.ACCEPTED, answer=bytes(delivery.content[:4]))

    async def story() -> None:
        async with listening(handle) as door:
            callers = [await door.call() for _ in range(5)]
            await asyncio.gather(*(caller.send(b"".join(framed(message(n)) for n in range(100))) for caller in callers))
            for caller in callers:
                assert [await caller.answer() for _ in range(100)] == [b"%04d" % number for number in range(100)]

    play(story)


def test_a_sender_that_pipelines_without_end_is_made_to_wait() -> None:
    """What it has sent stays in its own buffers; memory here does not grow with it, and no message is lost."""
    handle = Answering(gate=asyncio.Event())
    count, body = 600, b"x" * 65_536

    async def story() -> None:
        async with listening(handle) as door:
            caller = await door.call()
            sending = asyncio.create_task(caller.send(b"".join(framed(b"%04d" % n + body) for n in range(count))))
            await eventually(lambda: len(handle.seen) == 1, "the first message")
            before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
            await asyncio.sleep(0.5)
            assert not sending.done()
            assert len(handle.seen) == 1
            assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 16_000
            assert handle.gate is not None
            handle.gate.set()
            for number in range(count):
                assert (await caller.answer()).startswith(b"MSA|AA|%04d" % number)
            await sending

    play(story)


@pytest.mark.parametrize(
    "error", [AdapterError("the disk is full"), ValueError("CANARY-DOE"), asyncio.CancelledError()]
)
def test_a_failure_closes_the_connection_without_an_answer(error: BaseException) -> None:
    """The message before it keeps its answer, those behind it get none, and the log holds no content."""

    def fail(delivery: Delivery) -> None:
        if delivery.content[:4] == b"0002":
            raise error

    handle = Answering(before=fail)

    async def story() -> None:
        async with listening(handle) as door:
            caller = await door.call()
            await caller.send(b"".join(framed(message(number)) for number in range(1, 5)))
            assert await caller.rest() == framed(b"MSA|AA|" + message(1)[:20])
            caller.close()
            assert await (await door.call()).ask(message(5)) == b"MSA|AA|" + message(5)[:20]
            await eventually(lambda: door.source.connected() == 1, "the end of the first connection")

    with capture_logs() as logs:
        play(story)
    assert [delivery.content[:4] for delivery in handle.seen] == [b"0001", b"0002", b"0005"]
    (told,) = [entry for entry in logs if "not accepted" in entry["event"]]
    assert told["host"] == LOOPBACK
    assert told["reason"] == ("the disk is full" if isinstance(error, AdapterError) else None)
    assert "CANARY" not in repr(logs)


@pytest.mark.failure("M6")
def test_an_answer_that_would_break_the_frame_is_not_sent() -> None:
    async def handle(delivery: Delivery) -> Receipt:
        return Receipt(delivery.id, Outcome.ACCEPTED, answer=b"MSA|AA|\x1c\r\x0bforged")

    async def story() -> None:
        async with listening(handle) as door:
            caller = await door.call()
            await caller.send(framed(b"x"))
            assert await caller.rest() == b""

    play(story)


@pytest.mark.parametrize("goes", ["half", "closed", "reset"])
@pytest.mark.failure("M5")
def test_what_came_whole_is_handed_in_though_its_sender_is_gone(goes: str) -> None:
    handle = Answering(gate=asyncio.Event())

    async def story() -> None:
        async with listening(handle) as door:
            caller = await door.call()
            await caller.send(framed(message(1)) + framed(message(2)) + b"\x0bhalf")
            await eventually(lambda: len(handle.seen) == 1, "the first message")
            if goes == "half":
                caller.writer.write_eof()
            elif goes == "closed":
                caller.close()
            else:
                caller.writer.transport.abort()
            await asyncio.sleep(0.05)
            assert door.source.connected() == 1, "it counts until its messages are dealt with"
            assert handle.gate is not None
            handle.gate.set()
            if goes == "half":
                assert await caller.rest() == framed(b"MSA|AA|" + message(1)[:20]) + framed(
                    b"MSA|AA|" + message(2)[:20]
                )
            await eventually(lambda: door.source.connected() == 0, "the end of the connection")

    play(story)
    assert [delivery.content[:4] for delivery in handle.seen] == [b"0001", b"0002"]


@pytest.mark.failure("P2")
def test_a_clean_end_answers_what_is_under_way_and_drops_what_is_not() -> None:
    handle = Answering(gate=asyncio.Event())

    async def story() -> None:
        source = source_of()
        task = asyncio.create_task(source.run(handle))
        door = Door(source, await source.port())
        busy, idle, half = [await door.call() for _ in range(3)]
        await busy.send(framed(message(1)) + framed(message(2)))
        await half.send(b"\x0bhalf a message")
        await eventually(lambda: len(handle.seen) == 1, "the first message")
        task.cancel()
        assert await idle.rest() == await half.rest() == b""
        with pytest.raises(ConnectionError):
            await door.call()
        assert not source.listening()
        assert handle.gate is not None
        handle.gate.set()
        assert await busy.rest() == framed(b"MSA|AA|" + message(1)[:20])
        busy.close()
        began = time.monotonic()
        await asyncio.wait({task}, timeout=10)
        assert task.cancelled()
        assert time.monotonic() - began < 1

    play(story)
    assert [delivery.content[:4] for delivery in handle.seen] == [b"0001"]


def test_a_handler_that_never_ends_does_not_hold_up_the_end() -> None:
    handle = Answering(gate=asyncio.Event())

    async def story() -> None:
        began = time.monotonic()
        async with listening(handle, grace=0.2) as door:
            caller = await door.call()
            await caller.send(framed(message(1)))
            await eventually(lambda: len(handle.seen) == 1, "the message")
        assert await caller.rest() == b""
        assert time.monotonic() - began < 5

    play(story)


def test_a_message_that_is_too_large_is_refused_in_its_turn() -> None:
    """Its sender reads the refusal after the answers before it, though it was still sending; then it is closed."""
    handle = Answering()

    def refuse(beginning: bytes) -> bytes:
        assert beginning.startswith(b"0002|MSH")
        return b"MSA|AR|" + beginning[:20]

    async def story() -> None:
        async with listening(handle, settings(max_bytes=100_000), refuse=refuse) as door:
            caller = await door.call()
            await caller.send(framed(message(1)) + framed(message(2) + b"x" * 20_000_000))
            assert await caller.rest() == framed(b"MSA|AA|" + message(1)[:20]) + framed(b"MSA|AR|" + message(2)[:20])
            assert await (await door.call()).ask(message(3) + b"x" * 90_000)

    play(story)
    assert len(handle.seen) == 2


def test_a_message_that_is_too_large_ends_the_connection_where_nobody_words_a_refusal() -> None:
    handle = Answering()

    async def story() -> None:
        async with listening(handle, settings(max_bytes=1000)) as door:
            caller = await door.call()
            await caller.send(framed(message(1)) + framed(b"x" * 1001))
            assert await caller.rest() == framed(b"MSA|AA|" + message(1)[:20])

    play(story)
    assert len(handle.seen) == 1


@pytest.mark.failure("P3")
def test_a_hundred_megabytes_in_one_frame_take_no_more_than_the_limit() -> None:
    async def story() -> None:
        async with listening(Answering(), settings(max_bytes=1 << 20), refuse=lambda _: b"AR") as door:
            good = await door.call()
            await good.ask(message(0))
            before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
            bad = await door.call()
            worst, chunk = 0.0, b"y" * (1 << 20)
            await bad.send(b"\x0b")
            for number in range(100):
                await bad.send(chunk)
                began = time.monotonic()
                await good.ask(message(number))
                worst = max(worst, time.monotonic() - began)
            await bad.send(b"\x1c\r")
            assert await bad.rest() == framed(b"AR")
            assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 32_000
            assert worst < 0.5

    play(story)


@pytest.mark.failure("P3")
def test_many_large_unfinished_messages_do_not_fill_the_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    """The largest go first; small ones are answered all the time."""
    monkeypatch.setattr(MllpSettings, "memory", 4 << 20)

    async def story() -> None:
        async with listening(Answering(), settings(max_bytes=1 << 20)) as door:
            small = await door.call()
            large = [await door.call() for _ in range(12)]
            with contextlib.suppress(ConnectionError):
                for caller in large:
                    await caller.send(b"\x0b" + b"x" * 900_000)
                    await small.ask(message(1))
            await eventually(lambda: door.source.counts.broken_off >= 7, "the largest broken off")
            assert door.source.counts.broken_off < 12
            assert await small.ask(message(2))

    play(story)


@pytest.mark.failure("M7")
def test_a_thousand_senders_that_never_finish_are_closed_and_good_ones_answered() -> None:
    """Some stop in the middle of a message, some trickle: a byte now and then does not keep them alive."""

    async def story() -> None:
        limits = settings(connections=1100, per_peer=1100, stall=0.7)
        async with listening(Answering(), limits) as door:
            good = await door.call()
            slow = [await door.call() for _ in range(1000)]
            worst, ends = 0.0, time.monotonic() + 0.9
            for caller in slow:
                caller.writer.write(b"\x0bMSH|")
            while time.monotonic() < ends or door.source.connected() > 1:
                for caller in slow[:200]:
                    if not caller.writer.is_closing():
                        caller.writer.write(b"x")
                began = time.monotonic()
                assert await good.ask(message(1))
                worst = max(worst, time.monotonic() - began)
                await asyncio.sleep(0.05)
                assert time.monotonic() < ends + 20, door.source.connected()
            assert door.source.counts.broken_off == 1000
            assert worst < 1
            for caller in slow:
                caller.close()

    play(story)


@pytest.mark.failure("M6")
def test_garbage_is_not_collected_and_its_sender_is_closed() -> None:
    noise = bytes(byte for byte in range(256) if byte != 0x0B) * 1000

    async def story() -> None:
        async with listening(Answering(), settings(stall=0.5)) as door:
            good, bad, quiet, polite = [await door.call() for _ in range(4)]
            before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
            with contextlib.suppress(ConnectionError):
                await bad.send(noise)
            assert await bad.rest() == b""
            await quiet.send(b"GET / HTTP/1.1\r\nHost: example\r\n\r\n")
            await polite.ask(message(1))
            await polite.send(b"\x00")
            assert await quiet.rest() == b""
            ends = time.monotonic() + 2
            while time.monotonic() < ends:
                async with asyncio.timeout(1):
                    await good.ask(message(2))
                caller = await door.call()
                with contextlib.suppress(ConnectionError):
                    await caller.send(noise)
                caller.close()
            assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 32_000
            assert await polite.ask(message(3)), "a heartbeat between messages is tolerated"

    with capture_logs() as logs:
        play(story)
    assert len(logs) < 20, "a stranger must not fill the log"


@pytest.mark.failure("M7")
def test_a_sender_that_does_not_read_its_answers_is_closed() -> None:
    async def handle(delivery: Delivery) -> Receipt:
        return Receipt(delivery.id, Outcome.ACCEPTED, answer=b"x" * 2_000_000)

    async def story() -> None:
        async with listening(handle, settings(stall=0.5)) as door:
            deaf = await door.call()
            deaf.writer.transport.pause_reading()  # type: ignore[attr-defined]
            for number in range(20):
                deaf.writer.write(framed(message(number)))
            await eventually(lambda: door.source.counts.broken_off == 1, "the deaf one closed")
            await eventually(lambda: door.source.connected() == 0, "the end of the connection")
            assert door.source.counts.answers < 20
            assert door.source.counts.messages == 20, "what came whole is handed in all the same"

    play(story)


def test_an_idle_connection_stays() -> None:
    async def story() -> None:
        async with listening(Answering(), settings(stall=0.2)) as door:
            caller = await door.call()
            await caller.ask(message(1))
            await asyncio.sleep(0.8)
            assert await caller.ask(message(2))

    play(story)


@pytest.mark.parametrize(
    ("limits", "stay"), [({"connections": 3}, 3), ({"per_peer": 2}, 2), ({"allow": (ip_network("10.0.0.0/8"),)}, 0)]
)
@pytest.mark.failure("M8", "M10")
def test_who_is_one_too_many_or_not_allowed_is_turned_away(limits: dict[str, Any], stay: int) -> None:
    async def story() -> None:
        async with listening(Answering(), settings(**limits)) as door:
            callers = [await door.call() for _ in range(5)]
            for caller in callers[:stay]:
                assert await caller.ask(message(1))
            for caller in callers[stay:]:
                assert await caller.rest() == b""
            assert door.source.counts.turned_away == 5 - stay
            if stay:
                callers[0].close()
                await eventually(lambda: door.source.connected() == stay - 1, "a free place")
                assert await (await door.call()).ask(message(2))

    with capture_logs() as logs:
        play(story)
    assert sum("turned away" in entry["event"] for entry in logs) == 1


def test_an_address_in_the_list_is_let_in() -> None:
    async def story() -> None:
        async with listening(Answering(), settings(allow=(ip_network("127.0.0.0/8"), ip_network("::1")))) as door:
            assert await (await door.call()).ask(message(1))

    play(story)


def test_an_address_that_is_not_in_the_list_is_a_stranger() -> None:
    strangers: list[str] = []

    async def story() -> None:
        only = settings(allow=(ip_network("10.0.0.0/8"),))
        async with listening(Answering(), only, stranger=strangers.append) as door:
            assert await (await door.call()).rest() == b""

    play(story)
    assert strangers == ["127.0.0.1"]


def test_an_address_in_use_is_told() -> None:
    async def story() -> None:
        async with listening(Answering()) as door:
            second = source_of(MllpSettings(LOOPBACK, door.port))
            with pytest.raises(AdapterError, match=f"cannot listen on 127.0.0.1:{door.port}: address already in use"):
                await second.run(Answering())
            assert not second.listening()

    play(story)


@pytest.mark.parametrize("wrong", [{"stall": 0}, {"max_bytes": 0}, {"connections": 0}, {"per_peer": -1}])
def test_settings_that_make_no_sense_are_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=next(iter(wrong))):
        settings(**wrong)


@pytest.mark.failure("M9")
def test_an_idle_connection_is_probed_so_that_a_peer_that_vanished_is_found_out() -> None:
    """The kernel's timer 2 is that of its probes; fields of /proc/net/tcp, proc(5)."""

    async def story() -> None:
        async with listening(Answering()) as door:
            caller = await door.call()
            await caller.ask(b"MSH|one")
            await asyncio.sleep(0.1)
            table = await asyncio.to_thread(Path("/proc/net/tcp").read_text)
            lines = [line.split() for line in table.splitlines()[1:]]
            (timer,) = [line[5] for line in lines if line[1].endswith(f":{door.port:04X}") and line[3] == "01"]
            kind, _, due = timer.partition(":")
            assert kind == "02"
            assert 0 < int(due, 16) <= 60 * 100 * 10
            caller.close()

    asyncio.run(story())
