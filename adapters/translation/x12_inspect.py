"""An X12 delivery for people: each segment at its place in the outline, with what it says and what is wrong with it.

One transaction set is held at a time. The problems are those that the reading of the delivery finds; each is put to
the segment in whose bytes it stands. What stands in no segment (bytes between interchanges) is a part of its own.
"""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final, Literal

from adapters.contracts import Content
from adapters.formats.x12.cursor import Cursor, grammar
from adapters.formats.x12.delimiters import InterchangeHeader
from adapters.formats.x12.events import (
    AcknowledgmentRead,
    Event,
    GroupBegin,
    GroupEnd,
    InterchangeBegin,
    InterchangeEnd,
    SetRead,
)
from adapters.formats.x12.guide import nearest_release, segment_guide
from adapters.formats.x12.meaning import Value, values_of
from adapters.formats.x12.outline import Branch, outline
from adapters.formats.x12.places import Places
from adapters.formats.x12.reader import read_x12
from adapters.formats.x12.tree import Delimiters, Segment
from adapters.formats.x12.unwrap import unwrap
from adapters.reading import Closing, Item
from canonical.problem import Problem

MOST_PROBLEMS: Final = 10_000
"""Problems that are kept of one interchange, to be shown at their segments."""

PartKind = Literal["interchange", "group", "set", "answer", "groupEnd", "interchangeEnd", "outside"]


@dataclass(frozen=True, slots=True)
class Inspected:
    """One segment at its place."""

    segment: Segment
    branches: tuple[Branch, ...]
    """The loops around it, the outermost first."""
    opens: bool
    """Whether it is the first segment of the innermost of them."""
    problems: tuple[Problem, ...]

    @property
    def loop(self) -> str | None:
        """The path of the loop, as ``PO1[3]/N1[1]``; None outside of all."""
        return self.branches[-1].path if self.branches else None


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a delivery: an envelope segment, a transaction set, or what stands outside."""

    kind: PartKind
    segments: Sequence[Inspected]
    loose: tuple[Problem, ...] = ()
    """Problems before this part that stand in no segment."""
    header: InterchangeHeader | None = None
    group: GroupBegin | None = None
    number: int | None = None
    """Counts the transaction sets of the delivery, from 1."""
    left_out: int = 0
    """Problems of the interchange beyond those that are kept; told with its first part."""
    places: Places | None = None

    @property
    def release(self) -> str:
        """The release of the guides that read it, from GS08, else from ISA12."""
        version = self.group.release if self.group else ""
        return nearest_release(version or (self.header[12] if self.header else ""))

    @property
    def delimiters(self) -> Delimiters:
        """The separators of its interchange."""
        return self.header.delimiters if self.header else Delimiters("*", ":", "~")

    @property
    def has_problems(self) -> bool:
        """Whether anything in it is wrong."""
        return bool(self.loose) or any(entry.problems for entry in self.segments)

    def name_of(self, segment: Segment) -> str | None:
        """The segment's name in our own words; None where no guide knows it."""
        guide = segment_guide(segment.tag, self.release)
        return guide.name if guide else None

    def values_of(self, segment: Segment) -> Iterator[Value]:
        """What its elements say."""
        return values_of(segment, self.release, self.delimiters)

    def place(self, segment: Segment) -> tuple[int | None, int, int]:
        """Line, offset and length of the segment in the delivery."""
        if self.places is None:
            return None, segment.offset, segment.length
        offset, length = self.places.span(segment.offset, segment.length)
        return self.places.line(offset), offset, length

    def raw(self, segment: Segment) -> str:
        """The segment as it was sent, without its terminator."""
        return self.delimiters.element.join(segment.elements)


def inspect(
    content: Content, items: Iterable[Item], *, only: int | None = None, problems_only: bool = False
) -> Iterator[Part]:
    """The parts of a delivery in their order; ``items`` is what the reading of the same bytes gives, in its order.

    The loops of a set are found only where they are wanted: for the one set ``only``, or for sets with problems.
    """
    unwrapped = unwrap(content)
    places = Places(content, unwrapped)
    inspection = _Inspection(places, iter(items), only, problems_only=problems_only)
    for event in read_x12(unwrapped.content if unwrapped else content):
        yield from inspection.parts(event)
    yield from inspection.rest()


