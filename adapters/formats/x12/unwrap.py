"""Joining lines that a mainframe or a network broke after so many columns, wherever that was.

A wrapped file cannot be told from its terminator: the line breaks stand inside segments, inside ids
and inside ISA itself. It is read without them; places are told in the bytes as they came.
"""

import re
from bisect import bisect_right

from adapters.contracts import Content
from adapters.formats.x12.delimiters import InterchangeHeader, find_header, read_header

LOOK = 4096
"""Bytes behind the first ISA that decide."""

_BREAKS = re.compile(rb"[\r\n]+")


class Unwrapped:
    """The bytes without line breaks, and the way back to their places."""

    def __init__(self, content: Content) -> None:
        raw = bytes(content)
        self.content = raw.translate(None, b"\r\n")
        self._joints: list[int] = []
        """Offsets in ``content`` at which line breaks were taken out."""
        self._removed: list[int] = []
        """For each joint, how many bytes were taken out up to it."""
        removed = 0
        for match in _BREAKS.finditer(raw):
            self._joints.append(match.start() - removed)
            removed += match.end() - match.start()
            self._removed.append(removed)

    def original(self, offset: int) -> int:
        """The place in the bytes as they came."""
        joint = bisect_right(self._joints, offset)
        return offset + (self._removed[joint - 1] if joint else 0)


def unwrap(content: Content) -> Unwrapped | None:
    """The content without its line breaks where it is wrapped, else None."""
    start = find_header(content, 0)
    if start < 0:
        return None
    window = bytes(content[start : start + LOOK])
    header = read_header(window.translate(None, b"\r\n"), 0)
    if not isinstance(header, InterchangeHeader) or header.delimiters.segment in ("\r", "\n"):
        return None
    mark = header.delimiters.segment.encode("latin-1")
    breaks = [match for match in _BREAKS.finditer(window) if match.end() < len(window)]
    inside = [match for match in breaks if not window[: match.start()].rstrip(b" \t\r\n").endswith(mark)]
    return Unwrapped(content) if inside else None
