"""Values and segments that a guide takes, for what is put into a file: the plainest that there are."""

from typing import Final

from adapters.formats.x12.guide import ElementGuide, ElementUse, SegmentGuide, segment_guide
from adapters.formats.x12.segment_check import segment_faults
from adapters.formats.x12.tree import Delimiters, Segment

_DAY: Final = "20261130"
_CLOCK: Final = "0915"
_WORD: Final = "SAMPLE"
_STRANGE: Final = ("BOX", "EACH", "Q7", "Q8Q", "9Z", "Q", "9", "?")
"""Codes as people make them up."""
_MADE_PLAIN: Final = 6
"""Rules of a segment that are mended at most when one is made."""


def plain_value(element: ElementGuide) -> str:
    """A value of the element that is right by itself."""
    if element.codes:
        return min(element.codes)
    match element.type:
        case "DT":
            return _DAY if element.max >= len(_DAY) else _DAY[2:]
        case "TM":
            return _CLOCK
        case "R":
            return "1"
        case kind if kind.startswith("N"):
            return "1".zfill(element.min)
    return _WORD[: element.max].ljust(element.min, "X")


def strange_code(element: ElementGuide) -> str | None:
    """A value that is none of the element's codes; None where any value is one."""
    if element.codes is None:
        return None
    fitting = (code for code in _STRANGE if element.min <= len(code) <= element.max)
    return next((code for code in (*fitting, *_STRANGE) if code not in element.codes), None)


def plain_row(tag: str, release: str, marks: Delimiters) -> list[str] | None:
    """A segment with what its guide demands and no more; None where none can be made so simply."""
    guide = segment_guide(tag, release)
    if guide is None:
        return None
    row = [tag]
    for use in guide.elements:
        if use.required and use.element.type != "composite":
            set_element(row, use.position, plain_value(use.element))
    for _ in range(_MADE_PLAIN):
        faults = segment_faults(Segment(list(row), 1, 0, 0), guide, marks)
        missing = next((fault for fault in faults if fault.element is not None), None)
        if missing is None:
            break
        set_element(row, missing.element or 1, plain_value(guide.elements[(missing.element or 1) - 1].element))
    return row if len(row) > 1 and not segment_faults(Segment(list(row), 1, 0, 0), guide, marks) else None


def use_at(guide: SegmentGuide, position: int) -> ElementUse:
    """The element at a position of a segment."""
    return guide.elements[position - 1]


def sent(row: list[str], position: int) -> bool:
    """Whether an element was sent."""
    return position < len(row) and row[position] != ""


def set_element(row: list[str], position: int, text: str) -> None:
    """Puts a value into a row; empty elements at its end are not sent."""
    row.extend([""] * (position + 1 - len(row)))
    row[position] = text
    while len(row) > 1 and not row[-1]:
        row.pop()
