"""What every source and every destination must do, whatever its protocol: one examination for all of them.

A new transport writes a rig (how a sender sends and what it sees) and calls these functions.
"""

import asyncio
import hashlib
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from typing import Protocol

from adapters.contracts import AdapterError, Delivery, Destination, Handler, Outcome, Parcel, Receipt, Source

PATIENCE = 30.0
"""Seconds until an awaited thing counts as missing; no test passes by waiting for it."""
REFUSED = (Outcome.REJECTED, Outcome.QUARANTINED)


class SourceRig(Protocol):
    """A source under examination, and its sender."""

    keeps: bool
    """What was not settled is there again after a restart (a file), or the sender must send again (a call)."""

    def source(self) -> Source:
        """A fresh source on the same door, as after a restart."""

    async def send(self, name: str, content: bytes) -> None:
        """Sends as a well-behaved sender does; does not wait for the answer."""

    async def answer(self, name: str) -> str | None:
        """What the sender can see now: None while nothing is settled, ``taken`` or ``refused`` afterwards."""


def told(delivery: Delivery, outcome: Outcome = Outcome.ACCEPTED, diagnosis: bytes | None = None) -> Receipt:
    """The receipt of a handler, with the outcome as the answer for a sender that waits for one."""
    return Receipt(delivery.id, outcome, diagnosis=diagnosis, answer=outcome.encode())


async def eventually(condition: Callable[[], Awaitable[bool]] | Callable[[], bool], what: str) -> None:
    """Waits until a condition holds; fails naming what is missing."""
    deadline = asyncio.get_running_loop().time() + PATIENCE
    while True:
        held = condition()
        if held if isinstance(held, bool) else await held:
            return
        assert asyncio.get_running_loop().time() < deadline, f"still missing: {what}"
        await asyncio.sleep(0.01)


@asynccontextmanager
async def running(source: Source, handle: Handler) -> AsyncIterator[asyncio.Task[None]]:
    """Runs a source and ends it by cancellation, which it must obey; a source that failed fails the test."""
    task = asyncio.create_task(source.run(handle))
    try:
        yield task
        assert not task.done(), "a source ends only by cancellation or by failing"
    finally:
        if task.done():
            task.result()
        task.cancel()
        _, pending = await asyncio.wait({task}, timeout=PATIENCE)
        assert not pending, "the source does not end when it is cancelled"
        with suppress(asyncio.CancelledError):
            task.result()
        assert not source.listening()


async def examine_source(make_rig: Callable[[], SourceRig]) -> None:
    """Every promise of a source, each with a fresh rig."""
    await _settles_nothing_without_a_receipt(make_rig())
    await _hands_in_what_was_sent(make_rig())
    await _answers_each_outcome(make_rig())
    await _offers_again_what_failed(make_rig())
    await _one_failure_blocks_nobody(make_rig())
    await _finishes_what_is_under_way(make_rig())
    rig = make_rig()
    if rig.keeps:
        await _offers_again_after_a_restart(rig)


async def examine_destination(
    destination: Destination, parcel: Parcel, received: Callable[[Parcel], Awaitable[list[bytes]]]
) -> None:
    """Sends arrive whole; a repeat, even at the same time, changes nothing; two parcels stay two. It may be
    closed at any time."""
    where = await destination.send(parcel)
    assert where
    assert await received(parcel) == [parcel.content]
    assert await destination.send(parcel) == where
    await asyncio.gather(*(destination.send(parcel) for _ in range(5)))
    assert await received(parcel) == [parcel.content]
    other = replace(parcel, id=parcel.id + "-2", name="second-" + parcel.name, content=parcel.content + b"2")
    await asyncio.gather(*(destination.send(other) for _ in range(5)))
    assert await received(other) == [other.content]
    assert await received(parcel) == [parcel.content]
    destination.close()
    destination.close()
    assert await destination.send(parcel) == where
    assert await received(parcel) == [parcel.content]


async def _settles_nothing_without_a_receipt(rig: SourceRig) -> None:
    asked, committed = asyncio.Event(), asyncio.Event()

    async def handle(delivery: Delivery) -> Receipt:
        asked.set()
        await committed.wait()
        return told(delivery)

    source = rig.source()
    assert not source.listening()
    async with running(source, handle):
        await eventually(source.listening, "listening")
        await rig.send("one", b"ISA*")
        await asyncio.wait_for(asked.wait(), PATIENCE)
        await asyncio.sleep(0.3)
        assert await rig.answer("one") is None
        committed.set()
        await eventually(lambda: _sees(rig, "one", "taken"), "the answer")


