"""Canonical texts as X12 elements: ISO dates and times without their marks, implied decimals.

The mirror of ``x12_values``. No number is ever rounded: what an element cannot hold is told. Source: X12.6, data
element types Nn, DT and TM.
"""

from typing import Final

from adapters.mappings.problems import NOT_WRITABLE
from adapters.mappings.to_x12.parts import Cannot, Value

_LATEST_DECIMALS: Final = 2


def date(iso: str | None) -> str | None:
    """``CCYYMMDD``."""
    return iso.replace("-", "") if iso else None


def time(iso: str | None) -> Value:
    """``HHMM[SS[d[d]]]``; X12 knows hundredths of a second at most."""
    if not iso:
        return None
    digits = iso.replace(":", "").replace(".", "")
    if len(digits) > 8 and digits[8:].strip("0"):
        return Cannot(NOT_WRITABLE, iso, "a time of day to hundredths of a second")
    return digits[:8]


def implied(number: str | None, places: int = _LATEST_DECIMALS) -> Value:
    """A decimal number without its point (type N2): ``2770.77`` is ``277077``."""
    if number is None:
        return None
    sign, digits = ("-", number[1:]) if number.startswith("-") else ("", number)
    whole, _, fraction = digits.partition(".")
    if fraction[places:].strip("0"):
        return Cannot(NOT_WRITABLE, number, f"at most {places} decimals")
    whole = (whole + fraction[:places].ljust(places, "0")).lstrip("0") or "0"
    return sign + whole


def number(value: int | str | None) -> str | None:
    """A count or a decimal number, as it stands."""
    return None if value is None else str(value)
