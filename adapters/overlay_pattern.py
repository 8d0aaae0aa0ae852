"""Patterns that a partner's rules may hold: a plain part of regular expressions, with a bound on the work.

Allowed are characters, ``.``, classes as ``[0-9A-Z]``, ``\\d`` and ``\\w``, groups, ``|`` and the quantifiers ``?``
``*`` ``+`` ``{2}`` ``{2,4}``. A pattern always stands for the whole value. The number of ways in which one can be tried
is counted beforehand, so that none takes long, whatever value a partner sends.
"""

import re
from typing import Final

LONGEST_PATTERN: Final = 200
LONGEST_VALUE: Final = 100
"""A longer value meets no pattern."""
MOST_WAYS: Final = 20_000

_QUANTIFIER = re.compile(r"\?|\*|\+|\{([0-9]{1,3})(?:(,)([0-9]{0,3}))?\}")
_CLASS = re.compile(r"\[\^?(?:\\[\\\]\-^dw]|[^\\\[\]])+\]")
_ESCAPE = re.compile(r"\\[dw.\-\\/()\[\]{}*+?|^$ ]")
_SPECIAL = frozenset("[]{}*+?\\^$")


def compile_value_pattern(text: str) -> re.Pattern[str]:
    """The pattern, for ``fullmatch`` on values of up to ``LONGEST_VALUE``. Raises ValueError, worded for a person."""
    if not 1 <= len(text) <= LONGEST_PATTERN:
        raise ValueError(f"a pattern of 1 to {LONGEST_PATTERN} characters")
    count, end = _alternatives(text, 0, 0)
    if end < len(text):
        raise ValueError("each closing bracket to have an opening one")
    if count > MOST_WAYS:
        raise ValueError(
            "a simpler pattern: this one can be read in too many ways, as quantifiers inside of others can"
        )
    try:
        return re.compile(text, re.ASCII)
    except re.error as error:
        raise ValueError(f"a regular expression ({error.msg})") from error


def meets(pattern: re.Pattern[str], value: str) -> bool:
    """Whether the whole value fits."""
    return len(value) <= LONGEST_VALUE and pattern.fullmatch(value) is not None


def _alternatives(text: str, at: int, depth: int) -> tuple[int, int]:
    """The ways to read what stands from here to the end of the group, and where that is."""
    if depth > 5:
        raise ValueError("at most five groups inside each other")
    total, product = 0, 1
    while at < len(text) and text[at] != ")":
        if text[at] == "|":
            total, product = total + product, 1
            at += 1
            continue
        ways, at = _atom(text, at, depth)
        if quantifier := _QUANTIFIER.match(text, at):
            ways, at = _repeated(ways, quantifier), quantifier.end()
        product = min(product * ways, MOST_WAYS + 1)
    return min(total + product, MOST_WAYS + 1), at


def _atom(text: str, at: int, depth: int) -> tuple[int, int]:
    if text[at] == "(":
        if text.startswith("(?", at):
            raise ValueError("plain groups, without (?…)")
        ways, end = _alternatives(text, at + 1, depth + 1)
        if end >= len(text):
            raise ValueError("each opening bracket to have a closing one")
        return ways, end + 1
    for form in (_CLASS, _ESCAPE):
        if found := form.match(text, at):
            return 1, found.end()
    if text[at] in _SPECIAL:
        raise ValueError(f"no {text[at]} here; a backslash before it makes it a plain character")
    return 1, at + 1


def _repeated(ways: int, quantifier: re.Match[str]) -> int:
    """The ways of a repeated part: those of each number of repetitions, added up."""
    match quantifier[0]:
        case "?":
            least, most = 0, 1
        case "*" | "+":
            least, most = 0, LONGEST_VALUE
        case _:
            least = int(quantifier[1])
            most = least if quantifier[2] is None else int(quantifier[3] or LONGEST_VALUE)
    if most > LONGEST_VALUE or least > most:
        raise ValueError(f"repetitions from few to many, at most {LONGEST_VALUE}")
    total, product = 0, 1
    for times in range(most + 1):
        total += product if times >= least else 0
        product = min(product * ways, MOST_WAYS + 1)
    return min(total, MOST_WAYS + 1)
