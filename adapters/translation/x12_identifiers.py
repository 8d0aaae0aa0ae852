"""Identifiers of items, parties and packages that do not fit themselves, wherever a segment holds one.

An identifier is the element after the one that says its kind: 234 after 235 (LIN, PO1, IT1, SLN, …), 67 after 66 (N1,
NM1, …), 87 after 88 (MAN). Where those stand is asked of the guides.
"""

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from itertools import pairwise
from typing import Final

from adapters.formats.x12 import guide_text, problems
from adapters.formats.x12.check_digits import CHECKS, Flaw, flaw
from adapters.formats.x12.guide import SegmentGuide, segment_guide
from adapters.formats.x12.tree import Loop, Segment
from adapters.mappings.context import Finding
from canonical.problem import ProblemKind

_ID_AFTER: Final[Mapping[str, str]] = {"235": "234", "66": "67", "88": "87"}
"""The element that says the kind of an id, and the id."""

_Place = tuple[int, str, frozenset[str]]
"""Position and number of the element that says the kind, and the kinds that can be checked."""


def identifier_findings(tree: Loop, release: str, segments: Sequence[Segment]) -> Iterator[Finding]:
    """Every identifier of the set whose form or check digit does not fit its qualifier, in the order of the tree.

    ``segments`` are those of the tree in any order. Most sets have no such identifier, which they tell in a third of
    the time that a walk through the tree takes.
    """
    places = _places(release)
    if not _any_flaw(segments, places):
        return
    held: list[Segment] = []
    _collect(tree, places, held)
    for segment in held:
        yield from _segment_findings(segment, places[segment.elements[0]])


def _any_flaw(segments: Sequence[Segment], places: Mapping[str, tuple[_Place, ...]]) -> bool:
    for segment in segments:
        elements = segment.elements
        held = places.get(elements[0])
        if held is None:
            continue
        last = len(elements) - 1
        for at, element, kinds in held:
            if at >= last:
                break
            qualifier = elements[at]
            if qualifier in kinds and (text := elements[at + 1]) and flaw(element, qualifier, text) is not None:
                return True
    return False


def _collect(loop: Loop, places: Mapping[str, object], held: list[Segment]) -> None:
    """The segments with one of these ids, in order."""
    for child in loop.children:
        if child.__class__ is Segment:
            if child.elements[0] in places:
                held.append(child)
        elif isinstance(child, Loop):
            _collect(child, places, held)


def _segment_findings(segment: Segment, places: tuple[_Place, ...]) -> list[Finding]:
    elements = segment.elements
    last = len(elements) - 1
    findings: list[Finding] = []
    for at, element, kinds in places:
        if at >= last:
            break
        qualifier = elements[at]
        if qualifier in kinds and (text := elements[at + 1]):
            found = flaw(element, qualifier, text)
            if found is not None:
                kind = _kind(element, qualifier, found)
                findings.append(Finding(kind, segment, at + 1, text[:40], found.expected))
    return findings


def _kind(element: str, qualifier: str, found: Flaw) -> ProblemKind:
    match element:
        case "235" if found.check:
            return problems.HIBC_CHECK_WRONG if qualifier == "HI" else problems.ITEM_CHECK_DIGIT_WRONG
        case "235":
            return problems.ITEM_FORM_WRONG
        case "66":
            return problems.PARTY_CHECK_DIGIT_WRONG if found.check else problems.PARTY_FORM_WRONG
        case _:
            return problems.SSCC_WRONG


@cache
def _places(release: str) -> dict[str, tuple[_Place, ...]]:
    """Where each segment that the guides know in a release holds identifiers; segments without any are left out."""
    guides = (segment_guide(tag, release) for tag in guide_text.records("segments.txt"))
    found = {guide.tag: tuple(_in_guide(guide)) for guide in guides if guide is not None}
    return {tag: places for tag, places in found.items() if places}


def _in_guide(guide: SegmentGuide) -> Iterator[_Place]:
    numbers = [use.element.number for use in guide.elements]
    for at, (number, following) in enumerate(pairwise(numbers), start=1):
        if _ID_AFTER.get(number) == following:
            yield at, number, frozenset(CHECKS[number])
