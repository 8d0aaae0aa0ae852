"""Large content in the database, in pieces named by the digest of the whole: every node sees it.

All pieces of one content are written in one transaction of their own, before the one that names it: what is there is
whole.
"""

import hashlib
import mmap
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
from sqlalchemy import Engine

from adapters.contracts import Content
from gateway.crash import crash_point
from gateway.ledger.engine_postgres import raw_of

PIECE = 1 << 20
_SIZE = "SELECT coalesce(sum(octet_length(content)), 0)::bigint FROM blobs WHERE sha256 = %s"
_ADD = "INSERT INTO blobs (sha256, position, content) VALUES (%s, %s, %b) ON CONFLICT DO NOTHING"
_DROP = "DELETE FROM blobs WHERE sha256 = %s"
_ALL = "SELECT content FROM blobs WHERE sha256 = %s ORDER BY position"


class PostgresBlobs:
    """The large content of one ledger."""

    def __init__(self, engine: Engine, folder: Path) -> None:
        """``folder`` is where content is put down to be mapped; without a name, so that nothing stays behind."""
        self._engine = engine
        self._folder = folder

    def keep(self, content: Content, sha256: str, *, trust: bool = False) -> None:
        """Writes the content, or finds it there; durable when it returns.

        What is there is read and compared, and replaced where it rotted; with ``trust`` its size is enough.
        """
        with self._raw() as raw, raw.transaction():
            if _size(raw, sha256) == len(content) and (trust or _digest(raw, sha256) == sha256):
                return
            raw.execute(_DROP, (sha256,))
            for position, start in enumerate(range(0, len(content), PIECE)):
                added = raw.execute(_ADD, (sha256, position, content[start : start + PIECE])).rowcount
                if not added:
                    # Another one kept the same in this moment: it waited for nobody, we waited for it.
                    return
        crash_point("ledger.after_blob")

    def read(self, sha256: str) -> bytes | None:
        """The bytes as they are, not compared; None where there are none."""
        with self._raw() as raw:
            found = list(_pieces(raw, sha256))
        return b"".join(found) if found else None

    def map(self, sha256: str) -> Content | None:
        """The same, piece by piece into a file without a name, which is mapped: any size costs no memory of its own."""
        with self._raw() as raw, tempfile.TemporaryFile(dir=self._folder if self._folder.is_dir() else None) as file:
            for piece in _pieces(raw, sha256):
                file.write(piece)
            size = file.tell()
            file.flush()
            return mmap.mmap(file.fileno(), size, access=mmap.ACCESS_READ) if size else None

    def close(self) -> None:
        """Closes its connections."""
        self._engine.dispose()

    @contextmanager
    def _raw(self) -> Iterator["psycopg.Connection[Any]"]:
        with self._engine.connect() as connection:
            raw = raw_of(connection)
            try:
                yield raw
            except psycopg.OperationalError:
                connection.invalidate()
                raise


def _size(raw: "psycopg.Connection[Any]", sha256: str) -> int:
    row = raw.execute(_SIZE, (sha256,)).fetchone()
    return int(row[0]) if row else 0


def _digest(raw: "psycopg.Connection[Any]", sha256: str) -> str:
    sum = hashlib.sha256()
    for piece in _pieces(raw, sha256):
        sum.update(piece)
    return sum.hexdigest()


def _pieces(raw: "psycopg.Connection[Any]", sha256: str) -> Iterator[bytes]:
    """One after the other: the driver asks for all, and takes each as it comes."""
    with raw.cursor(binary=True) as cursor:
        for (piece,) in cursor.stream(_ALL, (sha256,)):
            yield piece
