"""Encryption of what lies in the ledger: AES-256-GCM around the bytes as they are stored.

A row's bytes are sealed as a whole; a large file in pieces of 1 MiB, each with its number and a mark on the last, so
that none can be left out, put elsewhere or cut off. What is sealed is bound to the digest (or the id) that the ledger
knows it by: a row that was put in the place of another does not open. Sources: NIST SP 800-38D (GCM; nonces of 96
random bits, at most 2^32 with one key), RFC 5869 (HKDF), Hoang et al., "Online Authenticated-Encryption and its
Nonce-Reuse Misuse-Resistance", 2015 (STREAM: number and last mark in the nonce).

    sealed = MAGIC  kind(1: row, 2: pieces)  length of key id (1)  key id
             row:    nonce (12)  ciphertext and tag
             pieces: salt (32)   (ciphertext and tag) of each piece; key = HKDF-SHA-256(key, salt, context)
"""

import hmac
import mmap
import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from adapters.contracts import Content
from gateway.ledger.contract import LedgerError

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

MAGIC = b"\x00wharf\x01"
"""No JSON, XML, X12 or HL7 begins with it. Where stored bytes may be anything, their digest decides."""
PIECE = 1 << 20
_ROW, _PIECES = 1, 2
_NONCE, _SALT, _TAG = 12, 32, 16


@dataclass(frozen=True, slots=True)
class Sealed:
    """The head of sealed bytes."""

    kind: int
    key: str
    start: int
    """Where what follows the head begins."""


class Sealer:
    """Seals with one key and opens with all."""

    def __init__(
        self, keys: Mapping[str, bytes], current: str | None, random_bytes: Callable[[int], bytes] = os.urandom
    ) -> None:
        """Keys of 32 bytes by their ids; ``current`` None seals nothing."""
        self._keys = dict(keys)
        self._open = {name: _cipher(key) for name, key in keys.items()}
        self._random = random_bytes
        self.current = current

    @property
    def ids(self) -> frozenset[str]:
        """The keys that are known."""
        return frozenset(self._keys)

    def fingerprint(self, key: str) -> str:
        """Tells a key from another that bears its name, and tells nothing else of it."""
        return hmac.digest(self._keys[key], b"wharf ledger key", "sha256").hex()[:32]

    def seal(self, content: Content, context: str) -> bytes:
        """A row's bytes as they are stored."""
        if self.current is None:
            return bytes(content[:])
        nonce = self._random(_NONCE)
        return _head(_ROW, self.current) + nonce + self._open[self.current].encrypt(nonce, content[:], context.encode())

    def open(self, stored: bytes, context: str) -> bytes | None:
        """What was sealed; None where the bytes are not sealed, or not by us. LedgerError where the key is missing."""
        head = head_of(stored)
        if head is None or head.kind != _ROW:
            return None
        start = head.start + _NONCE
        return _decrypted(self._key(head.key), stored[head.start : start], stored[start:], context.encode())

    def seal_pieces(self, content: Content, context: str) -> Iterator[bytes]:
        """A large file as it is stored, a piece at a time."""
        if self.current is None:
            raise ValueError("there is no key to seal with")
        salt = self._random(_SALT)
        yield _head(_PIECES, self.current) + salt
        key = self._piece_key(self.current, salt, context)
        size = len(content)
        for number, start in enumerate(range(0, max(size, 1), PIECE)):
            last = start + PIECE >= size
            yield key.encrypt(_piece_nonce(number, last), content[start : start + PIECE], None)

    def open_pieces(self, stored: Content, context: str) -> Content | None:
        """What was sealed, in memory that belongs to no file; None where the bytes are not sealed, or not by us."""
        head = head_of(stored[:64])
        if head is None or head.kind != _PIECES:
            return None
        key = self._piece_key(head.key, stored[head.start : head.start + _SALT], context)
        start = head.start + _SALT
        length, step = len(stored) - start, PIECE + _TAG
        count = max(1, -(-length // step))
        size = length - count * _TAG
        if size < 0:
            return None
        found = mmap.mmap(-1, size) if size else None
        for number in range(count):
            at = start + number * step
            piece = _decrypted(key, _piece_nonce(number, number == count - 1), stored[at : at + step], None)
            if piece is None:
                return None
            if found is not None:
                found.write(piece)
        return found if found is not None else b""

    def sealed_size(self, size: int) -> int | None:
        """How many bytes a large file of this size takes when it is sealed now; None where it would not be."""
        if self.current is None:
            return None
        return len(_head(_PIECES, self.current)) + _SALT + size + max(1, -(-size // PIECE)) * _TAG

    def _piece_key(self, id: str, salt: bytes, context: str) -> "AESGCM":
        from cryptography.hazmat.primitives.hashes import SHA256
        from cryptography.hazmat.primitives.kdf.hkdf import HKDF

        self._key(id)
        derived = HKDF(SHA256(), 32, salt, b"wharf pieces " + context.encode()).derive(self._keys[id])
        return _cipher(derived)

    def _key(self, id: str) -> "AESGCM":
        try:
            return self._open[id]
        except KeyError:
            raise LedgerError(missing_key(id)) from None


class NoKeys(Sealer):
    """Where no encryption is set up: everything is stored as it is."""

    def __init__(self) -> None:
        super().__init__({}, None)


def missing_key(id: str) -> str:
    """What a person reads who has to find it."""
    return f'the ledger holds content encrypted with the key "{id}": name it in [encryption.keys]'


def head_of(stored: bytes) -> Sealed | None:
    """The head of sealed bytes; None where they are none."""
    if not stored.startswith(MAGIC) or len(stored) < len(MAGIC) + 2:
        return None
    kind, length = stored[len(MAGIC)], stored[len(MAGIC) + 1]
    start = len(MAGIC) + 2 + length
    name = stored[len(MAGIC) + 2 : start]
    if kind not in (_ROW, _PIECES) or not name.isascii() or len(name) != length or not length:
        return None
    return Sealed(kind, name.decode("ascii"), start)


def _cipher(key: bytes) -> "AESGCM":
    # Loaded only where there are keys: most commands start quicker without.
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    return AESGCM(key)


def _decrypted(cipher: "AESGCM", nonce: bytes, sealed: bytes, context: bytes | None) -> bytes | None:
    from cryptography.exceptions import InvalidTag

    try:
        return cipher.decrypt(nonce, sealed, context)
    except (InvalidTag, ValueError):
        return None


def _head(kind: int, key: str) -> bytes:
    return MAGIC + bytes((kind, len(key))) + key.encode("ascii")


def _piece_nonce(number: int, last: bool) -> bytes:
    return number.to_bytes(_NONCE - 1, "big") + bytes((last,))
