"""A seller's advance notice of a shipment (X12 856)."""

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
    Extensions,
    FreightTerms,
    Item,
    Lading,
    Measure,
    Note,
    Packaging,
    Party,
    Quantity,
    Reference,
)


class Instance(Model):
    """One lot or one serial number of an item, with its own quantity."""

    lot_number: str | None = None
    serial_number: str | None = None
    expiration_date: DateText | None = None
    manufacture_date: DateText | None = None
    quantity: Quantity | None = None


class Component(Model):
    """A part of a kit that was shipped (SLN)."""

    line_number: str | None = None
    item: Item = Field(default_factory=Item)
    quantity: Quantity | None = None


class ShippedLine(Line):
    """An item that was shipped; ``quantity`` is what was shipped."""

    ordered_quantity: Quantity | None = None
    cumulative_quantity: DecimalText | None = None
    status_code: CodeText | None = Field(default=None, description="X12 668 code as sent.")
    instances: tuple[Instance, ...] = ()
    sscc: str | None = Field(default=None, description="Where the item names the container it travels in.")
    marks: tuple[Reference, ...] = Field(default=(), description="Marks and numbers (MAN).")
    lading: tuple[Lading, ...] = ()
    components: tuple[Component, ...] = ()
    order_number: str | None = Field(default=None, description="The order it was shipped for.")
    package: str | None = Field(default=None, description="`hierarchyId` of the innermost package around it.")
    hierarchy_id: str | None = Field(default=None, description="HL01 as sent, or `#n` where it is no key.")


class Package(Model):
    """A pallet, carton or inner pack; packages hold packages and lines."""

    type: Literal["tare", "pack", "subpack", "other"]
    hierarchy_id: str | None = Field(default=None, description="HL01 as sent, or `#n` where it is no key.")
    sscc: str | None = Field(default=None, description="18 digits, without the application identifier.")
    marks: tuple[Reference, ...] = Field(default=(), description="All marks and numbers (MAN).")
    packaging: tuple[Packaging, ...] = ()
    measures: tuple[Measure, ...] = ()
    references: tuple[Reference, ...] = ()
    dates: tuple[Date, ...] = ()
    notes: tuple[Note, ...] = ()
    lading: tuple[Lading, ...] = ()
    packages: tuple["Package", ...] = ()
    extensions: Extensions = Field(default_factory=dict)


class ShippedOrder(Model):
    """What a shipment holds of one order."""

    order_number: str | None = None
    release_number: str | None = None
    order_date: DateText | None = None
    contract_number: str | None = None
    order_type: CodeText | None = Field(default=None, description="X12 92 code as sent.")
    hierarchy_id: str | None = None
    references: tuple[Reference, ...] = ()
    dates: tuple[Date, ...] = ()
    notes: tuple[Note, ...] = ()
    parties: tuple[Party, ...] = ()
    contacts: tuple[Contact, ...] = ()
    freight_terms: tuple[FreightTerms, ...] = ()
    carriers: tuple[Carrier, ...] = ()
    lading: tuple[Lading, ...] = ()
    measures: tuple[Measure, ...] = ()
    allowances: tuple[Allowance, ...] = ()
    extensions: Extensions = Field(default_factory=dict)


class ShipNotice(TradeDocument):
    """A shipment: orders, packages and lines. ``number`` is the shipment's number.

    Every shipped line stands once, in ``lines``, and names its order and its package, which stand in
    ``orders`` and in the tree of ``packages``.
    """

    document_type: Literal["ship_notice"] = "ship_notice"
    shipment_number: str
    order_number: str | None = Field(default=None, description="The order, where the shipment is for one only.")
    structure_code: CodeText | None = Field(default=None, description="X12 1005 code as sent.")
    shipped_date: DateText | None = None
    estimated_delivery: DateText | None = None
    contacts: tuple[Contact, ...] = ()
    freight_terms: tuple[FreightTerms, ...] = ()
    carriers: tuple[Carrier, ...] = ()
    packaging: tuple[Lading, ...] = ()
    measures: tuple[Measure, ...] = ()
    allowances: tuple[Allowance, ...] = ()
    orders: tuple[ShippedOrder, ...] = ()
    packages: tuple[Package, ...] = ()
    lines: tuple[ShippedLine, ...] = ()
    totals: "ShipNoticeTotals | None" = None


class ShipNoticeTotals(Model):
    """What the sender counted: hierarchical levels, and the sum of quantities."""

    level_count: int | None = None
    hash_total: DecimalText | None = None
