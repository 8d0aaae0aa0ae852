"""What arrived at the dock, and in which condition: X12 861 to canonical."""

from adapters.formats.x12.tree import Loop, Segment
from adapters.mappings import x12_lines
from adapters.mappings import x12_words as words
from adapters.mappings.context import X12Context
from adapters.mappings.x12_amounts import CURRENCY
from adapters.mappings.x12_carriers import EQUIPMENT, FREIGHT_TERMS, LADING, ROUTE
from adapters.mappings.x12_dates import DATE, day_of
from adapters.mappings.x12_headers import read_issued, read_purpose
from adapters.mappings.x12_instances import gather
from adapters.mappings.x12_measures import MEASURE, composite_quantity, read_quantity_with_composite_unit
from adapters.mappings.x12_orders import ORDER, only_order
from adapters.mappings.x12_packages import MARKS
from adapters.mappings.x12_parties import CONTACT, read_party
from adapters.mappings.x12_references import REFERENCE
from adapters.mappings.x12_sections import ENVELOPE, Section, fill, put, rule
from adapters.mappings.x12_shipped_lines import read_shipped_quantities
from adapters.mappings.x12_totals import LINE_COUNT
from canonical.parts import Plain

_SHIPMENT = "SI"
"""Element 128: the number is the seller's for the shipment."""

_QUESTIONED = (6, 9, 12, 15, 18)
"""Where in RCD a quantity in question stands, then its unit and its condition."""


def _read_beginning(segment: Segment, receipt: Plain, context: X12Context) -> bool:
    """BRA: 01 number, 02 date, 03 purpose, 04 kind of receipt, 05 time, 06 condition, 07 what shall be done."""
    if "number" in receipt:
        return True
    read_purpose(segment[3], receipt)
    found = {
        "number": segment[1],
        "receipt_type": words.RECEIPT_TYPES.get(segment[4], "other"),
        "receipt_type_code": segment[4],
        "condition": words.CONDITIONS.get(segment[6], segment[6]),
        "condition_code": segment[6],
        "action_code": segment[7],
    }
    receipt.update((name, value) for name, value in found.items() if value)
    read_issued(segment, 2, receipt, context, time_at=5)
    return False


def _read_received(segment: Segment, line: Plain, context: X12Context) -> bool:
    """RCD: 01 number, 02 and 03 received, 04 and 05 returned, from 06 what is in question and why."""
    if segment[1]:
        line["line_number"] = segment[1]
    lost = read_quantity_with_composite_unit(segment, 2, 3, line, context)
    returned, spilled = composite_quantity(segment, 4, 5, context)
    lost = lost or spilled
    if returned is not None:
        line["returned_quantity"] = returned
    for at in _QUESTIONED:
        amount, spilled = composite_quantity(segment, at, at + 1, context)
        code = segment[at + 2]
        lost = lost or spilled
        if amount is not None and code:
            found = {"quantity": amount, "condition": words.CONDITIONS.get(code, code), "condition_code": code}
            put(line, "in_question", found)
        else:
            lost = lost or amount is not None or code != ""
    return lost


def _read_shipped(segment: Segment, line: Plain, context: X12Context) -> bool:
    """SN1 under RCD: what was shipped and ordered, beside what was received."""
    return read_shipped_quantities(segment, line, context, "shipped_quantity")


_LINE = Section(
    {
        **x12_lines.SEGMENTS,
        "RCD": rule(_read_received, *range(1, 21)),
        "SN1": rule(_read_shipped, 1, 2, 3, 4, 5, 6, 8),
        "PRF": ORDER,
        "TD1": LADING,
        "FOB": FREIGHT_TERMS,
        "MAN": MARKS,
    },
    x12_lines.LOOPS,
)


def _read_line(loop: Loop, receipt: Plain, context: X12Context) -> None:
    line: Plain = {}
    fill(loop, line, _LINE, context)
    instances = gather(line)
    if instances:
        line["instances"] = instances
    put(receipt, "lines", line)


_RECEIPT = Section(
    {
        "ST": ENVELOPE,
        "SE": ENVELOPE,
        "BRA": rule(_read_beginning, *range(1, 8)),
        "CUR": CURRENCY,
        "REF": REFERENCE,
        "PER": CONTACT,
        "DTM": DATE,
        "PRF": ORDER,
        "TD1": LADING,
        "TD5": ROUTE,
        "TD3": EQUIPMENT,
        "MEA": MEASURE,
        "CTT": LINE_COUNT,
    },
    {"N1": read_party, "RCD": _read_line},
)


def receipt(tree: Loop, context: X12Context) -> Plain:
    """The receipt in an 861."""
    found: Plain = {}
    fill(tree, found, _RECEIPT, context)
    references = found.get("references", ())
    shipments = [entry["value"] for entry in references if entry.get("qualifier") == _SHIPMENT and "value" in entry]
    told = {
        "received_date": day_of(found.get("dates", ()), "050"),
        "shipment_number": shipments[0] if shipments else None,
        "order_number": only_order((found, *found.get("lines", ()))),
    }
    found.update((name, value) for name, value in told.items() if value)
    return found
