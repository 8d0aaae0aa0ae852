"""Journals: append-only files of JSON lines in which each actor writes what it did and saw, synced to disk."""

import json
import os
import threading
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

Entry = dict[str, Any]
"""One line: ``what`` happened, ``at`` which time (seconds since 1970), and what belongs to it."""


class Journal:
    """One actor's journal; several of its threads may write."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o640)
        self._lock = threading.Lock()

    def write(self, what: str, **more: object) -> None:
        """Writes one entry; it is on disk when this returns."""
        self.write_all([{"what": what, **more}])

    def write_all(self, entries: Sequence[Entry]) -> None:
        """Writes some entries with one sync."""
        now = round(time.time(), 4)
        lines = "".join(json.dumps({"at": now, **entry}, separators=(",", ":")) + "\n" for entry in entries)
        data = memoryview(lines.encode())
        with self._lock:
            while data:
                data = data[os.write(self._file, data) :]
        os.fdatasync(self._file)

    def close(self) -> None:
        """Writes no more."""
        os.close(self._file)


def read_journal(path: Path) -> Iterator[Entry]:
    """The entries, oldest first. A last line without its end was not synced, and does not count."""
    with path.open(encoding="utf-8") as file:
        for line in file:
            if line.endswith("\n"):
                yield json.loads(line)
