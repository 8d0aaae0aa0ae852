"""A partner's verdict on the transaction sets of one functional group (X12 997, 999)."""

from typing import Literal

from pydantic import Field

from canonical.document import Document
from canonical.model import CodeText, Model

SetStatus = Literal["accepted", "acceptedWithErrors", "rejected", "partiallyAccepted", "other"]
"""The verdict in one word; the code as sent stands beside it."""


class ContextIdentifier(Model):
    """A name for what a fault depends on, as `SITUATIONAL TRIGGER` or `BEG03`, and its value."""

    name: str
    value: str | None = None


class Context(Model):
    """What a fault has to do with: a business document, or another place in the set (CTX of a 999)."""

    identifiers: tuple[ContextIdentifier, ...] = ()
    segment: str | None = None
    position: int | None = Field(default=None, description="Of the segment in the transaction set; ST is 1.")
    loop: str | None = None
    element: int | None = None
    component: int | None = None
    repetition: int | None = None
    element_number: str | None = None
    component_number: str | None = Field(default=None, description="Data element number of the component.")


class ElementError(Model):
    """What is wrong with one element (AK4, IK4)."""

    element: int
    component: int | None = None
    repetition: int | None = None
    element_number: str | None = None
    code: CodeText
    reason: str | None = Field(default=None, description="The code in words.")
    value: str | None = Field(default=None, description="A copy of the bad value, where it may be told.")
    contexts: tuple[Context, ...] = ()


class SegmentError(Model):
    """What is wrong with one segment (AK3, IK3) and its elements."""

    segment: str
    position: int = Field(description="In the transaction set; ST is 1.")
    loop: str | None = None
    codes: tuple[CodeText, ...] = ()
    reasons: tuple[str, ...] = Field(default=(), description="The codes in words, in their order.")
    contexts: tuple[Context, ...] = ()
    elements: tuple[ElementError, ...] = ()


class SetAcknowledgment(Model):
    """The verdict on one transaction set (AK2 to AK5)."""

    message_type: str = Field(description="ST01.")
    control_number: str = Field(description="ST02.")
    implementation: str | None = Field(default=None, description="ST03.")
    status: SetStatus
    status_code: CodeText
    codes: tuple[CodeText, ...] = ()
    reasons: tuple[str, ...] = Field(default=(), description="The codes in words, in their order.")
    segments: tuple[SegmentError, ...] = ()


class FunctionalAcknowledgment(Document):
    """The verdict on one functional group; ``number`` is the group's control number (GS06).

    A group-level answer lists no transaction sets; then the verdict holds for all of them.
    """

    document_type: Literal["functional_acknowledgment"] = "functional_acknowledgment"
    functional_id: CodeText = Field(description="GS01 of the acknowledged group.")
    release: str | None = Field(default=None, description="GS08 of the acknowledged group.")
    status: SetStatus
    status_code: CodeText
    codes: tuple[CodeText, ...] = ()
    reasons: tuple[str, ...] = Field(default=(), description="The codes in words, in their order.")
    claimed: int | None = Field(default=None, description="Transaction sets that the trailer claimed.")
    received: int | None = None
    accepted: int | None = None
    sets: tuple[SetAcknowledgment, ...] = ()
