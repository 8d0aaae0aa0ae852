"""The ledger's disk fails at its first call, its second, and so on: nothing that was answered is lost or doubled.

EIO: the ledger cannot be trusted, the gateway ends with 74, and the next start goes on. ENOSPC for one call: nothing
is accepted by it, and the gateway goes on by itself. SIGKILL at each write, sync, rename and unlink: as a crash point
at every step that touches the disk.
"""

import contextlib
import os
import shutil
import signal
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from tests.rigs.crash_loop import ends_untouched
from tests.rigs.forking import Nursery, nursery
from tests.rigs.fsync_fault import DURABLE, FOR_EVER, Call, Fault, FaultLibrary, Faults
from tests.rigs.gateway import Gateway, gateway
from tests.rigs.traffic import Lines, Outcome, Traffic

LEDGER_FAILED = 74
MOST = 120
"""Starts after which something goes in a circle."""
STRIDE = int(os.environ.get("WHARF_DISK_STRIDE", "2"))
"""Every so many calls one is tried where each costs a house of its own; 1 for all of them."""
DOORS: dict[str, type[Traffic]] = {"drop": Traffic, "mllp": Lines}


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> FaultLibrary:
    return FaultLibrary(tmp_path_factory.mktemp("library"))


@pytest.fixture(scope="module")
def forks(library: FaultLibrary) -> Iterator[Nursery]:
    with nursery(library.preloaded) as own:
        yield own


def ledger_of(own: Gateway) -> tuple[str, ...]:
    return str(own.data / "ledger.db"), str(own.data / "blobs")


def disturbed(own: Gateway, faults: Faults | None) -> None:
    """Starts it under a plan."""
    own.set(faults.env if faults is not None else {"FAULT_COUNT": ""})
    own.launch()


def undisturbed_outcome(own: Gateway, traffic: Traffic) -> Outcome:
    """What is left in the end, asked of a gateway on a sound disk."""
    own.close()
    own.set({"FAULT_COUNT": ""})
    own.start()
    assert ends_untouched(own, traffic), own.log[-2000:]
    return traffic.outcome(own)


@pytest.fixture(scope="module")
def untouched(forks: Nursery, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Outcome]:
    """What a gateway on a sound disk leaves, by door."""
    known = {}
    for door, kind in DOORS.items():
        traffic = kind()
        with gateway(tmp_path_factory.mktemp(door) / "st", start=False, forks=forks) as own:
            traffic.prepare(own)
            known[door] = undisturbed_outcome(own, traffic)
    return known


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize(("fault", "calls"), [(Fault.EIO, DURABLE), (Fault.ENOSPC, (Call.SYNC, Call.WRITE))])
@pytest.mark.failure("S1", "S3", "M1")
def test_at_whatever_call_the_disk_fails_nothing_is_lost_or_doubled(
    tmp_path: Path, library: FaultLibrary, forks: Nursery, untouched: dict[str, Outcome],
    door: str, fault: Fault, calls: Sequence[Call],
) -> None:  # fmt: skip
    traffic = DOORS[door]()
    ends: list[int | None] = []
    with gateway(tmp_path / "st", start=False, forks=forks) as own:
        if fault is Fault.ENOSPC:
            # Making the tables takes hundreds of writes, in one transaction.
            own.start()
            own.kill()
        traffic.prepare(own)
        for nth in range(1, MOST):
            faults = library.plan(fault, nth, *ledger_of(own), calls=calls)
            disturbed(own, faults)
            lived = ends_untouched(own, traffic)
            if not faults.struck:
                assert lived, own.log[-3000:]
                break
            ends.append(own.exit_code)
            if lived:
                own.kill()
        else:
            pytest.fail(f"after {MOST} starts it was not through")
        assert undisturbed_outcome(own, traffic) == untouched[door]
    assert set(ends) <= ({LEDGER_FAILED} if fault is Fault.EIO else {None, LEDGER_FAILED}), ends
    assert len(ends) >= 3
    if fault is Fault.ENOSPC:
        assert None in ends, "it never went on by itself"


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.failure("P1")
def test_killed_at_whatever_call_to_the_disk_nothing_is_lost_or_doubled(
    tmp_path: Path, library: FaultLibrary, forks: Nursery, untouched: dict[str, Outcome], door: str
) -> None:
    """A fresh house for each call: what was being read in five ends of the process would be held for a person."""
    with gateway(tmp_path / "first", start=False, forks=forks) as first:
        first.start()
        first.kill()
    for nth in range(1, MOST, STRIDE):
        shutil.copytree(first.home, tmp_path / f"st{nth}")
        traffic = DOORS[door]()
        own = Gateway(tmp_path / f"st{nth}", {}, forks)
        with contextlib.closing(own):
            traffic.prepare(own)
            faults = library.plan(Fault.KILL, nth, *ledger_of(own), calls=(Call.SYNC, Call.RENAME, Call.UNLINK))
            disturbed(own, faults)
            lived = ends_untouched(own, traffic)
            assert lived == (not faults.struck)
            assert lived or own.exit_code == -signal.SIGKILL
            assert undisturbed_outcome(own, traffic) == untouched[door]
        if lived:
            assert nth > 3
            return
    pytest.fail(f"after {MOST} starts it was not through")


@pytest.mark.failure("S3")
def test_a_disk_that_stays_broken_ends_the_gateway_and_nobody_is_told_yes(
    tmp_path: Path, library: FaultLibrary, forks: Nursery, untouched: dict[str, Outcome]
) -> None:
    traffic = Lines()
    with gateway(tmp_path / "st", start=False, forks=forks) as own:
        traffic.prepare(own)
        own.start()
        own.kill()
        broken = library.plan(Fault.EIO, 3, *ledger_of(own), last=FOR_EVER)
        disturbed(own, broken)
        deadline = time.monotonic() + 20
        while own.exit_code is None and time.monotonic() < deadline:
            with contextlib.suppress(OSError):
                traffic.step(own)
        assert own.exit_code == LEDGER_FAILED, own.log[-2000:]
        assert broken.struck
        assert "restart" in own.log
        assert "Traceback" not in own.log
        assert undisturbed_outcome(own, traffic) == untouched["mllp"]
