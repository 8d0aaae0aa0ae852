"""Secrets: planted in every place that takes one, and looked for in all that comes out."""

import base64
import json
import re
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from gateway.config import ConfigError, load_config
from tests.rigs.gateway import Gateway, gateway, wharf

MARK = "hush-CANARY-"
KEY = base64.b64encode(b"hush-CANARY-key-of-the-ledger-32").decode()
SECRETS = {
    "TOKEN": f"{MARK}token", "BROKER": f"amqp://{MARK}user:{MARK}password@127.0.0.1:1/", "PATIENT": f"{MARK}patient",
    "SOAP": f"{MARK}soap", "LEDGER": KEY,
}  # fmt: skip
SETTINGS = """
[encryption]
current = "k1"
[encryption.keys]
k1 = { file = "ledger.key" }
"""


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gateway]:
    """A gateway with a secret in every place, whose broker is away; ended, with its log."""
    home = tmp_path_factory.mktemp("house") / "st"
    with gateway(home, {**SECRETS, "WHARF__LOGGING__LEVEL": "debug"}, start=False) as own:
        text = own.config.read_text()
        text = re.sub(r'(?m)^url = "embedded".*$', 'url = { env = "BROKER" }', text)
        text = re.sub(r"(?m)^\[http\]$", '[http]\ntoken = { env = "TOKEN" }', text)
        text = re.sub(r"(?m)^\[gateway\]$", '[gateway]\npatient_key = { env = "PATIENT" }', text)
        text = text.replace('path = "/soap/erp"', 'path = "/soap/erp"\nuser = "erp"\npassword = { env = "SOAP" }')
        own.config.write_text(text + SETTINGS)
        (home / "ledger.key").write_text(KEY)
        (home / "ledger.key").chmod(0o600)
        own.start()
        own.put("one.edi", wharf("sample", "850").stdout)
        own.wait(lambda: own.messages() != [], "the order was read")
        yield own


def commands(house: Gateway) -> list[tuple[str, ...]]:
    at = ("-c", str(house.config))
    id = house.messages()[0]["id"]
    return [
        ("config", "check", *at), ("config", "reload", "--json", *at),
        ("doctor", *at), ("messages", "list", *at), ("messages", "show", id, *at),
        ("keys", "list", *at), ("exceptions", "list", "--json", *at), ("audit", "list", "--json", *at),
        ("audit", "export", "--format", "cef", *at), ("broker", "setup", *at), ("ledger", "rekey", *at),
    ]  # fmt: skip


def shows(text: str) -> bool:
    return MARK in text or KEY in text or SECRETS["BROKER"] in text


def asked(address: str, key: str) -> str:
    request = urllib.request.Request(address, headers={"Authorization": f"Bearer {key}"})  # noqa: S310 - our own
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310 - our own
            return str(answer.read().decode())
    except urllib.error.HTTPError as error:
        return error.read().decode()


def test_no_output_shows_a_secret(house: Gateway) -> None:
    """Commands, log, metrics, readiness, the description of the API and its refusals."""
    told: dict[str, str] = {"log": house.log}
    for each in commands(house):
        done = wharf(*each, env=SECRETS)
        told[" ".join(each[:2])] = (done.stdout + done.stderr).decode()
        assert done.returncode in (0, 1), told[" ".join(each[:2])]
    port = json.loads((house.data / "ports.json").read_text())["http"]
    for path in ("/readyz", "/metrics", "/openapi.json", "/api/v1/exceptions", "/api/v1/audit", "/nothing"):
        for shown in (SECRETS["TOKEN"], f"{MARK}wrong"):
            told[f"{path} {shown == SECRETS['TOKEN']}"] = asked(f"http://127.0.0.1:{port}{path}", shown)
    assert "wharf_ledger_writable" in told["/metrics True"]
    assert [name for name, text in told.items() if shows(text)] == []


def test_the_ledger_holds_no_secret_and_nothing_of_the_order_in_clear(house: Gateway) -> None:
    raw = b"".join(path.read_bytes() for path in house.data.glob("ledger.db*"))
    assert not shows(raw.decode("latin-1"))
    assert b"ISA*00*" not in raw


def test_what_was_looked_at_is_on_record(house: Gateway) -> None:
    wharf("messages", "show", house.messages()[0]["id"], "-c", house.config, env=SECRETS)
    done = wharf("audit", "list", "--json", "-c", house.config, env=SECRETS)
    seen = [json.loads(line)["action"] for line in done.stdout.splitlines()]
    assert "payload.viewed" in seen
    assert seen[-1] == "gateway.started"


@pytest.mark.skipif(sys.platform != "linux", reason="prctl is Linux's")
def test_the_memory_of_the_gateway_is_private(house: Gateway) -> None:
    assert house._process is not None
    limits = Path(f"/proc/{house._process.pid}/limits").read_text()
    assert re.search(r"Max core file size +0 +0", limits)
    code = (
        "import ctypes; from gateway.process import keep_memory_private; assert keep_memory_private(); "
        "print(ctypes.CDLL(None).prctl(3, 0, 0, 0, 0))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "0"


@pytest.mark.parametrize("command", [("config", "check"), ("run",)])
def test_strict_refuses_what_is_otherwise_warned_of(tmp_path: Path, command: tuple[str, ...]) -> None:
    wharf("init", tmp_path / "st")
    config = tmp_path / "st" / "wharf.toml"
    config.write_text(config.read_text().replace('url = "embedded"', f'url = "amqp://u:{MARK}x@127.0.0.1:1/"'))
    assert wharf("config", "check", "-c", config).returncode == 0
    done = wharf(*command, "--strict", "-c", config)
    assert done.returncode == (1 if command[0] == "config" else 2)
    told = (done.stdout + done.stderr).decode()
    assert "CFG-W0001" in told
    assert "refused, because of --strict" in told
    assert MARK not in told


def written(home: Path, more: str) -> Path:
    home.mkdir(exist_ok=True)
    config = home / "wharf.toml"
    config.write_text(f'[gateway]\nname = "st"\n{more}\n')
    return config


@pytest.mark.parametrize(
    ("mode", "code"), [(0o600, None), (0o640, "SEC-W0302"), (0o644, "CFG-W0002"), (0o602, "CFG-W0002")]
)
def test_a_secret_file_is_for_its_owner_alone(tmp_path: Path, mode: int, code: str | None) -> None:
    config = written(tmp_path, SETTINGS)
    (tmp_path / "ledger.key").write_text(KEY)
    (tmp_path / "ledger.key").chmod(mode)
    assert [each.code for each in load_config(config, {}).warnings] == ([code] if code else [])


@pytest.mark.parametrize(
    ("table", "words"),
    [
        ('current = "k2"\n[encryption.keys]\nk1 = { env = "LEDGER" }', 'expected: one of the keys: "k1"'),
        ('[encryption.keys]\nk1 = { env = "LEDGER" }', "encryption.current"),
        ('current = "k1"\n[encryption.keys]\nk1 = { env = "TOKEN" }', "is not 32 bytes in base64"),
        ('current = "k1"\n[encryption.keys]\nk1 = { env = "NOWHERE" }', "not there"),
        (f'current = "k1"\n[encryption.keys]\nk1 = "{KEY}"', "the key itself"),
    ],
)  # fmt: skip
def test_keys_that_do_not_serve_are_refused_and_not_shown(tmp_path: Path, table: str, words: str) -> None:
    with pytest.raises(ConfigError) as caught:
        load_config(written(tmp_path, f"[encryption]\n{table}"), SECRETS)
    assert words in str(caught.value)
    assert not shows(str(caught.value))
