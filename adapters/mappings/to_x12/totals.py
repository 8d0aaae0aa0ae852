"""Totals as CTT and AMT: the mirror of ``x12_totals``."""

from adapters.mappings.to_x12.parts import Part, Style, row
from canonical.purchase_order import OrderTotals

_TOTAL = "TT"


def totals_part(totals: OrderTotals | None, lines: int, style: Style) -> Part | None:
    """CTT with the number of lines, counted here and never taken from the document; AMT the amount."""
    if totals is None and not style.count_always:
        return None
    told = totals or OrderTotals()
    part = Part.of(row("CTT", "totals", ("lineCount", str(lines)), ("hashTotal", told.hash_total)))
    if told.amount is not None:
        part.add(row("AMT", "totals", ("", _TOTAL), ("amount", told.amount)))
    return part
