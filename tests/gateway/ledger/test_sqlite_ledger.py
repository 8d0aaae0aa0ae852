"""The ledger on SQLite: the conformance suite, and what only a ledger on this machine's disk can get wrong."""

import os
import signal
import sqlite3
import stat
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import ClauseElement, Executable, event
from sqlalchemy.dialects import postgresql
from sqlalchemy.schema import CreateIndex, CreateTable

from gateway.ledger import events, parcel_statements, questions, statements
from gateway.ledger.blobs import Blobs
from gateway.ledger.contract import LedgerError, LedgerFull, Transaction
from gateway.ledger.migrations import HEAD
from gateway.ledger.migrations import __file__ as migrations_file
from gateway.ledger.payloads import Payloads
from gateway.ledger.questions import SqlReads
from gateway.ledger.records import ParcelState
from gateway.ledger.schema import metadata
from gateway.ledger.sqlite import Driver, Opening, best_driver, driver_of, engine_for, network_name
from gateway.ledger.store import SqlLedger, open_ledger
from tests.conformance import BIG, LEDGER_CHECKS, Check, content_of
from tests.conformance_outbound import OUTBOUND_CHECKS
from tests.rigs.ledger_rows import NOW, delivery, record, sha256

DRIVERS = {"best": best_driver(), "python's own": driver_of(sqlite3)}


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[SqlLedger]:
    opened = open_ledger(tmp_path / "var")
    yield opened
    opened.close()


@pytest.mark.parametrize("check", [*LEDGER_CHECKS, *OUTBOUND_CHECKS], ids=lambda check: check.__name__)
@pytest.mark.parametrize("driver", DRIVERS.values(), ids=DRIVERS.keys())
def test_conformance(check: Check, driver: Driver, tmp_path: Path) -> None:
    opened = open_ledger(tmp_path / "var", driver=driver)
    try:
        check(opened)
    finally:
        opened.close()


@pytest.mark.parametrize("driver", DRIVERS.values(), ids=DRIVERS.keys())
@pytest.mark.failure("S9")
def test_settings_are_what_durability_rests_on(driver: Driver, tmp_path: Path) -> None:
    open_ledger(tmp_path, driver=driver).close()
    path = tmp_path / "ledger.db"
    writing = engine_for(Opening(path, driver, read_only=False, checkpoints=True))
    reading = engine_for(Opening(path, driver, read_only=True))
    for engine in (writing, reading):
        with engine.connect() as connection:
            found = [
                connection.exec_driver_sql(f"PRAGMA {name}").scalar_one()
                for name in ("synchronous", "foreign_keys", "journal_mode")
            ]
            assert found == [2 if driver.journal_mode == "wal" else 3, 1, driver.journal_mode]
        engine.dispose()


@pytest.mark.parametrize(
    ("version", "mode"),
    [((3, 40, 1), "delete"), ((3, 44, 6), "wal"), ((3, 50, 4), "delete"), ((3, 50, 7), "wal"), ((3, 51, 2), "delete"),
     ((3, 51, 3), "wal"), ((3, 53, 4), "wal")],
)  # fmt: skip
@pytest.mark.failure("S4")
def test_versions_that_may_damage_a_shared_log_do_not_get_one(version: tuple[int, int, int], mode: str) -> None:
    assert Driver(sqlite3, version).journal_mode == mode


@pytest.mark.failure("L6")
def test_files_are_for_their_owner_alone(ledger: SqlLedger, tmp_path: Path) -> None:
    ledger.write(lambda tx: tx.add_delivery(delivery("d1", BIG), BIG)).result()
    for path in (tmp_path / "var", *(tmp_path / "var").rglob("*")):
        assert stat.S_IMODE(path.stat().st_mode) & 0o077 == 0, path


def test_tables_are_those_of_the_migrations(ledger: SqlLedger, tmp_path: Path) -> None:
    engine = engine_for(Opening(tmp_path / "var" / "ledger.db", best_driver(), read_only=True))
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []
        made = {
            row.name: " ".join(row.sql.split())
            for row in connection.exec_driver_sql("SELECT name, sql FROM sqlite_master WHERE sql LIKE '%INDEX%WHERE%'")
        }
        dialect = connection.dialect
    engine.dispose()
    wanted = {
        index.name: " ".join(str(CreateIndex(index).compile(dialect=dialect)).split())
        for table in metadata.tables.values()
        for index in table.indexes
        if index.dialect_options["sqlite"]["where"] is not None
    }
    assert made == wanted
    assert ScriptDirectory(str(Path(migrations_file).parent)).get_current_head() == HEAD


