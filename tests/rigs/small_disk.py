"""A disk that is full when a test wants it: a small file system in memory."""

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path

from tests.rigs.mounting import need, no_root, run, unmount

_BALLAST = "ballast"


class SmallDisk:
    """One disk, mounted at ``folder``."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def fill(self, leave: int = 0) -> None:
        """Takes all the room there is but for so many bytes."""
        ballast = self.folder / _BALLAST
        for piece in (65536, 4096):
            with contextlib.suppress(OSError), ballast.open("ab", buffering=0) as stream:
                while stream.write(bytes(piece)):
                    pass
        if leave:
            os.truncate(ballast, max(0, ballast.stat().st_size - leave))

    def free(self) -> None:
        """Gives the room back."""
        (self.folder / _BALLAST).unlink(missing_ok=True)


@contextlib.contextmanager
def small_disk(folder: Path, megabytes: int = 8) -> Iterator[SmallDisk]:
    """Mounts it; gone with the block."""
    need(no_root())
    folder.mkdir(parents=True, exist_ok=True)
    run("mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "tmpfs", folder)
    try:
        yield SmallDisk(folder)
    finally:
        unmount(folder)
