"""What a partner's application says of messages that it got: its verdict on their content (X12 824, HL7 ACK)."""

from typing import Literal

from pydantic import Field

from canonical.document import Document
from canonical.model import CodeText, DateText, DecimalText, Model, TimeText
from canonical.parts import Contact, Date, Extensions, Note, Party, Quantity, Reference

ApplicationStatus = Literal[
    "accepted", "acceptedWithErrors", "acceptedWithChanges", "partiallyAccepted", "onHold", "rejected", "other"
]
"""The verdict in one word; ``statusCode`` keeps the sender's own (X12 110, HL7 0008)."""


class ApplicationError(Model):
    """What is wrong with a message, and where, as far as the partner tells."""

    code: CodeText
    text: str | None = None
    severity: CodeText | None = Field(default=None, description="As sent, where one was.")
    segment: str | None = Field(default=None, description="Segment id, as `PO1`.")
    position: int | None = Field(default=None, description="Of the segment in the message; the first is 1.")
    loop: str | None = None
    element: int | None = None
    component: int | None = None
    repetition: int | None = None
    element_number: str | None = Field(default=None, description="Data element number, as `330`.")
    value: str | None = Field(default=None, description="A copy of what was sent.")
    new_value: str | None = Field(default=None, description="What the partner took instead.")
    notes: tuple[Note, ...] = ()
    details: tuple[Reference, ...] = Field(default=(), description="Codes of the partner's own lists.")
    extensions: Extensions = Field(default_factory=dict)


class Amount(Model):
    """An amount of money with its meaning."""

    type: str
    amount: DecimalText


class NamedQuantity(Model):
    """A quantity with its meaning; ``type`` is our word for it, or the sender's code."""

    type: str
    quantity: Quantity
    qualifier: CodeText | None = None


class MessageAcknowledgment(Model):
    """The verdict on one message, or on what it says of one item."""

    status: ApplicationStatus
    status_code: CodeText
    level: Literal["batch", "group", "message", "item"] = Field(default="message", description="What was judged.")
    message_type: str | None = Field(default=None, description="Of the judged message, as `850`.")
    control_number: str | None = Field(default=None, description="ST02 or MSH-10 of the judged message.")
    group: str | None = Field(default=None, description="GS06 of the judged message.")
    release: str | None = None
    sender: str | None = Field(default=None, description="Who sent the judged message, as its group says.")
    receiver: str | None = None
    date: DateText | None = None
    time: TimeText | None = None
    purpose_code: CodeText | None = Field(default=None, description="X12 353 code of the judged message.")
    transaction_type: CodeText | None = Field(default=None, description="X12 640 code of the judged message.")
    references: tuple[Reference, ...] = Field(default=(), description="The first names the judged document.")
    dates: tuple[Date, ...] = ()
    amounts: tuple[Amount, ...] = ()
    quantities: tuple[NamedQuantity, ...] = ()
    parties: tuple[Party, ...] = ()
    contacts: tuple[Contact, ...] = ()
    errors: tuple[ApplicationError, ...] = ()
    extensions: Extensions = Field(default_factory=dict)


class ApplicationAcknowledgment(Document):
    """A partner's verdict on content.

    ``status`` is the worst of ``messages``, or `partiallyAccepted` where some are accepted and some rejected.
    """

    document_type: Literal["application_acknowledgment"] = "application_acknowledgment"
    status: ApplicationStatus
    related_number: str | None = Field(default=None, description="A further number that the sender names.")
    transaction_type: CodeText | None = Field(default=None, description="X12 640 code as sent.")
    action_code: CodeText | None = Field(default=None, description="X12 306 code as sent.")
    security_level: CodeText | None = Field(default=None, description="X12 786 code as sent.")
    parties: tuple[Party, ...] = ()
    messages: tuple[MessageAcknowledgment, ...] = ()