async def _hands_in_what_was_sent(rig: SourceRig) -> None:
    contents = {f"file{number}": bytes([number]) * (1 + 10_000 * number) for number in range(5)}
    seen: list[Delivery] = []

    async def handle(delivery: Delivery) -> Receipt:
        seen.append(delivery)
        return told(delivery)

    async with running(rig.source(), handle):
        for name, content in contents.items():
            await rig.send(name, content)
        for name in contents:
            await eventually(lambda name=name: _sees(rig, name, "taken"), name)
    assert sorted(bytes(delivery.content[:]) for delivery in seen) == sorted(contents.values())
    assert all(hashlib.sha256(delivery.content[:]).hexdigest() == delivery.sha256 for delivery in seen)
    assert len({delivery.id for delivery in seen}) == len({delivery.origin for delivery in seen}) == len(contents)
    assert all(delivery.received_at.tzinfo for delivery in seen)


async def _answers_each_outcome(rig: SourceRig) -> None:
    async def handle(delivery: Delivery) -> Receipt:
        return told(delivery, Outcome(bytes(delivery.content[:]).decode()), diagnosis=b"what was wrong")

    async with running(rig.source(), handle):
        for outcome in Outcome:
            await rig.send(f"is-{outcome}", outcome.encode())
        for outcome in Outcome:
            expected = "refused" if outcome in REFUSED else "taken"
            await eventually(lambda o=outcome, e=expected: _sees(rig, f"is-{o}", e), outcome)


async def _offers_again_what_failed(rig: SourceRig) -> None:
    offered: list[Delivery] = []

    async def handle(delivery: Delivery) -> Receipt:
        offered.append(delivery)
        if len(offered) == 1:
            raise AdapterError("the disk is full")
        return told(delivery)

    async with running(rig.source(), handle):
        await rig.send("again", b"content")
        if not rig.keeps:
            await eventually(lambda: len(offered) == 1, "the first offer")
            assert await rig.answer("again") != "taken"
            await rig.send("again", b"content")
        await eventually(lambda: _sees(rig, "again", "taken"), "the answer after a failure")
    assert len(offered) == 2
    if rig.keeps:
        assert offered[0].origin == offered[1].origin


async def _one_failure_blocks_nobody(rig: SourceRig) -> None:
    async def handle(delivery: Delivery) -> Receipt:
        if delivery.content[:] == b"poison":
            raise AdapterError("never")
        return told(delivery)

    async with running(rig.source(), handle):
        for number in range(5):
            await rig.send(f"poison{number}", b"poison")
        for number in range(5):
            await rig.send(f"sound{number}", b"sound%d" % number)
        for number in range(5):
            await eventually(lambda n=number: _sees(rig, f"sound{n}", "taken"), "the sound one")
            assert await rig.answer(f"poison{number}") != "taken"


async def _finishes_what_is_under_way(rig: SourceRig) -> None:
    """Ended in the middle of a handler that commits: the sender is still answered."""
    asked = asyncio.Event()

    async def handle(delivery: Delivery) -> Receipt:
        asked.set()
        await asyncio.sleep(0.2)
        return told(delivery)

    async with running(rig.source(), handle):
        await rig.send("last", b"content")
        await asyncio.wait_for(asked.wait(), PATIENCE)
    assert await rig.answer("last") == "taken"


async def _offers_again_after_a_restart(rig: SourceRig) -> None:
    offered: list[Delivery] = []
    asked = asyncio.Event()

    async def never(delivery: Delivery) -> Receipt:
        offered.append(delivery)
        asked.set()
        raise AdapterError("committed, but the process dies before the answer")

    async def at_last(delivery: Delivery) -> Receipt:
        offered.append(delivery)
        return told(delivery)

    async with running(rig.source(), never):
        await rig.send("kept", b"content")
        await asyncio.wait_for(asked.wait(), PATIENCE)
    async with running(rig.source(), at_last):
        await eventually(lambda: _sees(rig, "kept", "taken"), "the answer after a restart")
    assert len({delivery.origin for delivery in offered}) == 1


async def _sees(rig: SourceRig, name: str, expected: str) -> bool:
    return await rig.answer(name) == expected
