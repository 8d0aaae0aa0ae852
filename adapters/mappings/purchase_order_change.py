"""A buyer's change of an order: X12 860 to canonical."""

from adapters.formats.x12.tree import Loop, Segment
from adapters.mappings import x12_lines
from adapters.mappings import x12_words as words
from adapters.mappings.context import X12Context
from adapters.mappings.x12_changes import CHANGED_LINE
from adapters.mappings.x12_dates import day_of
from adapters.mappings.x12_headers import LOOPS, SEGMENTS, read_purpose
from adapters.mappings.x12_sections import Section, fill, rule
from adapters.mappings.x12_values import date, iso_date
from canonical.parts import Plain

_ORDER_DATE = 6


def _read_beginning(segment: Segment, change: Plain, context: X12Context) -> bool:
    """BCH: 01 purpose, 02 kind of order, 03 its number, 04 release, 05 which change, 06 the order's date, 07-16 more.

    Some senders put the order's date into 05 and no date into 06; then 05 is read as what it is.
    """
    if "number" in change:
        return True
    read_purpose(segment[1], change)
    misplaced = iso_date(segment[5]) if iso_date(segment[_ORDER_DATE]) is None else None
    found: Plain = {
        "order_type": segment[2],
        "order_purpose": words.ORDER_PURPOSES.get(segment[2]),
        "number": segment[3],
        "order_number": segment[3],
        "release_number": segment[4],
        "change_number": None if misplaced else segment[5],
        "order_date": date(segment, _ORDER_DATE, context) or misplaced,
        "request_reference": segment[7],
        "contract_number": segment[8],
        "seller_order_number": segment[9],
        "acknowledgment_date": date(segment, 10, context),
        "issue_date": date(segment, 11, context),
        "contract_type": segment[12],
        "security_level": segment[13],
        "acknowledgment_type": segment[14],
        "transaction_type": segment[15],
        "purchase_category": segment[16],
    }
    change.update((name, value) for name, value in found.items() if value)
    return False


_SUB_LINE = Section({**x12_lines.SEGMENTS, "SLN": x12_lines.SUB_LINE}, x12_lines.LOOPS)

_LINE = Section(
    {**x12_lines.SEGMENTS, "POC": CHANGED_LINE, "SDQ": x12_lines.PLACES, "SCH": x12_lines.SCHEDULE},
    {**x12_lines.LOOPS, "SCH": x12_lines.read_schedule, "SLN": x12_lines.sub_lines(_SUB_LINE)},
)

_CHANGE = Section(
    {**SEGMENTS, "BCH": rule(_read_beginning, *range(1, 17))},
    {**LOOPS, "POC": x12_lines.lines(_LINE)},
)


def purchase_order_change(tree: Loop, context: X12Context) -> Plain:
    """The change in an 860."""
    change: Plain = {}
    fill(tree, change, _CHANGE, context)
    day = day_of(change.get("dates", ()), "002")
    if day:
        change["requested_delivery"] = day
    return change
