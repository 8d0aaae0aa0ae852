"""An order as all its documents tell it: a value that the same documents always make, in whatever order they come."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from gateway.tracking.amounts import ZERO, Amount, Item, UnitPrice
from gateway.tracking.events import Acknowledged, Transmitted
from gateway.tracking.papers import Lot, Paper

Fact = Paper | Transmitted | Acknowledged


@dataclass(frozen=True, slots=True)
class Promise:
    """When the seller says that a part of a line is shipped or delivered."""

    day: date
    what: str
    """``scheduledDelivery``, ``scheduledShip``, …, as the seller said."""
    quantity: Decimal


@dataclass(frozen=True, slots=True)
class OtherUnit:
    """A quantity that cannot be compared: it counts nowhere."""

    paper: str
    """Number of the document."""
    stage: str
    """``confirmed``, ``shipped``, ``received`` or ``invoiced``."""
    amount: Amount


@dataclass(frozen=True, slots=True)
class LotSeen:
    """A lot in a shipment or a receipt."""

    lot: Lot
    paper: str
    arrives: date | None


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the order. All quantities are in ``unit``; None for ``ordered`` where no order names the line."""

    key: str
    """The order's own line number, or the place as ``#3``; unique in the order."""
    item: Item
    unit: str | None = None
    wanted: date | None = None
    requested: Decimal | None = None
    """By the requisition."""
    ordered: Decimal | None = None
    """As changed by 860s that were not refused."""
    price: UnitPrice | None = None
    added_by_others: bool = False
    """Whether a seller's document named it and the order does not."""
    cancelled: bool = False
    answered: bool = False
    accepted: Decimal = ZERO
    backordered: Decimal = ZERO
    rejected: Decimal = ZERO
    """Rejected or cancelled by the seller."""
    held: Decimal = ZERO
    """On hold at the seller, or answered in a way of its own."""
    codes: tuple[str, ...] = ()
    """The seller's own words (X12 668)."""
    confirmed_price: UnitPrice | None = None
    changed: bool = False
    """Whether a change of it is not answered yet."""
    promises: tuple[Promise, ...] = ()
    substitutes: tuple[Item, ...] = ()
    shipped: Decimal = ZERO
    shipments: int = 0
    """How many ship notices name it."""
    received: Decimal = ZERO
    receipts: int = 0
    """How many receipts name it."""
    questioned: tuple[tuple[str, Decimal], ...] = ()
    invoiced: Decimal = ZERO
    """Less what was credited."""
    lots: tuple[LotSeen, ...] = ()
    other_units: tuple[OtherUnit, ...] = ()

    @property
    def due(self) -> Decimal:
        """What is still meant to come in the end: ordered, less what was rejected. Backorders are in it."""
        if self.cancelled or self.added_by_others:
            return ZERO
        if self.ordered is None:
            return max(self.accepted + self.backordered, self.shipped, self.received, self.invoiced)
        return max(self.ordered - self.rejected, ZERO)

    @property
    def delivered(self) -> Decimal:
        """What left the seller, as notices or receipts tell: what arrived did leave."""
        return max(self.shipped, self.received + sum((count for _, count in self.questioned), ZERO))


@dataclass(frozen=True, slots=True)
class BilledLine:
    """One line of an invoice or a credit memo, beside the order's line that it is for."""

    number: str | None
    line: str | None
    """Key of the order's line; None where it is for none."""
    item: Item
    amount: Amount | None
    price: UnitPrice | None
    quantity: Decimal | None
    """In the order line's unit; None where it cannot be told."""
    line_price: Decimal | None
    """For one of the order line's unit; None where it cannot be told."""


@dataclass(frozen=True, slots=True)
class Bill:
    """An invoice or a credit memo that counts."""

    id: str
    number: str
    day: date | None
    at: datetime
    credit: bool
    lines: tuple[BilledLine, ...]
    paid: bool


@dataclass(frozen=True, slots=True)
class Order:
    """All that is known of an order."""

    number: str
    facts: tuple[Fact, ...] = ()
    """What it was made from, by id."""
    lines: tuple[Line, ...] = ()
    bills: tuple[Bill, ...] = ()
    papers: tuple[Paper, ...] = ()
    """Those that count, in the order of their kinds and places; what they replace is not among them."""
    repeated: tuple[Paper, ...] = ()
    """Invoices whose number was there before."""
    refused_changes: tuple[str, ...] = ()
    """Numbers of the changes that the seller did not take, empty where the change has none."""
    open_changes: tuple[str, ...] = ()
    """Numbers of the changes that the seller has not answered."""
    cancelled: bool = False
    bill_only: bool = False
    """Whether nothing is shipped: the goods were there before, as implants."""

    @property
    def partners(self) -> tuple[str, ...]:
        """Who sent or got its documents, by name."""
        return tuple(sorted({fact.partner for fact in self.facts if isinstance(fact, Paper)}))

    @property
    def transmitted(self) -> tuple[Transmitted, ...]:
        """What left us."""
        return tuple(fact for fact in self.facts if isinstance(fact, Transmitted))

    @property
    def acknowledged(self) -> tuple[Acknowledged, ...]:
        """What the other side's machines said of it."""
        return tuple(fact for fact in self.facts if isinstance(fact, Acknowledged))

    def line(self, key: str) -> Line:
        """The line with this key; KeyError where there is none."""
        for line in self.lines:
            if line.key == key:
                return line
        raise KeyError(key)
