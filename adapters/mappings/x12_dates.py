"""Dates with their meaning: DTM."""

from collections.abc import Iterable

from adapters.formats.x12.tree import Segment
from adapters.mappings import x12_words as words
from adapters.mappings.context import X12Context
from adapters.mappings.problems import DATE_NOT_UNDERSTOOD
from adapters.mappings.x12_sections import put, rule
from adapters.mappings.x12_values import date, iso_date, time
from canonical.parts import Plain

_CENTURIES = ("19", "20")


def read_date(segment: Segment, owner: Plain, context: X12Context) -> bool:
    """DTM into ``dates``: 01 what happens, 02 the day, 03 the time of day, 04 its zone.

    Before 004010, 05 is the century of a date of six digits; later 05 and 06 are a period, which is kept as text.
    """
    elements = segment.elements
    length = len(elements)
    code = elements[1] if length > 1 else ""
    entry = {"type": words.DATES.get(code, code) or "other"}
    if code:
        entry["qualifier"] = code
    text = elements[2] if length > 2 else ""
    if text:
        day = _with_century(segment, text) if length > 5 else iso_date(text)
        if day is None:
            date(segment, 2, context)
            entry["text"] = text
        else:
            entry["date"] = day
    if length > 3 and elements[3]:
        clock = time(segment, 3, context)
        if clock:
            entry["time"] = clock
    if length > 4 and elements[4]:
        entry["zone"] = elements[4]
    if length > 6 and elements[6]:
        entry["text"] = elements[6]
        if elements[5] == "D8" and not text:
            _take_period(segment, entry, context)
    put(owner, "dates", entry)
    return False


def _with_century(segment: Segment, text: str) -> str | None:
    century = segment[5]
    return iso_date(century + text if century in _CENTURIES and len(text) == 6 else text)


def _take_period(segment: Segment, entry: dict[str, str], context: X12Context) -> None:
    """A period that is one day (format D8) is a date."""
    day = iso_date(segment[6])
    if day is None:
        context.report(DATE_NOT_UNDERSTOOD, segment, 6)
    else:
        entry["date"] = day
        del entry["text"]


DATE = rule(read_date, 1, 2, 3, 4)
"""DTM: a period (05, 06) has no field of its own."""


def day_of(dates: Iterable[Plain], code: str) -> str | None:
    """The first day among these dates that has this code (X12 374)."""
    for entry in dates:
        if entry.get("qualifier") == code and "date" in entry:
            return str(entry["date"])
    return None
