"""What the doctor tells of the disks: room, ballast, and how far from stopping intake they are."""

from collections.abc import Iterable, Mapping
from pathlib import Path

from gateway.disk.ballast import NAME, Ballast
from gateway.disk.levels import Level, Room, Thresholds, size_words
from gateway.disk.watch import DATA, room_of
from gateway.doctor_findings import Finding, Verdict

_HELP = "Make room: a full disk stops intake, though nothing that was accepted is lost."
_PRUNE = "Make room, or let [retention] prune what is old: wharf ledger prune --dry-run tells what that gives."


def disks(folders: Mapping[str, Path], thresholds: Thresholds) -> Iterable[Finding]:
    """One finding for each file system; the data folder's is ``data``. Folders that are not there yet are looked at
    by the nearest one above that is."""
    seen: set[int] = set()
    for name, folder in folders.items():
        subject = "disk space" if name == DATA else f"disk of {name}"
        try:
            device = folder.stat().st_dev
            if device not in seen:
                seen.add(device)
                yield _finding(subject, name == DATA, folder, room_of(folder), thresholds)
        except OSError as error:
            yield Finding(Verdict.BAD, subject, f"{folder}: {(error.strerror or 'not readable').lower()}")


def _finding(subject: str, data: bool, folder: Path, room: Room, thresholds: Thresholds) -> Finding:
    stop = thresholds.stop(room)
    detail = f"{size_words(room.free)} of {size_words(room.total)} free"
    level = thresholds.level(room, Level.PLENTY)
    if not data:
        # A full disk of a drop folder keeps nobody from sending, but what goes out waits.
        if level is Level.PLENTY:
            return Finding(Verdict.GOOD, subject, detail)
        return Finding(Verdict.NOTE, subject, detail, "Make room: what is written there waits while it is full.")
    detail += f"; intake stops under {size_words(stop)}"
    if held := Ballast(folder / NAME).there():
        detail += f"; ballast of {size_words(held)}"
    if level is Level.STOPPED:
        return Finding(Verdict.BAD, subject, detail, _HELP)
    return (
        Finding(Verdict.NOTE, subject, detail, _PRUNE) if level is Level.LOW else Finding(Verdict.GOOD, subject, detail)
    )
