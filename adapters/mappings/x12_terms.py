"""When to pay, and what an early payment saves: ITD."""

from adapters.formats.x12.tree import Segment
from adapters.mappings.context import X12Context
from adapters.mappings.x12_sections import put, rule
from adapters.mappings.x12_values import date, implied_number, number
from canonical.parts import Plain


def _read_terms(segment: Segment, owner: Plain, context: X12Context) -> bool:
    """ITD into ``payment_terms``; the discount amount (08) has two implied decimals."""
    found: Plain = {
        "type": segment[1] or None,
        "basis_date": segment[2] or None,
        "discount_percent": number(segment, 3, context),
        "discount_date": date(segment, 4, context),
        "discount_days": number(segment, 5, context),
        "net_date": date(segment, 6, context),
        "net_days": number(segment, 7, context),
        "discount_amount": implied_number(segment, 8, context),
        "description": segment[12] or None,
    }
    if any(found.values()):
        put(owner, "payment_terms", found)
    return False


TERMS = rule(_read_terms, 1, 2, 3, 4, 5, 6, 7, 8, 12)
"""ITD: deferred payments and the day of the month have no field."""
