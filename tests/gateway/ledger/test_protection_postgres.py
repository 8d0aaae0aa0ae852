"""The audit trail and encryption on PostgreSQL: the same promises, and several gateways that add to one trail."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from gateway.audit.entry import GATEWAY, Action, Entry
from gateway.audit.record import audit
from gateway.audit.verify import verify
from gateway.ledger.contract import LedgerError
from gateway.ledger.open_postgres import open_postgres
from gateway.ledger.sealing import Sealer
from tests.gateway.ledger.test_encryption import BOTH, CANARY, K2, LARGE, ONE, fill, rekeyed, told
from tests.rigs.postgres import PostgresServer


def test_several_gateways_add_to_one_trail_without_a_gap(ledger_url: str, tmp_path: Path) -> None:
    nodes = [open_postgres(ledger_url, tmp_path / str(number)) for number in range(3)]

    def add(number: int) -> None:
        entry = Entry(Action.KEY_CREATED, GATEWAY, f"key {number}")
        nodes[number % 3].write(lambda tx: audit(tx, entry)).result()

    with ThreadPoolExecutor(12) as pool:
        list(pool.map(add, range(90)))
    found = nodes[0].read(lambda reads: verify(reads.trail.all(), reads.trail.beginning(), {}))
    assert (found.rows, found.flaws) == (90, ())
    for each in nodes:
        each.close()


def test_content_is_sealed_and_sealed_anew(
    ledger_url: str, tmp_path: Path, postgres: PostgresServer, database: str
) -> None:
    ledger = open_postgres(ledger_url, tmp_path, sealer=ONE)
    ledger.write(lambda tx: fill(tx, 1, LARGE)).result()
    ledger.close()
    with pytest.raises(LedgerError, match='encrypted with the key "k1": name it in'):
        open_postgres(ledger_url, tmp_path)
    ledger = open_postgres(ledger_url, tmp_path, sealer=BOTH)
    before = told(ledger)
    assert rekeyed(ledger)
    ledger.close()
    ledger = open_postgres(ledger_url, tmp_path, sealer=Sealer({"k2": K2}, "k2"))
    assert told(ledger) == before
    ledger.close()
    for table, column in (("contents", "content"), ("documents", "body"), ("problems", "body"), ("blobs", "content")):
        count = f"SELECT count(*) FROM {table} WHERE position('{CANARY.decode()}'::bytea in {column}) > 0"  # noqa: S608
        assert postgres.execute(count, database) == [(0,)]
