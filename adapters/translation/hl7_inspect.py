"""An HL7 delivery for people: each segment in its order, with what it says and what is wrong with it.

One message is held at a time, and of the whole delivery only its problems, which its reading finds first; each is put
to the segment in whose bytes it stands. What is about a patient is marked, so that it can be hidden.
"""

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final, Literal

from adapters.contracts import Content
from adapters.formats.hl7.meaning import Value, values_of
from adapters.formats.hl7.message import Hl7Message, parse_message
from adapters.formats.hl7.places import Lines
from adapters.formats.hl7.reader import EnvelopeBytes, Junk, is_wide, read_hl7
from adapters.formats.hl7.segments import Segment
from adapters.hl7_settings import BUSINESS_SEGMENTS, CLINICAL_SEGMENTS, PATIENT_FIELDS, PATIENT_SEGMENTS
from adapters.reading import Item
from canonical.problem import Problem

MOST_PROBLEMS: Final = 10_000
"""Problems that are kept of one delivery, to be shown at their segments."""
HIDDEN: Final = "…"
"""Stands for what is hidden."""

Hl7PartKind = Literal["envelope", "message", "outside"]


@dataclass(frozen=True, slots=True)
class Hl7Inspected:
    """One segment."""

    segment: Segment
    offset: int
    length: int
    line: int
    about_patient: bool
    """Whether all of it is about the patient, or may be: a note or a finding."""
    problems: tuple[Problem, ...]

    @property
    def patient_fields(self) -> tuple[int, ...]:
        """The fields that were sent and are about the patient."""
        if self.about_patient:
            return tuple(self.segment.sent())
        own = PATIENT_FIELDS.get(self.segment.tag, ())
        return tuple(number for number in self.segment.sent() if number in own)

    @property
    def values(self) -> Iterator[Value]:
        """What its fields say, all in clear."""
        return values_of(self.segment)

    def raw(self, *, patients: bool) -> str:
        """The segment as it was sent; without ``patients`` what is about them is hidden."""
        if patients or not (self.about_patient or self.patient_fields):
            return self.segment.text
        mark, tag = self.segment.encoding.field, self.segment.tag
        if self.about_patient:
            return f"{tag}{mark}{HIDDEN}"
        hidden = self.patient_fields
        fields = self.segment.text.split(mark)
        return mark.join(HIDDEN if number in hidden else text for number, text in enumerate(fields))


@dataclass(frozen=True, slots=True)
class Hl7Part:
    """A piece of a delivery: an envelope segment, a message, or what stands outside."""

    kind: Hl7PartKind
    segments: tuple[Hl7Inspected, ...] = ()
    message: Hl7Message | None = None
    loose: tuple[Problem, ...] = ()
    """Problems before this part that stand in no segment."""
    number: int | None = None
    """Counts the messages of the delivery, from 1."""
    batch: str | None = None
    """BHS-11 of the batch around it."""
    left_out: int = 0
    """Problems of the delivery beyond those that are kept; told with its last part."""

    @property
    def has_problems(self) -> bool:
        """Whether anything in it is wrong."""
        return bool(self.loose) or any(entry.problems for entry in self.segments)


def inspect_hl7(content: Content, items: Iterable[Item]) -> Iterator[Hl7Part]:
    """The parts of a delivery in their order; ``items`` is what the reading of the same bytes gives."""
    found = _Found()
    for item in items:
        found.add(item.problems)
    found.problems.sort(key=_offset)
    lines = Lines(content)
    number, batch = 0, ""
    for read in () if is_wide(content) else read_hl7(content):
        if isinstance(read, Junk):
            continue
        loose = found.before(read.offset)
        message = parse_message(read.raw, read.offset)
        entries = tuple(_inspected(message, read.offset + len(read.raw), lines, found))
        if isinstance(read, EnvelopeBytes):
            batch = message.header.value(11) if read.tag == "BHS" else "" if read.tag == "FTS" else batch
            yield Hl7Part("envelope", entries, message, loose, batch=batch or None)
            batch = "" if read.tag == "BTS" else batch
        else:
            number += 1
            yield Hl7Part("message", entries, message, loose, number, batch or None)
    rest = found.before(1 << 62)
    if rest or found.left_out:
        yield Hl7Part("outside", loose=rest, left_out=found.left_out)


@dataclass(slots=True)
class _Found:
    """The problems of a delivery in the order of their places."""

    problems: list[Problem] = field(default_factory=list)
    left_out: int = 0
    taken: int = 0
    """How many were given out."""

    def add(self, problems: tuple[Problem, ...]) -> None:
        """Keeps them while there is room."""
        room = MOST_PROBLEMS - len(self.problems)
        self.problems.extend(problems[:room])
        self.left_out += max(0, len(problems) - room)

    def before(self, offset: int) -> tuple[Problem, ...]:
        """Those in front of an offset that were not given out."""
        stop = bisect_right(self.problems, offset - 1, key=_offset)
        found = tuple(self.problems[self.taken : stop])
        self.taken = max(self.taken, stop)
        return found


def _offset(problem: Problem) -> int:
    return problem.offset or 0


def _inspected(message: Hl7Message, end: int, lines: Lines, found: _Found) -> Iterator[Hl7Inspected]:
    """The segments of a message, each with the problems up to the next one."""
    places = [message.place(segment) for segment in message.segments]
    ends = [offset for offset, _ in places[1:]] + [end + 1]
    about_patient = False
    for segment, (offset, length), next_one in zip(message.segments, places, ends, strict=True):
        # As the documents have it: what stands behind a patient's segment is about the patient too.
        about_patient = segment.tag in PATIENT_SEGMENTS or (about_patient and segment.tag not in BUSINESS_SEGMENTS)
        hidden = about_patient or segment.tag in CLINICAL_SEGMENTS
        yield Hl7Inspected(segment, offset, length, lines.line(offset), hidden, found.before(next_one))
