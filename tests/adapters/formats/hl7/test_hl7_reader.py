"""Messages are found however they come: framed, in a row, in batches, behind a banner."""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.formats.hl7.places import Lines
from adapters.formats.hl7.reader import (
    MOST_BYTES,
    EnvelopeBytes,
    Found,
    Junk,
    MessageBytes,
    is_wide,
    looks_like_hl7,
    read_hl7,
)

ONE = b"MSH|^~\\&|A|B|C|D|2026||OMS^O05|1|P|2.5\rRQD|1|X|||1|EA"
TWO = b"MSH|^~\\&|A|B|C|D|2026||OMS^O05|2|P|2.5\rRQD|1|Y|||1|EA"


def told(content: bytes) -> list[object]:
    """Each thing in a few words: the bytes of a message, the tag of an envelope, the bytes of junk."""
    rows: list[object] = []
    for found in read_hl7(content):
        match found:
            case MessageBytes():
                assert content[found.offset : found.offset + len(found.raw)] == found.raw
                rows.append((found.raw, "cut") if found.cut_off else found.raw)
            case EnvelopeBytes():
                rows.append(found.tag)
            case Junk():
                rows.append((content[found.offset : found.offset + found.length], "junk"))
    return rows


@pytest.mark.parametrize(
    ("content", "wanted"),
    [
        (ONE, [ONE]),
        (ONE + b"\r", [ONE]),
        (b"\xef\xbb\xbf" + ONE + b"\r\n", [ONE]),
        (b"\r\n  " + ONE, [ONE]),
        (ONE + b"\r" + TWO + b"\r", [ONE, TWO]),
        (ONE + b"\r\n\r\n" + TWO, [ONE, TWO]),
        (b"\x0b" + ONE + b"\r\x1c\r", [ONE]),
        (b"\x0b" + ONE + b"\r\x1c\r\x0b" + TWO + b"\r\x1c\r", [ONE, TWO]),
        (b"\x0b" + ONE + b"\r\x1c\x0b" + TWO + b"\r\x1c", [ONE, TWO]),
        (b"\x0b\xef\xbb\xbf" + ONE + b"\r\x1c\r", [ONE]),
        (b"\x0b" + ONE + b"\r\x1c\r\n\x0b" + TWO + b"\r\x1c\r\n", [ONE, TWO]),
        (b"\x0b" + ONE + b"\x0b" + TWO + b"\r\x1c\r", [(ONE, "cut"), TWO]),
        (b"\x0b" + ONE, [(ONE, "cut")]),
        (b"[SOM]" + ONE, [(b"[SOM]", "junk"), ONE]),
        (b"2026-11-20 INFO up\r\n\x0b" + ONE + b"\r\x1c\rnoise\r\n\x0b" + TWO + b"\r\x1c\r",
         [(b"2026-11-20 INFO up", "junk"), ONE, (b"noise", "junk"), TWO]),
        (b"FHS|^~\\&|A\rBHS|^~\\&|A\r" + ONE + b"\rBTS|1\rFTS|1\r", ["FHS", "BHS", ONE, "BTS", "FTS"]),
        (b"BHS|^~\\&\n" + ONE + b"\nBTS\n", ["BHS", ONE, "BTS"]),
        (b"EVN|A01|2026\rPID|1\r", [(b"EVN|A01|2026\rPID|1", "junk")]),
        (b"", []),
        (b"MSH|^~", [b"MSH|^~"]),
    ],
)  # fmt: skip
def test_each_thing_comes_out_once(content: bytes, wanted: list[object]) -> None:
    assert told(content) == wanted


def test_messages_are_found_across_windows() -> None:
    """More than a window of bytes, with starts at every place in it."""
    content = b"".join(ONE + b"|" + b"x" * (number * 37 % 1000) + b"\r" for number in range(4_000))
    assert len(content) > 2 << 20
    found = list(read_hl7(content))
    assert len(found) == 4_000
    assert all(isinstance(each, MessageBytes) and each.raw.startswith(ONE) for each in found)


def test_a_message_without_end_is_not_kept() -> None:
    found = list(read_hl7(ONE + b"\r" + b"NTE|1||" + b"x" * MOST_BYTES + b"\r" + TWO))
    assert [type(each) for each in found] == [MessageBytes, MessageBytes]
    large, small = found
    assert isinstance(large, MessageBytes)
    assert isinstance(small, MessageBytes)
    assert len(large.raw) < 100_000 < large.length
    assert small.raw == TWO


@pytest.mark.parametrize(
    ("content", "hl7"),
    [
        (ONE, True),
        (b"\x0b" + ONE, True),
        (b"FHS|^~\\&|A\r" + ONE, True),
        (b"EVN|A01|2026\rPID|1", True),
        ("\ufeff".encode("utf-16-le") + ONE.decode().encode("utf-16-le"), True),
        (b"ISA*00*          *00*", False),
        (b"ISA|00|          |00|", False),
        (b"\xff\xd8\xff\xe0\x00\x10JFIF", False),
        (b"", False),
        (b"the letters MSH in a text", False),
    ],
)
def test_hl7_is_told_from_other_bytes(content: bytes, hl7: bool) -> None:
    assert looks_like_hl7(content, 4096) is hl7


def test_wide_characters_are_seen() -> None:
    for codec in ("utf-16-le", "utf-16-be", "utf-16", "utf-32-le", "utf-32-be"):
        assert is_wide(ONE.decode().encode(codec)), codec
    assert not is_wide(ONE)


@given(st.lists(st.sampled_from([b"\r", b"\n", b"\r\n", b"x" * 30_000, b"a", b""]), max_size=12))
@settings(max_examples=60)
def test_lines_are_counted_by_any_line_end(parts: list[bytes]) -> None:
    content = b"".join(parts) + b"q"
    lines = Lines(content)
    plain = content.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    assert lines.line(len(content) - 1) == 1 + plain.count(b"\n")
    assert lines.line(0) == 1


@given(st.lists(st.sampled_from([b"MSH|", b"\r", b"\x0b", b"\x1c", b"BHS", b"BTS|1", b"\n", b"^~\\&", b"x", b" "])))
@settings(max_examples=300)
def test_no_byte_is_lost(parts: list[bytes]) -> None:
    """What is no blank and no framing is in exactly one of the things that come out."""
    content = b"".join(parts)
    covered = [(found.offset, found.offset + _length(found)) for found in read_hl7(content)]
    assert covered == sorted(covered)
    assert all(one[1] <= other[0] for one, other in pairwise(covered))
    inside = {at for start, end in covered for at in range(start, end)}
    left = bytes(byte for at, byte in enumerate(content) if at not in inside)
    assert not left.strip(b" \t\r\n\x00\x0b\x1c\x1a")


def _length(found: Found) -> int:
    return len(found.raw) if isinstance(found, EnvelopeBytes) else found.length
