"""Control totals of a transaction set: does CTT count what arrived?

Source: X12 CTT, transaction totals: CTT01 is the number of line items (of hierarchical levels in an
856), CTT02 the sum of a quantity over them (PO102, IT102, SN102, POC03, RCD02, QTY02).
"""

from collections.abc import Iterator, Mapping
from decimal import Decimal, InvalidOperation
from typing import Final

from adapters.formats.x12 import problems
from adapters.formats.x12.tree import Loop, Segment
from adapters.mappings.context import Finding

_COUNTED: Final[Mapping[str, tuple[str, str, int]]] = {
    "810": ("IT1", "IT1", 2),
    "832": ("LIN", "", 0),
    "846": ("LIN", "QTY", 2),
    "850": ("PO1", "PO1", 2),
    "855": ("PO1", "PO1", 2),
    "856": ("HL", "SN1", 2),
    "860": ("POC", "POC", 3),
    "861": ("RCD", "RCD", 2),
    "865": ("POC", "POC", 3),
}
"""Transaction set to the loop that CTT01 counts, and the segment and element that CTT02 adds up."""


def total_findings(tree: Loop) -> Iterator[Finding]:
    """What CTT says otherwise than what arrived."""
    counted = _COUNTED.get(tree.id)
    totals = _totals(tree)
    if counted is None or totals is None:
        return
    loop, quantity, position = counted
    lines = tree.loops(loop)
    claimed = totals[1].strip()
    if claimed.isascii() and claimed.isdigit() and claimed.lstrip("0") != str(len(lines)).lstrip("0"):
        yield Finding(problems.LINE_COUNT_WRONG, totals, 1, claimed[:20], f"{len(lines)} counted in {loop}")
    hashed = _number(totals[2])
    if hashed is not None and quantity:
        total = sum(
            (_number(segment[position]) or Decimal(0) for line in lines for segment in _inside(line, quantity)),
            Decimal(0),
        )
        if total != hashed:
            yield Finding(
                problems.HASH_TOTAL_WRONG, totals, 2, totals[2].strip(), f"{total} added up in {quantity}{position:02d}"
            )


def _inside(line: Loop, tag: str) -> Iterator[Segment]:
    """The segments of a line, alone or opening a loop of their own."""
    yield from line.segments(tag)
    for loop in line.loops(tag):
        yield from loop.segments(tag)


def _totals(tree: Loop) -> Segment | None:
    """CTT stands in a loop of its own in some sets, and alone in others."""
    loops = tree.loops("CTT")
    return (loops[0] if loops else tree).first("CTT")


def _number(text: str) -> Decimal | None:
    try:
        return Decimal(text) if text.strip() else None
    except InvalidOperation:
        return None
