"""``wharf view``: raw beside meaning, problems at their place, and nothing in it that harms a terminal."""

import json
import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.partner import Partner
from adapters.translate import read_delivery
from adapters.translation.x12_inspect import inspect
from gateway.cli.main import run
from gateway.diagnostics.spans import Look, Span, flow, width_of
from gateway.diagnostics.view import View, ViewOptions
from tests.rigs.samples import SAMPLES

GOLDEN = Path(__file__).with_name("golden")
ANYBODY = Partner(name="unlisted", catch_all=True)


def shown(content: bytes, width: int = 100, options: ViewOptions | None = None, *, color: bool = False) -> str:
    look = Look(width, color)
    view = View(look, options or ViewOptions())
    parts = inspect(content, read_delivery(content, "", lambda *_: ANYBODY))
    return "".join(look.print(view.lines(part)) for part in parts if part.kind != "outside")


def sample(folder: str) -> str:
    return str(SAMPLES / folder / "input.edi")


@pytest.fixture(autouse=True)
def plain(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")


@pytest.mark.parametrize(
    ("name", "folder", "width"),
    [("shipment-100", "856-pick-pack", 100), ("order-120", "850-stock-order", 120), ("faulty-80", "bad-quantity", 80)],
)
def test_the_view_is_the_golden_one(name: str, folder: str, width: int, update_golden: bool) -> None:
    text = shown((SAMPLES / folder / "input.edi").read_bytes(), width)
    golden = GOLDEN / f"view-{name}.txt"
    if update_golden:
        golden.parent.mkdir(exist_ok=True)
        golden.write_text(text, "utf-8")
    assert text == golden.read_text("utf-8")


@pytest.mark.parametrize("folder", sorted(path.parent.name for path in SAMPLES.glob("*/input.edi")))
@pytest.mark.parametrize("width", [60, 100])
def test_no_line_is_wider_than_the_terminal(folder: str, width: int) -> None:
    content = (SAMPLES / folder / "input.edi").read_bytes()
    for options in (ViewOptions(), ViewOptions(problems_only=True)):
        assert [line for line in shown(content, width, options).splitlines() if width_of(line) > width] == []


def test_colour_changes_no_character() -> None:
    content = (SAMPLES / "bad-quantity/input.edi").read_bytes()
    colored = re.sub(r"\x1b\[[0-9;]*m", "", shown(content, color=True))
    assert [line.rstrip() for line in colored.split("\n")] == shown(content).split("\n")
    assert "\x1b[1;31m1O\x1b[0m" in shown(content, color=True)


def test_what_a_partner_sends_never_reaches_the_terminal_as_a_command() -> None:
    content = (SAMPLES / "850-stock-order/input.edi").read_bytes().replace(b"CENTRAL", b"\x1b]0;owned\x07\x9b31m")
    for options in (ViewOptions(), ViewOptions(raw=True), ViewOptions(problems_only=True)):
        text = shown(content, options=options)
        assert "owned" in text
        assert not set(text) & {"\x1b", "\x07", "\x9b"}


def test_a_problem_stands_at_its_segment_and_element(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["view", "--problems-only", sample("bad-quantity")]) == 1
    lines = capsys.readouterr().out.splitlines()
    (at,) = (number for number, line in enumerate(lines) if line.strip().startswith("PO1*3*"))
    assert lines[at - 1].strip() == "order line: 3  PO1[3]"
    assert lines[at + 1].index("^^") == lines[at].index("1O")
    assert "error[X12-E0307] PO102 quantity ordered is not a number" in lines[at + 2]
    assert not any("PO1*1*" in line for line in lines)


def test_a_file_without_problems_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["view", "--problems-only", sample("850-stock-order")]) == 0
    assert capsys.readouterr().out == "no problems\n"


