"""Unique device identifiers, as they are scanned from a label: GS1 element strings and health industry bar codes.

Sources: GS1 General Specifications, section 3 (application identifiers) and 7.12 (dates); ANSI/HIBC 2.6, sections 2.1
to 2.3 (primary, secondary and supplementary data). A code of blood and tissue (ISBT 128, beginning with ``=``) is
taken as it is.
"""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, Literal

from adapters.formats.check_digits import gs1_check_digit, hibc_check_character

MOST: Final = 250
"""Characters; no label holds more."""

_SEPARATOR: Final = "\x1d"
_BRACKETED = re.compile(r"\(([0-9]{2,4})\)([^()]*)")
_FIXED: Final = {"01": 14, "02": 14, "11": 6, "12": 6, "13": 6, "15": 6, "16": 6, "17": 6, "20": 2}
"""Application identifiers whose values have a length of their own, so that no separator follows."""
_DATES: Final = ("11", "17")
_HIBC_PRIMARY = re.compile(r"\+([A-Z][A-Z0-9]{3})([A-Z0-9]{1,18})([0-9])")
_QUANTITY = re.compile(r"8[0-9]{2}|9[0-9]{5}")
_LAST_YEAR: Final = 70
"""Two digits up to these are a year of this century: no device of the last one's end is scanned any more."""


@dataclass(frozen=True, slots=True)
class Udi:
    """What a label says."""

    scheme: Literal["GTIN", "HIBC", "UDI"]
    device: str
    """The device identifier: a GTIN of 14 digits, or labeler, product and unit of a HIBC with its ``+``."""
    lot_number: str | None = None
    serial_number: str | None = None
    expiration_date: str | None = None
    """``YYYY-MM-DD``; the last of its month where the label names the month alone."""
    manufacture_date: str | None = None
    flaw: str | None = None
    """What does not check: the digit or character that would."""


def parse_udi(text: str) -> Udi | None:
    """What the text says as a device identifier; None where it is none that is known."""
    given = text.strip()
    if not given or len(given) > MOST:
        return None
    if given.startswith("+"):
        return _hibc(given)
    if given.startswith("="):
        return Udi("UDI", given)
    return _gs1(given)


def _gs1(text: str) -> Udi | None:
    found = dict(_BRACKETED.findall(text)) if text.startswith("(") else _elements(text)
    gtin = (found or {}).get("01", "").strip()
    if found is None or len(gtin) != 14 or not _digits(gtin):
        return None
    digit = gs1_check_digit(gtin[:-1])
    made, expires = (_gs1_date(found.get(identifier, "")) for identifier in _DATES)
    return Udi(
        "GTIN", gtin, found.get("10") or None, found.get("21") or None, expires, made,
        None if digit == gtin[-1] else f"check digit {digit}",
    )  # fmt: skip


def _elements(text: str) -> dict[str, str] | None:
    """Application identifiers with their values, without brackets; a value of free length ends at a separator."""
    rest = text.removeprefix("]d2").removeprefix("]C1").removeprefix("]Q3").lstrip(_SEPARATOR)
    if not re.match(r"01[0-9]{14}", rest):
        return None
    found: dict[str, str] = {}
    while rest:
        identifier = rest[:2]
        if not _digits(identifier):
            return found
        length = _FIXED.get(identifier)
        if length is not None:
            found.setdefault(identifier, rest[2 : 2 + length])
            rest = rest[2 + length :].removeprefix(_SEPARATOR)
            continue
        # 240 to 4xx and 7xx, 8xx have longer identifiers; what they say is not asked for here.
        value, _, rest = rest[2:].partition(_SEPARATOR)
        found.setdefault(identifier, value)
    return found


def _gs1_date(text: str) -> str | None:
    """``YYMMDD``; day 00 is the last of the month."""
    if len(text) != 6 or not _digits(text):
        return None
    return _day(_century(int(text[:2])), int(text[2:4]), int(text[4:]) or None)


