"""The power goes: a folder on a disk of its own that forgets, at any moment, all that was not made durable.

The disk is an ext4 file system in a file. ``cut`` ends it as a power cut does: the journal is not flushed, what was
not synced is gone, and every call on it fails from then on (ext4's shutdown ioctl with the flag NOLOGFLUSH). End the
processes that use it, then ``restore`` mounts it again, and ext4 recovers it as after a real cut.
"""

import contextlib
import fcntl
import os
import shutil
import struct
from collections.abc import Iterator
from pathlib import Path

from tests.rigs.mounting import need, no_root, run, unmount

_SHUTDOWN = 0x8004587D
_NO_LOG_FLUSH = 2


class Disk:
    """One disk, mounted at ``folder``."""

    def __init__(self, place: Path, megabytes: int) -> None:
        """``place`` is this disk's alone."""
        place.mkdir(parents=True, exist_ok=True)
        self.folder = place / "disk"
        self._image = place / "image"
        self.folder.mkdir()
        with self._image.open("wb") as image:
            image.truncate(megabytes << 20)
        run("mkfs.ext4", "-qF", "-E", "lazy_itable_init=0,lazy_journal_init=0", self._image)
        self._mount()
        self.cuts = 0

    def cut(self) -> None:
        """The power goes, now."""
        descriptor = os.open(self.folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            fcntl.ioctl(descriptor, _SHUTDOWN, struct.pack("I", _NO_LOG_FLUSH))
        finally:
            os.close(descriptor)
        self.cuts += 1

    def restore(self) -> None:
        """The power is back. Nobody may use the disk any more when this is called."""
        unmount(self.folder)
        self._mount()

    def close(self) -> None:
        """Lets go of everything."""
        unmount(self.folder)
        self._image.unlink(missing_ok=True)

    def _mount(self) -> None:
        run("mount", "-o", "loop", self._image, self.folder)


def not_possible() -> str | None:
    """Why no power can be cut here; None where it can."""
    if (why := no_root()) is not None:
        return why
    if not Path("/dev/loop-control").exists():
        return "power cuts need a loop device"
    return None if shutil.which("mkfs.ext4") else "power cuts need mkfs.ext4"


@contextlib.contextmanager
def power_cuts(place: Path, megabytes: int = 64) -> Iterator[Disk]:
    """A disk that may lose its power; gone with the block, also where the test failed."""
    need(not_possible())
    disk = Disk(place, megabytes)
    try:
        yield disk
    finally:
        disk.close()
