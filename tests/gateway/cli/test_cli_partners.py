"""``wharf partners``: who they are, and a file proposed from samples that works as it is."""

import json
import tomllib
from pathlib import Path

import pytest

from gateway.cli.main import run
from gateway.config import load_config
from gateway.init import write_settings
from tests.rigs.samples import SAMPLES, sample_folders

INPUTS = [str(found) for folder in sample_folders() for found in folder.glob("input.edi")]


def test_a_learned_file_is_a_partner_file_that_the_settings_take(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "wharf.toml").write_text('[gateway]\nname = "st-example"\n')
    (tmp_path / "partners").mkdir()
    for at_least in ("1", "3"):
        assert run(["partners", "learn", *INPUTS, "--name", "northwind", "--at-least", at_least]) == 0
        (tmp_path / "partners" / "northwind.toml").write_text(capsys.readouterr().out)
        (partner,) = load_config(tmp_path / "wharf.toml", {}).partners
        assert partner.x12 is not None
        assert {"850", "855", "856", "810", "997"} <= set(partner.x12.sets)


def test_a_name_is_made_of_the_identity(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["partners", "learn", str(SAMPLES / "850-stock-order" / "input.edi")]) == 0
    assert 'name = "stexample_erp"' in capsys.readouterr().out


def test_a_partner_is_written_to_as_it_writes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = (SAMPLES / "850-stock-order" / "input.edi").read_text().replace("*", "|").replace("~\n", "~")
    (tmp_path / "order.edi").write_text(text)
    assert run(["partners", "learn", str(tmp_path / "order.edi")]) == 0
    writing = tomllib.loads(capsys.readouterr().out)["x12"]["write"]
    assert writing == {"release": "004010", "delimiters": "|>~"}
    assert run(["partners", "learn", *INPUTS]) == 0
    assert tomllib.loads(capsys.readouterr().out)["x12"]["write"] == {}


def test_a_file_without_transaction_sets_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "picture.jpg").write_bytes(b"\xff\xd8\xff\xe0")
    good = str(SAMPLES / "850-stock-order" / "input.edi")
    assert run(["partners", "learn", str(tmp_path / "picture.jpg")]) == 2
    assert "no transaction set in it" in capsys.readouterr().err
    assert run(["partners", "learn", good, str(tmp_path / "missing.edi")]) == 2
    told = capsys.readouterr()
    assert "missing.edi: no such file" in told.err
    assert "[x12.sets.850]" in told.out


def test_a_bad_name_is_a_mistake_in_the_command(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["partners", "learn", INPUTS[0], "--name", "North Wind"]) == 64
    assert "a name of a-z" in capsys.readouterr().err


def test_partners_are_listed_with_identities_and_rules(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_settings(tmp_path)
    with (tmp_path / "partners" / "acme.toml").open("a") as file:
        file.write('\n[x12.sets.850]\nrequire = ["REF"]\n')
    config = str(tmp_path / "wharf.toml")
    assert run(["partners", "list", "-c", config]) == 0
    text = capsys.readouterr().out
    assert "any sender" in text
    assert "850" in text
    assert run(["partners", "list", "-c", config, "--json"]) == 0
    rows = {row["name"]: row for row in map(json.loads, capsys.readouterr().out.splitlines())}
    assert set(rows) == {"acme", "unlisted"}
    assert (rows["acme"]["overlay"], rows["acme"]["sets"], rows["unlisted"]["overlay"]) == (True, ["850"], False)
    assert rows["acme"]["identities"][0]["scheme"] == "ISA"


def test_without_partners_it_says_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "wharf.toml").write_text('[gateway]\nname = "st-example"\n')
    assert run(["partners", "list", "-c", str(tmp_path / "wharf.toml")]) == 0
    assert "no partners" in capsys.readouterr().out
