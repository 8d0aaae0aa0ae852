"""Turning byte offsets into lines."""

from adapters.contracts import Content

_STEP = 1 << 20


class Lines:
    """Counts lines up to an offset; asking in rising order costs one pass over the bytes in all."""

    def __init__(self, content: Content) -> None:
        self._content = content
        self._offset = 0
        self._line = 1

    def line(self, offset: int) -> int:
        """The line of a byte offset, from 1; lines end with LF, or with CR where the bytes hold no LF."""
        if offset < self._offset:
            self._offset, self._line = 0, 1
        while self._offset < offset:
            stop = min(offset, self._offset + _STEP)
            self._line += self._content[self._offset : stop].count(b"\n")
            self._offset = stop
        return self._line
