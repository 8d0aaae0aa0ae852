"""A buyer's change of an order (X12 860)."""

from typing import Literal

from pydantic import Field

from canonical.document import TradeDocument
from canonical.model import CodeText, DateText, DecimalText
from canonical.parts import Allowance, Carrier, Contact, FreightTerms, PaymentTerms, Tax
from canonical.purchase_order import OrderLine, OrderPurpose, OrderTotals

LineChange = Literal[
    "add", "delete", "change", "quantity", "quantityIncrease", "quantityDecrease", "price", "priceAndQuantity",
    "priceAndSchedule", "schedule", "scheduleAndQuantity", "multiple", "dates", "terms", "allowances", "transport",
    "packing", "replaceItem", "replaceAll", "transfer", "noChange", "rejectChange", "cancelOrder", "other",
]  # fmt: skip
"""What changes in a line, in one word; ``changeCode`` keeps the sender's own (X12 670)."""


class ChangedLine(OrderLine):
    """One line as it shall be from now on: ``quantity`` is the new one, not the difference."""

    change: LineChange
    change_code: CodeText | None = Field(default=None, description="X12 670 code as sent.")
    quantity_left: DecimalText | None = Field(default=None, description="What is still to come, in the same unit.")


class PurchaseOrderChange(TradeDocument):
    """A change of an order; ``number`` is the order's, ``changeNumber`` tells one change of it from another."""

    document_type: Literal["purchase_order_change"] = "purchase_order_change"
    order_number: str = Field(description="The same as `number`.")
    order_date: DateText | None = None
    order_type: CodeText | None = Field(default=None, description="X12 92 code as sent: NE, SA, CN, RO, …")
    order_purpose: OrderPurpose | None = Field(default=None, description="What it is for, as far as it was told.")
    change_number: str | None = None
    release_number: str | None = Field(default=None, description="The release against a blanket order.")
    contract_number: str | None = None
    seller_order_number: str | None = None
    request_reference: str | None = Field(default=None, description="The number of a request or quote.")
    acknowledgment_date: DateText | None = Field(default=None, description="When the seller acknowledged the order.")
    acknowledgment_type: CodeText | None = Field(default=None, description="What answer is wanted, X12 587.")
    contract_type: CodeText | None = Field(default=None, description="X12 1166 code as sent.")
    purchase_category: CodeText | None = Field(default=None, description="X12 1232 code as sent.")
    security_level: CodeText | None = Field(default=None, description="X12 786 code as sent.")
    transaction_type: CodeText | None = Field(default=None, description="X12 640 code as sent.")
    requested_delivery: DateText | None = None
    payment_terms: tuple[PaymentTerms, ...] = ()
    freight_terms: tuple[FreightTerms, ...] = ()
    carriers: tuple[Carrier, ...] = ()
    allowances: tuple[Allowance, ...] = ()
    taxes: tuple[Tax, ...] = ()
    contacts: tuple[Contact, ...] = ()
    lines: tuple[ChangedLine, ...] = ()
    totals: OrderTotals | None = None
