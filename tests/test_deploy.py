"""What stands in deploy/ fits the gateway that it starts."""

import configparser
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import yaml

from gateway.cli.run import PATIENCE
from tests.rigs.gateway import wharf

DEPLOY = Path(__file__).parents[1] / "deploy"


def unit() -> configparser.SectionProxy:
    parser = configparser.RawConfigParser(strict=False)
    parser.optionxform = str  # type: ignore[assignment]
    parser.read(DEPLOY / "systemd" / "wharf.service")
    return parser["Service"]


def composed() -> Any:
    return yaml.safe_load((DEPLOY / "compose" / "compose.yaml").read_text())


def test_who_stops_the_gateway_waits_longer_than_it_takes() -> None:
    assert int(unit()["TimeoutStopSec"]) > PATIENCE
    assert int(composed()["services"]["gateway"]["stop_grace_period"].removesuffix("s")) > PATIENCE


def test_wrong_settings_are_not_started_again_and_everything_else_is(tmp_path: Path) -> None:
    (tmp_path / "wharf.toml").write_text("[gateway]\nname = 7\n")
    assert wharf("run", "-c", tmp_path / "wharf.toml").returncode == int(unit()["RestartPreventExitStatus"])
    assert unit()["Restart"] == "always"


def test_every_secret_of_a_service_is_declared_and_prepared(tmp_path: Path) -> None:
    plan = composed()
    asked = {name for service in plan["services"].values() for name in service.get("secrets", [])}
    assert asked == set(plan["secrets"])
    folder = prepared(tmp_path)
    for secret in plan["secrets"].values():
        assert (folder / secret["file"]).read_text().strip()
    assert (folder / "secrets").stat().st_mode & 0o077 == 0


def test_what_is_prepared_are_right_settings_and_a_second_time_changes_nothing(tmp_path: Path) -> None:
    folder = prepared(tmp_path)
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    environment = dict(composed()["services"]["gateway"]["environment"])
    for name, value in environment.items():
        environment[name] = value.replace("/run/secrets", str(folder / "secrets"))
    checked = wharf("config", "check", "-c", folder / "site" / "wharf.toml", env=environment)
    assert checked.returncode == 0, checked.stderr.decode()
    prepared(tmp_path)
    assert {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()} == before


def prepared(tmp_path: Path) -> Path:
    """A copy of the folder in which ``prepare`` was run."""
    folder = tmp_path / "compose"
    shutil.copytree(DEPLOY / "compose", folder, dirs_exist_ok=True)
    subprocess.run([folder / "prepare"], check=True, capture_output=True, env={**os.environ, "LC_ALL": "C"})
    return folder
