"""What is in stock, on order or sold: X12 846 to canonical."""

from adapters.formats.x12.tree import Loop, Segment
from adapters.mappings import x12_lines
from adapters.mappings import x12_words as words
from adapters.mappings.context import X12Context
from adapters.mappings.x12_amounts import CURRENCY
from adapters.mappings.x12_conditions import LEAD_TIME, MAINTENANCE
from adapters.mappings.x12_dates import DATE
from adapters.mappings.x12_headers import read_issued, read_purpose
from adapters.mappings.x12_measures import MEASURE, composite_quantity
from adapters.mappings.x12_parties import CONTACT, read_party
from adapters.mappings.x12_references import REFERENCE
from adapters.mappings.x12_sections import ENVELOPE, Section, fill, hand_over, inside, keep_loop, put, rule
from adapters.mappings.x12_totals import LINE_COUNT
from adapters.mappings.x12_values import number
from canonical.parts import Plain


def _read_beginning(segment: Segment, report: Plain, context: X12Context) -> bool:
    """BIA: 01 purpose, 02 kind of report, 03 number, 04 and 05 date and time, 06 what shall be done."""
    if "number" in report:
        return True
    read_purpose(segment[1], report)
    code = segment[2]
    found = {
        "report_type": words.INVENTORY_REPORTS.get(code, code),
        "report_type_code": code,
        "number": segment[3],
        "action_code": segment[6],
    }
    report.update((name, value) for name, value in found.items() if value)
    read_issued(segment, 4, report, context)
    return False


def _read_quantity(segment: Segment, stock: Plain, context: X12Context) -> bool:
    """QTY: 01 what is counted, 02 and 03 how many, 04 words instead of a number."""
    code = segment[1]
    if not code or "qualifier" in stock:
        return True
    stock["type"] = words.STOCK_QUANTITIES.get(code, code)
    stock["qualifier"] = code
    amount, lost = composite_quantity(segment, 2, 3, context)
    if amount is not None:
        stock["quantity"] = amount
    if segment[4]:
        stock["text"] = segment[4]
    return lost


def _read_unit(segment: Segment, stock: Plain, context: X12Context) -> bool:
    """UIT: 01 the unit of the quantity above it, where that has none, 02 and 03 its price."""
    unit = segment[1]
    amount = stock.get("quantity")
    lost = False
    if unit:
        if amount is None or context.delimiters.component in unit:
            lost = True
        else:
            lost = amount.setdefault("unit_code", unit) != unit
    price = number(segment, 2, context)
    if price is not None and "price" not in stock:
        stock["price"] = {"amount": price, "basis": segment[3] or None}
        return lost
    return lost or segment[2] != "" or segment[3] != ""


_REFERENCES = inside(Section({"REF": REFERENCE}))

_BOUNDED = Section({"LS": ENVELOPE, "LE": ENVELOPE}, {"REF": _REFERENCES})
"""References between LS and LE, or, as some send them, without."""

_STOCK = Section(
    {
        "QTY": rule(_read_quantity, 1, 2, 3, 4),
        "UIT": rule(_read_unit, 1, 2, 3),
        "MEA": MEASURE,
        "LDT": LEAD_TIME,
        "DTM": DATE,
    },
    {"SCH": x12_lines.read_schedule, "REF": _REFERENCES, "LS": inside(_BOUNDED)},
)


def _read_stock(loop: Loop, line: Plain, context: X12Context) -> None:
    """The QTY loop: one quantity with its unit price, dates and lead times."""
    stock: Plain = {}
    fill(loop, stock, _STOCK, context, inner=True)
    if "qualifier" not in stock:
        keep_loop(line, loop)
        return
    hand_over(stock, line)
    put(line, "quantities", stock)


_LINE = Section(
    {**x12_lines.SEGMENTS, "LDT": LEAD_TIME, "G53": MAINTENANCE, "SDQ": x12_lines.PLACES},
    {**x12_lines.LOOPS, "QTY": _read_stock},
)

_REPORT = Section(
    {
        "ST": ENVELOPE,
        "SE": ENVELOPE,
        "BIA": rule(_read_beginning, *range(1, 7)),
        "CUR": CURRENCY,
        "DTM": DATE,
        "REF": REFERENCE,
        "PER": CONTACT,
        "MEA": MEASURE,
        "CTT": LINE_COUNT,
    },
    {"N1": read_party, "LIN": x12_lines.lines(_LINE)},
)


def inventory_report(tree: Loop, context: X12Context) -> Plain:
    """The report in an 846."""
    report: Plain = {}
    fill(tree, report, _REPORT, context)
    return report
