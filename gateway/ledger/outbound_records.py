"""The rows of what is sent, besides the parcels themselves."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from gateway.ledger.parcel_states import ParcelStep
from gateway.ledger.records import ParcelState


@dataclass(frozen=True, slots=True)
class ParcelDocumentRow:
    """One document in a parcel."""

    parcel: str
    position: int
    """In the parcel, from 1."""
    document: str
    number: str
    """The document's own, as a PO number."""
    size: int = 0
    """Bytes of its canonical JSON."""
    status: str = "waiting"
    """``waiting`` for a verdict, ``accepted``, ``accepted_with_errors``, ``rejected``, or ``left out``."""
    set_number: str | None = None
    """ST02, when it is rendered."""
    answer_due_at: datetime | None = None
    """When the partner's business answer is due; None where none is awaited any more."""
    answered_by: str | None = None
    """The id of the document that answers it."""
    exception: str | None = None
    """The open exception that resolves by itself when the answer comes."""


@dataclass(frozen=True, slots=True)
class ParcelHistoryRow:
    """One change of a parcel's state, or a note about it (then both states are the same)."""

    parcel: str
    at: datetime
    from_state: ParcelState
    to_state: ParcelState
    why: str
    by: str
    """Who did it: ``gateway``, ``partner``, or a person's login name."""


@dataclass(frozen=True, slots=True)
class ParcelMove:
    """One step of one parcel, with what else changes. What stays None stays as it is."""

    parcel: str
    step: ParcelStep
    at: datetime
    why: str = ""
    by: str = "gateway"
    next_attempt_at: datetime | None = None
    verdict: str | None = None


@dataclass(frozen=True, slots=True)
class HoldRow:
    """A channel, or one partner's lane of it, that a person keeps back."""

    channel: str
    partner: str | None
    """None for the whole channel."""
    since: datetime
    why: str
    by: str


class BreakerState(StrEnum):
    """Whether a destination is called."""

    CLOSED = "closed"
    """It is."""
    OPEN = "open"
    """It failed too often: not before ``retry_at``."""
    HALF_OPEN = "half_open"
    """One parcel tries whether it is back."""


@dataclass(frozen=True, slots=True)
class Breaker:
    """The circuit breaker of one destination."""

    channel: str
    state: BreakerState = BreakerState.CLOSED
    failures: int = 0
    """Failed attempts in a row."""
    trips: int = 0
    """How often it opened since it was last closed."""
    changed_at: datetime | None = None
    retry_at: datetime | None = None
    reason: str = ""
    """The last failure, in a few words."""
    exception: str | None = None
    """The exception that is open because of it."""


@dataclass(frozen=True, slots=True)
class OpenBatch:
    """A parcel that a further document may join."""

    parcel: str
    documents: int
    size: int
    """Bytes of canonical JSON in it."""


@dataclass(frozen=True, slots=True)
class Rest:
    """What is not to be given now, besides what the ledger knows itself."""

    in_order: frozenset[str] = field(default_factory=frozenset)
    """Channels in which nothing overtakes what failed, within a partner's lane."""
    lanes: frozenset[tuple[str, str]] = field(default_factory=frozenset)
    """(channel, partner) that are being sent."""
    channels: frozenset[str] = field(default_factory=frozenset)
    """Channels that are not called now."""
    collected: frozenset[str] = field(default_factory=frozenset)
    """Channels whose parcels wait to be collected: they are rendered, and not sent."""
    held_blocks: bool = True
    """Whether a parcel that is held keeps back those behind it in such a lane."""
