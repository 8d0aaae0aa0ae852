"""Moves settled files out of a drop folder without ever overwriting or losing one.

All functions block. A file is moved only while it is still the file that was read: a sender may have put another
one under its name. Moves of one batch share the syncs of their folders.
"""

import ctypes
import errno
import os
import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from adapters.crash import crash_point
from adapters.transports.drop.folder import entry_of, opened, printable, sync_folder
from adapters.transports.drop.inbox import MARKER, Entry, Ripe

PROBLEMS = ".problems.txt"
_MOST_NUMBERED = 99
"""Numbers tried behind a taken name (``order.edi.2``) before the delivery's id is used."""
_LONGEST_NAME = 255
_LEFT_OVER = re.compile(rf"\.[A-Za-z0-9_-]{{1,80}}({re.escape(PROBLEMS)})?\.tmp")
"""Names under which copies and notes are written before they have their own."""
_NO_REPLACE = 1
"""RENAME_NOREPLACE, renameat2(2)."""
_LIBC = ctypes.CDLL(None, use_errno=True)
_NO_RENAMEAT2 = frozenset({errno.ENOSYS, errno.EINVAL, errno.ENOTSUP})
_WRITE_FLAGS = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC


class Moved(StrEnum):
    """What became of a move."""

    MOVED = "moved"
    REPLACED = "replaced"
    """Another file lies under the name; it stays where it is."""
    GONE = "gone"
    """Somebody else took the file away."""


@dataclass(frozen=True, slots=True)
class Move:
    """A settled file and where it goes."""

    ripe: Ripe
    folder: Path
    id: str
    """Of its delivery; part of the new name when all numbered names are taken."""
    note: bytes | None = None
    """The problems, written beside the file."""


@dataclass(frozen=True, slots=True)
class Result:
    """A move and what became of it."""

    move: Move
    outcome: Moved | OSError


def move_all(inbox: Path, moves: Sequence[Move]) -> list[Result]:
    """Moves each file, then makes the names in all folders durable. One that fails does not stop the others."""
    crash_point("drop.before_move")
    results = [Result(move, _attempt(inbox, move)) for move in moves]
    crash_point("drop.after_move")
    if any(result.outcome is Moved.MOVED for result in results):
        for folder in (*{result.move.folder for result in results if result.outcome is Moved.MOVED}, inbox):
            with suppress(OSError):
                # A name that comes back after a power cut is recognised by its origin and moved again.
                sync_folder(folder)
    crash_point("drop.after_sync")
    return results


def remove_left_overs(*folders: Path) -> None:
    """Removes what an end in the middle of a move left half done in folders of ours. Called before anything moves."""
    for folder in folders:
        with os.scandir(folder) as entries:
            for entry in entries:
                if _LEFT_OVER.fullmatch(entry.name) and entry.is_file(follow_symlinks=False):
                    Path(entry.path).unlink(missing_ok=True)


def rename_exclusive(source: str, target: str, source_folder: int, target_folder: int) -> None:
    """Renames between two open folders; raises FileExistsError instead of replacing anything.

    Where the file system cannot do that in one step, the target name is first reserved by an empty file, which the
    rename then replaces.
    """
    call = getattr(_LIBC, "renameat2", None)
    code = errno.ENOSYS
    if call is not None:
        if call(source_folder, os.fsencode(source), target_folder, os.fsencode(target), _NO_REPLACE) == 0:
            return
        code = ctypes.get_errno()
        if code not in _NO_RENAMEAT2:
            raise OSError(code, os.strerror(code), printable(target))
    os.close(os.open(target, _WRITE_FLAGS, 0o640, dir_fd=target_folder))
    try:
        os.rename(source, target, src_dir_fd=source_folder, dst_dir_fd=target_folder)
    except OSError:
        os.unlink(target, dir_fd=target_folder)
        raise


def write_durable(name: str, chunks: Iterable[bytes], folder: int) -> None:
    """Writes a new file (mode 0640) and makes its bytes durable; a half-written one is removed."""
    descriptor = os.open(name, _WRITE_FLAGS, 0o640, dir_fd=folder)
    try:
        try:
            for chunk in chunks:
                view = memoryview(chunk)
                while view:
                    view = view[os.write(descriptor, view) :]
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
    except OSError:
        os.unlink(name, dir_fd=folder)
        raise


def _attempt(inbox: Path, move: Move) -> Moved | OSError:
    entry = move.ripe.entry
    try:
        with opened(inbox) as source, opened(move.folder) as target:
            if (different := _look_again(entry, source)) is not None:
                return different
            if move.ripe.has_marker:
                # Before the file: a marker that outlives its file would call the next one whole.
                with suppress(FileNotFoundError):
                    os.unlink(entry.name + MARKER, dir_fd=source)
            return _place(move, source, target)
    except OSError as error:
        return error


