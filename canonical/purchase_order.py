"""A buyer's order (X12 850)."""

from typing import Literal

from pydantic import Field

from canonical.document import TradeDocument
from canonical.line import Line
from canonical.model import CodeText, DateText, DecimalText, Model
from canonical.parts import Allowance, Carrier, Contact, FreightTerms, PaymentTerms, Schedule, Tax

OrderPurpose = Literal[
    "stock", "non_stock", "drop_ship", "consignment", "bill_only", "bill_and_replace", "rush", "standing", "service",
]  # fmt: skip
"""What an order is for, in the hospital's words. No X12 code says it whole: partners have their own ways."""


class OrderLine(Line):
    """One line of an order."""

    schedules: tuple[Schedule, ...] = Field(default=(), description="By place or by date (SDQ, SCH).")
    sub_lines: tuple[Line, ...] = Field(default=(), description="Parts of a kit or an assortment (SLN).")


class OrderTotals(Model):
    """What the sender counted, to be compared with what arrived."""

    line_count: int | None = None
    hash_total: DecimalText | None = None
    amount: DecimalText | None = None


class PurchaseOrder(TradeDocument):
    """A buyer's order; ``number`` is the purchase order number."""

    document_type: Literal["purchase_order"] = "purchase_order"
    order_type: CodeText | None = Field(default=None, description="X12 92 code as sent: NE, SA, CN, RO, …")
    order_purpose: OrderPurpose | None = Field(default=None, description="What it is for, as far as it was told.")
    release_number: str | None = Field(default=None, description="The release against a blanket order.")
    contract_number: str | None = None
    acknowledgment_type: CodeText | None = Field(default=None, description="What answer is wanted, X12 587.")
    invoice_type: CodeText | None = Field(default=None, description="What invoice is wanted, X12 1019 code as sent.")
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
    lines: tuple[OrderLine, ...] = ()
    totals: OrderTotals | None = None