def test_everything_can_be_said_to_postgresql_too() -> None:
    dialect = postgresql.dialect()  # type: ignore[no-untyped-call]
    built = [
        statement
        for module in (events, questions, statements, parcel_statements)
        for statement in vars(module).values()
        if isinstance(statement, ClauseElement) and isinstance(statement, Executable)
    ]
    said = [str(CreateTable(table).compile(dialect=dialect)) for table in metadata.sorted_tables]
    said += [str(statement.compile(dialect=dialect)) for statement in built if statement is not questions._ONE]
    assert len(said) > 40


@pytest.mark.failure("P9")
def test_a_second_gateway_is_refused_by_name(ledger: SqlLedger, tmp_path: Path) -> None:
    code = "import sys, pathlib; from gateway.ledger.store import open_ledger; open_ledger(pathlib.Path(sys.argv[1]))"
    second = subprocess.run([sys.executable, "-c", code, str(tmp_path / "var")], capture_output=True, text=True)
    assert second.returncode == 1
    assert f"LedgerError: another gateway (process {os.getpid()}) is running" in second.stderr
    ledger.write(lambda tx: record(tx, "d1")).result()


def test_a_short_command_writes_beside_the_gateway(ledger: SqlLedger, tmp_path: Path) -> None:
    ledger.write(lambda tx: record(tx, "d1")).result()
    beside = open_ledger(tmp_path / "var", exclusive=False)
    if best_driver().has_wal_reset_bug:
        with pytest.raises(LedgerError, match="reading only"):
            beside.write(lambda tx: record(tx, "d2")).result()
    else:
        beside.write(lambda tx: record(tx, "d2")).result()
        assert [row.id for row in ledger.read(lambda reads: reads.deliveries())] == ["d2", "d1"]
        assert ledger.read(lambda reads: reads.backlog()).events == 2
    beside.close()


def test_where_there_is_no_ledger_commands_say_so(tmp_path: Path) -> None:
    with pytest.raises(LedgerError, match="no ledger in"):
        open_ledger(tmp_path / "var", read_only=True)
    assert not (tmp_path / "var").exists()


def remove(path: Path) -> None:
    path.unlink()


def empty(path: Path) -> None:
    path.write_bytes(b"")


def spoil(path: Path) -> None:
    path.write_bytes(b"no database at all" * 1000)


def put_another(path: Path) -> None:
    open_ledger(path.parent / "other").close()
    (path.parent / "other" / path.name).rename(path)


@pytest.mark.parametrize("harm", [remove, empty, spoil, put_another])
@pytest.mark.parametrize("how", [{}, {"exclusive": False}, {"read_only": True}], ids=["gateway", "beside", "read"])
@pytest.mark.failure("S5")
def test_a_ledger_that_vanished_is_never_begun_anew(
    harm: Callable[[Path], None], how: dict[str, bool], tmp_path: Path
) -> None:
    first = open_ledger(tmp_path)
    first.write(lambda tx: record(tx, "d1")).result()
    first.close()
    path = tmp_path / "ledger.db"
    harm(path)
    left = path.read_bytes() if path.exists() else None
    with pytest.raises(LedgerError, match=r"ledger\.db") as refused:
        open_ledger(tmp_path, **how)  # type: ignore[arg-type]
    assert "SELECT" not in str(refused.value)
    assert (path.read_bytes() if path.exists() else None) == left
    with pytest.raises(LedgerError):
        open_ledger(tmp_path)


@pytest.mark.failure("S5")
def test_a_ledger_deleted_under_the_gateway_stops_it(ledger: SqlLedger, tmp_path: Path) -> None:
    ledger.write(lambda tx: record(tx, "d1")).result()
    (tmp_path / "var" / "ledger.db").unlink()
    with pytest.raises(LedgerError, match="check the disk, then restart"):
        ledger.write(lambda tx: record(tx, "d2")).result()
    with pytest.raises(LedgerError, match="check the disk, then restart"):
        ledger.check()


