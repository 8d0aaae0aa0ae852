"""A message: its bytes, its segments, and the exact place of everything in it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from adapters.formats.hl7 import problems
from adapters.formats.hl7.charset import Decoded, declared_charset, decode
from adapters.formats.hl7.encoding import Encoding, read_encoding
from adapters.formats.hl7.names_fields import SEGMENTS
from adapters.formats.hl7.paths import Path, path_of
from adapters.formats.hl7.segments import HEADERS, Segment
from canonical.problem import ProblemKind

MOST_SEGMENTS: Final = 50_000
MOST_FIELDS: Final = 2_000
"""In one segment."""
MOST_REPETITIONS: Final = 10_000
"""In one segment."""

_LINE_END = re.compile(rb"\r\n|\r|\n")
_HEADER_END = re.compile(rb"[\r\n]")


@dataclass(frozen=True, slots=True)
class Fault:
    """Something that is wrong in the way a message is written; without a segment it is the message's own."""

    kind: ProblemKind
    segment: int | None = None
    """Index of the segment, from 1."""
    field: int | None = None
    found: str | None = None
    expected: str | None = None


@dataclass(slots=True)
class Hl7Message:
    """One HL7 v2 message."""

    raw: bytes
    """As it came, from MSH on, without the bytes that frame it."""
    offset: int
    """Of ``raw`` in the delivery."""
    encoding: Encoding
    segments: list[Segment]
    faults: list[Fault] = field(default_factory=list)
    _lines: list[tuple[int, int]] | None = None
    _firsts: dict[str, Segment] | None = None
    _type: str | None = None

    @property
    def header(self) -> Segment:
        """MSH."""
        return self.segments[0]

    @property
    def control_id(self) -> str:
        """MSH-10."""
        return self.header.value(10)

    @property
    def type(self) -> str:
        """MSH-9 without the structure, as ``OMS^O05``, whatever the message's own separators."""
        if self._type is None:
            code, event = self.header.value(9, 1).strip(), self.header.value(9, 2).strip()
            self._type = f"{code}^{event}" if event else code
        return self._type

    @property
    def version(self) -> str:
        """MSH-12, as ``2.5.1``; empty where it was not sent."""
        return self.header.value(12).strip()

    def all(self, tag: str) -> Iterator[Segment]:
        """The segments with this id, in order."""
        return (segment for segment in self.segments if segment.tag == tag)

    def first(self, tag: str) -> Segment | None:
        """The first segment with this id."""
        if self._firsts is None:
            self._firsts = {segment.tag: segment for segment in reversed(self.segments)}
        return self._firsts.get(tag)

    def get(self, path: str | Path) -> str:
        """The value at a place, unescaped, as ``get("RQD-5")`` or ``get("PID-3[2].4.1")``; empty where none was sent.

        Without a component it is the field's first. Raises ValueError for what names no place.
        """
        place = path_of(path) if isinstance(path, str) else path
        for number, segment in enumerate(self.all(place.tag), 1):
            if number == place.occurrence:
                return segment.value(place.field, place.component or 1, place.subcomponent or 1, place.repetition)
        return ""

    def place(
        self, segment: Segment, field: int | None = None, repetition: int = 1, component: int | None = None
    ) -> tuple[int, int]:
        """Offset and length in bytes, in the delivery, of a segment or of something in it.

        What was not sent stands where it would begin.
        """
        start, end = self._line(segment.index)
        raw = self.raw[start:end]
        if field is None:
            return self.offset + start, len(raw)
        first, last = 0, len(raw)
        number = field - 1 if segment.tag in HEADERS else field
        steps: list[tuple[str, int]] = [(self.encoding.field, number)]
        if number > (1 if segment.tag in HEADERS else 0):
            steps += [(self.encoding.repetition, repetition - 1)]
            steps += [(self.encoding.component, component - 1)] if component is not None else []
        if segment.tag in HEADERS and number == 0:
            return self.offset + start + min(3, len(raw)), min(1, max(0, len(raw) - 3))
        for mark, count in steps:
            found = self._part(raw[first:last], mark, count)
            if found is None:
                return self.offset + start + last, 0
            first, last = first + found[0], first + found[1]
        return self.offset + start + first, last - first

    def _part(self, raw: bytes, mark: str, count: int) -> tuple[int, int] | None:
        """Start and end of a part in bytes; by characters, since a byte of a separator may be part of a character."""
        codec = self.encoding.codec
        text = raw.decode(codec, "replace")
        parts = text.split(mark)
        if count >= len(parts):
            return None
        before = mark.join(parts[:count]) + (mark if count else "")
        if "\ufffd" not in text:
            start = len(before.encode(codec, "replace"))
            return start, start + len(parts[count].encode(codec, "replace"))
        pieces = raw.split(mark.encode("latin-1", "replace"))
        start = sum(map(len, pieces[:count])) + count
        return start, start + len(pieces[count]) if count < len(pieces) else start

    def _line(self, index: int) -> tuple[int, int]:
        """Start and end of a segment in ``raw``: of its own line, without the lines that were joined to it."""
        if self._lines is None:
            edges = [0, *(position for match in _LINE_END.finditer(self.raw) for position in match.span())]
            edges.append(len(self.raw))
            lines = list(zip(edges[::2], edges[1::2], strict=True))
            codec, mark = self.encoding.codec, self.encoding.field
            kept: list[tuple[int, int]] = []
            for start, end in lines:
                text = self.raw[start:end].decode(codec, "replace")
                if not kept or begins_segment(text, mark):
                    kept.append((start + len(text) - len(text.lstrip()), end))
            self._lines = kept
        return self._lines[index - 1] if index <= len(self._lines) else (0, len(self.raw))


