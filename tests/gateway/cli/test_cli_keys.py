"""`wharf keys`, and `wharf send http` with what it made, against a gateway that runs."""

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from gateway.keys import PREFIX, digest_of
from gateway.ledger.store import open_ledger
from tests.gateway.http.test_api_submit import BAD, GOOD, order
from tests.rigs.api import PARTNERS, SETTINGS, Api, api_gateway
from tests.rigs.gateway import wharf


@pytest.fixture(scope="module")
def api(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Api]:
    with api_gateway(tmp_path_factory.mktemp("keys") / "home") as own:
        yield own


def keys(api: Api, *arguments: str) -> Any:
    """Runs `wharf keys`."""
    command, *rest = arguments
    return wharf("keys", command, "-c", api.home / "wharf.toml", *rest)


def test_a_key_is_shown_once_and_opens_until_it_is_revoked(api: Api) -> None:
    made = keys(api, "create", "erp", "--scope", "read,submit", "--partner", "acme", "--expires", "90d")
    assert made.returncode == 0
    key = made.stdout.decode().strip()
    assert key.startswith(PREFIX)
    assert made.stderr.decode().startswith("key 'erp' allows read, submit for partner acme, until 20")
    assert api.get("/api/v1/documents", key=key).status == 200
    assert api.get("/api/v1/documents").status == 401
    listed = keys(api, "list", "--json")
    row = json.loads(listed.stdout)
    assert (row["name"], row["scopes"], row["partner"], row["revokedAt"]) == ("erp", ["read", "submit"], "acme", None)
    for shown in (listed, keys(api, "list")):
        assert key.encode() not in shown.stdout
        assert digest_of(key).encode() not in shown.stdout
    assert "read,submit" in keys(api, "list").stdout.decode()
    assert keys(api, "revoke", "erp").returncode == 0
    assert api.get("/api/v1/documents", key=key).status == 401
    assert keys(api, "list").stdout == b"no keys\n"
    assert "erp (revoked)" in keys(api, "list", "--all").stdout.decode()
    again = keys(api, "revoke", "erp")
    assert (again.returncode, again.stdout) == (1, b"erp: there is no such key\n")


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("x", "--scope", "read,wrte"), "there is no scope 'wrte'"),
        (("x", "--scope", ","), "none is given"),
        (("x y", "--scope", "read"), "letters, digits"),
        (("x", "--scope", "read", "--partner", "acm"), "there is no partner 'acm'"),
        (("x", "--scope", "read", "--channel", "suppliers"), "no channel of kind http"),
        (("x", "--scope", "read", "--channel", "erp2", "--partner", "acme"), "is not that of 'acme'"),
        (("x", "--scope", "read", "--expires", "soon"), "as 90d"),
        (("x", "--scope", "read", "--expires", "1000y"), "hundred years"),
    ],
)
def test_a_slip_is_told(api: Api, arguments: tuple[str, ...], told: str) -> None:
    done = keys(api, "create", *arguments)
    assert done.returncode == 64
    assert told in " ".join(done.stderr.decode().replace("│", " ").split())
    assert done.stdout == b""


def test_two_keys_do_not_share_a_name(api: Api) -> None:
    assert keys(api, "create", "one", "--scope", "read").returncode == 0
    done = keys(api, "create", "one", "--scope", "read")
    assert done.returncode == 64
    assert "there is a key 'one' already" in done.stderr.decode()
    assert keys(api, "revoke", "one").returncode == 0
    assert keys(api, "create", "one", "--scope", "read").returncode == 0


def test_a_key_can_be_made_before_the_first_start(tmp_path: Path) -> None:
    (tmp_path / "partners").mkdir()
    (tmp_path / "wharf.toml").write_text(SETTINGS.replace("{http}", ""))
    for name, text in PARTNERS.items():
        (tmp_path / "partners" / f"{name}.toml").write_text(text)
    done = wharf("keys", "create", "first", "--scope", "read", "-c", tmp_path / "wharf.toml", "--json")
    assert done.returncode == 0, done.stderr
    made = json.loads(done.stdout)
    ledger = open_ledger(tmp_path / "var")
    try:
        row = ledger.read(lambda reads: reads.key(digest_of(made["key"])))
    finally:
        ledger.close()
    assert row is not None
    assert (row.name, row.id) == ("first", made["id"])


def send(api: Api, *arguments: str | Path, key: str | None = None) -> Any:
    """Runs `wharf send http`."""
    env = {"OWN_KEY": key} if key else {}
    asked = ("--key", "OWN_KEY") if key else ()
    return wharf("send", "http", f"http://127.0.0.1:{api.port}", *arguments, *asked, env={**os.environ, **env})


def test_files_are_handed_in_and_answered(api: Api, tmp_path: Path) -> None:
    key = keys(api, "create", "sender", "--scope", "submit").stdout.decode().strip()
    (tmp_path / "good.edi").write_bytes(GOOD)
    (tmp_path / "bad.edi").write_bytes(BAD)
    (tmp_path / "order.json").write_text(json.dumps(order("C1")))
    good = send(api, tmp_path / "good.edi", key=key)
    assert (good.returncode, good.stderr) == (0, b"")
    assert good.stdout.decode().startswith("201  ")
    assert "accepted" in good.stdout.decode()
    both = send(api, tmp_path / "good.edi", tmp_path / "bad.edi", key=key)
    assert both.returncode == 1
    first, second, problem, *_ = both.stdout.decode().splitlines()
    assert first.startswith("200  ")
    assert "duplicate, answered before" in first
    assert second.startswith("422  ")
    assert "line 24: error[X12-E0307]" in problem
    sent = send(api, tmp_path / "order.json", "--partner", "acme", "--idempotency-key", "c-1", "--json", key=key)
    assert sent.returncode == 0
    told = json.loads(sent.stdout)
    assert (told["status"], told["answer"]["status"]) == (202, "accepted")
    again = send(api, tmp_path / "order.json", "--partner", "acme", "--idempotency-key", "c-1", key=key)
    assert "202" in again.stdout.decode()
    assert "answered before" in again.stdout.decode()


def test_what_stands_in_the_way_is_told(api: Api, tmp_path: Path) -> None:
    (tmp_path / "good.edi").write_bytes(GOOD)
    (tmp_path / "order.json").write_text(json.dumps(order("C2")))
    keys(api, "create", "any", "--scope", "read")
    refused = send(api, tmp_path / "good.edi", key="wharf_wrong")
    assert refused.returncode == 1
    assert "401" in refused.stdout.decode()
    assert "SEC-E0601" in refused.stdout.decode()
    assert send(api, tmp_path / "order.json").returncode == 64
    assert send(api, tmp_path / "nothing.edi").returncode == 2
    assert wharf("send", "http", "http://127.0.0.1:9", tmp_path / "good.edi").returncode == 2
    assert wharf("send", "http", "127.0.0.1:80", tmp_path / "good.edi").returncode == 64
    missing = wharf("send", "http", "http://127.0.0.1:9", tmp_path / "good.edi", "--key", "NOT_SET_ANYWHERE")
    assert missing.returncode == 64
