"""A message that was accepted and kept, and is no supply document: an admission, a result, an order of another kind."""

from typing import Literal

from pydantic import Field

from canonical.document import Document
from canonical.model import Model


class SegmentCount(Model):
    """How often a segment stands in the message."""

    segment: str
    count: int


class UnmappedMessage(Document):
    """Tells that a message came, of which type, and nothing of what it says; ``number`` is the message's."""

    document_type: Literal["unmapped"] = "unmapped"
    message_type: str = Field(description="As `ADT^A08`.")
    segments: tuple[SegmentCount, ...] = ()
