"""A seller's catalog or price list (X12 832)."""

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
    Dimensions,
    FreightTerms,
    ItemIdentifier,
    LeadTime,
    Measure,
    Packaging,
    PaymentTerms,
    Price,
    Reference,
    Tax,
)
from canonical.purchase_order import OrderTotals

CatalogType = Literal["priceCatalog", "priceSheet", "salesCatalog", "resaleCatalog", "customizedCatalog", "other"]
"""What kind of list it is, in one word; ``catalogTypeCode`` keeps the sender's own (X12 683)."""


class CatalogPrice(Price):
    """One tier of an item's price: for whom, from how many, since when, under which contract."""

    dates: tuple[Date, ...] = ()
    references: tuple[Reference, ...] = ()
    packaging: tuple[Packaging, ...] = ()
    allowances: tuple[Allowance, ...] = ()


class PackagingLevel(Model):
    """One level of packing with the number that is printed on it, as each, box, case (PKL)."""

    identifier: ItemIdentifier
    unit_code: CodeText
    quantity: DecimalText = Field(description="How many of the next inner level it holds, as sent.")
    dimensions: Dimensions | None = None
    weight: Measure | None = None
    volume: Measure | None = None
    indicator: CodeText | None = Field(default=None, description="PKL13 as sent, Y or N.")
    prices: tuple[CatalogPrice, ...] = ()


class Condition(Model):
    """A restriction of ordering, as the least quantity of an order (CTB)."""

    type: CodeText = Field(description="X12 688 code as sent: OR ordering, …")
    description: str | None = None
    quantity_type: CodeText | None = Field(default=None, description="X12 673 code as sent.")
    quantity: DecimalText | None = None
    amount_type: CodeText | None = Field(default=None, description="X12 522 code as sent.")
    amount: DecimalText | None = None


class CatalogLine(Line):
    """One item with its prices and its levels of packing."""

    maintenance_code: CodeText | None = Field(default=None, description="X12 875 code as sent: 001 change, 021 add, …")
    prices: tuple[CatalogPrice, ...] = ()
    levels: tuple[PackagingLevel, ...] = ()
    conditions: tuple[Condition, ...] = ()
    lead_times: tuple[LeadTime, ...] = ()
    payment_terms: tuple[PaymentTerms, ...] = ()
    freight_terms: tuple[FreightTerms, ...] = ()
    sub_lines: tuple["CatalogPart", ...] = Field(default=(), description="Parts of a kit (SLN).")


class CatalogPart(Line):
    """A part of a kit."""

    prices: tuple[CatalogPrice, ...] = ()


class Catalog(TradeDocument):
    """A catalog; where it has no number of its own, ``number`` is the message's control number."""

    document_type: Literal["catalog"] = "catalog"
    catalog_type: CatalogType
    catalog_type_code: CodeText
    version: str | None = None
    revision: str | None = None
    description: str | None = None
    contract_number: str | None = Field(default=None, description="Of the heading; a line's own stands there.")
    effective_date: DateText | None = None
    expiration_date: DateText | None = None
    prices: tuple[CatalogPrice, ...] = Field(default=(), description="What holds for all items.")
    conditions: tuple[Condition, ...] = ()
    lead_times: tuple[LeadTime, ...] = ()
    payment_terms: tuple[PaymentTerms, ...] = ()
    freight_terms: tuple[FreightTerms, ...] = ()
    carriers: tuple[Carrier, ...] = ()
    allowances: tuple[Allowance, ...] = ()
    taxes: tuple[Tax, ...] = ()
    contacts: tuple[Contact, ...] = ()
    lines: tuple[CatalogLine, ...] = ()
    totals: OrderTotals | None = None
