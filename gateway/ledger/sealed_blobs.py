"""Large content sealed on its way into a store, and opened on its way out; the store itself knows nothing of it."""

import mmap
import tempfile
from pathlib import Path

from adapters.contracts import Content
from gateway.ledger.blobs import digest
from gateway.ledger.contract import LedgerError
from gateway.ledger.payloads import LargeContent, Payloads
from gateway.ledger.sealing import Sealer, head_of

_HEAD = 64
_IN_MEMORY = 16 << 20
"""Bytes up to which sealed content is made in memory; larger content is made in a file without a name."""


class SealedBlobs:
    """The same store, with everything in it sealed. What lies there from before is given as it is."""

    def __init__(self, inner: LargeContent, sealer: Sealer, folder: Path) -> None:
        """``folder`` is on a disk with room for what is being sealed."""
        self._inner = inner
        self._sealer = sealer
        self._folder = folder

    def keep(self, content: Content, sha256: str, *, trust: bool = False) -> None:
        """Sealed with the current key; what lies there already and opens stays as it is."""
        size = self._sealer.sealed_size(len(content))
        if size is None:
            self._inner.keep(content, sha256, trust=trust)
        elif not self._holds(sha256, size, trust):
            self._seal(content, sha256, size)

    def read(self, sha256: str) -> bytes | None:
        """Opened, not compared."""
        found = self.map(sha256)
        return None if found is None else found[:]

    def map(self, sha256: str) -> Content | None:
        """Opened into memory; what is not sealed is mapped as it lies there."""
        stored = self._inner.map(sha256)
        if stored is None:
            return None
        head = head_of(stored[:_HEAD])
        if head is None or (head.key not in self._sealer.ids and digest(stored) == sha256):
            # From before there were keys; or a partner sent what looks sealed.
            return stored
        opened = self._sealer.open_pieces(stored, sha256)
        return stored if opened is None else opened

    def close(self) -> None:
        """Lets go of what the store holds open."""
        self._inner.close()

    def reseal(self, sha256: str) -> bool:
        """Seals what lies there with the current key; False where it is so already, or nothing is there. LedgerError
        where it is not what was written."""
        stored = self._inner.map(sha256)
        head = head_of(stored[:_HEAD]) if stored is not None else None
        if stored is None or (head.key if head else None) == self._sealer.current:
            return False
        content = self.map(sha256)
        if content is None or digest(content) != sha256:
            raise LedgerError(f"the content {sha256} has changed on disk: restore the ledger from a backup")
        size = self._sealer.sealed_size(len(content))
        if size is None:
            self._inner.keep(content, sha256)
        else:
            self._seal(content, sha256, size)
        return True

    def _holds(self, sha256: str, size: int, trust: bool) -> bool:
        stored = self._inner.map(sha256)
        if stored is None or len(stored) != size:
            return False
        opened = self._sealer.open_pieces(stored, sha256) if not trust else stored
        if opened is None or (not trust and digest(opened) != sha256):
            return False
        # Durable once more: it may be there by a rename that never was.
        self._inner.keep(stored, sha256, trust=True)
        return True

    def _seal(self, content: Content, sha256: str, size: int) -> None:
        if size <= _IN_MEMORY:
            self._inner.keep(b"".join(self._sealer.seal_pieces(content, sha256)), sha256)
            return
        with tempfile.TemporaryFile(dir=self._folder) as file:
            for piece in self._sealer.seal_pieces(content, sha256):
                file.write(piece)
            file.flush()
            with mmap.mmap(file.fileno(), size, access=mmap.ACCESS_READ) as sealed:
                self._inner.keep(sealed, sha256)


def sealed_payloads(blobs: LargeContent, sealer: Sealer | None, folder: Path) -> Payloads:
    """The content of a ledger; as it is where there are no keys. ``folder`` is where large content is sealed."""
    return Payloads(blobs) if sealer is None else Payloads(SealedBlobs(blobs, sealer, folder), sealer)
