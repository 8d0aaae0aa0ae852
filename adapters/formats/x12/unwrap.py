"""Joining lines that a mainframe or a network broke after so many columns, wherever that was.

A wrapped file cannot be told from its terminator: the line breaks stand inside segments, inside ids
and inside ISA itself. It is read without them; places are told in the bytes as they came. Each interchange
of a delivery is judged by itself, for the line breaks of one may be the terminators of the next.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator

from adapters.contracts import Content
from adapters.formats.x12.delimiters import InterchangeHeader, find_header, read_header

LOOK = 4096
"""Bytes behind an ISA that decide."""

_BREAKS = re.compile(rb"[\r\n]+")


class Unwrapped:
    """The bytes without the line breaks of some stretches, and the way back to their places."""

    def __init__(self, content: Content, stretches: list[tuple[int, int]]) -> None:
        self._joints: list[int] = []
        """Offsets in ``content`` at which line breaks were taken out."""
        self._removed: list[int] = []
        """For each joint, how many bytes were taken out up to it."""
        pieces: list[bytes] = []
        removed = position = 0
        for start, end in stretches:
            pieces.append(content[position:start])
            raw = content[start:end]
            for match in _BREAKS.finditer(raw):
                self._joints.append(start + match.start() - removed)
                removed += match.end() - match.start()
                self._removed.append(removed)
            pieces.append(raw.translate(None, b"\r\n"))
            position = end
        pieces.append(content[position : len(content)])
        self.content = b"".join(pieces)

    def original(self, offset: int) -> int:
        """The place in the bytes as they came."""
        joint = bisect_right(self._joints, offset)
        return offset + (self._removed[joint - 1] if joint else 0)


def unwrap(content: Content) -> Unwrapped | None:
    """The content without the line breaks of its wrapped interchanges, or None where none is wrapped."""
    stretches = [stretch for stretch in _interchanges(content) if _is_wrapped(content, *stretch)]
    return Unwrapped(content, stretches) if stretches else None


def _interchanges(content: Content) -> Iterator[tuple[int, int]]:
    """From each well-formed header to the next; what stands before the first belongs to none."""
    start = -1
    position = 0
    while (found := find_header(content, position)) >= 0:
        position = found + 3
        # A first header that is none as it stands may be one without the line breaks in it.
        if start < 0 or isinstance(read_header(content, found), InterchangeHeader):
            if start >= 0:
                yield start, found
            start = found
    if start >= 0:
        yield start, len(content)


def _is_wrapped(content: Content, start: int, end: int) -> bool:
    """Whether line breaks stand inside the segments of an interchange."""
    window = content[start : min(end, start + LOOK)]
    header = read_header(window.translate(None, b"\r\n"), 0)
    if not isinstance(header, InterchangeHeader) or header.delimiters.segment in ("\r", "\n"):
        return False
    mark = header.delimiters.segment.encode("latin-1")
    lines = _BREAKS.split(window.rstrip(b"\r\n"))
    texts = (line.rstrip(b" \t") for line in lines[:-1])
    return any(text and not text.endswith(mark) for text in texts)
