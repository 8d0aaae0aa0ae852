"""The second opinion with the real pyx12: whose is whose, one interchange at a time, and no harm from its faults."""

import json
from pathlib import Path

import pytest

from gateway.cli.main import run
from gateway.opinion import ask as asking
from gateway.opinion.ask import ask, version
from gateway.opinion.compare import compare
from tests.rigs.corpus import FILES, read
from tests.rigs.samples import SAMPLES
from tests.rigs.x12_bytes import group, interchange, order, transaction_set
from tests.rigs.x12_invariants import items_of


def opinions(content: bytes, **more: float) -> list[tuple[str, list[str], list[str], list[str]]]:
    """Each verdict, with what both tell, Wharf alone and pyx12 alone."""
    problems = list({one.offset: one for item in items_of(content) for one in item.problems}.values())
    return [
        (
            one.verdict,
            [f"{problem.code} {remark.level} {remark.code}" for problem, remark in one.both],
            [problem.code for problem in one.wharf],
            [f"{remark.level} {remark.code}" for remark in one.pyx12],
        )
        for one in compare(ask(content, **more), problems)
    ]


def test_both_agree_on_a_good_order() -> None:
    assert opinions(order()) == [("same", [], [], [])]


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        (b"SE*6*0001", b"SE*7*0001", "X12-W0404 st 4"),
        (b"SE*6*0001", b"SE*6*0002", "X12-E0403 st 3"),
        (b"GE*1*7", b"GE*2*7", "X12-W0203 gs 5"),
        (b"GE*1*7", b"GE*1*8", "X12-E0202 gs 4"),
        (b"IEA*1*000000123", b"IEA*2*000000123", "X12-W0106 isa 021"),
        (b"IEA*1*000000123", b"IEA*1*000000124", "X12-E0105 isa 001"),
    ],
)
def test_both_tell_what_is_wrong_with_an_envelope(old: bytes, new: bytes, told: str) -> None:
    content = order().replace(old, new)
    assert opinions(content) == [("same", [told], [], [])]


def test_a_remark_stands_at_its_segment() -> None:
    content = b"\n\n" + order() + order("000000124").replace(b"SE*6*0001", b"SE*7*0001")
    _, second = ask(content)
    (remark,) = second.remarks
    assert content[remark.offset :].startswith(b"SE*7*0001")
    assert remark.line == content[: remark.offset].count(b"\n") + 1


def test_what_only_one_of_them_tells_is_marked() -> None:
    """pyx12 takes an empty segment for a fault and wants no leading zeros in SE02; we do not."""
    content = interchange(group(transaction_set(("BEG*00*NE*4711**20261120", "PO1*1*1*EA*1", "CTT"))))
    assert opinions(content) == [("different", [], [], ["seg 8"])]


def test_each_interchange_is_asked_about_alone() -> None:
    """pyx12 by itself drops the second one without a word where its separators are others."""
    second = order("000000124").replace(b"*", b"|").replace(b"GE|1", b"GE|2")
    assert [verdict for verdict, *_ in opinions(order() + second)] == ["same", "same"]
    assert opinions(order() + second)[1][1] == ["X12-W0203 gs 5"]


def test_a_version_that_pyx12_does_not_know_is_asked_about_as_another() -> None:
    (answer,) = ask(order().replace(b"*00401*", b"*00400*").replace(b"SE*6*", b"SE*7*"))
    assert (answer.asked_as, answer.silent) == ("00401", None)
    assert [(remark.level, remark.code) for remark in answer.remarks] == [("st", "4")]


def test_what_pyx12_cannot_read_gets_no_opinion() -> None:
    """A header without its padding, which we count through; nothing is said to be ours alone then."""
    content = order().replace(b"          *", b"*").replace(b"SE*6*", b"SE*7*")
    assert opinions(content) == [("none", [], [], [])]
    (answer,) = ask(content)
    assert answer.silent is not None
    assert answer.silent.startswith("X12Error: ")


def test_a_good_997_is_not_measured_with_a_map_that_refuses_all() -> None:
    content = (SAMPLES / "997-inbound" / "input.edi").read_bytes()
    assert opinions(content) == [("same", [], [], [])]


