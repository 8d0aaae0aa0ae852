"""The ledger's contract for the audit trail."""

from collections.abc import Iterator
from datetime import datetime
from typing import Protocol

from gateway.audit.entry import AuditRow, Entry, Head


class AuditReads(Protocol):
    """Questions about the trail."""

    def rows(
        self, *, after: int = 0, limit: int = 100, action: str | None = None, actor: str | None = None,
        since: datetime | None = None, newest_first: bool = False,
    ) -> list[AuditRow]: ...  # fmt: skip

    def all(self) -> Iterator[AuditRow]:
        """Every row, oldest first, however many there are."""

    def head(self) -> Head | None:
        """The last row; None where there is none."""

    def digest_at(self, position: int) -> str | None:
        """The digest of one row; None where there is no such row."""

    def beginning(self) -> str:
        """What the first row of this ledger's trail names as the one before it."""


class AuditChanges(AuditReads, Protocol):
    """Changes of the trail."""

    def record(self, entry: Entry) -> AuditRow:
        """Adds a row at the end, in this transaction: it stands where what it tells of stands."""

    def prune(self, before: datetime, most: int = 1000) -> int:
        """Takes away the oldest rows from before this time, at most so many, and records where the trail begins now.
        How many were taken."""
