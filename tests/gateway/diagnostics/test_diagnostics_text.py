"""What a person sees on the terminal when something is wrong in a file."""

import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len

from adapters.formats.x12 import problems as x12
from canonical.problem import Problem, ProblemKind, Severity
from gateway.diagnostics.text import FEW, MANY, render_plain, render_summary, render_text
from tests.rigs.faulty import HEADER, ORDER_FILE, Faulty, order_problems

GOLDEN = Path(__file__).with_name("golden")
JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00\xff\xdb\x00C\x00\x08\x06\x06"
NOT_X12 = Problem(
    code=x12.NO_INTERCHANGE.code,
    severity=Severity.ERROR,
    message=x12.NO_INTERCHANGE.title,
    line=1,
    offset=0,
    length=len(JPEG),
)
IN_THE_997 = [problem for problem in order_problems() if problem.code != x12.INTERCHANGE_NUMBERS_DIFFER.code]
CASES = {
    "envelope-100": (order_problems(), ORDER_FILE.content, "acme_20261120.edi", 100, False),
    "order-100": (IN_THE_997, ORDER_FILE.content, "acme_20261120.edi", 100, False),
    "order-72": (IN_THE_997, ORDER_FILE.content, "acme_20261120.edi", 72, False),
    "order-72-ascii": (IN_THE_997, ORDER_FILE.content, "acme_20261120.edi", 72, True),
    "jpeg-100": ([NOT_X12], JPEG, "photo.edi", 100, False),
}


def shown(problems: list[Problem], content: bytes, width: int = 100) -> str:
    return render_text(problems, content, "f.edi", width=width, color=False)


@pytest.mark.parametrize("case", CASES)
def test_rendering_is_the_golden_one(case: str, update_golden: bool) -> None:
    problems, content, name, width, ascii = CASES[case]
    text = render_text(problems, content, name, width=width, color=False, ascii=ascii)
    golden = GOLDEN / f"{case}.txt"
    if update_golden:
        golden.write_text(text, encoding="utf-8")
    assert text == golden.read_text(encoding="utf-8")
    assert text.isascii() or not ascii


def test_colour_changes_no_character() -> None:
    plain = render_text(order_problems(), ORDER_FILE.content, "a.edi", width=90, color=False)
    colored = render_text(order_problems(), ORDER_FILE.content, "a.edi", width=90, color=True)
    bare = re.sub(r"\x1b\[[0-9;]*m", "", colored)
    assert [line.rstrip() for line in bare.split("\n")] == plain.split("\n")
    assert "\x1b[1;31merror[X12-E0307]\x1b[0m" in colored
    assert "\x1b[1;33mwarning[X12-W0308]\x1b[0m" in colored
    assert "\x1b[1;34minfo[X12-I0314]\x1b[0m" in colored


def test_the_file_beside_a_rejected_one_is_plain_text_with_a_summary() -> None:
    raw = render_plain(order_problems(), ORDER_FILE.content, "acme.edi")
    assert b"\x1b" not in raw
    assert raw.decode().endswith("8 problems in 1 file: 2 errors, 5 warnings, 1 note\n")


def test_carets_stand_under_wide_characters_that_come_before() -> None:
    file = Faulty(HEADER + "ST*850*0001~PID*F****手袋*XX~SE*3*0001~")
    problem = file.problem(x12.BAD_CODE, "手袋*XX", "XX", segment="PID", segment_index=2, element=6)
    lines = shown([problem], file.content).splitlines()
    data = next(line for line in lines if "手袋" in line)
    carets = next(line for line in lines if "^" in line)
    assert cell_len(data[: data.index("XX")]) == carets.index("^")
    assert carets.count("^") == 2


def test_something_missing_is_marked_where_it_should_stand() -> None:
    file = Faulty(HEADER + "ST*850*0001~BEG*00*SA~SE*3*0001~")
    problem = file.problem(x12.ELEMENT_MISSING, "BEG*00*SA", "", segment="BEG", segment_index=2, element=3)
    lines = shown([problem], file.content).splitlines()
    data = next(line for line in lines if "BEG*00*SA" in line)
    carets = next(line for line in lines if "^" in line)
    assert carets.index("^") == data.index("~")
    assert "element BEG03" in carets


def test_a_whole_segment_is_marked_by_its_id() -> None:
    file = Faulty(HEADER + "ST*850*0001~PQ1*1*10*EA*9.95~SE*3*0001~")
    problem = file.problem(x12.UNKNOWN_SEGMENT, "PQ1*1*10*EA*9.95", segment="PQ1", segment_index=2)
    assert "^^^ segment PQ1" in shown([problem], file.content)
    assert "^^^^" not in shown([problem], file.content)


def test_neighbours_carry_their_numbers_and_envelope_segments_none() -> None:
    file = Faulty(HEADER + "ST*850*0001~BEG*00*SA*1**20261120~SE*9*0001~GE*1*7~")
    problem = file.problem(x12.SEGMENT_COUNT_WRONG, "SE*9", "9", segment="SE", segment_index=3, element=1)
    text = shown([problem], file.content)
    assert "  2 | BEG*00*SA*1**20261120~\n" in text
    assert "  3 | SE*9*0001~\n" in text
    assert "    | GE*1*7~\n" in text


