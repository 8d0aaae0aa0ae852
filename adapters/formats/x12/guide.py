"""The guides: what a transaction set, segment and element of a release may look like.

The guides are text files in ``guides/``; their grammar is told in ``guides/README.md``. They are read on demand and
kept, a set, segment or element at a time, so that a start pays only for what its partners send.
"""

from dataclasses import dataclass
from functools import cache
from typing import Literal, NamedTuple

from adapters.formats.x12 import guide_text

Area = Literal["heading", "detail", "summary"]
RuleKind = Literal["P", "R", "E", "C", "L"]

RELEASES = ("004010", "005010")
"""The releases that the guides describe; every other one is read with the nearest of them."""


@dataclass(frozen=True, slots=True)
class Rule:
    """A relation between elements of a segment, or components of a composite (X12.6, relational conditions).

    ``P`` all or none, ``R`` at least one, ``E`` at most one, ``C`` if the first then all others, ``L`` if the first
    then at least one of the others.
    """

    kind: RuleKind
    positions: tuple[int, ...]

    def __str__(self) -> str:
        return self.kind + "".join(f"{position:02d}" for position in self.positions)


@dataclass(frozen=True, slots=True)
class ElementGuide:
    """A data element: its type, its lengths in characters (digits for numbers) and its codes."""

    number: str
    """The data element number, as ``330``; composites begin with ``C``, interchange elements with ``I``."""
    name: str
    type: str
    """``AN`` ``ID`` ``N0``..``N9`` ``R`` ``DT`` ``TM`` ``B`` or ``composite``."""
    min: int
    max: int
    codes: frozenset[str] | None = None
    """Every valid value; ``None`` where any value is valid, as in lists that others keep (countries, currencies)."""
    components: "tuple[ElementUse, ...]" = ()
    rules: tuple[Rule, ...] = ()
    """Between the components of a composite."""
    sensitive: bool = False
    """Free text, names, addresses, birth dates: may hold patient data, so its value is never echoed."""


@dataclass(frozen=True, slots=True)
class ElementUse:
    """An element at its position in a segment, or a component in a composite."""

    position: int
    element: ElementGuide
    required: bool = False
    repeats: int = 1


@dataclass(frozen=True, slots=True)
class SegmentGuide:
    """A segment: its elements in order, ``elements[0]`` at position 1, and the rules between them."""

    tag: str
    name: str
    elements: tuple[ElementUse, ...]
    rules: tuple[Rule, ...] = ()
    release: str = RELEASES[-1]


@dataclass(frozen=True, slots=True)
class Use:
    """A segment at its place in a transaction set."""

    tag: str
    required: bool
    max: int | None
    """``None`` has no limit."""
    area: Area


@dataclass(frozen=True, slots=True)
class LoopUse:
    """A loop at its place in a transaction set; the first child opens it and stands once in each occurrence."""

    id: str
    required: bool
    max: int | None
    children: "tuple[Use | LoopUse, ...]"


@dataclass(frozen=True, slots=True)
class SetGuide:
    """A transaction set: its segments and loops in the order in which they must stand, ``ST`` and ``SE`` included."""

    id: str
    name: str
    functional_id: str
    """What GS01 says of a group of these."""
    release: str
    children: tuple[Use | LoopUse, ...]


def nearest_release(gs08: str) -> str:
    """The release whose guides read a group of this version (GS08: six characters, then an industry's suffix)."""
    version = gs08.strip()[:3]
    return "005010" if "005" <= version <= "099" and version.isdecimal() else "004010"


def set_guide(set_id: str, release: str) -> SetGuide | None:
    """The guide of a transaction set in one of ``RELEASES``; ``None`` when there is none."""
    # Asked first, so that ids which a stranger makes up are not kept.
    if release not in RELEASES or set_id not in guide_text.set_ids():
        return None
    return _set_guide(set_id, release)


@cache
def _set_guide(set_id: str, release: str) -> SetGuide | None:
    header, *lines = guide_text.lines_of(f"{set_id}.txt")
    fields = guide_text.fields(header)
    if not guide_text.holds(fields[0], release):
        return None
    tree = _tree(lines, release)
    return SetGuide(guide_text.bare(fields[0]), fields[1], fields[2], release, tree)


def segment_guide(tag: str, release: str) -> SegmentGuide | None:
    """The guide of a segment in one of ``RELEASES``; ``None`` when no set with a guide uses it there."""
    record = guide_text.records("segments.txt").get(tag)
    if record is None or release not in RELEASES or not guide_text.holds(record[0], release):
        return None
    return _segment_guide(tag, release)


@cache
def _segment_guide(tag: str, release: str) -> SegmentGuide:
    name, uses, *rules = guide_text.records("segments.txt")[tag][1:]
    return SegmentGuide(tag, name, _uses(uses, release), _rules(rules[0] if rules else "", release), release)


