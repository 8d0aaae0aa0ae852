"""Copies of the ledger: the same row by row and file by file, beside one who writes, whole or not there."""

import os
import signal
import subprocess
import sys
import threading
import time
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from gateway.care.backup import Pace, back_up, faults_of, read_manifest
from gateway.care.opening import bench
from gateway.care.restore import JUMP, WHY, restore
from gateway.care.verify import Gravity, verify
from gateway.ledger.contract import LedgerError, Transaction
from gateway.ledger.outbound_records import ParcelDocumentRow
from gateway.ledger.records import ParcelState
from gateway.ledger.schema import metadata
from gateway.ledger.store import SqlLedger, open_ledger
from tests.rigs.ledger_rows import NOW, delivery, document, parcel, record

LARGE = os.urandom(3 << 20)


def fill(ledger: SqlLedger) -> None:
    """Something of everything: published and waiting events, large content, parcels, numbers."""

    def work(tx: Transaction) -> None:
        record(tx, "first", 3)
        tx.mark_published(["first-1"], NOW)
        tx.add_delivery(delivery("large", LARGE), LARGE)
        for state in (ParcelState.READY, ParcelState.DELIVERED):
            row = replace(parcel(f"sent-{state}", of="first", state=state, content=b"ST*850"),
                          document_type="purchase_order")  # fmt: skip
            tx.add_parcel(row, [ParcelDocumentRow(row.id, 1, "first-1", "4711")])
        tx.add_parcel(parcel("answer", of="first", state=ParcelState.READY, content=b"ST*997"))
        for _ in range(7):
            tx.next_number("ISA us>acme P")

    ledger.keep(LARGE)
    ledger.write(work).result()


def rows(data: Path) -> dict[str, list[Any]]:
    """Every row of every table."""
    with bench(data) as found:
        return {
            table.name: sorted(map(repr, found.connection.execute(table.select()).all()))
            for table in metadata.sorted_tables
        }


def faults(data: Path) -> list[str]:
    with bench(data, deep=True) as found:
        return [f"{each.check}: {each.detail}" for each in verify(found) if each.gravity is Gravity.BAD]


@pytest.fixture
def ids() -> Any:
    numbers = iter(range(1000))
    return lambda: f"new-{next(numbers)}"


def test_a_copy_has_every_row_and_every_file(tmp_path: Path) -> None:
    ledger = open_ledger(tmp_path / "var")
    fill(ledger)
    (tmp_path / "var" / "patient.key").write_text("secret")
    made = back_up(tmp_path / "var", tmp_path / "copy", NOW)
    assert list(faults_of(made)) == []
    assert read_manifest(tmp_path / "copy") == made
    assert rows(tmp_path / "copy") == rows(tmp_path / "var")
    there = {path.relative_to(tmp_path / "copy" / "blobs"): path.read_bytes() for path in blobs(tmp_path / "copy")}
    assert there == {
        path.relative_to(tmp_path / "var" / "blobs"): path.read_bytes() for path in blobs(tmp_path / "var")
    }
    assert LARGE in there.values()
    assert (tmp_path / "copy" / "patient.key").read_text() == "secret"
    assert faults(tmp_path / "copy") == []
    with pytest.raises(LedgerError, match="is there already"):
        back_up(tmp_path / "var", tmp_path / "copy", NOW)
    ledger.close()


def blobs(data: Path) -> list[Path]:
    return [path for path in (data / "blobs").rglob("*") if path.is_file()]


@pytest.mark.failure("S11")
def test_a_copy_beside_a_writer_is_of_one_moment(tmp_path: Path) -> None:
    """Somebody writes all the while: the copy is made to its end, and its totals are those of its rows."""
    ledger = open_ledger(tmp_path / "var")
    fill(ledger)
    stop, count = threading.Event(), 0

    def write() -> None:
        nonlocal count
        while not stop.is_set():
            ledger.write(partial(record, id=f"beside-{count}", events=2, key=f"k{count}")).result()
            count += 1

    writer = threading.Thread(target=write)
    writer.start()
    try:
        made = back_up(tmp_path / "var", tmp_path / "copy", NOW, rate=4 << 20)
    finally:
        stop.set()
        writer.join()
    assert count > 3
    assert faults(tmp_path / "copy") == []
    assert made.sequence["delivery"] <= count + 2
    ledger.close()


@pytest.mark.failure("P1")
def test_a_killed_copy_is_not_there_and_the_next_goes_on_with_it(tmp_path: Path) -> None:
    ledger = open_ledger(tmp_path / "var")
    fill(ledger)
    code = (
        "import sys; from pathlib import Path; from datetime import UTC, datetime\n"
        "from gateway.care.backup import back_up\n"
        "back_up(Path(sys.argv[1]), Path(sys.argv[2]), datetime.now(UTC), rate=1 << 20)"
    )
    arguments = [sys.executable, "-c", code, str(tmp_path / "var"), str(tmp_path / "copy")]
    process = subprocess.Popen(arguments)
    deadline = time.monotonic() + 30
    while not list(tmp_path.glob(".copy.partial/blobs/*/*")):
        assert process.poll() is None
        assert time.monotonic() < deadline
        time.sleep(0.02)
    process.send_signal(signal.SIGKILL)
    process.wait(10)
    assert not (tmp_path / "copy").exists()
    made = back_up(tmp_path / "var", tmp_path / "copy", NOW)
    assert list(faults_of(made)) == []
    assert list(tmp_path.glob(".copy*")) == []
    assert rows(tmp_path / "copy") == rows(tmp_path / "var")
    ledger.close()


