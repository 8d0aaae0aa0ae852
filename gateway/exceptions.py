"""What persons do with exceptions: find them, see what stands behind one, and settle one or many."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from gateway.catalogue import CATALOGUE
from gateway.ledger.contract import Reads, Transaction
from gateway.ledger.exception_records import ExceptionNote, Standing, Wanted
from gateway.ledger.records import ExceptionRow

MOST = 10_000
"""Exceptions that one call settles."""
MOST_EARLIER = 10
"""Earlier times of the same trouble that are told."""
LONGEST_NOTE = 2_000
LONGEST_NAME = 200


@dataclass(frozen=True, slots=True)
class Story:
    """An exception with what is known around it."""

    row: ExceptionRow
    notes: tuple[ExceptionNote, ...]
    earlier: tuple[ExceptionRow, ...]
    """When the same trouble was resolved before, the newest first."""

    @property
    def help(self) -> str | None:
        """What to do, in the words of ``wharf explain``."""
        kind = CATALOGUE.get(self.row.code)
        return kind.help if kind is not None else None

    @property
    def title(self) -> str | None:
        """What the code means."""
        kind = CATALOGUE.get(self.row.code)
        return kind.title if kind is not None else None


def story(reads: Reads, id: str) -> Story | None:
    """One exception; None where there is none of this id."""
    row = reads.exception(id)
    if row is None:
        return None
    earlier: list[ExceptionRow] = []
    before = row.again_of
    while before is not None and len(earlier) < MOST_EARLIER:
        found = reads.exception(before)
        if found is None:
            break
        earlier.append(found)
        before = found.again_of
    return Story(row, tuple(reads.exception_notes(id)), tuple(earlier))


def ids_of(reads: Reads, wanted: Wanted, limit: int = MOST) -> list[str]:
    """The open ones among those that are wanted, newest first."""
    return [row.id for row in reads.list_exceptions(replace(wanted, standing=Standing.OPEN), limit=limit).rows]


def resolve(tx: Transaction, ids: Sequence[str], note: str, by: str, at: datetime) -> int:
    """Closes them; returns how many were open."""
    return tx.resolve_exceptions(ids, at, note[:LONGEST_NOTE], by)


def add_note(tx: Transaction, id: str, text: str, by: str, at: datetime) -> bool:
    """Writes on one; false where there is none of this id."""
    try:
        tx.note_exception(ExceptionNote(id, at, by, text[:LONGEST_NOTE]))
    except LookupError:
        return False
    return True
