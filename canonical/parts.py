"""The parts that canonical documents share: parties, items, quantities, prices, references."""

from typing import Any, Literal

from pydantic import Field, JsonValue

from canonical.model import CodeText, DateText, DecimalText, Model, TimeText

PartyScheme = Literal[
    "GLN", "HIN", "DUNS", "DUNS4", "DEA", "NPI", "SELLER", "BUYER", "TAX", "EIN", "SCAC", "SAN",
    "DODAAC", "LICENSE", "MUTUAL", "OTHER",
]  # fmt: skip
"""Who issued a party's identifier. SELLER and BUYER: the seller or the buyer assigned it."""

ItemScheme = Literal[
    "GTIN", "UPC", "EAN", "SELLER", "BUYER", "MANUFACTURER", "NDC", "NHRIC", "HIBC", "UDI", "SKU",
    "HCPCS", "UNSPSC", "CONTRACT", "SUBSTITUTE", "MODEL", "LOT", "SERIAL", "DRAWING", "REVISION",
    "ORIGIN", "STYLE", "COLOR", "SIZE", "OTHER",
]  # fmt: skip
"""What kind of number identifies an item (or says something of it that senders put among the ids)."""


class Identifier(Model):
    """A party's identifier; ``qualifier`` is the sender's own code, always kept."""

    scheme: PartyScheme
    value: str
    qualifier: CodeText | None = None


class ItemIdentifier(Model):
    """An item's identifier; ``qualifier`` is the sender's own code, always kept."""

    scheme: ItemScheme
    value: str
    qualifier: CodeText | None = None


class Address(Model):
    """A postal address; ``state`` and ``country`` are codes as sent."""

    lines: tuple[str, ...] = ()
    city: str | None = None
    state: str | None = None
    postal_code: str | None = None
    country: str | None = None
    location: str | None = Field(default=None, description="A location code with its qualifier, as `WH:17`.")


class Channel(Model):
    """One way to reach a contact; ``type`` is `phone`, `email`, `fax`, `url` or the sender's code."""

    type: str
    value: str


class Contact(Model):
    """A person or desk to ask; ``function`` is the sender's code (X12 element 366)."""

    function: CodeText | None = None
    name: str | None = None
    channels: tuple[Channel, ...] = ()


class Reference(Model):
    """A number of another paper; ``type`` is our word for it, or the sender's code where we have none."""

    type: str
    value: str | None = None
    description: str | None = None
    qualifier: CodeText | None = None


class Date(Model):
    """A date with its meaning; ``type`` is our word for it, or the sender's code where we have none."""

    type: str
    date: DateText | None = None
    time: TimeText | None = None
    zone: CodeText | None = Field(default=None, description="Time zone, X12 623 code as sent.")
    qualifier: CodeText | None = None
    text: str | None = Field(default=None, description="What was sent, where it is not one calendar date.")


class Note(Model):
    """Free text for a person, which may hold patient data: never logged."""

    text: str
    type: str | None = None
    qualifier: CodeText | None = None


class Party(Model):
    """A company, department or place that takes part."""

    name: str | None = None
    additional_names: tuple[str, ...] = Field(default=(), description="Further lines of the name (X12 N2).")
    identifiers: tuple[Identifier, ...] = ()
    address: Address | None = None
    contacts: tuple[Contact, ...] = ()
    references: tuple[Reference, ...] = ()
    role: str | None = Field(default=None, description="Our word for the role, or the sender's code.")
    extensions: dict[str, JsonValue] = Field(default_factory=dict)


class Item(Model):
    """What is ordered, shipped or invoiced."""

    description: str | None = None
    identifiers: tuple[ItemIdentifier, ...] = ()


class Quantity(Model):
    """How many of which unit; ``unitCode`` is the X12 355 code as sent. Never convert without a pack factor."""

    value: DecimalText
    unit_code: CodeText | None = None


class Price(Model):
    """A unit price; ``basis`` tells what it is per, or which kind of price it is (X12 639 code as sent)."""

    amount: DecimalText
    basis: CodeText | None = None
    type: CodeText | None = Field(default=None, description="X12 236 code as sent, where one was.")
    currency: str | None = None
    class_of_trade: CodeText | None = Field(default=None, description="Who gets it, X12 687 code as sent.")
    quantity: Quantity | None = Field(default=None, description="From how many on it holds.")
    multiplier_type: CodeText | None = Field(default=None, description="X12 648 code as sent.")
    multiplier: DecimalText | None = None


class Allowance(Model):
    """An allowance (taken off) or a charge (added)."""

    indicator: Literal["allowance", "charge", "service", "other"]
    code: CodeText | None = Field(default=None, description="X12 1300 code as sent.")
    amount: DecimalText | None = None
    percent: DecimalText | None = None
    percent_basis: CodeText | None = Field(default=None, description="What the percent is of, X12 378 code as sent.")
    rate: DecimalText | None = None
    quantity: Quantity | None = None
    method: CodeText | None = Field(default=None, description="How it is handled, X12 331 code as sent.")
    reference: str | None = Field(default=None, description="The promotion or agreement it rests on.")
    description: str | None = None


