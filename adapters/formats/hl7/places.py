"""Lines of a delivery, where CR, LF or both together may end one."""

from adapters.formats.hl7.reader import Bytes

_BLOCK = 1 << 10


class Lines:
    """Tells on which line a byte stands, from 1. The bytes are looked at once in all."""

    def __init__(self, content: Bytes) -> None:
        self._content = content
        self._before = [0]
        """Line ends before each block that was reached."""

    def line(self, offset: int) -> int:
        """The line of a byte of the delivery."""
        block = offset // _BLOCK
        while len(self._before) <= block:
            start = (len(self._before) - 1) * _BLOCK
            self._before.append(self._before[-1] + self._ends(start, start + _BLOCK))
        return 1 + self._before[block] + self._ends(block * _BLOCK, offset)

    def _ends(self, start: int, end: int) -> int:
        """Line ends whose last byte stands in a stretch; the CR of a CRLF counts with its LF."""
        raw = self._content[start : end + 1]
        inner, following = raw[: end - start], raw[end - start :]
        pairs = inner.count(b"\r\n") + (inner.endswith(b"\r") and following == b"\n")
        return inner.count(b"\r") + inner.count(b"\n") - pairs
