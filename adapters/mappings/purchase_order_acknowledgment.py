"""A seller's answer to an order: X12 855 to canonical."""

from adapters.formats.x12.tree import Loop, Segment
from adapters.mappings import x12_lines
from adapters.mappings import x12_words as words
from adapters.mappings.context import X12Context
from adapters.mappings.x12_dates import DATE
from adapters.mappings.x12_headers import LOOPS, SEGMENTS, read_purpose
from adapters.mappings.x12_items import read_identifiers
from adapters.mappings.x12_measures import quantity
from adapters.mappings.x12_sections import Section, fill, hand_over, keep_loop, put, rule
from adapters.mappings.x12_values import date
from canonical.parts import Plain


def _read_beginning(segment: Segment, answer: Plain, context: X12Context) -> bool:
    """BAK: 01 purpose, 02 the answer, 03-05 and 07 the order's, 06 a request, 08 the seller's number, 09 its date.

    ``number`` is the seller's own where there is one, else the order's.
    """
    if "order_number" in answer:
        return True
    read_purpose(segment[1], answer)
    answered = date(segment, 9, context)
    found = {
        "status": words.ORDER_STATUSES.get(segment[2], "other"),
        "status_code": segment[2],
        "order_number": segment[3],
        "order_date": date(segment, 4, context),
        "release_number": segment[5],
        "request_reference": segment[6],
        "contract_number": segment[7],
        "seller_order_number": segment[8],
        "number": segment[8] or segment[3],
        "acknowledgment_date": answered,
        "issue_date": answered,
        "transaction_type": segment[10],
    }
    answer.update((name, value) for name, value in found.items() if value)
    return False


def _read_acknowledgment(segment: Segment, line: Plain, context: X12Context) -> bool:
    """ACK: 01 status, 02 and 03 quantity, 04 and 05 date, 06 reference, from 07 pairs that tell the item."""
    code = segment[1]
    if not code:
        return True
    found: Plain = {"status": words.LINE_STATUSES.get(code, "other"), "source_code": code}
    amount = quantity(segment, 2, 3, context)
    lost = amount is None and segment[3] != ""
    if amount is not None:
        found["quantity"] = amount
    day = date(segment, 5, context)
    if day:
        found["date"] = day
    lost = lost or (segment[5] != "" and not day)
    if segment[4]:
        found["date_type"] = words.DATES.get(segment[4], segment[4])
        found["date_qualifier"] = segment[4]
    if segment[6]:
        found["reference"] = segment[6]
    identifiers: list[Plain] = []
    if len(segment.elements) > 7:
        lost = read_identifiers(segment.elements, 7, 27, identifiers) or lost
    if identifiers:
        found["item"] = {"identifiers": identifiers}
    put(line, "acknowledgments", found)
    return lost


def read_acknowledgment_loop(loop: Loop, line: Plain, context: X12Context) -> None:
    """The ACK loop: an answer and its further dates."""
    holder: Plain = {}
    fill(loop, holder, _ACKNOWLEDGMENT_LOOP, context, inner=True)
    answers = holder.get("acknowledgments")
    if not answers:
        keep_loop(line, loop)
        return
    if "dates" in holder:
        answers[-1]["dates"] = holder["dates"]
    for answer in answers:
        put(line, "acknowledgments", answer)
    hand_over(holder, line)


ACKNOWLEDGMENT = rule(_read_acknowledgment, *range(1, 27))
"""ACK."""

_ACKNOWLEDGMENT_LOOP = Section({"ACK": ACKNOWLEDGMENT, "DTM": DATE})

SUB_LINE = Section(
    {**x12_lines.SEGMENTS, "SLN": x12_lines.SUB_LINE, "ACK": ACKNOWLEDGMENT},
    {**x12_lines.LOOPS, "ACK": read_acknowledgment_loop},
)
"""What may stand in an SLN loop."""

_LINE = Section(
    {
        **x12_lines.SEGMENTS,
        "PO1": x12_lines.LINE,
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
    {**SEGMENTS, "BAK": rule(_read_beginning, *range(1, 11))},
    {**LOOPS, "PO1": x12_lines.lines(_LINE)},
)


def purchase_order_acknowledgment(tree: Loop, context: X12Context) -> Plain:
    """The answer in an 855."""
    answer: Plain = {}
    fill(tree, answer, _ANSWER, context)
    return answer