@pytest.mark.failure("P1")
def test_a_crash_at_birth_leaves_a_ledger_that_starts(tmp_path: Path) -> None:
    open_ledger(tmp_path).close()
    (tmp_path / "ledger.id").unlink()
    open_ledger(tmp_path).close()
    assert (tmp_path / "ledger.id").exists()
    for path in (tmp_path / "ledger.id", tmp_path / "ledger.db"):
        path.unlink()
    (tmp_path / "ledger.db").touch(0o600)
    opened = open_ledger(tmp_path)
    opened.check()
    opened.close()


def test_large_content_is_a_file_named_by_its_digest(ledger: SqlLedger, tmp_path: Path) -> None:
    ledger.keep(BIG)
    name = sha256(BIG)
    blob = tmp_path / "var" / "blobs" / name[:2] / name
    assert blob.read_bytes() == BIG
    ledger.write(lambda tx: tx.add_delivery(delivery("d1", BIG), BIG)).result()
    assert [path for path in blob.parent.iterdir() if path != blob] == []
    blob.write_bytes(BIG[:-1] + b"?")
    with pytest.raises(LedgerError, match="changed on disk"):
        ledger.read(lambda reads: reads.delivery_content("d1"))
    ledger.keep(BIG)
    assert content_of(ledger, "d1") == BIG, "the same bytes again heal it"
    blob.unlink()
    with pytest.raises(LedgerError, match="missing"):
        ledger.read(lambda reads: reads.delivery_content("d1"))


@pytest.mark.failure("S3")
def test_damage_that_the_start_did_not_find_stops_the_ledger_for_good(tmp_path: Path) -> None:
    first = open_ledger(tmp_path)
    first.write(lambda tx: record(tx, "d1")).result()
    first.close()
    with sqlite3.connect(tmp_path / "ledger.db") as connection:
        (page,) = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = 'deliveries'").fetchone()
    connection.close()
    with (tmp_path / "ledger.db").open("r+b") as file:
        file.seek((page - 1) * 4096)
        file.write(os.urandom(4096))
    opened = open_ledger(tmp_path, look=0)
    opened.check()
    with pytest.raises(LedgerError, match=r"is damaged \(SQLITE_CORRUPT.*check the disk, then restart") as told:
        opened.write(lambda tx: record(tx, "d2")).result()
    assert "INSERT" not in str(told.value)
    with pytest.raises(LedgerError, match="check the disk, then restart"):
        opened.write(lambda tx: tx.next_number("healthy table")).result()
    with pytest.raises(LedgerError, match="check the disk, then restart"):
        opened.check()
    opened.close()


