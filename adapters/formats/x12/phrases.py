"""The values of a segment as short phrases: a qualifier names what it qualifies, a unit stands with its number.

``REF*IA*104412`` says "vendor number, internal (IA): 104412", ``PO1*3*20*EA`` says "quantity ordered: 20 EA (each)".
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from adapters.formats.x12.meaning import Value

_QUALIFIED: Final = {
    "128": ("127",),
    "235": ("234",),
    "98": ("93",),
    "66": ("67",),
    "374": ("373",),
    "365": ("364",),
    "88": ("87",),
    "522": ("782",),
    "673": ("380",),
    "345": ("380",),
    "236": ("212",),
    "309": ("310",),
    "963": ("782",),
    "1250": ("1251",),
    "I05": ("I06", "I07"),
}
"""Qualifier -> the values that it names when they stand behind it (X12 data element numbers)."""
_INTERCHANGE_ID: Final = "I05"
"""Qualifies a sender or a receiver, whose own name says more."""
_UNITS: Final = frozenset({"355", "188", "184", "344"})
"""Units of measure, weight, volume and time, which stand behind their number."""
_NUMBERS: Final = frozenset(
    {"330", "380", "358", "382", "646", "663", "664", "667", "671", "81", "183", "384", "385", "395", "357", "739"}
)
"""Quantities, weights and volumes."""


@dataclass(frozen=True, slots=True)
class Phrase:
    """One thing that a segment says."""

    name: str
    text: str
    values: tuple[Value, ...]
    """What it was made of."""


def phrases(values: Iterable[Value]) -> Iterator[Phrase]:
    """The phrases of one segment, in the order of its elements."""
    rest = list(values)
    at = 0
    while at < len(rest):
        phrase = _qualified(rest, at) or _measured(rest, at) or Phrase(rest[at].name, in_words(rest[at]), (rest[at],))
        yield phrase
        at += len(phrase.values)


def in_words(value: Value) -> str:
    """A value with its meaning: ``box (BX)``, ``Mon 16 Nov 2026``, ``GLV-N-M``."""
    if value.meaning is None:
        return value.text
    return value.meaning if value.written_out else f"{value.meaning} ({value.text})"


def _qualified(values: Sequence[Value], at: int) -> Phrase | None:
    first = values[at]
    if at + 1 == len(values) or not _adjacent(first, values[at + 1]):
        return None
    if values[at + 1].number not in _QUALIFIED.get(first.number or "", ()):
        return None
    if first.number == _INTERCHANGE_ID:
        return Phrase(values[at + 1].name, f"{values[at + 1].text}, {in_words(first)}", (first, values[at + 1]))
    name = f"{first.meaning} ({first.text})" if first.meaning else f"{first.name} {first.text}"
    measured = _measured(values, at + 1)
    if measured is not None:
        return Phrase(name, measured.text, (first, *measured.values))
    return Phrase(name, in_words(values[at + 1]), (first, values[at + 1]))


def _measured(values: Sequence[Value], at: int) -> Phrase | None:
    first = values[at]
    if first.number not in _NUMBERS or at + 1 == len(values):
        return None
    unit = values[at + 1]
    if unit.number not in _UNITS or not _adjacent(first, unit):
        return None
    meaning = f" ({unit.meaning})" if unit.meaning else ""
    return Phrase(first.name, f"{in_words(first)} {unit.text}{meaning}", (first, unit))


def _adjacent(left: Value, right: Value) -> bool:
    """Whether nothing stands between two values, not even one that was left empty."""
    if left.element == right.element:
        return left.repetition == right.repetition and (left.component or 0) + 1 == right.component
    return left.element + 1 == right.element and (right.component or 1) == 1 and (right.repetition or 1) == 1
