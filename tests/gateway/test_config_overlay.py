"""A partner's rules in its file: what is right works, what is wrong is told with its line and a remedy."""

from pathlib import Path

import pytest

from gateway.config import Config, ConfigError, ConfigProblem, load_config

HEAD = 'name = "acme"\nidentities = [ { scheme = "ISA", qualifier = "01", id = "123456789" } ]\n'
GOOD = """
[x12]
strictness = { bad_code = "reject", "X12-W0305" = "ignore", partner_rules = "reject" }
aliases = { "355" = { CS = "CA", KISTE = "BX" } }
order_purpose = [
  { when = { BEG02 = "CN" }, is = "consignment" },
  { when = { text = ["BILL ONLY", "BILL-ONLY"] }, is = "bill_only" },
]

[x12.words]
references = { ZA = "contract" }
parties = { MA = "shipTo" }
items = { ZZ = "BUYER" }

[x12.sets.850]
require = ["REF", "N1/N3", "BEG06"]
forbid = ["CUR", "PO1/SAC"]
codes = { BEG02 = ["NE", "RO"] }
patterns = { BEG03 = "45[0-9]{8}" }
max_uses = { N1 = 4, "PO1/PID" = 1 }
"""


@pytest.fixture
def home(tmp_path: Path) -> Path:
    (tmp_path / "partners").mkdir()
    (tmp_path / "wharf.toml").write_text('[gateway]\nname = "st-example"\n')
    return tmp_path


def load(home: Path, rules: str) -> Config:
    (home / "partners" / "acme.toml").write_text(HEAD + rules)
    return load_config(home / "wharf.toml", {})


def refused(home: Path, rules: str) -> ConfigProblem:
    with pytest.raises(ConfigError) as told:
        load(home, rules)
    (problem,) = told.value.problems
    return problem


def test_good_rules_are_taken(home: Path) -> None:
    (partner,) = load(home, GOOD).partners
    assert partner.x12 is not None
    assert partner.x12.aliases == {"355": {"CS": "CA", "KISTE": "BX"}}
    assert partner.x12.sets["850"].max_uses == {"N1": 4, "PO1/PID": 1}
    assert [rule.purpose for rule in partner.x12.order_purpose] == ["consignment", "bill_only"]


@pytest.mark.parametrize(
    ("rules", "line", "code", "found", "told"),
    [
        ("[x12]\nstrictnes = {}", 4, "CFG-E0003", "strictnes", 'Did you mean "strictness"?'),
        ('[x12]\nstrictness = { bad_cod = "reject" }', 4, "CFG-E0003", "bad_cod", 'Did you mean "bad_code"?'),
        ('[x12]\nstrictness = { no_interchange = "accept" }', 4, "CFG-E0003", "no_interchange", "can be judged"),
        ('[x12]\nstrictness = { bad_code = "drop" }', 4, "CFG-E0004", '"drop"', '"fatal", "reject", "accept"'),
        ('[x12]\n\naliases = { "35x" = { A = "B" } }', 5, "CFG-E0004", '"35x"', "the number of a data element"),
        ('[x12.aliases.355]\nBOX = "BXX"', 3, "CFG-E0004", '"BXX"', "list 355"),
        ('[x12.words]\nitems = { ZZ = "MINE" }', 4, "CFG-E0004", '"MINE"', '"BUYER"'),
        ('[x12]\norder_purpose = [\n { when = { BEG02 = "CN" }, is = "tea" } ]', 5, "CFG-E0004", '"tea"', "bill_only"),
        ('[x12]\norder_purpose = [\n { when = { BEG98 = "CN" }, is = "rush" } ]', 5, "CFG-E0004", '"BEG98"', "BEG02"),
        ("[x12.sets.999999]", 3, "CFG-E0004", '"999999"', "[0-9]{3}"),
        ("[x12.sets.837]", 3, "CFG-E0004", '"837"', "850"),
        ('[x12.sets.850]\nrequired = ["REF"]', 4, "CFG-E0003", "required", 'Did you mean "require"?'),
        ('[x12.sets.850]\nrequire = [\n  "REF",\n  "N1/N9",\n]', 4, "CFG-E0004", '"N1/N9"', "a place that the 850 has"),
        ('[x12.sets.850]\nforbid = ["BEG13"]', 4, "CFG-E0004", '"BEG13"', "a place that the 850 has"),
        ('[x12.sets.850]\nrequire = ["REF"]\nforbid = ["REF"]', 5, "CFG-E0004", '"REF"', "not required too"),
        ('[x12.sets.850.codes]\n"REF" = ["DP"]', 4, "CFG-E0004", '"REF"', "an element, as BEG02"),
        ('[x12.sets.850.patterns]\nBEG03 = "(a+)+"', 4, "CFG-E0004", '"(a+)+"', "a simpler pattern"),
        ("[x12.sets.850.max_uses]\nN1 = 0", 4, "CFG-E0004", "0", "a whole number from 1"),
        ('[x12.write]\ndelimiters = "*~~"', 4, "CFG-E0004", '"*~~"', "distinct separators"),
        ('[x12.write]\ndelimiters = "*"', 4, "CFG-E0004", '"*"', "three or four characters"),
        ('[x12.write]\nrelease = "4010"', 4, "CFG-E0004", '"4010"', "six digits"),
        ('[x12.write]\nreplacement = ""', 4, "CFG-E0004", '""', "one character"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_with_its_line(
    home: Path, rules: str, line: int, code: str, found: str, told: str
) -> None:
    problem = refused(home, rules)
    assert (problem.code, problem.line, problem.found) == (code, line, found)
    assert problem.file.endswith("partners/acme.toml")
    assert told in f"{problem.expected} {problem.help}"