@dataclass(slots=True)
class _Found:
    """The problems of one interchange in the order of their places."""

    problems: list[Problem] = field(default_factory=list)
    left_out: int = 0
    taken: int = 0
    """How many were given out."""

    def before(self, offset: int) -> tuple[Problem, ...]:
        """Those in front of an offset that were not given out."""
        stop = bisect_right(self.problems, offset - 1, key=_offset)
        found = tuple(self.problems[self.taken : stop])
        self.taken = max(self.taken, stop)
        return found

    def stands_before(self, offset: int) -> bool:
        """Whether any that was not given out stands in front of an offset."""
        return self.taken < len(self.problems) and _offset(self.problems[self.taken]) < offset


def _offset(problem: Problem) -> int:
    return problem.offset or 0


class _Inspection:
    """The walk along the events of one delivery."""

    def __init__(self, places: Places, items: Iterator[Item], only: int | None, *, problems_only: bool) -> None:
        self._only = only
        self._problems_only = problems_only
        self._places = places
        self._items = items
        self._found = _Found()
        self._header: InterchangeHeader | None = None
        self._group: GroupBegin | None = None
        self._number = 0

    def parts(self, event: Event) -> Iterator[Part]:
        match event:
            case InterchangeBegin():
                header = self._header = event.header
                self._group = None
                self._found = self._problems_of_interchange()
                segment = Segment(list(header.elements), 0, header.offset, sum(map(len, header.elements)) + 16)
                yield self._part("interchange", [segment], left_out=self._found.left_out)
            case GroupBegin():
                self._group = event
                yield self._part("group", [event.segment] if event.segment else [])
            case SetRead():
                self._number += 1
                yield self._set(event)
            case AcknowledgmentRead():
                yield self._part("answer", [event.segment])
            case GroupEnd():
                yield self._part("groupEnd", [event.segment] if event.segment else [])
                self._group = None
            case InterchangeEnd():
                yield self._part("interchangeEnd", [event.segment] if event.segment else [])
                rest = self._found.before(_FAR)
                if rest:
                    yield Part("outside", (), rest)
                self._header = None
            case _:
                # Told with the others that stand outside, when all bytes were read.
                pass

    def rest(self) -> Iterator[Part]:
        """What stands outside all interchanges."""
        found = [problem for item in self._items for problem in item.problems if isinstance(item, Closing)]
        if found:
            yield Part("outside", (), tuple(found[:MOST_PROBLEMS]), left_out=max(0, len(found) - MOST_PROBLEMS))

    def _problems_of_interchange(self) -> _Found:
        found = _Found()
        for item in self._items:
            own = item.problems
            if not isinstance(item, Closing):
                # What an envelope did to a message is told for the envelope alone.
                own = tuple(problem for problem in own if problem.message_type is not None)
            room = MOST_PROBLEMS - len(found.problems)
            found.problems.extend(own[:room])
            found.left_out += max(0, len(own) - room)
            if isinstance(item, Closing):
                break
        found.problems.sort(key=_offset)
        return found

    def _set(self, event: SetRead) -> Part:
        segments = event.segments
        release = nearest_release((self._group.release if self._group else "") or self._header_version())
        known = grammar(segments[0][1].strip(), release)
        branches: dict[int, tuple[Branch, ...]] = {}
        if known is not None and not event.headless and self._wanted(event):
            cursor = Cursor(known)
            cursor.place_all(segments)
            branches = outline(cursor.root, release, self._delimiters())
        return self._part("set", segments, branches, number=self._number)

    def _wanted(self, event: SetRead) -> bool:
        if self._only is not None and self._only != self._number:
            return False
        return not self._problems_only or self._found.stands_before(
            self._places.offset(event.offset + event.length) + 1
        )

    def _part(
        self,
        kind: PartKind,
        segments: Sequence[Segment],
        branches: dict[int, tuple[Branch, ...]] | None = None,
        *,
        number: int | None = None,
        left_out: int = 0,
    ) -> Part:
        loose = self._found.before(self._places.offset(segments[0].offset)) if segments else ()
        placed: list[Inspected] = []
        for segment in segments:
            inside = (branches or {}).get(segment.index, ())
            # A problem at the end of a segment may stand on its terminator: what is missing there.
            end = self._places.offset(segment.offset + segment.length) + 1
            problems = self._found.before(end)
            opens = bool(inside) and inside[-1].first == segment.index
            placed.append(Inspected(segment, inside, opens, problems))
        return Part(kind, placed, loose, self._header, self._group, number, left_out, self._places)

    def _header_version(self) -> str:
        return self._header[12] if self._header else ""

    def _delimiters(self) -> Delimiters:
        return self._header.delimiters if self._header else Delimiters("*", ":", "~")


_FAR: Final = 1 << 62
"""Beyond the end of every delivery."""
