"""The loops of a transaction set as an outline: how deep each segment stands, and what the loops around it are.

Levels of a hierarchy (HL) all stand side by side in the guide; here each stands below the one that its HL02 names.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from adapters.formats.x12 import guide_text
from adapters.formats.x12.meaning import values_of
from adapters.formats.x12.phrases import in_words
from adapters.formats.x12.tree import Delimiters, Loop, Segment

DEEPEST: Final = 12
"""Levels of a hierarchy that are told apart; a longer chain than this is no supply chain."""
_LONGEST_TOLD: Final = 60


@dataclass(frozen=True, slots=True)
class Branch:
    """One loop around a segment, or one level of a hierarchy."""

    id: str
    occurrence: int
    path: str
    """As ``PO1[3]/N1[1]``."""
    name: str
    """In our own words."""
    told: str
    """What tells it from its siblings: ``ship to (ST), DOCK 2``; empty where nothing does."""
    first: int
    """Position of the segment that opens it in the transaction set."""
    size: int
    """How many segments and loops stand directly inside."""


def outline(root: Loop, release: str, delimiters: Delimiters) -> dict[int, tuple[Branch, ...]]:
    """The branches around each segment, the outermost first, by its position in the transaction set."""
    return dict(_branches(root, (), release, delimiters))


def _branches(
    loop: Loop, around: tuple[Branch, ...], release: str, delimiters: Delimiters
) -> Iterator[tuple[int, tuple[Branch, ...]]]:
    levels: dict[str, tuple[Branch, ...]] = {}
    for child in loop.children:
        if isinstance(child, Segment):
            yield child.index, around
            continue
        first = next(child.segments())
        outer = around
        if child.id == "HL":
            outer = levels.get(first[2].strip(), around)
        inside = (*outer, _branch(child, first, release, delimiters))
        if child.id == "HL":
            levels[first[1].strip()] = inside if len(inside) - len(around) < DEEPEST else outer
        yield from _branches(child, inside, release, delimiters)


def _branch(loop: Loop, first: Segment, release: str, delimiters: Delimiters) -> Branch:
    name, positions = guide_text.loop_names().get(loop.id, ("loop", ()))
    told = [in_words(value) for value in values_of(first, release, delimiters) if value.element in positions]
    text = ", ".join(part if len(part) <= _LONGEST_TOLD else part[: _LONGEST_TOLD - 1] + "…" for part in told)
    return Branch(loop.id, loop.occurrence, loop.path, name, text, first.index, len(loop.children))
