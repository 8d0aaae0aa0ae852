"""A seller's answer to a change of an order: X12 865 to canonical."""

from adapters.formats.x12.tree import Loop, Segment
from adapters.mappings import x12_lines
from adapters.mappings import x12_words as words
from adapters.mappings.context import X12Context
from adapters.mappings.purchase_order_acknowledgment import ACKNOWLEDGMENT, SUB_LINE, read_acknowledgment_loop
from adapters.mappings.x12_changes import CHANGED_LINE
from adapters.mappings.x12_headers import LOOPS, SEGMENTS, read_purpose
from adapters.mappings.x12_sections import Section, fill, rule
from adapters.mappings.x12_values import date
from canonical.parts import Plain


def _read_beginning(segment: Segment, answer: Plain, context: X12Context) -> bool:
    """BCA: 01 purpose, 02 the answer, 03-08 the order's and the change's, 09 the seller's number, from 10 dates, types.

    ``number`` is the seller's own where there is one, else the order's.
    """
    if "order_number" in answer:
        return True
    read_purpose(segment[1], answer)
    answered = date(segment, 10, context)
    found = {
        "status": words.ORDER_STATUSES.get(segment[2], "other"),
        "status_code": segment[2],
        "order_number": segment[3],
        "release_number": segment[4],
        "change_number": segment[5],
        "order_date": date(segment, 6, context),
        "request_reference": segment[7],
        "contract_number": segment[8],
        "seller_order_number": segment[9],
        "number": segment[9] or segment[3],
        "acknowledgment_date": answered,
        "issue_date": answered,
        "change_date": date(segment, 11, context),
        "order_type": segment[13],
        "transaction_type": segment[15],
    }
    answer.update((name, value) for name, value in found.items() if value)
    return False


_LINE = Section(
    {
        **x12_lines.SEGMENTS,
        "POC": CHANGED_LINE,
        "SDQ": x12_lines.PLACES,
        "SCH": x12_lines.SCHEDULE,
        "ACK": ACKNOWLEDGMENT,
    },
    {
        **x12_lines.LOOPS,
        "ACK": read_acknowledgment_loop,
        "SCH": x12_lines.read_schedule,
        "SLN": x12_lines.sub_lines(SUB_LINE),
    },
)

_ANSWER = Section(
    {**SEGMENTS, "BCA": rule(_read_beginning, *range(1, 12), 13, 15)},
    {**LOOPS, "POC": x12_lines.lines(_LINE)},
)


def purchase_order_change_acknowledgment(tree: Loop, context: X12Context) -> Plain:
    """The answer in an 865."""
    answer: Plain = {"answers": "change"}
    fill(tree, answer, _ANSWER, context)
    return answer
