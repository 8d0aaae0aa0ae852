"""The rows of the ledger as frozen values; a change is a new row or a named transition."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from adapters.contracts import Sender

MOST_ATTEMPTS = 5
"""Readings of one delivery that may be begun. One more attempt is counted when it is held for a person instead, which
is how a held one is known. An index of the ledger has this number: another one needs a migration."""


class DeliveryState(StrEnum):
    """How far a delivery has come."""

    RECEIVED = "received"
    """Its bytes are durable; it is still to be read."""
    RECORDED = "recorded"
    """Documents, problems, acknowledgments and receipt are in the ledger."""


class EventState(StrEnum):
    """How far an event has come."""

    HELD = "held"
    """Its interchange is not whole yet; nobody sees it."""
    READY = "ready"
    """To be published."""
    PUBLISHED = "published"
    """Confirmed by the publisher."""
    DROPPED = "dropped"
    """A person set it aside: it is kept, and not published."""


class ParcelState(StrEnum):
    """How far an outbound transmission has come."""

    QUEUED = "queued"
    """To be rendered with its control numbers."""
    READY = "ready"
    """Rendered; its bytes will never change."""
    SENDING = "sending"
    """In the hands of the sender."""
    RETRYING = "retrying"
    """An attempt failed; the next one has its time."""
    HELD = "held"
    """A person keeps it back."""
    DELIVERED = "delivered"
    """The destination has it."""
    ACKNOWLEDGED = "acknowledged"
    """The partner's acknowledgment came; ``verdict`` says how much of it was taken."""
    REJECTED = "rejected"
    """The partner's acknowledgment refuses it."""
    OVERDUE = "overdue"
    """The partner's acknowledgment did not come in time."""
    DEAD = "dead"
    """Given up after too many attempts, or too long."""
    REFUSED = "refused"
    """The destination has said no for good: it is not tried again."""


@dataclass(frozen=True, slots=True)
class DeliveryRow:
    """One arrival of bytes. ``content`` is loaded only on request."""

    id: str
    channel: str
    name: str
    origin: str
    sha256: str
    size: int
    received_at: datetime
    state: DeliveryState
    partner: str | None = None
    outcome: str | None = None
    accepted: int = 0
    rejected: int = 0
    summary: str = ""
    attempts: int = 0
    """How often reading was begun; counted before reading, so that a file that kills the reader is found."""
    repeats: str | None = None
    """The id of the delivery that brought the same bytes first."""
    sender: Sender | None = None
    """Who brought it, as the door saw it; None where the door cannot tell."""
    pruned_at: datetime | None = None
    """When its content was pruned; None while it is there."""
    reader: str | None = None
    """The node that began to read it last."""

    @property
    def held(self) -> bool:
        """Whether nobody could read it to its end, so that it waits for a person."""
        return self.state is DeliveryState.RECORDED and self.attempts > MOST_ATTEMPTS


@dataclass(frozen=True, slots=True)
class InterchangeRow:
    """One interchange of a delivery. Only ``accepted`` ones stand for their control number."""

    id: str
    delivery: str
    partner: str
    sender: str
    receiver: str
    control_number: str
    usage: str
    sha256: str
    verdict: str
    """``accepted``, ``rejected``, ``fatal`` (its envelope was broken), ``duplicate`` or ``conflict``."""
    recorded_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentHead:
    """What is known of one message of a delivery without its body."""

    id: str
    delivery: str
    position: int
    partner: str
    document_type: str
    number: str
    correlation: str
    status: str
    """``accepted`` or ``rejected``."""
    standard: str
    message_type: str | None
    interchange: str | None
    group: str | None
    transaction: str | None
    recorded_at: datetime
    direction: str = "received"
    """``received`` from the partner, or ``submitted`` to be sent to it."""
    pruned_at: datetime | None = None
    """When its content was pruned; None while it is there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentRow(DocumentHead):
    """One message of a delivery: a canonical document, or a rejection with its problems. ``id`` is the event id."""

    body: bytes
    """Canonical JSON, as published; nothing where it was pruned."""


@dataclass(frozen=True, slots=True)
class EventRow:
    """One event to publish or published: the envelope, with its document's body."""

    sequence: int
    """Order of recording, from 1."""
    id: str
    state: EventState
    routing_key: str
    ordering_key: str
    attributes: dict[str, Any]
    """CloudEvents attributes as text."""
    body: bytes
    attempts: int
    """How often publishing was begun; above 1 means that a repeat may exist."""
    replay_of: str | None = None
    feed_position: int | None = None
    """Order of publication, from 1, given when it is first published; the feed's cursor."""


