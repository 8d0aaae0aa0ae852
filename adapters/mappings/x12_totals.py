"""What the sender counted: CTT, and the amount under it (AMT)."""

from adapters.formats.x12.tree import Segment
from adapters.mappings.context import X12Context
from adapters.mappings.x12_sections import Rule, Section, inside, rule
from adapters.mappings.x12_values import count, number
from canonical.parts import Plain

_TOTAL = "TT"
"""Element 522: the total amount of the transaction."""


def counting(field: str) -> Rule:
    """The rule for CTT: 01 into this field of ``totals``, 02 into the hash total."""

    def read(segment: Segment, owner: Plain, context: X12Context) -> bool:
        totals = owner.setdefault("totals", {})
        if field in totals or "hash_total" in totals:
            return True
        totals[field] = count(segment, 1, context)
        totals["hash_total"] = number(segment, 2, context)
        return False

    return rule(read, 1, 2)


def _read_amount(segment: Segment, owner: Plain, context: X12Context) -> bool:
    """AMT*TT into the amount of ``totals``; other amounts have no field."""
    totals = owner.setdefault("totals", {})
    if segment[1] != _TOTAL or "amount" in totals:
        return True
    amount = number(segment, 2, context)
    if amount is None:
        return True
    totals["amount"] = amount
    return False


LINE_COUNT = counting("line_count")
"""CTT of orders, their answers and invoices."""

read_totals = inside(Section({"CTT": LINE_COUNT, "AMT": rule(_read_amount, 1, 2)}))
"""The CTT loop."""