def _hibc(text: str) -> Udi | None:
    body = text[1:-1] if text.startswith("+") and text.endswith("*") else text[1:]
    parts = f"+{body}".split("/")
    primary = parts[0] if len(parts) > 1 else parts[0][:-1]
    match = _HIBC_PRIMARY.fullmatch(primary)
    if match is None:
        return None
    whole = f"+{body}"
    wanted = hibc_check_character(whole[:-1])
    parts[-1] = parts[-1][:-1]
    lot = serial = expires = made = None
    for part in parts[1:]:
        if part.startswith("$"):
            lot, serial, expires = _secondary(part, lot, serial, expires)
        elif part.startswith("S"):
            serial = part[1:] or serial
        elif part.startswith("14D"):
            expires = _long_date(part[3:]) or expires
        elif part.startswith("16D"):
            made = _long_date(part[3:])
    flaw = None if wanted == whole[-1] else f"check character {wanted!r}" if wanted else "characters of a HIBC"
    return Udi("HIBC", primary, lot, serial, expires, made, flaw)


def _secondary(
    part: str, lot: str | None, serial: str | None, expires: str | None
) -> tuple[str | None, str | None, str | None]:
    """``$`` and ``$+`` hold a lot or serial number, ``$$`` and ``$$+`` a quantity and a date before it."""
    dated = part.startswith("$$")
    rest = part.lstrip("$") if dated else part[1:]
    serialised = rest.startswith("+")
    rest = rest.removeprefix("+")
    if dated:
        if (quantity := _QUANTITY.match(rest)) is not None:
            rest = rest[quantity.end() :]
        found, rest = _dated(rest)
        expires = found or expires
    if serialised:
        return lot, rest or serial, expires
    return rest or lot, serial, expires


def _dated(text: str) -> tuple[str | None, str]:
    """The expiry at the start of secondary data, and what follows; its first digit tells its form."""
    match text[:1]:
        case "2":
            raw, rest = text[1:7], text[7:]
            return _parts(raw, (4, 6), (0, 2), (2, 4)), rest
        case "3":
            raw, rest = text[1:7], text[7:]
            return _parts(raw, (0, 2), (2, 4), (4, 6)), rest
        case "4":
            raw, rest = text[1:7], text[9:]
            return _parts(raw, (0, 2), (2, 4), (4, 6)), rest
        case "5" | "6" as form:
            raw, rest = text[1:6], text[6 if form == "5" else 8 :]
            return _julian(raw), rest
        case "7":
            return None, text[1:]
        case _:
            raw, rest = text[:4], text[4:]
            if len(raw) < 4 or not _digits(raw):
                return None, text
            return _day(_century(int(raw[2:])), int(raw[:2]), None), rest


def _parts(raw: str, year: tuple[int, int], month: tuple[int, int], day: tuple[int, int]) -> str | None:
    if len(raw) != 6 or not _digits(raw):
        return None
    return _day(_century(int(raw[slice(*year)])), int(raw[slice(*month)]), int(raw[slice(*day)]) or None)


def _julian(raw: str) -> str | None:
    if len(raw) != 5 or not _digits(raw) or not 1 <= int(raw[2:]) <= 366:
        return None
    return (date(_century(int(raw[:2])), 1, 1) + timedelta(days=int(raw[2:]) - 1)).isoformat()


def _long_date(text: str) -> str | None:
    return _day(int(text[:4]), int(text[4:6]), int(text[6:8]) or None) if len(text) == 8 and _digits(text) else None


def _century(year: int) -> int:
    """Two digits as four."""
    return 2000 + year if year <= _LAST_YEAR else 1900 + year


def _day(year: int, month: int, day: int | None) -> str | None:
    if not (1 <= month <= 12 and 1 <= year <= 9999):
        return None
    last = monthrange(year, month)[1]
    return date(year, month, day or last).isoformat() if (day or last) <= last else None


def _digits(text: str) -> bool:
    return text.isascii() and text.isdigit()
