"""A buyer's order: X12 850 to canonical."""

from adapters.formats.x12.tree import Loop, Segment
from adapters.mappings import x12_lines
from adapters.mappings import x12_words as words
from adapters.mappings.context import X12Context
from adapters.mappings.x12_dates import day_of
from adapters.mappings.x12_headers import LOOPS, SEGMENTS, read_purpose
from adapters.mappings.x12_sections import Section, fill, rule
from adapters.mappings.x12_values import date
from canonical.parts import Plain

_BEGINNING = (
    "order_type", "number", "release_number", "", "contract_number", "acknowledgment_type",
    "invoice_type", "contract_type", "purchase_category", "security_level", "transaction_type",
)  # fmt: skip
"""BEG02 to BEG12; the date (05) is read apart."""


def _read_beginning(segment: Segment, order: Plain, context: X12Context) -> bool:
    """BEG: 01 purpose, 02 kind of order, 03 number, 04 release, 05 date, 06 contract, 07 answer wanted, 08-12 codes."""
    if "number" in order:
        return True
    read_purpose(segment[1], order)
    for name, value in zip(_BEGINNING, segment.elements[2:], strict=False):
        if name and value:
            order[name] = value
    purpose = words.ORDER_PURPOSES.get(segment[2])
    if purpose:
        order["order_purpose"] = purpose
    day = date(segment, 5, context)
    if day:
        order["issue_date"] = day
    return False


_SUB_LINE = Section({**x12_lines.SEGMENTS, "SLN": x12_lines.SUB_LINE}, x12_lines.LOOPS)

_LINE = Section(
    {**x12_lines.SEGMENTS, "PO1": x12_lines.LINE, "SDQ": x12_lines.PLACES, "SCH": x12_lines.SCHEDULE},
    {**x12_lines.LOOPS, "SCH": x12_lines.read_schedule, "SLN": x12_lines.sub_lines(_SUB_LINE)},
)

_ORDER = Section(
    {**SEGMENTS, "BEG": rule(_read_beginning, *range(1, 13))},
    {**LOOPS, "PO1": x12_lines.lines(_LINE)},
)


def purchase_order(tree: Loop, context: X12Context) -> Plain:
    """The order in an 850."""
    order: Plain = {}
    fill(tree, order, _ORDER, context)
    day = day_of(order.get("dates", ()), "002")
    if day:
        order["requested_delivery"] = day
    return order
