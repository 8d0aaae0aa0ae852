"""The ledger's contract for what a person must look at."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from gateway.ledger.contract_api import Page
from gateway.ledger.exception_records import ExceptionNote, GroupRow, Wanted
from gateway.ledger.records import ExceptionRow

OPEN_ONES = Wanted()


class ExceptionReads(Protocol):
    """Questions about exceptions."""

    def exceptions(self, *, open_only: bool = True, limit: int = 100) -> list[ExceptionRow]:
        """Newest first."""

    def list_exceptions(
        self, wanted: Wanted = OPEN_ONES, *, after: int | None = None, limit: int = 100
    ) -> Page[ExceptionRow]:
        """A page, newest first; ``after`` is the ``next`` of the page before."""

    def exception(self, id: str) -> ExceptionRow | None: ...

    def exception_notes(self, id: str) -> list[ExceptionNote]:
        """In order."""

    def exception_groups(self, wanted: Wanted = OPEN_ONES, *, limit: int = 100) -> list[GroupRow]:
        """By kind, code and partner; the largest first."""


class ExceptionChanges(Protocol):
    """Changes of exceptions."""

    def open_exception(self, row: ExceptionRow) -> str:
        """Something for a person; returns the id of the exception that tells of it now.

        One with a key that an open exception has is counted there and opens none. One with a key that was resolved
        is opened anew: it names the earlier one and goes to whom that was assigned to.
        """

    def resolve_exceptions(self, ids: Sequence[str], at: datetime, note: str, by: str = "gateway") -> int:
        """Closes open ones; returns how many were open."""

    def assign_exceptions(self, ids: Sequence[str], to: str | None, at: datetime, by: str) -> int:
        """Gives open ones to somebody, or, with None, to nobody; returns how many changed hands."""

    def note_exception(self, note: ExceptionNote) -> None:
        """LookupError where there is no such exception."""