@pytest.mark.failure("C8")
def test_no_question_walks_through_a_table(ledger: SqlLedger, tmp_path: Path) -> None:
    """Every plan uses an index, or the row number for plain lists. Only the few problems of one delivery are sorted."""
    ledger.write(lambda tx: record(tx, "d1", 3)).result()
    engine = engine_for(Opening(tmp_path / "var" / "ledger.db", best_driver(), read_only=True, connections=2))
    asked: list[tuple[str, Any]] = []

    @event.listens_for(engine, "before_cursor_execute")
    def _note(_: Any, __: Any, statement: str, parameters: Any, *rest: Any) -> None:
        if statement.startswith("SELECT"):
            asked.append((statement, parameters))

    with engine.connect() as connection:
        reads = SqlReads(connection, Payloads(Blobs(tmp_path / "blobs")), {})
        reads.delivery("d1")
        reads.delivery_content("d1")
        reads.deliveries()
        reads.deliveries(partner="acme", after="d1")
        reads.deliveries(outcome="accepted")
        reads.first_delivery("suppliers", "00")
        reads.delivery_by_origin("suppliers", "o")
        reads.unread_deliveries()
        reads.interchange("s", "r", "1", "P", NOW)
        reads.document("d1-1")
        reads.documents()
        reads.documents(delivery="d1")
        reads.documents(partner="acme")
        reads.documents(document_type="purchase_order")
        reads.documents(number="4711")
        reads.documents(status="rejected")
        reads.problems("d1")
        reads.event("d1-1")
        reads.published(after=1)
        reads.published(after=1, document_type="purchase_order")
        reads.published(after=1, partner="acme")
        reads.parcels(delivery="d1")
        reads.parcels(partner="acme")
        reads.parcels_answering("i1")
        reads.exceptions()
        reads.backlog()
        reads.parcel("p1")
        reads.parcels(channel="suppliers")
        reads.parcels(state=ParcelState.DEAD)
        reads.parcel_documents("p1")
        reads.parcels_with("d1-1")
        reads.parcel_history("p1")
        reads.parcels_of_group("acme", "1")
        reads.parcels_numbered("acme", "1")
        reads.awaited()
        reads.awaited(due_before=NOW)
        reads.unanswered(due_before=NOW)
        reads.unanswered_with_number("acme", "purchase_order", "4711")
        reads.waiting_for("suppliers")
        reads.open_batch("acme", "suppliers", "850", "P", NOW)
        reads.told("key")
        due = {"now": 1, "limit": 1, "in_order": ["a"], "channels": ["b"], "collected": ["c"], "lanes": ["d e"]}
        connection.execute(parcel_statements.DUE_PARCELS, {**due, "held_blocks": 1})
        connection.execute(parcel_statements.SENDING)
        reads.list_deliveries(after=9)
        reads.list_deliveries(after=9, partner="acme")
        reads.list_deliveries(after=9, outcome="rejected")
        reads.list_documents(after=9, partner="acme", document_type="purchase_order")
        reads.list_documents(after=9, number="4711")
        reads.list_documents(after=9, status="rejected")
        reads.list_parcels(after=9, partner="acme")
        reads.list_parcels(after=9, waiting=True)
        reads.list_exceptions(after=9)
        reads.order_documents("4711", partner="acme")
        reads.parcel_head("p1")
        reads.parcel_content("p1")
        reads.feed_positions(after=1, limit=10, document_type="purchase_order")
        reads.feed_end()
        reads.key("0" * 64)
        reads.asks_for_keys()
        connection.execute(events._CLAIM, {"limit": 1})
        connection.execute(events._CLAIM_BUT, {"limit": 1, "resting": ["a"]})
        plans = {
            statement: [row[3] for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)]
            for statement, parameters in list(asked)
        }
    engine.dispose()
    assert len(plans) > 40
    allowed = {
        ("FROM counters", "SCAN counters"),
        ("FROM problems", "USE TEMP B-TREE FOR ORDER BY"),
        # The parcels with one document, the documents under one number, those of one batch, those that failed.
        ("WHERE parcel_documents.document = ?", "USE TEMP B-TREE FOR ORDER BY"),
        ("parcel_documents.number = ?", "USE TEMP B-TREE FOR ORDER BY"),
        ("GROUP BY parcels.id", "USE TEMP B-TREE FOR GROUP BY"),
        ("AS in_front", "USE TEMP B-TREE FOR GROUP BY"),
    }
    bad = [
        (line, statement)
        for statement, lines in plans.items()
        for line in lines
        if ("TEMP B-TREE" in line or _walks(line, statement))
        and not any(table in statement and line == plan for table, plan in allowed)
    ]
    assert [f"{line}: {statement[-260:]}" for line, statement in bad] == []


