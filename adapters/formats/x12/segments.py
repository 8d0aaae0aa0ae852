"""Cutting a stretch of an interchange into segments, in bounded blocks, with exact places.

The bytes are taken as Latin-1 first, where a character is a byte and places stay exact; text beyond
ASCII is then read as UTF-8, or as Windows-1252 where it is none.
"""

from collections.abc import Iterator

from adapters.contracts import Content
from adapters.formats.x12.tree import Delimiters, Segment

BLOCK = 1 << 18
"""Bytes that are cut at a time."""
LONGEST_SEGMENT = 1 << 20
"""Bytes after which a segment without terminator is given up."""
LONGEST_ENVELOPE = 256
"""Bytes of a trailer that are looked at."""

_BLANK = " \t\r\n\x00\x1a"
"""Blanks around segments, end-of-file marks and padding."""
_LEADING = _BLANK + "\x85"
"""In front also the next-line character of translated EBCDIC; at the end that byte may be of a letter in UTF-8."""

Cut = tuple[int, int, str]
"""Offset of the first byte, length in bytes, text without terminator and surrounding blanks."""


class SegmentTooLong(Exception):  # noqa: N818
    """No terminator within the limit; ``offset`` is where the segment begins."""

    def __init__(self, offset: int) -> None:
        super().__init__(offset)
        self.offset = offset


def cut_segments(content: Content, start: int, end: int, delimiters: Delimiters) -> Iterator[Cut]:
    """The segments between two offsets, empty ones left out; the last may lack its terminator.

    Raises SegmentTooLong where a terminator is missing for LONGEST_SEGMENT bytes.
    """
    terminator = delimiters.segment
    mark = terminator.encode("latin-1")
    step = len(mark)
    breaks_lines = terminator not in ("\r", "\n")
    position = start
    size = BLOCK
    while position < end:
        block = content[position : min(position + size, end)]
        last = position + len(block) >= end
        cut = len(block) if last else block.rfind(mark) + step
        if not last and cut < step:
            if size >= LONGEST_SEGMENT:
                raise SegmentTooLong(position)
            size *= 4
            continue
        size = BLOCK
        offset = position
        for part in block[:cut].decode("latin-1").split(terminator):
            text = part.lstrip(_LEADING).rstrip(_BLANK)
            if text:
                if len(text) > LONGEST_SEGMENT:
                    raise SegmentTooLong(offset)
                length = len(text)
                lead = part.index(text[0]) if len(part) != length else 0
                if breaks_lines and ("\n" in text or "\r" in text):
                    # Wrapped at 80 columns on its way through a mainframe or network.
                    text = text.replace("\r", "").replace("\n", "")
                yield offset + lead, length, text if text.isascii() else _beyond_ascii(text)
            offset += len(part) + step
        position += cut


def _beyond_ascii(text: str) -> str:
    raw = text.encode("latin-1")
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("cp1252", errors="replace")


def find_segment(content: Content, tag: bytes, start: int, end: int, delimiters: Delimiters) -> int:
    """The offset of the next segment with this id between two offsets, or -1.

    Looks for the id and the separator after it, which is rare in data, then makes sure that a
    terminator stands before it; this runs at the speed of a byte search.
    """
    needle = tag + delimiters.element.encode("latin-1")
    mark = delimiters.segment.encode("latin-1")
    position = start
    while (position := content.find(needle, position, end)) >= 0:
        before = position
        while before > start and content[before - 1 : before] in _BLANK_BYTES and content[before - 1 : before] != mark:
            before -= 1
        if before == start or content[before - len(mark) : before] == mark:
            return position
        position += 1
    return -1


def segment_at(content: Content, offset: int, end: int, delimiters: Delimiters) -> Segment:
    """The envelope segment that begins at an offset; one without terminator ends with its line or the bytes."""
    window = content[offset : min(end, offset + LONGEST_ENVELOPE)]
    stops = [window.find(mark) for mark in (delimiters.segment.encode("latin-1"), b"\n", b"\r")]
    text = window[: min((stop for stop in stops if stop >= 0), default=len(window))].decode("latin-1").rstrip(_BLANK)
    return Segment(text.split(delimiters.element), 1, offset, len(text))


_BLANK_BYTES = frozenset(character.encode("latin-1") for character in _LEADING)