def element_guide(number: str, release: str) -> ElementGuide | None:
    """The guide of a data element or composite in one of ``RELEASES``."""
    if release not in RELEASES or number not in guide_text.records("elements.txt"):
        return None
    return _element_guide(number, release)


@cache
def _element_guide(number: str, release: str) -> ElementGuide:
    name, form, *rules = guide_text.records("elements.txt")[number][1:]
    if number.startswith("C"):
        components = _uses(form, release)
        composite_rules = _rules(rules[0] if rules else "", release)
        return ElementGuide(number, name, "composite", 1, 0, None, components, composite_rules)
    words = [guide_text.bare(word) for word in form.split() if guide_text.holds(word, release)]
    shortest, _, longest = words[1].partition("-")
    codes = None if "open" in words else guide_text.codes(number, release)
    return ElementGuide(
        number, name, words[0], int(shortest), int(longest or shortest), codes, sensitive="private" in words
    )


def functional_id_of(set_id: str) -> str | None:
    """The functional id (GS01) of a transaction set, known for many sets that have no guide; else ``None``."""
    return guide_text.functional_ids().get(set_id)


def element_name(number: str) -> str | None:
    """What a data element is, in a few plain words."""
    record = guide_text.records("elements.txt").get(number)
    return record[1] if record else None


def code_name(element_number: str, code: str) -> str | None:
    """What a code of an element means, in a few plain words; ``None`` for codes that need no name here."""
    return guide_text.code_names(element_number).get(code) if element_number in guide_text.coded_elements() else None


class _Line(NamedTuple):
    depth: int
    words: tuple[str, ...]


def _tree(lines: list[str], release: str) -> tuple[Use | LoopUse, ...]:
    area: Area = "heading"
    placed: list[tuple[_Line, Area]] = []
    for text in lines:
        words = tuple(text.split())
        match words:
            case ("--", "heading" | "detail" | "summary" as name):
                area = name
            case _:
                placed.append((_Line(len(text) - len(text.lstrip()), words), area))
    children, _ = _branch(placed, 0, 0, release)
    return children


def _branch(
    lines: list[tuple[_Line, Area]], start: int, depth: int, release: str
) -> tuple[tuple[Use | LoopUse, ...], int]:
    """The nodes of one depth from a line on, and the first line that is no longer theirs."""
    nodes: list[Use | LoopUse] = []
    at = start
    while at < len(lines) and lines[at][0].depth >= depth:
        line, area = lines[at]
        at += 1
        tag, loop, required, limit, holds = _node(line.words, release)
        inner: tuple[Use | LoopUse, ...] = ()
        if loop and at < len(lines) and lines[at][0].depth > depth:
            inner, at = _branch(lines, at, lines[at][0].depth, release)
        if not holds:
            continue
        if loop:
            nodes.append(LoopUse(tag, required, limit, (Use(tag, True, 1, area), *inner)))
        else:
            nodes.append(Use(tag, required, limit, area))
    return tuple(nodes), at


def _node(words: tuple[str, ...], release: str) -> tuple[str, bool, bool, int | None, bool]:
    """A line of a set's tree as (segment id, is a loop, required, limit, is in the release)."""
    head, *marks = words
    required, holds = "!" in head, True
    limit: int | None = 1
    for mark in marks:
        if mark.startswith("@"):
            holds = mark == f"@{release}"
        elif not guide_text.holds(mark, release):
            continue
        elif guide_text.bare(mark) == "!":
            required = True
        else:
            limit = None if guide_text.bare(mark) == "*" else int(guide_text.bare(mark))
    return head.rstrip("!:"), ":" in head, required, limit, holds


def _uses(text: str, release: str) -> tuple[ElementUse, ...]:
    """Elements in order: ``353! 10x(235 234) C998*10@005010``."""
    uses: list[ElementUse] = []
    for word in guide_text.expanded(text):
        if not guide_text.holds(word, release):
            continue
        name, _, repeats = guide_text.bare(word).partition("*")
        element = element_guide(name.rstrip("!"), release)
        if element is None:
            raise LookupError(f"the guides use element {name} and do not describe it")
        uses.append(ElementUse(len(uses) + 1, element, name.endswith("!"), int(repeats or 1)))
    return tuple(uses)


def _rules(text: str, release: str) -> tuple[Rule, ...]:
    return tuple(_rule(guide_text.bare(word)) for word in text.split() if guide_text.holds(word, release))


def _rule(word: str) -> Rule:
    positions = tuple(int(word[at : at + 2]) for at in range(1, len(word), 2))
    match word[0]:
        case "P" | "R" | "E" | "C" | "L" as kind:
            return Rule(kind, positions)
        case other:
            raise LookupError(f"the guides hold a rule of the unknown kind {other}")