def _look_again(entry: Entry, folder: int) -> Moved | None:
    try:
        status = os.stat(entry.name, dir_fd=folder, follow_symlinks=False)
    except FileNotFoundError:
        return Moved.GONE
    return None if entry_of(entry.name, status) == entry else Moved.REPLACED


def _place(move: Move, source: int, target: int) -> Moved:
    """Tries one free name after the other: first the note, then the file."""
    entry = move.ripe.entry
    for name in _names(entry.name, move.id):
        if _exists(name, target) or not _place_note(name, move, target):
            continue
        if move.note is not None:
            crash_point("drop.after_note")
        try:
            return _rename(move, name, source, target)
        except FileExistsError:
            _drop_note(name, move, target)
        except FileNotFoundError:
            _drop_note(name, move, target)
            return Moved.GONE
        except OSError:
            _drop_note(name, move, target)
            raise
    raise FileExistsError(errno.EEXIST, "every name for it is taken", printable(entry.name))


def _rename(move: Move, name: str, source: int, target: int) -> Moved:
    entry = move.ripe.entry
    try:
        rename_exclusive(entry.name, name, source, target)
    except OSError as error:
        if error.errno != errno.EXDEV:
            raise
        return _carry(move, name, source, target)
    if entry_of(entry.name, os.stat(name, dir_fd=target, follow_symlinks=False)) == entry:
        return Moved.MOVED
    _drop_note(name, move, target)
    _give_back(name, entry.name, move.id, target, source)
    return Moved.REPLACED


def _give_back(name: str, wanted: str, id: str, folder: int, inbox: int) -> None:
    """Puts a file back that took the name in the very moment of the move."""
    for candidate in _names(wanted, id):
        with suppress(FileExistsError):
            rename_exclusive(name, candidate, folder, inbox)
            return


def _carry(move: Move, name: str, source: int, target: int) -> Moved:
    """Moves to another file system: a durable copy first, then the original goes."""
    entry = move.ripe.entry
    hidden = f".{move.id}.tmp"
    with suppress(FileNotFoundError):
        os.unlink(hidden, dir_fd=target)
    flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
    original = os.open(entry.name, flags, dir_fd=source)
    try:
        write_durable(hidden, iter(lambda: os.read(original, 1024 * 1024), b""), target)
        unchanged = entry_of(entry.name, os.fstat(original)) == entry
    finally:
        os.close(original)
    if not unchanged:
        os.unlink(hidden, dir_fd=target)
        _drop_note(name, move, target)
        return Moved.REPLACED
    try:
        rename_exclusive(hidden, name, target, target)
    except FileExistsError:
        os.unlink(hidden, dir_fd=target)
        raise
    os.fsync(target)
    # Out of the sender's reach before it is deleted, so that a file that just took its name is not deleted instead.
    rename_exclusive(entry.name, hidden, source, source)
    if entry_of(entry.name, os.stat(hidden, dir_fd=source, follow_symlinks=False)) != entry:
        os.unlink(name, dir_fd=target)
        _drop_note(name, move, target)
        _give_back(hidden, entry.name, move.id, source, source)
        return Moved.REPLACED
    os.unlink(hidden, dir_fd=source)
    return Moved.MOVED


def _names(name: str, id: str) -> Iterator[str]:
    """The name, numbered names, and at last one with the delivery's id; each leaves room for the note's ending."""
    raw = os.fsencode(name)
    for ending in ("", *(f".{number}" for number in range(2, _MOST_NUMBERED + 1)), f".{id}"):
        room = _LONGEST_NAME - len(PROBLEMS) - len(ending)
        yield os.fsdecode(raw[:room]) + ending


def _exists(name: str, folder: int) -> bool:
    try:
        os.stat(name, dir_fd=folder, follow_symlinks=False)
    except FileNotFoundError:
        return False
    return True


def _place_note(name: str, move: Move, folder: int) -> bool:
    """Writes the note for a name; false where another file has the note's name."""
    if move.note is None:
        return True
    wanted, hidden = name + PROBLEMS, f".{move.id}{PROBLEMS}.tmp"
    if _exists(wanted, folder):
        return _same_bytes(wanted, move.note, folder)
    with suppress(FileNotFoundError):
        os.unlink(hidden, dir_fd=folder)
    write_durable(hidden, [move.note], folder)
    try:
        rename_exclusive(hidden, wanted, folder, folder)
    except FileExistsError:
        os.unlink(hidden, dir_fd=folder)
        return False
    return True


def _drop_note(name: str, move: Move, folder: int) -> None:
    if move.note is not None:
        with suppress(FileNotFoundError):
            os.unlink(name + PROBLEMS, dir_fd=folder)


def _same_bytes(name: str, content: bytes, folder: int) -> bool:
    """Whether a note is one that a crash left behind: the same bytes under the same name."""
    try:
        descriptor = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC, dir_fd=folder)
    except OSError:
        return False
    with os.fdopen(descriptor, "rb") as file:
        return file.read(len(content) + 1) == content
