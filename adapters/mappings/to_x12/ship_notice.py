"""A seller's notice of a shipment: canonical to X12 856."""

from collections.abc import Iterator, Sequence
from typing import Final

from adapters.mappings import x12_words as words
from adapters.mappings.problems import NO_CODE
from adapters.mappings.to_x12 import texts
from adapters.mappings.to_x12.amounts import allowance_parts, currency_row
from adapters.mappings.to_x12.carriers import carrier_rows, freight_terms_rows
from adapters.mappings.to_x12.codes import backwards
from adapters.mappings.to_x12.dates import date_rows, told_date
from adapters.mappings.to_x12.headers import purpose_pair
from adapters.mappings.to_x12.hierarchy import SHIPMENT, Node, Tree, order_above, placed
from adapters.mappings.to_x12.issued import issued_pairs, other_date_rows
from adapters.mappings.to_x12.measures import measure_rows, packaging_rows
from adapters.mappings.to_x12.packages import lading_rows, mark_rows
from adapters.mappings.to_x12.parties import contact_rows, other_party_parts, party_parts
from adapters.mappings.to_x12.parts import GAP, Cannot, Part, Row, Style, indexed, keep, kept_segments, row
from adapters.mappings.to_x12.references import note_rows, reference_rows
from adapters.mappings.to_x12.shipped_lines import head_elements, kept_head, level_part, line_nodes
from canonical.parts import Note
from canonical.ship_notice import Package, ShipNotice, ShipNoticeTotals, ShippedOrder

_PACKAGE_KINDS: Final = backwards(words.PACKAGE_LEVELS)
_ORDER_FIELDS: Final = frozenset({"order_number", "release_number", "order_date", "contract_number", "order_type"})
"""What the PRF of a shipment without order levels tells."""


def ship_notice_part(notice: ShipNotice, style: Style) -> Part:
    """The 856 of a shipment: its HL tree from orders, packages and lines."""
    part = Part.root("856")
    part.add(
        row(
            "BSN", "", purpose_pair(notice), ("shipmentNumber", notice.shipment_number or notice.number),
            *issued_pairs(notice), ("structureCode", notice.structure_code),
        )
    )  # fmt: skip
    tree = Tree(_shipment(notice, style), notice.structure_code)
    orders = notice.orders
    if _stand_in_the_shipment(notice):
        tree.shipment.part.extend(_order_row(order, indexed("", "orders", at)) for at, order in enumerate(orders))
        orders = ()
    tree.orders = [_order_node(order, indexed("", "orders", at), style) for at, order in enumerate(orders)]
    tree.packages = [
        node
        for at, package in enumerate(notice.packages)
        for node in _package_nodes(package, indexed("", "packages", at), style, None)
    ]
    for at, line in enumerate(notice.lines):
        own, *pieces = line_nodes(line, indexed("", "lines", at), style)
        tree.lines.append(own)
        tree.pieces += pieces
    levels = placed(tree)
    _name_the_orders(tree, notice)
    part.extend(node.part for node in levels)
    part.add(_counts(notice.totals, len(levels), style))
    return keep(part, notice.extensions, 0)


def _shipment(notice: ShipNotice, style: Style) -> Node:
    """The level of the shipment, with what holds for all of it."""
    part = level_part("")
    part.extend(lading_rows(notice.packaging, "", "packaging"))
    part.extend(carrier_rows(notice.carriers, ""))
    part.extend(reference_rows(notice.references, ""))
    part.extend(contact_rows(notice.contacts, ""))
    part.extend(measure_rows(notice.measures, ""))
    part.extend(other_date_rows(notice))
    part.extend(told_date(notice.dates, "011", notice.shipped_date, "shippedDate"))
    part.extend(told_date(notice.dates, "017", notice.estimated_delivery, "estimatedDelivery"))
    part.extend(freight_terms_rows(notice.freight_terms, ""))
    if notice.currency:
        part.add(currency_row(notice.currency, ""))
    part.extend(allowance_parts(notice.allowances, ""))
    part.extend(party_parts(notice, 2))
    part.extend(_notes(notice.notes, "", style))
    heads = [head_elements(elements) for tag, elements, _ in kept_segments(notice.extensions) if tag == "HL"]
    return Node(part, SHIPMENT, None, kept=next((head for head in heads if head[2] == SHIPMENT), None))


