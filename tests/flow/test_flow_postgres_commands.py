"""The short commands beside a gateway whose ledger lies on PostgreSQL."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.rigs.gateway import Gateway, gateway, wharf
from tests.rigs.postgres import PASSWORD, PostgresServer
from tests.rigs.x12_bytes import order


@pytest.fixture
def house(tmp_path: Path, ledger_url: str) -> Iterator[Gateway]:
    with gateway(tmp_path / "st", {"WHARF__LEDGER__URL": ledger_url}) as own:
        yield own


def test_they_read_and_write_beside_a_running_gateway(house: Gateway, ledger_url: str, tmp_path: Path) -> None:
    env = {"WHARF__LEDGER__URL": ledger_url}

    def run(*arguments: str | Path, code: int = 0) -> Any:
        done = wharf(*arguments, "-c", house.config, env=env)
        told = (done.stdout + done.stderr).decode()
        assert done.returncode == code, told
        assert "Traceback" not in told
        assert PASSWORD not in told
        return done

    def rows(*arguments: str) -> list[dict[str, Any]]:
        return [json.loads(line) for line in run(*arguments, "--json").stdout.splitlines()]

    house.put("good.edi", order())
    house.put("bad.edi", order("000000124").replace(b"*12*BX*", b"*1O*BX*"))
    house.wait(lambda: len(house.tap()) == 2, "an order and a rejection")
    messages = rows("messages", "list")
    assert sorted(row["status"] for row in messages) == ["accepted", "rejected"]
    (good,) = (row["id"] for row in messages if row["status"] == "accepted")
    assert b"4500012345" in run("messages", "show", good).stdout
    assert rows("exceptions", "list")
    before = len(house.tap())
    run("messages", "replay", good)
    assert run("keys", "create", "erp", "--scope", "read").stdout
    assert b"erp" in run("keys", "list").stdout
    run("keys", "revoke", "erp")
    assert len(house.tap()) >= before
    assert run("ledger", "prune", "--dry-run").stdout
    run("ledger", "prune")
    assert b"whole" in run("ledger", "verify", "--deep").stdout
    refused = run("ledger", "backup", tmp_path / "copy", code=2).stderr
    assert b"pg_dump or pg_basebackup" in refused
    assert not (tmp_path / "copy").exists()
    run("ledger", "compact", code=2)
    house.put("next.edi", order("000000125"))
    house.wait(lambda: len(rows("messages", "list")) == 3, "the gateway goes on")


def test_while_the_database_is_away_they_say_so(house: Gateway, ledger_url: str, postgres: PostgresServer) -> None:
    env = {"WHARF__LEDGER__URL": ledger_url}
    postgres.shut_down()
    try:
        for command in (["messages", "list"], ["ledger", "verify"]):
            done = wharf(*command, "-c", house.config, env=env)
            told = (done.stdout + done.stderr).decode()
            assert done.returncode == 2, told
            assert "NET-E0901" in told
            assert "Traceback" not in told
            assert PASSWORD not in told
        house.wait(lambda: house.get("/readyz")[0] == 503, "it is not ready")
        assert house.get("/healthz")[0] == 200
    finally:
        postgres.restart()
    house.wait(lambda: house.get("/readyz")[0] == 200, "it is ready again")
    house.put("order.edi", order())
    house.wait(lambda: len(house.tap()) == 1, "the order")
