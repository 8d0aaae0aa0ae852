"""Dates as DTM, the mirror of ``x12_dates``."""

from collections.abc import Iterator, Sequence

from adapters.mappings.to_x12 import texts
from adapters.mappings.to_x12.codes import DATES, code
from adapters.mappings.to_x12.parts import Assumed, Pair, Row, indexed, row
from canonical.parts import Date

_PERIOD = "RD8"
"""Element 1250: a range of two days, CCYYMMDD-CCYYMMDD."""


def date_rows(dates: Sequence[Date], at: str, name: str = "dates") -> Iterator[Row]:
    """A DTM for each date."""
    for index, entry in enumerate(dates):
        yield date_row(entry, indexed(at, name, index))


def date_row(entry: Date, at: str) -> Row:
    """DTM: 01 what, 02 the day, 03 the time of day, 04 its zone; a text that is no day goes where it was read."""
    pairs: list[Pair] = [("type", code(entry.type, DATES, entry.qualifier))]
    if entry.text and entry.date is None and "-" not in entry.text:
        pairs += [("text", entry.text), *_clock(entry)]
    else:
        pairs += [("date", texts.date(entry.date)), *_clock(entry)]
        if entry.text:
            pairs += [("", Assumed(_PERIOD)), ("text", entry.text)]
    return row("DTM", at, *pairs)


def _clock(entry: Date) -> tuple[Pair, Pair]:
    return ("time", texts.time(entry.time)), ("zone", entry.zone)


def told_date(dates: Sequence[Date], qualifier: str, day: str | None, name: str) -> Iterator[Row]:
    """A DTM for a field of its own, unless the dates tell it."""
    if day and not any((entry.qualifier or DATES.get(entry.type)) == qualifier and entry.date for entry in dates):
        yield row("DTM", "", ("", qualifier), (name, texts.date(day)))
