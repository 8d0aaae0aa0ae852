"""The power goes at any moment: what was answered is there when it is back, under one id, and gets the same answer."""

import contextlib
import os
import random
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from adapters.translate import digest
from canonical.event import event_id
from tests.rigs.forking import Nursery, nursery
from tests.rigs.gateway import Gateway, gateway
from tests.rigs.hl7_messages import message
from tests.rigs.mllp_sender import MllpSender
from tests.rigs.powercut import Disk, power_cuts
from tests.rigs.traffic import control_numbers, events_of, waits
from tests.rigs.x12_bytes import order

CUTS = int(os.environ.get("WHARF_POWER_CUTS", "4"))
"""Times that the power goes; a longer run sets more."""
SEED = int(os.environ.get("WHARF_POWER_SEED", "20261121"))
LEDGER_FAILED = 74
FULL = 4
"""Files that wait in the folder at a time."""


@pytest.fixture(scope="module")
def forks() -> Iterator[Nursery]:
    with nursery() as own:
        yield own


def requisition(control: str) -> bytes:
    return message("OMS^O05", "ORC|NW|R1", "RQD|1|104412^GLOVE^IM|GLV-N-M||12|BX|4711", control=control)


def drop_durably(own: Gateway, name: str, content: bytes) -> None:
    """As a sender does that wants to be sure: what it has not synced may be gone with the power, and is its own."""
    hidden = own.drop / "in" / f".{name}.tmp"
    with hidden.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    hidden.rename(own.drop / "in" / name)
    folder = os.open(own.drop / "in", os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


class Partners:
    """A system on a line and a supplier with files; both remember what they sent and what they were told."""

    def __init__(self, own: Gateway) -> None:
        self._own = own
        self.answers: dict[str, bytes] = {}
        self.files: dict[str, bytes] = {}
        self._line = MllpSender(own.data / "ports.json", "ehr", patience=30)
        self._unanswered: str | None = None

    def step(self) -> None:
        """One message, and a file where few wait. OSError where nobody listens or the disk is gone."""
        control = self._unanswered or f"M{len(self.answers) + 1}"
        self._unanswered = control
        if len(list((self._own.drop / "in").glob("*.edi"))) < FULL:
            number = f"{len(self.files) + 1:09d}"
            drop_durably(self._own, f"{number}.edi", order(number))
            self.files[number] = order(number)
        try:
            answer = self._line._once(requisition(control))
        except (ValueError, KeyError) as error:
            self._line.close()
            raise ConnectionError from error
        except OSError:
            self._line.close()
            raise
        if b"MSA|AA|" in answer:
            self.answers[control] = answer
            self._unanswered = None

    def ask_again(self) -> dict[str, bytes]:
        """All that was answered, once more."""
        self._line.close()
        again = {control: self._line.ask(requisition(control)) or b"" for control in self.answers}
        self._line.close()
        return again


def until(own: Gateway, partners: Partners, seconds: float) -> None:
    """They send for so long."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        with contextlib.suppress(OSError):
            partners.step()
        time.sleep(0.002)
        assert own.exit_code is None, own.log[-2000:]


def cut(own: Gateway, disk: Disk, partners: Partners) -> int | None:
    """The power goes while they send. The gateway ends by itself where it meets the dead disk; its code, or None."""
    known = len(partners.answers)
    disk.cut()
    with contextlib.suppress(OSError):
        partners.step()
    assert len(partners.answers) == known, "an answer came from a disk that was gone"
    deadline = time.monotonic() + 3
    while own.exit_code is None and time.monotonic() < deadline:
        with contextlib.suppress(OSError):
            partners.step()
        time.sleep(0.02)
    assert len(partners.answers) == known, "an answer came from a disk that was gone"
    code = own.exit_code
    own.close()
    disk.restore()
    return code


@pytest.mark.failure("P4", "F4", "S3", "M1")
def test_power_cuts_at_random_moments_lose_and_double_nothing(tmp_path: Path, forks: Nursery) -> None:
    rng = random.Random(SEED)
    codes: Counter[int | None] = Counter()
    with power_cuts(tmp_path / "power") as disk:
        env = {
            "WHARF__GATEWAY__DATA": str(disk.folder / "data"),
            "WHARF__CHANNELS__SUPPLIERS__PATH": str(disk.folder / "drop" / "in"),
        }
        with gateway(tmp_path / "st", env, start=False, forks=forks) as own:
            own.drop = disk.folder / "drop"
            own.start()
            partners = Partners(own)
            for _ in range(CUTS):
                until(own, partners, rng.uniform(0.02, 0.5))
                codes[cut(own, disk, partners)] += 1
                own.start()
            until(own, partners, 0.2)
            again = partners.ask_again()
            changed = [control for control, answer in partners.answers.items() if again[control] != answer]
            assert changed == [], f"seed {SEED}"
            own.wait(lambda: not waits(own) and not list((own.drop / "in").glob("*.edi")), "all is done", 60)
            sent = [requisition(control) for control in partners.answers] + list(partners.files.values())
            if partners._unanswered:
                sent.append(requisition(partners._unanswered))
            ids = Counter(event.id for event in events_of(own))
            lost = {event_id(digest(content), 1) for content in sent[: len(partners.answers) + len(partners.files)]}
            assert lost - set(ids) == set(), f"seed {SEED}"
            assert set(ids) <= {event_id(digest(content), 1) for content in sent}, "something was invented"
            assert set(ids.values()) == {1}
            numbers = control_numbers([path.read_bytes() for path in own.answers("acme", "997")])
            assert len(set(numbers)) == len(numbers) == len(partners.files)
            assert own.stop() == 0
    assert set(codes) <= {LEDGER_FAILED, None}, codes
    assert codes[LEDGER_FAILED] > codes[None], codes
    print(f"{CUTS} cuts, {len(partners.answers)} answered messages, {len(partners.files)} files, ends {dict(codes)}")
