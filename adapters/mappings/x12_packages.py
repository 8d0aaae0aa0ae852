"""Packages of a shipment: marks (MAN) with the serial shipping container code, packing, weights."""

from adapters.formats.x12.tree import Segment
from adapters.mappings import x12_words as words
from adapters.mappings.context import X12Context
from adapters.mappings.x12_carriers import LADING
from adapters.mappings.x12_dates import DATE
from adapters.mappings.x12_measures import MEASURE, PACKAGING
from adapters.mappings.x12_references import REFERENCE
from adapters.mappings.x12_sections import ENVELOPE, Section, put, rule
from canonical.parts import Plain

_SSCC_MARKS = ("GM", "AA", "AI")
_SSCC_DIGITS = 18
_APPLICATION_IDENTIFIER = "00"
_PUNCTUATION = str.maketrans("", "", "() ")


def sscc(code: str, mark: str) -> str | None:
    """The 18 digits of a serial shipping container code, or nothing where the mark is none.

    Senders put it with its application identifier (20 digits) or without (18) under either qualifier; under AI,
    which any identifier may follow, only 20 digits are one. Source: GS1 General Specifications, 3.3.1.
    """
    digits = mark.translate(_PUNCTUATION)
    if code not in _SSCC_MARKS or not (digits.isascii() and digits.isdigit()):
        return None
    if len(digits) == _SSCC_DIGITS + 2 and digits.startswith(_APPLICATION_IDENTIFIER):
        return digits[2:]
    return digits if len(digits) == _SSCC_DIGITS and code != "AI" else None


def _read_marks(segment: Segment, package: Plain, _context: X12Context) -> bool:
    """MAN into ``marks``: twice a kind, a mark, and the last one where it is a range; the first SSCC is ``sscc``."""
    lost = False
    for at in (1, 4):
        code, mark, last = segment[at], segment[at + 1], segment[at + 2]
        if not mark:
            lost = lost or code != "" or last != ""
            continue
        entry = {"type": words.MARKS.get(code, code) or "other", "value": mark}
        if code:
            entry["qualifier"] = code
        if last:
            entry["description"] = f"to {last}"
        put(package, "marks", entry)
        container = sscc(code, mark)
        if container and not last:
            package.setdefault("sscc", container)
    return lost


MARKS = rule(_read_marks, 1, 2, 3, 4, 5, 6)
"""MAN."""

PACKAGE = Section(
    {
        "HL": ENVELOPE,
        "MAN": MARKS,
        "TD1": LADING,
        "PO4": PACKAGING,
        "MEA": MEASURE,
        "REF": REFERENCE,
        "DTM": DATE,
    }
)
"""What may stand in a package's HL loop."""
