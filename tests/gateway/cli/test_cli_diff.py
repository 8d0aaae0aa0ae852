"""``wharf diff``: files compared by meaning, in words and as JSON, with exit codes that a script can use."""

import json
import re
from pathlib import Path

import pytest

from gateway.cli.main import run
from tests.rigs.samples import SAMPLES

ORDER = SAMPLES / "850-stock-order/input.edi"


@pytest.fixture(autouse=True)
def plain(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")


def decoded(capsysbinary: pytest.CaptureFixture[bytes], path: Path) -> bytes:
    run(["decode", str(path)])
    return capsysbinary.readouterr().out


def changed(tmp_path: Path, *changes: tuple[str, str], name: str = "changed.edi") -> str:
    text = ORDER.read_text()
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    path = tmp_path / name
    path.write_text(text)
    return str(path)


@pytest.mark.parametrize("folder", sorted(path.parent.name for path in SAMPLES.glob("8*/input.edi")))
def test_every_sample_says_what_its_json_says(
    folder: str, tmp_path: Path, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    """X12 against the JSON lines that decode prints, and against the bare document."""
    path = SAMPLES / folder / "input.edi"
    lines = decoded(capsysbinary, path)
    (tmp_path / "lines.json").write_bytes(lines)
    (tmp_path / "list.json").write_text(json.dumps([json.loads(line)["data"] for line in lines.splitlines()]))
    assert run(["diff", str(path), str(tmp_path / "lines.json")]) == 0
    assert run(["diff", str(tmp_path / "list.json"), str(path)]) == 0
    assert b"different" not in capsysbinary.readouterr().out


def test_separators_and_the_order_of_segments_do_not_count(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    one, two = "REF*DP*CENTRAL SUPPLY~\n", "N1*BY*ST. EXAMPLE MEDICAL CENTER*UL*0614141000104~\n"
    other, third = "DTM*002*20261120~\n", "N1*SU*NORTHWIND MEDICAL SUPPLY*UL*9521234000013~\n"
    moved = changed(tmp_path, (third, ""), (two, third + two), ("000000417", "000000999"), ("*417", "*999"))
    text = Path(moved).read_text().replace("*", "|").replace("~\n", "'").replace(">", ":")
    Path(moved).write_text(text)
    assert one.strip("~\n").replace("*", "|") in text and other.strip("~\n").replace("*", "|") in text
    assert run(["diff", str(ORDER), moved]) == 0
    assert capsys.readouterr().out == "1 document: 1 the same\n"
    assert run(["diff", "--envelope", str(ORDER), moved]) == 1
    assert "provenance interchange 000000417 -> 000000999" in capsys.readouterr().out


def test_differences_are_told_by_line_in_words(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    other = changed(
        tmp_path,
        ("PO1*3*20*EA*6.875", "PO1*3*24*EA*7.10"),
        ("DTM*002*20261120", "DTM*002*20261127"),
        ("13.45", "13.4500"),
    )
    assert run(["diff", str(ORDER), other]) == 1
    assert capsys.readouterr().out.splitlines() == [
        "purchase order 4500012345",
        "  date requested delivery 2026-11-20 -> 2026-11-27",
        "  requested delivery 2026-11-20 -> 2026-11-27",
        "  line 3: quantity 20 EA -> 24 EA",
        "  line 3: price 6.875 -> 7.10",
        "1 document: 1 different",
    ]


def test_json_tells_each_pair_with_its_differences(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["diff", "--format", "json", str(ORDER), changed(tmp_path, ("PO1*3*20*EA", "PO1*3*24*EA"))]) == 1
    (pair,) = map(json.loads, capsys.readouterr().out.splitlines())
    assert (pair["documentType"], pair["number"], pair["verdict"]) == ("purchase_order", "4500012345", "different")
    assert pair["differences"] == [
        {
            "path": "lines[3].quantity",
            "kind": "changed",
            "a": {"value": "20", "unitCode": "EA"},
            "b": {"value": "24", "unitCode": "EA"},
            "words": "line 3: quantity 20 EA -> 24 EA",
        }
    ]


def test_a_document_that_stands_on_one_side_only_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    other = SAMPLES / "856-pick-pack/input.edi"
    assert run(["diff", str(ORDER), str(other)]) == 1
    text = capsys.readouterr().out
    assert f"purchase order 4500012345 only in {ORDER}" in re.sub(r"\n +", " ", text)
    assert f"1 only in {ORDER}, 1 only in {other}" in text


def test_what_cannot_be_read_is_2_and_wrong_usage_64(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    broken = tmp_path / "broken.json"
    broken.write_text('{"documentType": "purchase_order",\n"number"')
    assert run(["diff", str(ORDER), str(SAMPLES / "jpeg/input.bin")]) == 2
    assert "error[X12-E0101]" in capsys.readouterr().err
    assert run(["diff", str(broken), str(ORDER)]) == 2
    assert f"{broken}: line 1 is not JSON" in capsys.readouterr().err
    broken.write_text('{"documentType": "purchase_order", "numbr": "PATIENT DOE"}')
    assert run(["diff", str(broken), str(ORDER)]) == 2
    told = capsys.readouterr().err
    assert "error[MAP-E0020]" in told
    assert "DOE" not in told
    assert run(["diff", str(ORDER), "/nowhere/at.all"]) == 2
    assert run(["diff", str(ORDER)]) == 64
    assert run(["diff", "-", "-"]) == 64


def test_a_rejected_message_leaves_the_comparison_open(capsys: pytest.CaptureFixture[str]) -> None:
    """The others are compared, but nobody is told that the files say the same."""
    path = str(SAMPLES / "one-bad-of-three/input.edi")
    assert run(["diff", path, path]) == 2
    told = capsys.readouterr()
    assert "2 documents: 2 the same" in told.out
    assert "error[X12-E0407]" in told.err
