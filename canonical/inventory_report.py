"""What is in stock, on order or sold (X12 846)."""

from typing import Literal

from pydantic import Field

from canonical.document import TradeDocument
from canonical.line import Line
from canonical.model import CodeText, Model
from canonical.parts import Contact, Date, LeadTime, Measure, Price, Quantity, Reference, Schedule
from canonical.purchase_order import OrderTotals


class StockQuantity(Model):
    """How much of an item is in which state; ``type`` is our word for it, or the sender's code (X12 673)."""

    type: str = Field(description="`onHand`, `available`, `onOrder`, `reorderPoint`, …")
    qualifier: CodeText
    quantity: Quantity | None = None
    text: str | None = Field(default=None, description="What was sent instead of a number.")
    price: Price | None = None
    measures: tuple[Measure, ...] = ()
    references: tuple[Reference, ...] = ()
    dates: tuple[Date, ...] = ()
    lead_times: tuple[LeadTime, ...] = ()
    schedules: tuple[Schedule, ...] = ()


class InventoryLine(Line):
    """One item with its quantities by state; its places are in ``schedules`` and ``parties``."""

    maintenance_code: CodeText | None = Field(default=None, description="X12 875 code as sent.")
    quantities: tuple[StockQuantity, ...] = ()
    lead_times: tuple[LeadTime, ...] = ()
    schedules: tuple[Schedule, ...] = Field(default=(), description="By place (SDQ).")


class InventoryReport(TradeDocument):
    """A report of stock; ``number`` is the sender's number for it."""

    document_type: Literal["inventory_report"] = "inventory_report"
    report_type: str = Field(description="Our word for whose stock it is, or the sender's code.")
    report_type_code: CodeText = Field(description="X12 755 code as sent.")
    action_code: CodeText | None = Field(default=None, description="X12 306 code as sent.")
    measures: tuple[Measure, ...] = ()
    contacts: tuple[Contact, ...] = ()
    lines: tuple[InventoryLine, ...] = ()
    totals: OrderTotals | None = None
