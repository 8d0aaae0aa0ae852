"""The contracts between the gateway and its channels.

A source hands each delivery to a handler and awaits the receipt: the returned value *is* the
acknowledgement, so it cannot be forgotten, said twice, or said before the ledger has written.
"""

import mmap
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

Content = bytes | mmap.mmap
"""A delivery's bytes; a large file is mapped, not read. Slices of both are ``bytes``."""


class AdapterError(Exception):
    """The world failed: network, disk or peer. It is retried, and told to a person when it lasts."""


class RefusedError(AdapterError):
    """The other side has the content and answered no: the same bytes again would not help, a person must look."""


class Outcome(StrEnum):
    """What became of a delivery, for the one who sent it."""

    ACCEPTED = "accepted"
    """Every message in it was accepted."""
    PARTIAL = "partial"
    """Some messages were accepted, some rejected."""
    REJECTED = "rejected"
    """No message in it was accepted; the bytes are in the ledger."""
    QUARANTINED = "quarantined"
    """Held for a person: an unknown sender, or a control number used twice for different content."""
    DUPLICATE = "duplicate"
    """The same bytes were taken before; the first answer is given again and nothing is published."""


@dataclass(frozen=True, slots=True)
class Sender:
    """Who brought a delivery, as the door saw it: nothing in it was taken from the content."""

    address: str
    """IP address of the other side."""
    port: int
    """Our port that it came in by."""
    subject: str | None = None
    """Subject of the client certificate, as ``CN=ehr.example,O=St Example``; None where none was shown."""
    names: tuple[str, ...] = ()
    """What the client certificate is made out to: common name first, then its alternative names, each once."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """Bytes that arrived through a channel: the unit of acceptance."""

    id: str
    channel: str
    name: str
    """The sender's file name, for people; never used as a local path."""
    origin: str
    """Tells one arrival from the next: the same origin again is the same arrival seen again after a crash."""
    content: Content
    sha256: str
    received_at: datetime
    sender: Sender | None = None
    """Who brought it; None where the door cannot tell, as that of a folder."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """What we tell the sender about a delivery, after the commit."""

    delivery: str
    outcome: Outcome
    accepted: int = 0
    rejected: int = 0
    summary: str = ""
    """One line for a person, without content of the message."""
    diagnosis: bytes | None = None
    """The problems as plain text for a person, where there are any."""
    answer: bytes | None = None
    """What a waiting sender is told in its own tongue; None where nothing is to be said."""


Handler = Callable[[Delivery], Awaitable[Receipt]]


@dataclass(frozen=True, slots=True)
class Oversized:
    """A file that was not taken because it is larger than its channel allows: what is known of it without its bytes."""

    id: str
    channel: str
    name: str
    origin: str
    """As that of a delivery."""
    size: int
    limit: int
    sha256: str | None
    """None where it lies with somebody else and was not fetched."""
    seen_at: datetime


Unkept = Callable[[Oversized], Awaitable[None]]
"""Writes down that a file was not taken; it is put apart after that. Raises where it could not be written."""


async def nobody(_: Oversized) -> None:
    """Writes nothing down."""


Alarm = Callable[[str, str], None]
"""Tells a person of what only a person can mend: the code of a problem kind, and a sentence without content."""


class Source(Protocol):
    """A channel that receives. ``run`` is called once and ends only by cancellation or by failing."""

    name: str

    async def run(self, handle: Handler) -> None:
        """Receives for ever; settles nothing (moves no file, sends no answer) without a receipt."""

    def listening(self) -> bool:
        """Whether the channel can receive now."""


@dataclass(frozen=True, slots=True)
class Parcel:
    """An outbound transmission: rendered bytes with a name, for one partner."""

    id: str
    partner: str
    kind: str
    """``997``, ``TA1``, later ``850`` and so on."""
    name: str
    """File name at the destination, of ``[A-Za-z0-9._-]`` only."""
    content: bytes


class Verdict(StrEnum):
    """What a received message says about the one that was sent."""

    ACCEPTED = "accepted"
    """It is theirs now."""
    REFUSED = "refused"
    """They do not want this content; the same bytes again would not help."""
    BUSY = "busy"
    """They cannot take it now; later they may."""
    MORE = "more"
    """It is about this message and not the last word: the next one is awaited."""
    STRAY = "stray"
    """It is no answer to this message."""


class Destination(Protocol):
    """A channel that sends. ``send`` may be repeated with the same parcel and then changes nothing."""

    async def send(self, parcel: Parcel) -> str:
        """Sends and returns where it went, for the history; raises AdapterError to be tried again."""

    def close(self) -> None:
        """Lets go of what it keeps open; a later ``send`` opens it anew. A second call changes nothing."""
