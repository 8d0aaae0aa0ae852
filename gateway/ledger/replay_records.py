"""Replays as the ledger has them: what a person wanted once more, and what became of it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

REPLAYED = "replayed"
"""The direction of a document that stands for another one, read again, under an id of its own."""


class How(StrEnum):
    """What a replay does with one message."""

    PUBLISHED = "published"
    """Its event goes out again, under its own id."""
    NEW = "new"
    """What its bytes say today goes out under an id of its own."""
    READ = "read"
    """It was rejected: its delivery is read again."""


@dataclass(frozen=True, slots=True)
class Choice:
    """Which messages are meant: those with these ids, or all that fit. None asks for nothing."""

    ids: tuple[str, ...] = ()
    """Of messages or of deliveries."""
    partner: str | None = None
    document_type: str | None = None
    number: str | None = None
    status: str | None = None
    since: datetime | None = None
    """Recorded then or later."""
    until: datetime | None = None
    """Recorded before."""
    code: str | None = None
    """Of a problem of the message, or of the envelope that it came in."""
    channel: str | None = None
    """That it came by."""


@dataclass(frozen=True, slots=True)
class ReplayRow:
    """One replay."""

    id: str
    at: datetime
    by: str
    reason: str
    as_new: bool
    chosen: dict[str, Any]
    """What was asked for, as JSON data."""


@dataclass(frozen=True, slots=True)
class ReplayItem:
    """One message of a replay."""

    replay: str
    delivery: str
    document: str
    """Empty where a delivery without any message is read again."""
    place: int
    """The message's position in its delivery."""
    how: How
    became: str | None = None
    """The id that it went out under; None where it is still rejected, or still to be read."""
    done_at: datetime | None = None
    """When that was known; None while it waits to be read."""
