"""The way through one interchange, from its first segment after ISA to its trailer."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from adapters.contracts import Content
from adapters.formats.x12 import problems
from adapters.formats.x12.delimiters import InterchangeHeader
from adapters.formats.x12.events import (
    AcknowledgmentRead,
    EnvelopeFault,
    Event,
    GroupBegin,
    GroupEnd,
    InterchangeEnd,
    SetRead,
    fault_at,
)
from adapters.formats.x12.segments import LONGEST_SEGMENT, SegmentTooLong, cut_blocks, find_segment, segment_at
from adapters.formats.x12.tree import Segment
from canonical.problem import ProblemKind

MOST_SEGMENTS = 500_000
"""Segments of one transaction set; the largest regular ones (an 856 of 200,000 levels) stay below."""

MOST_FAULTS = 500
"""Faults that are told of one interchange's envelopes."""


def same_number(left: str, right: str) -> bool:
    """Whether two control numbers are the same: as numbers where both are, else as text."""
    left, right = left.strip(), right.strip()
    if left.isascii() and right.isascii() and left.isdigit() and right.isdigit():
        # As text, because a stranger may send a million digits.
        return left.lstrip("0") == right.lstrip("0")
    return left == right


@dataclass(slots=True)
class _Open:
    """The transaction set that is being collected."""

    offset: int
    segments: list[Segment] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    dropped: int = 0
    headless: bool = False
    too_long: int | None = None
    """Where a segment begins that never ends."""


