"""Reading interchanges: separators, places, envelopes, and whatever a stranger sends."""

import mmap
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.formats.x12.delimiters import InterchangeHeader, read_header
from adapters.formats.x12.events import GroupBegin, GroupEnd, InterchangeBegin, InterchangeEnd, Outside, SetRead
from adapters.formats.x12.reader import read_x12
from tests.rigs.x12_bytes import group, interchange, order, transaction_set


def codes(content: bytes) -> list[str]:
    """All fault codes of a reading, in order."""
    found = []
    for event in read_x12(content):
        found += [event.fault.kind.code] if isinstance(event, Outside) else []
        found += [fault.kind.code for fault in getattr(event, "faults", ())]
    return found


def sets(content: bytes) -> list[list[list[str]]]:
    """The elements of every segment of every transaction set."""
    return [[s.elements for s in event.segments] for event in read_x12(content) if isinstance(event, SetRead)]


def test_a_regular_interchange_has_no_faults_and_comes_in_order() -> None:
    events = list(read_x12(order()))
    assert [type(event) for event in events] == [InterchangeBegin, GroupBegin, SetRead, GroupEnd, InterchangeEnd]
    assert codes(order()) == []


def test_every_segment_is_found_again_at_its_place() -> None:
    content = b"\xef\xbb\xbf" + order().replace(b"St. Example", "Sankt Änne".encode())
    for event in read_x12(content):
        if isinstance(event, SetRead):
            for segment, text in zip(event.segments, event.texts, strict=True):
                place = content[segment.offset : segment.offset + segment.length]
                assert place.decode() == text
                assert text.split("*") == segment.elements


@pytest.mark.parametrize(
    ("element", "component", "end"),
    [
        ("*", ">", "~"), ("|", ":", "\n"), ("*", ">", "\r\n"), ("~", "|", "}\r\n"), ("^", "<", "!"),
        ("*", ":", "\x85"), ("\x1d", "\x1f", "\x1c"), (",", ">", "…"), ("*", ">", "\r"),
    ],
)  # fmt: skip
def test_separators_are_found_by_counting(element: str, component: str, end: str) -> None:
    text = order().decode().replace(">", component).replace("*", element).replace("~\n", end)
    content = text.encode("utf-8" if end == "…" else "latin-1")
    assert sets(content) == sets(order())
    assert not [code for code in codes(content) if code != "X12-I0110"]


def test_a_trimmed_header_is_read_and_noted() -> None:
    content = order().replace(b"*123456789      *", b"*123456789*")
    assert sets(content) == sets(order())
    assert codes(content) == ["X12-I0110"]


@pytest.mark.parametrize("version", ["00402", "00501"])
def test_isa11_separates_repetitions_from_00402_on(version: str) -> None:
    header = read_header(interchange(group(transaction_set()), version=version), 0)
    assert isinstance(header, InterchangeHeader)
    assert header.delimiters.repetition == "^"


def test_isa11_of_old_senders_is_no_separator() -> None:
    header = read_header(order().replace(b"*00401*", b"*00501*"), 0)
    assert isinstance(header, InterchangeHeader)
    assert header.delimiters.repetition is None


def test_two_interchanges_with_different_separators_are_both_read() -> None:
    second = order(number="000000124").replace(b">", b":").replace(b"*", b"|").replace(b"~\n", b"\n")
    content = order() + second
    headers = [event.header for event in read_x12(content) if isinstance(event, InterchangeBegin)]
    assert [header.control_number for header in headers] == ["000000123", "000000124"]
    assert sets(content) == sets(order()) * 2
    assert codes(content) == []


