"""The line of a change and of the answer to it: POC."""

from adapters.formats.x12.tree import Segment
from adapters.mappings import x12_words as words
from adapters.mappings.context import X12Context
from adapters.mappings.x12_items import item_of, read_identifiers
from adapters.mappings.x12_measures import read_quantity_with_composite_unit
from adapters.mappings.x12_sections import rule
from adapters.mappings.x12_values import number
from canonical.parts import Plain


def _read_change(segment: Segment, line: Plain, context: X12Context) -> bool:
    """POC: 01 number, 02 what changes, 03 new quantity, 04 still to come, 05 unit, 06 and 07 price, then ids."""
    elements = segment.elements
    lost = read_identifiers(elements, 8, 28, item_of(line)["identifiers"])
    code = segment[2]
    line["change"] = words.LINE_CHANGES.get(code, "other")
    if code:
        line["change_code"] = code
    if segment[1]:
        line["line_number"] = segment[1]
    lost = read_quantity_with_composite_unit(segment, 3, 5, line, context) or lost
    left = number(segment, 4, context)
    if left is not None:
        line["quantity_left"] = left
    amount = number(segment, 6, context)
    if amount is not None:
        line["price"] = {"amount": amount, "basis": segment[7] or None}
    elif segment[7]:
        lost = True
    return lost


CHANGED_LINE = rule(_read_change, *range(1, 28))
"""POC."""
