"""The engine's seam on PostgreSQL: several nodes, one writer at a time.

Every transaction that writes begins with an advisory lock, and ends with a mark of its own in ``writers``. The lock
makes writers of all nodes one after the other, as the works of one node are. The mark tells what became of a commit
whose answer was lost: whoever has the lock afterwards sees it, or it was never made. A transaction's id would not
do: a server that crashed may give it a second time.

Sources: PostgreSQL documentation, "Advisory Locks", "Transaction Isolation", and of ``libpq`` the protocol's simple
query, by which several statements take one round trip.
"""

import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

import psycopg
from psycopg.pq import TransactionStatus
from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError

from gateway.ledger import problems_postgres as problems
from gateway.ledger.contract import LedgerUnavailable
from gateway.ledger.engine import Fault
from gateway.ledger.postgres import fault_of, rule, words

LOCK = int.from_bytes(b"wharf-w\0")
"""The key of the advisory lock that whoever writes into the ledger holds; keys are each database's own."""
PATIENCE = 10.0
"""Seconds for which a work waits for a database that just went away, before its sender is told to try again."""
SETTLING = 30.0
"""Seconds for which the outcome of a lost commit is asked for."""
_PAUSE, _LONGEST = 0.05, 1.0

# READ COMMITTED: a snapshot that was taken before the lock was had would not see what the one before us wrote.
_BEGIN = f"BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE; SELECT pg_advisory_xact_lock({LOCK}); SAVEPOINT work"
_NEXT = "RELEASE work; SAVEPOINT work"
_UNDO = "ROLLBACK TO work"
# Only what wrote has a transaction id. No timeout may end the wait for a synchronous standby: the commit would be told
# as done without it.
_COMMIT = (
    "INSERT INTO writers (writer, batch, at) SELECT '{writer}', {batch}, (extract(epoch FROM now()) * 1000000)::bigint"
    " WHERE pg_current_xact_id_if_assigned() IS NOT NULL"
    " ON CONFLICT (writer) DO UPDATE SET batch = excluded.batch, at = excluded.at;"
    " SET LOCAL statement_timeout = 0; COMMIT"
)
_MARK = "SELECT coalesce((SELECT batch FROM writers WHERE writer = '{writer}'), 0)"
_FORGET = "DELETE FROM writers WHERE writer = '{writer}'"


class PostgresDiagnosis:
    """What PostgreSQL's errors mean."""

    def fault_of(self, error: BaseException) -> Fault | None:
        """By its SQLSTATE."""
        return fault_of(error)

    def words(self, error: BaseException) -> str:
        """With the SQLSTATE."""
        return words(error)

    def rule(self, error: BaseException) -> str:
        """Names, no values."""
        return rule(error)


