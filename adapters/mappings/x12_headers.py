"""The heading and summary that orders, their answers and invoices share."""

from adapters.formats.x12.tree import Loop, Segment
from adapters.mappings import x12_words as words
from adapters.mappings.context import X12Context
from adapters.mappings.x12_amounts import ALLOWANCE, CURRENCY, EXEMPTION, TAX, read_allowance
from adapters.mappings.x12_carriers import EQUIPMENT, FREIGHT_TERMS, ROUTE
from adapters.mappings.x12_dates import DATE
from adapters.mappings.x12_notes import MESSAGE, MESSAGE_TEXT, NOTE
from adapters.mappings.x12_parties import CONTACT, read_party
from adapters.mappings.x12_references import REFERENCE, read_noted_reference
from adapters.mappings.x12_sections import ENVELOPE, ReadLoop, Rule, put
from adapters.mappings.x12_terms import TERMS
from adapters.mappings.x12_totals import LINE_COUNT, read_totals
from adapters.mappings.x12_values import date, time
from canonical.parts import Plain

SEGMENTS: dict[str, Rule] = {
    "ST": ENVELOPE,
    "SE": ENVELOPE,
    "CUR": CURRENCY,
    "REF": REFERENCE,
    "PER": CONTACT,
    "SAC": ALLOWANCE,
    "TAX": EXEMPTION,
    "TXI": TAX,
    "ITD": TERMS,
    "FOB": FREIGHT_TERMS,
    "DTM": DATE,
    "TD5": ROUTE,
    "TD3": EQUIPMENT,
    "MSG": MESSAGE,
    "MTX": MESSAGE_TEXT,
    "NTE": NOTE,
    "CTT": LINE_COUNT,
}
"""The segments of the heading and the summary."""

LOOPS: dict[str, ReadLoop] = {
    "SAC": read_allowance,
    "N9": read_noted_reference,
    "N1": read_party,
    "CTT": read_totals,
}
"""The loops of the heading and the summary."""


def own_number(tree: Loop) -> str:
    """The control number of the transaction set (ST02), for documents that may come without a number of their own."""
    head = tree.first("ST")
    return head[2] if head else ""


def read_issued(
    segment: Segment, at: int, owner: Plain, context: X12Context, *, time_at: int | None = None, zone_at: int = 0
) -> None:
    """The day at this element into ``issue_date``; with a time of day (in the next element) also into ``dates``."""
    day, clock = date(segment, at, context), time(segment, time_at or at + 1, context)
    if day:
        owner["issue_date"] = day
    if clock:
        entry = {"type": "issued", "date": day, "time": clock}
        if zone_at and segment[zone_at]:
            entry["zone"] = segment[zone_at]
        put(owner, "dates", entry)


def read_purpose(code: str, owner: Plain) -> None:
    """What the message is sent for (X12 353), in our word and as sent."""
    if code:
        owner["purpose"] = words.PURPOSES.get(code, code)
        owner["purpose_code"] = code