def test_raw_is_the_segments_alone(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["view", "--raw", sample("856-pick-pack")]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.strip() for line in lines] == Path(sample("856-pick-pack")).read_text().splitlines()
    depth = {line.strip(): len(line) - len(line.lstrip()) for line in lines}
    assert depth["HL*1**S*1~"] < depth["HL*2*1*O*1~"] < depth["HL*3*2*T*1~"] < depth["HL*4*3*P*1~"]
    assert depth["HL*4*3*P*1~"] == depth["HL*7*3*P*1~"]


def test_one_set_of_many(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["view", "--set", "3", sample("one-bad-of-three")]) == 1
    text = capsys.readouterr().out
    assert "ST*850*0003~" in text
    assert "ST*850*0001~" not in text
    assert run(["view", "--set", "4", sample("one-bad-of-three")]) == 2
    assert "there is no transaction set 4, only 3" in capsys.readouterr().err
    assert run(["view", "--set", "0", sample("one-bad-of-three")]) == 64


def test_what_is_not_x12_is_told_as_check_tells_it(capsys: pytest.CaptureFixture[str]) -> None:
    path = str(SAMPLES / "jpeg/input.bin")
    assert run(["check", path]) == 2
    checked = capsys.readouterr().out.partition("\n\n1 problem")[0]
    assert run(["view", path]) == 2
    assert capsys.readouterr().out.strip() == checked.strip()
    assert run(["view", "/nowhere/at.all"]) == 2
    assert run(["view", sample("856-pick-pack"), "/nowhere/at.all"]) == 2


def test_json_is_one_list_with_a_segment_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["view", "--format", "json", sample("bad-quantity"), str(SAMPLES / "jpeg/input.bin")]) == 2
    text = capsys.readouterr().out
    entries = json.loads(text)
    assert len(text.splitlines()) == len(entries) + 2
    content = Path(sample("bad-quantity")).read_bytes()
    for entry in entries[:-1]:
        sent = content[entry["offset"] : entry["offset"] + entry["length"]].decode()
        assert sent == entry["raw"]
        assert content.split(b"\n")[entry["line"] - 1].decode() == sent + "~"
    (line,) = (entry for entry in entries[:-1] if entry["raw"].startswith("PO1*3*"))
    assert line["name"] == "ordered item"
    assert [(loop["path"], loop["name"], loop["told"]) for loop in line["loops"]] == [("PO1[3]", "order line", "3")]
    quantity = line["elements"][1]
    assert (quantity["element"], quantity["number"], quantity["name"]) == (2, "330", "quantity ordered")
    assert (quantity["value"], quantity["meaning"]) == ("1O", None)
    assert [problem["code"] for problem in quantity["problems"]] == ["X12-E0307"]
    assert line["elements"][2]["meaning"] == "each"
    assert entries[-1]["segment"] is None
    assert [problem["code"] for problem in entries[-1]["problems"]] == ["X12-E0101"]


def test_json_of_nothing_is_an_empty_list(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["view", "--format", "json", "--problems-only", sample("850-stock-order")]) == 0
    assert json.loads(capsys.readouterr().out) == []
    assert run(["view", "--format", "json", "--raw", sample("850-stock-order")]) == 64


def test_an_element_that_was_not_sent_stands_in_json_with_its_problem(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    path = tmp_path / "order.edi"
    path.write_text(Path(sample("850-stock-order")).read_text().replace("BEG*00*NE*4500012345*", "BEG*00*NE**"))
    run(["view", "--format", "json", str(path)])
    (order,) = (entry for entry in json.loads(capsys.readouterr().out) if entry["segment"] == "BEG")
    (number,) = (element for element in order["elements"] if element["element"] == 3)
    assert number["value"] == ""
    assert [problem["code"] for problem in number["problems"]] == ["X12-E0301"]


@settings(max_examples=60)
@given(st.lists(st.text("ab 手—", max_size=30), max_size=6), st.integers(2, 40))
def test_text_that_flows_keeps_its_words_and_its_width(texts: list[str], width: int) -> None:
    lines = ["".join(span.text for span in line) for line in flow([Span(text) for text in texts], width)]
    assert all(width_of(line) <= width for line in lines)
    assert "".join(lines).replace(" ", "") == "".join(texts).replace(" ", "")
