"""A ledger is lost and restored from its copy; and pruning is killed at each commit."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from gateway.care.opening import bench
from gateway.care.restore import JUMP
from gateway.care.verify import Gravity, verify
from gateway.ledger.store import open_ledger
from tests.gateway.ledger.test_pruning import Story, write_all
from tests.rigs.gateway import Gateway, gateway, wharf
from tests.rigs.x12_bytes import order


def control_number(answer: Path) -> int:
    """ISA13 of a file."""
    return int(answer.read_bytes().split(b"*")[13])


def events(house: Gateway) -> list[str]:
    """Ids of both events, when they are published."""
    found: list[str] = []

    def both() -> bool:
        found[:] = [event["id"] for event in house.tap()]
        return len(found) == 2

    house.wait(both, "both events")
    return found


def test_after_a_restore_ids_are_the_same_and_numbers_are_new(tmp_path: Path) -> None:
    with gateway(tmp_path / "st") as house:
        house.put("first.edi", order("000000001"))
        house.wait(lambda: len(house.answers("acme", "997")) == 1, "the first 997")
        done = wharf("ledger", "backup", tmp_path / "copy", "-c", house.config, "--json")
        assert json.loads(done.stdout)["sequence"]["event"] == 1, done.stderr
        house.put("second.edi", order("000000002"))
        house.wait(lambda: len(house.answers("acme", "997")) == 2, "the second 997")
        before = events(house)
        used = {control_number(answer) for answer in house.answers("acme", "997")}
        house.kill()

    done = wharf("ledger", "restore", tmp_path / "copy", "--to", tmp_path / "again")
    assert done.returncode == 0, done.stderr
    env = {"WHARF__GATEWAY__DATA": str(tmp_path / "again")}
    again = Gateway(tmp_path / "st", env)
    try:
        again.start()
        again.put("second-again.edi", order("000000002"))
        again.wait(lambda: len(again.answers("acme", "997")) == 3, "its 997 again")
        assert events(again) == before
        fresh = {control_number(answer) for answer in again.answers("acme", "997")} - used
        assert len(fresh) == 1
        assert min(fresh) > JUMP
    finally:
        again.close()


def test_pruning_that_is_killed_leaves_a_whole_ledger_and_is_done_by_the_next(tmp_path: Path) -> None:
    home = tmp_path / "st"
    assert wharf("init", home).returncode == 0
    config = home / "wharf.toml"
    ages = '[retention]\npayloads = "30d"\ndocuments = "60d"\nparcels = "60d"\nexceptions = "60d"\nhistory = "100d"\n'
    config.write_text(f"{config.read_text()}\n{ages}")
    ledger = open_ledger(home / "var")
    age = (datetime.now(UTC) - datetime(2026, 3, 4, tzinfo=UTC)) // timedelta(days=1)
    assert age > 100, "the rows of the rig are older than all ages, by the clock that the command asks"
    stories = [replace(Story(days), trouble="resolved") for days in range(20)]
    ledger.write(lambda tx: write_all(tx, stories)).result()
    ledger.close()
    kills = 0
    for point in ("ledger.before_commit:1", "ledger.after_commit:1", "ledger.before_commit:2", "ledger.after_commit:2"):
        done = wharf("ledger", "prune", "-c", config, env={"WHARF_CRASH": point})
        kills += done.returncode == -9
        with bench(home / "var", deep=True) as found:
            faults = [each for each in verify(found) if each.gravity is Gravity.BAD]
        assert [each for each in faults if each.check != "numbers"] == []
    assert kills == 4
    done = wharf("ledger", "prune", "-c", config, "--json")
    assert done.returncode == 0, done.stderr
    ledger = open_ledger(home / "var")
    assert ledger.read(lambda reads: reads.deliveries()) == []
    ledger.close()
