"""Texts of X12 elements as canonical texts: numbers as precise as sent, ISO dates and times.

Nothing here uses binary floating point. Source: X12.6, data element types R, Nn, DT and TM.
"""

import re
from calendar import monthrange
from functools import lru_cache

from adapters.formats.x12.tree import Segment
from adapters.mappings.context import X12Context
from adapters.mappings.problems import DATE_NOT_UNDERSTOOD, NUMBER_NOT_UNDERSTOOD

is_canonical_number = re.compile(r"-?[0-9]+(?:\.[0-9]+)?", re.ASCII).fullmatch
"""Whether a text is a number as canonical documents write it, which nearly every number is that is sent."""
_LOOSE = re.compile(r"(-?)([0-9]*)(?:\.([0-9]*))?(?:E([+-]?[0-9]{1,2}))?", re.ASCII).fullmatch
_NO_LETTERS = re.compile(r"[0-9 .,:/+-]{1,20}", re.ASCII).fullmatch
_CENTURY_WINDOW = "50"
"""Two-digit years below it are of this century, the others of the last."""

_LONGEST_COUNT = 15


def decimal_text(text: str, *, exponent: bool = False) -> str | None:
    """The decimal number as text, or nothing where it is none: ``.5`` is ``0.5``, ``5.`` is ``5``.

    ``exponent`` allows ``1E3`` (type R since 005010), which is written out as ``1000``.
    """
    if is_canonical_number(text):
        return text
    match = _LOOSE(text)
    if match is None:
        return None
    sign, whole, fraction, power = match.groups(default="")
    if (not whole and not fraction) or (power and not exponent):
        return None
    if power:
        whole, fraction = _shifted(whole, fraction, int(power))
    number = sign + (whole or "0")
    return f"{number}.{fraction}" if fraction else number


def _shifted(whole: str, fraction: str, power: int) -> tuple[str, str]:
    digits, point = whole + fraction, len(whole) + power
    if point < 0:
        digits, point = "0" * -point + digits, 0
    digits = digits.ljust(point, "0")
    return digits[:point].lstrip("0"), digits[point:]


def implied_text(text: str, places: int = 2) -> str | None:
    """The number of type N2 with its point: ``277077`` is ``2770.77``; a point that was sent is believed."""
    if "." in text:
        return decimal_text(text)
    sign, digits = ("-", text[1:]) if text.startswith("-") else ("", text)
    if not (digits.isascii() and digits.isdigit()):
        return None
    digits = digits.lstrip("0").zfill(places + 1)
    return f"{sign}{digits[:-places]}.{digits[-places:]}"


@lru_cache(maxsize=1024)
def iso_date(text: str) -> str | None:
    """The ISO date of ``CCYYMMDD`` or ``YYMMDD``, or nothing where the calendar has no such day."""
    if len(text) == 6:
        text = ("20" if text[:2] < _CENTURY_WINDOW else "19") + text
    if len(text) != 8 or not text.isascii() or not text.isdigit():
        return None
    year, month, day = text[:4], text[4:6], text[6:]
    if not "01" <= month <= "12" or not "01" <= day <= "31" or year == "0000":
        return None
    if day > "28" and int(day) > monthrange(int(year), int(month))[1]:
        return None
    return f"{year}-{month}-{day}"


def iso_time(text: str) -> str | None:
    """The time of day of ``HHMM[SS[d[d]]]``, or nothing where the clock has none such."""
    length = len(text)
    if not 4 <= length <= 8 or length == 5 or not text.isascii() or not text.isdigit():
        return None
    if text[:2] > "23" or text[2:4] > "59" or text[4:6] > "59":
        return None
    clock = f"{text[:2]}:{text[2:4]}"
    if length > 4:
        clock += ":" + text[4:6]
    return f"{clock}.{text[6:]}" if length > 6 else clock


def number(segment: Segment, position: int, context: X12Context) -> str | None:
    """The decimal number at this element, or nothing; reports a text that is no number."""
    elements = segment.elements
    text = elements[position] if position < len(elements) else ""
    if not text:
        return None
    if is_canonical_number(text):
        return text
    value = decimal_text(text, exponent=context.release >= "005010")
    if value is None:
        context.report(NUMBER_NOT_UNDERSTOOD, segment, position, found=_shown(text))
    return value


def implied_number(segment: Segment, position: int, context: X12Context) -> str | None:
    """The number of type N2 at this element, or nothing; reports a text that is no number."""
    text = segment[position]
    value = implied_text(text) if text else None
    if text and value is None:
        context.report(NUMBER_NOT_UNDERSTOOD, segment, position, found=_shown(text))
    return value


def count(segment: Segment, position: int, context: X12Context) -> int | None:
    """The whole number at this element, or nothing; reports a text that is none."""
    text = segment[position]
    if not text:
        return None
    digits = text.removeprefix("-")
    if digits.isascii() and digits.isdigit() and len(digits) <= _LONGEST_COUNT:
        return int(text)
    context.report(NUMBER_NOT_UNDERSTOOD, segment, position, found=_shown(text))
    return None


def date(segment: Segment, position: int, context: X12Context) -> str | None:
    """The ISO date at this element, or nothing; reports a text that is no day of the calendar."""
    elements = segment.elements
    text = elements[position] if position < len(elements) else ""
    if not text:
        return None
    value = iso_date(text)
    if value is None:
        context.report(DATE_NOT_UNDERSTOOD, segment, position, found=_shown(text))
    return value


def time(segment: Segment, position: int, context: X12Context) -> str | None:
    """The time of day at this element, or nothing; reports a text that is none."""
    text = segment[position]
    value = iso_time(text) if text else None
    if text and value is None:
        context.report(DATE_NOT_UNDERSTOOD, segment, position, found=_shown(text))
    return value


def _shown(text: str) -> str | None:
    """The text where it may be told: letters could be a name in the wrong place."""
    return text if _NO_LETTERS(text) else None
