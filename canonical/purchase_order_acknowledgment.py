"""A seller's answer to an order (X12 855) or to a change of it (X12 865)."""

from typing import Literal

from pydantic import Field

from canonical.document import TradeDocument
from canonical.line import Line
from canonical.model import CodeText, DateText, DecimalText, Model
from canonical.parts import (
    Allowance,
    Carrier,
    Contact,
    Date,
    FreightTerms,
    Item,
    PaymentTerms,
    Quantity,
    Schedule,
    Tax,
)
from canonical.purchase_order import OrderTotals
from canonical.purchase_order_change import LineChange

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
    """A line of the order with the seller's answers to it.

    ``change`` stands where a change of the line is answered; then ``quantity`` is the new one.
    """

    change: LineChange | None = None
    change_code: CodeText | None = Field(default=None, description="X12 670 code as sent.")
    quantity_left: DecimalText | None = Field(default=None, description="What is still to come, in the same unit.")
    acknowledgments: tuple[LineAcknowledgment, ...] = ()
    schedules: tuple[Schedule, ...] = ()
    sub_lines: tuple["AcknowledgedLine", ...] = ()


class PurchaseOrderAcknowledgment(TradeDocument):
    """A seller's answer; ``number`` is the seller's own where there is one, else the order's."""

    document_type: Literal["purchase_order_acknowledgment"] = "purchase_order_acknowledgment"
    answers: Literal["order", "change"] = Field(default="order", description="What the seller answers (855 or 865).")
    order_number: str
    order_date: DateText | None = None
    release_number: str | None = None
    contract_number: str | None = None
    seller_order_number: str | None = None
    change_number: str | None = Field(default=None, description="Which change is answered.")
    change_date: DateText | None = Field(default=None, description="When the change was asked for.")
    order_type: CodeText | None = Field(default=None, description="X12 92 code as sent.")
    request_reference: str | None = Field(default=None, description="The number of a request or quote.")
    transaction_type: CodeText | None = Field(default=None, description="X12 640 code as sent.")
    status: OrderStatus
    status_code: CodeText | None = None
    acknowledgment_date: DateText | None = None
    payment_terms: tuple[PaymentTerms, ...] = ()
    freight_terms: tuple[FreightTerms, ...] = ()
    carriers: tuple[Carrier, ...] = ()
    allowances: tuple[Allowance, ...] = ()
    taxes: tuple[Tax, ...] = ()
    contacts: tuple[Contact, ...] = ()
    lines: tuple[AcknowledgedLine, ...] = ()
    totals: OrderTotals | None = None
