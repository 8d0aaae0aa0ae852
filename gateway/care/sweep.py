"""Removes files of large content that no row names any more: mark and sweep, with a time of grace.

A file is removed only when it is older than the grace, a look at all rows that came later found none that names it,
and nobody has asked for it since: who keeps content that is there already makes its file young again
(``Blobs.keep``). The row goes first, by a commit; the file goes later, by this.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from gateway.ledger.blobs import Blobs
from gateway.ledger.care_records import BlobsOf
from gateway.ledger.contract import Ledger

GRACE: Final = 3600.0
"""Seconds for which a file stays that no row names: the row that names it may be on its way."""


@dataclass(frozen=True, slots=True)
class Swept:
    """What a sweep came to."""

    files: int
    bytes: int


def sweep(
    ledger: Ledger, blobs: Blobs, *, now: Callable[[], float] = time.time, grace: float = GRACE, dry: bool = False,
    going: Callable[[], bool] = lambda: True,
) -> Swept:  # fmt: skip
    """Removes what may go; with ``dry`` only counts it. Raises LedgerError, OSError."""
    edge = now() - grace
    old = {path.name: path for path in blobs.files() if path.stat().st_mtime < edge}
    # Only now: a row that was written before this look is found by it.
    named = names_in(ledger)
    files = size = 0
    for name, path in old.items():
        if not going():
            break
        if name in named:
            continue
        length = _size(path)
        if dry or blobs.drop(path, edge):
            files, size = files + 1, size + length
    return Swept(files, size)


def names_in(ledger: Ledger) -> set[str]:
    """Digests of all content that lies in files, as the rows tell."""
    found: set[str] = set()
    for of in BlobsOf:
        after: int | None = 0
        while after is not None:
            place = after
            names, after = ledger.read(lambda reads: reads.care.blob_names(of, place))  # noqa: B023 - asked at once
            found |= names
    return found


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return 0
