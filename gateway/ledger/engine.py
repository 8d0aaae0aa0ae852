"""What differs between the databases that a ledger may lie in; all else is said once, for all of them."""

from contextlib import AbstractContextManager
from enum import Enum
from typing import Protocol

from sqlalchemy import Connection


class Fault(Enum):
    """What an error of the database means for the ledger."""

    FULL = "full"
    BUSY = "busy"
    AWAY = "away"
    """It cannot be reached or takes no writes now, and will again."""
    BROKEN = "broken"
    MISUSE = "misuse"


class Diagnosis(Protocol):
    """What an engine makes of an error, for a program and for a person; never SQL, never content."""

    def fault_of(self, error: BaseException) -> Fault | None:
        """What it means, or None where it is no error of the database."""

    def words(self, error: BaseException) -> str:
        """The damage or the absence, as what the ledger does: "is damaged (…)", "cannot be reached (…)"."""

    def rule(self, error: BaseException) -> str:
        """The rule of the tables that was broken: names of columns, never values."""


class Batch(Protocol):
    """One open transaction that writes, with a savepoint around each work."""

    @property
    def connection(self) -> Connection:
        """Where the works of this batch write."""

    def enter(self) -> None:
        """Begins the next work."""

    def leave(self) -> None:
        """Keeps what the work wrote. Raises where the work swallowed an error that took it along."""

    def undo(self) -> None:
        """Takes back what the work wrote, and nothing else."""

    def alive(self) -> bool:
        """Whether the transaction still stands: some errors take it along as a whole."""

    def commit(self) -> None:
        """On disk when it returns. An error means that nothing was written, or that nobody can tell."""

    def rollback(self) -> None:
        """Takes everything back; nothing where the database did by itself."""


class Writing(Diagnosis, Protocol):
    """The one way by which a process writes into its ledger; used by the writer's thread alone."""

    def begin(self) -> Batch:
        """Begins a transaction, alone among all who write. LedgerUnavailable where it must wait for too long."""

    def misplaced(self) -> str | None:
        """Why what is written would be lost, as where the file was deleted; None where all is well."""

    def close(self) -> None:
        """Lets go of the connection."""


class Reading(Diagnosis, Protocol):
    """Where questions are asked, by many threads at once."""

    def snapshot(self) -> AbstractContextManager[Connection]:
        """A connection that sees one state of the ledger and changes nothing."""

    def close(self) -> None:
        """Lets go of all connections."""
