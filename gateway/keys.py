"""API keys: how one is made, what is kept of it, and what it allows.

A key is 256 bits of randomness. Nobody can guess one or search through them, so its SHA-256 is kept: a slow hash
defends what people think up, and here it would only slow down each request.
"""

import base64
import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

PREFIX = "wharf_"
"""Begins every key, so that one that leaked is recognised by people and by scanners."""
_RANDOM = 32


class Scope(StrEnum):
    """What a key allows."""

    READ = "read"
    """To look: documents, deliveries, events and what waits in mailboxes."""
    SUBMIT = "submit"
    """To hand in documents and interchanges, and to confirm what was collected."""
    RAW = "raw"
    """To see bytes as they came and went: patients are in them."""
    OPERATE = "operate"
    """To act on what is in the gateway."""
    AUDIT = "audit"
    """To see who did and saw what."""
    ADMIN = "admin"
    """To change who may do what."""


ALL_SCOPES = frozenset(Scope)


@dataclass(frozen=True, slots=True)
class KeyRow:
    """A key as the ledger has it: nothing in it lets anybody in."""

    id: str
    name: str
    digest: str
    """SHA-256 of the key, hexadecimal."""
    scopes: frozenset[Scope]
    created_at: datetime
    partner: str | None = None
    """The only partner that it sees and sends for; None sees all."""
    channel: str | None = None
    """The channel that what comes with it comes by."""
    expires_at: datetime | None = None
    revoked_at: datetime | None = None
    last_used_at: datetime | None = None
    """To the minute."""

    def valid(self, now: datetime) -> bool:
        """Whether it opens the door."""
        return self.revoked_at is None and (self.expires_at is None or now < self.expires_at)


def new_key(random_bytes: Callable[[int], bytes]) -> str:
    """A new key from a source of random bytes (``os.urandom``)."""
    return PREFIX + base64.urlsafe_b64encode(random_bytes(_RANDOM)).decode().rstrip("=")


def digest_of(key: str) -> str:
    """What is kept of a key."""
    return hashlib.sha256(key.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks, as far as the door knows."""

    name: str
    """Of the key; for people and logs."""
    scopes: frozenset[Scope] = ALL_SCOPES
    partner: str | None = None
    channel: str | None = None
    key: str | None = None
    """The id of the key; None for the token of the settings, and where no key is asked for."""

    def sees(self, partner: str | None) -> bool:
        """Whether what belongs to this partner (None: to nobody) is shown to it."""
        return self.partner is None or self.partner == partner
