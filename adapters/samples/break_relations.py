"""Breaking the relations between the elements of a segment: P, R, E, C and L (X12.6)."""

import random
from collections.abc import Iterator, Sequence
from functools import partial
from typing import Final

from adapters.formats.x12 import problems
from adapters.formats.x12.guide import Rule as Relation
from adapters.formats.x12.guide import RuleKind, SegmentGuide
from adapters.mappings import problems as mapping
from adapters.samples.draft import Draft, Place, Row
from adapters.samples.rule import Rule, picked
from adapters.samples.values import plain_value, sent, set_element, use_at

_KEPT: Final = frozenset(
    {"87", "88", "234", "235", "330", "358", "380", "382", "414", "646", "663", "212", "610", "782"}
)
"""Elements that checks, counts and sums look at, so that they stay as they are."""
_UNTOUCHED: Final = frozenset({"HL", "TDS", "CTT", "SAC", "TXI", "AMT", "QTY", "RMR", "ADX"})
"""Segments whose elements sums and trees look at."""

Candidate = tuple[Row, SegmentGuide, Relation]


def _candidates(draft: Draft, kind: RuleKind) -> Iterator[Candidate]:
    for row, guide in draft.segments():
        if row[0] not in _UNTOUCHED:
            yield from ((row, guide, relation) for relation in guide.rules if relation.kind == kind)


def _free(guide: SegmentGuide, positions: Sequence[int]) -> bool:
    """Whether these elements may be left out or filled for a test."""
    uses = [use_at(guide, position) for position in positions]
    return not any(use.required or use.element.number in _KEPT for use in uses)


def _empty(row: Row, positions: Sequence[int]) -> None:
    for position in positions:
        if sent(row, position):
            set_element(row, position, "")


def paired(draft: Draft, rng: random.Random) -> Place | None:
    """P: one of the elements is left out."""
    found = [
        (row, position)
        for row, guide, relation in _candidates(draft, "P")
        for position in relation.positions
        if all(sent(row, one) for one in relation.positions) and _free(guide, [position])
    ]
    chosen = picked(rng, found)
    if chosen is None:
        return None
    row, position = chosen
    set_element(row, position, "")
    return Place(row[0], row, position)


def at_least_one(draft: Draft, rng: random.Random) -> Place | None:
    """R: all of them are left out."""
    found = [
        (row, relation)
        for row, guide, relation in _candidates(draft, "R")
        if _free(guide, relation.positions) and _something_left(row, guide, relation)
    ]
    chosen = picked(rng, found)
    if chosen is None:
        return None
    row, relation = chosen
    _empty(row, relation.positions)
    return Place(row[0], row, relation.positions[0])


def _something_left(row: Row, guide: SegmentGuide, relation: Relation) -> bool:
    left = [use.position for use in guide.elements if sent(row, use.position)]
    return any(position not in relation.positions for position in left)


def then_the_others(draft: Draft, rng: random.Random, kind: RuleKind = "C") -> Place | None:
    """C and L: the element that calls for others is sent, and they are not."""
    found = [
        (row, guide, relation)
        for row, guide, relation in _candidates(draft, kind)
        if _free(guide, relation.positions) and _callable(row, guide, relation)
    ]
    chosen = picked(rng, found)
    if chosen is None:
        return None
    row, guide, relation = chosen
    first, *others = relation.positions
    _empty(row, others)
    if not sent(row, first):
        set_element(row, first, plain_value(use_at(guide, first).element))
    return Place(row[0], row, others[0])


def _callable(row: Row, guide: SegmentGuide, relation: Relation) -> bool:
    """Whether the first element is there, or can be put there without excluding another one."""
    first = relation.positions[0]
    excluded = {
        one for other in guide.rules if other.kind == "E" and first in other.positions for one in other.positions
    }
    free = not any(sent(row, one) for one in excluded) and use_at(guide, first).element.type != "composite"
    return sent(row, first) or free


def not_both(draft: Draft, rng: random.Random) -> Place | None:
    """E: a second one is sent beside the first."""
    found = [
        (row, guide, next(one for one in relation.positions if not sent(row, one)), relation)
        for row, guide, relation in _exclusive(draft)
        if sum(sent(row, one) for one in relation.positions) == 1
    ]
    usable = [entry for entry in found if use_at(entry[1], entry[2]).element.type != "composite"]
    chosen = picked(rng, usable)
    if chosen is None:
        return None
    row, guide, position, relation = chosen
    set_element(row, position, plain_value(use_at(guide, position).element))
    return Place(row[0], row, [one for one in relation.positions if sent(row, one)][1])


def _exclusive(draft: Draft) -> Iterator[Candidate]:
    for row, guide in draft.segments():
        yield from ((row, guide, relation) for relation in guide.rules if relation.kind == "E")


def relation_rules() -> Iterator[Rule]:
    """One for each kind of relation."""
    kind = problems.CONDITION_MISSING
    lost = (mapping.DATE_NOT_UNDERSTOOD, mapping.UNIT_MISSING)
    again = (kind,)
    yield Rule("p-paired-elements", kind, "of two elements that belong together one is sent", paired, lost)
    yield Rule("r-at-least-one", kind, "of elements of which one must be sent none is", at_least_one,
               again)  # fmt: skip
    yield Rule("c-if-one-then-the-other", kind, "an element is sent without the one it calls for",
               then_the_others, again)  # fmt: skip
    yield Rule("l-if-one-then-one-of-the-others", kind, "an element is sent without any of those it calls for",
               partial(then_the_others, kind="L"), again)  # fmt: skip
    yield Rule("e-not-both", problems.EXCLUSION_VIOLATED, "two elements are sent that exclude each other", not_both)