def begins_segment(line: str, mark: str) -> bool:
    """Whether a line is a segment of its own: three letters or digits, then the field separator or nothing."""
    text = line.lstrip()
    tag = text[:3]
    return len(tag) == 3 and tag.isalnum() and tag.isascii() and tag[0].isalpha() and text[3:4] in (mark, "")


def parse_message(raw: bytes, offset: int = 0, charset: str | None = None) -> Hl7Message:
    """A message from its bytes, from MSH on. Grammar is not looked at; what is wrong stands in ``faults``.

    ``charset`` is the codec that was agreed with the partner, which goes before MSH-18. Never raises on the content.
    """
    end = _HEADER_END.search(raw)
    header = raw[: end.start()] if end else raw
    decoded = decode(raw, declared_charset(header), charset)
    text = decoded.text
    if "\n" in text:
        text = text.replace("\r\n", "\r").replace("\n", "\r")
    lines = text.split("\r")
    encoding, usable = read_encoding(lines[0], decoded.codec)
    message = Hl7Message(raw, offset, encoding, [])
    faults = message.faults
    if not usable:
        faults.append(Fault(problems.BAD_DELIMITERS, 1, 2, lines[0][4:10], "four different characters, as ^~\\&"))
    _characters(decoded, message)
    if b"\n" in raw:
        faults.append(Fault(problems.LINE_ENDS, 1))
    if len(lines) > MOST_SEGMENTS + 1:
        faults.append(Fault(problems.TOO_MANY_PARTS, 1, expected=f"at most {MOST_SEGMENTS:,} segments"))
        lines = lines[:MOST_SEGMENTS]
    message.segments = list(_segments(lines, encoding, faults))
    _limits(message, text)
    return message


def _segments(lines: list[str], encoding: Encoding, faults: list[Fault]) -> Iterator[Segment]:
    """The lines as segments, the first in any case; one that is none belongs to the last field before it."""
    mark = encoding.field
    current = Segment(lines[0][:3].upper(), lines[0], 1, encoding)
    index = 1
    for line in lines[1:]:
        tag = line[:3]
        if line[3:4] != mark or (tag not in SEGMENTS and not (tag.isalnum() and tag.isascii() and tag[0].isalpha())):
            line = line.lstrip()  # noqa: PLW2901 - an indented segment is one
            if not line:
                continue
            if not begins_segment(line, mark):
                faults.append(Fault(problems.CONTINUATION_LINE, index))
                current.text += f"\r{line}"
                continue
            tag = line[:3]
        yield current
        index += 1
        current = Segment(tag.upper(), line, index, encoding)
    yield current


def _characters(decoded: Decoded, message: Hl7Message) -> None:
    """Faults of the character set."""
    if decoded.unknown:
        message.faults.append(Fault(problems.CHARSET_UNKNOWN, 1, 18, expected="a set of table 0211, as UNICODE UTF-8"))
    if decoded.lied:
        message.faults.append(Fault(problems.CHARSET_LIED, 1, 18, expected=f"what the bytes are: {decoded.codec}"))
    if decoded.replaced:
        message.faults.append(Fault(problems.CHARACTERS_LOST, 1, 18))


def _limits(message: Hl7Message, text: str) -> None:
    """Looks at single segments only where the message as a whole has so many separators."""
    encoding = message.encoding
    for mark, most, what in (
        (encoding.field, MOST_FIELDS, "fields in a segment"),
        (encoding.repetition, MOST_REPETITIONS, "repetitions in a segment"),
    ):
        if text.count(mark) <= most:
            continue
        for segment in message.segments:
            if segment.text.count(mark) > most:
                message.faults.append(
                    Fault(problems.TOO_MANY_PARTS, segment.index, expected=f"at most {most:,} {what}")
                )
                break