class Tax(Model):
    """A tax; ``type`` is the X12 963 code as sent."""

    type: CodeText
    amount: DecimalText | None = None
    percent: DecimalText | None = None
    exempt: str | None = None
    jurisdiction: str | None = None
    identifier: str | None = None


class PaymentTerms(Model):
    """When to pay, and what an early payment saves."""

    type: CodeText | None = None
    basis_date: CodeText | None = None
    discount_percent: DecimalText | None = None
    discount_date: DateText | None = None
    discount_days: DecimalText | None = None
    discount_amount: DecimalText | None = None
    net_date: DateText | None = None
    net_days: DecimalText | None = None
    description: str | None = None


class Carrier(Model):
    """How goods travel."""

    name: str | None = None
    scac: str | None = None
    identifiers: tuple[Identifier, ...] = ()
    mode: CodeText | None = None
    service_level: CodeText | None = None
    sequence: CodeText | None = Field(default=None, description="Place in a chain of carriers, X12 133 code as sent.")
    equipment: str | None = Field(default=None, description="Number of the trailer or container.")
    equipment_type: CodeText | None = Field(default=None, description="X12 40 code as sent.")
    seal: str | None = None
    routing: str | None = None


class FreightTerms(Model):
    """Who pays the freight, and up to where (FOB)."""

    payment: CodeText = Field(description="X12 146 code as sent: PP prepaid, CC collect, …")
    location_type: CodeText | None = Field(default=None, description="X12 309 code as sent.")
    location: str | None = None
    terms_source: CodeText | None = Field(default=None, description="X12 334 code as sent.")
    terms: CodeText | None = Field(default=None, description="X12 335 code as sent.")
    title_location_type: CodeText | None = Field(default=None, description="Where ownership passes, X12 309 code.")
    title_location: str | None = None


class Measure(Model):
    """A measured value, as weight or volume."""

    type: CodeText | None = None
    qualifier: CodeText | None = None
    value: DecimalText | None = None
    unit_code: CodeText | None = None


class Dimensions(Model):
    """Length, width and height in one unit."""

    length: DecimalText | None = None
    width: DecimalText | None = None
    height: DecimalText | None = None
    unit_code: CodeText | None = None


class Packaging(Model):
    """How an item is packed: how many inner packs, of what size."""

    pack: DecimalText | None = None
    size: DecimalText | None = None
    unit_code: CodeText | None = None
    inner_pack: DecimalText | None = None
    packaging_code: CodeText | None = None
    weight: Measure | None = None
    volume: Measure | None = None
    dimensions: Dimensions | None = None


class Lading(Model):
    """How many packages of which kind travel, and what they weigh (TD1)."""

    packaging_code: CodeText | None = None
    count: DecimalText | None = None
    weight: Measure | None = None
    volume: Measure | None = None


class LeadTime(Model):
    """How long something takes (LDT)."""

    type: CodeText = Field(description="From what to what, X12 345 code as sent.")
    value: DecimalText
    unit_code: CodeText = Field(description="Unit of time, X12 344 code as sent.")
    date: DateText | None = None


class OrderReference(Model):
    """The order, and the line of it, that another document is about (PRF)."""

    order_number: str
    release_number: str | None = None
    change_number: str | None = None
    order_date: DateText | None = None
    line_number: str | None = None
    contract_number: str | None = None
    order_type: CodeText | None = Field(default=None, description="X12 92 code as sent.")


class Schedule(Model):
    """A part of a line's quantity for one place or one date."""

    quantity: Quantity
    location: Identifier | None = None
    dates: tuple[Date, ...] = ()


class Provenance(Model):
    """Where a document came from, precisely enough to find its bytes in the ledger."""

    standard: Literal["X12", "HL7", "XML", "JSON", "UNKNOWN"]
    release: str | None = Field(default=None, description="GS08, or MSH-12.")
    message_type: str | None = Field(default=None, description="ST01, or MSH-9.")
    interchange: str | None = Field(default=None, description="ISA13, or the batch control id.")
    group: str | None = Field(default=None, description="GS06.")
    transaction: str | None = Field(default=None, description="ST02, or MSH-10.")
    sender: str | None = Field(default=None, description="`qualifier:id`, as `01:123456789`.")
    receiver: str | None = Field(default=None, description="`qualifier:id`.")
    sha256: str | None = Field(default=None, description="Digest of the delivery's bytes, hexadecimal.")

    @property
    def control_number(self) -> str | None:
        """What the sender knows it by: ISA13, or MSH-10."""
        return self.transaction if self.standard == "HL7" else self.interchange


Extensions = dict[str, JsonValue]
"""What no field holds, by standard: ``{"x12": [{"segment": "PKG", "elements": [...], "loop": "PO1[1]"}]}``."""

Plain = dict[str, Any]
"""Canonical data on its way into a model, with snake_case or camelCase keys."""
