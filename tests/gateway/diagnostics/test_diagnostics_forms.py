"""Problems as JSON and as SARIF, and the page of all codes."""

import json
from pathlib import Path

import pytest

from canonical.problem import Problem, Severity
from gateway.catalogue import CATALOGUE
from gateway.diagnostics.document import problem_codes_markdown
from gateway.diagnostics.json import to_check_json
from gateway.diagnostics.sarif import to_sarif
from gateway.diagnostics.spelling import spell
from tests.rigs.faulty import order_problems

PAGE = Path(__file__).parents[3] / "docs" / "problem-codes.md"
KEYS = [
    "code",
    "severity",
    "message",
    "file",
    "line",
    "offset",
    "length",
    "interchange",
    "group",
    "transaction",
    "segment",
    "segmentIndex",
    "loop",
    "element",
    "elementNumber",
    "elementName",
    "component",
    "repetition",
    "found",
    "expected",
    "path",
    "help",
    "ack",
]


def test_check_json_always_has_every_key() -> None:
    bare = to_check_json(Problem(code="ZZZ-E9999", severity=Severity.ERROR, message="new"), "a.edi")
    assert list(bare) == KEYS
    assert [key for key, value in bare.items() if value is not None] == ["code", "severity", "message", "file"]


def test_check_json_tells_the_place_the_values_and_the_acknowledgment() -> None:
    data = to_check_json(order_problems()[4], "acme.edi")
    assert json.loads(json.dumps(data)) == data
    assert data | {"offset": 0} == {
        "code": "X12-E0307",
        "severity": "error",
        "message": "quantity is not a number",
        "file": "acme.edi",
        "line": 1,
        "offset": 0,
        "length": 2,
        "interchange": "000000123",
        "group": "7",
        "transaction": "0001",
        "segment": "PO1",
        "segmentIndex": 7,
        "loop": "PO1[2]",
        "element": 2,
        "elementNumber": "330",
        "elementName": "Quantity Ordered",
        "component": None,
        "repetition": None,
        "found": "1O",
        "expected": "a number, 1 to 15 digits",
        "path": "lines[1].quantity.value",
        "help": "Did the sender mean 10? Ask for a corrected 850.",
        "ack": "AK403=6",
    }


def test_check_json_falls_back_to_the_help_of_the_catalogue() -> None:
    data = to_check_json(order_problems()[0], "acme.edi")
    assert data["help"] == CATALOGUE["X12-W0309"].help


def test_sarif_names_each_rule_once_and_places_each_result_by_bytes() -> None:
    problems = order_problems()
    log = to_sarif([("in/acme ü.edi", problems), ("-", problems[:1])], version="0.1.0")
    assert json.loads(json.dumps(log)) == log
    assert log["version"] == "2.1.0"
    (run,) = log["runs"]
    rules = run["tool"]["driver"]["rules"]
    assert len({rule["id"] for rule in rules}) == len(rules) == 8
    assert len(run["results"]) == 9
    for result in run["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
        assert result["level"] in {"error", "warning", "note"}
        (location,) = result["locations"]
        artifact = location["physicalLocation"]["artifactLocation"]
        assert run["artifacts"][artifact["index"]]["location"]["uri"] == artifact["uri"]
        region = location["physicalLocation"]["region"]
        assert region["startLine"] >= 1
        assert region["byteOffset"] >= 0
        assert region["byteLength"] >= 0
    number = run["results"][4]
    assert number["level"] == "error"
    assert number["message"]["text"] == 'quantity is not a number (found "1O", expected a number, 1 to 15 digits)'
    assert number["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "in/acme%20%C3%BC.edi"
    assert number["locations"][0]["logicalLocations"] == [
        {"fullyQualifiedName": "interchange 000000123/group 7/850 0001/PO1[2]/PO102"}
    ]


def test_sarif_has_no_region_for_a_problem_without_place() -> None:
    log = to_sarif([("a.edi", [Problem(code="ZZZ-E9999", severity=Severity.ERROR, message="new")])], version="1")
    physical = log["runs"][0]["results"][0]["locations"][0]["physicalLocation"]
    assert "region" not in physical
    assert log["runs"][0]["tool"]["driver"]["rules"] == [{"id": "ZZZ-E9999"}]


def test_sarif_tells_columns_of_characters_where_the_bytes_are_known() -> None:
    text = "ISA*é手~\nPO1*1*1O*BX~\nPO1*2*2O~"
    content = text.encode()
    places = [("*é手", 1), ("1O", 2), ("2O", 3)]
    problems = [
        Problem(code="X12-E0307", severity=Severity.ERROR, message="bad", line=line,
                offset=content.index(piece.encode()), length=len(piece.encode()))
        for piece, line in places
    ]  # fmt: skip
    for order in (problems, problems[::-1]):
        (run,) = to_sarif([("/in/a.edi", order)], version="1", contents=[content])["runs"]
        assert run["artifacts"] == [{"location": {"uri": "file:///in/a.edi"}, "length": len(content)}]
        for result, problem in zip(run["results"], order, strict=True):
            region = result["locations"][0]["physicalLocation"]["region"]
            line = text.split("\n")[region["startLine"] - 1]
            piece = line[region["startColumn"] - 1 : region["endColumn"] - 1]
            assert problem.offset is not None
            assert problem.length is not None
            assert piece.encode() == content[problem.offset : problem.offset + problem.length]


def test_sarif_of_clean_files_is_an_empty_run() -> None:
    (run,) = to_sarif([("a.edi", [])], version="1")["runs"]
    assert run["results"] == []
    assert run["artifacts"] == [{"location": {"uri": "a.edi"}}]


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("1O", "digit one, letter O"),
        ("l0", "small letter l, digit zero"),
        ("1,5\u00a0", "digit one, comma, digit five, no-break space"),
        ("１", "fullwidth digit one"),
        ("BOX", None),
        ("12.50", None),
        ("4500012345O", None),
        ("", None),
    ],
)
def test_values_that_fool_the_eye_are_spelled_out(value: str, words: str | None) -> None:
    assert spell(value) == words


def test_the_page_of_problem_codes_is_current(update_golden: bool) -> None:
    page = problem_codes_markdown()
    if update_golden:
        PAGE.write_text(page, encoding="utf-8")
    assert PAGE.read_text(encoding="utf-8") == page, "write it anew with --update-golden"


def test_the_page_has_a_section_for_each_code() -> None:
    lines = problem_codes_markdown().splitlines()
    assert [code for code in CATALOGUE if f"### {code}" not in lines] == []
