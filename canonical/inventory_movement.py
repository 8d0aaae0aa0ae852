"""What went into a place, out of it, or was counted in it (cabinet transactions, HL7 INU, negative MFN^M15)."""

from typing import Literal

from pydantic import Field

from canonical.care import DeviceInstance, Moment, Patient, Person, Place
from canonical.document import Document
from canonical.line import Line
from canonical.model import CodeText
from canonical.parts import Quantity

MovementKind = Literal[
    "issue", "return", "refill", "load", "unload", "waste", "count", "empty", "receipt", "transfer", "adjustment",
    "dispense", "other",
]  # fmt: skip
"""What happened; ``kindCode`` keeps the sender's own word."""

Direction = Literal["in", "out", "set"]
"""What it does to the stock of the place: more, less, or exactly so many."""


class MovementLine(Line):
    """One movement of one item; ``quantity`` is never negative, ``direction`` tells which way it went."""

    kind: MovementKind
    kind_code: CodeText | None = None
    direction: Direction
    place: Place | None = None
    expected_quantity: Quantity | None = Field(default=None, description="What should have been there.")
    counted_quantity: Quantity | None = Field(default=None, description="What was there.")
    total_quantity: Quantity | None = Field(default=None, description="What is there now, as the sender says.")
    happened: Moment | None = None
    order_number: str | None = None
    filler_number: str | None = None
    instances: tuple[DeviceInstance, ...] = ()
    performed_by: Person | None = None
    witnessed_by: Person | None = None


class InventoryMovement(Document):
    """Movements that one message tells of; ``number`` is the order's, else the message's."""

    document_type: Literal["inventory_movement"] = "inventory_movement"
    patient: Patient | None = None
    lines: tuple[MovementLine, ...] = ()
