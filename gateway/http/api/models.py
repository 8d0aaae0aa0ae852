"""The answers of the API as models; /openapi.json describes them."""

from datetime import datetime
from typing import Any, Literal

from pydantic import Field

from adapters.contracts import Outcome
from canonical.model import Model
from canonical.problem import Problem
from gateway.ledger.records import DeliveryState, EventState, ParcelState

_NEXT = Field(default=None, description="Address of the next page; absent on the last one.")


class DocumentItem(Model):
    """One message that came or was handed in to be sent: a canonical document, or a rejection."""

    id: str = Field(description="Also the id of its event.")
    delivery: str = Field(description="The delivery that it came with.")
    position: int = Field(description="Its place in the delivery, from 1.")
    partner: str
    document_type: str
    number: str = Field(description="The business number.")
    correlation: str = Field(description="The number that joins the documents of one order.")
    status: Literal["accepted", "rejected"]
    direction: Literal["received", "submitted", "replayed"] = Field(
        description="From the partner, or to it; or it stands for another document, published again as a new one."
    )
    standard: str
    message_type: str | None = None
    interchange: str | None = None
    group: str | None = None
    transaction: str | None = None
    recorded_at: datetime
    pruned_at: datetime | None = Field(default=None, description="When its content was pruned.")


class DocumentList(Model):
    """A page of documents, newest first."""

    items: tuple[DocumentItem, ...]
    next: str | None = _NEXT


class ReplayedItem(Model):
    """What a replay did with one message."""

    replay: str
    at: datetime
    by: str
    reason: str
    how: Literal["published", "new", "read"] = Field(
        description="Its event went out again; or what it says today, as a new one; or its delivery was read again."
    )
    delivery: str
    document: str = Field(description="The message that was replayed.")
    became: str | None = Field(default=None, description="The id that it went out under.")
    done_at: datetime | None = Field(default=None, description="Absent while it waits to be read.")


class DocumentAnswer(DocumentItem):
    """One message with all that is known of it."""

    event: EventState | None = Field(default=None, description="How far its event has come.")
    problems: tuple[Problem, ...] = ()
    replays: tuple[ReplayedItem, ...] = Field(default=(), description="When it was replayed, or what it came of.")
    data: dict[str, Any] | None = Field(
        description="The document, as it is published; null where its content was pruned (`prunedAt`)."
    )


class DeliveryItem(Model):
    """Bytes that arrived, and what became of them."""

    id: str
    channel: str
    name: str
    partner: str | None = None
    sha256: str
    size: int
    received_at: datetime
    state: DeliveryState
    outcome: Outcome | None = None
    accepted: int
    rejected: int
    summary: str
    repeats: str | None = Field(default=None, description="The delivery that brought the same bytes first.")
    pruned_at: datetime | None = Field(default=None, description="When its content was pruned.")


class DeliveryList(Model):
    """A page of deliveries, newest first."""

    items: tuple[DeliveryItem, ...]
    next: str | None = _NEXT


class ParcelItem(Model):
    """An outbound transmission."""

    id: str
    partner: str
    channel: str
    kind: str = Field(description="`850`, `997`, `TA1`, … or the document's type.")
    state: ParcelState
    name: str | None = None
    sha256: str | None = Field(default=None, description="Of its bytes, once they are written.")
    control_number: str | None = None
    delivery: str | None = Field(default=None, description="The delivery that it answers, or that called for it.")
    created_at: datetime
    attempts: int
    next_attempt_at: datetime | None = None
    delivered_at: datetime | None = None
    repeats: str | None = Field(default=None, description="The transmission whose bytes it sends again.")
    last_error: str | None = None


class ParcelList(Model):
    """A page of transmissions, newest first."""

    items: tuple[ParcelItem, ...]
    next: str | None = _NEXT