def test_indentation_blank_lines_and_doubled_terminators_are_passed_over() -> None:
    content = order().replace(b"~\n", b"~~ \r\n\r\n    ")
    assert sets(content) == sets(order())


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ((b"SE*6*0001", b"SE*7*0001"), "X12-W0404"),
        ((b"SE*6*0001", b"SE*6*0002"), "X12-E0403"),
        ((b"SE*6*0001~\n", b""), "X12-E0402"),
        ((b"GE*1*7", b"GE*2*7"), "X12-W0203"),
        ((b"GE*1*7", b"GE*1*8"), "X12-E0202"),
        ((b"GE*1*7~\n", b""), "X12-E0201"),
        ((b"IEA*1*000000123", b"IEA*2*000000123"), "X12-W0106"),
        ((b"IEA*1*000000123", b"IEA*1*000000124"), "X12-E0105"),
        ((b"IEA*1*000000123~\n", b""), "X12-E0104"),
        ((b"000000123*0*P", b"00000012A*0*P"), "X12-W0114"),
        ((b"GS*PO", b"XX*1~\nGS*PO"), "X12-W0415"),
        ((b"IEA*1*000000123~\n", b"IEA*1*000000123~\nhello"), "X12-W0109"),
    ],
)
def test_each_break_of_the_envelope_is_told(change: tuple[bytes, bytes], code: str) -> None:
    assert change[0] in order()
    assert code in codes(order().replace(*change))


@pytest.mark.parametrize("text", ["BLÅ", "Å", "naïve …", "価格"])
def test_text_beyond_ascii_keeps_its_last_byte(text: str) -> None:
    content = order().replace(b"*GLV-M-200", b"*" + text.encode())
    assert sets(content)[0][3][-1] == text
    assert sets(content.replace(b"~\n", b"~\x85")) == sets(content)


def test_leading_zeros_do_not_make_control_numbers_differ() -> None:
    assert codes(order().replace(b"GE*1*7", b"GE*01*000000007").replace(b"SE*6*", b"SE*06*")) == []


@pytest.mark.parametrize(
    ("content", "code", "words"),
    [
        (b"", "X12-E0113", None),
        (bytes(1000), "X12-E0101", "bytes of value zero"),
        (b"\xff\xd8\xff\xe0 ISA ", "X12-E0101", "a JPEG picture"),
        (b"MSH|^~\\&|EHR|ST|", "X12-E0101", "an HL7 message"),
        (b"ISA*00*", "X12-E0103", "2 element separators '*'"),
        (b"PK\x03\x04....", "X12-E0101", "a ZIP archive"),
    ],
)
def test_what_is_no_interchange_is_told_in_words(content: bytes, code: str, words: str | None) -> None:
    (event,) = read_x12(content)
    assert isinstance(event, Outside)
    assert (event.fault.kind.code, event.fault.found) == (code, words)


def test_separators_that_contradict_are_refused() -> None:
    assert codes(order().replace(b"*P*>~", b"*P*7~"))[0] == "X12-E0102"


def test_a_segment_without_end_is_given_up(tmp_path: Path) -> None:
    content = order().replace(b"CTT*1~\n", b"CTT*1" + b"A" * 3_000_000)
    assert "X12-E0115" in codes(content)


def test_a_mapped_file_reads_like_bytes(tmp_path: Path) -> None:
    path = tmp_path / "order.edi"
    path.write_bytes(order())
    with path.open("rb") as stream, mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ) as mapped:
        assert [type(event) for event in read_x12(mapped)] == [type(event) for event in read_x12(order())]


@given(st.integers(min_value=0, max_value=len(order())))
def test_a_file_cut_off_anywhere_is_told(cut: int) -> None:
    """Every cut but the one behind IEA is noticed, and nothing raises."""
    content = order()[:cut]
    complete = order().rindex(b"IEA*1*000000123") + len(b"IEA*1*000000123")
    assert bool(codes(content)) == (cut < complete)


@given(st.binary(max_size=400))
def test_no_bytes_make_it_raise(junk: bytes) -> None:
    list(read_x12(junk))
    list(read_x12(b"ISA" + junk))
    list(read_x12(order()[:107] + junk))


@settings(max_examples=200)
@given(st.lists(st.tuples(st.integers(0, len(order()) - 1), st.binary(min_size=0, max_size=3)), max_size=6))
@pytest.mark.failure("X3")
def test_no_damage_makes_it_raise(edits: list[tuple[int, bytes]]) -> None:
    content = bytearray(order())
    for place, text in edits:
        content[place : place + 1] = text
    list(read_x12(bytes(content)))
