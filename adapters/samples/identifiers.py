"""Identifiers of goods, places and packages that nobody has, with the check digits that they would have.

Sources: GS1 General Specifications, section 7.9 (GTIN, GLN, SSCC) and 3 (application identifiers 01, 10, 17, 21);
ANSI/HIBC 2; 21 CFR 207.33 (national drug code, here as 5-4-2); ABA routing numbers: weights 3, 7, 1.
"""

from datetime import date
from typing import Final

from adapters.formats.check_digits import gs1_check_digit, hibc_check_character

_COMPANY: Final = "9521"
"""GS1 keeps the prefix 952 for examples."""
_LABELER: Final = "A999"
"""The labeler of examples in health industry bar codes."""
_DRUG_LABELER: Final = "99901"
_BANK: Final = "15000"
"""No Federal Reserve district has 15."""
_ROUTING_WEIGHTS: Final = (3, 7, 1) * 3


def gtin(item: int, indicator: int = 0) -> str:
    """A GTIN-14; ``indicator`` 0 is the piece, 1 to 8 a packing of it."""
    body = f"{indicator}{_COMPANY}{item:08d}"
    return body + gs1_check_digit(body)


def gln(place: int) -> str:
    """A global location number, thirteen digits."""
    body = f"{_COMPANY}{place:08d}"
    return body + gs1_check_digit(body)


def sscc(serial: int, extension: int = 0) -> str:
    """A serial shipping container code, eighteen digits."""
    body = f"{extension}{_COMPANY}{serial:012d}"
    return body + gs1_check_digit(body)


def hibc(product: str) -> str:
    """A health industry bar code, as it is printed: ``+``, labeler, product, unit of measure, check character.

    Of two units the one whose check character is no blank, which X12 would not carry at the end of an element.
    """
    codes = (body + (hibc_check_character(body) or "") for body in (f"+{_LABELER}{product}{unit}" for unit in "01"))
    return next(code for code in codes if not code.endswith(" "))


def ndc(product: int, package: int) -> str:
    """A national drug code of eleven digits with its hyphens, 5-4-2."""
    return f"{_DRUG_LABELER}-{product:04d}-{package:02d}"


def udi(item: str, expires: date, serial: str) -> str:
    """A unique device identifier as GS1 application identifiers: the GTIN, the expiry, the serial number."""
    return f"01{item}17{expires:%y%m%d}21{serial}"


def routing_number(branch: int) -> str:
    """The number of an American bank that is none, nine digits."""
    body = f"{_BANK}{branch:03d}"
    total = sum(int(digit) * weight for digit, weight in zip(body, _ROUTING_WEIGHTS, strict=False))
    return f"{body}{-total % 10}"
