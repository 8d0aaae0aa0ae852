"""What a person sees of the nodes that share a ledger."""

import json
from pathlib import Path

import pytest

from gateway.cli.main import run
from gateway.config import load_config
from gateway.init import write_settings
from gateway.ledger.contract import Transaction
from gateway.ledger.node_records import NodeRow, life
from gateway.ledger.store import open_ledger
from gateway.nodes.identity import node_id
from tests.rigs.ledger_rows import NOW


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    write_settings(tmp_path)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("NO_COLOR", "1")
    return tmp_path


def enter(tx: Transaction, id: str, seconds: float, *leases: str) -> None:
    tx.nodes.enter(NodeRow(id=id, name=f"dock-{id}", version="0.1.0", address="10.0.0.1:8080", started=NOW, seen=NOW))
    for name in (life(id), *leases):
        tx.nodes.claim(name, id, seconds)


def test_each_node_is_told_with_what_it_does(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    ledger = open_ledger(home / "var")
    ledger.write(lambda tx: enter(tx, "2", 600, "relay", "lane acme suppliers", "lane bolt suppliers")).result()
    ledger.write(lambda tx: enter(tx, "1", -1, "clocks")).result()
    ledger.write(lambda tx: enter(tx, "3", 600)).result()
    assert run(["nodes", "list"]) == 0
    lines = [line.split() for line in capsys.readouterr().out.splitlines()]
    assert [line[:2] for line in lines[1:]] == [
        ["dock-1", "away"], ["dock-2", "alive"], ["sends", "in"], ["dock-3", "alive"],
    ]  # fmt: skip
    assert "relay" in lines[2]
    assert "listens," in lines[4]
    assert run(["nodes", "list", "--json"]) == 0
    rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert {row["name"]: [lease["lease"] for lease in row["owns"]] for row in rows} == {
        "dock-1": [], "dock-2": ["relay", "lane acme suppliers", "lane bolt suppliers"], "dock-3": [],
    }  # fmt: skip
    ledger.close()


def test_a_ledger_without_a_living_node_is_told(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    open_ledger(home / "var").close()
    assert run(["nodes", "list"]) == 1
    assert capsys.readouterr().out == "no gateway has written into this ledger yet\n"


def test_a_node_keeps_its_id_and_a_folder_that_is_its_own_is_not_leased(home: Path) -> None:
    ids = iter(("first-id", "second-id"))
    assert [node_id(home / "var", lambda: next(ids)) for _ in range(2)] == ["first-id", "first-id"]
    channel = load_config(home / "wharf.toml", {}).drops()["suppliers"]
    own = load_config(home / "wharf.toml", {"WHARF__CHANNELS__SUPPLIERS__EACH_NODE": "true"}).drops()["suppliers"]
    assert (channel.shared, own.shared) == (True, False)
