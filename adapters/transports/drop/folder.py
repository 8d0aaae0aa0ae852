"""Looks into a drop folder and reads files from it, trusting nothing that lies there.

All functions block. Names from the folder are opened relative to its descriptor, never joined into a path;
links are not followed; only regular files are read.
"""

import hashlib
import mmap
import os
import stat
import tempfile
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from urllib.parse import quote_from_bytes

from adapters.contracts import Content
from adapters.crash import crash_point
from adapters.transports.drop.inbox import Entry

MOST_WATCHED = 100_000
"""Files looked at or under way at the same time; the rest of a fuller folder waits for its turn."""

_READ_FLAGS = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC | os.O_NOCTTY
_CHUNK = 1024 * 1024


class Unfit(StrEnum):
    """Why a file was not read; none of these is an error."""

    CHANGED = "changed"
    """It is not what the scan saw, or it changed while it was read."""
    VANISHED = "vanished"
    TOO_LARGE = "too large"


@dataclass(frozen=True, slots=True)
class Taken:
    """A file's bytes, read once and hashed once."""

    content: Content
    sha256: str


@dataclass(frozen=True, slots=True)
class Listing:
    """One look into the folder."""

    entries: tuple[Entry, ...]
    unseen: frozenset[str]
    """Names that lie there and were not looked at, because they are under way."""
    cut_short: bool
    """There are more files than are watched at once."""


@contextmanager
def opened(folder: Path) -> Iterator[int]:
    """The descriptor of a folder, for as long as it is used."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        yield descriptor
    finally:
        os.close(descriptor)


def make_folder(folder: Path) -> None:
    """Makes a folder (mode 0750) with those above it, where it is missing."""
    folder.mkdir(mode=0o750, parents=True, exist_ok=True)


def sync_folder(folder: Path) -> None:
    """Makes the names in a folder durable."""
    with opened(folder) as descriptor:
        os.fsync(descriptor)


def entry_of(name: str, status: os.stat_result) -> Entry:
    """What ``lstat`` or ``fstat`` shows, as an entry."""
    return Entry(
        name, status.st_ino, status.st_dev, status.st_size, status.st_mtime_ns, stat.S_ISREG(status.st_mode),
        status.st_ctime_ns,
    )  # fmt: skip


def look(folder: Path, under_way: Collection[str]) -> Listing:
    """All names of the folder with their identity; those under way are not asked for it again.

    Raises OSError when the folder cannot be read.
    """
    entries: list[Entry] = []
    unseen: set[str] = set()
    cut_short = False
    room = MOST_WATCHED - len(under_way)
    with opened(folder) as descriptor, os.scandir(descriptor) as found:
        for item in found:
            if item.name in under_way:
                unseen.add(item.name)
                continue
            if len(entries) >= room:
                cut_short = True
                continue
            try:
                entries.append(entry_of(item.name, item.stat(follow_symlinks=False)))
            except FileNotFoundError:
                continue
    return Listing(tuple(entries), frozenset(unseen), cut_short)


def take(folder: Path, entry: Entry, *, max_bytes: int, memory_limit: int, spool: Path) -> Taken | Unfit:
    """Reads the file that the scan saw, if it is still that file and stays so.

    Above ``memory_limit`` bytes the content is a map of a private, nameless copy in ``spool``: a map of the
    sender's own file would kill this process (SIGBUS) if the sender cut the file. Raises OSError where the world fails.
    """
    try:
        with opened(folder) as directory:
            descriptor = os.open(entry.name, _READ_FLAGS, dir_fd=directory)
    except FileNotFoundError:
        return Unfit.VANISHED
    except OSError:
        if _is_other_kind(folder, entry):
            return Unfit.CHANGED
        raise
    try:
        if entry_of(entry.name, os.fstat(descriptor)) != entry:
            return Unfit.CHANGED
        if entry.size > max_bytes:
            return Unfit.TOO_LARGE
        taken = _read(descriptor, entry.size) if entry.size <= memory_limit else _copy(descriptor, entry.size, spool)
        if taken is None or entry_of(entry.name, os.fstat(descriptor)) != entry:
            return Unfit.CHANGED
        crash_point("drop.after_take")
        return taken
    finally:
        os.close(descriptor)


def digest_of(folder: Path, entry: Entry) -> str | None:
    """SHA-256 of a file that is not taken, read piece by piece; None where it changed meanwhile. Raises OSError."""
    with opened(folder) as directory:
        descriptor = os.open(entry.name, _READ_FLAGS, dir_fd=directory)
    try:
        if entry_of(entry.name, os.fstat(descriptor)) != entry:
            return None
        found, size = hashlib.sha256(), 0
        while size <= entry.size and (chunk := os.read(descriptor, _CHUNK)):
            found.update(chunk)
            size += len(chunk)
        return found.hexdigest() if entry_of(entry.name, os.fstat(descriptor)) == entry else None
    finally:
        os.close(descriptor)


def origin(entry: Entry) -> str:
    """Tells one arrival from the next: the same file seen again after a crash has the same origin.

    The time of the last change to the inode is in it: a file that was moved away and back is a new arrival. The device
    number is left out, because it may differ after a restart of the machine.
    """
    name = quote_from_bytes(os.fsencode(entry.name), safe="")
    return f"{entry.inode:x}-{entry.size:x}-{entry.mtime_ns:x}-{entry.ctime_ns:x}-{name}"


def printable(name: str) -> str:
    """A file name as a person can read it: bytes that are no text, and characters that do not print, are escaped."""
    text = os.fsencode(name).decode("utf-8", "backslashreplace")
    return "".join(char if char.isprintable() else char.encode("unicode_escape").decode() for char in text)


def _is_other_kind(folder: Path, entry: Entry) -> bool:
    """Whether another kind of thing took the name (a link, a socket), so that it could not be opened."""
    with opened(folder) as directory:
        try:
            status = os.stat(entry.name, dir_fd=directory, follow_symlinks=False)
        except FileNotFoundError:
            return True
    return entry_of(entry.name, status) != entry


def _read(descriptor: int, size: int) -> Taken | None:
    chunks: list[bytes] = []
    left = size
    while left and (chunk := os.read(descriptor, left)):
        chunks.append(chunk)
        left -= len(chunk)
    if left or os.read(descriptor, 1):
        return None
    content = chunks[0] if len(chunks) == 1 else b"".join(chunks)
    return Taken(content, hashlib.sha256(content).hexdigest())


def _copy(descriptor: int, size: int, spool: Path) -> Taken | None:
    digest = hashlib.sha256()
    copied = 0
    with tempfile.TemporaryFile(dir=spool) as copy:
        while copied <= size and (chunk := os.read(descriptor, _CHUNK)):
            digest.update(chunk)
            copy.write(chunk)
            copied += len(chunk)
        if copied != size:
            return None
        copy.flush()
        return Taken(mmap.mmap(copy.fileno(), 0, access=mmap.ACCESS_READ), digest.hexdigest())
