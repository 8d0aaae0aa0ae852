"""Quantities, measured values and packing: MEA, PO4, and pairs of number and unit."""

from adapters.formats.x12.tree import Segment
from adapters.mappings.context import X12Context
from adapters.mappings.problems import UNIT_MISSING
from adapters.mappings.x12_sections import put, rule
from adapters.mappings.x12_values import number
from canonical.parts import Plain


def quantity(segment: Segment, value_at: int, unit_at: int, context: X12Context) -> Plain | None:
    """The quantity in these two elements, or nothing where no number stands there."""
    value = number(segment, value_at, context)
    if value is None:
        return None
    elements = segment.elements
    unit = elements[unit_at] if unit_at < len(elements) else ""
    return {"value": value, "unit_code": unit} if unit else {"value": value}


def read_quantity(segment: Segment, at: int, owner: Plain, context: X12Context, name: str = "quantity") -> bool:
    """A line's quantity at this element, its unit in the next; true where the unit has no number.

    A number without its unit is reported.
    """
    elements = segment.elements
    found = quantity(segment, at, at + 1, context)
    if found is None:
        return len(elements) > at + 1 and elements[at + 1] != ""
    if "unit_code" not in found:
        context.report(UNIT_MISSING, segment, at + 1)
    owner[name] = found
    return False


def composite_quantity(segment: Segment, value_at: int, unit_at: int, context: X12Context) -> tuple[Plain | None, bool]:
    """The quantity whose unit is a composite (X12 C001), and whether some of it has no field.

    Of the composite only the first unit has one: a unit with exponents is rare and no unit of an item.
    """
    found = quantity(segment, value_at, unit_at, context)
    unit = segment[unit_at]
    if found is None:
        return None, unit != ""
    first, mark, _ = unit.partition(context.delimiters.component)
    if mark:
        found = {"value": found["value"], "unit_code": first} if first else {"value": found["value"]}
    return found, mark != ""


def read_quantity_with_composite_unit(
    segment: Segment, value_at: int, unit_at: int, owner: Plain, context: X12Context
) -> bool:
    """A line's quantity in these elements; true where some of it has no field. A missing unit is reported."""
    found, lost = composite_quantity(segment, value_at, unit_at, context)
    if found is not None:
        if "unit_code" not in found:
            context.report(UNIT_MISSING, segment, unit_at)
        owner["quantity"] = found
    return lost


def measure(
    segment: Segment, value_at: int, unit_at: int, context: X12Context, qualifier_at: int | None = None
) -> Plain | None:
    """The measured value in these elements, or nothing where all of them are empty."""
    found: Plain = {}
    if qualifier_at is not None and segment[qualifier_at]:
        found["qualifier"] = segment[qualifier_at]
    value = number(segment, value_at, context)
    if value is not None:
        found["value"] = value
    if segment[unit_at]:
        found["unit_code"] = segment[unit_at]
    return found or None


def dimensions(segment: Segment, at: tuple[int, int, int, int], context: X12Context) -> Plain | None:
    """Length, width, height and their unit at these elements, or nothing where all of them are empty."""
    length_at, width_at, height_at, unit_at = at
    found: Plain = {
        "length": number(segment, length_at, context),
        "width": number(segment, width_at, context),
        "height": number(segment, height_at, context),
        "unit_code": segment[unit_at] or None,
    }
    return found if any(found.values()) else None


def _read_measure(segment: Segment, owner: Plain, context: X12Context) -> bool:
    """MEA into ``measures``: 01 of what, 02 which, 03 the value, 04 its first unit; ranges have no field."""
    found = measure(segment, 3, 4, context, 2)
    unit, mark, _ = segment[4].partition(context.delimiters.component)
    if found is not None and mark:
        found["unit_code"] = unit or None
    if segment[1]:
        found = {"type": segment[1], **(found or {})}
    if found is None or "value" not in found:
        return True
    put(owner, "measures", found)
    return mark != ""


MEASURE = rule(_read_measure, 1, 2, 3, 4)
"""MEA."""


def _read_packaging(segment: Segment, owner: Plain, context: X12Context) -> bool:
    """PO4 into ``packaging``: 01 packs, 02 size, 03 unit, 04 kind, 05-13 weight, volume, dimensions, 14 inner packs."""
    found: Plain = {
        "pack": number(segment, 1, context),
        "size": number(segment, 2, context),
        "unit_code": segment[3] or None,
        "packaging_code": segment[4] or None,
        "inner_pack": number(segment, 14, context),
    }
    if len(segment.elements) > 5:
        found["weight"] = measure(segment, 6, 7, context, 5)
        found["volume"] = measure(segment, 8, 9, context)
        found["dimensions"] = dimensions(segment, (10, 11, 12, 13), context)
    if any(found.values()):
        put(owner, "packaging", found)
    return False


PACKAGING = rule(_read_packaging, *range(1, 15))
"""PO4: the layer on a pallet (15) and numbers of packs (16-18) have no field."""
