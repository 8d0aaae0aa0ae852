"""A file that holds room on the ledger's disk, to be given away when there is none left.

On a disk that is wholly full SQLite cannot even delete: it writes before it frees. This file can always be deleted.
"""

import contextlib
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Final

NAME: Final = "ballast"
"""The file's name in the data folder."""
_BLOCK: Final = 1 << 20


@dataclass(frozen=True, slots=True)
class Ballast:
    """The ballast of one data folder."""

    path: Path

    def there(self) -> int:
        """Its bytes; 0 where there is none."""
        try:
            return self.path.stat().st_size
        except OSError:
            return 0

    def take(self, size: int) -> bool:
        """Takes the room, whole or not at all; whether it is there now. The bytes are chance, so that no file system
        that packs or shares blocks can promise the room twice."""
        if size <= 0 or self.there() == size:
            return self.there() == size
        descriptor = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
        try:
            for start in range(0, size, _BLOCK):
                block = os.urandom(min(_BLOCK, size - start))
                if os.write(descriptor, block) != len(block):
                    break
            os.fsync(descriptor)
        except OSError:
            self.give()
        finally:
            os.close(descriptor)
        if self.there() != size:
            self.give()
        return self.there() == size

    def give(self) -> int:
        """Deletes it; how many bytes that gave."""
        size = self.there()
        with contextlib.suppress(FileNotFoundError):
            self.path.unlink()
        return size
