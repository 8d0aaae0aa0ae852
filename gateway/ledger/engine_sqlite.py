"""The engine's seam on SQLite: one file, one connection that writes."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Connection, Engine

from gateway.ledger.engine import Fault
from gateway.ledger.sqlite import fault_of, fault_words


class SqliteDiagnosis:
    """What SQLite's errors mean."""

    def fault_of(self, error: BaseException) -> Fault | None:
        """By its result code."""
        return fault_of(error)

    def words(self, error: BaseException) -> str:
        """With SQLite's own name of it."""
        return fault_words(error)

    def rule(self, error: BaseException) -> str:
        """SQLite names columns only."""
        return str(getattr(error, "orig", error))


class SqliteWriting(SqliteDiagnosis):
    """The ledger's only connection that writes."""

    def __init__(self, engine: Engine, path: Path) -> None:
        """The file under ``path`` is there by now: another one under its name later is not the ledger."""
        self._engine = engine
        self._path = path
        self._first = path.stat()
        self._connection: Connection | None = None

    def begin(self) -> "SqliteBatch":
        """BEGIN IMMEDIATE, which waits for whoever writes beside us."""
        if self._connection is None:
            self._connection = self._engine.connect()
        return SqliteBatch(self._connection)

    def misplaced(self) -> str | None:
        """What is written to a deleted file is lost."""
        try:
            now = self._path.stat()
        except OSError:
            now = None
        if now is not None and (now.st_ino, now.st_dev) == (self._first.st_ino, self._first.st_dev):
            return None
        return "is not the file that it was: it was moved or deleted"

    def close(self) -> None:
        """The last one to close moves what is left of the log into the file."""
        if self._connection is not None:
            self._connection.close()
        self._engine.dispose()


class SqliteBatch:
    """One transaction."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self._transaction = connection.begin()

    def enter(self) -> None:
        """A savepoint."""
        self.connection.exec_driver_sql("SAVEPOINT work")

    def leave(self) -> None:
        """Fails where the work swallowed an error that took the whole transaction with it."""
        self.connection.exec_driver_sql("RELEASE work")

    def undo(self) -> None:
        """Back to the savepoint, and past it."""
        self.connection.exec_driver_sql("ROLLBACK TO work")
        self.connection.exec_driver_sql("RELEASE work")

    def alive(self) -> bool:
        """A full disk makes SQLite roll back by itself."""
        return bool(self.connection.connection.dbapi_connection.in_transaction)  # type: ignore[union-attr]

    def commit(self) -> None:
        """On disk, by ``synchronous=FULL``."""
        self._transaction.commit()

    def rollback(self) -> None:
        """The driver knows where SQLite rolled back by itself: a ROLLBACK sent then would fail."""
        self._transaction.rollback()


class SqliteReading(SqliteDiagnosis):
    """A pool of connections that only read."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    @contextmanager
    def snapshot(self) -> Iterator[Connection]:
        """Sees what was committed when it first asked."""
        with self._engine.connect() as connection, connection.begin():
            yield connection

    def close(self) -> None:
        """Closes them all."""
        self._engine.dispose()