def test_a_sensitive_value_is_not_repeated_as_found_or_in_the_acknowledgment() -> None:
    file = Faulty(HEADER + "ST*850*0001~N1*ST*DOE\x0bJANE~SE*3*0001~")
    problem = file.problem(
        x12.BAD_CHARACTER, "DOE\x0bJANE", segment="N1", segment_index=2, element=2, element_number="93"
    )
    text = shown([problem], file.content)
    assert "found:" not in text
    assert "AK4*2*93*6~" in text


@pytest.mark.parametrize(
    ("kind", "told"),
    [
        (x12.SEGMENT_MISSING, "997:  AK3*BEG*2**3~"),
        (x12.SEGMENT_COUNT_WRONG, "997:  AK5*R*4~"),
        (x12.SET_COUNT_WRONG, "997:  AK9*R*…*5~"),
        (x12.INTERCHANGE_TRAILER_MISSING, "TA1:  TA1*000000123*…*R*023~"),
    ],
)
def test_the_acknowledgment_that_the_sender_gets_is_shown(kind: ProblemKind, told: str) -> None:
    file = Faulty(HEADER)
    fatal = file.problem(x12.NOT_A_NUMBER, "GS")
    problem = file.problem(kind, "GS", segment="BEG", segment_index=2)
    assert told in shown([problem, fatal], file.content)


def test_the_sender_is_not_told_what_is_only_worth_knowing() -> None:
    file = Faulty(HEADER)
    problem = file.problem(x12.BAD_CODE, "GS", segment="PO1", segment_index=2, element=3, severity=Severity.INFO)
    assert "997:" not in shown([problem], file.content)


@pytest.mark.parametrize(("count", "blocks"), [(MANY, MANY), (MANY + 1, FEW + 1), (5_000, FEW + 1)])
def test_many_problems_of_one_code_are_folded(count: int, blocks: int) -> None:
    file = Faulty(HEADER + "".join(f"PO1*{number}*1*BOX~\n" for number in range(count)))
    problems = [
        file.problem(x12.BAD_CODE, f"PO1*{number}*1*BOX", "BOX", element=3, segment="PO1") for number in range(count)
    ]
    text = shown(problems, file.content)
    assert text.count("warning[X12-W0308]") == blocks
    assert text.endswith(f"{count:,} problems in 1 file: {count:,} warnings\n")
    if count > MANY:
        assert f"{count - FEW:,} more like the {FEW} above" in text
        assert "lines 4, 5, 6" in text


def test_each_code_names_its_explanation_once() -> None:
    file = Faulty(HEADER + "PO1*1*1*BOX~PO1*2*1*BOX~")
    problems = [file.problem(x12.BAD_CODE, f"PO1*{number}*1*BOX", "BOX") for number in (1, 2)]
    assert shown(problems, file.content).count("wharf explain X12-W0308") == 1


def test_the_summary_counts_over_files() -> None:
    assert render_summary([[], []], color=False) == "no problems in 2 files\n"
    assert render_summary([order_problems(), []], color=False) == (
        "8 problems in 2 files: 2 errors, 5 warnings, 1 note\n"
    )


def test_control_characters_of_data_and_names_never_reach_the_terminal() -> None:
    file = Faulty(HEADER + "PID*F****\x1b]0;owned\x07\u202e~")
    problem = file.problem(x12.BAD_CHARACTER, "\x1b", found="\x1b]0;owned\x07", message="bad \x1b[2J", segment="P\nID")
    text = render_text([problem], file.content, "a\x1b[31m\n.edi", width=80, color=False)
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]", text)


def test_a_problem_without_place_and_of_an_unknown_code_is_shown_all_the_same() -> None:
    problem = Problem(code="ZZZ-E9999", severity=Severity.ERROR, message="something new")
    assert shown([problem], b"") == "error[ZZZ-E9999]: something new\n   --> f.edi\n\n1 problem in 1 file: 1 error\n"


@settings(max_examples=200)
@given(
    body=st.binary(max_size=400),
    header=st.booleans(),
    offset=st.integers(0, 700),
    length=st.integers(0, 300),
    width=st.integers(40, 130),
    element=st.none() | st.integers(1, 16),
    message=st.text(min_size=1, max_size=150),
)
def test_any_bytes_and_any_place_are_shown_within_the_width(
    body: bytes, header: bool, offset: int, length: int, width: int, element: int | None, message: str
) -> None:
    content = HEADER.encode() + body if header else body
    problem = Problem(
        code="X12-W0308",
        severity=Severity.WARNING,
        message=message,
        offset=offset,
        length=length,
        segment="PO1",
        element=element,
        element_name="Unit or Basis for Measurement Code",
        found=message,
        ack="AK403=7",
    )
    text = shown([problem], content, width)
    assert [line for line in text.split("\n") if cell_len(line) > width] == []
    assert text.endswith("1 problem in 1 file: 1 warning\n")
