"""Pinned host keys: how they are written in the settings, and whether a server shows one of them. No I/O."""

import base64
import binascii
import hashlib
import re
import struct
from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

_FINGERPRINT: Final = re.compile(r"SHA256:([A-Za-z0-9+/]{43})=?")
_KNOWN: Final = frozenset(
    {"ssh-ed25519", "ecdsa-sha2-nistp256", "ecdsa-sha2-nistp384", "ecdsa-sha2-nistp521", "ssh-rsa"}
)


@dataclass(frozen=True, slots=True)
class HostKey:
    """A key that a server may show: known whole, or by its fingerprint alone."""

    fingerprint: str
    """``SHA256:`` and 43 characters, as ``ssh-keygen -l`` prints it."""
    type: str | None = None
    """As ``ssh-ed25519``; None where only the fingerprint is known."""

    def __str__(self) -> str:
        return f"{self.type or 'key'} {self.fingerprint}"


def parse(text: str) -> HostKey:
    """Reads ``ssh-ed25519 AAAA… comment`` (a line of a ``.pub`` file) or ``SHA256:…``.

    Raises ValueError, with a text for a person.
    """
    words = text.split()
    if len(words) == 1 and _FINGERPRINT.fullmatch(words[0]):
        return HostKey(words[0].rstrip("="))
    if len(words) < 2 or words[0] not in _KNOWN:
        raise ValueError("it takes a type and a key, as ssh-ed25519 AAAA…, or a fingerprint, as SHA256:…")
    try:
        blob = base64.b64decode(words[1], validate=True)
    except binascii.Error:
        raise ValueError("the key is not whole: it is no Base64") from None
    if type_of(blob) != words[0]:
        raise ValueError(f"the key is not whole, or is none of type {words[0]}")
    return HostKey(fingerprint(blob), words[0])


def fingerprint(blob: bytes) -> str:
    """The fingerprint of a public key, as OpenSSH writes it (RFC 4648 Base64 of SHA-256, without padding)."""
    return "SHA256:" + base64.b64encode(hashlib.sha256(blob).digest()).decode().rstrip("=")


def type_of(blob: bytes) -> str | None:
    """The type that a public key begins with; None where it is none, or is not whole.

    A key is its type and some numbers, each with its length in front (RFC 4253, section 6.6; RFC 5656; RFC 8709).
    """
    fields: list[bytes] = []
    at = 0
    while at + 4 <= len(blob):
        (length,) = struct.unpack_from(">I", blob, at)
        fields.append(blob[at + 4 : at + 4 + length])
        at += 4 + length
    return fields[0].decode("ascii", "replace") if at == len(blob) and len(fields) > 1 else None


def is_pinned(blob: bytes, pinned: Collection[HostKey]) -> bool:
    """Whether the key that a server shows is one of the pinned ones."""
    shown = HostKey(fingerprint(blob), type_of(blob))
    return any(key.fingerprint == shown.fingerprint and key.type in (None, shown.type) for key in pinned)
