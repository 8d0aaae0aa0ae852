"""The ledger on PostgreSQL when line and server fail: what was told as kept is there, what was told as not is not."""

import os
import random
import shutil
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import insert

from gateway.ledger import engine_postgres, open_postgres, writer
from gateway.ledger.contract import LedgerBusy, LedgerError, LedgerFull, LedgerUnavailable, Transaction
from gateway.ledger.engine_postgres import raw_of, run
from gateway.ledger.postgres import WRITING, PostgresAddress, engine_for
from gateway.ledger.schema import counters
from gateway.ledger.store import SqlLedger
from tests.conformance import BIG, content_of
from tests.rigs.ledger_rows import delivery, record
from tests.rigs.postgres import PostgresServer
from tests.rigs.postgres_line import Fate, PostgresLine, postgres_line

NOTHING_WRITTEN = "nothing was written"
UNKNOWN = "NET-E0908"


@pytest.fixture(autouse=True)
def short_patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """A server ends the transaction of a node that is gone after a second instead of five."""
    monkeypatch.setattr(open_postgres, "WRITING", replace(WRITING, idle_in_transaction=1))


@pytest.fixture
def line(postgres: PostgresServer) -> Iterator[PostgresLine]:
    with postgres_line(postgres.port) as own:
        yield own


@pytest.fixture
def ledger(postgres: PostgresServer, database: str, line: PostgresLine, tmp_path: Path) -> Iterator[SqlLedger]:
    """A ledger at the other end of the line."""
    opened = open_postgres.open_postgres(postgres.url_of(database, port=line.port), tmp_path / "var")
    opened.write(lambda tx: tx.next_number("acme")).result()
    yield opened
    line.up()
    line.thaw()
    opened.close()


def there(ledger: SqlLedger) -> list[str]:
    """The deliveries that the ledger has, oldest first."""
    return [row.id for row in ledger.read(lambda reads: reads.deliveries(limit=10_000, newest_first=False))]


def keep(id: str, tx: Transaction) -> int:
    """A work: a delivery with its event, and a control number."""
    record(tx, id)
    return tx.next_number("acme")


@pytest.mark.failure("S7")
@pytest.mark.parametrize("fate", [Fate.ANSWER_LOST, Fate.LATE])
def test_a_commit_that_was_made_is_told_as_made_though_its_answer_was_lost(
    fate: Fate, ledger: SqlLedger, line: PostgresLine
) -> None:
    line.next_commit(fate)
    assert ledger.write(partial(keep, "d1")).result() == 2
    assert line.met == [fate]
    assert there(ledger) == ["d1"]
    assert ledger.write(partial(keep, "d2")).result() == 3


@pytest.mark.failure("S7")
@pytest.mark.parametrize("fate", [Fate.LOST, Fate.SWALLOWED])
def test_a_commit_that_was_lost_is_told_as_not_made_and_wrote_nothing(
    fate: Fate, ledger: SqlLedger, line: PostgresLine
) -> None:
    line.next_commit(fate)
    with pytest.raises(LedgerUnavailable, match=NOTHING_WRITTEN):
        ledger.write(partial(keep, "d1")).result()
    assert line.met == [fate]
    assert there(ledger) == []
    assert ledger.write(partial(keep, "d1")).result() == 2, "the same message comes again"
    ledger.check()


@pytest.mark.failure("S7")
def test_where_nobody_can_tell_the_sender_is_told_to_try_again_and_nothing_comes_twice(
    ledger: SqlLedger, line: PostgresLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine_postgres, "SETTLING", 0.5)
    monkeypatch.setattr(writer, "PROBE", 0.2)
    line.next_commit(Fate.ANSWER_LOST, then_down=True)
    with pytest.raises(LedgerUnavailable, match=UNKNOWN):
        ledger.write(partial(keep, "d1")).result()
    with pytest.raises(LedgerUnavailable, match="NET-E0901"):
        ledger.check()
    line.up()
    ledger.check()
    assert there(ledger) == ["d1"]
    with pytest.raises(ValueError, match="d1 is in the ledger already"):
        ledger.write(partial(keep, "d1")).result()


