"""PostgreSQL as the ledger's engine: how it is reached, what it must be set to, and what its errors mean.

Sources: PostgreSQL documentation, "PostgreSQL Error Codes" (appendix A), "Database Connection Control Functions"
(libpq), "Write Ahead Log" and "Client Connection Defaults" (settings).
"""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import psycopg
from psycopg.conninfo import conninfo_to_dict
from psycopg.types.string import StrDumperUnknown
from sqlalchemy import Engine, QueuePool, create_engine
from sqlalchemy.dialects import registry
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as NoneFreeError

from gateway.ledger import problems_postgres as problems
from gateway.ledger.contract import LedgerError, LedgerUnavailable
from gateway.ledger.engine import Fault

OLDEST = 130000
"""The first with 64-bit transaction ids and timeouts for each statement of a query."""
CONNECT_SECONDS = 5
_TEXT_FOR_NUL = "\N{SYMBOL FOR NULL}"

registry.register("postgresql.wharf", "gateway.ledger.postgres_dialect", "WharfDialect")

_BUSY = {"40001", "40P01", "55P03", "57014"}
"""serialization_failure, deadlock_detected, lock_not_available, query_canceled: by its timeout."""
_AWAY = {"25006", "25P03", "25P04", "53200", "53300", "53400", "55000", "57000"}
"""read_only_sql_transaction (a standby), transactions that waited for too long, no memory, no free connection."""
_BROKEN = {"58030": "cannot be read or written", "XX001": "is damaged", "XX002": "is damaged",
           "42P01": "has lost a table", "42703": "has lost a column", "42501": "does not let us in"}  # fmt: skip
_FULL = {"53100"}


@dataclass(frozen=True, slots=True)
class PostgresAddress:
    """Where a ledger lies; shows itself without user and password."""

    url: str

    def __str__(self) -> str:
        parts = urlsplit(self.url)
        return f"{parts.netloc.rpartition('@')[2]}{parts.path}"

    def __repr__(self) -> str:
        return f"PostgresAddress({self})"


@dataclass(frozen=True, slots=True)
class Session:
    """How long a connection may keep others waiting, in seconds; 0 for no bound."""

    purpose: str
    statement: int
    lock: int
    idle_in_transaction: int


WRITING = Session("writer", statement=30, lock=15, idle_in_transaction=5)
"""A node that freezes with the lock in its hands loses it before the others give up."""
READING = Session("reader", statement=60, lock=15, idle_in_transaction=60)
KEEPING = Session("content", statement=60, lock=60, idle_in_transaction=60)
MIGRATING = Session("migration", statement=0, lock=0, idle_in_transaction=0)


def engine_for(address: PostgresAddress, session: Session, connections: int = 1, most: int = 1) -> Engine:
    """A pool of connections that begin no transaction by themselves."""
    return create_engine(
        "postgresql+wharf://",
        creator=lambda: connect(address, session),
        poolclass=QueuePool,
        pool_size=connections,
        max_overflow=most - connections,
        pool_timeout=10,
        # A look before content is moved costs nothing beside it. Writers and readers notice by their first statement.
        pool_pre_ping=session is KEEPING,
        hide_parameters=True,
        use_native_hstore=False,
    )


def connect(address: PostgresAddress, session: Session) -> "psycopg.Connection[Any]":
    """One connection. LedgerUnavailable or LedgerError, in words for a person, where there is none to be had."""
    try:
        given = conninfo_to_dict(address.url)
    except psycopg.Error:
        raise LedgerError(problems.told(problems.NO_ADDRESS, "see the settings, [ledger] url")) from None
    timeouts = {
        "statement_timeout": session.statement,
        "lock_timeout": session.lock,
        "idle_in_transaction_session_timeout": session.idle_in_transaction,
    }
    # The server too notices in about ten seconds that we are gone, whatever it waits for, and lets go of our locks.
    alive = {"tcp_keepalives_idle": 5, "tcp_keepalives_interval": 2, "tcp_keepalives_count": 3}
    ours = " ".join(f"-c {name}={seconds}s" for name, seconds in timeouts.items())
    ours += "".join(f" -c {name}={value}" for name, value in alive.items())
    defaults: dict[str, Any] = {
        "application_name": f"wharf {session.purpose}",
        "connect_timeout": CONNECT_SECONDS,
        # A peer that is gone is noticed in about ten seconds, whether we wait or have sent.
        "keepalives_idle": 5,
        "keepalives_interval": 2,
        "keepalives_count": 3,
        "tcp_user_timeout": 10_000,
    }
    wanted = {**defaults, **given, "client_encoding": "UTF8", "options": f"{given.get('options') or ''} {ours}"}
    try:
        connection = psycopg.connect(autocommit=True, prepare_threshold=2, **wanted)
    except psycopg.Error as error:
        raise refused(address, error) from None
    connection.prepared_max = 500
    connection.adapters.register_dumper(str, _TextDumper)
    return connection


class _TextDumper(StrDumperUnknown):
    """Text of PostgreSQL has no NUL, text of a partner may: it is shown as the sign for it."""

    def dump(self, obj: str) -> Any:
        return super().dump(obj.replace("\0", _TEXT_FOR_NUL) if "\0" in obj else obj)


def refused(address: PostgresAddress, error: Exception) -> LedgerError:
    """Why there is no connection. libpq's own text has no password in it."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    fatal = next((line.rpartition("FATAL:")[2].strip() for line in lines if "FATAL:" in line), None)
    # Before what happened stands the address, which may be one of several.
    said = fatal or (lines[0].rpartition("failed: ")[2] if lines else "") or "no answer"
    if "authentication failed" in said or "no password supplied" in said or "no pg_hba.conf entry" in said:
        return LedgerError(problems.told(problems.LOGIN_REFUSED, f"{address}: {said}"))
    if "does not exist" in said:
        return LedgerError(problems.told(problems.NOT_THERE, f"{address}: {said}"))
    return LedgerUnavailable(problems.told(problems.AWAY, f"{address}: {said}"))


def fault_of(error: BaseException) -> Fault | None:
    """What an error means, or None where it is no error of the database."""
    if isinstance(error, NoneFreeError):
        return Fault.BUSY
    original = error.orig if isinstance(error, DBAPIError) else error
    if not isinstance(original, psycopg.Error):
        return Fault.MISUSE if isinstance(error, DBAPIError) else None
    state = original.sqlstate
    if state is None:
        return Fault.AWAY if isinstance(original, psycopg.OperationalError) else Fault.MISUSE
    if state in _FULL:
        return Fault.FULL
    if state in _BUSY:
        return Fault.BUSY
    if state in _AWAY or state.startswith(("08", "57P")):
        return Fault.AWAY
    return Fault.BROKEN if state in _BROKEN or state.startswith("XX") else Fault.MISUSE


def words(error: BaseException) -> str:
    """What happened, with the code of PostgreSQL; neither SQL nor content."""
    original = getattr(error, "orig", error)
    state = getattr(original, "sqlstate", None)
    if fault_of(error) is Fault.AWAY:
        return f"cannot be reached ({state or 'connection lost'})" if state != "25006" else "takes no writes (25006)"
    return f"{_BROKEN.get(state or '', 'failed')} ({state or type(original).__name__})"


def rule(error: BaseException) -> str:
    """The broken rule by its names: the text of PostgreSQL has the values in it."""
    original = getattr(error, "orig", error)
    diagnosis = getattr(original, "diag", None)
    names = [getattr(diagnosis, name, None) for name in ("table_name", "column_name", "constraint_name")]
    return " ".join([type(original).__name__, *(name for name in names if name)])
