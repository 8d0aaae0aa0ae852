"""What is put on record: an action, who did it, and the row that stands for it for good.

A row holds ids, names, codes and counts; never a payload, nor a value out of one.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

LONGEST = 500
"""Characters of an object, a reason or a detail; more is cut off, with a mark."""


class ActorKind(StrEnum):
    """What kind of actor."""

    PERSON = "person"
    """A user of the machine, by the command line."""
    KEY = "key"
    """A key of the API, or the token of the settings."""
    SYSTEM = "system"
    """The gateway itself."""
    UNKNOWN = "unknown"
    """Whoever could not show who they are."""


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts."""

    name: str
    kind: ActorKind
    source: str | None = None
    """The address that a request came from, or the terminal."""


GATEWAY = Actor("gateway", ActorKind.SYSTEM)


class Action(StrEnum):
    """Everything that is recorded. Names are stable: what collects them relies on it."""

    PAYLOAD_VIEWED = "payload.viewed"
    KEY_CREATED = "key.created"
    KEY_REVOKED = "key.revoked"
    ACCESS_REFUSED = "access.refused"
    EXCEPTION_ASSIGNED = "exception.assigned"
    EXCEPTION_NOTED = "exception.noted"
    EXCEPTION_RESOLVED = "exception.resolved"
    MESSAGE_REPLAYED = "message.replayed"
    DEAD_LETTER_RETRIED = "dead_letter.retried"
    DEAD_LETTER_DROPPED = "dead_letter.dropped"
    PARCEL_HELD = "parcel.held"
    PARCEL_RELEASED = "parcel.released"
    PARCEL_RESENT = "parcel.resent"
    CHANNEL_HELD = "channel.held"
    CHANNEL_RELEASED = "channel.released"
    BREAKER_RELEASED = "breaker.released"
    REFERENCES_IMPORTED = "references.imported"
    PARKED_DISCARDED = "parked.discarded"
    SETTINGS_TAKEN = "settings.taken"
    SETTINGS_REFUSED = "settings.refused"
    GATEWAY_STARTED = "gateway.started"
    GATEWAY_STOPPED = "gateway.stopped"
    LEDGER_PRUNED = "ledger.pruned"
    LEDGER_BACKED_UP = "ledger.backed_up"
    LEDGER_RESTORED = "ledger.restored"
    LEDGER_COMPACTED = "ledger.compacted"
    LEDGER_REKEYED = "ledger.rekeyed"
    LEGAL_HOLD_ADDED = "legal_hold.added"
    LEGAL_HOLD_RELEASED = "legal_hold.released"
    AUDIT_VIEWED = "audit.viewed"
    AUDIT_PRUNED = "audit.pruned"
    AUDIT_ACCEPTED = "audit.accepted"


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing to put on record."""

    action: Action
    actor: Actor
    object: str
    """What it was done to: a kind and an id, as ``delivery 01a1…``."""
    partner: str | None = None
    reason: str = ""
    details: Mapping[str, str | int | bool] = field(default_factory=dict)
    at: datetime | None = None
    """When, where that is not now."""


@dataclass(frozen=True, slots=True)
class AuditRow:
    """One row of the trail."""

    position: int
    """From 1, without gaps."""
    at: datetime
    actor: str
    actor_kind: str
    action: str
    object: str
    partner: str | None
    reason: str
    source: str | None
    details: str
    """A JSON object."""
    previous: str
    """The digest of the row before."""
    digest: str
    """SHA-256 over everything above."""


@dataclass(frozen=True, slots=True)
class Head:
    """The last row of a trail: who knows it can tell that nothing before it was changed or cut off."""

    position: int
    digest: str

    def __str__(self) -> str:
        return f"{self.position}:{self.digest}"


def digest_of_row(row: AuditRow) -> str:
    """SHA-256 of the row before and of all fields of this one, as JSON with no room for two readings."""
    fields = [
        row.position, row.at.isoformat(), row.actor, row.actor_kind, row.action, row.object, row.partner, row.reason,
        row.source, row.details, row.previous,
    ]  # fmt: skip
    return hashlib.sha256(json.dumps(fields, ensure_ascii=True, separators=(",", ":")).encode()).hexdigest()


def first_digest(ledger: str) -> str:
    """What the first row names as the one before it: the trail of one ledger fits no other."""
    return hashlib.sha256(f"wharf audit {ledger}".encode()).hexdigest()


def short(text: str) -> str:
    """Text as it is recorded: on one line, without control characters, not without end."""
    plain = "".join(character if character.isprintable() else " " for character in text)
    return plain if len(plain) <= LONGEST else plain[: LONGEST - 1] + "…"
