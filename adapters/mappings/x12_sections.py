"""Reading a loop by a table, so that nothing in it is dropped.

A section says, for each segment id, which function reads it and which elements that function has fields for; and
for each inner loop, which function reads that. The walk is the same for all: a segment that no rule knows, that
has a non-empty element without a field, or in which something was not understood, lands whole in the
``extensions`` of the nearest owner (document, order, package, line, party).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from adapters.formats.x12.tree import Loop, Segment
from adapters.mappings.context import Finding, X12Context
from adapters.mappings.problems import UNIT_MISSING
from canonical.parts import Plain

Read = Callable[[Segment, Plain, X12Context], bool]
"""Fills the owner from one segment; true where the segment must also be kept whole."""

ReadLoop = Callable[[Loop, Plain, X12Context], None]
"""Fills the owner from an inner loop, all of it."""


class Rule(NamedTuple):
    """How one segment is read."""

    read: Read
    width: int
    """Segments of up to this many texts (id and elements) have only elements with fields."""
    positions: frozenset[int]
    """The elements that have fields."""


@dataclass(frozen=True, slots=True)
class Section:
    """What may stand in a loop and how it is read."""

    segments: Mapping[str, Rule]
    loops: Mapping[str, ReadLoop] = field(default_factory=dict)


def rule(read: Read, *positions: int) -> Rule:
    """The rule of a function that has fields for these elements."""
    used = frozenset(positions)
    width = 1
    while width in used:
        width += 1
    return Rule(read, width, used)


def fill(loop: Loop, owner: Plain, section: Section, context: X12Context, *, inner: bool = False) -> None:
    """Fills the owner from the loop; ``inner`` where the loop stands inside the owner's own."""
    rules, findings = section.segments, context.findings
    place = loop if inner else None
    before = len(findings)
    for child in loop.children:
        if child.__class__ is Segment:
            elements = child.elements
            known = rules.get(elements[0])
            if known is None:
                keep(owner, child, place)
                continue
            read, width, positions = known
            lost = read(child, owner, context)
            if len(findings) != before:
                lost = lost or _misread(findings[before:])
                before = len(findings)
            if lost or (len(elements) > width and _spills(elements, width, positions)):
                keep(owner, child, place)
        elif isinstance(child, Loop):
            read_loop = section.loops.get(child.id)
            if read_loop is None:
                keep_loop(owner, child)
            else:
                read_loop(child, owner, context)
                before = len(findings)


def _misread(findings: list[Finding]) -> bool:
    """Whether something that was sent was not understood; a missing unit leaves nothing to keep."""
    return any(finding.kind is not UNIT_MISSING for finding in findings)


def _spills(elements: list[str], width: int, positions: frozenset[int]) -> bool:
    # A plain loop: a generator costs more than the two or three looks that it would be made for.
    for at in range(width, len(elements)):  # noqa: SIM110
        if elements[at] and at not in positions:
            return True
    return False


def keep(owner: Plain, segment: Segment, place: Loop | None = None) -> None:
    """Puts the whole segment into the owner's extensions; ``place`` is the inner loop where it stands.

    Separators at its end say nothing and are left out.
    """
    elements = segment.elements[1:]
    while elements and not elements[-1]:
        elements.pop()
    kept: dict[str, Any] = {"segment": segment.elements[0], "elements": elements}
    if place is not None:
        kept["loop"] = place.path
    owner.setdefault("extensions", {}).setdefault("x12", []).append(kept)


def keep_loop(owner: Plain, loop: Loop) -> None:
    """Puts all segments of the loop and its inner loops into the owner's extensions, in order."""
    for child in loop.children:
        if isinstance(child, Loop):
            keep_loop(owner, child)
        else:
            keep(owner, child, loop)


def hand_over(holder: Plain, owner: Plain) -> None:
    """Moves what a part without extensions of its own kept to the owner's."""
    kept = holder.pop("extensions", None)
    if kept:
        owner.setdefault("extensions", {}).setdefault("x12", []).extend(kept["x12"])


def inside(section: Section) -> ReadLoop:
    """Reads an inner loop into the same owner."""

    rules = section.segments

    def read(loop: Loop, owner: Plain, context: X12Context) -> None:
        children = loop.children
        if len(children) == 1 and (known := rules.get(loop.id)):
            # Nearly always (PID) the loop is one segment, which needs no walk: a tenth of an order's mapping.
            head, (read_head, width, positions), findings = children[0], known, context.findings
            before = len(findings)
            if isinstance(head, Segment):
                if (
                    read_head(head, owner, context)
                    or (len(findings) != before and _misread(findings[before:]))
                    or (len(head.elements) > width and _spills(head.elements, width, positions))
                ):
                    keep(owner, head, loop)
                return
        fill(loop, owner, section, context, inner=True)

    return read


def nothing(_segment: Segment, _owner: Plain, _context: X12Context) -> bool:
    """Reads nothing: for the segments whose whole meaning is the structure (ST, SE)."""
    return False


ENVELOPE = Rule(nothing, 1_000_000, frozenset())
"""ST and SE: they belong to the envelope, which the reader keeps."""


def put(owner: Plain, name: str, entry: Plain | str) -> None:
    """Appends an entry to one of the owner's lists."""
    entries = owner.get(name)
    if entries is None:
        owner[name] = [entry]
    else:
        entries.append(entry)
