"""What persons do with exceptions: find them, see what stands behind one, and settle one or many."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from gateway.audit.deeds import exception_entry, exceptions_resolved
from gateway.audit.entry import Action, Actor
from gateway.audit.record import audit
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


def assign(tx: Transaction, ids: Sequence[str], to: str | None, by: str, at: datetime, actor: Actor) -> int:
    """Gives open ones to a person, or to nobody; returns how many were somebody else's."""
    changed = 0
    for id in dict.fromkeys(ids):
        row = tx.exception(id)
        if row is not None and tx.assign_exceptions([id], to, at, by):
            audit(tx, exception_entry(Action.EXCEPTION_ASSIGNED, row, actor, to=to or "nobody"))
            changed += 1
    return changed


def resolve(tx: Transaction, ids: Sequence[str], note: str, by: str, at: datetime, actor: Actor) -> int:
    """Closes them, and puts each on record; returns how many were open."""
    done = 0
    for id in dict.fromkeys(ids):
        row = tx.exception(id)
        if row is not None and tx.resolve_exceptions([id], at, note[:LONGEST_NOTE], by):
            audit(tx, exception_entry(Action.EXCEPTION_RESOLVED, row, actor, note))
            done += 1
    return done


def resolve_all(tx: Transaction, wanted: Wanted, note: str, by: str, at: datetime, actor: Actor) -> int:
    """Closes all open ones that fit, up to ``MOST``: one row on record, with the filter. Returns how many they were."""
    done = tx.resolve_exceptions(ids_of(tx, wanted), at, note[:LONGEST_NOTE], by)
    if done:
        audit(tx, exceptions_resolved(wanted, done, actor, note))
    return done


def add_note(tx: Transaction, id: str, text: str, by: str, at: datetime, actor: Actor) -> bool:
    """Writes on one; false where there is none of this id. On record is that it was done, not what was written."""
    row = tx.exception(id)
    if row is None:
        return False
    tx.note_exception(ExceptionNote(id, at, by, text[:LONGEST_NOTE]))
    audit(tx, exception_entry(Action.EXCEPTION_NOTED, row, actor))
    return True
