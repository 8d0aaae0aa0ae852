"""A file as bytes in memory that does not fill the memory: pages that were read are given back."""

import hashlib
import mmap
from pathlib import Path
from typing import Any

_WINDOW = 16 << 20
"""Bytes that are kept mapped in at a time, about."""


class Mapped(mmap.mmap):
    """A mapped file of which a process holds some 30 MB at a time, however large it is.

    A plain mapping counts every page that was ever touched as the process's own, until memory gets short; on a
    machine with limits that looks like a leak and may be ended as one. What is given back is still in the system's
    file cache, so that reading it again costs little.
    """

    _since = 0
    """Where the present window begins."""

    def __getitem__(self, key: Any) -> Any:
        found = super().__getitem__(key)
        if isinstance(key, slice) and key.start is not None and abs(key.start - self._since) > _WINDOW:
            self.madvise(mmap.MADV_DONTNEED)
            self._since = key.start
        return found

    def find(self, sub: Any, start: int = 0, end: int | None = None, /) -> int:
        """As ``bytes.find`` with offsets from 0, a window at a time."""
        limit = len(self) if end is None else min(end, len(self))
        position = start
        while position < limit:
            until = min(position + _WINDOW, limit)
            # The next window begins with the last bytes of this one, where a match may have been cut through.
            found = super().find(sub, position, until)
            if found >= 0 or until == limit:
                return found
            self.madvise(mmap.MADV_DONTNEED)
            position = until - len(sub) + 1
        return -1

    def sha256(self) -> str:
        """The digest of all bytes, hexadecimal."""
        digest = hashlib.sha256()
        for position in range(0, len(self), 1 << 20):
            digest.update(self[position : position + (1 << 20)])
        return digest.hexdigest()


def map_file(path: Path) -> Mapped:
    """Maps a file for reading. Raises OSError, or ValueError for an empty file."""
    with path.open("rb") as stream:
        return Mapped(stream.fileno(), 0, access=mmap.ACCESS_READ)
