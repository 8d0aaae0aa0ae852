"""Identifiers that can be checked by themselves: their form, and the digit that follows from the others.

Sources: GS1 General Specifications, section 7.9 (GTIN, GLN, SSCC); 21 CFR 207.33 (forms of the national drug code);
ANSI/HIBC 2 (health industry bar code, modulo 43); 21 CFR 1301 with the DEA's own rule for its registration number;
45 CFR 162.406 (NPI: ISO/IEC 7812 with the prefix 80840). A health industry number (HIN) has nine letters and digits;
its inner check is not published, so only the form is looked at. D-U-N-S numbers carry no check digit any more.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType
from typing import Final

from adapters.formats.check_digits import gs1_check_digit, hibc_check_character

_HIBC_PRIMARY = re.compile(r"\+[A-Z][A-Z0-9]{3}[A-Z0-9]{1,18}[0-9]")
_HIBC_PLAIN = re.compile(r"[A-Z][A-Z0-9]{4,23}.?")
_HIN = re.compile(r"[A-Z0-9]{9}")
_DEA = re.compile(r"[A-Z][A-Z9]([0-9]{6})([0-9])")
_NPI = re.compile(r"[12][0-9]{9}")
_NPI_PREFIX = "80840"
_SSCC_IDENTIFIER = "00"
_PUNCTUATION = str.maketrans("", "", "() ")
_REMEMBERED = 16_384
"""Identifiers whose verdict is kept: the items of a partner come again and again."""


@dataclass(frozen=True, slots=True)
class Flaw:
    """What is wrong with an identifier."""

    expected: str
    """In plain words: the form, or the digit that would fit."""
    check: bool = False
    """Whether the form fits and only the check digit does not."""


Check = Callable[[str], Flaw | None]


def luhn_check_digit(digits: str) -> str:
    """The check digit of ISO/IEC 7812: every second digit from the right doubled."""
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (2 if place % 2 == 0 else 1)
        total += value - 9 if value > 9 else value
    return str(-total % 10)


def _gs1(name: str, length: int) -> Check:
    surplus = 48 * (3 * (length // 2) + (length + 1) // 2)

    def check(text: str) -> Flaw | None:
        if len(text) != length or not _digits(text):
            return Flaw(f"{name}: {length} digits")
        # With its own check digit the sum is a multiple of ten; what the digit should be is asked where it is not.
        codes = text.encode("ascii")
        if (sum(codes[::-2]) + 3 * sum(codes[-2::-2]) - surplus) % 10 == 0:
            return None
        return Flaw(f"check digit {gs1_check_digit(text[:-1])}", check=True)

    return check


def _drug_code(*forms: tuple[int, int, int]) -> Check:
    """A national drug code with its hyphens, or without them in the same number of digits."""
    lengths = {sum(form) for form in forms}
    told = "digits as " + " or ".join("-".join(map(str, form)) for form in forms)

    def check(text: str) -> Flaw | None:
        parts = text.split("-")
        if not all(map(_digits, parts)):
            return Flaw(told)
        fits = len(text) in lengths if len(parts) == 1 else tuple(map(len, parts)) in forms
        return None if fits else Flaw(told)

    return check


def _hibc(text: str) -> Flaw | None:
    """A code as it is printed (with ``+``) is checked to its last character, one without by its form alone."""
    if not text.startswith("+"):
        return None if _HIBC_PLAIN.fullmatch(text) else Flaw("labeler code, product and unit, as +A123PRODUCT1C")
    if "/" in text[:-1]:
        # The second part (lot, expiry) is checked as one with the first; here the first is enough.
        return None
    body, last = text[:-1], text[-1]
    wanted = hibc_check_character(body) if _HIBC_PRIMARY.fullmatch(body) else None
    # X12 leaves blanks at an element's end away, and a blank may be the check character.
    if wanted == last or (_HIBC_PRIMARY.fullmatch(text) and hibc_check_character(text) == " "):
        return None
    if wanted is None:
        return Flaw("labeler code, product and unit, as +A123PRODUCT1C")
    return Flaw(f"check character {wanted!r}", check=True)


def _hin(text: str) -> Flaw | None:
    return None if _HIN.fullmatch(text) else Flaw("health industry number: nine letters and digits")


def _dea(text: str) -> Flaw | None:
    match = _DEA.fullmatch(text)
    if match is None:
        return Flaw("DEA number: two letters and seven digits")
    digits = [int(digit) for digit in match[1]]
    digit = str((sum(digits[0::2]) + 2 * sum(digits[1::2])) % 10)
    return None if digit == match[2] else Flaw(f"check digit {digit}", check=True)


def _npi(text: str) -> Flaw | None:
    if not _NPI.fullmatch(text):
        return Flaw("national provider identifier: ten digits")
    digit = luhn_check_digit(_NPI_PREFIX + text[:-1])
    return None if digit == text[-1] else Flaw(f"check digit {digit}", check=True)


_SSCC: Final = _gs1("SSCC", 18)


def _shipping_container(text: str) -> Flaw | None:
    """With or without the application identifier: senders send both under either qualifier."""
    digits = text.translate(_PUNCTUATION)
    return _SSCC(digits[2:] if len(digits) == 20 and digits.startswith(_SSCC_IDENTIFIER) else digits)


ITEM_CHECKS: Final[Mapping[str, Check]] = MappingProxyType(
    {
        "EN": _gs1("GTIN-13", 13),
        "EO": _gs1("GTIN-8", 8),
        "HI": _hibc,
        "N1": _drug_code((4, 4, 2)),
        "N2": _drug_code((5, 3, 2)),
        "N3": _drug_code((5, 4, 1)),
        "N4": _drug_code((5, 4, 2)),
        "ND": _drug_code((4, 4, 2), (5, 3, 2), (5, 4, 1), (5, 4, 2)),
        "UK": _gs1("GTIN-14", 14),
        "UP": _gs1("GTIN-12", 12),
    }
)
"""Element 235, kind of item id, to the check of its value."""

PARTY_CHECKS: Final[Mapping[str, Check]] = MappingProxyType(
    {"11": _dea, "21": _hin, "UL": _gs1("global location number", 13), "XX": _npi}
)
"""Element 66, kind of party id, to the check of its value."""

MARK_CHECKS: Final[Mapping[str, Check]] = MappingProxyType({"AA": _shipping_container, "GM": _shipping_container})
"""Element 88, kind of marks and numbers, to the check of its value."""

CHECKS: Final[Mapping[str, Mapping[str, Check]]] = MappingProxyType(
    {"235": ITEM_CHECKS, "66": PARTY_CHECKS, "88": MARK_CHECKS}
)
"""The checks by the element that says the kind of id."""


@lru_cache(maxsize=_REMEMBERED)
def flaw(element: str, qualifier: str, text: str) -> Flaw | None:
    """What is wrong with an identifier of this kind (``element`` is 235, 66 or 88); ``None`` where it fits, or where
    nothing can be told of its kind."""
    check = CHECKS[element].get(qualifier)
    return check(text) if check else None


def _digits(text: str) -> bool:
    return text.isascii() and text.isdigit()
