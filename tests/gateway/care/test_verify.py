"""Verification: a whole ledger passes, and each kind of damage is named."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import Connection, text

from gateway.care.opening import bench
from gateway.care.verify import Gravity, verify
from gateway.ledger.sqlite import Opening, best_driver, engine_for
from gateway.ledger.store import open_ledger
from tests.gateway.care.test_backup import blobs, fill

SQL = {
    "references": "UPDATE events SET document = 'gone' WHERE id = 'first-3'",
    "contents": "DELETE FROM contents WHERE delivery = 'first'",
    "digests": "UPDATE documents SET body = x'00' WHERE id = 'first-2'",
    "states": "UPDATE events SET is_first = 0",
    "totals": "UPDATE counters SET value = value + 1 WHERE name = 'waiting.events'",
    "numbers": "UPDATE numbers SET value = 0 WHERE scope = 'wharf.feed'",
    "identity": "UPDATE meta SET value = 'other' WHERE name = 'identity'",
}


@pytest.fixture
def data(tmp_path: Path) -> Path:
    ledger = open_ledger(tmp_path)
    fill(ledger)
    ledger.close()
    return tmp_path


def checks(data: Path, *, deep: bool = False) -> set[str]:
    with bench(data, deep=deep) as found:
        return {each.check for each in verify(found) if each.gravity is Gravity.BAD}


def change(data: Path, work: Callable[[Connection], object]) -> None:
    engine = engine_for(Opening(data / "ledger.db", best_driver(), read_only=False, checkpoints=True))
    with engine.connect() as connection:
        connection.connection.driver_connection.execute("PRAGMA foreign_keys=0")  # type: ignore[union-attr]
        with connection.begin():
            work(connection)
    engine.dispose()


def test_a_whole_ledger_passes(data: Path) -> None:
    assert checks(data) == set()
    assert checks(data, deep=True) == set()


@pytest.mark.parametrize("check", SQL)
@pytest.mark.failure("S4")
def test_each_kind_of_damage_is_named(check: str, data: Path) -> None:
    change(data, lambda connection: connection.execute(text(SQL[check])))
    assert checks(data) == {check}


@pytest.mark.failure("S4")
def test_a_file_that_is_gone_or_rotted_is_named(data: Path) -> None:
    (blob,) = blobs(data)
    content = blob.read_bytes()
    blob.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
    assert checks(data) == set(), "files are read only where that is asked for"
    assert checks(data, deep=True) == {"digests"}
    blob.unlink()
    assert checks(data) == {"digests"}


def test_a_file_that_no_row_names_is_only_a_note(data: Path) -> None:
    spare = data / "blobs" / "ab"
    spare.mkdir(exist_ok=True)
    (spare / ("ab" + "0" * 62)).write_bytes(os.urandom(10))
    assert checks(data) == set()
    with bench(data) as found:
        assert [each.check for each in verify(found)] == ["files"]


def test_damaged_pages_are_named_and_nothing_else_is_believed(data: Path) -> None:
    path = data / "ledger.db"
    with bench(data) as found:
        asked = text("SELECT rootpage FROM sqlite_schema WHERE name = 'documents'")
        page = found.connection.execute(asked).scalar_one()
    content = bytearray(path.read_bytes())
    content[(page - 1) * 4096 : (page - 1) * 4096 + 64] = os.urandom(64)
    path.write_bytes(content)
    with bench(data) as found:
        assert {each.check for each in verify(found)} == {"pages"}
