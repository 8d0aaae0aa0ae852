"""Bytes in rows and in files, verified by their digest each time they are read."""

from dataclasses import dataclass
from typing import Protocol

from adapters.contracts import Content
from gateway.ledger.blobs import IN_ROW, digest
from gateway.ledger.contract import LedgerError


class LargeContent(Protocol):
    """Where content goes that is too large for a row, named by its digest."""

    def keep(self, content: Content, sha256: str, *, trust: bool = False) -> None:
        """Writes the content, or finds it there; durable when it returns. With ``trust`` what is there is not read."""

    def read(self, sha256: str) -> bytes | None:
        """The bytes as they are, not compared; None where there are none."""

    def map(self, sha256: str) -> Content | None:
        """The same, mapped: a content of any size costs no memory of its own."""

    def close(self) -> None:
        """Lets go of what it holds open."""


@dataclass(frozen=True, slots=True)
class Payloads:
    """Where the bytes of one ledger go and come from."""

    blobs: LargeContent

    def stored(self, content: Content, sha256: str) -> bytes | None:
        """What belongs into the row: the bytes, or None where they are a file, which is durable by then."""
        if len(content) <= IN_ROW:
            return content if isinstance(content, bytes) else content[:]
        self.blobs.keep(content, sha256, trust=True)
        return None

    def loaded(self, stored: bytes | None, sha256: str) -> bytes:
        """The bytes of a row. LedgerError where they are gone or are not what was written."""
        content = self.blobs.read(sha256) if stored is None else stored
        if content is None:
            raise _missing(sha256)
        _compare(content, sha256)
        return content

    def unless(self, pruned_at: int | None, stored: bytes | None, sha256: str) -> bytes:
        """The same; nothing where it was pruned."""
        return b"" if pruned_at is not None else self.loaded(stored, sha256)

    def mapped(self, stored: bytes | None, sha256: str) -> Content:
        """The same, but a file is mapped: for what may be larger than memory."""
        content = self.blobs.map(sha256) if stored is None else stored
        if content is None:
            raise _missing(sha256)
        _compare(content, sha256)
        return content


def _compare(content: Content, sha256: str) -> None:
    if digest(content) != sha256:
        raise LedgerError(
            f"the content {sha256} has changed on disk: check the disk, and restore the ledger from a backup"
        )


def _missing(sha256: str) -> LedgerError:
    return LedgerError(f"the content {sha256} is missing from the ledger's blobs: restore it from a backup")
