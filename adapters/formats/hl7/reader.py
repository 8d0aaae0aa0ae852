"""Finds the messages in a delivery's bytes: framed or not, alone, in a row, or in batches.

A message begins where MSH stands at the start of a line or behind a start byte, and ends where the next one begins.
Nothing is decoded here; memory does not grow with the delivery, only with its largest message.
Sources: HL7 v2.9.1, section 2.10.3 (batches); HL7 Transport Specification: MLLP, release 1.
"""

import mmap
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from adapters.formats.hl7.charset import WIDE_MARKS

MOST_BYTES: Final = 16 << 20
"""Of one message."""
_KEPT: Final = 64 << 10
"""Of one that is too large: enough to tell whose it was."""
_WINDOW: Final = 1 << 20
_BEHIND: Final = 16
"""Bytes before a window that are looked at too, and behind it."""
_START = re.compile(
    rb"[\r\n\x0b\x1c](?:\xef\xbb\xbf)?[ \t\x00]{0,4}(MSH(?=[^A-Za-z0-9\s])|(?:FHS|BHS|BTS|FTS)(?=[^A-Za-z0-9]|$))"
)
_IN_TAGS: Final = (b"MSH", b"HS", b"TS")
"""One of these stands in each tag."""
_ANYWHERE = re.compile(rb"MSH(?=[^A-Za-z0-9\s][^A-Za-z0-9\s])")
_ALONE = re.compile(
    rb"[\s\x00\x0b\x1c\x1a]*(?:\xef\xbb\xbf)?\s*(?:EVN|FT1|MFE|MFI|MSA|NTE|OBR|OBX|ORC|PID|PV1|RQD|SCH)\|"
)
_FRAME_END = re.compile(rb"\x1c(?=[\r\n\x0b]|$)")
_BLANK: Final = b" \t\r\n\x00\x0b\x1c\x1a\xef\xbb\xbf"
_EDGE: Final = b" \t\r\n\x00\x0b\x1c\x1a"

Bytes = bytes | mmap.mmap


@dataclass(frozen=True, slots=True)
class MessageBytes:
    """The bytes of one message, MSH to its last segment."""

    raw: bytes
    offset: int
    length: int
    """More than ``raw`` holds where the message is too large."""
    cut_off: bool = False
    """Its frame was begun and never ended."""


@dataclass(frozen=True, slots=True)
class EnvelopeBytes:
    """FHS, BHS, BTS or FTS: one line."""

    tag: str
    raw: bytes
    offset: int


@dataclass(frozen=True, slots=True)
class Junk:
    """Bytes that belong to no message."""

    offset: int
    length: int


Found = MessageBytes | EnvelopeBytes | Junk


def looks_like_hl7(content: Bytes, within: int) -> bool:
    """Whether HL7 begins in the first bytes: with a header, with another segment, or in wide characters."""
    head = bytes(content[:within])
    if is_wide(head) or _ALONE.match(head):
        return True
    return bool(_START.search(b"\r" + head) or _ANYWHERE.search(head))


def is_wide(content: Bytes) -> bool:
    """Whether the characters take two or four bytes each, as no HL7 message can be framed."""
    return bytes(content[:24]).lstrip(b"\x0b\xff\xfe").startswith(WIDE_MARKS)


def read_hl7(content: Bytes) -> Iterator[Found]:
    """Everything in the delivery in order; what is not blank comes out once."""
    starts = _starts(content)
    current = next(starts, None)
    if current is None:
        if (whole := _junk(content, 0, len(content))) is not None:
            yield whole
        return
    if (before := _junk(content, 0, current[0])) is not None:
        yield before
    while current is not None:
        following = next(starts, None)
        yield from _between(content, current, following)
        current = following


def _between(content: Bytes, current: tuple[int, bytes], following: tuple[int, bytes] | None) -> Iterator[Found]:
    """What begins at one start, up to the next."""
    offset, tag = current
    limit = following[0] if following else len(content)
    if tag != b"MSH":
        line = bytes(content[offset : min(limit, offset + _KEPT)])
        cut = re.search(rb"[\r\n\x1c]", line)
        end = cut.start() if cut else len(line)
        yield EnvelopeBytes(tag.decode(), line[:end], offset)
        if (rest := _junk(content, offset + end, limit)) is not None:
            yield rest
        return
    length = limit - offset
    framed = offset > 0 and b"\x0b" in bytes(content[max(0, offset - 4) : offset])
    if length > MOST_BYTES:
        yield MessageBytes(bytes(content[offset : offset + _KEPT]), offset, length)
        return
    raw = bytes(content[offset:limit])
    ended = _FRAME_END.search(raw) if b"\x1c" in raw else None
    if ended is not None:
        after = raw[ended.end() :]
        body = raw[: ended.start()].rstrip(_EDGE)
        yield MessageBytes(body, offset, len(body))
        if after.strip(_BLANK):
            start = offset + ended.end() + len(after) - len(after.lstrip(_BLANK))
            yield Junk(start, len(after.strip(_BLANK)))
        return
    body = raw.rstrip(_EDGE).removesuffix(b"\xef\xbb\xbf").rstrip(_EDGE)
    yield MessageBytes(body, offset, len(body), cut_off=framed)


def _starts(content: Bytes) -> Iterator[tuple[int, bytes]]:
    """Where messages and envelope segments begin, with their ids."""
    size = len(content)
    found = False
    for at in range(0, size, _WINDOW):
        begin = max(0, at - _BEHIND)
        # The start of the delivery is a start of a line.
        block = (b"\r" if begin == 0 else b"") + bytes(content[begin : at + _WINDOW + _BEHIND])
        shift = begin - (1 if begin == 0 else 0)
        # To look for each tag at a line's start takes long: behind the last one anywhere there is nothing to look for.
        last = max(map(block.rfind, _IN_TAGS))
        for match in _START.finditer(block, 0, last + _BEHIND):
            start = shift + match.start(1)
            if not at <= start < at + _WINDOW:
                continue
            if not found and match[1] == b"MSH" and (earlier := _before(content, start)) is not None:
                yield earlier, b"MSH"
            found = True
            yield start, match[1]
    if not found and (anywhere := _before(content, size)) is not None:
        yield anywhere, b"MSH"


def _before(content: Bytes, end: int) -> int | None:
    """Where a first message begins in the middle of a line, behind something like ``[SOM]``."""
    match = _ANYWHERE.search(bytes(content[: min(end, _KEPT)]))
    return match.start() if match else None


def _junk(content: Bytes, start: int, end: int) -> Junk | None:
    """The stretch without blanks and framing at its ends; None where nothing is left."""
    while start < end:
        chunk = bytes(content[start : min(end, start + _KEPT)])
        rest = chunk.lstrip(_BLANK)
        start += len(chunk) - len(rest)
        if rest:
            break
    while start < end:
        chunk = bytes(content[max(start, end - _KEPT) : end])
        rest = chunk.rstrip(_BLANK)
        end -= len(chunk) - len(rest)
        if rest:
            break
    return Junk(start, end - start) if end > start else None
