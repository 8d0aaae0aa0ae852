"""The watch of the disks: what a person is told, when intake stops, and what the ballast is for."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from gateway.disk.ballast import Ballast
from gateway.disk.levels import Room, Thresholds
from gateway.disk.watch import DiskWatch
from gateway.ledger.contract import LedgerFull
from gateway.ledger.store import SqlLedger, open_ledger
from tests.rigs.ledger_rows import NOW

MIB = 1 << 20
THRESHOLDS = Thresholds(8 * MIB, 50.0, 1 * MIB)


class Disks:
    """Disks whose room the test sets."""

    def __init__(self) -> None:
        self.free = 100 * MIB
        self.out = False

    def __call__(self, _: Path) -> Room:
        return Room(self.free, 1000 * MIB)


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[SqlLedger]:
    opened = open_ledger(tmp_path / "var")
    yield opened
    opened.close()


@pytest.fixture
def disks() -> Disks:
    return Disks()


@pytest.fixture
def watch(ledger: SqlLedger, tmp_path: Path, disks: Disks) -> DiskWatch:
    numbers = iter(range(1000))
    return DiskWatch(
        {"data": tmp_path / "var"}, THRESHOLDS, ledger=ledger, clock=lambda: NOW, look=disks,
        new_id=lambda: f"exception-{next(numbers)}", files=lambda: disks.out,
    )  # fmt: skip


def told(ledger: SqlLedger) -> list[str]:
    return [each.code for each in ledger.read(lambda reads: reads.exceptions())]


@pytest.mark.failure("S1")
def test_a_person_is_warned_then_intake_stops_and_goes_on_by_itself(
    watch: DiskWatch, ledger: SqlLedger, disks: Disks
) -> None:
    watch.look()
    assert told(ledger) == []
    disks.free = 20 * MIB
    watch.look()
    watch.look()
    assert told(ledger) == ["NET-W0931"]
    watch.admit()
    disks.free = 7 * MIB
    watch.look()
    assert told(ledger) == ["NET-E0932"]
    with pytest.raises(LedgerFull, match="try again later"):
        watch.admit()
    disks.free = 9 * MIB
    watch.look()
    assert not watch.open(), "a little more room is not enough"
    disks.free = 100 * MIB
    watch.look()
    assert watch.open()
    assert told(ledger) == []


def test_what_was_told_before_a_restart_is_not_told_again_and_resolves(
    watch: DiskWatch, ledger: SqlLedger, disks: Disks, tmp_path: Path
) -> None:
    disks.free = 7 * MIB
    watch.look()
    again = DiskWatch({"data": tmp_path / "var"}, THRESHOLDS, ledger=ledger, clock=lambda: NOW, look=disks,
                      new_id=lambda: "another", files=lambda: False)  # fmt: skip
    again.look()
    assert told(ledger) == ["NET-E0932"]
    disks.free = 100 * MIB
    again.look()
    assert told(ledger) == []


@pytest.mark.failure("S1")
def test_the_ballast_is_held_given_away_and_held_again(watch: DiskWatch, disks: Disks, tmp_path: Path) -> None:
    ballast = Ballast(tmp_path / "var" / "ballast")
    watch.look()
    assert ballast.there() == MIB
    assert ballast.path.stat().st_blocks * 512 >= MIB, "the room is taken, not only promised"
    disks.free = MIB // 2
    watch.look()
    assert ballast.there() == 0
    disks.free = 9 * MIB
    watch.look()
    assert ballast.there() == 0, "not before there is room for it"
    disks.free = 100 * MIB
    watch.look()
    assert ballast.there() == MIB


@pytest.mark.failure("P8")
def test_files_that_run_out_are_told(watch: DiskWatch, ledger: SqlLedger, disks: Disks) -> None:
    disks.out = True
    watch.look()
    assert told(ledger) == ["NET-E0934"]
    disks.out = False
    watch.look()
    assert told(ledger) == []
