"""New rows are written together, and nobody can tell but by the clock."""

from contextlib import suppress
from typing import Any

import pytest
from sqlalchemy import Engine, event
from sqlalchemy.dialects import postgresql

from gateway.ledger import events, gathering, statements
from gateway.ledger.bulk import MOST, Sized, filled, portions
from gateway.ledger.contract import Transaction
from gateway.ledger.records import DeliveryState, InterchangeRow
from gateway.ledger.store import SqlLedger
from tests.rigs.fixtures_ledger import LedgerPlace
from tests.rigs.ledger_rows import NOW, delivery, document, later, record, sha256
from tests.rigs.ledger_rows import event as event_of


@pytest.fixture
def ledger(any_ledger: SqlLedger) -> SqlLedger:
    return any_ledger


def interchange(id: str, of: str, control_number: str = "1") -> InterchangeRow:
    return InterchangeRow(id, of, "acme", "S", "R", control_number, "P", sha256(b"x"), "accepted", NOW)


def test_many_deliveries_take_no_more_statements_than_a_few(ledger: SqlLedger) -> None:
    said: list[str] = []

    def note(_: Any, __: Any, statement: str, parameters: Any, ___: Any, many: bool) -> None:
        said.extend([statement] * (len(parameters) if many else 1))

    def statements(first: int, count: int) -> int:
        said.clear()

        def work(tx: Transaction) -> None:
            names = [f"d{number}" for number in range(first, first + count)]
            tx.look_ahead([("suppliers", sha256(name.encode())) for name in names], [])
            for name in names:
                assert tx.first_delivery("suppliers", sha256(name.encode())) is None
                record(tx, name, key=name)
                tx.next_number("acme")

        ledger.write(work).result()
        return len(said)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        alone, together = statements(0, 1), statements(1, MOST)
    finally:
        event.remove(Engine, "before_cursor_execute", note)
    assert 5 < alone < 25
    assert together <= alone + 1, "the last number is written"
    assert len(ledger.write(lambda tx: tx.claim_events(100)).result()) == MOST + 1


def test_what_was_looked_up_ahead_is_seen_when_it_comes_in_the_same_work(ledger: SqlLedger) -> None:
    key = ("S", "R", "1", "P")

    def work(tx: Transaction) -> list[bool]:
        tx.look_ahead([("suppliers", sha256(b"ISA*00*"))], [key])
        seen = []
        for id in ("d1", "d2"):
            found = tx.first_delivery("suppliers", sha256(b"ISA*00*"))
            known = tx.interchange(*key, since=later(-9))
            seen += [found is not None, known is not None]
            tx.add_delivery(delivery(id), b"ISA*00*")
            tx.add_interchange(interchange(f"{id}-i", id))
            tx.finish_delivery(id, partner="acme", outcome="accepted", accepted=1, rejected=0, summary="")
        return seen

    assert ledger.write(work).result() == [False, False, True, True]
    assert ledger.write(work_again(key)).result() == (True, True)


def work_again(key: tuple[str, str, str, str]) -> Any:
    def work(tx: Transaction) -> tuple[bool, bool]:
        tx.look_ahead([("suppliers", sha256(b"ISA*00*"))], [key])
        found = tx.first_delivery("suppliers", sha256(b"ISA*00*"))
        return found is not None, tx.interchange(*key, since=later(-9)) is not None

    return work


def test_a_reading_that_is_finished_later_is_seen(ledger: SqlLedger) -> None:
    ledger.write(lambda tx: tx.add_delivery(delivery("d1"), b"ISA*00*")).result()

    def work(tx: Transaction) -> bool:
        tx.look_ahead([("suppliers", sha256(b"ISA*00*"))], [])
        tx.finish_delivery("d1", partner="acme", outcome="accepted", accepted=1, rejected=0, summary="")
        return tx.first_delivery("suppliers", sha256(b"ISA*00*")) is not None

    assert ledger.write(work).result()


