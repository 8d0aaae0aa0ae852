"""Bytes in rows and in files, verified by their digest each time they are read, and sealed where there are keys."""

from dataclasses import dataclass, field
from typing import Protocol

from adapters.contracts import Content
from gateway.ledger.blobs import IN_ROW, digest
from gateway.ledger.contract import LedgerError
from gateway.ledger.sealing import NoKeys, Sealer, head_of, missing_key


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
    sealer: Sealer = field(default_factory=NoKeys)

    def stored(self, content: Content, sha256: str) -> bytes | None:
        """What belongs into the row: the bytes, or None where they are a file, which is durable by then."""
        if len(content) <= IN_ROW:
            return self.sealer.seal(content, sha256)
        self.blobs.keep(content, sha256, trust=True)
        return None

    def loaded(self, stored: bytes | None, sha256: str) -> bytes:
        """The bytes of a row. LedgerError where they are gone or are not what was written."""
        content = self.blobs.read(sha256) if stored is None else self._opened(stored, sha256)
        if content is None:
            raise _missing(sha256)
        _compare(content, sha256)
        return content

    def unless(self, pruned_at: int | None, stored: bytes | None, sha256: str) -> bytes:
        """The same; nothing where it was pruned."""
        return b"" if pruned_at is not None else self.loaded(stored, sha256)

    def mapped(self, stored: bytes | None, sha256: str) -> Content:
        """The same, but a file is mapped: for what may be larger than memory."""
        content = self.blobs.map(sha256) if stored is None else self._opened(stored, sha256)
        if content is None:
            raise _missing(sha256)
        _compare(content, sha256)
        return content

    def sealed_text(self, content: bytes, context: str) -> bytes:
        """Bytes that no digest stands beside, as JSON or an answer; ``context`` is what the ledger knows them by."""
        return self.sealer.seal(content, context)

    def opened_text(self, stored: bytes, context: str) -> bytes:
        """The same, opened. LedgerError where they are not what was written."""
        if head_of(stored) is None:
            return stored
        content = self.sealer.open(stored, context)
        if content is None:
            raise LedgerError(f"content of {context} {_CHANGED}")
        return content

    def _opened(self, stored: bytes, sha256: str) -> bytes:
        """Opened, where it is sealed. A partner may send what looks sealed: then it is what its digest says."""
        head = head_of(stored)
        if head is None:
            return stored
        content = self.sealer.open(stored, sha256) if head.key in self.sealer.ids else None
        if content is not None:
            return content
        if digest(stored) == sha256:
            return stored
        known = head.key in self.sealer.ids
        raise LedgerError(f"the content {sha256} {_CHANGED}" if known else missing_key(head.key))


_CHANGED = (
    "has changed on disk, or was encrypted with another key of that name: check the disk and the keys, and restore the "
    "ledger from a backup"
)


def _compare(content: Content, sha256: str) -> None:
    if digest(content) != sha256:
        raise LedgerError(
            f"the content {sha256} has changed on disk: check the disk, and restore the ledger from a backup"
        )


def _missing(sha256: str) -> LedgerError:
    return LedgerError(f"the content {sha256} is missing from the ledger's blobs: restore it from a backup")