@pytest.mark.failure("X6")
def test_what_is_restored_goes_on_without_using_anything_twice(tmp_path: Path, ids: Any) -> None:
    ledger = open_ledger(tmp_path / "var")
    fill(ledger)
    made = back_up(tmp_path / "var", tmp_path / "copy", NOW)
    used = {ledger.write(lambda tx: tx.next_number("ISA us>acme P")).result() for _ in range(50)}
    ledger.write(lambda tx: tx.mark_published(["first-2"], NOW)).result()
    place = ledger.read(lambda reads: reads.published())[-1].feed_position
    ledger.close()

    told = restore(made, tmp_path / "again", NOW, ids)
    assert (told.numbers, told.held, told.events) == (1, 1, 2)
    assert faults(tmp_path / "again") == []
    again = open_ledger(tmp_path / "again")
    number = again.write(lambda tx: tx.next_number("ISA us>acme P")).result()
    assert number == 7 + JUMP + 1
    assert number not in used
    (event,) = again.write(lambda tx: tx.claim_events(10)).result()
    assert event.id == "first-2", "the same id as before the loss"
    assert event.attempts > 1, "marked as a repeat: it may have been published since the copy"
    again.write(lambda tx: tx.mark_published(["first-2"], NOW)).result()
    feed = again.read(lambda reads: reads.published(after=place or 0))
    assert [each.id for each in feed] == ["first-2"], "a reader who came further than the copy misses nothing"
    states = {row.id: row.state.value for row in again.read(lambda reads: reads.parcels(delivery="first"))}
    assert states == {"sent-ready": "held", "sent-delivered": "delivered", "answer": "ready"}
    assert again.read(lambda reads: reads.parcel_history("sent-ready"))[-1].why == WHY
    assert [each.code for each in again.read(lambda reads: reads.exceptions())] == ["NET-E0936"]
    content = again.read(lambda reads: reads.delivery_content("large"))
    assert content is not None
    assert content[:] == LARGE
    # The same input again: the same document id, so that consumers know it.
    assert again.write(lambda tx: tx.add_documents([document("first-1", "first")])).result() is None
    again.close()


def test_only_what_differs_by_the_restore_differs(tmp_path: Path, ids: Any) -> None:
    """Every row of every table is compared with the copy's; what is not the same is what the restore tells of."""
    ledger = open_ledger(tmp_path / "var")
    fill(ledger)
    ledger.close()
    made = back_up(tmp_path / "var", tmp_path / "copy", NOW)
    restore(made, tmp_path / "again", NOW, ids, hold=False)
    before, after = rows(tmp_path / "copy"), rows(tmp_path / "again")
    changed = {name for name in before if before[name] != after[name]}
    assert changed == {"meta", "numbers", "events", "exceptions", "counters", "audit"}


def test_a_damaged_copy_is_refused(tmp_path: Path, ids: Any) -> None:
    ledger = open_ledger(tmp_path / "var")
    fill(ledger)
    ledger.close()
    made = back_up(tmp_path / "var", tmp_path / "copy", NOW)
    (blob,) = blobs(tmp_path / "copy")
    blob.write_bytes(LARGE[:-1] + bytes([LARGE[-1] ^ 1]))
    assert [each.partition(":")[0] for each in faults_of(made)] == [str(blob.relative_to(tmp_path / "copy"))]
    with pytest.raises(LedgerError, match="is damaged"):
        restore(made, tmp_path / "again", NOW, ids)
    assert not (tmp_path / "again").exists()
    (tmp_path / "copy" / "manifest.json").write_text("{}")
    with pytest.raises(LedgerError, match="no copy of a ledger"):
        read_manifest(tmp_path / "copy")


def test_a_folder_with_something_in_it_is_left_alone(tmp_path: Path, ids: Any) -> None:
    ledger = open_ledger(tmp_path / "var")
    ledger.close()
    made = back_up(tmp_path / "var", tmp_path / "copy", NOW)
    with pytest.raises(LedgerError, match="not empty"):
        restore(made, tmp_path / "var", NOW, ids)


def test_copying_keeps_its_pace() -> None:
    now, slept = [0.0], []

    def sleep(seconds: float) -> None:
        slept.append(seconds)
        now[0] += seconds

    pace = Pace(1000, monotonic=lambda: now[0], sleep=sleep)
    for _ in range(10):
        pace.passed(500)
    assert now[0] == pytest.approx(5.0)
