"""What a document becomes before it is a transaction set: rows and parts that remember where they came from."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from canonical.problem import ProblemKind


@dataclass(frozen=True, slots=True)
class Style:
    """How a partner wants its transaction sets."""

    release: str = "004010"
    """The release of the guides: ``004010`` or ``005010``."""
    count_always: bool = True
    """Whether CTT is sent where the document tells no totals."""


@dataclass(frozen=True, slots=True)
class Assumed:
    """A value that no field of the document holds: what reading takes for granted, or what the segment needs."""

    text: str


@dataclass(frozen=True, slots=True)
class Cannot:
    """Stands in the place of a value that cannot be written."""

    kind: ProblemKind
    found: str | None = None
    """Never free text."""
    expected: str | None = None


Value = str | Assumed | Cannot | None
Pair = tuple[str, Value]
"""The name of the field, in camelCase and below the row's owner (``price.amount``), and its value."""

GAP: Pair = ("", None)
"""An element that no field fills."""


@dataclass(slots=True)
class Row:
    """A segment in the making."""

    elements: list[str]
    """The segment id, then the elements."""
    at: str = ""
    """The canonical path of the owner, as ``lines[2]``; empty for the document itself."""
    names: tuple[str, ...] = ()
    """The field below ``at`` of each element, from the first."""
    assumed: frozenset[int] = frozenset()
    """The elements that no field holds."""
    cannot: tuple[tuple[int, Cannot], ...] = ()
    """The elements that cannot be written, and why."""
    kept: bool = False
    """Whether it comes from the extensions, where it stands as it was once sent."""

    @property
    def tag(self) -> str:
        """The segment id."""
        return self.elements[0]

    def path(self, position: int | None) -> str | None:
        """The canonical path of an element, or of the owner where no field fills it."""
        name = self.names[position - 1] if position is not None and position <= len(self.names) else ""
        return join(self.at, name) or None


@dataclass(slots=True)
class Part:
    """A loop in the making: the row that opens it, what stands in it, and what reading kept of it."""

    id: str
    """The id of the segment that opens it; the set's own id for the root."""
    head: Row | None = None
    """None for the root alone."""
    children: list["Row | Part"] = field(default_factory=list)
    kept: list[Mapping[str, Any]] = field(default_factory=list)
    """Entries of ``extensions["x12"]``."""
    depth: int = 0
    """How many loops it stands in, itself included: so many steps of the entries' loop paths lead to it."""
    at: str = ""

    @classmethod
    def of(cls, head: Row, *children: "Row | Part") -> "Part":
        """A loop with what stands in it."""
        return cls(head.tag, head, list(children), at=head.at)

    @classmethod
    def root(cls, set_id: str) -> "Part":
        """A transaction set without ST and SE."""
        return cls(set_id)

    def add(self, *children: "Row | Part | None") -> None:
        """Adds what is there; None is nothing."""
        self.children.extend(child for child in children if child is not None)

    def extend(self, children: Iterable["Row | Part"]) -> None:
        """Adds all of them."""
        self.children.extend(children)

    def rows(self) -> Iterator[Row]:
        """All rows, the head first, in the order in which they stand."""
        if self.head is not None:
            yield self.head
        for child in self.children:
            if isinstance(child, Part):
                yield from child.rows()
            else:
                yield child


def row(tag: str, at: str, *pairs: Pair) -> Row:
    """A segment from the fields that fill it, in the order of its elements."""
    elements, assumed, cannot = [tag], [], []
    for position, (_, value) in enumerate(pairs, start=1):
        if isinstance(value, Assumed):
            assumed.append(position)
            elements.append(value.text)
        elif isinstance(value, Cannot):
            cannot.append((position, value))
            elements.append("")
        else:
            elements.append((value or "").rstrip(" "))
    while len(elements) > 1 and not elements[-1]:
        elements.pop()
    return Row(elements, at, tuple(name for name, _ in pairs), frozenset(assumed), tuple(cannot))


def says_something(made: Row) -> bool:
    """Whether a field of the document fills an element of the row, or tried to."""
    return bool(made.cannot) or any(
        text and position not in made.assumed for position, text in enumerate(made.elements[1:], start=1)
    )


def keep(part: Part, extensions: Mapping[str, Any], depth: int) -> Part:
    """Hands what reading kept of an owner to its part, to be put back."""
    part.kept = list(extensions.get("x12") or ())
    part.depth = depth
    return part


def kept_segments(extensions: Mapping[str, Any]) -> list[tuple[str, list[str], str]]:
    """What reading kept of an owner: id, elements and loop of each segment; entries that are none are left out."""
    entries = extensions.get("x12")
    return [
        (entry["segment"], entry["elements"], entry.get("loop") or "")
        for entry in (entries if isinstance(entries, list) else ())
        if isinstance(entry, dict) and isinstance(entry.get("elements"), list) and entry.get("segment")
    ]


def join(at: str, name: str) -> str:
    """A canonical path and a field below it."""
    return f"{at}.{name}" if at and name else at or name


def indexed(at: str, name: str, index: int) -> str:
    """The canonical path of an entry of a list, counted from 0."""
    return f"{join(at, name)}[{index}]"
