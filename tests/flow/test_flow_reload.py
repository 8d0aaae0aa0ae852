"""Partner files that change while the gateway runs: taken as a whole, or refused as a whole."""

import json
import subprocess
from pathlib import Path

import pytest

from tests.rigs.gateway import Gateway, gateway, wharf
from tests.rigs.x12_bytes import order

STRANGER = order("000000077").replace(b"*01*123456789      *", b"*01*777777777      *")
FILE = """name = "northwind"
identities = [ { scheme = "ISA", qualifier = "01", id = "777777777" } ]
"""


def reload(house: Gateway) -> "subprocess.CompletedProcess[bytes]":
    done: subprocess.CompletedProcess[bytes] = wharf("config", "reload", "-c", house.config)
    return done


def test_a_new_partner_is_known_without_a_restart(tmp_path: Path) -> None:
    with gateway(tmp_path / "st") as house:
        (house.home / "partners" / "northwind.toml").write_text(FILE)
        done = reload(house)
        assert (done.returncode, done.stdout[:7]) == (0, b"taken: "), done.stderr
        house.put("order.edi", STRANGER)
        house.wait(lambda: len(house.tap()) == 1, "the event")
        assert house.tap()[0]["partnerid"] == "northwind"


def test_what_is_wrong_is_refused_as_a_whole_and_the_settings_before_hold(tmp_path: Path) -> None:
    with gateway(tmp_path / "st") as house:
        (house.home / "partners" / "northwind.toml").write_text(FILE)
        (house.home / "partners" / "other.toml").write_text('name = "other"\ncolour = "blue"\n')
        done = reload(house)
        assert done.returncode == 2
        assert b"other.toml" in done.stderr
        (house.home / "partners" / "other.toml").unlink()
        house.put("order.edi", STRANGER)
        house.wait(lambda: len(house.tap()) == 1, "the event")
        assert house.tap()[0]["partnerid"] != "northwind"


def test_what_waits_for_a_restart_is_named(tmp_path: Path) -> None:
    with gateway(tmp_path / "st") as house:
        text = house.config.read_text()
        house.config.write_text(text.replace('level = "info"', 'level = "warning"'))
        done = wharf("config", "reload", "-c", house.config, "--json")
        assert "logging" in json.loads(done.stdout)["restart"], done.stderr


@pytest.mark.parametrize("ran", [False, True])
def test_where_no_gateway_runs_it_says_so(tmp_path: Path, ran: bool) -> None:
    with gateway(tmp_path / "st", start=ran) as house:
        if ran:
            assert house.stop() == 0
        done = reload(house)
        assert done.returncode == 1
        assert b"no gateway is running" in done.stderr
