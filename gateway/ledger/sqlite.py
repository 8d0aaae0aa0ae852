"""SQLite as the ledger's engine: which library, which settings, and what its errors mean.

Sources: SQLite documentation "Write-Ahead Logging" (section on the WAL-reset bug), "PRAGMA Statements",
"Result and Extended Result Codes".
"""

import ctypes
import importlib
import sqlite3
import struct
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import QueuePool

from gateway.ledger.contract import LedgerError
from gateway.ledger.engine import Fault

BUSY_SECONDS = 15
OLDEST = (3, 35, 0)
"""The first with RETURNING and upserts as they are used here."""

_NETWORK_FILE_SYSTEMS = {
    0x6969: "NFS",
    0x517B: "SMB",
    0xFF534D42: "CIFS",
    0xFE534D42: "SMB2",
    0x01021997: "9P",
    0x00C36400: "Ceph",
    0x5346414F: "AFS",
    0x0BD00BD0: "Lustre",
    0x47504653: "GPFS",
    0x01161970: "GFS2",
    0x7461636F: "OCFS2",
    0x73757245: "Coda",
}
"""Numbers of statfs(2), ``f_type``. On these the shared memory that WAL mode needs does not work between hosts."""

_FULL = 13
_BUSY = (5, 6)
_BROKEN = {10: "cannot be read or written", 11: "is damaged", 26: "is not a ledger", 14: "cannot be opened",
           8: "is read-only"}  # fmt: skip
_SHARED_MEMORY_FULL = 10 | (18 << 8)
"""SQLITE_IOERR_SHMSIZE: the index of the log could not grow, which is a full disk."""


@dataclass(frozen=True, slots=True)
class Driver:
    """A Python module for SQLite with the version of SQLite in it."""

    module: ModuleType
    version: tuple[int, int, int]

    @property
    def has_wal_reset_bug(self) -> bool:
        """Whether two connections may damage the file in WAL mode: 3.7.0 to 3.51.2 but for two repaired ones."""
        return (3, 7, 0) <= self.version < (3, 51, 3) and self.version not in {(3, 50, 7), (3, 44, 6)}

    @property
    def journal_mode(self) -> str:
        """``wal``, or ``delete`` where that would be dangerous."""
        return "delete" if self.has_wal_reset_bug else "wal"

    @property
    def synchronous(self) -> tuple[int, str]:
        """How much is synced at a commit, as number and word: all of it.

        With a rollback journal a commit is the removal of the journal, and FULL does not sync the folder after it: a
        power cut brings the journal back, which takes the commit away. EXTRA syncs it (``PRAGMA synchronous``).
        """
        return (2, "FULL") if self.journal_mode == "wal" else (3, "EXTRA")


def driver_of(module: ModuleType) -> Driver:
    """The driver in a module; LedgerError where its SQLite is too old."""
    numbers: tuple[int, int, int] = module.sqlite_version_info
    if numbers < OLDEST:
        raise LedgerError(f"SQLite {module.sqlite_version} is too old: install 3.35 or later, or the package pysqlite3")
    return Driver(module, numbers)


def best_driver() -> Driver:
    """``pysqlite3`` where it is installed and free of the WAL-reset bug, else Python's own."""
    try:
        bundled = driver_of(importlib.import_module("pysqlite3.dbapi2"))
    except ImportError:
        return driver_of(sqlite3)
    return driver_of(sqlite3) if bundled.has_wal_reset_bug else bundled


@dataclass(frozen=True, slots=True)
class Opening:
    """How connections are opened."""

    path: Path
    driver: Driver
    read_only: bool
    checkpoints: bool = False
    """Whether this connection moves the log into the file: only one does."""
    connections: int = 1


def engine_for(opening: Opening) -> Engine:
    """An engine whose every connection has the settings that durability rests on, read back and compared.

    Transactions begin with BEGIN IMMEDIATE where they may write: a later upgrade from read to write fails at once
    and ignores the busy timeout.
    """
    engine = create_engine(
        "sqlite+pysqlite://",
        module=opening.driver.module,
        creator=_connect(opening),
        poolclass=QueuePool,
        pool_size=opening.connections,
        max_overflow=0 if not opening.read_only else 56,
        hide_parameters=True,
    )
    begin = "BEGIN" if opening.read_only else "BEGIN IMMEDIATE"

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        connection.exec_driver_sql(begin)

    return engine


INTO_FILE = "PRAGMA wal_checkpoint(TRUNCATE)"
"""Moves all of the log into the file."""


def outside_transactions(engine: Engine, *statements: str) -> None:
    """Runs what SQLite takes outside of transactions only."""
    connection: Any = engine.raw_connection()
    try:
        for statement in statements:
            connection.driver_connection.execute(statement).fetchall()
    finally:
        connection.close()


def _connect(opening: Opening) -> Callable[[], Any]:
    """Opens one connection. ``mode=rw`` never makes a file: a ledger that vanished is not replaced by an empty one."""
    uri = f"{opening.path.absolute().as_uri()}?mode={'ro' if opening.read_only else 'rw'}"

    def connect() -> Any:
        connection = opening.driver.module.connect(
            uri, uri=True, isolation_level=None, check_same_thread=False, timeout=BUSY_SECONDS, cached_statements=512
        )
        _set(connection, "busy_timeout", BUSY_SECONDS * 1000)
        if not opening.read_only:
            _set(connection, "journal_mode", opening.driver.journal_mode)
            # What was deleted or sealed anew is overwritten, and does not lie on in pages that are free.
            _set(connection, "secure_delete", 1, "ON")
        _set(connection, "synchronous", *opening.driver.synchronous)
        _set(connection, "foreign_keys", 1)
        _set(connection, "wal_autocheckpoint", 1000 if opening.checkpoints else 0)
        _set(connection, "cache_size", -16384 if not opening.read_only else -4096)
        return connection

    return connect


def _set(connection: Any, pragma: str, value: object, word: str | None = None) -> None:
    connection.execute(f"PRAGMA {pragma}={word or value}").fetchall()
    (found,) = connection.execute(f"PRAGMA {pragma}").fetchone()
    if found != value:
        raise LedgerError(f"SQLite did not take the setting {pragma}={value}, which the ledger's safety rests on")


def fault_of(error: BaseException) -> Fault | None:
    """What an error means, or None where it is no error of the database."""
    if not isinstance(error, DBAPIError):
        return None
    code = getattr(error.orig, "sqlite_errorcode", None)
    if code is None:
        return Fault.MISUSE
    if code == _SHARED_MEMORY_FULL or code & 0xFF == _FULL:
        return Fault.FULL
    if code & 0xFF in _BUSY:
        return Fault.BUSY
    return Fault.BROKEN if code & 0xFF in _BROKEN else Fault.MISUSE


def fault_words(error: BaseException) -> str:
    """The damage in words, with SQLite's own name of it; neither SQL nor content."""
    original = getattr(error, "orig", error)
    words = _BROKEN.get(getattr(original, "sqlite_errorcode", 0) & 0xFF, "failed")
    return f"{words} ({getattr(original, 'sqlite_errorname', type(original).__name__)})"


def network_file_system(folder: Path) -> str | None:
    """The name of the network file system that a folder lies on, or None where it is local or not known."""
    if sys.platform != "linux":
        return None
    buffer = ctypes.create_string_buffer(512)
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.statfs(str(folder).encode(), buffer) != 0:
        return None
    return network_name(struct.unpack_from("@l", buffer)[0])


def network_name(number: int) -> str | None:
    """The network file system with this ``f_type``."""
    return _NETWORK_FILE_SYSTEMS.get(number & 0xFFFFFFFF)
