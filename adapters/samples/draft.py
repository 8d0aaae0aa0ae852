"""A finished interchange taken apart, so that something in it can be broken, and put together again.

Counts are kept right after each change, but those that are broken on purpose.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from adapters.formats.x12.delimiters import BrokenHeader, read_header
from adapters.formats.x12.guide import ElementUse, SegmentGuide, SetGuide, nearest_release, segment_guide, set_guide
from adapters.formats.x12.tree import Delimiters

Row = list[str]
"""A segment: its id, then its elements. Rows are told apart by identity, since many look the same."""
_REPEATING = "00402"
"""The version of the envelope since which ISA11 is a separator."""


@dataclass(frozen=True, slots=True)
class Place:
    """What was broken: where a reader should point."""

    segment: str | None = None
    """The id of the segment; of a missing one, its own."""
    row: Row | None = field(default=None, compare=False)
    """The row itself; for a missing segment the one that stands in its place now."""
    element: int | None = None
    component: int | None = None


@dataclass(slots=True)
class Span:
    """A transaction set: its rows from ST to SE."""

    guide: SetGuide
    rows: list[Row]

    @property
    def body(self) -> list[Row]:
        """What stands between ST and SE."""
        return self.rows[1:-1]


@dataclass(slots=True)
class Draft:
    """An interchange as rows, with what stands around it."""

    rows: list[Row]
    marks: Delimiters
    lead: bytes = b""
    """Bytes in front of ISA."""
    tail: bytes = b""
    """Bytes behind IEA."""
    cut: int | None = None
    """How many of its own bytes are left, where it was cut off."""
    whole: bytes | None = None
    """Stands in the place of all of it."""
    frozen: list[Row] = field(default_factory=list)
    """Trailers whose counts stay as they are."""

    @classmethod
    def of(cls, content: bytes) -> "Draft":
        """The interchange that the writer wrote: one, whole, in lines."""
        header = read_header(content, 0)
        assert not isinstance(header, BrokenHeader)  # noqa: S101 - our own writer wrote it
        marks = header.delimiters
        texts = content.decode().split(marks.segment)
        return cls([text.strip("\r\n").split(marks.element) for text in texts if text.strip("\r\n")], marks)

    @property
    def release(self) -> str:
        """The release of the guides that read it."""
        return nearest_release(next(row[8] for row in self.rows if row[0] == "GS"))

    @property
    def repeating(self) -> bool:
        """Whether elements can repeat."""
        return self.rows[0][12] >= _REPEATING

    def first(self, tag: str) -> Row:
        """The first segment with this id."""
        return next(row for row in self.rows if row[0] == tag)

    def index(self, row: Row) -> int:
        """Where a row stands among all."""
        return next(at for at, own in enumerate(self.rows) if own is row)

    def has(self, row: Row) -> bool:
        """Whether a row is still there."""
        return any(own is row for own in self.rows)

    def insert(self, before: Row, *rows: Row) -> None:
        """Puts rows in front of another."""
        at = self.index(before)
        self.rows[at:at] = rows

    def insert_after(self, row: Row, *rows: Row) -> None:
        """Puts rows behind another."""
        at = self.index(row) + 1
        self.rows[at:at] = rows

    def remove(self, row: Row) -> Row:
        """Takes a row out; gives the one that stands in its place then."""
        at = self.index(row)
        del self.rows[at]
        return self.rows[at] if at < len(self.rows) else []

    def spans(self) -> list[Span]:
        """The transaction sets that are whole."""
        found: list[Span] = []
        start: int | None = None
        for at, row in enumerate(self.rows):
            if row[0] == "ST":
                start = at
            elif row[0] == "SE" and start is not None:
                guide = set_guide(self.rows[start][1], self.release)
                if guide is not None:
                    found.append(Span(guide, self.rows[start : at + 1]))
                start = None
        return found

    def segments(self) -> Iterator[tuple[Row, SegmentGuide]]:
        """The rows between ST and SE, each with its guide."""
        for span in self.spans():
            for row in span.body:
                guide = segment_guide(row[0], self.release)
                if guide is not None:
                    yield row, guide

    def elements(self) -> Iterator[tuple[Row, ElementUse]]:
        """The elements that were sent between ST and SE."""
        for row, guide in self.segments():
            for use in guide.elements:
                if use.position < len(row) and row[use.position]:
                    yield row, use

    def recount(self) -> None:
        """Makes SE01 right again, but where it is meant to be wrong."""
        start: int | None = None
        for at, row in enumerate(self.rows):
            if row[0] == "ST":
                start = at
            elif row[0] == "SE" and start is not None:
                if not any(own is row for own in self.frozen):
                    row[1] = str(at - start + 1)
                start = None

    def bytes(self) -> bytes:
        """The file."""
        if self.whole is not None:
            return self.whole
        end = self.marks.segment + "\n"
        own = "".join(self.marks.element.join(row) + end for row in self.rows).encode()
        return self.lead + own[: self.cut] + self.tail

    def set_position(self, row: Row) -> int | None:
        """The position of a row in its transaction set, ST is 1; None outside of one."""
        start: int | None = None
        for at, own in enumerate(self.rows):
            if own[0] in ("ST", "GS"):
                start = at if own[0] == "ST" else None
            if own is row:
                return at - start + 1 if start is not None else None
            if own[0] == "SE":
                start = None
        return None

    def offset(self, row: Row) -> int:
        """The byte at which a row begins in the file."""
        before = self.rows[: self.index(row)]
        end = len(self.marks.segment) + 1
        return len(self.lead) + sum(len(self.marks.element.join(own).encode()) + end for own in before)