def test_an_answer_and_an_outcome_wait_with_their_delivery(ledger: SqlLedger) -> None:
    def work(tx: Transaction) -> None:
        tx.add_delivery(delivery("d1"), b"ISA*00*")
        tx.finish_delivery("d1", partner="acme", outcome="rejected", accepted=0, rejected=1, summary="no")
        with pytest.raises(LookupError):
            tx.finish_delivery("d1", partner="acme", outcome="accepted", accepted=1, rejected=0, summary="yes")
        tx.add_answer("d1", b"AA")
        tx.add_answer("d1", b"AE")

    ledger.write(work).result()
    ledger.write(lambda tx: tx.add_answer("d1", b"AR")).result()
    row = ledger.read(lambda reads: reads.delivery("d1"))
    assert row is not None
    assert (row.state, row.outcome, row.summary) == (DeliveryState.RECORDED, "rejected", "no")
    assert ledger.read(lambda reads: reads.answer("d1")) == b"AA"
    assert ledger.read(lambda reads: reads.backlog()).counts == {"deliveries.rejected": 1}


def test_a_work_that_passes_over_an_error_loses_nothing(ledger: SqlLedger) -> None:
    ledger.write(lambda tx: tx.add_delivery(delivery("d1"), b"ISA*00*")).result()

    def work(tx: Transaction) -> None:
        record(tx, "d2")
        tx.add_delivery(delivery("d1"), b"ISA*00*")
        with suppress(ValueError):
            tx.deliveries()

    with pytest.raises(ValueError, match="delivery d1 is in the ledger already"):
        ledger.write(work).result()
    assert [row.id for row in ledger.read(lambda reads: reads.deliveries())] == ["d1"]


def test_numbers_of_one_work_go_round_and_on(place: LedgerPlace) -> None:
    place.open().close()
    place.execute("INSERT INTO numbers VALUES ('acme', 999999997)")
    opened = place.open()
    assert opened.write(lambda tx: [tx.next_number("acme") for _ in range(4)]).result() == [
        999999998, 999999999, 1, 2,
    ]  # fmt: skip
    assert opened.write(lambda tx: tx.next_number("acme")).result() == 3
    opened.close()


def test_of_an_ordering_key_the_first_alone_is_first_whenever_it_came(ledger: SqlLedger) -> None:
    def work(tx: Transaction) -> None:
        record(tx, "d1", 2, key="one")
        record(tx, "d2", 2, key="one")
        record(tx, "d3", 1, key="two")

    ledger.write(work).result()
    ledger.write(lambda tx: record(tx, "d4", 1, key="two")).result()
    order = []
    while given := [row.id for row in ledger.write(lambda tx: tx.claim_events(10)).result()]:
        order.append(given)
        ledger.write(lambda tx, given=given: tx.mark_published(given, NOW)).result()  # type: ignore[misc]
    assert order == [["d1-1", "d3-1"], ["d1-2", "d4-1"], ["d2-1"], ["d2-2"]]


def test_a_document_that_is_there_already_stays_and_is_counted_once(ledger: SqlLedger) -> None:
    ledger.write(lambda tx: record(tx, "d1")).result()

    def work(tx: Transaction) -> None:
        tx.add_delivery(delivery("d2"), b"ISA*00*")
        tx.add_documents([document("d1-1", "d2", body=b"{}"), document("d2-1", "d2")])
        tx.add_events([event_of("d1-1", "d2", key="other"), event_of("d2-1", "d2", key="other")])

    ledger.write(work).result()
    assert [row.id for row in ledger.write(lambda tx: tx.claim_events(10)).result()] == ["d1-1", "d2-1"]
    assert ledger.read(lambda reads: reads.backlog()).events == 2
    assert ledger.read(lambda reads: reads.backlog()).counts["documents.purchase_order.accepted"] == 2


@pytest.mark.parametrize("count", [0, 1, 2, 3, 31, 32, 33, 70])
def test_portions_hold_all_and_come_in_few_sizes(count: int) -> None:
    rows = [str(number) for number in range(count)]
    assert [row for part in portions(rows) for row in part] == rows
    assert list(dict.fromkeys(row for part in filled(rows) for row in part)) == rows
    for part in (*portions(rows), *filled(rows)):
        assert len(part) in {1, 2, 4, 8, 16, 32}


def test_all_of_it_can_be_said_to_postgresql_too() -> None:
    dialect = postgresql.dialect()  # type: ignore[no-untyped-call]
    sized = [
        value
        for module in (events, gathering, statements)
        for value in vars(module).values()
        if isinstance(value, Sized)
    ]
    assert len(sized) > 10
    for statement in sized:
        for size in (1, 4):
            assert str(statement.build(size).compile(dialect=dialect))  # type: ignore[attr-defined]