def _walks(line: str, statement: str) -> bool:
    """Whether a step of a plan reads a whole table; a plain list read up to its limit does not."""
    return line.startswith("SCAN") and "USING" not in line and ("WHERE" in statement or "LIMIT" not in statement)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of four megabytes."""
    if os.geteuid() != 0:
        pytest.skip("FULL DISK NOT TESTED: a small disk can be mounted by root only")
    path = tmp_path / "disk"
    path.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=4m", "wharf-test", str(path)], check=True)
    yield path
    subprocess.run(["umount", "--lazy", str(path)], check=True)


@pytest.mark.parametrize("driver", DRIVERS.values(), ids=DRIVERS.keys())
@pytest.mark.failure("S1")
def test_a_full_disk_writes_nothing_and_goes_on_later(driver: Driver, small_disk: Path) -> None:
    ballast = small_disk / "ballast"
    ballast.write_bytes(bytes(1 << 20))
    opened = open_ledger(small_disk / "var", driver=driver)
    content = os.urandom(100_000)
    accepted: list[str] = []
    with pytest.raises(LedgerFull, match="disk is full"):
        for n in range(100):
            opened.write(lambda tx, n=n: tx.add_delivery(delivery(f"d{n}", content), content)).result()  # type: ignore[misc]
            accepted.append(f"d{n}")
    with pytest.raises(LedgerFull):
        for _ in range(100):
            opened.write(lambda tx: tx.add_delivery(delivery("more", content), content)).result()
    with pytest.raises(LedgerFull):
        opened.keep(BIG * 2)
    assert [row.id for row in opened.read(lambda reads: reads.deliveries(newest_first=False))] == accepted
    ballast.unlink()
    opened.check()
    opened.write(lambda tx: tx.add_delivery(delivery("after", content), content)).result()
    opened.close()
    again = open_ledger(small_disk / "var", driver=driver)
    assert [row.id for row in again.read(lambda reads: reads.deliveries(newest_first=False))] == [*accepted, "after"]
    assert content_of(again, "after") == content
    again.close()


@pytest.mark.failure("S1")
def test_a_full_disk_fails_the_whole_group_and_nothing_else(small_disk: Path) -> None:
    opened = open_ledger(small_disk / "var")
    hold, held = threading.Event(), threading.Event()

    def first(tx: Transaction) -> None:
        held.set()
        hold.wait()

    before = opened.write(first)
    held.wait()
    huge = [os.urandom(1 << 20) for _ in range(8)]
    group = [opened.write(lambda tx: record(tx, "small"))]
    group += [
        opened.write(lambda tx, n=n, content=content: tx.add_delivery(delivery(f"d{n}", content), content))  # type: ignore[misc]
        for n, content in enumerate(huge)
    ]
    hold.set()
    before.result()
    assert [type(future.exception()) for future in group] == [LedgerFull] * 9
    assert opened.read(lambda reads: reads.deliveries()) == []
    opened.write(lambda tx: record(tx, "small")).result()
    opened.close()


CRASHING = """
import pathlib, sys
from gateway.ledger.store import open_ledger
from tests.conformance import BIG
from tests.rigs.ledger_rows import delivery, record
ledger = open_ledger(pathlib.Path(sys.argv[1]))
ledger.write(lambda tx: record(tx, "d1")).result()
print("d1", flush=True)
ledger.write(lambda tx: (record(tx, "d2"), tx.add_delivery(delivery("big", BIG), BIG))).result()
print("d2", flush=True)
"""


@pytest.mark.parametrize(
    ("place", "told", "there"),
    [
        ("ledger.before_commit:1", [], []),
        ("ledger.after_commit:1", [], ["d1"]),
        ("ledger.before_commit:2", ["d1"], ["d1"]),
        ("ledger.after_blob:1", ["d1"], ["d1"]),
        ("ledger.after_commit:2", ["d1"], ["d1", "d2", "big"]),
    ],
)
@pytest.mark.failure("P1")
def test_a_kill_keeps_what_was_committed_and_nothing_else(
    place: str, told: list[str], there: list[str], tmp_path: Path
) -> None:
    killed = subprocess.run(
        [sys.executable, "-c", CRASHING, str(tmp_path)],
        capture_output=True, text=True, env={**os.environ, "WHARF_CRASH": place},
    )  # fmt: skip
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    assert killed.stdout.split() == told
    opened = open_ledger(tmp_path)
    assert [row.id for row in opened.read(lambda reads: reads.deliveries(newest_first=False))] == there
    assert opened.read(lambda reads: reads.backlog()).counts.get("deliveries.accepted", 0) == len(set(there) - {"big"})
    if "big" in there:
        assert content_of(opened, "big") == BIG
    opened.close()


def test_a_crash_point_that_does_not_exist_is_told() -> None:
    wrong = subprocess.run(
        [sys.executable, "-c", "import gateway.crash"],
        capture_output=True, text=True, env={**os.environ, "WHARF_CRASH": "ledger.before_comit:1"},
    )  # fmt: skip
    assert wrong.returncode == 1
    assert "names no crash point" in wrong.stderr


@pytest.mark.failure("S6")
def test_network_file_systems_are_known_by_number() -> None:
    assert network_name(0x6969) == "NFS"
    assert network_name(-11317950) == "CIFS", "the number may come with its sign"
    assert network_name(0xEF53) is None