def test_a_frozen_line_is_told_and_what_waited_is_kept_when_it_moves_again(
    ledger: SqlLedger, line: PostgresLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writer, "STUCK", 0.2)
    line.freeze()
    waiting = ledger.write(partial(keep, "d1"))
    with pytest.raises(TimeoutError):
        waiting.result(0.5)
    with pytest.raises(LedgerBusy, match="has not answered for"):
        ledger.check()
    line.thaw()
    assert waiting.result() == 2
    ledger.check()
    assert there(ledger) == ["d1"]


@pytest.mark.failure("S8")
def test_a_node_that_is_frozen_in_a_transaction_does_not_hold_up_another(
    ledger: SqlLedger, postgres: PostgresServer, database: str, tmp_path: Path
) -> None:
    inside, go = threading.Event(), threading.Event()

    def freezes(tx: Transaction) -> None:
        tx.next_number("acme")
        record(tx, "frozen")
        inside.set()
        go.wait()

    frozen = ledger.write(freezes)
    inside.wait()
    other = open_postgres.open_postgres(postgres.url_of(database), tmp_path / "other")
    began = time.monotonic()
    assert other.write(partial(keep, "d1")).result() == 2
    assert time.monotonic() - began < 4
    go.set()
    with pytest.raises(LedgerUnavailable, match=NOTHING_WRITTEN):
        frozen.result()
    assert ledger.write(partial(keep, "d2")).result() == 3
    assert there(other) == ["d1", "d2"]
    other.close()


def test_a_node_that_is_frozen_after_many_rows_at_once_does_not_keep_its_lock(
    postgres: PostgresServer, database: str
) -> None:
    engine = engine_for(PostgresAddress(postgres.url_of(database)), replace(WRITING, idle_in_transaction=1))
    with engine.connect() as connection:
        run(raw_of(connection), f"BEGIN; SELECT pg_advisory_xact_lock({engine_postgres.LOCK})")
        connection.execute(insert(counters), [{"name": name, "value": 1} for name in "abc"])
        held = "SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND granted"
        assert postgres.execute(held)
        time.sleep(1.5)
        assert not postgres.execute(held)
        connection.invalidate()
    engine.dispose()


def test_questions_and_large_content_go_on_after_every_connection_was_cut(
    ledger: SqlLedger, line: PostgresLine
) -> None:
    ledger.keep(BIG)
    ledger.write(lambda tx: tx.add_delivery(delivery("d1", BIG), BIG)).result()
    line.cut()
    assert content_of(ledger, "d1") == BIG
    line.cut()
    ledger.keep(BIG)
    assert there(ledger) == ["d1"]
    line.down()
    with pytest.raises(LedgerUnavailable):
        there(ledger)
    line.up()
    assert there(ledger) == ["d1"]


