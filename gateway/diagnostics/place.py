"""Finds where in a delivery a problem stands: line, column, and the segment around it.

Works on the raw bytes with whatever segment terminator the interchange declares, in time that does not grow with
the number of lines: a file of one line and ten megabytes is as good as any other.
"""

from dataclasses import dataclass

from adapters.contracts import Content
from adapters.formats.hl7.places import Lines
from adapters.formats.x12.delimiters import InterchangeHeader, find_header, read_header
from adapters.hl7_settings import BUSINESS_SEGMENTS, PATIENT_SEGMENTS
from adapters.translate import is_hl7

LIMIT = 65_536
"""Bytes looked at on each side of a place for the end of its segment."""

_BLANK = b" \t\r\n\x00\x1a"
_HL7_BLANK = _BLANK + b"\x0b\x1c"
_HEADERS = (b"MSH", b"FHS", b"BHS")
_HIDDEN = "…".encode()
_FREE = frozenset({"NTE", "OBX", "OBR", "TXA", "EVN"})
"""Segments that hold findings and free text."""
_SHOWN = (
    BUSINESS_SEGMENTS | {"MSH", "FHS", "BHS", "BTS", "FTS", "ITM", "IIM", "VND", "PKG", "PCE", "IVT", "ITV", "ILT"}
) - _FREE


@dataclass(frozen=True, slots=True)
class Position:
    """A line and a column, both from 1; the column counts characters."""

    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Excerpt:
    """The segment in which a problem stands, with its neighbours; terminators included where one can see them."""

    segment: bytes
    start: int
    """Where the problem starts in ``segment``; may be its length, when something is missing at the end."""
    length: int
    """Bytes that are wrong; 0 when something is missing."""
    before: bytes | None
    after: bytes | None
    separator: bytes
    """The element separator; empty where no interchange header tells it."""


def position(content: Content, offset: int) -> Position:
    """The line and column of a byte; a byte order mark counts for nothing."""
    start = content.rfind(b"\n", 0, offset) + 1
    if is_hl7(content):
        # A segment ends with CR there, whether or not a line feed follows.
        start = max(start, content.rfind(b"\r", 0, offset) + 1)
        return Position(Lines(content).line(start), len(_text(content[start:offset]).lstrip("\ufeff\x0b")) + 1)
    return Position(content[:start].count(b"\n") + 1, len(_text(content[start:offset]).lstrip("\ufeff")) + 1)


class Columns:
    """The columns of places in one delivery, asked in rising order at the price of the bytes between them."""

    def __init__(self, content: Content) -> None:
        self._content = content
        self._last = 0
        self._column = 1

    def of(self, offset: int, length: int = 0) -> tuple[int, int | None]:
        """The column of a byte and that behind the last of ``length``, from 1; None where a line ends between."""
        if offset < self._last:
            self._last, self._column = self._content.rfind(b"\n", 0, offset) + 1, 1
        start = self._content.rfind(b"\n", self._last, offset) + 1
        if start > self._last:
            self._last, self._column = start, 1
        self._column += len(_text(self._content[self._last : offset]).lstrip("\ufeff"))
        self._last = offset
        covered = self._content[offset : offset + length]
        return self._column, None if b"\n" in covered else self._column + len(_text(covered))


def excerpt(content: Content, offset: int, length: int = 0) -> Excerpt | None:
    """The segment around a byte; nothing when the byte is outside the content."""
    if not content or not 0 <= offset <= len(content):
        return None
    hl7 = is_hl7(content)
    separator, terminator = _hl7_separators(content, offset) if hl7 else _separators(content, offset)
    edge, end = _edges(content, min(offset, len(content) - 1), terminator)
    blank = _HL7_BLANK if hl7 else _BLANK
    start = _skip_blanks(content, edge, offset, blank)
    before = after = None
    if separator and edge >= len(terminator):
        before = _whole(content, *_edges(content, edge - len(terminator), terminator))
    if separator and (rest := _skip_blanks(content, end, end + LIMIT, blank)) < len(content):
        after = _whole(content, *_edges(content, rest, terminator))
    segment = content[start:end].rstrip(b"\r\n" + blank[len(_BLANK) :])
    relative = min(offset - start, len(segment))
    if hl7:
        before, after = (_masked(each, separator, _SHOWN) if each else each for each in (before, after))
        if (shown := _masked(segment, separator)) != segment:
            return Excerpt(shown, 0, min(3, len(shown)), before, after, separator)
    return Excerpt(segment, relative, min(length, len(segment) - relative), before, after, separator)


def _text(raw: bytes) -> str:
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return raw.decode("latin-1")


def _separators(content: Content, offset: int) -> tuple[bytes, bytes]:
    """The element separator and segment terminator of the last whole interchange header up to a byte.

    Without such a header, lines are segments.
    """
    end = offset + 3
    while (start := content.rfind(b"ISA", 0, end)) >= 0:
        floor = max(0, start - 1)
        if find_header(content[floor : start + 4], start - floor) >= 0:
            header = read_header(content, start)
            if isinstance(header, InterchangeHeader):
                return header.delimiters.element.encode("latin-1"), header.delimiters.segment.encode("latin-1")
        end = start + 2
    return b"", b"\n"


def _hl7_separators(content: Content, offset: int) -> tuple[bytes, bytes]:
    """The field separator of the header before a byte, and what ends segments there."""
    start = max(content.rfind(tag, 0, offset + 3) for tag in _HEADERS)
    if start < 0:
        return b"|", b"\r" if b"\r" in content[:LIMIT] else b"\n"
    return content[start + 3 : start + 4], b"\r" if b"\r" in content[start : start + LIMIT] else b"\n"


def _masked(segment: bytes, separator: bytes, shown: frozenset[str] | None = None) -> bytes:
    """A segment as it may be shown: of one about the patient, and of what is no segment at all, nothing but its id.

    ``shown`` are the segments that may be, for neighbours: what a note says, or a sender's own segment, nobody knows.
    """
    tag = segment[:3].decode("latin-1").upper()
    if segment[3:4] not in (separator, b"") or not tag.isalnum():
        return _HIDDEN
    if tag in PATIENT_SEGMENTS or tag in _FREE or (shown is not None and tag not in shown):
        return segment[:3] + separator + _HIDDEN
    return segment


def _edges(content: Content, offset: int, terminator: bytes) -> tuple[int, int]:
    """Where the segment around a byte starts and ends, its own terminator included."""
    floor = max(0, offset - LIMIT)
    found = content.rfind(terminator, floor, offset)
    ceiling = min(len(content), offset + LIMIT)
    end = content.find(terminator, offset, ceiling)
    return (
        floor if found < 0 else found + len(terminator),
        ceiling if end < 0 else end + len(terminator),
    )


def _skip_blanks(content: Content, start: int, end: int, blank: bytes) -> int:
    """The first byte from ``start`` that is no blank, at most ``end``."""
    while start < min(end, len(content)) and content[start] in blank:
        start += 1
    return start


def _whole(content: Content, start: int, end: int) -> bytes | None:
    """A neighbour, unless it is blank or too long to have been found whole."""
    segment = content[start:end].strip(_BLANK)
    return segment if segment and len(segment) < LIMIT else None