class PostgresWriting(PostgresDiagnosis):
    """This process' only connection that writes; made again when it was lost."""

    def __init__(self, engine: Engine, prove: Callable[["psycopg.Connection[Any]"], None]) -> None:
        """``prove`` looks at each new connection, and raises where the server must not be trusted."""
        self._engine = engine
        self._prove = prove
        self._writer = uuid.uuid4().hex
        self._batch = 0
        self._connection: Connection | None = None
        self._away = False

    def begin(self) -> "PostgresBatch":
        """The transaction with the lock, in one round trip. No work has begun: it may be tried again and again."""
        deadline = time.monotonic() + (0.0 if self._away else PATIENCE)
        pause = _PAUSE
        while True:
            try:
                connection = self._connected()
                raw = raw_of(connection)
                run(raw, _BEGIN)
            except (psycopg.Error, DBAPIError, LedgerUnavailable) as error:
                self._drop()
                away = isinstance(error, LedgerUnavailable) or fault_of(error) is Fault.AWAY
                if not away or time.monotonic() + pause > deadline:
                    self._away = away
                    raise
                time.sleep(pause)
                pause = min(2 * pause, _LONGEST)
            else:
                self._away = False
                self._batch += 1
                return PostgresBatch(connection, raw, self._commit)

    def misplaced(self) -> str | None:
        """The server itself looks after its files."""
        return None

    def close(self) -> None:
        """Takes our mark along: nobody will ask for it."""
        if self._connection is not None and self._batch:
            with suppress(psycopg.Error, DBAPIError):
                run(raw_of(self._connection), _FORGET.format(writer=self._writer))
        self._drop()
        self._engine.dispose()

    def _connected(self) -> Connection:
        if self._connection is None:
            connection = self._engine.connect()
            try:
                self._prove(raw_of(connection))
            except BaseException:
                connection.invalidate()
                connection.close()
                raise
            self._connection = connection
        return self._connection

    def _drop(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            with suppress(DBAPIError, psycopg.Error):
                connection.invalidate()
            connection.close()

    def _commit(self, raw: "psycopg.Connection[Any]") -> None:
        """Commits; where the answer is lost, finds out."""
        batch = self._batch
        try:
            status = run(raw, _COMMIT.format(writer=self._writer, batch=batch))
        except psycopg.Error as error:
            if not lost(raw):
                raise
            self._drop()
            if not self._was_made(batch):
                raise LedgerUnavailable(
                    f"the ledger {words(error)} before a commit was made: nothing was written; it goes on by itself"
                ) from None
            return
        if status != "COMMIT":
            raise LedgerUnavailable("the database took a transaction back: nothing was written; it goes on by itself")

    def _was_made(self, batch: int) -> bool:
        """Whether the commit is there. With the lock in our hands the transaction that made it is over."""
        deadline = time.monotonic() + SETTLING
        pause = _PAUSE
        while True:
            try:
                raw = raw_of(self._connected())
                run(raw, _BEGIN)
                (found,) = one(raw, _MARK.format(writer=self._writer))
                raw.rollback()
            except (psycopg.Error, DBAPIError, LedgerUnavailable) as error:
                self._drop()
                known = isinstance(error, LedgerUnavailable) or fault_of(error) in (Fault.AWAY, Fault.BUSY)
                if not known or time.monotonic() + pause > deadline:
                    said = str(error) if isinstance(error, LedgerUnavailable) else words(error)
                    raise LedgerUnavailable(problems.told(problems.UNKNOWN_OUTCOME, said)) from None
                time.sleep(pause)
                pause = min(2 * pause, _LONGEST)
            else:
                return bool(found == batch)


class PostgresBatch:
    """One transaction with the lock in its hands. Its savepoints take no round trips of their own."""

    def __init__(
        self,
        connection: Connection,
        raw: "psycopg.Connection[Any]",
        commit: Callable[["psycopg.Connection[Any]"], None],
    ) -> None:
        self.connection = connection
        self._raw = raw
        self._commit = commit
        # For SQLAlchemy's own book-keeping: the connection begins nothing by itself.
        self._transaction = connection.begin()
        self._fresh = True
        """Whether the open savepoint has nothing behind it yet."""

    def enter(self) -> None:
        """The first one was opened with the transaction."""
        if not self._fresh:
            run(self._raw, _NEXT)
        self._fresh = False

    def leave(self) -> None:
        """Its savepoint stays until the next work begins. An error that was swallowed has left its trace."""
        if self._raw.info.transaction_status is not TransactionStatus.INTRANS:
            raise RuntimeError("a work went on after an error of the database")

    def undo(self) -> None:
        """Back to the savepoint, which stays for the next work."""
        run(self._raw, _UNDO)
        self._fresh = True

    def alive(self) -> bool:
        """Whether the server still has it."""
        return self._raw.info.transaction_status in (TransactionStatus.INTRANS, TransactionStatus.INERROR)

    def commit(self) -> None:
        """With the mark, in one round trip."""
        self._commit(self._raw)
        self._transaction.close()

    def rollback(self) -> None:
        """Nothing where the connection is gone: the server takes it back by itself."""
        with suppress(psycopg.Error, DBAPIError):
            self._raw.rollback()
        with suppress(DBAPIError):
            self._transaction.close()


class PostgresReading(PostgresDiagnosis):
    """A pool of connections that only read."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    @contextmanager
    def snapshot(self) -> Iterator[Connection]:
        """One state of the ledger. Connections that the server has ended meanwhile are made anew."""
        with self._begun() as connection, connection.begin():
            yield connection

    def close(self) -> None:
        """Closes them all."""
        self._engine.dispose()

    def _begun(self) -> Connection:
        begin = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
        for last in (False, True):
            connection = self._engine.connect()
            try:
                run(raw_of(connection), begin)
            except psycopg.Error as error:
                connection.invalidate()
                connection.close()
                if last or fault_of(error) is not Fault.AWAY:
                    raise
                # The others of the pool are as old as this one.
                self._engine.dispose()
            except BaseException:
                connection.close()
                raise
            else:
                return connection
        raise AssertionError


def raw_of(connection: Connection) -> "psycopg.Connection[Any]":
    """The driver's own connection."""
    found: psycopg.Connection[Any] = connection.connection.driver_connection  # type: ignore[assignment]
    return found


def run(raw: "psycopg.Connection[Any]", sql: str) -> str | None:
    """Several statements in one round trip; what the last one was told."""
    cursor = raw.execute(sql.encode(), prepare=False)
    while cursor.nextset():
        pass
    return cursor.statusmessage


def one(raw: "psycopg.Connection[Any]", sql: str) -> tuple[Any, ...]:
    """The only row of a question."""
    row: tuple[Any, ...] | None = raw.execute(sql.encode(), prepare=False).fetchone()
    if row is None:
        raise psycopg.OperationalError("no row")
    return row


def lost(raw: "psycopg.Connection[Any]") -> bool:
    """Whether the connection is gone, and with it the answer."""
    return raw.closed or raw.info.transaction_status is TransactionStatus.UNKNOWN
