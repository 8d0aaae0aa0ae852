"""Every folder of ``samples/`` comes out as its ``expected/`` says."""

import json
from pathlib import Path

import pytest

from tests.rigs.samples import SAMPLES, expected, input_of, outcome, sample_folders, write_expected

FOLDERS = sample_folders()


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_sample_comes_out_as_expected(folder: Path, update_golden: bool) -> None:
    """Documents, rejections, problems, verdicts and acknowledgments are the very ones that a person has read."""
    found = outcome(folder)
    if update_golden:
        write_expected(folder, found)
    wanted = expected(folder)
    assert wanted, f"{folder.name} has no expected/: run with --update-golden and read what it writes"
    assert sorted(found) == sorted(wanted)
    for name, content in wanted.items():
        if name.endswith(".json"):
            assert json.loads(found[name]) == json.loads(content), f"{folder.name}/expected/{name}"
        assert found[name].decode() == content.decode(), f"{folder.name}/expected/{name}"


def test_every_sample_is_described() -> None:
    """A newcomer finds each case, with what it shows, in samples/README.md, and no case that is not there."""
    text = (SAMPLES / "README.md").read_text("utf-8")
    rows = [line.split("|")[1] for line in text.splitlines() if line.startswith("| `")]
    named = {name for row in rows for name in row.split("`")[1::2]}
    assert named == {folder.name for folder in FOLDERS}


def test_demo_feeds_samples_that_exist() -> None:
    """The list of the demo names cases, each once."""
    lines = (SAMPLES / "demo.txt").read_text("utf-8").splitlines()
    names = [line.strip() for line in lines if line.strip() and not line.startswith("#")]
    assert names
    assert len(names) == len(set(names))
    assert all(input_of(SAMPLES / name).exists() for name in names)


def test_a_large_file_of_zeros_is_one_located_rejection(tmp_path: Path) -> None:
    """50 MB that are no EDI at all: one rejection that says where and why, and nobody is answered."""
    (tmp_path / "input.bin").write_bytes(bytes(50_000_000))
    files = outcome(tmp_path)
    assert "documents.json" not in files
    assert not [name for name in files if name.startswith("acks/")]
    (rejected,) = json.loads(files["rejected.json"])
    problems = rejected["document"]["problems"]
    assert problems
    assert all(problem["code"] and problem["message"] for problem in problems)
    assert any(problem.get("offset") is not None for problem in problems)
