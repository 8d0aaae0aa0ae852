"""Rows of the tables of routing as frozen values."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class ReferenceRow:
    """One imported row of a cross-reference table, or one that was and is replaced."""

    table: str
    key: str
    """What it says something about: two rows of one key are the same entry at different times."""
    cells: Mapping[str, str]
    imported_at: datetime
    imported_by: str
    """Who, as the system knows them."""
    origin: str
    """The name of the file."""
    position: int = 0
    """Order of import, from 1; given by the ledger."""
    replaced_at: datetime | None = None
    replaced_by: str | None = None


@dataclass(frozen=True, slots=True)
class ParkedRow:
    """One thing that a document waits for before a rule can send it on."""

    document: str
    route: str
    table: str
    """The cross-reference table; ``document`` where no table helps."""
    partner: str
    key: str
    code: str
    exception: str
    """The exception that tells a person; documents that wait for the same share it."""
    since: datetime
    turn: int
    """Order in which documents began to wait, the same for all that one waits for."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """A document that waits for something, with its turn."""

    document: str
    route: str
    turn: int