class DeliveryAnswer(DeliveryItem):
    """One delivery with all that is known of it."""

    documents: tuple[DocumentItem, ...] = Field(default=(), description="At most 1000.")
    problems: tuple[Problem, ...] = ()
    parcels: tuple[ParcelItem, ...] = Field(default=(), description="Acknowledgments and what else it called for.")
    answer: str | None = Field(default=None, description="Address of what its sender was told in its own tongue.")


class OrderAnswer(Model):
    """The documents of one order, oldest first."""

    number: str
    documents: tuple[DocumentItem, ...]


class ExceptionItem(Model):
    """Something that a person must look at."""

    id: str
    kind: str = Field(description="`technical` or `business`.")
    code: str
    partner: str | None = None
    delivery: str | None = None
    document: str | None = None
    parcel: str | None = None
    channel: str | None = None
    message: str
    opened_at: datetime
    seen: int = Field(description="How often the trouble came while this was open.")
    last_at: datetime | None = Field(default=None, description="When it came last, where it came more than once.")
    assigned_to: str | None = None
    again_of: str | None = Field(
        default=None, description="The exception of the same trouble that was resolved before."
    )
    resolved_at: datetime | None = None
    resolved_by: str | None = Field(default=None, description="`gateway` where it resolved by itself.")
    note: str | None = Field(default=None, description="What was done.")


class ExceptionList(Model):
    """A page of exceptions, newest first."""

    items: tuple[ExceptionItem, ...]
    next: str | None = _NEXT


class IdentityItem(Model):
    """A name by which a partner is known in a standard's envelope."""

    scheme: str
    qualifier: str | None = None
    id: str


class PartnerItem(Model):
    """A partner of the settings."""

    name: str
    identities: tuple[IdentityItem, ...]
    catch_all: bool = Field(description="Whether it stands for every sender that no other partner names.")
    channel: str | None = Field(default=None, description="Where documents for it go.")


class PartnerList(Model):
    """All partners, in the order of their names."""

    items: tuple[PartnerItem, ...]


class SubmittedAnswer(Model):
    """A document that is on its way."""

    id: str = Field(description="Of the document and of its event.")
    delivery: str
    parcel: str | None = None
    status: Literal["accepted"] = "accepted"
    problems: tuple[Problem, ...] = Field(default=(), description="Warnings.")


class InterchangeAnswer(Model):
    """What became of bytes that were handed in."""

    delivery: str
    outcome: Outcome
    accepted: int
    rejected: int
    summary: str
    problems: tuple[Problem, ...] = ()
    documents: tuple[str, ...] = Field(default=(), description="Ids, at most 1000.")
    parcels: tuple[str, ...] = Field(default=(), description="Ids of the acknowledgments: 997, 999, TA1.")
    answer: str | None = Field(default=None, description="Address of the HL7 acknowledgment, where there is one.")


class MailItem(Model):
    """A transmission that waits to be collected."""

    id: str
    partner: str
    kind: str
    name: str
    control_number: str | None = None
    created_at: datetime
    content: str = Field(description="Its bytes, in base64.")


class Mailbox(Model):
    """What waits, oldest first."""

    channel: str
    items: tuple[MailItem, ...]
    more: bool = Field(description="Whether more waits than is shown.")


class Confirmation(Model):
    """What was collected and is safe on the other side."""

    ids: tuple[str, ...] = Field(min_length=1, max_length=1000)


class Confirmed(Model):
    """How many were confirmed; those that were confirmed before count too."""

    confirmed: int


class AuditItem(Model):
    """One row of the audit trail."""

    position: int = Field(description="From 1, without gaps.")
    at: datetime
    actor: str
    actor_kind: Literal["person", "key", "system", "unknown"]
    action: str
    object: str
    partner: str | None = None
    reason: str
    source: str | None = Field(default=None, description="The address or terminal that it came from.")
    details: dict[str, Any]
    previous: str = Field(description="The digest of the row before.")
    digest: str = Field(description="SHA-256 over the row and the digest of the one before.")


class AuditList(Model):
    """A page of the audit trail, oldest first."""

    items: tuple[AuditItem, ...]
    next: str | None = _NEXT
