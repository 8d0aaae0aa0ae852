"""A partner's verdict on an interchange's envelope (X12 TA1)."""

from typing import Literal

from pydantic import Field

from canonical.document import Document
from canonical.model import CodeText, TimeText


class InterchangeAcknowledgment(Document):
    """The verdict on one interchange; ``number`` is its control number (ISA13)."""

    document_type: Literal["interchange_acknowledgment"] = "interchange_acknowledgment"
    status: Literal["accepted", "acceptedWithErrors", "rejected", "other"]
    status_code: CodeText
    note_code: CodeText = Field(description="X12 I18: 000 no error, 001 control numbers differ, 025 duplicate, …")
    reason: str | None = Field(default=None, description="The note code in words.")
    interchange_time: TimeText | None = Field(default=None, description="ISA10; ISA09 is `issueDate`.")