def _notes(notes: Sequence[Note], at: str, style: Style) -> Iterator[Row]:
    """NTE, for which the guide has no place: that is told, and no note is dropped."""
    for index, note in enumerate(notes):
        yield from note_rows(note, indexed(at, "notes", index), style, "NTE")


def _stand_in_the_shipment(notice: ShipNotice) -> bool:
    """Whether the only order has no level of its own, as where the shipment itself names it."""
    if len(notice.orders) != 1 or notice.orders[0].hierarchy_id is not None:
        return False
    told = notice.orders[0].model_dump(by_alias=False, exclude_defaults=True)
    ids = [line.hierarchy_id for line in notice.lines] + [package.hierarchy_id for package in notice.packages]
    return told.keys() <= _ORDER_FIELDS and all(ids)


def _name_the_orders(tree: Tree, notice: ShipNotice) -> None:
    """A PRF in the shipment for the document's order, and in a line for its own, where no level around tells it."""
    only = notice.orders[0].order_number if len(notice.orders) == 1 and not tree.orders else None
    if notice.order_number and not notice.orders and not any(line.order_number for line in notice.lines):
        tree.shipment.part.add(row("PRF", "", ("orderNumber", notice.order_number)))
    for line in tree.lines:
        order = order_above(line)
        if line.order_number and line.order_number != (order.order_number if order is not None else only):
            line.part.add(row("PRF", line.part.at, ("orderNumber", line.order_number)))


def _order_row(order: ShippedOrder, at: str) -> Row:
    """PRF: 01 the order's number, 02 release, 04 date, 06 contract, 07 kind of order."""
    return row(
        "PRF", at, ("orderNumber", order.order_number), ("releaseNumber", order.release_number), GAP,
        ("orderDate", texts.date(order.order_date)), GAP, ("contractNumber", order.contract_number),
        ("orderType", order.order_type),
    )  # fmt: skip


def _order_node(order: ShippedOrder, at: str, style: Style) -> Node:
    part = level_part(at)
    if order.model_dump(by_alias=False, exclude_defaults=True).keys() & _ORDER_FIELDS:
        part.add(_order_row(order, at))
    part.extend(lading_rows(order.lading, at))
    part.extend(carrier_rows(order.carriers, at))
    part.extend(reference_rows(order.references, at))
    part.extend(contact_rows(order.contacts, at))
    part.extend(measure_rows(order.measures, at))
    part.extend(date_rows(order.dates, at))
    part.extend(freight_terms_rows(order.freight_terms, at))
    part.extend(allowance_parts(order.allowances, at))
    part.extend(other_party_parts(order.parties, at, "parties", 2))
    part.extend(_notes(order.notes, at, style))
    keep(part, order.extensions, 1)
    return Node(part, "O", order.hierarchy_id, order.order_number, kept=kept_head(order.extensions))


def _package_nodes(package: Package, at: str, style: Style, outer: Node | None) -> Iterator[Node]:
    """The level of a package, then those of the packages in it."""
    part = level_part(at)
    part.extend(mark_rows(package.marks, package.sscc, at))
    part.extend(lading_rows(package.lading, at))
    part.extend(packaging_rows(package.packaging, at))
    part.extend(measure_rows(package.measures, at))
    part.extend(reference_rows(package.references, at))
    part.extend(date_rows(package.dates, at))
    part.extend(_notes(package.notes, at, style))
    keep(part, package.extensions, 1)
    kept = kept_head(package.extensions)
    kind = _PACKAGE_KINDS.get(package.type, "")
    if not kind and kept is None and part.head is not None:
        part.head.cannot = ((3, Cannot(NO_CODE, package.type, "tare, pack or subpack")),)
        part.head.names = ("", "", "type")
    node = Node(part, kind, package.hierarchy_id, kept=kept, parent=outer)
    yield node
    for index, inner in enumerate(package.packages):
        yield from _package_nodes(inner, indexed(at, "packages", index), style, node)


def _counts(totals: ShipNoticeTotals | None, levels: int, style: Style) -> Row | None:
    """CTT: 01 the number of levels, counted here, 02 the hash total."""
    if totals is None and not style.count_always:
        return None
    told = totals or ShipNoticeTotals()
    return row("CTT", "totals", ("levelCount", str(levels)), ("hashTotal", told.hash_total))
