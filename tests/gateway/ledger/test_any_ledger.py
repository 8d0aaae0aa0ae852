"""What every ledger does, whichever database it lies in, beside the conformance suite."""

import threading

import pytest

from gateway.ledger.contract import LedgerError, Transaction
from gateway.ledger.store import SqlLedger
from tests.rigs.fixtures_ledger import LedgerPlace
from tests.rigs.ledger_rows import delivery, record


def test_everything_is_there_after_a_restart(place: LedgerPlace) -> None:
    first = place.open()
    first.write(lambda tx: record(tx, "d1", 3, key="one")).result()
    before = first.read(lambda reads: (reads.backlog(), reads.documents(), reads.deliveries()))
    first.close()
    second = place.open()
    assert second.read(lambda reads: (reads.backlog(), reads.documents(), reads.deliveries())) == before
    assert [row.id for row in second.write(lambda tx: tx.claim_events(9)).result()] == ["d1-1"]
    second.close()


def test_what_arrives_during_a_commit_shares_the_next_one(any_ledger: SqlLedger) -> None:
    """Nothing of a group is to be seen before all of it is, and no future resolves before."""
    inside, go = threading.Event(), threading.Event()

    def last(tx: Transaction) -> None:
        inside.set()
        go.wait()

    hold, held = threading.Event(), threading.Event()

    def first(tx: Transaction) -> None:
        held.set()
        hold.wait()

    any_ledger.write(first)
    held.wait()
    group = [any_ledger.write(lambda tx, n=n: record(tx, f"d{n}")) for n in range(5)]  # type: ignore[misc]
    end = any_ledger.write(last)
    hold.set()
    inside.wait()
    assert not any(future.done() for future in group)
    assert any_ledger.read(lambda reads: reads.deliveries()) == []
    go.set()
    end.result()
    assert [future.result() for future in group] == [[f"d{n}-1"] for n in range(5)]
    assert len(any_ledger.read(lambda reads: reads.deliveries())) == 5


def test_a_work_that_nobody_waits_for_any_more_is_not_begun(any_ledger: SqlLedger) -> None:
    hold, held = threading.Event(), threading.Event()

    def first(tx: Transaction) -> None:
        held.set()
        hold.wait()

    any_ledger.write(first)
    held.wait()
    waiting = any_ledger.write(lambda tx: record(tx, "d1"))
    assert waiting.cancel()
    hold.set()
    any_ledger.write(lambda tx: tx.next_number("any")).result()
    assert any_ledger.read(lambda reads: reads.delivery("d1")) is None


def test_reading_only_leaves_everything_as_it_is(place: LedgerPlace) -> None:
    first = place.open()
    first.write(lambda tx: record(tx, "d1")).result()
    first.close()
    reader = place.open(read_only=True)
    assert len(reader.read(lambda reads: reads.deliveries())) == 1
    with pytest.raises(LedgerError, match="reading only"):
        reader.write(lambda tx: record(tx, "d2")).result()
    with pytest.raises(LedgerError, match="reading only"):
        reader.check()
    reader.close()


@pytest.mark.failure("S5")
def test_a_newer_ledger_is_refused(place: LedgerPlace) -> None:
    place.open().close()
    place.execute("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(LedgerError, match="newer version"):
        place.open()
    with pytest.raises(LedgerError, match="another version"):
        place.open(read_only=True)


@pytest.mark.failure("S4")
def test_bytes_that_changed_on_disk_are_never_given_out(place: LedgerPlace) -> None:
    first = place.open()
    first.write(lambda tx: record(tx, "d1")).result()
    first.close()
    place.execute("UPDATE contents SET content = substr(content, 2)")
    place.execute("UPDATE documents SET body = substr(body, 2)")
    opened = place.open()
    with pytest.raises(LedgerError, match="changed on disk"):
        opened.read(lambda reads: reads.delivery_content("d1"))
    with pytest.raises(LedgerError, match="changed on disk"):
        opened.write(lambda tx: tx.claim_events(1)).result()
    opened.close()


def test_control_numbers_go_round(place: LedgerPlace) -> None:
    place.open().close()
    place.execute("INSERT INTO numbers VALUES ('acme', 999999998)")
    opened = place.open()
    assert [opened.write(lambda tx: tx.next_number("acme")).result() for _ in range(3)] == [999999999, 1, 2]
    opened.close()


def test_a_bad_work_does_not_leak_what_it_wrote(any_ledger: SqlLedger) -> None:
    secret = "PATIENT-4711"

    def work(tx: Transaction) -> None:
        tx.add_delivery(delivery("d1"), b"ISA*00*")
        tx.add_problems([])
        tx.finish_delivery("d1", partner=None, outcome="x", accepted=0, rejected=0, summary=secret)
        tx.finish_delivery("d1", partner=secret, outcome=None, accepted=None, rejected=0, summary=secret)  # type: ignore[arg-type]

    with pytest.raises(LookupError) as told:
        any_ledger.write(work).result()
    assert secret not in str(told.value)
