"""Settings of SFTP channels: how we log in, what we trust, and everything wrong told in its place."""

import subprocess
from pathlib import Path

import pytest

from gateway.channels.sftp import server_of
from gateway.config import Config, ConfigError, ConfigProblem, load_config

HOST_KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIG5uCWBlTFaIWdoYwpuxGT44WnvZIWQ3QO6eU8hhVTnP"
HEAD = '[gateway]\nname = "st"\n[channels.acme]\nkind = "sftp"\n'
SERVER = f'host = "sftp.acme.example"\nuser = "hospital"\nhost_key = "{HOST_KEY}"\n'
LOGIN = 'password = { env = "ACME_PASSWORD" }\n'
ENV = {"ACME_PASSWORD": "open sesame"}


def load(folder: Path, text: str) -> Config:
    (folder / "wharf.toml").write_text(HEAD + text)
    return load_config(folder / "wharf.toml", ENV)


def refused(folder: Path, text: str) -> list[ConfigProblem]:
    with pytest.raises(ConfigError) as told:
        load(folder, text)
    assert "sesame" not in str(told.value)
    return list(told.value.problems)


def test_a_channel_needs_a_server_a_login_and_a_folder(tmp_path: Path) -> None:
    config = load(tmp_path, SERVER + LOGIN + 'inbox = "/out"\n')
    channel = config.servers()["acme"]
    assert (channel.port, channel.poll, channel.after, channel.done, channel.sends) == (
        22,
        30.0,
        "rename",
        "done",
        False,
    )
    assert config.warnings == ()
    server = server_of(channel)
    assert (server.password, server.key, str(server)) == ("open sesame", None, "sftp://sftp.acme.example:22")
    assert "sesame" not in repr(server)


def test_what_is_missing_is_told_all_at_once(tmp_path: Path) -> None:
    problems = refused(tmp_path, 'host = "sftp.acme.example"\n')
    assert {(problem.code, problem.key) for problem in problems} >= {
        ("CFG-E0005", "channels.acme.user"), ("CFG-E0005", "channels.acme.host_key"),
    }  # fmt: skip
    problems = refused(tmp_path, SERVER)
    assert {(problem.code, problem.key) for problem in problems} == {
        ("CFG-E0005", "channels.acme.inbox"), ("CFG-E0005", "channels.acme.key"),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("line", "key"),
    [
        ('after = "forget"', "after"),
        ("port = 0", "port"),
        ('temporary = "part"', "temporary"),
        ('temporary = "{name}"', "temporary"),
        ('temporary = "../{name}"', "temporary"),
        ("workers = 17", "workers"),
        ('inbox = ""', "inbox"),
        ('pattern = ["a/b"]', "pattern[1]"),
        ('password = "in the file"', "password"),
    ],
)
def test_values_that_do_not_fit_are_told_in_their_place(tmp_path: Path, line: str, key: str) -> None:
    rest = "".join(each for each in (LOGIN, 'inbox = "/out"\n') if each.split()[0] != line.split(maxsplit=1)[0])
    problems = refused(tmp_path, SERVER + rest + line + "\n")
    assert (problems[0].code, problems[0].key) == ("CFG-E0004", f"channels.acme.{key}")
    assert problems[0].expected


@pytest.mark.parametrize("value", ['"AAAA"', '"ssh-ed25519"', "[]", "7", f'["{HOST_KEY}", "nonsense"]', '""'])
def test_a_host_key_that_is_none_is_refused(tmp_path: Path, value: str) -> None:
    text = SERVER.replace(f'"{HOST_KEY}"', value) + LOGIN + 'inbox = "/out"\n'
    (problem,) = refused(tmp_path, text)
    assert (problem.code, problem.key) == ("CFG-E0004", "channels.acme.host_key")
    assert "SHA256" in (problem.expected or "")
    assert problem.found != "(hidden)", "a host key is no secret"


def test_host_keys_may_be_several_and_fingerprints(tmp_path: Path) -> None:
    fingerprint = "SHA256:" + "A" * 43
    text = SERVER.replace(f'"{HOST_KEY}"', f'["{HOST_KEY} partner", "{fingerprint}"]') + LOGIN + 'outbox = "/in"\n'
    channel = load(tmp_path, text).servers()["acme"]
    assert channel.sends
    assert [key.type for key in server_of(channel).host_keys] == ["ssh-ed25519", None]


def test_our_key_is_tried_before_the_gateway_runs(tmp_path: Path) -> None:
    key = tmp_path / "acme_key"
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "locked up", "-f", str(key)], check=True)
    text = SERVER + 'inbox = "/out"\nkey = { file = "acme_key" }\n'
    (problem,) = refused(tmp_path, text)
    assert (problem.key, "a passphrase, and none is set" in (problem.found or "")) == ("channels.acme.key", True)
    (tmp_path / "phrase").write_text("locked up\n")
    (tmp_path / "phrase").chmod(0o600)
    assert load(tmp_path, text + 'passphrase = { file = "phrase" }\n').warnings == ()
    key.write_text("no key at all")
    (problem,) = refused(tmp_path, text)
    assert "no Ed25519, ECDSA or RSA key" in (problem.found or "")
    key.unlink()
    (problem,) = refused(tmp_path, text)
    assert problem.code == "CFG-E0006"


def test_old_algorithms_are_worth_a_word(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = SERVER + LOGIN + 'inbox = "/out"\nlegacy = true\n'
    (warning,) = load(tmp_path, text).warnings
    assert (warning.code, warning.key) == ("CFG-W0003", "channels.acme.legacy")
    monkeypatch.setattr("gateway.config.servers.find_spec", lambda _: None)
    (problem,) = refused(tmp_path, text)
    assert (problem.code, "legacy-ssh" in (problem.help or problem.kind.help)) == ("CFG-E0012", True)


def test_a_channel_without_outbox_sends_nothing(tmp_path: Path) -> None:
    (tmp_path / "partners").mkdir()
    (tmp_path / "partners" / "acme.toml").write_text(
        'name = "acme"\nidentities = [{ scheme = "ISA", id = "1" }]\nsend = { channel = "acme" }\n'
    )
    (problem,) = refused(tmp_path, SERVER + LOGIN + 'inbox = "/out"\n')
    assert "only receives" in (problem.found or "")
    load(tmp_path, SERVER + LOGIN + 'outbox = "/in"\n')
