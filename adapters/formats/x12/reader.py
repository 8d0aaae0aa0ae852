"""Interchanges, functional groups and transaction sets, read from the bytes of a delivery.

Trailers are located before the sets in front of them are read, so that a set of a broken group or of
a cut-off interchange is known as such when it comes out. One transaction set is held at a time.
Source: ASC X12.5 (ISA, IEA, TA1) and X12.6 (GS, GE, ST, SE).
"""

from collections.abc import Generator, Iterator

from adapters.contracts import Content
from adapters.formats.x12 import problems
from adapters.formats.x12.delimiters import BrokenHeader, InterchangeHeader, find_header, read_header
from adapters.formats.x12.events import EnvelopeFault, Event, InterchangeBegin, Outside, fault_at
from adapters.formats.x12.header_check import header_faults
from adapters.formats.x12.segments import find_segment, segment_at
from adapters.formats.x12.tree import Segment
from adapters.formats.x12.walk import Walk, same_number

_BLANK = b" \t\r\n\x00\x1a\x85"
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"


def read_x12(content: Content) -> Iterator[Event]:
    """All that stands in a delivery. Never raises on its content."""
    if not content or not len(content):
        yield Outside(EnvelopeFault(problems.EMPTY_DELIVERY, 0, 0))
        return
    position = 0
    interchanges = 0
    broken: BrokenHeader | None = None
    while (start := find_header(content, position)) >= 0:
        header = read_header(content, start)
        if isinstance(header, BrokenHeader):
            broken = broken or header
            position = start + 3
            if interchanges:
                yield Outside(EnvelopeFault(header.kind, start, header.length, header.found, header.expected, "ISA"))
            continue
        interchanges += 1
        yield from _junk(content, position, start)
        end = yield from _read_interchange(content, header)
        position = end
    if interchanges:
        yield from _junk(content, position, len(content))
    elif broken:
        yield Outside(EnvelopeFault(broken.kind, broken.offset, broken.length, broken.found, broken.expected, "ISA"))
    else:
        yield Outside(EnvelopeFault(problems.NO_INTERCHANGE, 0, min(len(content), 80), _nature(content), "ISA"))


def _junk(content: Content, start: int, end: int) -> Iterator[Outside]:
    """Anything but padding between interchanges."""
    piece = content[start : min(end, start + 4096)]
    if start == 0 and piece.startswith(_BYTE_ORDER_MARK):
        yield Outside(EnvelopeFault(problems.BYTE_ORDER_MARK, 0, 3))
        piece = piece[3:]
        start += 3
    text = piece.strip(_BLANK)
    if text:
        lead = piece.index(text[:1])
        yield Outside(EnvelopeFault(problems.JUNK_BETWEEN, start + lead, end - start - lead))


def _nature(content: Content) -> str:
    """What the bytes seem to be, in words, for someone who sent the wrong file."""
    head = bytes(content[:512])
    if not head.strip(b"\x00"):
        return "bytes of value zero"
    known = {
        b"\xff\xd8\xff": "a JPEG picture", b"\x89PNG": "a PNG picture", b"%PDF": "a PDF document",
        b"PK\x03\x04": "a ZIP archive", b"\x1f\x8b": "a gzip archive", b"\xff\xfe": "text in UTF-16",
        b"\xfe\xff": "text in UTF-16", b"<?xml": "an XML document", b"UNA": "an EDIFACT interchange",
        b"UNB": "an EDIFACT interchange", b"MSH|": "an HL7 message", b"ST": "a transaction set without envelope",
    }  # fmt: skip
    stripped = head.removeprefix(_BYTE_ORDER_MARK).lstrip(_BLANK)
    for mark, words in known.items():
        if stripped.startswith(mark):
            return words
    return "no ISA segment"


def _read_interchange(content: Content, header: InterchangeHeader) -> Generator[Event, None, int]:
    """The events of one interchange; returns the offset of the first byte after it."""
    trailer, end, faults = _locate_trailer(content, header)
    yield InterchangeBegin(header, end, tuple(_header_faults(header)) + faults)
    walk = Walk(content, header, trailer)
    yield from walk.events()
    yield walk.end(faults)
    return end


def _header_faults(header: InterchangeHeader) -> Iterator[EnvelopeFault]:
    yield from header_faults(header)
    if sum(map(len, header.elements)) + 16 != 105:
        yield EnvelopeFault(problems.HEADER_NOT_FIXED, header.offset, header.length, segment="ISA")
    number = header.control_number
    if not (number.isascii() and number.isdigit() and len(number) <= 9):
        segment = Segment(list(header.elements), 1, header.offset, sum(map(len, header.elements)) + 16)
        yield fault_at(problems.CONTROL_NUMBER_BAD, segment, 13, header.delimiters.element, number, "nine digits")


def _locate_trailer(content: Content, header: InterchangeHeader) -> tuple[int, int, tuple[EnvelopeFault, ...]]:
    """Where IEA begins (or the interchange breaks off), the end of the interchange, and what is wrong with that."""
    marks = header.delimiters
    # Bounded by the next header, so that many interchanges without trailers are not searched through again and again.
    limit = _another_header(content, header.end)
    trailer = find_segment(content, b"IEA", header.end, limit, marks)
    if trailer < 0:
        last = max(header.offset, limit - 1)
        fault = EnvelopeFault(
            problems.INTERCHANGE_TRAILER_MISSING, last, limit - last, "the end of the bytes", "an IEA segment", "IEA"
        )
        return limit, limit, (fault,)
    segment = segment_at(content, trailer, limit, marks)
    end = segment.offset + segment.length
    mark = marks.segment.encode("latin-1")
    if content[end : end + len(mark)] == mark:
        end += len(mark)
    if same_number(segment[2].strip(), header.control_number):
        return trailer, end, ()
    expected = f"{header.control_number}, as ISA13 says"
    found = segment[2].strip()
    return trailer, end, (fault_at(problems.INTERCHANGE_NUMBERS_DIFFER, segment, 2, marks.element, found, expected),)


def _another_header(content: Content, start: int) -> int:
    """The offset of the next well-formed ISA segment, or the end of the bytes."""
    position = start
    while (found := find_header(content, position)) >= 0:
        if isinstance(read_header(content, found), InterchangeHeader):
            return found
        position = found + 3
    return len(content)
