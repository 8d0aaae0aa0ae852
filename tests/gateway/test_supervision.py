"""Parts that end: started again, told of, and the end of the process where that does not help."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.contracts import AdapterError
from gateway.ledger.contract import LedgerError, LedgerFull
from gateway.supervision import FIRST_PAUSE, LONGEST_PAUSE, MOST_FAILURES, WELL_AFTER, Part, Supervisor, World


@dataclass
class Time:
    """A clock that goes on only while somebody sleeps or works."""

    now: float = 0.0
    slept: list[float] = field(default_factory=list)

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds
        await asyncio.sleep(0)


@dataclass
class Loop:
    """A part that ends by each of these errors in turn, after so much time, and then runs for ever."""

    time: Time
    ends: list[BaseException | None]
    lasts: float = 1.0
    starts: int = 0
    up: asyncio.Event = field(default_factory=asyncio.Event)

    async def run(self) -> None:
        self.starts += 1
        if not self.ends:
            self.up.set()
            await asyncio.Event().wait()
        self.time.now += self.lasts
        error = self.ends.pop(0)
        if error is not None:
            raise error


def supervised(time: Time, told: list[str]) -> Supervisor:
    return Supervisor(World(lambda: time.now, time.sleep, lambda: 1.0), lambda part, _: told.append(part))


def until_up(
    ends: list[BaseException | None], *, apart: bool = False, lasts: float = 1.0
) -> tuple[Loop, Time, list[str]]:
    """Runs a part until it stands; raises what ended the supervision before."""
    time, told = Time(), list[str]()
    loop = Loop(time, ends, lasts)

    async def story() -> None:
        running = asyncio.create_task(supervised(time, told).run([Part("one", loop.run, apart)]))
        up = asyncio.create_task(loop.up.wait())
        await asyncio.wait((running, up), return_when=asyncio.FIRST_COMPLETED)
        up.cancel()
        if running.done():
            await running
        running.cancel()

    asyncio.run(story())
    return loop, time, told


@pytest.mark.parametrize(
    "end",
    [
        ValueError("a fault"),
        asyncio.CancelledError(),
        SystemExit(0),
        ExceptionGroup("tasks", [OSError("away")]),
        LedgerFull("full"),
        None,
    ],
)
@pytest.mark.failure("P6")
def test_whatever_ends_a_part_it_is_started_again_and_told(end: BaseException | None) -> None:
    loop, time, told = until_up([end])
    assert loop.starts == 2
    assert told == ["one"]
    assert time.slept == [FIRST_PAUSE]


@pytest.mark.failure("P6")
def test_a_part_that_all_depend_on_ends_the_process_when_it_keeps_failing() -> None:
    with pytest.raises(ValueError, match="again"):
        until_up([ValueError("again")] * (MOST_FAILURES + 1))


def test_failures_long_ago_are_forgotten() -> None:
    loop, _, _ = until_up([ValueError("again")] * (MOST_FAILURES + 3), lasts=WELL_AFTER)
    assert loop.starts == MOST_FAILURES + 4


def test_a_channel_is_started_again_for_ever_with_pauses_that_grow_to_a_bound() -> None:
    loop, time, _ = until_up([ValueError("again")] * 12, apart=True)
    assert loop.starts == 13
    assert time.slept[:3] == [FIRST_PAUSE, 2 * FIRST_PAUSE, 4 * FIRST_PAUSE]
    assert time.slept[-1] == LONGEST_PAUSE


@pytest.mark.parametrize("wrapped", [lambda error: error, lambda error: ExceptionGroup("tasks", [error])])
@pytest.mark.parametrize("apart", [True, False])
@pytest.mark.failure("S3")
def test_a_ledger_that_cannot_be_trusted_ends_the_process_at_once(
    wrapped: Callable[[Exception], Exception], apart: bool
) -> None:
    with pytest.raises(LedgerError, match="damaged"):
        until_up([wrapped(LedgerError("damaged"))], apart=apart)


def test_what_cannot_begin_is_told_at_once_but_later_failures_of_the_world_are_waited_out() -> None:
    with pytest.raises(AdapterError, match="taken"):
        until_up([AdapterError("the port is taken")], apart=True)
    loop, _, _ = until_up([ValueError("a fault"), AdapterError("the port is taken")], apart=True)
    assert loop.starts == 3


def test_while_it_waits_to_be_started_a_part_is_told_as_down() -> None:
    seen: list[tuple[str, ...]] = []
    time = Time()
    loop = Loop(time, [ValueError("a fault")])

    async def story() -> None:
        async def sleep(seconds: float) -> None:
            seen.append(supervisor.down())
            await time.sleep(seconds)

        supervisor = Supervisor(World(lambda: time.now, sleep, lambda: 0.0), lambda *_: None)
        running = asyncio.create_task(supervisor.run([Part("one", loop.run)]))
        await loop.up.wait()
        seen.append(supervisor.down())
        running.cancel()

    asyncio.run(story())
    assert seen == [("one",), ()]


@given(st.lists(st.booleans(), min_size=1, max_size=6))
def test_a_cancelled_supervision_leaves_nothing_running(stubborn: list[bool]) -> None:
    ended: list[int] = []

    async def part(number: int, slow: bool) -> None:
        try:
            await asyncio.Event().wait()
        finally:
            if slow:
                await asyncio.sleep(0.001)
            ended.append(number)

    async def story() -> None:
        parts = [Part(str(n), lambda n=n, slow=slow: part(n, slow)) for n, slow in enumerate(stubborn)]  # type: ignore[misc]
        running = asyncio.create_task(supervised(Time(), []).run(parts))
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        running.cancel()
        await asyncio.wait((running,))
        assert running.cancelled()

    asyncio.run(story())
    assert sorted(ended) == list(range(len(stubborn)))
