"""How full a disk is, in three steps with a memory. Pure.

Intake stops while the ledger can still write: what is under way needs room, and so does taking rows away (SQLite writes
its log before it frees anything). It goes on only when there is clearly more room than when it stopped.
"""

from dataclasses import dataclass
from enum import IntEnum
from typing import Final

WARN_AT: Final = 3.0
"""Times the bytes at which intake stops."""
RESUME_AT: Final = 1.25
"""The same, for going on."""
EMERGENCY: Final = 0.125
"""The same, for giving the ballast away."""
BALLAST_SHARE: Final = 0.25
"""Largest share of the bytes at which intake stops that the ballast takes: on a small disk it is small."""


class Level(IntEnum):
    """How full a disk is."""

    PLENTY = 0
    LOW = 1
    """A person should make room."""
    STOPPED = 2
    """Nothing new is taken."""


@dataclass(frozen=True, slots=True)
class Room:
    """What a file system has, in bytes."""

    free: int
    """For this process: what is reserved for root is not counted."""
    total: int


@dataclass(frozen=True, slots=True)
class Thresholds:
    """When to stop, by bytes and by percent: whichever is less of this disk, so that neither a small nor a very large
    disk stops early."""

    free_bytes: int
    free_percent: float
    ballast_bytes: int

    def stop(self, room: Room) -> int:
        """Free bytes under which intake stops."""
        return min(self.free_bytes, int(room.total * self.free_percent / 100))

    def ballast(self, room: Room) -> int:
        """How large the ballast is on this disk."""
        return min(self.ballast_bytes, int(self.stop(room) * BALLAST_SHARE))

    def level(self, room: Room, before: Level) -> Level:
        """The level now. What stopped goes on at ``RESUME_AT``, and a warning ends as much above where it began."""
        stop = self.stop(room)
        if room.free < stop or (before is Level.STOPPED and room.free < stop * RESUME_AT):
            return Level.STOPPED
        end = WARN_AT * RESUME_AT if before is not Level.PLENTY else WARN_AT
        return Level.LOW if room.free < stop * end else Level.PLENTY

    def emergency(self, room: Room) -> bool:
        """Whether so little is left that the ledger needs the ballast's room."""
        return room.free < self.stop(room) * EMERGENCY


def size_words(size: float) -> str:
    """Bytes as people say them."""
    for unit in ("bytes", "KiB", "MiB", "GiB"):
        if size < 1024:
            return f"{size:.0f} {unit}" if unit == "bytes" or size >= 10 else f"{size:.1f} {unit}"
        size /= 1024
    return f"{size:.1f} TiB"
