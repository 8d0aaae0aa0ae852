"""Large content as files named by their digest, durable before any row names them.

A file is written under another name, synced, renamed and its folder synced: what has the right name is whole, also
after a power cut (POSIX rename, fsync of the folder).
"""

import contextlib
import fcntl
import hashlib
import mmap
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

from adapters.contracts import Content
from gateway.crash import crash_point

IN_ROW = 1 << 20
"""Bytes up to which content lies in its row; a row much larger than a page makes every commit near it slow."""


class Blobs:
    """The files of one ledger under ``<data>/blobs/ab/<sha256>``."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def keep(self, content: Content, sha256: str, *, trust: bool = False) -> None:
        """Writes the content, or finds it there; durable when it returns. OSError where the disk says no.

        A file that is there is read and compared, and replaced where it rotted; with ``trust`` its size is enough,
        for the one who has just written it.
        """
        path = self._path(sha256)
        self._touch(path)
        if self._holds(path, content, sha256, trust):
            # It may be there by a rename that was never made durable.
            sync_folder(path.parent)
            sync_folder(self._folder)
            return
        for folder in (self._folder, path.parent):
            if not folder.is_dir():
                folder.mkdir(mode=0o700, exist_ok=True)
            sync_folder(folder.parent)
        descriptor, temporary = tempfile.mkstemp(prefix=".", dir=path.parent)
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            Path(temporary).rename(path)
        except BaseException:
            with contextlib.suppress(OSError):
                Path(temporary).unlink(missing_ok=True)
            raise
        sync_folder(path.parent)
        crash_point("ledger.after_blob")

    def size(self, sha256: str) -> int | None:
        """Its bytes; None where there is no such file."""
        try:
            return self._path(sha256).stat().st_size
        except FileNotFoundError:
            return None

    def files(self) -> Iterator[Path]:
        """All files, those that a crash left half written too."""
        for folder in sorted(self._folder.glob("[0-9a-f][0-9a-f]")):
            yield from sorted(folder.iterdir())

    def drop(self, path: Path, edge: float) -> bool:
        """Removes a file that was last kept before ``edge`` (seconds since 1970); whether it is gone by this. It stays
        while a copy of the ledger is made."""
        with self._locked(fcntl.LOCK_EX | fcntl.LOCK_NB) as ours:
            if not ours:
                return False
            try:
                if path.stat().st_mtime >= edge:
                    return False
                path.unlink()
            except FileNotFoundError:
                return False
        sync_folder(path.parent)
        return True

    @contextlib.contextmanager
    def kept(self) -> Iterator[None]:
        """While it lasts nothing is removed, by no process."""
        self._folder.mkdir(mode=0o700, exist_ok=True)
        with self._locked(fcntl.LOCK_SH):
            yield

    def _touch(self, path: Path) -> None:
        """A file that is there counts as new from now on, so that it is not removed before the row that names it."""
        with self._locked(fcntl.LOCK_SH) as there, contextlib.suppress(FileNotFoundError):
            if there:
                os.utime(path)

    @contextlib.contextmanager
    def _locked(self, how: int) -> Iterator[bool]:
        """Holds the folder's lock; False where another has it, or there is no folder yet."""
        try:
            descriptor = os.open(self._folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        except FileNotFoundError:
            yield False
            return
        try:
            fcntl.flock(descriptor, how)
        except BlockingIOError:
            os.close(descriptor)
            yield False
            return
        try:
            yield True
        finally:
            os.close(descriptor)

    def read(self, sha256: str) -> bytes | None:
        """The bytes as they are on disk, not compared; None where there is no such file."""
        try:
            return self._path(sha256).read_bytes()
        except FileNotFoundError:
            return None

    def map(self, sha256: str) -> Content | None:
        """The same, mapped into memory and not read: a file of any size costs none of its own."""
        try:
            with self._path(sha256).open("rb") as file:
                size = os.fstat(file.fileno()).st_size
                return mmap.mmap(file.fileno(), size, access=mmap.ACCESS_READ) if size else b""
        except FileNotFoundError:
            return None

    def close(self) -> None:
        """Nothing is held open."""

    @staticmethod
    def _holds(path: Path, content: Content, sha256: str, trust: bool) -> bool:
        try:
            if path.stat().st_size != len(content):
                return False
            if trust:
                return True
            with path.open("rb") as file:
                return hashlib.file_digest(file, "sha256").hexdigest() == sha256
        except FileNotFoundError:
            return False

    def _path(self, sha256: str) -> Path:
        return self._folder / sha256[:2] / sha256


def digest(content: Content) -> str:
    """SHA-256 in hexadecimal."""
    return hashlib.sha256(content).hexdigest()


def write_durably(path: Path, content: bytes) -> None:
    """A small file, whole or not at all, also after a power cut."""
    temporary = path.with_name(f".{path.name}.new")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    temporary.rename(path)
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Makes the names in a folder durable."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
