"""What arrived at the dock, and in which condition (X12 861)."""

from typing import Literal

from pydantic import Field

from canonical.document import TradeDocument
from canonical.line import Line
from canonical.model import CodeText, DateText, DecimalText, Model
from canonical.parts import Carrier, Contact, FreightTerms, Lading, Measure, OrderReference, Quantity, Reference
from canonical.purchase_order import OrderTotals
from canonical.ship_notice import Instance

ReceiptType = Literal["dock", "postReceipt", "disposition", "acceptance", "intermediate", "other"]
"""At which point of receiving it was written, in one word; ``receiptTypeCode`` keeps the sender's own (X12 962)."""


class QuestionedQuantity(Model):
    """A quantity that something is wrong with."""

    quantity: Quantity
    condition: str = Field(description="`damaged`, `short`, `over`, `wrongItem`, …, or the sender's code.")
    condition_code: CodeText = Field(description="X12 412 code as sent.")


class ReceiptLine(Line):
    """One item that arrived; ``quantity`` is what was received or accepted."""

    returned_quantity: Quantity | None = None
    in_question: tuple[QuestionedQuantity, ...] = ()
    shipped_quantity: Quantity | None = None
    ordered_quantity: Quantity | None = None
    cumulative_quantity: DecimalText | None = None
    status_code: CodeText | None = Field(default=None, description="X12 668 code as sent.")
    orders: tuple[OrderReference, ...] = ()
    instances: tuple[Instance, ...] = ()
    sscc: str | None = Field(default=None, description="Of the container it came in.")
    marks: tuple[Reference, ...] = Field(default=(), description="Marks and numbers (MAN).")
    lading: tuple[Lading, ...] = ()
    freight_terms: tuple[FreightTerms, ...] = ()


class Receipt(TradeDocument):
    """A receipt of goods; ``number`` is the receiver's number for it."""

    document_type: Literal["receipt"] = "receipt"
    receipt_type: ReceiptType
    receipt_type_code: CodeText = Field(description="X12 962 code as sent.")
    condition: str | None = Field(default=None, description="Our word for the condition of all, or the sender's code.")
    condition_code: CodeText | None = Field(default=None, description="X12 412 code as sent.")
    action_code: CodeText | None = Field(default=None, description="X12 306 code as sent.")
    received_date: DateText | None = None
    order_number: str | None = Field(default=None, description="The order, where the receipt is for one only.")
    shipment_number: str | None = Field(default=None, description="The seller's shipment, where it is named.")
    orders: tuple[OrderReference, ...] = ()
    carriers: tuple[Carrier, ...] = ()
    lading: tuple[Lading, ...] = ()
    measures: tuple[Measure, ...] = ()
    contacts: tuple[Contact, ...] = ()
    lines: tuple[ReceiptLine, ...] = ()
    totals: OrderTotals | None = None