def test_pyx12_stopping_in_silence_is_told() -> None:
    content = order().replace(b"PO1*", b"~PO1*")
    ((verdict, *_),) = opinions(content)
    (answer,) = ask(content)
    assert verdict == "none"
    assert answer.silent == "it stopped without a word after 5 of 10 segments"


def test_a_map_of_pyx12s_checks_the_contents() -> None:
    content = (
        interchange(group(transaction_set(("AK1*PO*7", "AK9*X*1*1*1"), set_id="999"), functional_id="FA",
                          release="005010X231A1"), version="00501")
    )  # fmt: skip
    (answer,) = ask(content)
    assert answer.validated == ("0001",)
    assert any(remark.level == "map" for remark in answer.remarks)


def test_a_worker_that_hangs_or_dies_does_no_harm(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for body, told in (
        ("import time; time.sleep(60)", "pyx12 was given up after 1 seconds"),
        ("import os; os.abort()", "pyx12 was stopped: it went beyond its limits or crashed"),
    ):
        worker = tmp_path / "worker.py"
        worker.write_text(body)
        monkeypatch.setattr(asking, "_WORKER", worker)
        (answer,) = ask(order(), patience=1)
        assert answer.silent == told


def test_the_worker_limits_itself(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the limits of the real one, memory without end ends the worker and nothing else."""
    source = Path(asking.__file__).with_name("worker.py").read_text("utf-8")
    greedy = tmp_path / "worker.py"
    greedy.write_text(source.replace('"""The errors that pyx12', 'bytearray(1 << 31)\n    """The errors that pyx12'))
    monkeypatch.setattr(asking, "_WORKER", greedy)
    (answer,) = ask(order())
    assert answer.silent == "pyx12 was stopped: it went beyond its limits or crashed"


def test_the_exit_code_stays_ours(capsys: pytest.CaptureFixture[str]) -> None:
    path = str(SAMPLES / "bad-quantity" / "input.edi")
    assert run(["check", path, "--second-opinion"]) == run(["check", path]) == 1
    text = capsys.readouterr().out
    assert f"by pyx12 {version()}" in text
    assert "agrees on envelopes, counts and control numbers: nothing wrong" in text


def test_json_marks_whose_it_is(capsys: pytest.CaptureFixture[str]) -> None:
    path = str(SAMPLES / "count-wrong" / "input.edi")
    assert run(["check", path, "--format", "json", "--second-opinion"]) == 0
    *problems, last = map(json.loads, capsys.readouterr().out.splitlines())
    assert all("code" in problem for problem in problems)
    opinion = last["secondOpinion"]
    assert (opinion["reader"], opinion["verdict"]) == (f"pyx12 {version()}", "same")
    (both,) = opinion["both"]
    assert both["wharf"]["code"] == "X12-W0404"
    assert (both["pyx12"]["level"], both["pyx12"]["code"]) == ("st", "4")


def test_sarif_holds_a_run_of_its_own(capsys: pytest.CaptureFixture[str]) -> None:
    path = str(SAMPLES / "count-wrong" / "input.edi")
    assert run(["check", path, "--format", "sarif", "--second-opinion"]) == 0
    ours, theirs = json.loads(capsys.readouterr().out)["runs"]
    assert (ours["tool"]["driver"]["name"], theirs["tool"]["driver"]["name"]) == ("wharf", "pyx12")
    (result,) = theirs["results"]
    assert (result["ruleId"], result["properties"]["wharf"]) == ("st/4", "X12-W0404")


@pytest.mark.skipif(not FILES, reason="WHARF_CORPUS does not name a folder with x12/*/*.edi")
def test_nothing_of_the_public_files_does_harm() -> None:
    """Each interchange gets an answer, and where there is an opinion its places are inside the file."""
    for path in FILES[::12]:
        file = read(path)
        answers = list(ask(file.content))
        assert len(answers) == len(file.plain)
        for answer in answers:
            assert all(answer.offset <= remark.offset < answer.end for remark in answer.remarks)