class Load:
    """Threads that write until they are told to stop, and what each work was told."""

    def __init__(self, ledgers: list[SqlLedger], threads: int = 6) -> None:
        self._ledgers = ledgers
        self._ended = threading.Event()
        self._lock = threading.Lock()
        self.kept: dict[str, int] = {}
        self.not_kept: set[str] = set()
        self.unknown: set[str] = set()
        self._threads = [threading.Thread(target=self._run, args=(lane,)) for lane in range(threads)]

    def _run(self, lane: int) -> None:
        ledger = self._ledgers[lane % len(self._ledgers)]
        ordinal = 0
        while not self._ended.is_set():
            ordinal += 1
            id = f"{lane}-{ordinal}"
            future: Future[int] = ledger.write(partial(keep, id))
            try:
                number = future.result(60)
            except LedgerError as error:
                with self._lock:
                    (self.unknown if UNKNOWN in str(error) else self.not_kept).add(id)
                # As a sender that was told to try again.
                time.sleep(0.02)
            else:
                with self._lock:
                    self.kept[id] = number

    def wait_for(self, more: int) -> None:
        """Until so many more works were kept."""
        wanted = len(self.kept) + more
        self.wait_until(lambda: len(self.kept) >= wanted, f"{wanted} works that were kept")

    def wait_until(self, done: Callable[[], bool], what: str) -> None:
        """Until something is so."""
        deadline = time.monotonic() + 60
        while not done():
            assert time.monotonic() < deadline, f"never came: {what}; {len(self.kept)} were kept"
            time.sleep(0.01)

    def examine(self, ledger: SqlLedger) -> None:
        """What was told, beside what is there."""
        found = there(ledger)
        assert len(found) == len(set(found))
        assert self.kept.keys() <= set(found), "told as kept and lost"
        assert not self.not_kept & set(found), "told as not kept, and kept"
        assert set(found) <= self.kept.keys() | self.unknown
        assert len(set(self.kept.values())) == len(self.kept), "a control number was given twice"
        backlog = ledger.read(lambda reads: reads.backlog())
        assert backlog.counts["deliveries.accepted"] == len(found)
        assert backlog.events == len(found)


@contextmanager
def load(*ledgers: SqlLedger) -> Iterator[Load]:
    own = Load(list(ledgers))
    for thread in own._threads:
        thread.start()
    try:
        yield own
    finally:
        own._ended.set()
        for thread in own._threads:
            thread.join(90)
            assert not thread.is_alive()


@pytest.mark.failure("S7")
def test_under_load_whatever_happens_to_commits_each_work_is_told_the_truth(
    ledger: SqlLedger, line: PostgresLine, postgres: PostgresServer, database: str, tmp_path: Path
) -> None:
    seeded = random.Random(4711)
    fates = [*Fate, Fate.ANSWER_LOST, Fate.LOST, Fate.LATE, Fate.ANSWER_LOST]
    seeded.shuffle(fates)
    # A second node writes beside, on a line of its own that is well.
    beside = open_postgres.open_postgres(postgres.url_of(database), tmp_path / "beside")
    with load(ledger, beside) as own:
        for fate in fates:
            own.wait_for(seeded.randrange(5, 30))
            line.next_commit(fate)
            own.wait_until(lambda: not line.waits, "a commit that meets it")
        own.wait_for(30)
    assert line.met == fates
    assert own.not_kept
    assert not own.unknown
    own.examine(beside)
    own.examine(ledger)
    beside.close()


@pytest.mark.failure("S7")
def test_a_server_that_stops_at_once_under_load_loses_nothing_and_gives_no_number_twice(
    postgres: PostgresServer, database: str, tmp_path: Path
) -> None:
    with ExitStack() as stack:
        nodes = []
        for name in ("one", "two"):
            node = open_postgres.open_postgres(postgres.url_of(database), tmp_path / name)
            stack.callback(node.close)
            nodes.append(node)
        with load(*nodes) as own:
            for stop in (postgres.crash, postgres.crash, postgres.shut_down):
                own.wait_for(40)
                stop()
                time.sleep(0.3)
                postgres.restart()
            own.wait_for(40)
        own.examine(nodes[0])


@pytest.mark.failure("S8")
def test_a_standby_takes_questions_and_no_messages_until_it_is_the_server(
    ledger: SqlLedger, postgres: PostgresServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine_postgres, "PATIENCE", 0.2)
    ledger.write(partial(keep, "d1")).result()
    postgres.shut_down()
    postgres.restart(standby=True)
    try:
        with pytest.raises(LedgerUnavailable, match="it is a standby"):
            ledger.write(partial(keep, "d2")).result()
        with pytest.raises(LedgerUnavailable, match="it is a standby"):
            ledger.check()
        assert there(ledger) == ["d1"]
    finally:
        postgres.execute("SELECT pg_promote()")
    ledger.check()
    assert ledger.write(partial(keep, "d2")).result() == 3
    assert there(ledger) == ["d1", "d2"]


