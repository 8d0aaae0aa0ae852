"""The heading and summary that orders, their answers and invoices share."""

from adapters.mappings import x12_words as words
from adapters.mappings.x12_amounts import ALLOWANCE, CURRENCY, EXEMPTION, TAX, read_allowance
from adapters.mappings.x12_carriers import EQUIPMENT, ROUTE
from adapters.mappings.x12_dates import DATE
from adapters.mappings.x12_notes import MESSAGE, MESSAGE_TEXT, NOTE
from adapters.mappings.x12_parties import CONTACT, read_party
from adapters.mappings.x12_references import REFERENCE, read_noted_reference
from adapters.mappings.x12_sections import ENVELOPE, ReadLoop, Rule
from adapters.mappings.x12_terms import TERMS
from adapters.mappings.x12_totals import LINE_COUNT, read_totals
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


def read_purpose(code: str, owner: Plain) -> None:
    """What the message is sent for (X12 353), in our word and as sent."""
    if code:
        owner["purpose"] = words.PURPOSES.get(code, code)
        owner["purpose_code"] = code
