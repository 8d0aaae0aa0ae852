"""A seller's answer to an order (X12 855)."""

from typing import Literal

from pydantic import Field

from canonical.document import TradeDocument
from canonical.line import Line
from canonical.model import CodeText, DateText, Model
from canonical.parts import Allowance, Carrier, Contact, Date, Item, PaymentTerms, Quantity, Schedule, Tax
from canonical.purchase_order import OrderTotals

LineStatus = Literal[
    "accepted", "acceptedWithChanges", "backordered", "substituted", "rejected", "cancelled",
    "onHold", "rescheduled", "shipped", "other",
]  # fmt: skip
"""What became of a line, in one word; ``sourceCode`` keeps the sender's own (X12 668)."""

OrderStatus = Literal["accepted", "acceptedWithChanges", "rejected", "onHold", "acknowledged", "other"]
"""What the seller says of the whole order; ``statusCode`` keeps the sender's own (X12 587)."""


class LineAcknowledgment(Model):
    """What the seller says of a line, or of a part of its quantity: one line may have several."""

    status: LineStatus
    quantity: Quantity | None = None
    date: DateText | None = None
    date_type: str | None = Field(default=None, description="Our word for what the date is, or the sender's code.")
    date_qualifier: CodeText | None = None
    source_code: CodeText
    item: Item | None = Field(default=None, description="The substitute or corrected item, where one is named.")
    reference: str | None = None
    dates: tuple[Date, ...] = ()


class AcknowledgedLine(Line):
    """A line of the order with the seller's answers to it."""

    acknowledgments: tuple[LineAcknowledgment, ...] = ()
    schedules: tuple[Schedule, ...] = ()
    sub_lines: tuple["AcknowledgedLine", ...] = ()


class PurchaseOrderAcknowledgment(TradeDocument):
    """A seller's answer; ``number`` is the seller's own where there is one, else the order's."""

    document_type: Literal["purchase_order_acknowledgment"] = "purchase_order_acknowledgment"
    order_number: str
    order_date: DateText | None = None
    release_number: str | None = None
    contract_number: str | None = None
    seller_order_number: str | None = None
    status: OrderStatus
    status_code: CodeText | None = None
    acknowledgment_date: DateText | None = None
    payment_terms: tuple[PaymentTerms, ...] = ()
    carriers: tuple[Carrier, ...] = ()
    allowances: tuple[Allowance, ...] = ()
    taxes: tuple[Tax, ...] = ()
    contacts: tuple[Contact, ...] = ()
    lines: tuple[AcknowledgedLine, ...] = ()
    totals: OrderTotals | None = None
