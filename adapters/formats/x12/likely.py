"""What a sender most likely meant by a value that is none: told beside the rule, never put in the value's place."""

import re
from datetime import date
from typing import Final

from adapters.formats.x12 import guide_text
from adapters.formats.x12.guide import ElementGuide

_THOUSANDS: Final = re.compile(r"-?[0-9]{1,3}(?:,[0-9]{3})+\.[0-9]+|-?[0-9]{1,3}(?:,[0-9]{3}){2,}")
"""A comma cannot be the point here: one stands behind it, or the comma comes twice."""
_POINT: Final = re.compile(r"(-?)([0-9]+)\.([0-9]+)")
_NOT_DIGITS: Final = re.compile(r"[-/. ]")
_LONGEST: Final = 40
_LONGEST_WORD: Final = 20


def likely_code(element: ElementGuide, text: str) -> str | None:
    """``EA (each)`` for ``EACH``: the code whose name was sent in its place, or that was sent in small letters."""
    word = text.strip().lower()
    if element.codes is None or not word or len(word) > _LONGEST_WORD:
        return None
    names = guide_text.code_names(element.number) if element.number in guide_text.coded_elements() else {}
    for code in sorted(element.codes):
        name = names.get(code, "")
        if code.lower() == word or (name and name.lower() in (word, word.removesuffix("s"))):
            return f"{code} ({name})" if name else code
    return None


def likely_date(text: str) -> str | None:
    """CCYYMMDD for a day in another common form, where only one day can be meant by it.

    ``11302026`` and ``2026-11-30`` are clear; ``11122026`` is not, since some write the day first.
    """
    digits = _NOT_DIGITS.sub("", text)
    if len(digits) != 8 or not (digits.isascii() and digits.isdigit()):
        return None
    year_first = digits[:4] + digits[4:]
    month_first, day_first = digits[4:] + digits[:4], digits[4:] + digits[2:4] + digits[:2]
    days = {day for day in (year_first, month_first, day_first) if _is_day(day)}
    return days.pop() if len(days) == 1 else None


def _is_day(digits: str) -> bool:
    """Whether the digits are a day of this century or the last: a year such as 1130 is a slip."""
    try:
        return date(int(digits[:4]), int(digits[4:6]), int(digits[6:])).year >= 1900
    except ValueError:
        return False


def plain_number(text: str) -> str | None:
    """The number without separators of thousands, where a comma can be nothing else."""
    return text.replace(",", "") if len(text) <= _LONGEST and _THOUSANDS.fullmatch(text) else None


def implied_number(text: str, decimals: int) -> str | None:
    """The digits of a number that was sent with its point, where the element implies one."""
    match = _POINT.fullmatch(text) if len(text) <= _LONGEST else None
    if match is None or len(match[3]) > decimals:
        return None
    return match[1] + ((match[2] + match[3].ljust(decimals, "0")).lstrip("0") or "0")
