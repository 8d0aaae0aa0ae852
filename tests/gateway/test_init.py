"""A first folder of settings: complete, working, and never written over somebody's own."""

import re
from pathlib import Path

import pytest

from gateway.config import load_config
from gateway.init import FILES, AlreadyThereError, write_settings


def test_all_is_there_and_works_as_it_is(tmp_path: Path) -> None:
    home = tmp_path / "new" / "st-example"
    assert {path.relative_to(home).as_posix() for path in write_settings(home)} == set(FILES)
    assert {folder.name for folder in (home / "var" / "drop").iterdir()} == {"in", "done", "rejected", "out"}
    config = load_config(home / "wharf.toml", {})
    assert list(config.channels) == ["suppliers", "ehr", "erp"]
    assert config.drops()["suppliers"].path == home / "var" / "drop" / "in"
    assert config.embedded()
    assert config.http.listen.loopback
    assert [partner.name for partner in config.partners if partner.catch_all] == ["unlisted"]
    assert (home / ".gitignore").read_text().splitlines()[-1] == "var/"


def test_commented_settings_are_right_too(tmp_path: Path) -> None:
    """What a person finds behind a `#` must be accepted when the `#` is taken away."""
    write_settings(tmp_path)
    text = (tmp_path / "wharf.toml").read_text()
    commented = [line for line in text.splitlines() if re.match(r"# (?!url)[a-z]+ = ", line)]
    assert len(commented) >= 6
    (tmp_path / "token").write_text("hush")
    (tmp_path / "token").chmod(0o600)
    for line in commented:
        text = text.replace(line, re.sub(r"/run/secrets/\w+", "token", line.removeprefix("# ")))
    (tmp_path / "wharf.toml").write_text(text)
    config = load_config(tmp_path / "wharf.toml", {})
    assert config.channels["suppliers"].partner == "acme"
    assert config.broker.window == 256


def test_nothing_is_overwritten_unless_asked(tmp_path: Path) -> None:
    (tmp_path / "wharf.toml").write_text("# mine\n")
    with pytest.raises(AlreadyThereError, match=r"wharf\.toml"):
        write_settings(tmp_path)
    assert (tmp_path / "wharf.toml").read_text() == "# mine\n"
    assert not (tmp_path / "partners").exists()
    write_settings(tmp_path, force=True)
    assert load_config(tmp_path / "wharf.toml", {}).gateway.name == "st-example"
