"""``wharf view`` on HL7: raw beside meaning, problems at their place, and nobody's patient without being asked."""

import json
from pathlib import Path

import pytest

from gateway.cli.main import run
from gateway.diagnostics.spans import width_of
from tests.rigs.hl7_messages import message

SAMPLES = Path(__file__).parents[3] / "samples"
PATIENT = "PID|1||MRN4711^^^STEX||Winterbottom^Agatha||19510203|F"


@pytest.fixture(autouse=True)
def plain(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setenv("COLUMNS", "100")


def sample(name: str) -> str:
    return str(next((SAMPLES / name).glob("input.*")))


def written(folder: Path, *segments: str, type: str = "OMS^O05") -> str:
    path = folder / "message.hl7"
    path.write_bytes(message(type, *segments))
    return str(path)


def words(text: str) -> str:
    return " ".join(text.split())


def test_each_segment_is_shown_as_sent_and_said_in_words(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = written(
        tmp_path, "ORC|NW|R1^EHR||G1|||||20261120090500", r"RQD|1|DRS^Dressing 10 \T\ 12^L|||3|CA^Case",
    )  # fmt: skip
    assert run(["view", path]) == 0
    shown = capsys.readouterr().out
    assert shown.startswith("OMS^O05 stock requisition #M1 from CAB|3W to ERP|STEX · 2.5 · message 1\n")
    assert r"  RQD|1|DRS^Dressing 10 \T\ 12^L|||3|CA^Case" in shown
    told = words(shown)
    assert "order — order control: new order (NW) · placer's order: number R1, given by EHR" in told
    assert "ordered: 2026-11-20 09:05:00" in told
    assert "item code, internal: Dressing 10 & 12 (DRS) · requisition quantity: 3 · unit of measure: Case (CA)" in told
    assert "hidden" not in told


def test_patients_are_hidden_unless_asked_for(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    secret = ("MRN4711", "Winterbottom", "19510203", "fragile", "Q-ZONE")
    path = written(
        tmp_path, PATIENT, "NTE|1||fragile", "ZPX|Q-ZONE", "ORC|NW|R1", "RQD|1|GLV^Glove|||3|BX", "NTE|1||dock 2",
    )  # fmt: skip
    for options in ([], ["--raw"], ["--format", "json"], ["--problems-only"]):
        assert run(["view", *options, path]) == 0
        told = capsys.readouterr()
        assert [text for text in secret if text in told.out + told.err] == []
    assert run(["view", path]) == 0
    shown = capsys.readouterr().out
    assert "PID|…" in shown
    assert "patient id: 14 characters · name: 19 characters" in words(shown)
    assert "dock 2" in shown
    assert shown.endswith("3 segments with what is about a patient hidden; --patients shows all\n")
    assert run(["view", "--patients", path]) == 0
    shown = capsys.readouterr().out
    assert [text for text in secret if text not in shown] == []
    assert "name: family name Winterbottom, given name Agatha" in words(shown)
    assert "sex: female (F)" in words(shown)
    assert "--patients" not in shown


def test_a_single_field_about_a_patient_is_hidden_too(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = written(
        tmp_path, "FT1|1|T1||20261120||CG|X^Thing|||1||||INSURED-9|||||S72.0^Fracture|7702^Adeyemi", type="DFT^P03"
    )
    assert run(["view", path]) == 0
    shown = capsys.readouterr().out
    assert "FT1|1|T1||20261120||CG|X^Thing|||1||||…|||||…|7702^Adeyemi" in shown
    assert "Fracture" not in shown
    assert "INSURED-9" not in shown


def test_a_problem_stands_at_its_field(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["view", "--problems-only", sample("hl7-batch")]) == 1
    lines = capsys.readouterr().out.splitlines()
    (at,) = (number for number, line in enumerate(lines) if "|l2|" in line)
    assert lines[at + 1].index("^^") == lines[at].index("l2")
    assert "error[HL7-E0303] RQD-5 (requisition quantity): quantity is not a number" in lines[at + 2]
    assert "message 2" in lines[0]
    assert not any("message 1" in line for line in lines)
    (trailer,) = (number for number, line in enumerate(lines) if line.startswith("BTS|"))
    assert lines[trailer + 2].startswith("warning[HL7-W0113] BTS-1")


def test_a_problem_of_a_hidden_segment_marks_its_id_alone(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "lost.hl7"
    path.write_bytes(message("OMS^O05", PATIENT, "of a cut line", "ORC|NW|R1", "RQD|1|GLV^Glove|||3|BX"))
    assert run(["view", str(path)]) == 0
    shown = capsys.readouterr().out
    lines = shown.splitlines()
    at = lines.index("  PID|…")
    assert lines[at + 1] == "  ^^^"
    assert "HL7-W0109" in lines[at + 2]
    assert "cut line" not in shown


def test_one_message_of_many(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["view", "--set", "3", sample("hl7-batch")]) == 1
    shown = capsys.readouterr().out
    assert "BT-3" in shown
    assert "BT-1" not in shown
    assert run(["view", "--set", "4", sample("hl7-batch")]) == 2
    assert "there is no message 4, only 3" in capsys.readouterr().err


def test_raw_is_the_segments_alone(capsys: pytest.CaptureFixture[str]) -> None:
    path = sample("hl7-oms-stock")
    assert run(["view", "--raw", path]) == 0
    assert capsys.readouterr().out.splitlines() == Path(path).read_text().splitlines()


def test_json_has_a_segment_a_line_and_the_keys_of_x12(capsys: pytest.CaptureFixture[str]) -> None:
    hl7, x12 = sample("hl7-bad-quantity"), sample("bad-quantity")
    assert run(["view", "--format", "json", hl7, x12]) == 1
    rows = json.loads(capsys.readouterr().out)
    ours = [row for row in rows if row["file"] == hl7]
    theirs = next(row for row in rows if row["file"] == x12 and row["segment"] == "PO1")
    assert set(theirs) < set(ours[0])
    content = Path(hl7).read_bytes()
    for row in ours:
        raw = content[row["offset"] : row["offset"] + row["length"]].decode()
        assert raw.startswith(row["segment"] + "|")
        assert row["hidden"] == (row["raw"] != raw)
    wrong = [element for row in ours for element in row["elements"] if element["problems"]]
    assert [(element["element"], element["value"], element["problems"][0]["code"]) for element in wrong] == [
        (5, "1O", "HL7-E0303"),
        (2, "", "HL7-E0302"),
    ]
    hidden = [element for row in ours if row["segment"] == "PID" for element in row["elements"]]
    assert hidden
    assert {element["value"] for element in hidden} == {None}


@pytest.mark.parametrize("name", sorted(path.name for path in SAMPLES.glob("hl7-*")))
def test_every_sample_is_shown_within_the_terminal(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    code = run(["check", sample(name)])
    capsys.readouterr()
    for options in ([], ["--problems-only"], ["--format", "json"]):
        assert run(["view", *options, sample(name)]) == code
        shown = capsys.readouterr().out
        if "json" not in options:
            assert [line for line in shown.splitlines() if width_of(line) > 100] == []


def test_what_a_sender_writes_never_reaches_the_terminal_as_a_command(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = written(tmp_path, "ORC|NW|R1", "RQD|1|GLV^\x1b]0;owned\x07|||3|BX")
    for options in ([], ["--raw"]):
        assert run(["view", *options, path]) == 0
        shown = capsys.readouterr().out
        assert "owned" in shown
        assert not set(shown) & {"\x1b", "\x07"}