@dataclass(frozen=True, slots=True)
class NewEvent:
    """An event about to be recorded; its body is that of the document with the same id."""

    id: str
    document: str
    delivery: str
    routing_key: str
    ordering_key: str
    attributes: dict[str, Any]
    replay_of: str | None = None
    """The event that it stands for, where a person had it published again as a new one."""
    held: bool = False
    """Held events become ready by ``release_events(delivery)``."""


@dataclass(frozen=True, slots=True)
class ProblemRow:
    """One problem of a delivery, with the document that it belongs to, if it does."""

    delivery: str
    document: str | None
    code: str
    severity: str
    body: bytes
    """The problem as JSON."""


@dataclass(frozen=True, slots=True)
class ParcelRow:
    """One outbound transmission."""

    id: str
    partner: str
    channel: str
    """The channel that sends it."""
    kind: str
    body: bytes
    """The canonical document to render."""
    context: dict[str, Any]
    """What rendering needs besides: envelope ids, delimiters, release."""
    state: ParcelState
    created_at: datetime
    delivery: str | None = None
    interchange: str | None = None
    """The inbound interchange that it answers."""
    name: str | None = None
    content: bytes | None = None
    control_number: str | None = None
    attempts: int = 0
    next_attempt_at: datetime | None = None
    delivered_at: datetime | None = None
    repeats: str | None = None
    """The parcel whose bytes it sends again."""
    last_error: str | None = None
    document_type: str | None = None
    """Of the canonical documents in it; None for acknowledgments."""
    usage: str | None = None
    """``P`` or ``T``, as ISA15; None for acknowledgments."""
    closes_at: datetime | None = None
    """Until when further documents may join it, where it is a batch."""
    since: datetime | None = None
    """From when its age counts: when it was recorded, released or sent again; ``created_at`` where none is given."""
    transmissions: int = 1
    """How often it was sent on its way: more than once where a person asked for it."""
    awaits: str | None = None
    """``997`` or ``999``, where the partner owes one."""
    await_seconds: int | None = None
    """Within how long of the delivery the acknowledgment is due."""
    answer_seconds: int | None = None
    """Within how long of the delivery the partner's business answer is due."""
    due_at: datetime | None = None
    """When the acknowledgment is overdue; None where none is awaited any more."""
    acknowledged_at: datetime | None = None
    verdict: str | None = None
    """``accepted``, ``accepted_with_errors``, ``partially_accepted`` or ``rejected``."""
    functional_id: str | None = None
    """GS01 of its group."""
    group_number: str | None = None
    """GS06 of its group."""
    exception: str | None = None
    """The open exception that resolves by itself when an acknowledgment comes."""
    pruned_at: datetime | None = None
    """When document and bytes were pruned; None while they are there."""


@dataclass(frozen=True, slots=True)
class ExceptionRow:
    """Something a person must look at."""

    id: str
    kind: str
    """``technical`` or ``business``."""
    code: str
    partner: str | None
    delivery: str | None
    document: str | None
    message: str
    opened_at: datetime
    resolved_at: datetime | None = None
    note: str | None = None
    """What was done, where it is resolved."""
    key: str | None = None
    """Names the trouble: while one of this key is open, no other is opened."""
    parcel: str | None = None
    channel: str | None = None
    assigned_to: str | None = None
    resolved_by: str | None = None
    """``gateway`` where it resolved by itself."""
    seen: int = 1
    """How often the trouble came while this was open."""
    last_at: datetime | None = None
    """When it came last; ``opened_at`` where that was the only time."""
    again_of: str | None = None
    """The exception of the same key that was resolved before."""


@dataclass(frozen=True, slots=True)
class Backlog:
    """How much waits, for readiness and metrics."""

    deliveries: int
    events: int
    oldest_event_at: datetime | None
    parcels: int
    exceptions: int
    counts: dict[str, int] = field(default_factory=dict)
    """Totals by name: ``deliveries.accepted``, ``documents.purchase_order.accepted``, ``events.published``, …"""