class Walk:
    """Collects transaction sets and watches the envelopes around them."""

    def __init__(self, content: Content, header: InterchangeHeader, trailer: int) -> None:
        self.content = content
        self.header = header
        self.trailer = trailer
        self.late: list[EnvelopeFault] = []
        self.groups = 0
        self.group: GroupBegin | None = None
        self.sets = 0
        self.open: _Open | None = None
        self.position = header.end

    def events(self) -> Iterator[Event]:
        separator = self.header.delimiters.element
        segments: list[Segment] = []
        texts: list[str] = []
        new = object.__new__
        start = self.header.end
        while start < self.trailer:
            try:
                # Most segments pass here, so that what a loop turn does with an ordinary one is kept to five steps.
                for block in cut_blocks(self.content, start, self.trailer, self.header.delimiters):
                    for offset, length, text in block:
                        elements = text.split(separator)
                        index = len(segments)
                        if index and elements[0] not in _CONTROL and index < MOST_SEGMENTS:
                            # As ``Segment(elements, index + 1, offset, length)``, in half the time.
                            segment = new(Segment)
                            segment.elements = elements
                            segment.index = index + 1
                            segment.offset = offset
                            segment.length = length
                            segments.append(segment)
                            texts.append(text)
                            continue
                        if self.open is not None and elements[0] not in _CONTROL:
                            self.open.dropped += 1
                        else:
                            yield from self._control(elements, offset, length, text)
                            opened = self.open
                            segments, texts = (opened.segments, opened.texts) if opened is not None else ([], [])
                        self.position = offset + length
                break
            except SegmentTooLong as long:
                start = self._pass_over(long.offset)
        yield from self.finish()

    def _pass_over(self, offset: int) -> int:
        """Where reading goes on behind a segment that is too long; the set that it stands in is lost."""
        if self.open is not None:
            self.open.too_long = offset
        else:
            self._note(EnvelopeFault(problems.SEGMENT_TOO_LONG, offset, 80))
        mark = self.header.delimiters.segment.encode("latin-1")
        stop = self.content.find(mark, offset + LONGEST_SEGMENT, self.trailer)
        return stop + len(mark) if stop >= 0 else self.trailer

    def _note(self, fault: EnvelopeFault) -> None:
        if len(self.late) < MOST_FAULTS:
            self.late.append(fault)

    def _control(self, elements: list[str], offset: int, length: int, text: str) -> Iterator[Event]:
        """What an envelope segment, or a segment outside a transaction set, does."""
        match elements[0]:
            case "ST":
                yield from self._end_set(None)
                if self.group is None:
                    yield self._begin_group(None, offset, length)
                self.open = _Open(offset, [Segment(elements, 1, offset, length)], [text])
            case "SE" if self.open is not None:
                yield from self._end_set((Segment(elements, len(self.open.segments) + 1, offset, length), text))
            case "GS":
                yield from self._end_group(None)
                yield self._begin_group(Segment(elements, 1, offset, length), offset, length)
            case "GE" if self.group is not None and self.group.segment is not None:
                yield from self._end_set(None)
                yield from self._end_group(Segment(elements, 1, offset, length))
            case "TA1":
                yield AcknowledgmentRead(Segment(elements, 1, offset, length))
            case tag if self.group is not None and self.group.segment is not None and tag not in _CONTROL:
                # Not a stray segment but the rest of a transaction set: it must not be lost from sight.
                self.open = _Open(offset, [Segment(elements, 1, offset, length)], [text], headless=True)
            case tag:
                self._note(EnvelopeFault(problems.STRAY_SEGMENT, offset, length, segment=tag[:3]))

    def _begin_group(self, segment: Segment | None, offset: int, length: int) -> GroupBegin:
        faults: list[EnvelopeFault] = []
        if segment is None:
            faults.append(EnvelopeFault(problems.GROUP_HEADER_MISSING, offset, length, "ST", "GS before it", "ST"))
        else:
            self.groups += 1
            faults.extend(self._trailer_of(segment))
            if not segment[1].strip():
                faults.append(EnvelopeFault(problems.GROUP_INCOMPLETE, offset, length, None, "a value in GS01", "GS"))
            number = segment[6].strip()
            if not (number.isascii() and number.isdigit() and 1 <= len(number) <= 9):
                faults.append(self._at(problems.GROUP_NUMBER_BAD, segment, 6, "one to nine digits"))
        self.group = GroupBegin(segment, tuple(faults))
        self.sets = 0
        return self.group

    def _trailer_of(self, group: Segment) -> Iterator[EnvelopeFault]:
        """What is wrong with the trailer that belongs to a group, looked up before its sets are read."""
        marks = self.header.delimiters
        start = group.offset + group.length
        # Bounded by the next group, so that many groups without trailers are not searched through again and again.
        following = find_segment(self.content, b"GS", start, self.trailer, marks)
        trailer = find_segment(self.content, b"GE", start, following if following >= 0 else self.trailer, marks)
        if trailer < 0:
            yield EnvelopeFault(
                problems.GROUP_TRAILER_MISSING, group.offset, group.length, "no GE segment", "GE after its sets", "GS"
            )
            return
        segment = segment_at(self.content, trailer, self.trailer, marks)
        number = group[6].strip()
        if not same_number(segment[2].strip(), number):
            yield self._at(problems.GROUP_NUMBERS_DIFFER, segment, 2, f"{number}, as GS06 says")

    def _at(self, kind: ProblemKind, segment: Segment, element: int, expected: str) -> EnvelopeFault:
        return fault_at(kind, segment, element, self.header.delimiters.element, segment[element].strip(), expected)

    def _end_set(self, trailer: tuple[Segment, str] | None) -> Iterator[SetRead]:
        opened = self.open
        if opened is None:
            return
        self.open = None
        self.sets += not opened.headless
        faults: list[EnvelopeFault] = []
        first, last = opened.segments[0], opened.segments[-1]
        if opened.headless:
            faults.append(
                EnvelopeFault(
                    problems.SET_HEADER_MISSING,
                    first.offset,
                    first.length,
                    first.tag[:3],
                    "an ST segment before it",
                    first.tag[:3],
                )
            )
            if trailer is not None:
                opened.segments.append(trailer[0])
                opened.texts.append(trailer[1])
        elif trailer is None:
            faults.append(
                EnvelopeFault(
                    problems.SET_TRAILER_MISSING, max(self.position, last.offset + last.length) - 1, 1,
                    "no SE segment", f"SE for the transaction set {first[2].strip()}", "SE",
                )
            )  # fmt: skip
        else:
            segment, text = trailer
            faults.extend(self._set_trailer_faults(first, segment, len(opened.segments) + 1 + opened.dropped))
            opened.segments.append(segment)
            opened.texts.append(text)
        if opened.too_long is not None:
            faults.append(EnvelopeFault(problems.SEGMENT_TOO_LONG, opened.too_long, 80))
        if opened.dropped:
            faults.append(
                EnvelopeFault(
                    problems.SET_TOO_LARGE, first.offset, first.length,
                    f"{MOST_SEGMENTS + opened.dropped} segments", f"at most {MOST_SEGMENTS}", "ST",
                )
            )  # fmt: skip
        last = opened.segments[-1]
        yield SetRead(
            opened.segments,
            opened.texts,
            tuple(faults),
            opened.offset,
            last.offset + last.length - opened.offset,
            opened.headless,
        )

    def _end_group(self, trailer: Segment | None) -> Iterator[Event]:
        yield from self._end_set(None)
        if self.group is None:
            return
        claimed: int | None = None
        faults: list[EnvelopeFault] = []
        if trailer is not None:
            text = trailer[1].strip()
            claimed = int(text) if text.isascii() and text.isdigit() and len(text) <= 6 else None
            if claimed != self.sets:
                faults.append(
                    self._at(problems.SET_COUNT_WRONG, trailer, 1, f"{self.sets}, the transaction sets counted")
                )
        self.group = None
        yield GroupEnd(claimed, self.sets, tuple(faults), trailer)

    def finish(self) -> Iterator[Event]:
        """Closes what the bytes left open."""
        yield from self._end_group(None)

    def end(self, known: tuple[EnvelopeFault, ...]) -> InterchangeEnd:
        """The trailer and the faults at the end of the interchange, those known at its beginning left out."""
        if any(fault.kind is problems.INTERCHANGE_TRAILER_MISSING for fault in known):
            return InterchangeEnd(tuple(self.late))
        segment = segment_at(self.content, self.trailer, len(self.content), self.header.delimiters)
        return InterchangeEnd((*self.late, *self._trailer_faults(segment)), segment)

    def _trailer_faults(self, segment: Segment) -> Iterator[EnvelopeFault]:
        if not same_number(segment[1].strip(), str(self.groups)):
            yield self._at(problems.GROUP_COUNT_WRONG, segment, 1, f"{self.groups}, the groups counted")

    def _set_trailer_faults(self, first: Segment, trailer: Segment, counted: int) -> Iterator[EnvelopeFault]:
        number = first[2].strip()
        if not same_number(trailer[2].strip(), number):
            yield self._at(problems.SET_NUMBERS_DIFFER, trailer, 2, f"{number}, as ST02 says")
        if not same_number(trailer[1].strip(), str(counted)):
            yield self._at(problems.SEGMENT_COUNT_WRONG, trailer, 1, f"{counted}, the segments counted from ST to SE")


_CONTROL = frozenset(("ST", "SE", "GS", "GE", "TA1"))
