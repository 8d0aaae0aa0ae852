"""A file that ends the gateway each time it is read is held, and those that were read beside it are not blamed."""

import signal
import time
from pathlib import Path

import pytest

from gateway.ledger.records import MOST_ATTEMPTS
from tests.rigs.gateway import gateway
from tests.rigs.x12_bytes import order

ROOT = Path(__file__).parents[2]
POISON = order("000000666").replace(b"4500012345", b"POISON")
"""Stands for bytes that meet a fault in compiled code or use up the memory: no exception can be caught there."""

_FATAL = """
import os, signal
import gateway.reader

read = gateway.reader.read_delivery

def fatal(content, *rest, **more):
    for item in read(content, *rest, **more):
        if b"POISON" in bytes(content):
            os.kill(os.getpid(), signal.SIGKILL)
        yield item

gateway.reader.read_delivery = fatal
"""


@pytest.mark.failure("X7")
def test_only_the_file_that_ends_the_gateway_is_held(tmp_path: Path) -> None:
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / "sitecustomize.py").write_text(_FATAL)
    good = {f"{ordinal:09d}": order(f"{ordinal:09d}") for ordinal in range(1, 13)}
    env = {"PYTHONPATH": f"{tmp_path / 'site'}:{ROOT}", "WHARF__CHANNELS__SUPPLIERS__WORKERS": "8"}
    with gateway(tmp_path / "st", env, start=False) as house:
        house.put("000000000.edi", POISON)
        for number, content in good.items():
            house.put(f"{number}.edi", content)
        ends = 0
        deadline = time.monotonic() + 120
        house.launch()
        while len(house.answers("acme", "997")) < len(good) or not (house.drop / "rejected" / "000000000.edi").exists():
            if house.exit_code is not None:
                assert house.exit_code == -signal.SIGKILL, house.log[-3000:]
                ends += 1
                assert ends < 20, "it never was held"
                house.launch()
            assert time.monotonic() < deadline, house.log[-3000:]
            time.sleep(0.02)
        house.stop()
        assert ends == MOST_ATTEMPTS
        assert len(house.answers("acme", "997")) == len(good)
        events = house.tap()
        assert len(events) == len(good) + 1
        (held,) = [event for event in events if ".rejected." in event["type"]]
        assert [problem["code"] for problem in held["data"]["problems"]] == ["NET-E0401"]
        assert [path.name for path in sorted((house.drop / "rejected").glob("*.edi"))] == ["000000000.edi"]
