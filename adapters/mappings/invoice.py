"""A seller's invoice or credit memo: X12 810 to canonical."""

from adapters.formats.x12.tree import Loop, Segment
from adapters.mappings import x12_lines
from adapters.mappings import x12_words as words
from adapters.mappings.context import X12Context
from adapters.mappings.x12_carriers import CARRIER
from adapters.mappings.x12_headers import LOOPS, SEGMENTS, read_purpose
from adapters.mappings.x12_measures import measure, quantity
from adapters.mappings.x12_sections import Section, fill, inside, put, rule
from adapters.mappings.x12_values import date, implied_number
from canonical.parts import Plain

_AMOUNTS = ("amount", "discountable_amount", "discounted_amount", "discount_amount")
"""TDS01 to TDS04."""


def _read_beginning(segment: Segment, invoice: Plain, context: X12Context) -> bool:
    """BIG: 01 date, 02 number, 03 and 04 the order's date and number, 05 release, 06 change, 07 kind, 08 purpose."""
    if "number" in invoice:
        return True
    code = segment[7]
    invoice["invoice_type"] = words.INVOICE_TYPES.get(code, "other")
    found = {
        "issue_date": date(segment, 1, context),
        "number": segment[2],
        "order_date": date(segment, 3, context),
        "order_number": segment[4],
        "release_number": segment[5],
        "change_number": segment[6],
        "invoice_type_code": code,
    }
    invoice.update((name, value) for name, value in found.items() if value)
    read_purpose(segment[8], invoice)
    return False


def _read_totals(segment: Segment, invoice: Plain, context: X12Context) -> bool:
    """TDS: four amounts with two implied decimals."""
    totals = invoice.setdefault("totals", {})
    if not totals.keys().isdisjoint(_AMOUNTS):
        return True
    for position, name in enumerate(_AMOUNTS, start=1):
        amount = implied_number(segment, position, context)
        if amount is not None:
            totals[name] = amount
    return False


def _read_shipment(segment: Segment, invoice: Plain, context: X12Context) -> bool:
    """ISS: 01 and 02 how much was shipped, 03 and 04 its weight, 05 and 06 its volume."""
    shipped = quantity(segment, 1, 2, context)
    found: Plain = {
        "quantity": shipped,
        "weight": measure(segment, 3, 4, context),
        "volume": measure(segment, 5, 6, context),
    }
    if any(found.values()):
        put(invoice.setdefault("totals", {}), "shipments", found)
    return shipped is None and segment[2] != ""


_SHIPMENT = rule(_read_shipment, 1, 2, 3, 4, 5, 6)

_SUB_LINE = Section({**x12_lines.SEGMENTS, "SLN": x12_lines.SUB_LINE}, x12_lines.LOOPS)

_LINE = Section(
    {**x12_lines.SEGMENTS, "IT1": x12_lines.LINE, "CAD": CARRIER},
    {**x12_lines.LOOPS, "SLN": x12_lines.sub_lines(_SUB_LINE)},
)

_INVOICE = Section(
    {
        **SEGMENTS,
        "BIG": rule(_read_beginning, *range(1, 9)),
        "TDS": rule(_read_totals, 1, 2, 3, 4),
        "CAD": CARRIER,
        "ISS": _SHIPMENT,
    },
    {**LOOPS, "IT1": x12_lines.lines(_LINE), "ISS": inside(Section({"ISS": _SHIPMENT}))},
)


def invoice(tree: Loop, context: X12Context) -> Plain:
    """The invoice in an 810."""
    found: Plain = {}
    fill(tree, found, _INVOICE, context)
    return found