@pytest.mark.failure("S8")
def test_a_server_that_takes_only_questions_is_no_ledger(
    postgres: PostgresServer, database: str, tmp_path: Path
) -> None:
    postgres.execute(f"ALTER DATABASE {database} SET default_transaction_read_only = on")
    with pytest.raises(LedgerUnavailable, match="takes only questions"):
        open_postgres.open_postgres(postgres.url_of(database), tmp_path / "var")


@pytest.mark.failure("S9")
@pytest.mark.parametrize("setting", ["fsync", "full_page_writes"])
def test_a_server_that_would_lose_what_was_accepted_is_refused(
    setting: str, postgres: PostgresServer, database: str, tmp_path: Path
) -> None:
    postgres.crash()
    postgres.restart(f"{setting}=off")
    try:
        with pytest.raises(LedgerError, match=f"NET-E0904.*{setting} = off"):
            open_postgres.open_postgres(postgres.url_of(database), tmp_path / "var")
    finally:
        postgres.crash()
        postgres.restart()


@pytest.mark.failure("S9")
def test_a_ledger_goes_on_to_nobody_who_tells_of_commits_before_they_are_on_disk(
    ledger: SqlLedger, line: PostgresLine, postgres: PostgresServer, database: str, tmp_path: Path
) -> None:
    postgres.execute(f"ALTER DATABASE {database} SET synchronous_commit = off")
    with pytest.raises(LedgerError, match=r"NET-E0904.*synchronous_commit = off"):
        open_postgres.open_postgres(postgres.url_of(database), tmp_path / "other")
    line.cut()
    with pytest.raises(LedgerError, match=r"NET-E0904.*synchronous_commit = off"):
        ledger.write(partial(keep, "d1")).result()
    with pytest.raises(LedgerError, match=r"NET-E0904.*synchronous_commit = off"):
        ledger.check()
    postgres.execute(f"ALTER DATABASE {database} RESET synchronous_commit")
    ledger.write(partial(keep, "d1")).result()
    assert there(ledger) == ["d1"]


@pytest.fixture
def small_disk(postgres: PostgresServer) -> Iterator[Path]:
    """A disk of the server's, of thirty megabytes, as the tablespace ``small``."""
    if os.geteuid() != 0:
        pytest.skip("FULL DISK NOT TESTED: a small disk can be mounted by root only")
    path = postgres.folder / "small"
    path.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=30m,mode=777", "wharf-test", str(path)], check=True)
    try:
        inside = path / "space"
        inside.mkdir(mode=0o700)
        shutil.chown(inside, postgres.folder.owner(), postgres.folder.group())
        postgres.execute(f"CREATE TABLESPACE small LOCATION '{inside}'")
        yield path
        postgres.execute("DROP TABLESPACE small")
    finally:
        subprocess.run(["umount", "--lazy", str(path)], check=True)
        path.rmdir()


@pytest.mark.failure("S1")
def test_a_full_disk_of_the_server_writes_nothing_and_goes_on_later(
    small_disk: Path, postgres: PostgresServer, database: str, tmp_path: Path
) -> None:
    (small_disk / "ballast").write_bytes(bytes(8 << 20))
    postgres.execute(f"ALTER DATABASE {database} SET TABLESPACE small")
    ledger = open_postgres.open_postgres(postgres.url_of(database), tmp_path / "var")
    content = os.urandom(500_000)
    accepted: list[str] = []

    def fill(id: str) -> None:
        ledger.write(lambda tx: tx.add_delivery(delivery(id, content), content)).result()
        accepted.append(id)

    try:
        with pytest.raises(LedgerFull, match="disk is full: nothing was written"):
            for ordinal in range(100):
                fill(f"d{ordinal}")
        with pytest.raises(LedgerFull):
            ledger.keep(BIG * 20)
        assert there(ledger) == accepted
        (small_disk / "ballast").unlink()
        ledger.check()
        fill("after")
        assert there(ledger) == accepted
        assert content_of(ledger, "after") == content
    finally:
        ledger.close()
        postgres.drop_database(database)
