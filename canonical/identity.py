"""What makes an entry of a list the same entry in another document: its line number, its scheme and value, its SSCC.

Each model has its identities from the surest to the weakest. Two entries belong together by the first one that they
share; an entry whose identity is ``None`` is not found by it. The position in a list is no identity, except for parts
that have no other (terms, packings), which come last as they stand.
"""

from collections.abc import Callable, Hashable, Mapping
from types import MappingProxyType
from typing import Any, Final

from canonical.application_acknowledgment import Amount, ApplicationError, MessageAcknowledgment, NamedQuantity
from canonical.catalog import Condition, PackagingLevel
from canonical.functional_acknowledgment import (
    Context,
    ContextIdentifier,
    ElementError,
    SegmentError,
    SetAcknowledgment,
)
from canonical.invoice import ShipmentSummary
from canonical.line import Line
from canonical.model import Model
from canonical.parts import (
    Allowance,
    Carrier,
    Channel,
    Contact,
    Date,
    FreightTerms,
    Identifier,
    Item,
    ItemIdentifier,
    Lading,
    LeadTime,
    Measure,
    Note,
    OrderReference,
    Packaging,
    Party,
    PaymentTerms,
    Price,
    Reference,
    Schedule,
    Tax,
)
from canonical.purchase_order_acknowledgment import LineAcknowledgment
from canonical.receipt import QuestionedQuantity
from canonical.remittance_advice import Adjustment, Remittance, RemittanceEntity
from canonical.ship_notice import Component, Instance, Package, ShippedOrder

Identity = Callable[[Any], Hashable]
"""From an entry to what identifies it, or ``None``."""

_ITEM_SCHEMES: Final = ("SELLER", "GTIN", "MANUFACTURER", "BUYER", "NDC", "UPC", "HIBC", "UDI")
"""Item numbers that identify alone, the surest first."""


def by(*names: str) -> Identity:
    """The values of these fields together; ``None`` where all are empty."""

    def identity(entry: Any) -> Hashable:
        values = tuple(_hashable(getattr(entry, name, None)) for name in names)
        return values if any(value is not None for value in values) else None

    return identity


def by_item(scheme: str | None = None) -> Identity:
    """All item identifiers of a line, or the one of a scheme."""

    def identity(entry: Any) -> Hashable:
        found = {(one.scheme, one.value) for one in entry.item.identifiers if scheme in (None, one.scheme)}
        return frozenset(found) or None

    return identity


def of_line(entry: Any) -> Hashable:
    """A line's number and item together: some senders repeat the number."""
    return (entry.line_number, by_item()(entry)) if entry.line_number else None


def in_order(_: Any) -> Hashable:
    """The position among those that no other identity found."""
    return ()


def without_sscc(entry: Any) -> Hashable:
    """The position among packages of a kind that have no SSCC."""
    return (entry.type,) if entry.sscc is None else None


def of_what(entry: Any) -> Hashable:
    """The reference of an open item, an adjustment or a judged message."""
    reference = getattr(entry, "reference", None) or next(iter(getattr(entry, "references", ())), None)
    return (reference.type, reference.value) if reference else None


def of_schedule(entry: Any) -> Hashable:
    """The place and the dates of a delivery."""
    location = entry.location
    place = (location.scheme, location.value) if location else None
    days = tuple((day.type, day.date) for day in entry.dates)
    return (place, days) if place or days else None


def of_place(entry: Any) -> Hashable:
    """The place of a delivery."""
    return (entry.location.scheme, entry.location.value) if entry.location else None


def of_level(entry: Any) -> Hashable:
    """The number that is printed on a packing level."""
    return (entry.identifier.scheme, entry.identifier.value)


_LINE: Final = (
    of_line,
    by("order_number", "line_number"),
    by("line_number"),
    by_item(),
    *map(by_item, _ITEM_SCHEMES),
)

