"""What the projection keeps of a document: small facts, the same whenever and however often the document comes."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from gateway.tracking.amounts import Amount, Item, UnitPrice
from gateway.tracking.events import Direction


class Kind(StrEnum):
    """What a paper does to its order."""

    REQUISITION = "requisition"
    ORDER = "order"
    CHANGE = "change"
    ANSWER = "answer"
    SHIPMENT = "shipment"
    RECEIPT = "receipt"
    INVOICE = "invoice"
    CREDIT = "credit"
    PAYMENT = "payment"


@dataclass(frozen=True, slots=True)
class Said:
    """A seller's word on a line, or on a part of its quantity."""

    status: str
    """As in ``LineAcknowledgment.status``."""
    code: str
    amount: Amount | None = None
    day: date | None = None
    day_type: str | None = None
    item: Item | None = None
    """The substitute, where one is named."""


@dataclass(frozen=True, slots=True)
class Lot:
    """One lot or serial number of what came."""

    number: str | None
    serial: str | None
    expires: date | None
    amount: Amount | None = None


@dataclass(frozen=True, slots=True)
class PaperLine:
    """One line of a paper."""

    number: str | None
    item: Item
    amount: Amount | None = None
    price: UnitPrice | None = None
    change: str | None = None
    """As in ``ChangedLine.change``."""
    said: tuple[Said, ...] = ()
    lots: tuple[Lot, ...] = ()
    questioned: tuple[tuple[str, Amount], ...] = ()
    """What came and is not good, with its condition."""
    wanted: date | None = None


@dataclass(frozen=True, slots=True)
class Paper:
    """One document, as far as it tells of this order."""

    id: str
    kind: Kind
    number: str
    at: datetime
    partner: str
    direction: Direction
    day: date | None
    """Its own date."""
    mark: str
    """What tells it from others of its day: the sender's control number, or our own time where we wrote it."""
    lines: tuple[PaperLine, ...] = ()
    purpose: str | None = None
    status: str | None = None
    status_code: str | None = None
    change_number: str | None = None
    to_change: bool = False
    """Whether an answer is to a change (865)."""
    wanted: date | None = None
    arrives: date | None = None
    """When a shipment is expected, or goods were received; else the day it left."""
    contract: str | None = None
    order_purpose: str | None = None
    currency: str | None = None
    paid: tuple[str, ...] = ()
    """Numbers of the invoices that a payment is for."""
    total: Decimal | None = None

    @property
    def place(self) -> tuple[str, int, str, str, str]:
        """Its place among the papers of its kind. It follows from the paper alone, never from when it came."""
        change = (self.change_number or "").zfill(10)
        return (self.day.isoformat() if self.day else "", int(self.to_change), change, self.mark, self.id)

    @property
    def cancels(self) -> bool:
        """Whether it takes back what was said under its number."""
        return self.purpose in ("cancel", "delete", "cancelToBeReissued")
