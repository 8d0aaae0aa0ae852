"""What was used on a patient, or charged for it (HL7 DFT, implants in ORU)."""

from typing import Literal

from pydantic import Field

from canonical.care import Code, DeviceInstance, Moment, Patient, Person, Place
from canonical.document import Document
from canonical.line import Line
from canonical.model import CodeText
from canonical.parts import Price

TransactionKind = Literal["charge", "credit", "payment", "adjustment", "usage", "other"]
"""What the sender's book says; ``transactionCode`` keeps its own word (HL7 table 0017)."""


class UsageLine(Line):
    """One item that was used; ``price`` is what is charged for a unit, ``cost`` what it costs the hospital."""

    transaction: TransactionKind
    transaction_code: CodeText | None = None
    transaction_number: str | None = None
    batch: str | None = None
    used: Moment | None = None
    posted: Moment | None = None
    cost: Price | None = None
    amount: Price | None = Field(default=None, description="Of the whole line, as sent.")
    charge: Code | None = Field(default=None, description="What it is booked as, where that is not the item itself.")
    department: Code | None = None
    place: Place | None = None
    procedure: Code | None = None
    filler_number: str | None = None
    instances: tuple[DeviceInstance, ...] = ()
    performed_by: Person | None = None
    ordered_by: Person | None = None
    entered_by: Person | None = None


class SupplyUsage(Document):
    """Supplies used in one encounter; ``number`` is the transaction's, else the message's."""

    document_type: Literal["supply_usage"] = "supply_usage"
    patient: Patient | None = None
    lines: tuple[UsageLine, ...] = ()
