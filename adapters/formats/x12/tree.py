"""A transaction set as its guide understands it: segments inside loops."""

from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Delimiters:
    """The separators of one interchange, each one character."""

    element: str
    component: str
    segment: str
    repetition: str | None = None
    """Only where ISA12 is 00402 or later and ISA11 is no letter, digit or blank (X12.6, interchange header)."""


class Segment:
    """One segment: its id, its elements as text, and where its bytes stand.

    ``segment[1]`` is the first element; an element that was not sent is ``""``.
    """

    __slots__ = ("elements", "index", "length", "offset")

    def __init__(self, elements: list[str], index: int, offset: int, length: int) -> None:
        self.elements = elements
        """The segment id, then the elements."""
        self.index = index
        """Position in the transaction set; ST is 1."""
        self.offset = offset
        """First byte in the delivery, from 0."""
        self.length = length
        """Bytes, without the terminator."""

    @property
    def tag(self) -> str:
        """The segment id, as ``PO1``."""
        return self.elements[0]

    def __getitem__(self, position: int) -> str:
        elements = self.elements
        return elements[position] if position < len(elements) else ""

    def __repr__(self) -> str:
        return f"<Segment {self.elements[0]} #{self.index} at {self.offset}>"


Trail = tuple[()] | tuple["Trail", str, int]
"""The way to a loop from the root, inside out; no reference to the loops themselves, which would make rings of them."""


class Loop:
    """One occurrence of a loop: what stands in it, in the order in which it was sent."""

    __slots__ = ("children", "id", "occurrence", "trail")

    def __init__(self, id: str, occurrence: int = 1, outer: Trail | None = None) -> None:
        self.id = id
        """The id of the segment that opens it; the transaction set's own id for the root."""
        self.occurrence = occurrence
        """Counts the occurrences within the loop around it, from 1."""
        self.children: list[Segment | Loop] = []
        self.trail: Trail = () if outer is None else (outer, id, occurrence)
        """The trail of the loop around it, then its own id and occurrence; empty for the root."""

    @property
    def path(self) -> str:
        """Where the loop stands, as ``PO1[3]/N1[1]``; empty for the root.

        Made when a problem or a kept segment asks for it: few loops are asked.
        """
        steps: list[str] = []
        trail = self.trail
        while trail:
            trail, id, occurrence = trail
            steps.append(f"{id}[{occurrence}]")
        return "/".join(reversed(steps))

    def segments(self, tag: str | None = None) -> Iterator[Segment]:
        """The loop's own segments, all or those with this id, in order."""
        for child in self.children:
            if isinstance(child, Segment) and (tag is None or child.elements[0] == tag):
                yield child

    def first(self, tag: str) -> Segment | None:
        """The loop's first own segment with this id."""
        for child in self.children:
            if child.__class__ is Segment and child.elements[0] == tag:
                return child
        return None

    def loops(self, id: str | None = None) -> list["Loop"]:
        """The loops directly inside, all or those with this id, in order."""
        return [child for child in self.children if child.__class__ is Loop and (id is None or child.id == id)]
