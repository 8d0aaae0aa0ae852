"""A seller's invoice or credit memo (X12 810)."""

from typing import Literal

from pydantic import Field

from canonical.document import TradeDocument
from canonical.line import Line
from canonical.model import CodeText, DateText, DecimalText, Model
from canonical.parts import Allowance, Carrier, Contact, FreightTerms, Measure, PaymentTerms, Quantity, Tax


class InvoiceLine(Line):
    """One line of an invoice; ``quantity`` is what is invoiced."""

    sub_lines: tuple[Line, ...] = ()


class ShipmentSummary(Model):
    """How much the invoice says was shipped (ISS)."""

    quantity: Quantity | None = None
    weight: Measure | None = None
    volume: Measure | None = None


class InvoiceTotals(Model):
    """What is to be paid, as the sender computed it."""

    amount: DecimalText | None = Field(default=None, description="The total, TDS01.")
    discountable_amount: DecimalText | None = None
    discounted_amount: DecimalText | None = None
    discount_amount: DecimalText | None = None
    line_count: int | None = None
    hash_total: DecimalText | None = None
    shipments: tuple[ShipmentSummary, ...] = ()


class Invoice(TradeDocument):
    """An invoice or credit memo; ``number`` is the invoice number."""

    document_type: Literal["invoice"] = "invoice"
    order_number: str | None = None
    order_date: DateText | None = None
    release_number: str | None = None
    change_number: str | None = Field(default=None, description="The change of the order that it follows.")
    invoice_type: Literal["invoice", "debitMemo", "creditMemo", "other"] = "invoice"
    invoice_type_code: CodeText | None = Field(default=None, description="X12 640 code as sent.")
    payment_terms: tuple[PaymentTerms, ...] = ()
    freight_terms: tuple[FreightTerms, ...] = ()
    carriers: tuple[Carrier, ...] = ()
    contacts: tuple[Contact, ...] = ()
    lines: tuple[InvoiceLine, ...] = ()
    taxes: tuple[Tax, ...] = ()
    allowances: tuple[Allowance, ...] = ()
    totals: InvoiceTotals | None = None
