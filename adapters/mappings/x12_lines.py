"""The lines of orders, their answers and invoices: PO1, IT1, SLN, SDQ, SCH and what stands under them."""

from collections.abc import Callable

from adapters.formats.x12.tree import Loop, Segment
from adapters.mappings import x12_words as words
from adapters.mappings.context import X12Context
from adapters.mappings.x12_amounts import (
    ALLOWANCE,
    EXEMPTION,
    LINE_CURRENCY,
    PRICE,
    TAX,
    read_allowance,
    read_price,
)
from adapters.mappings.x12_carriers import EQUIPMENT, ROUTE
from adapters.mappings.x12_dates import DATE
from adapters.mappings.x12_items import DESCRIPTION, ITEM, item_of, read_identifiers
from adapters.mappings.x12_measures import (
    MEASURE,
    PACKAGING,
    quantity,
    read_quantity,
    read_quantity_with_composite_unit,
)
from adapters.mappings.x12_notes import MESSAGE, MESSAGE_TEXT, NOTE
from adapters.mappings.x12_parties import CONTACT, identifier, read_line_party
from adapters.mappings.x12_references import REFERENCE, read_noted_reference
from adapters.mappings.x12_sections import ReadLoop, Rule, Section, fill, inside, put, rule
from adapters.mappings.x12_values import date, is_canonical_number, number, time
from canonical.parts import Plain

_INCLUDED = ("", "I")
"""SLN03 that say no more than that the line above includes this one."""


def _read_line(segment: Segment, line: Plain, context: X12Context) -> bool:
    """PO1 or IT1: 01 number, 02 and 03 quantity, 04 and 05 price with its basis, then pairs that tell the item."""
    elements = segment.elements
    length = len(elements)
    identifiers: list[Plain] = []
    line["item"] = {"identifiers": identifiers}
    lost = length > 6 and read_identifiers(elements, 6, 26, identifiers)
    if length > 1 and elements[1]:
        line["line_number"] = elements[1]
    if length > 3 and (unit := elements[3]) and is_canonical_number(elements[2]):
        # As ``read_quantity`` does, which looks at everything else.
        line["quantity"] = {"value": elements[2], "unit_code": unit}
    elif read_quantity(segment, 2, line, context):
        lost = True
    if length > 4:
        amount = elements[4] if is_canonical_number(elements[4]) else number(segment, 4, context)
        basis = elements[5] if length > 5 else ""
        if amount is not None:
            line["price"] = {"amount": amount, "basis": basis} if basis else {"amount": amount}
        elif basis:
            lost = True
    return lost


LINE = rule(_read_line, *range(1, 26))
"""PO1 and IT1."""


def _read_sub_line(segment: Segment, line: Plain, context: X12Context) -> bool:
    """SLN: 01 number, 04 and 05 quantity, 06 and 07 price with its basis, from 09 pairs that tell the item."""
    elements = segment.elements
    lost = read_identifiers(elements, 9, 29, item_of(line)["identifiers"])
    if segment[1]:
        line["line_number"] = segment[1]
    lost = read_quantity_with_composite_unit(segment, 4, 5, line, context) or lost
    amount = number(segment, 6, context)
    if amount is not None:
        line["price"] = {"amount": amount, "basis": segment[7] or None}
    elif segment[7]:
        lost = True
    return lost or segment[3] not in _INCLUDED


SUB_LINE = rule(_read_sub_line, 1, 3, 4, 5, 6, 7, *range(9, 29))
"""SLN: the number of the line above (02) has no field."""


def _read_places(segment: Segment, line: Plain, context: X12Context) -> bool:
    """SDQ into ``schedules``: 01 unit, 02 who numbers the places, then pairs of place and quantity."""
    elements = segment.elements
    unit, code = segment[1], segment[2]
    placed = scheduled = lost = False
    for at in range(3, min(len(elements), 23), 2):
        place = elements[at]
        value = number(segment, at + 1, context)
        if value is None:
            lost = lost or place != ""
            continue
        schedule: Plain = {"quantity": {"value": value, "unit_code": unit or None}}
        if place:
            schedule["location"] = identifier(code, place)
            placed = True
        put(line, "schedules", schedule)
        scheduled = True
    return lost or (unit != "" and not scheduled) or (code != "" and not placed)


PLACES = rule(_read_places, *range(1, 23))
"""SDQ."""


def _read_schedule(segment: Segment, line: Plain, context: X12Context) -> bool:
    """SCH into ``schedules``: 01 and 02 quantity, 05-07 and 08-10 dates."""
    amount = quantity(segment, 1, 2, context)
    if amount is None:
        return True
    dates = []
    lost = False
    for at in (5, 8):
        code, text = segment[at], segment[at + 1]
        entry: Plain = {"type": words.DATES.get(code, code) or "other"}
        if code:
            entry["qualifier"] = code
        day, clock = date(segment, at + 1, context), time(segment, at + 2, context)
        if day:
            entry["date"] = day
        elif text:
            entry["text"] = text
        if clock:
            entry["time"] = clock
        if day or text or clock:
            dates.append(entry)
        else:
            lost = lost or code != ""
    put(line, "schedules", {"quantity": amount, "dates": dates})
    return lost


SCHEDULE = rule(_read_schedule, 1, 2, 5, 6, 7, 8, 9, 10)
"""SCH: who takes part in it (03, 04) and its reference (11) have no field."""

read_schedule = inside(Section({"SCH": SCHEDULE}))
"""The SCH loop; its carriers and references have no field."""

SEGMENTS: dict[str, Rule] = {
    "LIN": ITEM,
    "CUR": LINE_CURRENCY,
    "CTP": PRICE,
    "PID": DESCRIPTION,
    "MEA": MEASURE,
    "PO4": PACKAGING,
    "REF": REFERENCE,
    "PER": CONTACT,
    "SAC": ALLOWANCE,
    "TAX": EXEMPTION,
    "TXI": TAX,
    "DTM": DATE,
    "TD5": ROUTE,
    "TD3": EQUIPMENT,
    "MSG": MESSAGE,
    "MTX": MESSAGE_TEXT,
    "NTE": NOTE,
}
"""The segments under a line of any kind."""

LOOPS: dict[str, ReadLoop] = {
    "CTP": read_price,
    "PID": inside(Section({"PID": DESCRIPTION, "MEA": MEASURE})),
    "SAC": read_allowance,
    "N9": read_noted_reference,
    "N1": read_line_party,
}
"""The loops under a line of any kind."""


def lines(section: Section) -> ReadLoop:
    """Reads each occurrence of a loop as one of the document's ``lines``."""
    return _each(section, "lines")


def sub_lines(section: Section) -> ReadLoop:
    """Reads each occurrence of a loop as one of the line's ``sub_lines``."""
    return _each(section, "sub_lines")


def _each(section: Section, name: str) -> Callable[[Loop, Plain, X12Context], None]:
    def read(loop: Loop, owner: Plain, context: X12Context) -> None:
        line: Plain = {}
        fill(loop, line, section, context)
        put(owner, name, line)

    return read
