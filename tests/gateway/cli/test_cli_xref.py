"""`wharf xref`, `wharf parked` and `wharf test` as a person meets them."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from gateway.cli.main import run

ROOT = Path(__file__).parents[3]
EXAMPLE = ROOT / "docs/examples/routes"

Say = Callable[..., tuple[int, str, str]]


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the example, with a ledger."""
    shutil.copytree(EXAMPLE, tmp_path / "st")
    monkeypatch.chdir(tmp_path / "st")
    monkeypatch.setenv("NO_COLOR", "1")
    from gateway.ledger.store import open_ledger

    open_ledger(tmp_path / "st/var").close()
    return tmp_path / "st"


@pytest.fixture
def say(home: Path, capsys: pytest.CaptureFixture[str]) -> Say:
    def said(*arguments: str) -> tuple[int, str, str]:
        code = run(arguments)
        out = capsys.readouterr()
        return code, out.out, out.err

    return said


def test_an_import_is_told_kept_and_answers(home: Path, say: Say) -> None:
    (home / "item.csv").write_text("partner,ours,theirs\nnorthwind,S1,N-1\nacme,S1,A-1\n")
    assert say("xref", "import", "item.csv", "--check")[:2] == (0, "2 rows, all well; nothing was imported\n")
    assert say("xref", "show", "item", "S1", "--partner", "acme")[0] == 1
    assert say("xref", "import", "item.csv", "--by", "ann")[:2] == (0, "2 rows imported, 0 there already\n")
    assert say("xref", "import", "item.csv")[:2] == (0, "0 rows imported, 2 there already\n")
    code, out, _ = say("xref", "show", "item", "S1", "--partner", "acme", "--json")
    assert (code, json.loads(out)["theirs"]) == (0, "A-1")
    code, out, _ = say("xref", "list", "item", "--partner", "acme", "--json")
    assert [(row["theirs"], row["from"][:6]) for row in map(json.loads, out.splitlines())] == [
        ("A-1", "import"),
        ("DR-1010", "xref/"),
    ]
    code, out, _ = say("xref", "history", "item", "--json")
    assert {json.loads(line)["by"] for line in out.splitlines()} == {"ann"}


def test_a_wrong_row_keeps_all_rows_out(home: Path, say: Say) -> None:
    (home / "item.csv").write_text("partner,ours,theirs\nnorthwind,S1,N-1\nacne,S1,A-1\n")
    code, out, err = say("xref", "import", "item.csv")
    assert (code, out) == (1, "")
    assert "error[CFG-E0403]" in err
    assert "item.csv:3   partner" in err
    assert "nothing was imported" in err
    assert say("xref", "history", "item")[1] == "nothing was imported\n"
    (home / "unit.csv").write_text("item,from_unit,to_unit,factor\nS10077,CA,BX,4\nS10077,BX,EA,6\n")
    code, out, err = say("xref", "import", "unit.csv", "--json")
    told = json.loads(out)
    assert (code, told["ok"], told["problems"][0]["code"]) == (1, False, "CFG-E0405")


def test_wrong_words_are_usage_errors(home: Path, say: Say) -> None:
    (home / "other.csv").write_text("ours,theirs\n")
    assert say("xref", "import", "other.csv")[0] == 64
    assert say("xref", "list", "items")[0] == 64
    assert say("xref", "show", "unit", "BX")[0] == 64
    assert say("xref", "import", "item.csv")[0] == 2


def test_a_factor_is_shown_as_routing_gets_it(say: Say) -> None:
    code, out, _ = say("xref", "show", "unit", "EA:CA", "--item", "S10077", "--json")
    assert (code, json.loads(out)["factor"]) == (0, "1/12")
    assert say("xref", "show", "unit", "EA:PL", "--item", "S10077")[:2] == (1, "nothing answers for unit EA:PL\n")


def test_nothing_parked_is_said(say: Say) -> None:
    assert say("parked", "list")[:2] == (0, "nothing is parked\n")
    assert say("parked", "list", "--json")[:2] == (0, "")
    assert say("parked", "drop", "x")[:2] == (1, "x: is not parked\n")


def test_cases_pass_fail_and_are_written(home: Path, say: Say) -> None:
    assert say("test")[0] == 0
    table = home / "xref/item.csv"
    table.write_text(table.read_text().replace("SAL-1000", "SAL-1001"))
    code, out, _ = say("test")
    assert code == 1
    assert "routed document 1: line 2: identifier SELLER SAL-1000 -> SAL-1001" in out
    code, out, _ = say("test", "tests/two-suppliers", "--json")
    assert (code, json.loads(out)["result"]) == (1, "fail")
    before = sorted(path.relative_to(home) for path in home.rglob("tests/**/*"))
    assert say("test", "--update")[0] == 0
    assert say("test")[0] == 0
    assert sorted(path.relative_to(home) for path in home.rglob("tests/**/*")) == before
    # Nothing is kept: no delivery, no number.
    assert say("messages", "list")[1] == "no messages\n"


def test_a_new_case_fails_until_it_is_written_and_read(home: Path, say: Say) -> None:
    case = home / "tests/submitted"
    case.mkdir()
    order = json.loads((ROOT / "samples/850-stock-order/expected/documents.json").read_text())[0]["document"]
    (case / "input.json").write_text(json.dumps({"partner": "erp", "document": order}))
    code, out, _ = say("test", "tests/submitted")
    assert (code, "nothing is expected yet" in out) == (1, True)
    assert say("test", "tests/submitted", "--update")[0] == 0
    expected = json.loads((case / "expected.json").read_text())
    assert list(expected) == ["on", "documents", "rejected", "routed", "parked"]
    assert [each["to"] for each in expected["routed"]] == ["northwind"]
    assert (case / "expected.edi").read_bytes().startswith(b"ISA*")
    assert say("test", "tests/submitted")[0] == 0


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("input.json", "{"),
        ("input.json", '{"partner": "erp", "document": {"documentType": "order"}}'),
        ("input.json", '{"document": {}}'),
        ("expected.json", "[]"),
        ("expected.json", '{"on": "yesterday"}'),
        ("expected.json", '{"come": []}'),
        ("input.edi", "ISA"),
    ],
)
def test_a_case_that_cannot_be_run_is_told(home: Path, say: Say, name: str, text: str) -> None:
    case = home / "tests/odd"
    case.mkdir()
    (case / "input.hl7").write_bytes((home / "tests/two-suppliers/input.hl7").read_bytes())
    if name == "input.json":
        (case / "input.hl7").unlink()
    (case / name).write_text(text)
    code, out, _ = say("test", "tests/odd")
    assert code == 2
    assert out.startswith("error   odd\n")


def test_a_folder_without_cases_is_told(home: Path, say: Say) -> None:
    code, _, err = say("test", "partners")
    assert (code, "there is no case in partners" in err) == (2, True)
