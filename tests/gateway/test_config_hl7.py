"""A partner's HL7 settings in its file: what is right works, what is wrong is told with its line and a remedy."""

from pathlib import Path

import pytest

from gateway.config import Config, ConfigError, load_config

HEAD = 'name = "cabinets"\nidentities = [{ scheme = "MSH", id = "CAB|3W" }]\n'
GOOD = """
[hl7]
charset = "8859/2"
patient_fields = ["PID-3", "PV1-19.1"]
fields = { "RQD-5" = "RQD-3", "RQD-6" = "RQD-5.2", "RQD-7" = "" }

[hl7.segments.ZPM]
means = "movement"
kinds = { V = "issue" }
directions = { return = "out" }
fields = { kind = "1", item = "6.1", quantity = "10" }
"""


@pytest.fixture
def home(tmp_path: Path) -> Path:
    (tmp_path / "partners").mkdir()
    (tmp_path / "wharf.toml").write_text('[gateway]\nname = "st-example"\npatient_key = { env = "KEY" }\n')
    return tmp_path


def load(home: Path, rules: str, env: dict[str, str] | None = None) -> Config:
    (home / "partners" / "cabinets.toml").write_text(HEAD + rules)
    return load_config(home / "wharf.toml", {"KEY": "the key"} if env is None else env)


def test_what_is_right_works(home: Path) -> None:
    config = load(home, GOOD)
    (partner,) = config.partners
    assert partner.hl7.codec == "iso8859-2"
    assert partner.hl7.moved == {("RQD", 5): (3, None), ("RQD", 6): (5, 2), ("RQD", 7): None, ("RQD", 3): None}
    assert partner.hl7.segments["ZPM"].places == {"kind": (1, 1), "item": (6, 1), "quantity": (10, 1)}
    assert config.patient_key() == b"the key"


@pytest.mark.parametrize(
    ("old", "new", "place", "expected"),
    [
        ('"8859/2"', '"latin-99"', "hl7.charset", "a character set"),
        ('"PID-3"', '"RQD-5"', "hl7.patient_fields[1]", "a list of places"),
        ('"RQD-3"', '"RQD3"', "hl7.fields.RQD-5", "a place as RQD-5"),
        ('"RQD-3"', '"FT1-7"', "hl7", "a place of the same segment for RQD-5"),
        ('"movement"', '"movment"', "hl7.segments.ZPM.means", '"movement"'),
        ('"6.1"', '"six"', "hl7.segments.ZPM.fields.item", "the number of a field"),
        ('"issue"', '"isue"', "hl7.segments.ZPM.kinds.V", '"issue"'),
    ],
)
def test_what_is_wrong_is_told_at_its_place(home: Path, old: str, new: str, place: str, expected: str) -> None:
    with pytest.raises(ConfigError) as error:
        load(home, GOOD.replace(old, new, 1))
    (problem,) = error.value.problems
    assert problem.key.startswith(place)
    assert problem.line
    assert problem.expected
    assert expected in problem.expected


def test_the_key_of_the_tokens_must_be_there_and_not_in_the_file(home: Path) -> None:
    with pytest.raises(ConfigError) as error:
        load(home, GOOD, {})
    assert [problem.key for problem in error.value.problems] == ["gateway.patient_key"]
    (home / "wharf.toml").write_text('[gateway]\nname = "st-example"\npatient_key = "hidden in plain sight"\n')
    with pytest.raises(ConfigError) as error:
        load(home, GOOD)
    assert "hidden" not in str(error.value)
