"""What a ward, a storeroom or a cabinet asks for (HL7 OMS, OMN, ORM with RQD)."""

from typing import Literal

from pydantic import Field

from canonical.care import Code, DeviceInstance, Flag, Patient, Person, Place
from canonical.document import Document
from canonical.line import Line
from canonical.model import CodeText, DateText

OrderAction = Literal["new", "cancel", "change", "replace", "hold", "release", "status", "other"]
"""What is to be done with a line; ``actionCode`` keeps the sender's own (HL7 table 0119)."""


class RequisitionLine(Line):
    """One thing that is asked for; ``price`` is what the asking one expects."""

    action: OrderAction = "new"
    action_code: CodeText | None = Field(default=None, description="HL7 table 0119 code as sent.")
    order_number: str | None = Field(default=None, description="The asking system's number for this line (ORC-2).")
    filler_number: str | None = Field(default=None, description="The answering system's number for it (ORC-3).")
    status_code: CodeText | None = Field(default=None, description="HL7 table 0038 code as sent.")
    needed_date: DateText | None = None
    cost_center: Code | None = None
    account: Code | None = Field(default=None, description="Natural account of the general ledger.")
    deliver_to: Place | None = None
    taxable: Flag | None = None
    substitute_allowed: Flag | None = None
    instances: tuple[DeviceInstance, ...] = ()
    entered_by: Person | None = None
    ordered_by: Person | None = None


class Requisition(Document):
    """A request for goods from inside the hospital; ``number`` is the group's, the order's, or the message's."""

    document_type: Literal["requisition"] = "requisition"
    requisition_type: Literal["stock", "nonStock", "replenishment", "order"] = Field(
        description="`order` where the sender does not tell stock goods from others."
    )
    patient: Patient | None = None
    lines: tuple[RequisitionLine, ...] = ()
