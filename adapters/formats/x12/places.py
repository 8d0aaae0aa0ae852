"""Places in a delivery: from byte offsets to lines, from segments to elements."""

from adapters.contracts import Content
from adapters.formats.x12.tree import Segment
from adapters.formats.x12.unwrap import Unwrapped

_BLOCK = 1 << 12
"""Bytes whose line ends are counted together; as many are looked at again for each place."""


class Places:
    """Tells where something stands in the bytes as they came, which may be wrapped."""

    def __init__(self, content: Content, unwrapped: Unwrapped | None = None) -> None:
        self._content = content
        self._unwrapped = unwrapped
        self._before = [0]
        """Line ends before each block that was reached."""
        self._latest = 0, 0
        """The byte that was asked for last, and the line ends before it: the next one is mostly near."""

    def offset(self, offset: int) -> int:
        """The byte in the delivery."""
        return self._unwrapped.original(offset) if self._unwrapped else offset

    def span(self, offset: int, length: int) -> tuple[int, int]:
        """Offset and length in the delivery; what is missing at its end has no length."""
        start = self.offset(offset)
        size = self.offset(offset + length) - start if self._unwrapped else length
        return start, min(size, len(self._content) - start)

    def line(self, offset: int) -> int:
        """The line of a byte of the delivery, from 1; lines end with LF. The bytes are looked at once in all."""
        block = offset // _BLOCK
        while len(self._before) <= block:
            start = (len(self._before) - 1) * _BLOCK
            self._before.append(self._before[-1] + self._content[start : start + _BLOCK].count(b"\n"))
        start, before = self._latest
        if not block * _BLOCK <= start <= offset:
            start, before = block * _BLOCK, self._before[block]
        before += self._content[start:offset].count(b"\n")
        self._latest = offset, before
        return 1 + before


def element_place(segment: Segment, element: int | None, separator: str) -> tuple[int, int]:
    """Offset and length in bytes of an element (or, without one, of its segment) in the delivery.

    An element that was not sent stands where the segment ends. Values beyond ASCII are counted as
    UTF-8; in a segment that was wrapped or sent in another charset the place is that of the segment.
    """
    if element is None:
        return segment.offset, segment.length
    sizes = [len(text.encode("utf-8", errors="replace")) for text in segment.elements]
    if sum(sizes) + len(sizes) - 1 != segment.length:
        return segment.offset, segment.length
    if element >= len(sizes):
        return segment.offset + segment.length, 1
    return segment.offset + sum(sizes[:element]) + element * len(separator), max(sizes[element], 1)
