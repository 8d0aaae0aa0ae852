"""Messages with attachments: MTOM and XOP (W3C, 25 January 2005) in multipart/related (RFC 2387)."""

import base64
import binascii
import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import islice, pairwise
from typing import Final

from adapters.transports.soap import Version
from adapters.transports.soap import problems as kinds
from adapters.transports.soap.faults import Fault, fault

XOP: Final = "http://www.w3.org/2004/08/xop/include"
_MOST_PARTS: Final = 32
_MOST_HEADER: Final = 8192
_BOUNDARY: Final = re.compile(r"[0-9A-Za-z'()+_,\-./:=? ]{1,70}")
_PARAMETER: Final = re.compile(r""";\s*+([A-Za-z0-9!#$&^_.+-]++)=("(?:[^"\\]|\\.)*+"|[^;\s"]*+)""")
_ROOT: Final = "<envelope@wharf>"


@dataclass(frozen=True, slots=True)
class ContentType:
    """A Content-Type header taken apart."""

    media: str
    """In lower case, as ``text/xml``."""
    parameters: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Parts:
    """A message in parts: the one with the envelope, and the others by their Content-ID."""

    root: bytes
    attachments: Mapping[str, bytes]


def content_type(header: str) -> ContentType:
    """Reads a Content-Type header (RFC 9110, section 8.3); what cannot be read is left out."""
    media, _, rest = header.partition(";")
    found = {name.lower(): _unquoted(value) for name, value in _PARAMETER.findall(";" + rest)}
    return ContentType(media.strip().lower(), found)


def read_parts(header: ContentType, body: bytes) -> Parts | Fault:
    """Takes a multipart/related message apart."""
    boundary = header.parameters.get("boundary", "")
    if not _BOUNDARY.fullmatch(boundary):
        return _refused("a boundary in the Content-Type header")
    # The whole line must be it: a content may hold the beginning of one (RFC 2046, section 5.1.1).
    line = re.compile(rb"\r\n--%s(--)?[ \t]*+(?=\r\n|\Z)" % re.escape(boundary.encode("ascii")))
    whole = b"\r\n" + body
    lines = list(islice(line.finditer(whole), _MOST_PARTS + 2))
    last = next((position for position, found in enumerate(lines) if found[1]), 0)
    if not 1 <= last <= _MOST_PARTS:
        return _refused(f"one to {_MOST_PARTS} parts between boundaries, and a boundary that ends them")
    parts: dict[str, bytes] = {}
    for position, (begin, end) in enumerate(pairwise(lines[: last + 1])):
        piece = whole[begin.end() : end.start()]
        read = _part(piece)
        if read is None:
            return _refused("in each part headers, an empty line, and bytes as they are or in base64")
        id, content = read
        id = id or f"#{position}"
        if id in parts:
            return _refused("another Content-ID for each part")
        parts[id] = content
    start = _bare(header.parameters.get("start", "")) or next(iter(parts))
    root = parts.pop(start, None)
    return Parts(root, parts) if root is not None else _refused("the part that start names")


def written(version: Version, envelope: bytes, attachments: Mapping[str, bytes]) -> tuple[bytes, str]:
    """The message in parts, and its Content-Type."""
    # No content can hold a digest of itself and everything beside it.
    seal = hashlib.sha256(envelope)
    for content in attachments.values():
        seal.update(content)
    boundary = f"wharf-{seal.hexdigest()[:40]}"
    root_type = f'application/xop+xml; charset=UTF-8; type="{version.media_type}"'
    pieces = []
    for id, type, content in (
        (_ROOT, root_type, envelope),
        *((f"<{id}>", "application/octet-stream", content) for id, content in attachments.items()),
    ):
        head = f"--{boundary}\r\nContent-Type: {type}\r\nContent-Transfer-Encoding: binary\r\nContent-ID: {id}\r\n\r\n"
        pieces += [head.encode(), content, b"\r\n"]
    pieces.append(f"--{boundary}--\r\n".encode())
    header = (
        f'multipart/related; type="application/xop+xml"; start="{_ROOT}"; start-info="{version.media_type}"; '
        f'boundary="{boundary}"'
    )
    return b"".join(pieces), header


def _part(piece: bytes) -> tuple[str, bytes] | None:
    """Content-ID (empty where there is none) and bytes of one part."""
    head, gap, content = piece.partition(b"\r\n\r\n")
    if not gap or len(head) > _MOST_HEADER:
        return None
    headers: dict[str, str] = {}
    for line in head.decode("latin-1").replace("\r\n ", " ").replace("\r\n\t", " ").split("\r\n"):
        name, _, value = line.partition(":")
        headers.setdefault(name.strip().lower(), value.strip())
    match headers.get("content-transfer-encoding", "binary").lower():
        case "binary" | "8bit" | "7bit":
            pass
        case "base64":
            try:
                content = base64.b64decode(content)
            except (binascii.Error, ValueError):
                return None
        case _:
            return None
    return _bare(headers.get("content-id", "")), content


def _unquoted(value: str) -> str:
    return re.sub(r"\\(.)", r"\1", value[1:-1]) if value.startswith('"') else value


def _bare(id: str) -> str:
    return id.strip().removeprefix("<").removesuffix(">")


def _refused(expected: str) -> Fault:
    return fault(kinds.MULTIPART, expected=expected)
