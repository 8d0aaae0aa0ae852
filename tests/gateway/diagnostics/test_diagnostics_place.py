"""Finding the line, the column and the segment of a byte."""

import pytest

from gateway.diagnostics.place import LIMIT, excerpt, position
from tests.rigs.faulty import HEADER

LINE_ENDED = HEADER.replace("~", "\r\n")


@pytest.mark.parametrize(
    ("content", "offset", "place"),
    [
        (b"", 0, (1, 1)),
        (b"ISA*00", 4, (1, 5)),
        (b"ISA\nGS*PO", 7, (2, 4)),
        (b"ISA\r\nGS*PO", 5, (2, 1)),
        ("\ufeffISA*00".encode(), 7, (1, 5)),
        ("PID*手袋*X".encode(), 11, (1, 8)),
        (b"PID*\xe9*X", 6, (1, 7)),
    ],
)
def test_lines_and_columns_count_from_one_and_in_characters(
    content: bytes, offset: int, place: tuple[int, int]
) -> None:
    found = position(content, offset)
    assert (found.line, found.column) == place


@pytest.mark.parametrize("end", ["~", "~\n", "~\r\n", "\n", "\r\n", "'", "!\n", "\x1c", "…"])
def test_the_segment_is_found_with_any_terminator(end: str) -> None:
    content = (HEADER + "ST*850*0001~BEG*00*SA*PO1~REF*DP*42~").replace("~", end).encode()
    found = excerpt(content, content.index(b"SA*PO1"), 2)
    assert found is not None
    mark = end.strip("\r\n").encode()
    assert found.segment == b"BEG*00*SA*PO1" + mark
    assert found.segment[found.start : found.start + found.length] == b"SA"
    assert found.before == b"ST*850*0001" + mark
    assert found.after == b"REF*DP*42" + mark


def test_each_interchange_has_its_own_separators() -> None:
    second = HEADER.replace("*", "|").replace("~", "'")
    content = (HEADER + "IEA*1*000000123~" + second + "ST|850|0009'BEG|00~SA'").encode()
    found = excerpt(content, content.index(b"00~SA"), 2)
    assert found is not None
    assert found.segment == b"BEG|00~SA'"
    assert found.separator == b"|"


def test_the_letters_of_a_header_within_data_are_no_header() -> None:
    content = (HEADER + "N1*ST*VISA|HOUSE*ISA*9*9*9*9*9*9*9*9*9*9*9*9*9*9*9*9*9*9~REF*DP*42~").encode()
    found = excerpt(content, content.index(b"DP"), 2)
    assert found is not None
    assert found.segment == b"REF*DP*42~"


def test_the_end_of_the_bytes_is_a_place() -> None:
    content = HEADER.encode() + b"ST*850*00"
    found = excerpt(content, len(content))
    assert found is not None
    assert found.segment == b"ST*850*00"
    assert found.start == len(b"ST*850*00")


@pytest.mark.parametrize("offset", [-1, 5, 1_000])
def test_a_place_outside_the_bytes_has_no_excerpt(offset: int) -> None:
    assert excerpt(b"ISA*", offset) is None
    assert excerpt(b"", 0) is None


def test_without_any_header_a_line_is_the_segment() -> None:
    found = excerpt(b"Dear supplier,\nplease find attached\n", 20)
    assert found is not None
    assert found.segment == b"please find attached"
    assert (found.before, found.separator) == (None, b"")


def test_a_file_of_one_line_and_ten_megabytes_shows_one_segment() -> None:
    segment = b"PO1*1*10*EA*9.95**VN*GLV-M-100~"
    content = HEADER.encode() + segment * 330_000 + b"REF*DP*4 2~" + segment * 10
    offset = content.index(b"4 2")
    found = excerpt(content, offset, 3)
    assert found is not None
    assert found.segment == b"REF*DP*4 2~"
    assert found.before == segment
    assert position(content, offset).column == offset + 1


def test_a_file_of_zeros_yields_a_bounded_excerpt() -> None:
    found = excerpt(bytes(5_000_000), 2_500_000, 5_000_000)
    assert found is not None
    assert len(found.segment) <= 2 * LIMIT
