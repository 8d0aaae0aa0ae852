"""Exceptions as persons work on them: which are meant, how they group, and what was noted."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from hashlib import sha256

from gateway.ledger.records import ExceptionRow

NOBODY = ""
"""In place of a name: those that are assigned to nobody."""
_LONGEST = 255


class Standing(StrEnum):
    """Whether an exception still waits for a person."""

    OPEN = "open"
    RESOLVED = "resolved"
    ALL = "all"


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which exceptions are meant; None asks for nothing."""

    standing: Standing = Standing.OPEN
    kind: str | None = None
    code: str | None = None
    partner: str | None = None
    since: datetime | None = None
    """Opened then or later."""
    assigned_to: str | None = None
    """``NOBODY`` for those of nobody."""
    delivery: str | None = None
    parcel: str | None = None
    document: str | None = None


@dataclass(frozen=True, slots=True)
class GroupRow:
    """Exceptions of one code and partner."""

    kind: str
    code: str
    partner: str | None
    count: int
    oldest: datetime
    """When the first of them was opened."""
    newest: datetime
    example: ExceptionRow
    """The newest one."""


@dataclass(frozen=True, slots=True)
class ExceptionNote:
    """What somebody wrote on an exception, or did with it."""

    exception: str
    at: datetime
    by: str
    text: str


def key_of(*parts: str | None) -> str:
    """The key of a trouble, from what makes it the same trouble: the code first, then where it is.

    Two lists of parts never make one key; one that would be too long for its column is its digest.
    """
    text = "\x1f".join(part or "" for part in parts)
    return text if len(text) <= _LONGEST else f"{parts[0]}\x1f{sha256(text.encode()).hexdigest()}"
