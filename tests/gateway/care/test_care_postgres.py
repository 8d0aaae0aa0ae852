"""Pruning and verification of a ledger on PostgreSQL: the same statements, the same answers."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from gateway.care.opening_postgres import bench
from gateway.care.verify import Fault, Gravity, verify
from gateway.ledger.open_postgres import open_postgres
from gateway.ledger.records import ParcelState
from gateway.ledger.store import SqlLedger
from tests.gateway.ledger.test_pruning import Story, check, prune, write_all

STORIES = [
    Story(10),
    Story(40),
    Story(70),
    Story(100),
    Story(100, again=10),
    Story(100, read=False),
    Story(100, event="ready"),
    Story(100, event="held"),
    Story(100, sent=ParcelState.DELIVERED, awaited=True),
    Story(50, sent=ParcelState.ACKNOWLEDGED),
    Story(100, trouble="open"),
    Story(100, trouble="resolved"),
    Story(100, parked=True),
    Story(100, law="order"),
    Story(100, law="partner"),
]


@pytest.fixture
def ledger(ledger_url: str, tmp_path: Path) -> Iterator[SqlLedger]:
    opened = open_postgres(ledger_url, tmp_path / "var")
    yield opened
    opened.close()


def faults(url: str, data: Path) -> list[Fault]:
    with bench(url, data, deep=True, tell=lambda _check, _done, _all: None) as found:
        return [each for each in verify(found) if each.gravity is Gravity.BAD]


def test_what_must_stay_stays_and_the_ledger_is_whole(ledger: SqlLedger, ledger_url: str, tmp_path: Path) -> None:
    ledger.write(lambda tx: write_all(tx, STORIES)).result()
    # What was sent has the control number 7.
    ledger.write(lambda tx: [tx.next_number("ISA us>acme P") for _ in range(7)]).result()
    assert faults(ledger_url, tmp_path / "var") == []
    assert prune(ledger)
    for number, story in enumerate(STORIES):
        ledger.read(lambda reads, number=number, story=story: check(reads, number, story))  # type: ignore[misc]
    assert faults(ledger_url, tmp_path / "var") == []
