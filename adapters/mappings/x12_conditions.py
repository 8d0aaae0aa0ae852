"""What an item or a price depends on: restrictions (CTB), lead times (LDT), what happened to its record (G53)."""

from adapters.formats.x12.tree import Segment
from adapters.mappings.context import X12Context
from adapters.mappings.x12_sections import put, rule
from adapters.mappings.x12_values import date, implied_number, number
from canonical.parts import Plain


def _read_condition(segment: Segment, owner: Plain, context: X12Context) -> bool:
    """CTB into ``conditions``: 01 on what, 02 in words, 03 and 04 a quantity, 05 and 06 an amount in cents."""
    if not segment[1]:
        return True
    put(
        owner,
        "conditions",
        {
            "type": segment[1],
            "description": segment[2] or None,
            "quantity_type": segment[3] or None,
            "quantity": number(segment, 4, context),
            "amount_type": segment[5] or None,
            "amount": implied_number(segment, 6, context),
        },
    )
    return False


CONDITION = rule(_read_condition, 1, 2, 3, 4, 5, 6)
"""CTB."""


def _read_lead_time(segment: Segment, owner: Plain, context: X12Context) -> bool:
    """LDT into ``lead_times``: 01 from what to what, 02 how long, 03 the unit of time, 04 the date it holds for."""
    length = number(segment, 2, context)
    if not segment[1] or length is None or not segment[3]:
        return True
    found = {"type": segment[1], "value": length, "unit_code": segment[3], "date": date(segment, 4, context)}
    put(owner, "lead_times", found)
    return False


LEAD_TIME = rule(_read_lead_time, 1, 2, 3, 4)
"""LDT."""


def _read_maintenance(segment: Segment, line: Plain, _context: X12Context) -> bool:
    """G53: whether the item is new, changed or withdrawn."""
    code = segment[1]
    return not code or line.setdefault("maintenance_code", code) != code


MAINTENANCE = rule(_read_maintenance, 1)
"""G53."""
