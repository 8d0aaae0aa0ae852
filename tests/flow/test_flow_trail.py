"""A person replays, settles, prunes, copies and restores: the trail tells who did what, in order, and stays whole."""

import hashlib
import json
import os
from pathlib import Path
from typing import Any

from tests.gateway.http.test_api_submit import BAD, GOOD
from tests.rigs.api import api_gateway
from tests.rigs.gateway import wharf

JSON = {"Content-Type": "application/json"}


def rows(home: Path) -> list[dict[str, Any]]:
    """The trail, oldest first."""
    told = wharf("audit", "list", "-c", home / "wharf.toml", "--json", "--limit", "1000").stdout.splitlines()
    return [json.loads(line) for line in reversed(told)]


def run(home: Path, *arguments: str | Path) -> bytes:
    done = wharf(*arguments, "-c", home / "wharf.toml")
    assert done.returncode == 0, done.stderr
    said: bytes = done.stdout
    return said


def test_who_did_what_is_told_in_order_and_the_trail_is_whole_after_a_restore(tmp_path: Path) -> None:
    home = tmp_path / "home"
    with api_gateway(home) as api:
        assert api.interchange(GOOD).status == 201
        assert api.interchange(BAD).status == 422
        document = api.get("/api/v1/documents?status=accepted").json["items"][0]["id"]
        (trouble,) = api.get("/api/v1/exceptions").json["items"]
        number = api.get(f"/api/v1/documents/{document}").json["data"]["number"]

        key = run(home, "keys", "create", "erp", "--scope", "read,operate,raw").decode().strip()

        def post(path: str, body: object) -> int:
            return api.call("POST", f"/api/v1/{path}", json.dumps(body).encode(), key=key, headers=JSON).status

        at = f"exceptions/{trouble['id']}"
        assert post(f"{at}/assign", {"to": "anna"}) == 200
        assert post(f"{at}/note", {"text": "about the patient Doe"}) == 200
        assert post("replays/dry-run", {"number": number}) == 200
        assert post("replays", {"number": number, "reason": "their disk broke"}) == 202
        run(home, "messages", "replay", document, "--dry-run")
        run(home, "messages", "replay", document, "--reason", "once more")
        run(home, "exceptions", "resolve", "--code", trouble["code"], "--note", "sent again")
    run(home, "ledger", "hold", "add", "order", number, "--why", "a claim")
    stray = hashlib.sha256(b"stray").hexdigest()
    (home / "var" / "blobs" / stray[:2]).mkdir(parents=True, exist_ok=True)
    (home / "var" / "blobs" / stray[:2] / stray).write_bytes(b"stray")
    os.utime(home / "var" / "blobs" / stray[:2] / stray, (0, 0))
    run(home, "ledger", "prune")
    run(home, "ledger", "prune")
    made = run(home, "ledger", "backup", tmp_path / "copy")
    assert made
    assert wharf("ledger", "restore", tmp_path / "copy", "--to", home / "new").returncode == 0
    kept = rows(home)

    told = [(row["action"], row["actorKind"]) for row in kept if row["action"] != "gateway.started"]
    assert [each for each in told if each[0] not in ("payload.viewed", "gateway.stopped", "key.created")] == [
        ("exception.assigned", "key"), ("exception.noted", "key"), ("message.replayed", "key"),
        ("message.replayed", "person"), ("exception.resolved", "person"), ("legal_hold.added", "person"),
        ("ledger.pruned", "person"), ("ledger.backed_up", "person"),
    ]  # fmt: skip
    replays = [row for row in kept if row["action"] == "message.replayed"]
    assert [(row["reason"], row["details"]["count"]) for row in replays] == [("their disk broke", 1), ("once more", 1)]
    viewed = [row for row in kept if row["object"] == "dry run of a replay"]
    assert [row["actorKind"] for row in viewed] == ["key", "person"]
    (resolved,) = [row for row in kept if row["action"] == "exception.resolved"]
    assert (resolved["details"]["code"], resolved["details"]["count"]) == (trouble["code"], 1)
    everything = json.dumps(kept)
    assert number not in everything
    assert "Doe" not in everything
    assert b"is whole" in run(home, "audit", "verify")

    (home / "var").rename(home / "old")
    (home / "new").rename(home / "var")
    assert b"is whole" in run(home, "audit", "verify")
    assert b"whole" in run(home, "ledger", "verify", "--deep")
    after = rows(home)
    assert after[-1]["action"] == "ledger.restored"
    assert after[:-1] == kept[: len(after) - 1]

    end = f"{kept[-1]['position']}:{kept[-1]['digest']}"
    beyond = wharf("audit", "verify", "-c", home / "wharf.toml", "--head", end)
    assert beyond.returncode == 1
    assert b"restored a copy then" in beyond.stderr


def test_the_end_that_was_left_in_the_folder_is_set_aside_and_named(tmp_path: Path) -> None:
    home = tmp_path / "home"
    with api_gateway(home):
        pass
    run(home, "ledger", "backup", tmp_path / "copy")
    new = home / "new"
    new.mkdir()
    (new / "audit.head").write_bytes((home / "var" / "audit.head").read_bytes())
    assert wharf("ledger", "restore", tmp_path / "copy", "--to", new).returncode == 0
    before = json.loads((home / "var" / "audit.head").read_text())
    (home / "var").rename(home / "old")
    new.rename(home / "var")
    assert rows(home)[-1]["details"]["known"] == f"{before['position']}:{before['digest']}"
    assert len(list((home / "var").glob("audit.head.*"))) == 1
    assert b"is whole" in run(home, "audit", "verify")
