"""Which names of a listing may be files for us, what tells them apart, and where they go afterwards. No I/O.

When a file is whole is told by the rules of a drop folder (``drop.inbox``): unchanged in size and time over two looks,
or marked by ``NAME.done``. A rename cannot be seen from here, so it counts for nothing.
"""

import stat
from collections.abc import Iterable
from dataclasses import dataclass
from fnmatch import fnmatchcase
from urllib.parse import quote_from_bytes

from adapters.transports.drop.inbox import Entry, is_temporary
from adapters.transports.sftp.packets import Attributes, Named
from adapters.transports.sftp.settings import InboxSettings

_NS = 1_000_000_000


def entries(names: Iterable[Named], settings: InboxSettings) -> list[Entry]:
    """The names that are files for us. What the server says about a name is believed, the name itself is not."""
    return [entry for named in names if (entry := _entry(named)) is not None and _wanted(entry.name, settings)]


def name_of(entry: Entry) -> bytes:
    """The name as the server gave it."""
    return entry.name.encode("utf-8", "surrogateescape")


def attributes_of(entry: Entry) -> Attributes:
    """What the server told about the file when it was listed."""
    return Attributes(size=entry.size, mtime=entry.mtime_ns // _NS)


def in_folder(folder: str, name: bytes) -> bytes:
    """The path of a name in a folder on the server."""
    return folder.rstrip("/").encode() + b"/" + name


def origin(folder: str, entry: Entry) -> str:
    """Tells one arrival from the next: the same file seen again after a crash has the same origin."""
    path = quote_from_bytes(in_folder(folder, name_of(entry)), safe="/")
    return f"{entry.size:x}-{entry.mtime_ns // _NS:x}-{path}"


@dataclass(frozen=True, slots=True)
class Away:
    """Where a file goes when it has its receipt."""

    folder: bytes | None
    """To be made where it is missing; None where the file stays in its folder under another name."""
    path: bytes
    other: bytes
    """Where something lies under that path already."""


def away(settings: InboxSettings, entry: Entry, delivery: str, *, refused: bool) -> Away:
    """Where a file goes: into a folder under its own name, or beside itself with a suffix."""
    place, name = settings.rejected if refused else settings.done, name_of(entry)
    unlike = b"." + delivery.encode()
    if _is_suffix(place):
        path = in_folder(settings.folder, name)
        return Away(None, path + place.encode(), path + unlike + place.encode())
    folder = place if place.startswith("/") else f"{settings.folder.rstrip('/')}/{place}"
    return Away(folder.encode(), in_folder(folder, name), in_folder(folder, name + unlike))


def _entry(named: Named) -> Entry | None:
    name, told = named.name, named.attributes
    if name in (b"", b".", b"..") or b"/" in name or b"\0" in name or len(name) > 1024:
        return None
    if told.permissions is not None and stat.S_IFMT(told.permissions) not in (0, stat.S_IFREG):
        return None
    if told.size is None:
        return None
    return Entry(name.decode("utf-8", "surrogateescape"), 0, 0, told.size, (told.mtime or 0) * _NS)


def _wanted(name: str, settings: InboxSettings) -> bool:
    if is_temporary(name) or any(name.endswith(s) for s in (settings.done, settings.rejected) if _is_suffix(s)):
        return False
    if any(fnmatchcase(name, pattern) for pattern in settings.ignore):
        return False
    return not settings.pattern or any(fnmatchcase(name, p) for p in settings.pattern) or name.endswith(".done")


def _is_suffix(place: str) -> bool:
    return place.startswith(".") and "/" not in place
