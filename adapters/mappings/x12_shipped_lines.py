"""Shipped items: the HL loops of items, of their components and of their single pieces."""

from adapters.formats.x12.tree import Loop, Segment
from adapters.mappings import x12_lines
from adapters.mappings.context import X12Context
from adapters.mappings.x12_carriers import LADING, read_equipment
from adapters.mappings.x12_instances import LOT_ITEMS, SERIAL_ITEMS, gather
from adapters.mappings.x12_items import DESCRIPTION, ITEM, item_of, read_identifiers
from adapters.mappings.x12_measures import composite_quantity, quantity, read_quantity
from adapters.mappings.x12_packages import MARKS
from adapters.mappings.x12_sections import ENVELOPE, Section, fill, hand_over, keep_loop, put, rule
from adapters.mappings.x12_values import number
from canonical.parts import Plain

_INCLUDED = ("", "I")
"""SLN03 that say no more than that the item includes this component."""


def _read_number(segment: Segment, line: Plain) -> bool:
    """SN101: the line's number where LIN gave none; true where it is another."""
    own = segment[1]
    return own != "" and line.setdefault("line_number", own) != own


def _read_shipped(segment: Segment, line: Plain, context: X12Context) -> bool:
    """SN1 of an item: 02 and 03 shipped, 04 shipped so far, 05 and 06 ordered, 08 status."""
    return read_shipped_quantities(segment, line, context, "quantity")


def read_shipped_quantities(segment: Segment, line: Plain, context: X12Context, shipped: str) -> bool:
    """SN1 with what was shipped in the field of this name."""
    lost = _read_number(segment, line)
    lost = read_quantity(segment, 2, line, context, shipped) or lost
    so_far = number(segment, 4, context)
    if so_far is not None:
        line["cumulative_quantity"] = so_far
    ordered = quantity(segment, 5, 6, context)
    if ordered is not None:
        line["ordered_quantity"] = ordered
    elif segment[6]:
        lost = True
    if segment[8]:
        line["status_code"] = segment[8]
    return lost


def _read_piece(segment: Segment, part: Plain, context: X12Context) -> bool:
    """SN1 of a component or a single piece: 01 number, 02 and 03 quantity."""
    lost = _read_number(segment, part)
    return read_quantity(segment, 2, part, context) or lost


def _read_part(segment: Segment, line: Plain, context: X12Context) -> bool:
    """SLN: a lot or serial number with its quantity into ``instances``, else a component into ``components``."""
    identifiers: list[Plain] = []
    lost = read_identifiers(segment.elements, 9, 29, identifiers)
    amount, spilled = composite_quantity(segment, 4, 5, context)
    lost = lost or spilled
    codes = {entry.get("qualifier") for entry in identifiers}
    part: Plain = {"item": {"identifiers": identifiers}}
    if amount is not None:
        part["quantity"] = amount
    if codes & (LOT_ITEMS | SERIAL_ITEMS):
        for instance in gather(part):
            put(line, "instances", instance)
        return True
    if segment[1]:
        part["line_number"] = segment[1]
    put(line, "components", part)
    return lost or segment[3] not in _INCLUDED


def _read_order(segment: Segment, line: Plain, _context: X12Context) -> bool:
    """PRF of an item that stands under no order: 01 the order's number."""
    if segment[1]:
        line["order_number"] = segment[1]
    return False


LINE = Section(
    {
        **x12_lines.SEGMENTS,
        "HL": ENVELOPE,
        "SN1": rule(_read_shipped, 1, 2, 3, 4, 5, 6, 8),
        "SLN": rule(_read_part, 1, 3, 4, 5, *range(9, 29)),
        "PRF": rule(_read_order, 1),
        "TD1": LADING,
        "MAN": MARKS,
    },
    {**x12_lines.LOOPS, "TD3": read_equipment},
)
"""What may stand in an item's HL loop."""

_PIECE = Section(
    {
        "HL": ENVELOPE,
        "LIN": ITEM,
        "SN1": rule(_read_piece, 1, 2, 3),
        "PID": DESCRIPTION,
        "REF": x12_lines.SEGMENTS["REF"],
        "DTM": x12_lines.SEGMENTS["DTM"],
    }
)

_COMPONENT = Section({name: _PIECE.segments[name] for name in ("HL", "LIN", "SN1", "PID")})


def read_instance(loop: Loop, line: Plain, own: list[Plain], context: X12Context) -> None:
    """An HL loop of single pieces under an item: its instances, and the loop kept whole."""
    part: Plain = {}
    fill(loop, part, _PIECE, context)
    own.extend(gather(part))
    keep_loop(line, loop)


def read_component(loop: Loop, line: Plain, context: X12Context) -> None:
    """An HL loop of a component under an item, into ``components``."""
    part: Plain = {}
    fill(loop, part, _COMPONENT, context, inner=True)
    hand_over(part, line)
    item_of(part)
    put(line, "components", part)
