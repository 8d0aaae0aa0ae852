"""Opens the ledger in a database of PostgreSQL, after a look at whether it is safe there."""

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any

import psycopg
from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError

from gateway.ledger import problems_postgres as problems
from gateway.ledger.blobs import sync_folder, write_durably
from gateway.ledger.blobs_postgres import PostgresBlobs
from gateway.ledger.contract import LedgerBusy, LedgerError, LedgerUnavailable
from gateway.ledger.engine import Fault
from gateway.ledger.engine_postgres import LOCK, PostgresReading, PostgresWriting, one, raw_of
from gateway.ledger.identity import give_identity
from gateway.ledger.key_records import note_keys
from gateway.ledger.lock import LOCK as LOCK_FILE
from gateway.ledger.lock import ProcessLock
from gateway.ledger.migrations import require_current, upgrade
from gateway.ledger.postgres import (
    KEEPING,
    MIGRATING,
    OLDEST,
    READING,
    WRITING,
    PostgresAddress,
    engine_for,
    fault_of,
    words,
)
from gateway.ledger.sealed_blobs import sealed_payloads
from gateway.ledger.sealing import Sealer
from gateway.ledger.store import SqlLedger, utc_now
from gateway.ledger.writer import BUSY, Writer

SIDECAR = "postgresql.id"
"""The file in the data folder that holds the id of the ledger that it belongs to."""
READERS, MOST_READERS = 4, 16
_OURS = {"alembic_version", "deliveries", "meta"}
_TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = current_schema()"
_IDENTITY = "SELECT value FROM meta WHERE name = 'identity'"
_STATE = (
    "SELECT current_setting('server_version_num')::int, current_setting('server_encoding'),"
    " current_setting('synchronous_commit'), current_setting('fsync'), current_setting('full_page_writes'),"
    " pg_is_in_recovery() OR current_setting('transaction_read_only') = 'on'"
)


def open_postgres(
    url: str, data: Path, *, exclusive: bool = True, read_only: bool = False, clock: Callable[[], datetime] = utc_now,
    sealer: Sealer | None = None,
) -> SqlLedger:  # fmt: skip
    """Opens the ledger at an address. LedgerError, in words for a person, where that is not safe or not possible.

    ``exclusive``: as a gateway, which makes the tables and has the data folder for itself; other gateways may share
    the ledger. Else as a short command. ``read_only``: for questions only.
    """
    address = PostgresAddress(url)
    alone = exclusive and not read_only
    lock: ProcessLock | None = None
    opened: list[Engine] = []

    def engine(*arguments: Any) -> Engine:
        made = engine_for(address, *arguments)
        opened.append(made)
        return made

    try:
        if alone:
            if not data.exists():
                data.mkdir(mode=0o700, parents=True)
                sync_folder(data.parent)
            lock = ProcessLock.take(data / LOCK_FILE, "each node needs a data folder of its own")
            _prepare(address, data)
        readers = engine(READING, READERS, MOST_READERS)
        if not alone:
            with readers.connect() as connection:
                prove(raw_of(connection), writes=not read_only)
                confirm(raw_of(connection), data)
                require_current(connection)
        blobs = PostgresBlobs(engine(KEEPING, 1, 4), data)
        payloads = sealed_payloads(blobs, sealer, data)
        own = None if read_only else engine(WRITING)
        note_keys(readers, own, sealer, alone=alone)
        writer = None
        if own is not None:
            writing = PostgresWriting(own, lambda raw: prove(raw, writes=True))
            writer = Writer(writing, payloads, clock)
        return SqlLedger(PostgresReading(readers), payloads, writer, lock)
    except BaseException as error:
        for made in opened:
            with suppress(DBAPIError):
                made.dispose()
        if lock is not None:
            lock.release()
        if isinstance(error, DBAPIError | psycopg.Error):
            raise _refusal(error, address) from None
        if isinstance(error, OSError):
            raise LedgerError(f"the data folder {data} cannot be used: {error.strerror}") from None
        raise


def _prepare(address: PostgresAddress, data: Path) -> None:
    """Looks, makes the tables or brings them up to date, and knows the ledger again from now on."""
    engine = engine_for(address, MIGRATING)
    try:
        with engine.connect() as connection:
            prove(raw_of(connection), writes=True)
            confirm(raw_of(connection), data)
        upgrade(engine, f"SELECT pg_advisory_xact_lock({LOCK})")
        identity = give_identity(engine)
    finally:
        engine.dispose()
    if not (data / SIDECAR).exists():
        write_durably(data / SIDECAR, f"{identity}\n".encode("ascii"))


def prove(raw: "psycopg.Connection[Any]", *, writes: bool) -> None:
    """LedgerError where what the server says is on disk may not be there; no setting of ours passes over it."""
    version, encoding, commit, fsync, pages, standby = one(raw, _STATE)
    if version < OLDEST:
        raise LedgerError(problems.told(problems.NOT_FIT, f"it is version {version // 10000}, and 13 is needed"))
    if encoding != "UTF8":
        raise LedgerError(problems.told(problems.NOT_FIT, f"its encoding is {encoding}, and UTF8 is needed"))
    if not writes:
        return
    if standby:
        raise LedgerUnavailable(problems.told(problems.AWAY, "it is a standby or takes only questions"))
    off = {"synchronous_commit": commit, "fsync": fsync, "full_page_writes": pages}
    unsafe = [f"{name} = off" for name, value in off.items() if value == "off"]
    if unsafe:
        raise LedgerError(problems.told(problems.UNSAFE, ", ".join(unsafe)))


def confirm(raw: "psycopg.Connection[Any]", data: Path) -> None:
    """LedgerError where the database holds something else, or another ledger than this folder knows."""
    tables = {str(row[0]) for row in raw.execute(_TABLES).fetchall()}
    if tables and not tables >= _OURS:
        raise LedgerError(problems.told(problems.NOT_OURS, f"it holds other tables, as {min(tables)}"))
    sidecar = data / SIDECAR
    if not sidecar.exists():
        return
    found = raw.execute(_IDENTITY).fetchone() if tables else None
    if found is None or found[0] != sidecar.read_text("ascii", "replace").strip():
        raise LedgerError(problems.told(problems.NOT_OURS, f"{sidecar} tells of another one"))


def _refusal(error: Exception, address: PostgresAddress) -> LedgerError:
    fault = fault_of(error)
    if fault is Fault.BUSY:
        return LedgerBusy(BUSY)
    if fault is Fault.AWAY:
        return LedgerUnavailable(problems.told(problems.AWAY, f"{address} {words(error)}"))
    return LedgerError(f"the database {address} {words(error)}: look at its log")
