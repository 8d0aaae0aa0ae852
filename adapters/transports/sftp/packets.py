"""SFTP packets as bytes, without I/O: requests are built, answers are cut out of a stream and read.

Version 3, the one that servers speak (draft-ietf-secsh-filexfer-02, cited by section), with OpenSSH's extensions
(PROTOCOL, section 4). Names are bytes: a server may use any character set, and one name that is no UTF-8 must not
hide all others.
"""

import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import IntEnum
from types import MappingProxyType
from typing import Final

VERSION: Final = 3
BLOCK: Final = 32 * 1024
"""Bytes asked for or sent in one request; every server takes as many (section 3)."""
MOST_PACKET: Final = 512 * 1024
"""Bytes of one answer; servers send up to 256 KiB."""
POSIX_RENAME: Final = b"posix-rename@openssh.com"
FSYNC: Final = b"fsync@openssh.com"


class Kind(IntEnum):
    """Types of packets (section 3)."""

    INIT = 1
    VERSION = 2
    OPEN = 3
    CLOSE = 4
    READ = 5
    WRITE = 6
    LSTAT = 7
    FSTAT = 8
    OPENDIR = 11
    READDIR = 12
    REMOVE = 13
    MKDIR = 14
    STAT = 17
    RENAME = 18
    STATUS = 101
    HANDLE = 102
    DATA = 103
    NAME = 104
    ATTRS = 105
    EXTENDED = 200


class Code(IntEnum):
    """Codes of a status (section 7)."""

    OK = 0
    EOF = 1
    NO_SUCH_FILE = 2
    PERMISSION_DENIED = 3
    FAILURE = 4
    BAD_MESSAGE = 5
    OP_UNSUPPORTED = 8


class Open(IntEnum):
    """Flags of OPEN (section 6.3)."""

    READ = 0x01
    WRITE = 0x02
    CREATE = 0x08
    TRUNCATE = 0x10


class BrokenStreamError(Exception):
    """What came is no SFTP; the connection is of no use any more."""


@dataclass(frozen=True, slots=True)
class Attributes:
    """What a server tells about a file (section 5); None for what it leaves out."""

    size: int | None = None
    permissions: int | None = None
    """With the bits of the file's type."""
    mtime: int | None = None
    """Seconds since 1970."""


@dataclass(frozen=True, slots=True)
class Named:
    """One name of a folder."""

    name: bytes
    attributes: Attributes


@dataclass(frozen=True, slots=True)
class Answer:
    """A packet that answers a request."""

    kind: int
    request: int
    body: bytes

    def status(self) -> int | None:
        """The code of a status; None for another kind of answer. The server's own words are left unread."""
        return _Reader(self.body).number() if self.kind == Kind.STATUS else None

    def text(self) -> bytes:
        """The handle or the data of the answer."""
        return _Reader(self.body).text()

    def attributes(self) -> Attributes:
        """The attributes of the answer."""
        return _Reader(self.body).attributes()

    def names(self) -> Iterator[Named]:
        """The names of the answer; what ``ls -l`` would show for each is passed over."""
        reader = _Reader(self.body)
        for _ in range(reader.number()):
            name = reader.text()
            reader.text()
            yield Named(name, reader.attributes())


def init() -> bytes:
    """The first packet of a client (section 4)."""
    return _packet(Kind.INIT, struct.pack(">I", VERSION))


def request(kind: Kind, number: int, *fields: bytes | int) -> bytes:
    """A request: bytes become strings with their length, numbers 32 bits wide."""
    packed = (struct.pack(">I", field) if isinstance(field, int) else _text(field) for field in fields)
    return _packet(kind, struct.pack(">I", number) + b"".join(packed))


def read_request(number: int, handle: bytes, offset: int, length: int) -> bytes:
    """Asks for bytes from an offset (section 6.4)."""
    return _packet(Kind.READ, struct.pack(">I", number) + _text(handle) + struct.pack(">QI", offset, length))


def write_request(number: int, handle: bytes, offset: int, data: bytes) -> bytes:
    """Sends bytes for an offset (section 6.4)."""
    return _packet(Kind.WRITE, struct.pack(">I", number) + _text(handle) + struct.pack(">Q", offset) + _text(data))


class Splitter:
    """Cuts a stream into packets, however it comes."""

    def __init__(self) -> None:
        self._held = bytearray()

    def feed(self, data: bytes) -> Iterator[tuple[int, bytes]]:
        """Type and body of each packet that is whole. Raises BrokenStreamError."""
        self._held += data
        while len(self._held) >= 4:
            (length,) = struct.unpack_from(">I", self._held)
            if not 1 <= length <= MOST_PACKET:
                raise BrokenStreamError("what the server sends is no SFTP")
            if len(self._held) < 4 + length:
                return
            kind, body = self._held[4], bytes(self._held[5 : 4 + length])
            del self._held[: 4 + length]
            yield kind, body


def answer_of(kind: int, body: bytes) -> Answer:
    """A packet as the answer that it is. Raises BrokenStreamError."""
    return Answer(kind, _Reader(body).number(), body[4:])


def extensions_of(kind: int, body: bytes) -> Mapping[bytes, bytes]:
    """What the server's first packet offers (section 4). Raises BrokenStreamError."""
    reader = _Reader(body)
    if kind != Kind.VERSION or reader.number() < VERSION:
        raise BrokenStreamError("the server does not speak SFTP version 3")
    offered: dict[bytes, bytes] = {}
    while reader.left:
        name = reader.text()
        offered[name] = reader.text()
    return MappingProxyType(offered)


class _Reader:
    """Reads the fields of a body, one after the other."""

    def __init__(self, body: bytes) -> None:
        self._body = body
        self._at = 0

    @property
    def left(self) -> int:
        return len(self._body) - self._at

    def number(self) -> int:
        return self._whole(">I", 4)

    def text(self) -> bytes:
        length = self.number()
        if length > self.left:
            raise BrokenStreamError("an answer of the server is cut short")
        self._at += length
        return self._body[self._at - length : self._at]

    def attributes(self) -> Attributes:
        flags = self.number()
        size = self._whole(">Q", 8) if flags & 0x01 else None
        if flags & 0x02:
            self._whole(">Q", 8)
        permissions = self.number() if flags & 0x04 else None
        mtime = self._whole(">Q", 8) & 0xFFFF_FFFF if flags & 0x08 else None
        if flags & 0x8000_0000:
            for _ in range(self.number()):
                self.text()
                self.text()
        return Attributes(size, permissions, mtime)

    def _whole(self, form: str, length: int) -> int:
        if length > self.left:
            raise BrokenStreamError("an answer of the server is cut short")
        (value,) = struct.unpack_from(form, self._body, self._at)
        self._at += length
        return int(value)


def _packet(kind: Kind, body: bytes) -> bytes:
    return struct.pack(">IB", len(body) + 1, kind) + body


def _text(value: bytes) -> bytes:
    return struct.pack(">I", len(value)) + value
