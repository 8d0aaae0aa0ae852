"""Putting something on record, and who is acting.

``audit(tx, entry)`` is called inside the transaction of what it tells of: both are there, or neither.
"""

import os
import pwd
import sys
from contextlib import suppress
from typing import Protocol

from gateway.audit.entry import Action, Actor, ActorKind, AuditRow, Entry
from gateway.keys import Caller
from gateway.ledger.contract_audit import AuditChanges


class HasTrail(Protocol):
    """A transaction of the ledger."""

    @property
    def trail(self) -> AuditChanges:
        """The audit trail."""


def audit(tx: HasTrail, entry: Entry) -> AuditRow:
    """Adds the entry to the trail, in the caller's own transaction."""
    return tx.trail.record(entry)


def os_actor() -> Actor:
    """The user that this process runs as, by the system and not by its environment; behind sudo, who called it."""
    name = _user(os.getuid())
    caller = os.environ.get("SUDO_UID", "")
    if os.getuid() == 0 and caller.isdigit() and int(caller):
        name = f"{_user(int(caller))} as {name}"
    source = None
    with suppress(OSError):
        source = os.ttyname(sys.stdin.fileno()) if sys.stdin is not None and sys.stdin.isatty() else None
    return Actor(name, ActorKind.PERSON, source)


def key_actor(caller: Caller, address: str | None) -> Actor:
    """Whoever asks over HTTP: the name and the id of the key. Where no key is asked for, the machine is all we know."""
    if caller.key is not None:
        return Actor(f"{caller.name} ({caller.key})", ActorKind.KEY, address)
    return Actor(caller.name, ActorKind.KEY if caller.name == "token" else ActorKind.UNKNOWN, address)


def viewed(what: str, actor: Actor, partner: str | None, part: str) -> Entry:
    """Somebody was shown content; ``what`` is a kind and an id, ``part`` which bytes of it."""
    return Entry(Action.PAYLOAD_VIEWED, actor, what, partner, details={"part": part})


def _user(number: int) -> str:
    try:
        return pwd.getpwuid(number).pw_name
    except KeyError:
        return f"user {number}"
