"""hl7apy's opinion of HL7 messages, with the real hl7apy: told as its own, and without a say in the exit code."""

import json
import pickle
from pathlib import Path

import pytest
from hl7apy import load_reference

from gateway.cli.main import run
from gateway.opinion.profile import ask_profile, version
from tests.rigs.hl7_messages import message

GOOD = message("SIU^S12^SIU_S12", "SCH|P1|F1||||R|||||^^^20261124|||||1^Smith||||1^Smith|||||S", "RGS|1|A")


@pytest.fixture(autouse=True)
def plain(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setenv("COLUMNS", "200")


def written(folder: Path, content: bytes) -> str:
    path = folder / "a.hl7"
    path.write_bytes(content)
    return str(path)


def test_what_hl7apy_finds_is_marked_as_its_own(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = written(tmp_path, GOOD.replace(b"1^Smith", b""))
    assert run(["check", path]) == 0
    ours = capsys.readouterr().out
    assert run(["check", "--profile", path]) == 0
    shown = capsys.readouterr().out
    assert f"hl7apy {version()} on " in shown
    assert "hl7apy error: Missing required child SCH.SCH_16" in shown
    assert shown.endswith(ours)


def test_a_message_that_conforms(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["check", "--profile", "--format", "json", written(tmp_path, GOOD)]) == 0
    (told,) = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert (told["opinionOf"], told["transaction"], told["errors"], told["silent"]) == ("hl7apy", "M1", [], None)


def test_the_exit_code_is_ours_where_hl7apy_is_content(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = written(tmp_path, GOOD.replace(b"P1|F1", b"|"))
    assert run(["check", path]) == run(["check", "--profile", path]) == 1
    assert "hl7apy" in capsys.readouterr().out


def test_in_sarif_hl7apy_has_a_run_of_its_own(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = written(tmp_path, GOOD + GOOD.replace(b"1^Smith", b""))
    assert run(["check", "--profile", "--second-opinion", "--format", "sarif", path]) == 0
    ours, pyx12, hl7apy = json.loads(capsys.readouterr().out)["runs"]
    assert [each["tool"]["driver"]["name"] for each in (ours, pyx12, hl7apy)] == ["wharf", "pyx12", "hl7apy"]
    result = next(each for each in hl7apy["results"] if "SCH_16" in each["message"]["text"])
    assert (result["ruleId"], result["level"]) == ("error", "warning")
    assert {each["id"] for each in hl7apy["tool"]["driver"]["rules"]} >= {"error"}
    place = result["locations"][0]["physicalLocation"]
    assert place["artifactLocation"]["uri"] == path
    # The second message begins where the first one ends: its segments are lines.
    assert place["region"]["startLine"] == 1 + GOOD.count(b"\r")


def test_no_value_of_a_patient_is_quoted() -> None:
    content = message("ADT^A01^ADT_A01", "EVN||20261120", "PID|1||4711^^^A^QQSECRET||Winterbottom", "PV1|1|I")
    (told,) = ask_profile(content, None)
    assert "QQSECRET" not in str(told)
    assert any(text.startswith("Value … not in table") for text in (*told.errors, *told.warnings))


def test_a_profile_with_code_in_it_is_not_run(tmp_path: Path) -> None:
    mark = tmp_path / "ran"

    class Evil:
        def __reduce__(self) -> tuple[object, tuple[str, str]]:
            return open, (str(mark), "w")

    profile = tmp_path / "profile"
    profile.write_bytes(pickle.dumps(Evil()))
    (told,) = ask_profile(GOOD, profile)
    assert told.silent is not None
    assert "plain data only" in told.silent
    assert not mark.exists()


def test_a_worker_that_takes_too_long_is_given_up() -> None:
    (told,) = ask_profile(GOOD, None, patience=0.001)
    assert told.silent == "hl7apy was given up after 0.001 seconds"


def test_a_message_profile_decides_what_hl7apy_asks_for(tmp_path: Path) -> None:
    structure = load_reference("SIU_S12", "Message", "2.5")
    header, *others = structure[1]
    fields = [(name, ref, (1, 1) if name == "MSH_8" else counts, kind) for name, ref, counts, kind in header[1][1]]
    stricter = (header[0], (header[1][0], tuple(fields), *header[1][2:]), *header[2:])
    profile = tmp_path / "profile"
    profile.write_bytes(pickle.dumps({"SIU_S12": (structure[0], (stricter, *others), *structure[2:])}))
    (told,) = ask_profile(GOOD, profile)
    assert (told.silent, told.errors) == (None, ("Missing required child MSH.MSH_8",))
