"""What the ledger keeps and tells for the API: keys, pages, and what is collected."""

from dataclasses import replace
from datetime import datetime
from functools import partial

import pytest

from gateway.keys import KeyRow, Scope
from gateway.ledger.contract import Ledger, Transaction
from gateway.ledger.records import ParcelState
from gateway.ledger.store import SqlLedger
from tests.rigs.ledger_rows import NOW, delivery, document, later, parcel

KEY = KeyRow("k1", "erp", "a" * 64, frozenset({Scope.READ, Scope.SUBMIT}), NOW, partner="acme", channel="erp2")


@pytest.fixture
def ledger(any_ledger: SqlLedger) -> Ledger:
    return any_ledger


def _used(at: datetime, tx: Transaction) -> None:
    tx.key_used("k1", at)


def test_a_key_comes_back_as_it_was_and_stays_after_it_was_revoked(ledger: Ledger) -> None:
    assert not ledger.read(lambda reads: reads.asks_for_keys())
    ledger.write(lambda tx: tx.add_key(KEY)).result()
    assert ledger.read(lambda reads: reads.key("a" * 64)) == KEY
    assert ledger.read(lambda reads: reads.key("b" * 64)) is None
    assert ledger.write(lambda tx: tx.revoke_key("erp", later(5))).result() == 1
    assert ledger.write(lambda tx: tx.revoke_key("k1", later(6))).result() == 0
    (row,) = ledger.read(lambda reads: reads.keys())
    assert row == replace(KEY, revoked_at=later(5))
    assert not row.valid(NOW)
    assert ledger.read(lambda reads: reads.asks_for_keys())


def test_a_name_belongs_to_one_key_at_a_time(ledger: Ledger) -> None:
    ledger.write(lambda tx: tx.add_key(KEY)).result()
    second = replace(KEY, id="k2", digest="b" * 64)
    with pytest.raises(ValueError, match="already"):
        ledger.write(lambda tx: tx.add_key(second)).result()
    ledger.write(lambda tx: tx.revoke_key("erp", NOW)).result()
    ledger.write(lambda tx: tx.add_key(second)).result()
    assert [row.id for row in ledger.read(lambda reads: reads.keys())] == ["k1", "k2"]


def test_the_use_of_a_key_is_noted_once_a_minute(ledger: Ledger) -> None:
    ledger.write(lambda tx: tx.add_key(KEY)).result()
    for seconds, noted in ((0, 0), (59, 0), (60, 60), (61, 60)):
        ledger.write(partial(_used, later(seconds))).result()
        row = ledger.read(lambda reads: reads.key("a" * 64))
        assert row is not None
        assert row.last_used_at == later(noted)


def test_a_key_ends_when_it_says(ledger: Ledger) -> None:
    row = replace(KEY, expires_at=later(10))
    assert row.valid(later(9))
    assert not row.valid(later(10))


def test_pages_meet_at_their_edges(ledger: Ledger) -> None:
    def work(tx: Transaction) -> None:
        for number in range(5):
            tx.add_delivery(delivery(f"d{number}"), b"ISA*00*")
        tx.add_documents([document(f"e{number}", "d1", position=number) for number in range(4)])

    ledger.write(work).result()
    first = ledger.read(lambda reads: reads.list_deliveries(limit=2))
    assert [row.id for row in first.rows] == ["d4", "d3"]
    rest = ledger.read(lambda reads: reads.list_deliveries(after=first.next, limit=3))
    assert ([row.id for row in rest.rows], rest.next) == (["d2", "d1", "d0"], None)
    heads = ledger.read(lambda reads: reads.list_documents(delivery="d1", limit=4))
    assert ([row.id for row in heads.rows], heads.next) == (["e3", "e2", "e1", "e0"], None)
    assert [row.id for row in ledger.read(lambda reads: reads.order_documents("4711"))] == ["e0", "e1", "e2", "e3"]
    assert ledger.read(lambda reads: reads.order_documents("4711", partner="other")) == []


def test_what_is_rendered_waits_until_it_is_collected(ledger: Ledger) -> None:
    def work(tx: Transaction) -> None:
        for id, state in (("p1", ParcelState.READY), ("p2", ParcelState.QUEUED), ("p3", ParcelState.READY)):
            content = id.encode() if state is ParcelState.READY else None
            row = replace(parcel(id, content=content, state=state), channel="erp" if id != "p3" else "other")
            tx.add_parcel(row)

    ledger.write(work).result()
    (row,) = ledger.read(lambda reads: reads.waiting_for("erp"))
    assert (row.id, row.content) == ("p1", b"p1")
    assert ledger.read(lambda reads: reads.backlog()).parcels == 3
    assert ledger.read(lambda reads: reads.parcel_content("p2")) is None
    assert ledger.write(lambda tx: tx.confirm_collected(["p1", "p2"], NOW)).result() == 1
    assert ledger.write(lambda tx: tx.confirm_collected(["p1"], NOW)).result() == 0
    assert ledger.read(lambda reads: reads.waiting_for("erp")) == []
    assert ledger.read(lambda reads: reads.backlog()).parcels == 2
    head = ledger.read(lambda reads: reads.parcel_head("p1"))
    assert head is not None
    assert (head.state, head.delivered_at) == (ParcelState.DELIVERED, NOW)
