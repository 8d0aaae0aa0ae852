"""The commands on HL7 files, as a user types them."""

import json
from pathlib import Path

import pytest

from gateway.cli.main import run

SAMPLES = Path(__file__).parents[3] / "samples"


@pytest.fixture(autouse=True)
def plain(monkeypatch: pytest.MonkeyPatch) -> None:
    """No colours."""
    monkeypatch.setenv("NO_COLOR", "1")


def sample(name: str) -> str:
    return str(SAMPLES / name / "input.hl7")


def test_decode_prints_an_event_for_each_message(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["decode", sample("hl7-siu-case"), sample("hl7-oms-stock")]) == 0
    events = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [(event["type"].split(".")[3], event["subject"], event["controlnumber"]) for event in events] == [
        ("surgical_demand", "CASE-2026-8812", "SC-1001"),
        ("surgical_demand", "CASE-2026-8812", "SC-1044"),
        ("requisition", "RQG-5511", "STK-20481"),
    ]
    assert [event["data"].get("released") for event in events] == [False, True, None]
    assert len({event["id"] for event in events}) == 3


def test_decode_tells_what_was_rejected(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["decode", sample("hl7-batch")]) == 1
    told = capsys.readouterr()
    assert len(told.out.splitlines()) == 2
    refused, batch = (json.loads(line) for line in told.err.splitlines())
    assert refused["rejected"] == {
        "format": "HL7", "interchange": "B-112", "group": None, "transaction": "BT-2", "messageType": "OMS^O05",
    }  # fmt: skip
    assert [problem["code"] for problem in batch["problems"]] == ["HL7-W0113"]


def test_check_shows_the_place_and_the_answer_and_no_patient(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["check", sample("hl7-bad-quantity")]) == 1
    shown = capsys.readouterr().out
    assert "input.hl7:4:23   OMS^O05 #BQ-1" in shown
    lines = shown.splitlines()
    at = next(number for number, line in enumerate(lines) if "RQD|1|GLV-M^Glove^L|||1O|BX^Box" in line)
    assert lines[at + 1].index("^^ field RQD-5 (requisition quantity)") == lines[at].index("1O|")
    assert "MSA|AE|… ERR||RQD^1^5^1|102^Data type error^HL70357|E|||HL7-E0303" in shown
    assert "Winterbottom" not in shown


def test_check_as_json_has_the_same_keys_as_for_x12(capsys: pytest.CaptureFixture[str]) -> None:
    run(["check", "--format", "json", sample("hl7-bad-quantity"), str(SAMPLES / "bad-quantity" / "input.edi")])
    rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert {row["code"].partition("-")[0] for row in rows} == {"HL7", "X12"}
    assert len({tuple(row) for row in rows}) == 1
    first = rows[0]
    assert (first["segment"], first["segmentIndex"], first["element"], first["ack"]) == ("RQD", 4, 5, "ERR-3=102")


@pytest.mark.parametrize(
    ("arguments", "codes", "code"),
    [
        ([sample("hl7-omn-nonstock")], ["CA", "AA"], 0),
        (["--kind", "hl7", sample("hl7-omn-nonstock")], ["AA"], 0),
        ([sample("hl7-bad-quantity")], ["AE"], 0),
        (["--kind", "hl7", sample("hl7-ack-inbound")], [], 1),
        (["--kind", "997", sample("hl7-oms-stock")], [], 1),
        (["--kind", "hl7", str(SAMPLES / "bad-quantity" / "input.edi")], [], 1),
    ],
)
def test_ack_prints_the_answers_that_are_due(
    arguments: list[str], codes: list[str], code: int, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    assert run(["ack", *arguments]) == code
    lines = capfdbinary.readouterr().out.split(b"\r")
    assert [line.split(b"|")[1].decode() for line in lines if line.startswith(b"MSA")] == codes


def test_bytes_without_a_header_are_not_readable(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "cut.hl7"
    file.write_bytes(b"EVN|A01|20261120\rPID|1||4711||Quixotilde^Ada\r")
    assert run(["check", str(file)]) == 2
    shown = capsys.readouterr().out
    assert "HL7-E0101" in shown
    assert "Quixotilde" not in shown
