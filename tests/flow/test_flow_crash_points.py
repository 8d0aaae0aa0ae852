"""The gateway dies at each named place, comes back, and everything has come out exactly once."""

import signal
from pathlib import Path

import pytest

from adapters.translate import digest
from canonical.event import event_id
from gateway.bench.orders import orders
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


@pytest.mark.parametrize(("point", "nth"), [("ledger.after_commit", 4), ("inbound.before_record", 1)])
def test_a_large_interchange_that_is_half_in_the_ledger_is_seen_only_when_it_is_whole(
    tmp_path: Path, point: str, nth: int
) -> None:
    """It is written in slices that nobody sees; after a crash between them it is read again, and comes out once."""
    count = 1600
    content = orders(count, 20)
    with gateway(tmp_path / "st", start=False) as house:
        house.arm(f"{point}:{nth}")
        house.put("large.edi", content)
        house.launch()
        assert house.ended(60) == -signal.SIGKILL
        assert house.tap() == []
        house.arm(None)
        house.start()
        house.wait((house.drop / "done" / "large.edi").exists, "the file in done/", 90)
        house.wait(lambda: len(house.tap()) == count, "all events", 60)
        events = house.tap()
        assert [event["id"] for event in events] == [event_id(digest(content), place + 1) for place in range(count)]
        (answer,) = house.answers("acme", "997")
        assert f"AK9*A*{count}*{count}*{count}~".encode() in answer.read_bytes()
