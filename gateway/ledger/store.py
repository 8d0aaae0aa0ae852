"""The ledger as it is used, and how it is opened on SQLite: locked to one gateway, written by one thread."""

import errno
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import NoReturn, TypeVar

from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError

from adapters.contracts import Content
from gateway.crash import crash_point
from gateway.ledger.blobs import IN_ROW, Blobs, digest, sync_folder
from gateway.ledger.checking import SECONDS, refuse_damage
from gateway.ledger.contract import (
    LedgerBusy,
    LedgerError,
    LedgerFull,
    LedgerReadOnly,
    LedgerUnavailable,
    Reads,
    Transaction,
)
from gateway.ledger.engine import Fault, Reading
from gateway.ledger.engine_sqlite import SqliteReading, SqliteWriting
from gateway.ledger.identity import (
    confirm_identity,
    create_if_new,
    give_identity,
    keep_identity,
    require_existing,
)
from gateway.ledger.key_records import note_keys
from gateway.ledger.lock import LOCK, ProcessLock
from gateway.ledger.migrations import require_current, upgrade
from gateway.ledger.payloads import Payloads
from gateway.ledger.questions import SqlReads
from gateway.ledger.sealed_blobs import SealedBlobs, sealed_payloads
from gateway.ledger.sealing import Sealer
from gateway.ledger.sqlite import (
    Driver,
    Opening,
    best_driver,
    engine_for,
    fault_of,
    fault_words,
    network_file_system,
)
from gateway.ledger.writer import AWAY, BUSY, CLOSED, FULL, Writer

T = TypeVar("T")

FILE = "ledger.db"
BLOBS = "blobs"
READ_ONLY = "this ledger was opened for reading only"
SHARED_ELSEWHERE = (
    "stop it first, or use another folder; several gateways share a ledger on PostgreSQL: "
    '[ledger] url = "postgresql://…"'
)


class SqlLedger:
    """One ledger; made by ``open_ledger``."""

    def __init__(self, reading: Reading, payloads: Payloads, writer: Writer | None, lock: ProcessLock | None) -> None:
        self._reading = reading
        self._payloads = payloads
        self._writer = writer
        self._lock = lock
        self._closed = False

    def write(self, work: Callable[[Transaction], T]) -> Future[T]:
        """Hands a work to the writer thread."""
        if self._writer is not None:
            return self._writer.submit(work)
        future: Future[T] = Future()
        future.set_exception(LedgerError(CLOSED) if self._closed else LedgerReadOnly(READ_ONLY))
        return future

    def read(self, work: Callable[[Reads], T]) -> T:
        """Answers on this thread, from one state of the ledger, beside the writer."""
        if self._closed:
            raise LedgerError(CLOSED)
        try:
            with self._reading.snapshot() as connection:
                return work(SqlReads(connection, self._payloads, {}))
        except Exception as error:  # noqa: BLE001 - each database has errors of its own, and knows them
            self._raise(error)

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
        except Exception as error:  # noqa: BLE001 - as above
            self._raise(error)

    def reseal(self, sha256: str) -> bool:
        """Seals large content anew with the current key, on this thread; False where it is so already."""
        self.check()
        blobs = self._payloads.blobs
        return blobs.reseal(sha256) if isinstance(blobs, SealedBlobs) else False

    def check(self) -> None:
        """LedgerError where it cannot be written."""
        if self._writer is None:
            raise LedgerError(CLOSED) if self._closed else LedgerReadOnly(READ_ONLY)
        self._writer.check()

    def close(self) -> None:
        """Finishes what was handed in and lets go of everything."""
        self._closed = True
        # On SQLite the last one to close moves what is left of the log into the file, if it may write: the writer.
        self._reading.close()
        if self._writer is not None:
            self._writer.close()
        self._payloads.blobs.close()
        if self._lock is not None:
            self._lock.release()
            self._lock = None

    def _raise(self, error: Exception) -> NoReturn:
        """What an error of the database means for the one who asked; any other as it is."""
        fault = self._reading.fault_of(error)
        if fault is None:
            raise error
        if fault is Fault.BUSY:
            raise LedgerBusy(BUSY) from None
        if fault is Fault.MISUSE:
            raise ValueError(f"the ledger was asked wrongly: {self._reading.rule(error)}") from None
        if fault is Fault.FULL:
            raise LedgerFull(FULL) from None
        words = self._reading.words(error)
        if fault is Fault.AWAY:
            raise LedgerUnavailable(AWAY.format(words=words)) from None
        if self._writer is not None:
            self._writer.break_for_good(words)
        raise LedgerError(f"the ledger {words}: check the disk, then restart") from None


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
    look: float = SECONDS,
    sealer: Sealer | None = None,
) -> SqlLedger:
    """Opens the ledger in a data folder. LedgerError, in words for a person, where that is not safe.

    ``exclusive``: as the gateway, which makes folder and tables, and keeps every second gateway out. Else beside a
    running one, for short commands: they may write too, but where the SQLite library has the WAL-reset bug they only
    read. ``read_only``: for questions only. ``look``: seconds for a search for damage at the start. ``sealer`` has the
    keys of content that is encrypted; None where none is.
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
            lock = ProcessLock.take(data / LOCK, SHARED_ELSEWHERE)
            _refuse_network(data, driver)
            create_if_new(path)
        else:
            require_existing(path)
        writing = engine(Opening(path, driver, read_only=False, checkpoints=alone)) if writes else None
        readers = engine(Opening(path, driver, read_only=True, connections=8))
        if alone and writing is not None:
            confirm_identity(writing, path)
            refuse_damage(writing, path, look)
            upgrade(writing)
            crash_point("ledger.migrated")
            keep_identity(path, give_identity(writing))
        else:
            confirm_identity(readers, path)
            with readers.connect() as connection:
                require_current(connection)
        note_keys(readers, writing, sealer, alone=alone)
        payloads = sealed_payloads(Blobs(data / BLOBS), sealer, data)
        writer = Writer(SqliteWriting(writing, path), payloads, clock) if writing is not None else None
        return SqlLedger(SqliteReading(readers), payloads, writer, lock)
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


def _refusal(error: DBAPIError, path: Path) -> LedgerError:
    fault = fault_of(error)
    if fault is Fault.FULL:
        return LedgerFull(FULL)
    if fault is Fault.BUSY:
        return LedgerBusy(BUSY)
    return LedgerError(f"{path} {fault_words(error)}: check the disk, or put the file back from a backup")
