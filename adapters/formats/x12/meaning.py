"""What the elements of a segment say: each with its name, its text and, where that needs words, its meaning.

Codes mean what the guides call them, dates and times are written out, amounts get their implied point (X12.6, data
element types). A code without a name keeps its text alone. For people only: nothing here judges.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from adapters.formats.x12 import guide_text
from adapters.formats.x12.guide import ElementGuide, ElementUse, code_name, element_name, segment_guide
from adapters.formats.x12.tree import Delimiters, Segment

_MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_DAYS: Final = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_FORMAT, _PERIOD = "1250", "1251"

_UNDIVIDED: Final = frozenset({"I15", "I65"})
"""Elements that name a separator, and so hold one."""
_LATEST_OF_THIS_CENTURY: Final = "69"
"""Years of two digits up to this one are of this century."""
_WRITTEN_OUT: Final = re.compile("DT|TM|N[1-9]")
"""The types whose values have a form for people."""


@dataclass(frozen=True, slots=True)
class Value:
    """One value that was sent, at its place in its segment; positions count from 1."""

    element: int
    text: str
    """As sent, without padding."""
    name: str
    number: str | None = None
    """The data element number, as ``330``; None where the guides know nothing of this place."""
    meaning: str | None = None
    """What a code means, a date written out; None where the text says it itself."""
    component: int | None = None
    repetition: int | None = None
    written_out: bool = False
    """The meaning is the text in a form for people (a date, a time, an amount) and can stand in its place."""


def values_of(segment: Segment, release: str, delimiters: Delimiters) -> Iterator[Value]:
    """The values of a segment in their order, empty ones left out; composites and repetitions one by one."""
    guide = segment_guide(segment.tag, release)
    uses = {use.position: use for use in guide.elements} if guide else {}
    names = guide_text.position_names()
    form = ""
    for position, text in enumerate(segment.elements[1:], start=1):
        use = uses.get(position)
        for found in _values(position, text, use, delimiters):
            value = found
            if value.number == _FORMAT:
                form = value.text
            elif value.number == _PERIOD and form:
                value = replace(value, meaning=_period(value.text, form), written_out=True)
            if value.component is None and (segment.tag, position) in names:
                value = replace(value, name=names[segment.tag, position])
            yield value


def date_in_words(text: str) -> str | None:
    """A date of eight or six digits as ``Mon 16 Nov 2026``; None where it is no day of the calendar."""
    if len(text) not in (6, 8) or not (text.isascii() and text.isdigit()):
        return None
    century = "" if len(text) == 8 else "20" if text[:2] <= _LATEST_OF_THIS_CENTURY else "19"
    digits = century + text
    try:
        day = date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        return None
    return f"{_DAYS[day.weekday()]} {day.day} {_MONTHS[day.month - 1]} {day.year}"


def time_in_words(text: str) -> str | None:
    """A time of four, six or more digits as ``16:10`` or ``16:10:05.25``; None where it is none."""
    if len(text) not in (4, 6, 7, 8) or not (text.isascii() and text.isdigit()):
        return None
    if int(text[:2]) > 23 or int(text[2:4]) > 59 or int(text[4:6] or 0) > 59:
        return None
    seconds = f":{text[4:6]}" if len(text) >= 6 else ""
    return f"{text[:2]}:{text[2:4]}{seconds}" + (f".{text[6:]}" if len(text) > 6 else "")


def _values(position: int, text: str, use: ElementUse | None, delimiters: Delimiters) -> Iterator[Value]:
    if use is None:
        if text.strip():
            yield Value(position, text.strip(), f"element {position}")
        return
    element = use.element
    repeats = use.repeats != 1 and delimiters.repetition and element.number not in _UNDIVIDED
    parts = text.split(delimiters.repetition) if repeats and delimiters.repetition else [text]
    for count, part in enumerate(parts, start=1):
        repetition = count if len(parts) > 1 else None
        if element.components:
            yield from _components(position, part, element, delimiters, repetition)
        elif part.strip():
            yield _value(position, part, element, None, repetition)


def _components(
    position: int, text: str, composite: ElementGuide, delimiters: Delimiters, repetition: int | None
) -> Iterator[Value]:
    for at, part in enumerate(text.split(delimiters.component), start=1):
        if not part.strip():
            continue
        if at <= len(composite.components):
            yield _value(position, part, composite.components[at - 1].element, at, repetition)
        else:
            yield Value(position, part.strip(), f"component {at}", None, None, at, repetition)


def _value(position: int, text: str, element: ElementGuide, component: int | None, repetition: int | None) -> Value:
    text = text.strip() if element.number not in _UNDIVIDED else text
    written_out = _WRITTEN_OUT.fullmatch(element.type) is not None
    meaning = _meaning(text, element)
    return Value(position, text, element.name, element.number, meaning, component, repetition, written_out)


def _meaning(text: str, element: ElementGuide) -> str | None:
    match element.type:
        case "DT":
            return date_in_words(text)
        case "TM":
            return time_in_words(text)
        case "N1" | "N2" | "N3" | "N4" | "N5" | "N6" | "N7" | "N8" | "N9":
            return _with_point(text, int(element.type[1]))
    match element.number:
        case "721":
            named = segment_guide(text, "005010") or segment_guide(text, "004010")
            return named.name if named else None
        case "725":
            return element_name(text)
        case "447":
            loop = guide_text.loop_names().get(text)
            return loop[0] if loop else None
    return code_name(element.number, text)


def _with_point(text: str, decimals: int) -> str | None:
    """A whole number with its implied decimals: ``16140`` is ``161.40``."""
    sign, digits = ("-", text[1:]) if text.startswith("-") else ("", text)
    if not (digits.isascii() and digits.isdigit()):
        return None
    digits = digits.rjust(decimals + 1, "0")
    return f"{sign}{digits[:-decimals].lstrip('0') or '0'}.{digits[-decimals:]}"


def _period(text: str, form: str) -> str | None:
    """A date or period in the format that element 1250 names before it."""
    match form:
        case "D8" | "D6":
            return date_in_words(text)
        case "TM":
            return time_in_words(text)
        case "DT" if len(text) >= 12:
            day, clock = date_in_words(text[:8]), time_in_words(text[8:])
            return f"{day} {clock}" if day and clock else None
        case "RD8":
            first, _, last = text.partition("-")
            begin, end = date_in_words(first), date_in_words(last)
            return f"{begin} to {end}" if begin and end else None
    return None
