"""Checking the elements of ISA that do not decide how the interchange is read, only what a TA1 says of it.

Source: X12.5, interchange control header and the notes of TA105. Blank authorization and security elements, and an
ISA11 of ``U`` in later versions, are so usual that they are taken without a word.
"""

from collections.abc import Iterator
from typing import Final

from adapters.formats.x12 import problems
from adapters.formats.x12.delimiters import InterchangeHeader
from adapters.formats.x12.element_check import Place, value_fault
from adapters.formats.x12.events import EnvelopeFault, fault_at
from adapters.formats.x12.guide import RELEASES, segment_guide
from adapters.formats.x12.tree import Segment

_BY_GUIDE: Final = (5, 7, 9, 10, 12, 14, 15)
"""Elements that must hold a value of their list or form."""
_CODED_IF_SENT: Final = (1, 3)
_NAMES: Final = (6, 8)
_FORMS: Final = {9: "a date as YYMMDD", 10: "a time as HHMM"}


def header_faults(header: InterchangeHeader) -> Iterator[EnvelopeFault]:
    """What is wrong with the values in ISA; where they stand, ISA13 is judged elsewhere."""
    guide = segment_guide("ISA", RELEASES[0])
    assert guide is not None  # noqa: S101 - the guides have the envelope
    segment = Segment(list(header.elements), 1, header.offset, sum(map(len, header.elements)) + 16)
    for use in guide.elements:
        # A file that was wrapped after so many columns may be broken inside its header too.
        position, value = use.position, header[use.position].replace("\r", "").replace("\n", "")
        expected: str | None = None
        if position in _BY_GUIDE or (position in _CODED_IF_SENT and value):
            fault = value_fault(Place(use, position), value, RELEASES[0]) if value else None
            if fault or not value:
                expected = _FORMS.get(position, f"a code of list {use.element.number}")
        elif position in _NAMES and not value:
            expected = use.element.name
        elif position == 11 and _standard_is_odd(value, header[12]):
            expected = "U, or from version 00402 on a repetition separator"
        if expected:
            yield fault_at(
                problems.HEADER_VALUE_BAD, segment, position, header.delimiters.element, value or "nothing", expected
            )


def _standard_is_odd(value: str, version: str) -> bool:
    return value != "U" and (version < "00402" or not value or value.isalnum())
