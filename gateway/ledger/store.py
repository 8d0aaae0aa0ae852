"""The ledger on SQLite: opened, locked to one gateway, written by one thread, read by many."""

import errno
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError

from adapters.contracts import Content
from gateway.ledger.blobs import IN_ROW, Blobs, digest, sync_folder
from gateway.ledger.contract import LedgerBusy, LedgerError, LedgerFull, Reads, Transaction
from gateway.ledger.identity import confirm_identity, create_if_new, give_identity, require_existing
from gateway.ledger.lock import LOCK, ProcessLock
from gateway.ledger.migrations import HEAD, revision_of, upgrade
from gateway.ledger.payloads import Payloads
from gateway.ledger.questions import SqlReads
from gateway.ledger.sqlite import (
    Driver,
    Fault,
    Opening,
    best_driver,
    engine_for,
    fault_of,
    fault_words,
    network_file_system,
)
from gateway.ledger.writer import BUSY, CLOSED, FULL, Writer

T = TypeVar("T")

FILE = "ledger.db"
READ_ONLY = "this ledger was opened for reading only"


class SqlLedger:
    """One ledger; made by ``open_ledger``."""

    def __init__(
        self,
        readers: Engine,
        payloads: Payloads,
        writer: Writer | None,
        engine: Engine | None,
        lock: ProcessLock | None,
    ) -> None:
        self._readers = readers
        self._payloads = payloads
        self._writer = writer
        self._engine = engine
        self._lock = lock
        self._closed = False

    def write(self, work: Callable[[Transaction], T]) -> Future[T]:
        """Hands a work to the writer thread."""
        if self._writer is not None:
            return self._writer.submit(work)
        future: Future[T] = Future()
        future.set_exception(LedgerError(CLOSED if self._closed else READ_ONLY))
        return future

    def read(self, work: Callable[[Reads], T]) -> T:
        """Answers on this thread, from one state of the ledger, beside the writer."""
        if self._closed:
            raise LedgerError(CLOSED)
        try:
            with self._readers.connect() as connection, connection.begin():
                return work(SqlReads(connection, self._payloads, {}))
        except DBAPIError as error:
            raise self._told(error) from None

    def keep(self, content: Content) -> None:
        """Makes large content durable on this thread, ahead of the write that names it."""
        if len(content) <= IN_ROW:
            return
        self.check()
        try:
            self._payloads.blobs.keep(content, digest(content))
        except OSError as error:
            if error.errno in (errno.ENOSPC, errno.EDQUOT):
                raise LedgerFull(FULL) from None
            if error.errno == errno.EIO and self._writer is not None:
                self._writer.break_for_good("cannot be written (EIO)")
            raise LedgerError(f"the ledger's blobs cannot be written: {error.strerror}") from None

    def check(self) -> None:
        """LedgerError where it cannot be written."""
        if self._writer is None:
            raise LedgerError(CLOSED if self._closed else READ_ONLY)
        self._writer.check()

    def close(self) -> None:
        """Finishes what was handed in and lets go of everything."""
        self._closed = True
        if self._writer is not None:
            self._writer.close()
        self._readers.dispose()
        if self._engine is not None:
            # The last one to close moves what is left of the log into the file.
            self._engine.dispose()
        if self._lock is not None:
            self._lock.release()
            self._lock = None

    def _told(self, error: DBAPIError) -> Exception:
        fault = fault_of(error)
        if fault is Fault.BUSY:
            return LedgerBusy(BUSY)
        if fault is Fault.MISUSE:
            return ValueError(f"the ledger was asked wrongly: {error.orig}")
        words = fault_words(error)
        if self._writer is not None and fault is Fault.BROKEN:
            self._writer.break_for_good(words)
        return LedgerError(f"the ledger {words}: check the disk, then restart")


def utc_now() -> datetime:
    """The time now."""
    return datetime.now(UTC)


def open_ledger(
    data: Path,
    *,
    exclusive: bool = True,
    read_only: bool = False,
    clock: Callable[[], datetime] = utc_now,
    driver: Driver | None = None,
) -> SqlLedger:
    """Opens the ledger in a data folder. LedgerError, in words for a person, where that is not safe.

    ``exclusive``: as the gateway, which makes folder and tables, and keeps every second gateway out. Else beside a
    running one, for short commands: they may write too, but where the SQLite library has the WAL-reset bug they only
    read. ``read_only``: for questions only.
    """
    driver = driver or best_driver()
    path = data / FILE
    alone = exclusive and not read_only
    writes = alone or not (read_only or driver.has_wal_reset_bug)
    lock: ProcessLock | None = None
    opened: list[Engine] = []

    def engine(opening: Opening) -> Engine:
        made = engine_for(opening)
        opened.append(made)
        return made

    try:
        if alone:
            if not data.exists():
                data.mkdir(mode=0o700, parents=True)
                sync_folder(data.parent)
            lock = ProcessLock.take(data / LOCK)
            _refuse_network(data, driver)
            create_if_new(path)
        else:
            require_existing(path)
        writing = engine(Opening(path, driver, read_only=False, checkpoints=alone)) if writes else None
        readers = engine(Opening(path, driver, read_only=True, connections=8))
        if alone and writing is not None:
            confirm_identity(writing, path)
            upgrade(writing)
            give_identity(writing, path)
        else:
            confirm_identity(readers, path)
            _require_current(readers)
        payloads = Payloads(Blobs(data / "blobs"))
        writer = Writer(writing, payloads, clock, _same_file(path)) if writing is not None else None
        return SqlLedger(readers, payloads, writer, writing, lock)
    except BaseException as error:
        for made in opened:
            with suppress(DBAPIError):
                made.dispose()
        if lock is not None:
            lock.release()
        if isinstance(error, DBAPIError):
            raise _refusal(error, path) from None
        if isinstance(error, OSError):
            raise LedgerError(f"the ledger in {data} cannot be opened: {error.strerror}") from None
        raise


def _refuse_network(data: Path, driver: Driver) -> None:
    name = network_file_system(data)
    if name is not None and driver.journal_mode == "wal":
        raise LedgerError(
            f"{data} lies on a network file system ({name}), where this ledger is not safe: use a local disk"
        )


def _require_current(readers: Engine) -> None:
    with readers.connect() as connection:
        if revision_of(connection) != HEAD:
            raise LedgerError("the ledger was written by another version of the gateway: start this version once")


def _same_file(path: Path) -> Callable[[], bool]:
    """Tells whether the file under the name is still the one of now: what is written to a deleted file is lost."""
    first = path.stat()

    def same() -> bool:
        try:
            now = path.stat()
        except OSError:
            return False
        return (now.st_ino, now.st_dev) == (first.st_ino, first.st_dev)

    return same


def _refusal(error: DBAPIError, path: Path) -> LedgerError:
    fault = fault_of(error)
    if fault is Fault.FULL:
        return LedgerFull(FULL)
    if fault is Fault.BUSY:
        return LedgerBusy(BUSY)
    return LedgerError(f"{path} {fault_words(error)}: check the disk, or put the file back from a backup")
