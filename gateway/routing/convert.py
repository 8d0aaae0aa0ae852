"""A requisition becomes orders: one for each vendor and place of delivery. Pure.

Only what a supplier needs goes over, field by field: nothing of the patient, of the staff, of accounts, no lots, and no
free text but the description of the item. What no field holds stays behind too.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from canonical.parts import Identifier, Item, ItemIdentifier, Note, Party, Provenance, Quantity, Reference
from canonical.purchase_order import OrderLine, PurchaseOrder
from canonical.requisition import Requisition, RequisitionLine
from gateway.config.routes import Route
from gateway.routing.translate import OURS, Translator, ours
from gateway.xref.book import Key, Lookup

_PURPOSES: Final = {"stock": "stock", "nonStock": "non_stock"}
_ITEM_SCHEMES: Final = (
    "SELLER", "BUYER", "MANUFACTURER", "GTIN", "UPC", "EAN", "NDC", "NHRIC", "HIBC", "UDI", "SKU", "HCPCS", "UNSPSC",
)  # fmt: skip
"""What identifies a kind of thing; lots and serial numbers stay behind."""
_VENDOR_ROLES: Final = frozenset({"vendor", "seller", "supplier"})


class NotConvertibleError(ValueError):
    """The requisition asks for something else than new goods."""


@dataclass(frozen=True, slots=True)
class Order:
    """An order for one vendor."""

    vendor: str
    document: PurchaseOrder
    part: str
    """What tells it from the others of the same requisition."""


def orders_of(
    requisition: Requisition, route: Route, lookup: Lookup, source: str, buyer: Party | None, missing: dict[Key, None]
) -> list[Order]:
    """The orders in the order of their first lines; nothing of it is to be used where something was ``missing``.

    Raises NotConvertibleError, NotExactError.
    """
    groups: dict[tuple[str, str], list[tuple[RequisitionLine, Translator]]] = {}
    for line in requisition.lines:
        if line.action != "new" or line.quantity is None:
            raise NotConvertibleError
        vendor = _vendor_of(line, route, lookup, missing)
        if vendor is not None:
            translator = Translator(lookup, source, vendor, route.then.translate, missing)
            groups.setdefault((vendor, _place(line)), []).append((line, translator))
    made: list[tuple[str, Party | None, list[tuple[RequisitionLine, OrderLine]]]] = []
    for (vendor, _), members in groups.items():
        ship_to = _ship_to(*members[0])
        told = [(line, _order_line(line, translator)) for line, translator in members]
        # Two rooms that the vendor knows as one place are one delivery.
        for other_vendor, other_place, lines in made:
            if (other_vendor, other_place) == (vendor, ship_to):
                lines.extend(told)
                break
        else:
            made.append((vendor, ship_to, told))
    if missing:
        return []
    count = len(made)
    return [
        Order(vendor, _order(requisition, route, lookup.day, ship_to, lines, buyer, at if count > 1 else 0), str(at))
        for at, (vendor, ship_to, lines) in enumerate(made, start=1)
    ]


def _vendor_of(line: RequisitionLine, route: Route, lookup: Lookup, missing: dict[Key, None]) -> str | None:
    if route.then.to != "vendor":
        return route.then.to
    named = [
        each.value
        for party in line.parties
        if party.role in _VENDOR_ROLES
        for each in party.identifiers
        if each.scheme == OURS
    ]
    numbers = ours(line.item)
    found = lookup.vendor(named, numbers)
    if found is None:
        key = f"vendor {named[0]}" if named else f"item {numbers[-1]}" if numbers else "(no number of ours)"
        missing[Key("vendor", "", key[:120])] = None
    return found


def _place(line: RequisitionLine) -> str:
    place = line.deliver_to
    return (place.code or place.station or "") if place is not None else ""


def _ship_to(line: RequisitionLine, translator: Translator) -> Party | None:
    """The place of delivery by its code: what people wrote about it stays behind."""
    code = _place(line)
    if not code:
        return None
    return translator.party(Party(identifiers=(Identifier(scheme="BUYER", value=code),), role="shipTo"))


def _order_line(line: RequisitionLine, translator: Translator) -> OrderLine:
    """What a supplier needs of a line."""
    assert line.quantity is not None  # noqa: S101 - asked before
    plain = OrderLine(
        line_number=line.line_number, item=line.item, quantity=Quantity(
            value=line.quantity.value, unit_code=line.quantity.unit_code
        ),
        price=line.price,
    )  # fmt: skip
    told = translator.line(plain)
    return told.model_copy(update={"item": _item(told.item)})


def _item(item: Item) -> Item:
    """One number of each scheme: the first."""
    first: dict[str, ItemIdentifier] = {}
    for each in item.identifiers:
        if each.scheme in _ITEM_SCHEMES:
            first.setdefault(each.scheme, ItemIdentifier(scheme=each.scheme, value=each.value))
    return Item(description=item.description, identifiers=tuple(first.values()))


def _order(
    requisition: Requisition, route: Route, day: date, ship_to: Party | None,
    members: Sequence[tuple[RequisitionLine, OrderLine]], buyer: Party | None, part: int,
) -> PurchaseOrder:  # fmt: skip
    number = f"{route.then.number_prefix}{requisition.number}" + (f"-{part}" if part else "")
    wanted = sorted({line.needed_date for line, _ in members if line.needed_date})
    lines = [line for _, line in members]
    numbers = [line.line_number for line in lines]
    if len(set(numbers)) < len(numbers) or None in numbers:
        lines = [line.model_copy(update={"line_number": str(at)}) for at, line in enumerate(lines, start=1)]
    values: dict[str, Any] = {
        "number": number,
        "purpose": "original",
        "issue_date": requisition.issue_date or day.isoformat(),
        "order_purpose": _PURPOSES.get(requisition.requisition_type),
        "requested_delivery": wanted[0] if wanted else None,
        "references": (Reference(type="requisition", value=requisition.number),),
        "buyer": buyer,
        "ship_to": ship_to,
        "lines": tuple(lines),
        "notes": _notes(requisition) if route.then.patients else (),
        "provenance": Provenance(
            standard="JSON", sha256=requisition.provenance.sha256 if requisition.provenance else None
        ),
    }
    return PurchaseOrder(**values)


def _notes(requisition: Requisition) -> tuple[Note, ...]:
    """The notes of the whole requisition; those of lines are about what happens inside the hospital."""
    return requisition.notes
