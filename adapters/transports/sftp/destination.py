"""Puts outbound files into a folder on a partner's server, whole or not at all."""

import asyncio
import re
from contextlib import suppress

from adapters.contracts import AdapterError, Alarm, Parcel
from adapters.crash import crash_point
from adapters.transports.sftp.client import RemoteError, SftpClient
from adapters.transports.sftp.line import Line
from adapters.transports.sftp.problems import OUTBOX_NOT_WRITABLE
from adapters.transports.sftp.ripe import in_folder
from adapters.transports.sftp.settings import OutboxSettings

_NAME = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._-]{0,119}")


class SftpDestination:
    """Writes under a temporary name, compares the size, then renames; never over a file that is there."""

    def __init__(self, line: Line, settings: OutboxSettings, *, alarm: Alarm) -> None:
        self._line = line
        self._settings = settings
        self._alarm = alarm
        self._told = False
        self._turn = asyncio.Lock()

    async def send(self, parcel: Parcel) -> str:
        """Puts the parcel there and returns its address. The same parcel again changes nothing.

        Raises AdapterError to be tried again; ValueError for a name that is not ``[A-Za-z0-9._-]``, up to 120
        characters, without a leading dot.
        """
        if not _NAME.fullmatch(parcel.name):
            raise ValueError(f"not a name for an outbound file: {parcel.name[:130]!r}")
        path = in_folder(self._settings.folder, parcel.name.encode())
        address = f"{self._line.server}{path.decode()}"
        temporary = self._settings.temporary.replace("{name}", parcel.name).encode()
        hidden = in_folder(self._settings.folder, temporary)
        async with self._turn:
            try:
                await self._line.use(lambda client: put(client, hidden, path, parcel.content))
            except RemoteError as error:
                raise self._failed(f"cannot write {address}: {error}") from None
            except OtherContentError:
                raise self._failed(
                    f"{address} exists with another size and is left as it is; have it moved away to send this one"
                ) from None
            self._told = False
        return address

    def close(self) -> None:
        """Lets go of connections; a later ``send`` opens one anew."""
        self._line.let_go()

    def _failed(self, reason: str) -> AdapterError:
        """The server said no: a person is told, once until something can be sent again."""
        if not self._told:
            self._told = True
            self._alarm(OUTBOX_NOT_WRITABLE.code, reason)
        return AdapterError(reason)


class OtherContentError(Exception):
    """Another file lies under the name."""


def put(client: SftpClient, hidden: bytes, path: bytes, content: bytes) -> None:
    """Writes the content to ``path`` by way of ``hidden``. Blocks.

    Raises RemoteError, LostError, OtherContentError.
    """
    if _lies_there(client, path, len(content)):
        return
    try:
        client.write(hidden, content)
        crash_point("sftp.parcel_written")
        _show(client, hidden, path, len(content))
        crash_point("sftp.parcel_named")
    except (RemoteError, OtherContentError):
        with suppress(RemoteError):
            client.remove(hidden)
        raise


def _show(client: SftpClient, hidden: bytes, path: bytes, size: int) -> None:
    """Gives the whole file its name.

    A plain rename refuses where the name is taken (section 6.5). Servers on storage that cannot rename in that way have
    the other one; it overwrites, so it is used only where nothing lies under the name.
    """
    try:
        client.rename(hidden, path)
    except RemoteError as error:
        if _lies_there(client, path, size):
            client.remove(hidden)
            return
        try:
            client.rename_over(hidden, path)
        except RemoteError:
            raise error from None
    # The partner may have fetched and removed it already, and we may not be allowed to look.
    _lies_there(client, path, size)


def _lies_there(client: SftpClient, path: bytes, size: int) -> bool:
    """Whether it is there; not where we may not look. Raises OtherContentError where its size is another one."""
    try:
        told = client.lstat(path)
    except RemoteError:
        return False
    if told.size not in (None, size):
        raise OtherContentError
    return True
