"""What cannot go on by itself, as far as the ledger knows it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from gateway.ledger.records import EventState


class Action(StrEnum):
    """What a person did with a dead letter."""

    RETRIED = "retried"
    DROPPED = "dropped"


@dataclass(frozen=True, slots=True)
class Mark:
    """One deed of a person; the newest holds."""

    kind: str
    of: str
    """The id of what it was done with."""
    action: Action
    why: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class EventTrouble:
    """An event that the publisher does not take."""

    event: str
    failure: str
    """As the publisher names it: ``refused`` or ``unroutable``."""
    reason: str
    since: datetime
    state: EventState = EventState.READY
    routing_key: str = ""
    document: str = ""
    partner: str = ""


@dataclass(frozen=True, slots=True)
class LetterRow:
    """A message that was taken off a queue of the broker, as it was."""

    id: str
    queue: str
    """That it was taken off."""
    facts: dict[str, Any]
    """Where it came from, its id and its headers, as JSON data."""
    body: bytes
    taken_at: datetime
