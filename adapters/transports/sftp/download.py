"""Fetches a file from the server, whole and hashed; a large one goes on where a cut connection left it.

A copy that was cut off is made durable before it counts as a beginning: what the end of a process or a power failure
left half-written is thrown away, so that no file is ever put together from what was not there.
"""

import hashlib
import mmap
import os
from collections.abc import Collection
from pathlib import Path
from typing import BinaryIO, Final

from adapters.contracts import Content
from adapters.transports.drop.folder import Taken, Unfit
from adapters.transports.drop.inbox import Entry
from adapters.transports.sftp.client import SftpClient
from adapters.transports.sftp.packets import BLOCK
from adapters.transports.sftp.ripe import attributes_of, in_folder, name_of, origin
from adapters.transports.sftp.settings import InboxSettings

SMALL: Final = 1 << 20
"""A file of up to so many bytes is fetched anew after a cut."""
_CHUNK: Final = 1 << 20


class Spool:
    """The folder for copies of large files, of one channel alone."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def prepare(self) -> None:
        """Makes the folder and removes copies that an earlier process left unfinished. Raises OSError."""
        self._folder.mkdir(mode=0o750, parents=True, exist_ok=True)
        for path in self._folder.glob("*.part"):
            path.unlink(missing_ok=True)

    def keep_only(self, inbox: str, entries: Collection[Entry]) -> None:
        """Removes the beginnings of files that are not there any more."""
        wanted = {spool_name(inbox, entry) for entry in entries}
        for path in self._folder.glob("*.cut"):
            if path.stem not in wanted:
                path.unlink(missing_ok=True)

    def fetch(self, client: SftpClient, settings: InboxSettings, entry: Entry) -> Taken | Unfit:
        """Fetches the file that was listed, if it is still that file and stays so.

        Raises RemoteError, LostError, and OSError where our own disk fails.
        """
        if entry.size > settings.max_bytes:
            return Unfit.TOO_LARGE
        path = in_folder(settings.folder, name_of(entry))
        if entry.size <= SMALL:
            blocks: list[bytes] = []
            if not client.read(path, attributes_of(entry), blocks.append):
                return Unfit.CHANGED
            content = b"".join(blocks)
            return Taken(content, hashlib.sha256(content).hexdigest())
        return self._fetch_large(client, settings, entry, path)

    def _fetch_large(self, client: SftpClient, settings: InboxSettings, entry: Entry, path: bytes) -> Taken | Unfit:
        key = spool_name(settings.folder, entry)
        part, cut = self._folder / f"{key}.part", self._folder / f"{key}.cut"
        if cut.exists():
            cut.replace(part)
        kept = False
        try:
            with part.open("a+b") as file:
                copy = _Copy(file)
                try:
                    whole = client.read(path, attributes_of(entry), copy.take, offset=copy.begin())
                except Exception as error:
                    if not isinstance(error, OSError) and copy.size <= entry.size:
                        file.flush()
                        os.fsync(file.fileno())
                        part.replace(cut)
                        kept = True
                    raise
                if not whole or copy.differs or copy.size != entry.size:
                    return Unfit.CHANGED
                file.flush()
                return Taken(_content(file, entry.size, settings.memory_limit), copy.sha256())
        finally:
            if not kept:
                part.unlink(missing_ok=True)


class _Copy:
    """The growing copy of a file; where it goes on, the last block is fetched once more and compared."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._digest = hashlib.sha256()
        self._again = b""
        self.size = 0
        self.differs = False
        """The server's file is not the one that was begun."""

    def begin(self) -> int:
        """Hashes what is there and returns the offset from which to fetch."""
        self._file.seek(0)
        last = b""
        while chunk := self._file.read(_CHUNK):
            self._digest.update(chunk)
            self.size += len(chunk)
            last = (last + chunk)[-BLOCK:]
        self._again = last
        return self.size - len(last)

    def take(self, data: bytes) -> None:
        """Writes what comes. Raises OSError."""
        if self._again:
            known = min(len(self._again), len(data))
            self.differs = self.differs or self._again[:known] != data[:known]
            self._again, data = self._again[known:], data[known:]
        self._digest.update(data)
        self._file.write(data)
        self.size += len(data)

    def sha256(self) -> str:
        """The digest of the whole."""
        return self._digest.hexdigest()


def _content(file: BinaryIO, size: int, memory_limit: int) -> Content:
    if size > memory_limit:
        return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    file.seek(0)
    return file.read()


def spool_name(inbox: str, entry: Entry) -> str:
    """What the copy of a file is called, without its suffix: of the server's name nothing is left."""
    return hashlib.sha256(origin(inbox, entry).encode()).hexdigest()
