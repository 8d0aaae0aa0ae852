"""The line that orders, their answers and invoices share."""

from pydantic import Field

from canonical.model import Model
from canonical.parts import (
    Allowance,
    Carrier,
    Contact,
    Date,
    Extensions,
    Item,
    Measure,
    Note,
    Packaging,
    Party,
    Price,
    Quantity,
    Reference,
    Tax,
)


class Line(Model):
    """What every kind of line holds: an item with a quantity, a price and what belongs to them."""

    line_number: str | None = Field(default=None, description="As sent; may be missing or repeated.")
    item: Item = Field(default_factory=Item)
    quantity: Quantity | None = None
    price: Price | None = None
    prices: tuple[Price, ...] = Field(default=(), description="Further prices, with their type.")
    packaging: tuple[Packaging, ...] = ()
    measures: tuple[Measure, ...] = ()
    references: tuple[Reference, ...] = ()
    dates: tuple[Date, ...] = ()
    notes: tuple[Note, ...] = ()
    allowances: tuple[Allowance, ...] = ()
    taxes: tuple[Tax, ...] = ()
    carriers: tuple[Carrier, ...] = ()
    parties: tuple[Party, ...] = ()
    contacts: tuple[Contact, ...] = ()
    extensions: Extensions = Field(default_factory=dict)