IDENTITIES: Final[Mapping[type[Model], tuple[Identity, ...]]] = MappingProxyType(
    {
        Line: _LINE,
        Component: (by("line_number"), by_item(), *map(by_item, _ITEM_SCHEMES)),
        Identifier: (by("scheme", "value"), by("scheme")),
        ItemIdentifier: (by("scheme", "value"), by("scheme")),
        Reference: (by("type", "value"), by("type")),
        Date: (by("type", "date"), by("type")),
        Note: (by("type", "text"), by("type"), in_order),
        Party: (by("role", "identifiers"), by("role", "name"), by("role"), in_order),
        Contact: (by("function", "name"), by("function"), by("name"), in_order),
        Channel: (by("type", "value"), by("type")),
        Allowance: (by("indicator", "code", "amount"), by("indicator", "code"), by("indicator")),
        Tax: (by("type", "amount"), by("type")),
        Price: (by("type", "class_of_trade", "quantity"), by("type", "class_of_trade"), by("type"), in_order),
        PaymentTerms: (by("type"), in_order),
        Carrier: (by("sequence", "scac"), by("scac"), by("name"), in_order),
        FreightTerms: (by("payment"), in_order),
        Measure: (by("type", "qualifier"), by("type"), in_order),
        Packaging: (by("packaging_code"), in_order),
        Lading: (by("packaging_code"), in_order),
        LeadTime: (by("type"),),
        OrderReference: (by("order_number", "line_number"), by("order_number")),
        Schedule: (of_schedule, of_place, in_order),
        LineAcknowledgment: (by("status", "date"), by("status"), in_order),
        Instance: (by("lot_number", "serial_number"), by("serial_number"), by("lot_number"), in_order),
        Package: (by("sscc"), without_sscc),
        ShippedOrder: (by("order_number", "release_number"), by("order_number"), in_order),
        PackagingLevel: (of_level, by("unit_code")),
        Condition: (by("type", "quantity_type", "amount_type"), by("type")),
        QuestionedQuantity: (by("condition"),),
        Remittance: (of_what, in_order),
        Adjustment: (by("reason_code", "entity", "amount"), by("reason_code", "entity"), in_order),
        RemittanceEntity: (by("number"),),
        SetAcknowledgment: (by("message_type", "control_number"),),
        SegmentError: (by("segment", "position"),),
        ElementError: (by("element", "component", "repetition"), in_order),
        Context: (in_order,),
        ContextIdentifier: (by("name"), in_order),
        ShipmentSummary: (in_order,),
        MessageAcknowledgment: (by("message_type", "control_number", "group"), of_what, in_order),
        ApplicationError: (by("segment", "position", "element", "code"), by("code"), in_order),
        Amount: (by("type"),),
        NamedQuantity: (by("type"),),
        Item: (in_order,),
    }
)
"""Model -> its identities; a model that is not here has those of the one it extends."""


def identities_of(kind: type[Model]) -> tuple[Identity, ...]:
    """The identities of a model, from the surest to the weakest."""
    return next((IDENTITIES[base] for base in kind.__mro__ if base in IDENTITIES), (by("type"), in_order))


def label_of(entry: Model) -> str:
    """What a person calls the entry among its siblings: ``3``, ``SELLER GLV-N-M``; empty where it has no name."""
    match entry:
        case Line() | Component():
            ids = entry.item.identifiers
            return entry.line_number or next((f"{one.scheme} {one.value}" for one in ids), "")
        case Package():
            return entry.sscc or entry.type
        case Instance():
            return entry.serial_number or entry.lot_number or ""
        case Remittance():
            return f"{entry.reference.type} {entry.reference.value or ''}".strip() if entry.reference else ""
        case Allowance():
            return f"{entry.indicator} {entry.code or ''}".strip()
        case Identifier() | ItemIdentifier():
            return entry.scheme
        case PackagingLevel():
            return f"{entry.identifier.scheme} {entry.identifier.value}"
        case SegmentError():
            return f"{entry.segment} {entry.position}"
        case SetAcknowledgment():
            return f"{entry.message_type} {entry.control_number}"
    names = (
        "role",
        "order_number",
        "status",
        "condition",
        "reason",
        "code",
        "type",
        "number",
        "scac",
        "function",
        "name",
    )
    return next((str(getattr(entry, name)) for name in names if getattr(entry, name, None)), "")


def _hashable(value: Any) -> Hashable:
    if isinstance(value, tuple):
        return frozenset(map(_hashable, value)) or None
    if isinstance(value, Model):
        return value.to_json()
    found: Hashable = value
    return found
