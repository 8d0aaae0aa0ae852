"""Looks at the disks every few seconds: tells a person, stops intake before the ledger's disk is full, and lets it go
on by itself."""

import asyncio
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import structlog

from canonical.problem import ProblemKind
from gateway.disk import problems as kinds
from gateway.disk.ballast import NAME, Ballast
from gateway.disk.descriptors import nearly_out
from gateway.disk.levels import RESUME_AT, Level, Room, Thresholds, size_words
from gateway.ids import Clock, NewId
from gateway.ledger.contract import Ledger, LedgerError, LedgerFull, Transaction
from gateway.ledger.records import ExceptionRow

LOOK: Final = 2.0
"""Seconds between two looks."""
DATA: Final = "data"
"""The name of the data folder's disk among the others."""
STOPPED: Final = "the disk is nearly full, so nothing new is taken now; try again later"
_MOST_OPEN: Final = 1000

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Disk:
    """One file system, as it was at the last look."""

    name: str
    """``data``, or the channel whose folder lies on it."""
    room: Room
    level: Level
    stop: int
    """Free bytes under which intake stops; on other disks than the data folder's that is only told."""


def room_of(folder: Path) -> Room:
    """What the file system of a folder has. OSError where the folder cannot be reached."""
    found = os.statvfs(folder)
    return Room(found.f_bavail * found.f_frsize, found.f_blocks * found.f_frsize)


class DiskWatch:
    """Keeps the levels of all disks, and the door of intake."""

    def __init__(
        self, folders: Mapping[str, Path], thresholds: Thresholds, *, ledger: Ledger, clock: Clock, new_id: NewId,
        look: Callable[[Path], Room] = room_of, files: Callable[[], bool] = nearly_out, pause: float = LOOK,
    ) -> None:  # fmt: skip
        """``folders`` has the data folder under ``data``; ``files`` tells whether open files run out."""
        self._folders = dict(folders)
        self._thresholds = thresholds
        self._ledger = ledger
        self._clock = clock
        self._new_id = new_id
        self._room = look
        self._files = files
        self._pause = pause
        self._ballast = Ballast(self._folders[DATA] / NAME)
        self._disks: dict[str, Disk] = {}
        self._told: dict[str, str] | None = None

    def disks(self) -> tuple[Disk, ...]:
        """All of them, as they were at the last look."""
        return tuple(self._disks.values())

    def open(self) -> bool:
        """Whether anything new is taken."""
        data = self._disks.get(DATA)
        return data is None or data.level is not Level.STOPPED

    def admit(self) -> None:
        """Raises LedgerFull while nothing new is taken."""
        if not self.open():
            raise LedgerFull(STOPPED)

    async def run(self) -> None:
        """Ends by cancellation alone."""
        while True:
            await asyncio.to_thread(self.look)
            await asyncio.sleep(self._pause)

    def look(self) -> None:
        """One look at everything; blocks."""
        seen: set[int] = set()
        for name, folder in self._folders.items():
            try:
                device, room = folder.stat().st_dev, self._room(folder)
            except OSError:
                # A folder that is away is its channel's to tell; what was known of its disk is not known any more.
                if name != DATA:
                    self._disks.pop(name, None)
                continue
            if device in seen:
                continue
            seen.add(device)
            self._judge(name, room)
        self._tell()

    def _judge(self, name: str, room: Room) -> None:
        known = self._disks.get(name)
        before = known.level if known is not None else Level.PLENTY
        level = self._thresholds.level(room, before)
        stop = self._thresholds.stop(room)
        if name != DATA:
            level = min(level, Level.LOW)
        else:
            self._weigh(room, stop)
        self._disks[name] = Disk(name, room, level, stop)
        if level is not before:
            tell = log.info if level < before else log.warning
            tell("disk space", disk=name, level=level.name.lower(), free=room.free, stop=stop)

    def _weigh(self, room: Room, stop: int) -> None:
        """Gives the ballast away when it is needed, and takes it again when there is room for it."""
        if self._thresholds.emergency(room):
            if given := self._ballast.give():
                log.warning("the ballast was given away, so that the ledger can write", bytes=given)
            return
        wanted = self._thresholds.ballast(room)
        if self._ballast.there() != wanted and room.free > stop * RESUME_AT + 2 * wanted:
            self._ballast.take(wanted)

    def _tell(self) -> None:
        """Opens and resolves exceptions, where anything changed since that last succeeded."""
        wanted = {f"{kind.code} {name}": message for name, kind, message in self._wanted()}
        if wanted == self._told:
            return
        try:
            self._ledger.write(lambda tx: self._write(tx, wanted)).result()
            self._told = wanted
        except LedgerError as error:
            log.warning("the state of the disks is not in the ledger", reason=str(error))

    def _wanted(self) -> list[tuple[str, ProblemKind, str]]:
        found: list[tuple[str, ProblemKind, str]] = []
        for disk in self._disks.values():
            few = f"under {size_words(disk.stop)} of {size_words(disk.room.total)} are free"
            if disk.level is Level.STOPPED:
                found.append((disk.name, kinds.INTAKE_STOPPED, f"disk of {disk.name}: {few}"))
            elif disk.level is Level.LOW:
                low = f"disk of {disk.name}: it fills; intake stops under {size_words(disk.stop)}"
                found.append((disk.name, kinds.DISK_LOW, low))
        if self._files():
            found.append(("files", kinds.FILES_RUN_OUT, "nearly as many files are open as are allowed"))
        return found

    def _write(self, tx: Transaction, wanted: Mapping[str, str]) -> None:
        codes = {kinds.INTAKE_STOPPED.code, kinds.DISK_LOW.code, kinds.FILES_RUN_OUT.code}
        ours = [each for each in tx.exceptions(open_only=True, limit=_MOST_OPEN) if each.code in codes]
        now = self._clock()
        over = [each.id for each in ours if each.message not in wanted.values()]
        if over:
            tx.resolve_exceptions(over, now, "by itself: it is over")
        known = {each.message for each in ours}
        for key, message in wanted.items():
            if message not in known:
                tx.open_exception(
                    ExceptionRow(
                        id=self._new_id(), kind="technical", code=key.partition(" ")[0], partner=None, delivery=None,
                        document=None, message=message, opened_at=now,
                    )
                )  # fmt: skip
