"""Cutting a stretch of an interchange into segments, in bounded blocks, with exact places.

The bytes are taken as Latin-1 first, where a character is a byte and places stay exact; text beyond
ASCII is then read as UTF-8, or as Windows-1252 where it is none.
"""

from collections.abc import Iterable, Iterator
from itertools import accumulate

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


def cut_blocks(content: Content, start: int, end: int, delimiters: Delimiters) -> Iterator[Iterable[Cut]]:
    """The segments between two offsets, a block at a time, empty ones left out; the last may lack its terminator.

    Raises SegmentTooLong where a terminator is missing for LONGEST_SEGMENT bytes.
    """
    terminator = delimiters.segment
    mark = terminator.encode("latin-1")
    step = len(mark)
    position = start
    size = BLOCK
    while position < end:
        block = content[position : min(position + size, end)]
        last = position + len(block) >= end
        cut = len(block) if last else block.rfind(mark) + step
        if not last and cut < step:
            if size >= LONGEST_SEGMENT:
                raise SegmentTooLong(position + len(block) - len(block.lstrip(_LEADING.encode("latin-1"))))
            size *= 4
            continue
        size = BLOCK
        block_text = block[:cut].decode("latin-1")
        yield _cut_regular(block_text, position, terminator) or _cut_any(block_text, position, terminator)
        position += cut


def _cut_regular(block: str, offset: int, terminator: str) -> Iterable[Cut] | None:
    """The segments of a block where each stands on a line of its own, or none does; None for any other block.

    Nearly every file is written so, and lists that the interpreter makes in C take a third of the time of ``_cut_any``.
    """
    if not block.isascii():
        return None
    mark = terminator
    if terminator == "\n":
        mark = "\r\n" if "\r" in block else "\n"
    elif "\n" in block:
        mark += "\r\n" if "\r" in block else "\n"
    lead = len(block) - len(block.lstrip(_BLANK))
    body = block[lead:].removesuffix(mark).removesuffix(terminator)
    ends = body.count(mark)
    if body.count(terminator) != ends or any(body.count(end) != (ends if end in mark else 0) for end in "\r\n"):
        return None
    texts = body.split(mark)
    if "" in texts or [text.strip(_BLANK) for text in texts] != texts:
        return None
    lengths = list(map(len, texts))
    if max(lengths) > LONGEST_SEGMENT:
        return None
    step = len(mark)
    offsets = accumulate([length + step for length in lengths], initial=offset + lead)
    return zip(offsets, lengths, texts, strict=False)


def _cut_any(block: str, offset: int, terminator: str) -> Iterator[Cut]:
    """The segments of any block, with blanks, empty lines and wrapped lines around and inside them."""
    breaks_lines = terminator not in ("\r", "\n")
    for part in block.split(terminator):
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
        offset += len(part) + len(terminator)


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
