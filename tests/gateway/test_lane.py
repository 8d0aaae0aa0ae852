"""The lane before a real ledger: together where it can be, and nobody suffers for another."""

import asyncio
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from pathlib import Path
from typing import Any

import pytest

from gateway.lane import MOST, Lane
from gateway.ledger.contract import Ledger, LedgerError, LedgerFull, Transaction
from gateway.ledger.store import SqlLedger, open_ledger
from tests.rigs.ledger_rows import record


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[SqlLedger]:
    own = open_ledger(tmp_path)
    yield own
    own.close()


class Given:
    """Records deliveries by name, and notes which were prepared together."""

    def __init__(self, ledger: Ledger) -> None:
        self.together: list[int] = []
        self.lane: Lane[str, str] = Lane(ledger, self._record, self._prepare)

    def _prepare(self, _: Transaction, items: Sequence[str]) -> None:
        self.together.append(len(items))

    def _record(self, tx: Transaction, item: str) -> str:
        record(tx, item)
        if item.startswith("bad"):
            raise ZeroDivisionError(item)
        return f"{item} is recorded"

    async def all(self, *items: str) -> list[str | BaseException]:
        return await asyncio.gather(*(self.lane.record(item) for item in items), return_exceptions=True)


def recorded(ledger: SqlLedger) -> list[str]:
    return [row.id for row in ledger.read(lambda reads: reads.deliveries(newest_first=False, limit=1000))]


def test_what_comes_together_is_recorded_together_and_in_order(ledger: SqlLedger) -> None:
    given = Given(ledger)
    names = [f"d{number:03d}" for number in range(MOST * 2 + 3)]
    assert asyncio.run(given.all(*names)) == [f"{name} is recorded" for name in names]
    assert recorded(ledger) == names
    assert sum(given.together) == len(names)
    assert 1 < max(given.together) <= MOST


def test_one_that_fails_harms_no_other(ledger: SqlLedger) -> None:
    told = asyncio.run(Given(ledger).all("d1", "bad", "d2"))
    assert (told[0], told[2]) == ("d1 is recorded", "d2 is recorded")
    assert isinstance(told[1], ZeroDivisionError)
    assert recorded(ledger) == ["d1", "d2"]
    assert ledger.read(lambda reads: reads.backlog()).events == 2


def test_a_delivery_that_is_known_harms_no_other(ledger: SqlLedger) -> None:
    given = Given(ledger)
    asyncio.run(given.all("d1"))
    told = asyncio.run(given.all("d2", "d1", "d3"))
    assert (told[0], told[2]) == ("d2 is recorded", "d3 is recorded")
    with pytest.raises(ValueError, match="delivery d1 is in the ledger already"):
        raise told[1]  # type: ignore[misc]
    assert recorded(ledger) == ["d1", "d2", "d3"]
    assert ledger.read(lambda reads: reads.backlog()).counts["documents.purchase_order.accepted"] == 3


class Moody:
    """A ledger that fails in its own way as often as it is told."""

    def __init__(self, ledger: SqlLedger, fail: Callable[[], Future[Any]]) -> None:
        self._ledger = ledger
        self._fail = fail
        self.failures = 1

    def write(self, work: Callable[[Transaction], Any]) -> Future[Any]:
        self.failures -= 1
        return self._fail() if self.failures >= 0 else self._ledger.write(work)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._ledger, name)


def at_once() -> Future[Any]:
    raise LedgerFull("the disk is full")


def in_the_end() -> Future[Any]:
    future: Future[Any] = Future()
    future.set_exception(LedgerFull("the disk is full"))
    return future


@pytest.mark.parametrize("fail", [at_once, in_the_end])
@pytest.mark.failure("S1")
def test_where_nothing_can_be_written_all_are_told_and_the_next_is_recorded(
    ledger: SqlLedger, fail: Callable[[], Future[Any]]
) -> None:
    given = Given(Moody(ledger, fail))

    async def run() -> None:
        told = await given.all("d1", "d2")
        assert [str(error) for error in told] == ["the disk is full"] * 2
        assert await given.all("d3") == ["d3 is recorded"]

    asyncio.run(run())
    assert recorded(ledger) == ["d3"]


def test_a_closed_ledger_lets_nobody_wait(ledger: SqlLedger) -> None:
    ledger.close()
    told = asyncio.run(Given(ledger).all("d1", "d2"))
    assert all(isinstance(error, LedgerError) for error in told)


def test_what_nobody_waits_for_any_more_is_not_recorded(ledger: SqlLedger) -> None:
    async def run() -> None:
        lane = Given(ledger).lane
        first = asyncio.ensure_future(lane.record("d1"))
        second = asyncio.ensure_future(lane.record("d2"))
        await asyncio.sleep(0)
        first.cancel()
        assert await second == "d2 is recorded"

    asyncio.run(run())
    assert recorded(ledger) == ["d2"]
