"""The gateway dies at each named place, comes back, and everything has come out exactly once."""

import signal
from pathlib import Path

import pytest

from adapters.translate import digest
from canonical.event import event_id
from gateway.crash import CRASH_POINTS
from tests.rigs.gateway import gateway
from tests.rigs.x12_bytes import order

FILES = {f"{ordinal:09d}": order(f"{ordinal:09d}") for ordinal in range(1, 5)}
LARGE = order("000000005") + b"\n" * (2 << 20)
"""Above the size from which bytes are kept in a file of their own."""


ONCE = ("ledger.after_blob", "outbound.before_mark")
"""Places that these few files may pass only once."""


@pytest.mark.parametrize(
    ("point", "nth"), [(point, nth) for point in sorted(CRASH_POINTS) for nth in ((1,) if point in ONCE else (1, 3))]
)
def test_a_crash_there_loses_and_doubles_nothing(tmp_path: Path, point: str, nth: int) -> None:
    files = {**FILES, "000000005": LARGE}
    with gateway(tmp_path / "st", start=False) as house:
        house.arm(f"{point}:{nth}")
        for number, content in files.items():
            house.put(f"{number}.edi", content)
        house.launch()
        assert house.ended(30) == -signal.SIGKILL
        house.arm(None)
        house.start()
        house.wait(lambda: len(house.answers("acme", "997")) >= len(files), "all 997s", 60)
        house.wait(lambda: len(list((house.drop / "done").glob("*.edi"))) == len(files), "all files in done/")
        house.wait(lambda: len(house.tap()) == len(files), "all events")
        assert {event["id"] for event in house.tap()} == {event_id(digest(content), 1) for content in files.values()}
        answers = [path.read_bytes() for path in house.answers("acme", "997")]
        assert len(answers) == len(set(answers)) == len(files)
        assert len({answer.split(b"*")[13] for answer in answers}) == len(files)
