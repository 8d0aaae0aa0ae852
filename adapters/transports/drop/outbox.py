"""Puts outbound files into the partner's folder, whole or not at all."""

import asyncio
import itertools
import os
import re
from contextlib import suppress
from pathlib import Path

from adapters.contracts import AdapterError, Parcel
from adapters.crash import crash_point
from adapters.transports.drop.folder import make_folder, opened, sync_folder
from adapters.transports.drop.moving import rename_exclusive, write_durable

_NAME = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._-]{0,119}")
_PARTNER = re.compile(r"[a-z0-9_]{1,64}")
_LEFT_OVER = re.compile(r"\.[A-Za-z0-9._-]{1,120}\.[0-9]+-[0-9]+\.tmp")
_READ_FLAGS = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC


class DropOutbox:
    """Writes parcels to ``<root>/<partner>/<name>``; the partner sees a file only when it is whole and durable."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._count = itertools.count(1)
        self._prepared = False
        self._preparing = asyncio.Lock()

    async def prepare(self) -> None:
        """Makes the folder and removes half-written files of an earlier run; the first ``send`` does so by itself."""
        async with self._preparing:
            if not self._prepared:
                await asyncio.to_thread(self._clean)
                self._prepared = True

    async def send(self, parcel: Parcel) -> str:
        """Writes the parcel and returns its path. The same parcel again changes nothing.

        Raises AdapterError where the disk fails, or where other content lies under the name; ValueError for a name
        that is not ``[A-Za-z0-9._-]``, up to 120 characters, without a leading dot.
        """
        if not _NAME.fullmatch(parcel.name):
            raise ValueError(f"not a name for an outbound file: {parcel.name[:130]!r}")
        if not _PARTNER.fullmatch(parcel.partner):
            raise ValueError(f"not a partner's name: {parcel.partner[:70]!r}")
        await self.prepare()
        hidden = f".{parcel.name}.{os.getpid()}-{next(self._count)}.tmp"
        return await asyncio.to_thread(self._write, parcel, hidden)

    def close(self) -> None:
        """Nothing stays open between two parcels."""

    def _write(self, parcel: Parcel, hidden: str) -> str:
        folder = self._root / parcel.partner
        target = folder / parcel.name
        try:
            if not folder.is_dir():
                make_folder(folder)
                sync_folder(self._root)
            with opened(folder) as descriptor:
                if not _lies_there(parcel, descriptor):
                    write_durable(hidden, [parcel.content], descriptor)
                    crash_point("drop.parcel_written")
                    _show(parcel, hidden, descriptor)
                    crash_point("drop.parcel_named")
                os.fsync(descriptor)
        except _OtherContentError as error:
            raise AdapterError(
                f"{target} exists with other content and is left as it is; move it away to have this one written"
            ) from error
        except OSError as error:
            raise AdapterError(f"cannot write {target}: {error.strerror}") from error
        return str(target)

    def _clean(self) -> None:
        try:
            make_folder(self._root)
            for folder in self._root.iterdir():
                if folder.is_dir() and not folder.is_symlink():
                    for file in folder.iterdir():
                        if _LEFT_OVER.fullmatch(file.name) and not file.is_dir():
                            file.unlink(missing_ok=True)
        except OSError as error:
            raise AdapterError(f"cannot prepare {self._root}: {error.strerror}") from error


class _OtherContentError(Exception):
    """Another content lies under the name."""


def _show(parcel: Parcel, hidden: str, folder: int) -> None:
    """Gives the whole file its name; where another send of the same parcel was quicker, that one stays."""
    try:
        rename_exclusive(hidden, parcel.name, folder, folder)
    except OSError as error:
        with suppress(FileNotFoundError):
            os.unlink(hidden, dir_fd=folder)
        if isinstance(error, FileExistsError) and _lies_there(parcel, folder):
            return
        raise


def _lies_there(parcel: Parcel, folder: int) -> bool:
    try:
        descriptor = os.open(parcel.name, _READ_FLAGS, dir_fd=folder)
    except FileNotFoundError:
        return False
    with os.fdopen(descriptor, "rb") as file:
        if file.read(len(parcel.content) + 1) != parcel.content:
            raise _OtherContentError
    return True
