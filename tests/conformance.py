"""What every ledger does, whoever keeps it: examined by the same calls."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial

import pytest

from adapters.contracts import Sender
from gateway.ledger.contract import Ledger, LedgerError, Reads, Transaction
from gateway.ledger.outbound_records import Rest
from gateway.ledger.records import (
    MOST_ATTEMPTS,
    DeliveryRow,
    DeliveryState,
    EventState,
    InterchangeRow,
    ParcelState,
)
from tests.conformance_attention import ATTENTION_CHECKS
from tests.conformance_nodes import NODE_CHECKS
from tests.conformance_outbound import OUTBOUND_CHECKS
from tests.rigs.ledger_rows import (
    NOW,
    delivery,
    document,
    event,
    exception,
    interchange,
    later,
    parcel,
    problem,
    record,
)


def content_of(ledger: Ledger, id: str) -> bytes | None:
    """The raw bytes of a delivery, also where they are mapped."""
    content = ledger.read(lambda reads: reads.delivery_content(id))
    return None if content is None else content[:]


def _accept(row: DeliveryRow, tx: Transaction) -> None:
    tx.add_delivery(row, b"ISA*00*")


def _standing(control: str, reads: Reads) -> InterchangeRow | None:
    return reads.interchange("01:ACME", "01:US", control, "P", later(-1))


Check = Callable[[Ledger], None]
BIG = bytes(range(256)) * 8192
"""Two megabytes: more than lies in a row."""


def examine_ledger(open: Callable[[], Ledger]) -> None:
    """Asks everything of a ledger; ``open`` gives an empty one each time."""
    for check in (*LEDGER_CHECKS, *OUTBOUND_CHECKS):
        ledger = open()
        try:
            check(ledger)
        finally:
            ledger.close()


def claimed(ledger: Ledger, limit: int = 100, resting: tuple[str, ...] = ()) -> list[str]:
    """The ids that a claim gives."""
    return [row.id for row in ledger.write(lambda tx: tx.claim_events(limit, resting=resting)).result()]


def publish(ledger: Ledger, *ids: str) -> None:
    """Marks events published."""
    ledger.write(lambda tx: tx.mark_published(ids, NOW)).result()


def a_delivery_comes_back_as_it_was(ledger: Ledger) -> None:
    sender = Sender("192.0.2.7", 2575, "CN=dock.example,O=Größe", ("dock.example", "192.0.2.7"))
    row = replace(delivery("d1", b"\x00bytes\xff", origin="inbox/a.edi:7"), sender=sender)
    ledger.write(lambda tx: tx.add_delivery(row, b"\x00bytes\xff")).result()
    assert ledger.read(lambda reads: reads.delivery("d1")) == row
    assert content_of(ledger, "d1") == b"\x00bytes\xff"
    assert ledger.read(lambda reads: reads.delivery_by_origin("suppliers", "inbox/a.edi:7")) == row
    assert ledger.read(lambda reads: reads.delivery_by_origin("others", "inbox/a.edi:7")) is None
    assert ledger.read(lambda reads: reads.delivery("d2")) is None
    assert ledger.read(lambda reads: reads.delivery_content("d2")) is None


def what_a_waiting_sender_was_told_stays(ledger: Ledger) -> None:
    ledger.write(lambda tx: tx.add_delivery(delivery("d1"), b"ISA*00*")).result()
    assert ledger.read(lambda reads: reads.answer("d1")) is None
    ledger.write(lambda tx: tx.add_answer("d1", b"MSA|AA|1")).result()
    ledger.write(lambda tx: tx.add_answer("d1", b"MSA|AE|1")).result()
    assert ledger.read(lambda reads: reads.answer("d1")) == b"MSA|AA|1"
    ledger.write(lambda tx: tx.reopen_delivery("d1")).result()
    assert ledger.read(lambda reads: reads.answer("d1")) is None, "what it comes to now is still to be seen"


def large_content_comes_back_too(ledger: Ledger) -> None:
    ledger.keep(BIG)
    ledger.write(lambda tx: tx.add_delivery(delivery("kept", BIG), BIG)).result()
    other = BIG + b"!"

    def work(tx: Transaction) -> None:
        tx.add_delivery(delivery("not-kept", other), other)
        tx.add_documents([document("e1", "not-kept", body=BIG)])
        tx.add_events([event("e1", "not-kept")])
        tx.add_parcel(parcel("p1", content=BIG, state=ParcelState.READY))

    ledger.write(work).result()
    assert content_of(ledger, "kept") == BIG
    assert content_of(ledger, "not-kept") == other
    assert ledger.write(lambda tx: tx.claim_events(1)).result()[0].body == BIG
    assert ledger.read(lambda reads: reads.parcels())[0].content == BIG


def a_delivery_needs_its_own_digest_and_id(ledger: Ledger) -> None:
    with pytest.raises(ValueError, match="digest"):
        ledger.write(lambda tx: tx.add_delivery(delivery("d1", b"one"), b"two")).result()
    ledger.write(lambda tx: tx.add_delivery(delivery("d1"), b"ISA*00*")).result()
    with pytest.raises(ValueError, match="already"):
        ledger.write(lambda tx: tx.add_delivery(delivery("d1"), b"ISA*00*")).result()


def reading_is_counted_and_finished_once(ledger: Ledger) -> None:
    ledger.write(lambda tx: tx.add_delivery(delivery("d1"), b"ISA*00*")).result()
    assert [row.id for row in ledger.read(lambda reads: reads.unread_deliveries())] == ["d1"]
    assert [ledger.write(lambda tx: tx.begin_reading("d1")).result() for _ in range(2)] == [1, 2]

    def finish(tx: Transaction) -> None:
        tx.finish_delivery("d1", partner="acme", outcome="partial", accepted=2, rejected=1, summary="2 of 3")

    ledger.write(finish).result()
    row = ledger.read(lambda reads: reads.delivery("d1"))
    assert row is not None
    assert (row.state, row.partner, row.outcome, row.accepted, row.rejected, row.summary, row.attempts) == (
        DeliveryState.RECORDED, "acme", "partial", 2, 1, "2 of 3", 2,
    )  # fmt: skip
    assert ledger.read(lambda reads: reads.unread_deliveries()) == []
    with pytest.raises(LookupError):
        ledger.write(finish).result()
    with pytest.raises(LookupError):
        ledger.write(lambda tx: tx.begin_reading("d2")).result()


def the_first_of_the_same_bytes_is_found(ledger: Ledger) -> None:
    def first(channel: str) -> str | None:
        row = ledger.read(lambda reads: reads.first_delivery(channel, delivery("x").sha256))
        return row.id if row else None

    ledger.write(lambda tx: tx.add_delivery(delivery("d1"), b"ISA*00*")).result()
    assert first("suppliers") is None, "what is still to be read has no answer to repeat"
    ledger.write(
        lambda tx: tx.finish_delivery("d1", partner=None, outcome="accepted", accepted=1, rejected=0, summary="")
    ).result()
    again = delivery("d2", repeats="d1", state=DeliveryState.RECORDED, outcome="duplicate")
    ledger.write(lambda tx: tx.add_delivery(again, b"ISA*00*")).result()
    assert first("suppliers") == "d1"
    assert first("others") is None
    anew = delivery("d3", state=DeliveryState.RECORDED, outcome="accepted")
    ledger.write(lambda tx: tx.add_delivery(anew, b"ISA*00*")).result()
    assert first("suppliers") == "d3", "what was read anew is what counts"


def what_could_not_be_read_is_known_by_its_digest(ledger: Ledger) -> None:
    ledger.write(lambda tx: tx.add_delivery(delivery("d1"), b"ISA*00*")).result()
    for _ in range(MOST_ATTEMPTS + 1):
        ledger.write(lambda tx: tx.begin_reading("d1")).result()
    assert ledger.read(lambda reads: reads.held_digests()) == set()
    ledger.write(
        lambda tx: tx.finish_delivery("d1", partner=None, outcome="quarantined", accepted=0, rejected=1, summary="")
    ).result()
    assert ledger.read(lambda reads: reads.held_digests()) == {delivery("d1").sha256}
    row = ledger.read(lambda reads: reads.delivery("d1"))
    assert row is not None
    assert row.held
    ledger.write(lambda tx: tx.reopen_delivery("d1")).result()
    assert ledger.read(lambda reads: reads.held_digests()) == set()


def deliveries_are_paged(ledger: Ledger) -> None:
    for place in range(5):
        row = delivery(f"d{place}", partner="acme" if place % 2 else "bolt", state=DeliveryState.RECORDED, outcome="x")
        ledger.write(partial(_accept, row)).result()

    def page(**wanted: object) -> list[str]:
        return [row.id for row in ledger.read(lambda reads: reads.deliveries(**wanted))]  # type: ignore[arg-type]

    assert page() == ["d4", "d3", "d2", "d1", "d0"]
    assert page(limit=2, after="d3") == ["d2", "d1"]
    assert page(limit=2, after="d3", newest_first=False) == ["d4"]
    assert page(partner="acme") == ["d3", "d1"]
    assert page(outcome="y") == []


def a_control_number_stands_while_it_is_recent(ledger: Ledger) -> None:
    def work(tx: Transaction) -> None:
        tx.add_delivery(delivery("d1"), b"ISA*00*")
        tx.add_interchange(interchange("i1", "d1", at=later(-100)))
        tx.add_interchange(interchange("i2", "d1", at=later(-10), verdict="rejected"))
        tx.add_interchange(interchange("i3", "d1", at=later(-5), verdict="duplicate"))
        tx.add_interchange(interchange("i4", "d1", at=later(-4), verdict="conflict"))

    ledger.write(work).result()

    def found(reads: Reads, seconds: float, control: str = "000000001") -> str | None:
        row = reads.interchange("01:ACME", "01:US", control, "P", later(seconds))
        return row.id if row else None

    assert ledger.read(lambda reads: found(reads, -1000)) == "i2"
    assert ledger.read(lambda reads: found(reads, -10)) == "i2"
    assert ledger.read(lambda reads: found(reads, -9)) is None
    assert ledger.read(lambda reads: found(reads, -1000, "000000002")) is None


def documents_are_found(ledger: Ledger) -> None:
    def work(tx: Transaction) -> None:
        tx.add_delivery(delivery("d1"), b"ISA*00*")
        tx.add_documents(
            [
                document("a", "d1", position=2, number="1"),
                document("b", "d1", position=1, status="rejected", partner="bolt"),
                document("c", "d1", position=3, document_type="invoice"),
            ]
        )

    ledger.write(work).result()

    def ids(**wanted: object) -> list[str]:
        return [row.id for row in ledger.read(lambda reads: reads.documents(**wanted))]  # type: ignore[arg-type]

    assert ids() == ["c", "b", "a"]
    assert ids(delivery="d1") == ["b", "a", "c"]
    assert ids(partner="bolt") == ["b"]
    assert ids(document_type="invoice") == ["c"]
    assert ids(number="1") == ["a"]
    assert ids(status="rejected") == ["b"]
    assert ids(status="accepted", limit=1) == ["c"]
    assert ledger.read(lambda reads: reads.document("a")) == document("a", "d1", position=2, number="1")
    assert ledger.read(lambda reads: reads.document("z")) is None


def recording_again_changes_nothing(ledger: Ledger) -> None:
    def work(tx: Transaction, body: bytes) -> None:
        tx.add_interchange(interchange("i1", "d1"))
        tx.add_documents([document("a", "d1", body=body)])
        tx.add_events([event("a", "d1")])
        tx.add_problems([problem("d1", belongs="a"), problem("d1")])
        tx.add_parcel(parcel("p1"))
        tx.open_exception(exception("x1"))

    ledger.write(lambda tx: tx.add_delivery(delivery("d1"), b"ISA*00*")).result()
    ledger.write(lambda tx: work(tx, b"{}")).result()
    before = ledger.read(lambda reads: reads.backlog())
    ledger.write(lambda tx: work(tx, b'{"other":1}')).result()
    assert ledger.read(lambda reads: reads.backlog()) == before
    assert (before.deliveries, before.events, before.parcels, before.exceptions) == (1, 1, 1, 1)
    assert before.counts == {"documents.purchase_order.accepted": 1}
    assert [row.body for row in ledger.read(lambda reads: reads.documents())] == [b"{}"]
    assert ledger.read(lambda reads: reads.problems("d1")) == [problem("d1", belongs="a"), problem("d1")]


def one_work_is_all_or_nothing(ledger: Ledger) -> None:
    def work(tx: Transaction) -> None:
        record(tx, "d1")
        tx.next_number("a")
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        ledger.write(work).result()
    assert ledger.read(lambda reads: reads.deliveries()) == []
    assert ledger.read(lambda reads: reads.backlog()).counts == {}
    assert ledger.write(lambda tx: tx.next_number("a")).result() == 1


def a_broken_rule_harms_only_its_own_work(ledger: Ledger) -> None:
    started, go = threading.Event(), threading.Event()

    def slow(tx: Transaction) -> None:
        started.set()
        go.wait()

    first = ledger.write(slow)
    started.wait()
    good = ledger.write(lambda tx: record(tx, "d1"))
    bad = ledger.write(lambda tx: tx.add_events([event("nobody", "nothing")]))
    also_good = ledger.write(lambda tx: record(tx, "d2"))
    go.set()
    first.result()
    assert good.result() == ["d1-1"]
    assert also_good.result() == ["d2-1"]
    with pytest.raises(ValueError, match="rule"):
        bad.result()
    assert ledger.read(lambda reads: reads.backlog()).events == 2


def a_work_sees_what_it_wrote(ledger: Ledger) -> None:
    def work(tx: Transaction) -> tuple[int, int, str | None]:
        record(tx, "d1", 3)
        found = tx.delivery("d1")
        return len(tx.documents(delivery="d1")), tx.backlog().events, found.outcome if found else None

    assert ledger.write(work).result() == (3, 3, "accepted")


def events_come_in_order_one_per_key(ledger: Ledger) -> None:
    ledger.write(lambda tx: record(tx, "d1", 3, key="one")).result()
    ledger.write(lambda tx: record(tx, "d2", 2, key="two")).result()
    assert claimed(ledger) == ["d1-1", "d2-1"]
    assert claimed(ledger, limit=1) == ["d1-1"]
    publish(ledger, "d1-1")
    assert claimed(ledger) == ["d1-2", "d2-1"]
    publish(ledger, "d2-1", "d1-2")
    assert claimed(ledger) == ["d1-3", "d2-2"]
    publish(ledger, "d1-3", "d2-2")
    assert claimed(ledger) == []
    feed = ledger.read(lambda reads: reads.published())
    assert [row.id for row in feed] == ["d1-1", "d2-1", "d1-2", "d1-3", "d2-2"]
    assert [row.feed_position for row in feed] == [1, 2, 3, 4, 5]
    assert {row.state for row in feed} == {EventState.PUBLISHED}
    assert feed[0].attributes == {"id": "d1-1", "subject": "Größe 4711"}
    assert feed[0].body == b'{"id":"d1-1"}'


def attempts_are_counted_when_claimed(ledger: Ledger) -> None:
    ledger.write(lambda tx: record(tx, "d1")).result()
    assert [ledger.write(lambda tx: tx.claim_events(1)).result()[0].attempts for _ in range(3)] == [1, 2, 3]
    row = ledger.read(lambda reads: reads.event("d1-1"))
    assert row is not None
    assert (row.attempts, row.state, row.feed_position) == (3, EventState.READY, None)


def what_is_on_its_way_is_not_given_again_nor_what_is_behind_it(ledger: Ledger) -> None:
    ledger.write(lambda tx: [record(tx, f"d{one}", 2, key=f"key {one}") for one in range(1, 5)]).result()
    first = ledger.write(lambda tx: tx.claim_events(2)).result()
    assert [row.id for row in first] == ["d1-1", "d2-1"]
    flying = {row.sequence for row in first}
    assert [row.id for row in ledger.write(lambda tx: tx.claim_events(9, besides=flying)).result()] == ["d3-1", "d4-1"]
    publish(ledger, "d2-1")
    again = ledger.write(lambda tx: tx.claim_events(2, besides=flying)).result()
    assert [(row.id, row.attempts) for row in again] == [("d2-2", 1), ("d3-1", 2)]
    row = ledger.read(lambda reads: reads.event("d1-1"))
    assert row is not None
    assert row.attempts == 1, "who is passed over is not attempted"


def a_resting_queue_keeps_its_keys_and_no_others(ledger: Ledger) -> None:
    def work(tx: Transaction) -> None:
        tx.add_delivery(delivery("d1"), b"ISA*00*")
        tx.add_documents([document(id, "d1", position=place) for place, id in enumerate("abcd", 1)])
        tx.add_events(
            [
                event("a", "d1", key="one", routing="full"),
                event("b", "d1", key="one", routing="free"),
                event("c", "d1", key="two", routing="free"),
                event("d", "d1", key="two", routing="full"),
            ]
        )

    ledger.write(work).result()
    assert claimed(ledger, resting=("full",)) == ["c"]
    publish(ledger, "c")
    assert claimed(ledger, resting=("full",)) == []
    assert claimed(ledger) == ["a", "d"]


def held_events_wait_for_their_release(ledger: Ledger) -> None:
    ledger.write(lambda tx: record(tx, "d1", 2, key="one", held=True)).result()
    ledger.write(lambda tx: record(tx, "d2", 1, key="one")).result()
    assert claimed(ledger) == ["d2-1"]
    assert ledger.read(lambda reads: reads.backlog()).counts["events.held"] == 2
    assert ledger.write(lambda tx: tx.release_events("d1")).result() == 2
    assert ledger.write(lambda tx: tx.release_events("d1")).result() == 0
    assert ledger.read(lambda reads: reads.backlog()).events == 3
    for id in ("d1-1", "d1-2", "d2-1"):
        assert claimed(ledger) == [id]
        publish(ledger, id)


def marking_twice_changes_nothing(ledger: Ledger) -> None:
    ledger.write(lambda tx: record(tx, "d1", 2, key="one")).result()
    publish(ledger, "d1-1", "d1-1", "nobody")
    publish(ledger, "d1-1")
    backlog = ledger.read(lambda reads: reads.backlog())
    assert (backlog.events, backlog.counts["events.published"]) == (1, 1)
    assert [row.feed_position for row in ledger.read(lambda reads: reads.published())] == [1]


def the_feed_has_a_cursor_and_filters(ledger: Ledger) -> None:
    def work(tx: Transaction) -> None:
        tx.add_delivery(delivery("d1"), b"ISA*00*")
        tx.add_documents([document("a", "d1"), document("b", "d1", partner="bolt"),
                          document("c", "d1", document_type="invoice")])  # fmt: skip
        tx.add_events([event(id, "d1", key=id) for id in "abc"])
        tx.mark_published(["c", "a", "b"], NOW)

    ledger.write(work).result()

    def ids(**wanted: object) -> list[str]:
        return [row.id for row in ledger.read(lambda reads: reads.published(**wanted))]  # type: ignore[arg-type]

    assert ids() == ["c", "a", "b"]
    assert ids(after=1) == ["a", "b"]
    assert ids(after=3) == []
    assert ids(limit=1) == ["c"]
    assert ids(document_type="invoice") == ["c"]
    assert ids(partner="bolt") == ["b"]


def a_replay_keeps_id_and_place(ledger: Ledger) -> None:
    ledger.write(lambda tx: record(tx, "d1", 2, key="one")).result()
    assert ledger.write(lambda tx: tx.replay_event("d1-1")).result() is False
    claimed(ledger)
    publish(ledger, "d1-1")
    assert ledger.write(lambda tx: tx.replay_event("d1-1")).result() is True
    assert [row.id for row in ledger.read(lambda reads: reads.published())] == ["d1-1"], "a cursor must not miss it"
    (row,) = ledger.write(lambda tx: tx.claim_events(10)).result()
    assert (row.id, row.attempts, row.replay_of, row.feed_position) == ("d1-1", 2, "d1-1", 1)
    publish(ledger, "d1-1")
    assert claimed(ledger) == ["d1-2"]
    publish(ledger, "d1-2")
    assert [row.feed_position for row in ledger.read(lambda reads: reads.published())] == [1, 2]
    assert ledger.write(lambda tx: tx.replay_event("nobody")).result() is False


def reopening_removes_what_nobody_saw(ledger: Ledger) -> None:
    def work(tx: Transaction) -> None:
        record(tx, "d1", 3, key="one")
        tx.add_problems([problem("d1", belongs="d1-1"), problem("d1", belongs="d1-3"), problem("d1")])
        tx.add_interchange(interchange("i1", "d1"))
        tx.add_interchange(interchange("i2", "d1", control="000000002"))
        tx.begin_reading("d1")

    ledger.write(work).result()
    claimed(ledger)
    ledger.write(lambda tx: tx.reopen_delivery("d1")).result()
    assert [row.id for row in ledger.read(lambda reads: reads.documents())] == ["d1-1"]
    assert [row.document for row in ledger.read(lambda reads: reads.problems("d1"))] == ["d1-1"]
    row = ledger.read(lambda reads: reads.delivery("d1"))
    assert row is not None
    assert (row.state, row.attempts, row.outcome) == (DeliveryState.RECEIVED, 0, None)
    backlog = ledger.read(lambda reads: reads.backlog())
    assert (backlog.deliveries, backlog.events) == (1, 1)
    assert backlog.counts == {"documents.purchase_order.accepted": 1}
    stands = [ledger.read(partial(_standing, control)) for control in ("000000001", "000000002")]
    assert [found.id if found else None for found in stands] == ["i1", "i2"], "their answers were given"
    with pytest.raises(LookupError):
        ledger.write(lambda tx: tx.reopen_delivery("d2")).result()


def another_attempt_forgets_what_the_last_one_left_held(ledger: Ledger) -> None:
    ledger.write(lambda tx: record(tx, "d1", 2, key="one", held=True)).result()
    ledger.write(lambda tx: tx.reopen_delivery("d1")).result()
    assert [ledger.write(lambda tx: tx.begin_reading("d1")).result() for _ in range(2)] == [1, 2]
    assert ledger.read(lambda reads: reads.documents()) == []
    ledger.write(lambda tx: tx.forgive_reading("d1")).result()
    assert ledger.write(lambda tx: tx.begin_reading("d1")).result() == 1
    ledger.write(lambda tx: tx.forgive_reading()).result()
    assert ledger.write(lambda tx: tx.begin_reading("d1")).result() == 1


def an_interchange_is_found_by_its_bytes_and_beside_others(ledger: Ledger) -> None:
    def work(tx: Transaction) -> None:
        record(tx, "d1", 1, key="one")
        tx.add_interchange(interchange("i1", "d1"))
        tx.add_interchange(interchange("i2", "d1", at=later(1)))
        tx.set_verdict("i2", "superseded")

    ledger.write(work).result()
    row = ledger.read(lambda reads: reads.interchanges_of("d1"))[0]
    key = (row.sender, row.receiver, row.control_number, row.usage, later(-1))
    assert ledger.read(lambda reads: reads.interchange(*key)) == row
    assert ledger.read(lambda reads: reads.interchange(*key, sha256=row.sha256)) == row
    assert ledger.read(lambda reads: reads.interchange(*key, sha256="other")) is None
    assert ledger.read(lambda reads: reads.interchange(*key, besides=("i1",))) is None


def repeated_documents_are_dropped_while_held(ledger: Ledger) -> None:
    ledger.write(lambda tx: record(tx, "d1", 2, key="one", held=True)).result()
    ledger.write(lambda tx: record(tx, "d2", 1, key="one")).result()
    ledger.write(lambda tx: tx.drop_documents(["d1-2", "d2-1", "nobody"])).result()
    assert [row.id for row in ledger.read(lambda reads: reads.documents())] == ["d2-1", "d1-1"]
    backlog = ledger.read(lambda reads: reads.backlog())
    assert (backlog.events, backlog.counts["events.held"]) == (1, 1)
    assert backlog.counts["documents.purchase_order.accepted"] == 2


def parcels_go_their_way(ledger: Ledger) -> None:
    def work(tx: Transaction) -> None:
        tx.add_delivery(delivery("d1"), b"ISA*00*")
        tx.add_parcel(parcel("p1", of="d1", answers="i1"))
        tx.add_parcel(parcel("p2", of="d1", answers="i1", state=ParcelState.READY, content=b"ISA", repeats="p1"))

    ledger.write(work).result()

    def due(seconds: float) -> list[str]:
        return [row.id for row in ledger.write(lambda tx: tx.due_parcels(later(seconds))).result()]

    assert due(0) == ["p1", "p2"]
    ledger.write(lambda tx: tx.render_parcel("p1", name="a.edi", content=b"ISA*1", control_number="1")).result()
    with pytest.raises(LookupError):
        ledger.write(lambda tx: tx.render_parcel("p1", name="b.edi", content=b"ISA*2", control_number="2")).result()
    ledger.write(lambda tx: tx.parcel_failed("p1", "host unreachable", later(60), NOW)).result()
    assert due(59) == ["p2"]
    assert due(60) == ["p1", "p2"]
    row = ledger.read(lambda reads: reads.parcels(delivery="d1"))[0]
    assert (row.state, row.name, row.content, row.control_number) == (ParcelState.RETRYING, "a.edi", b"ISA*1", "1")
    assert (row.attempts, row.next_attempt_at, row.last_error) == (1, later(60), "host unreachable")
    for _ in range(2):
        ledger.write(lambda tx: tx.parcel_delivered("p1", later(61))).result()
    ledger.write(lambda tx: tx.parcel_failed("p1", "too late", later(99), NOW)).result()
    row = ledger.read(lambda reads: reads.parcels_answering("i1"))[0]
    assert (row.id, row.state, row.delivered_at, row.attempts) == ("p1", ParcelState.DELIVERED, later(61), 1)
    assert due(1000) == ["p2"]
    assert [row.id for row in ledger.read(lambda reads: reads.parcels_answering("i1"))] == ["p1"]
    assert [row.id for row in ledger.read(lambda reads: reads.parcels(partner="acme"))] == ["p2", "p1"]
    backlog = ledger.read(lambda reads: reads.backlog())
    assert (backlog.parcels, backlog.counts["parcels.delivered"]) == (1, 1)


def a_refused_parcel_is_not_tried_again(ledger: Ledger) -> None:
    def work(tx: Transaction) -> None:
        tx.add_parcel(parcel("p1", state=ParcelState.READY, content=b"1"))
        tx.add_parcel(parcel("p2", state=ParcelState.READY, content=b"2"))
        tx.parcel_delivered("p2", later(1))

    ledger.write(work).result()

    def refuse(tx: Transaction) -> None:
        for id in ("p1", "p1", "p2", "gone"):
            tx.parcel_refused(id, "not wanted", later(2))

    ledger.write(refuse).result()
    ledger.write(lambda tx: tx.parcel_failed("p1", "later", later(9), later(3))).result()
    ledger.write(lambda tx: tx.parcel_delivered("p1", later(9))).result()
    second, first = ledger.read(lambda reads: reads.parcels(partner="acme"))
    assert (first.state, first.attempts, first.last_error) == (ParcelState.REFUSED, 1, "not wanted")
    assert second.state is ParcelState.DELIVERED
    assert ledger.write(lambda tx: tx.due_parcels(later(1000))).result() == []
    backlog = ledger.read(lambda reads: reads.backlog())
    assert (backlog.parcels, backlog.counts["parcels.refused"], backlog.counts["parcels.delivered"]) == (0, 1, 1)


def parcels_of_a_channel_leave_in_order_where_it_is_asked(ledger: Ledger) -> None:
    def work(tx: Transaction) -> None:
        for id, channel in (("a1", "a"), ("a2", "a"), ("b1", "b"), ("b2", "b"), ("b3", "b")):
            tx.add_parcel(replace(parcel(id, state=ParcelState.READY, content=id.encode()), channel=channel))
        tx.parcel_failed("a1", "host unreachable", later(60), NOW)
        tx.parcel_failed("b1", "host unreachable", later(60), NOW)
        tx.parcel_refused("b2", "not wanted", NOW)

    ledger.write(work).result()

    def due(seconds: float, in_order: tuple[str, ...] = (), besides: tuple[str, ...] = ()) -> list[str]:
        def ask(tx: Transaction) -> list[str]:
            rest = Rest(in_order=frozenset(in_order), channels=frozenset(besides))
            return [row.id for row in tx.due_parcels(later(seconds), rest=rest)]

        return ledger.write(ask).result()

    assert due(0) == ["a2", "b3"]
    assert due(0, ("a",)) == ["b3"]
    assert due(0, ("a", "b")) == []
    assert due(60, ("a", "b")) == ["a1", "a2", "b1", "b3"]
    assert due(60, ("a", "b"), ("b", "c")) == ["a1", "a2"]


def numbers_never_come_twice(ledger: Ledger) -> None:
    with ThreadPoolExecutor(8) as threads:
        given = list(threads.map(lambda _: ledger.write(lambda tx: tx.next_number("acme")).result(), range(200)))
    assert sorted(given) == list(range(1, 201))
    assert ledger.write(lambda tx: [tx.next_number("acme"), tx.next_number("bolt")]).result() == [201, 1]


def exceptions_are_opened_and_resolved(ledger: Ledger) -> None:
    def work(tx: Transaction) -> None:
        tx.open_exception(exception("x1"))
        tx.open_exception(exception("x2"))

    ledger.write(work).result()
    assert ledger.read(lambda reads: reads.exceptions()) == [exception("x2"), exception("x1")]
    assert ledger.write(lambda tx: tx.resolve_exceptions(["x1", "x9"], later(5), "done")).result() == 1
    assert ledger.write(lambda tx: tx.resolve_exceptions(["x1"], later(6), "again")).result() == 0
    assert [row.id for row in ledger.read(lambda reads: reads.exceptions())] == ["x2"]
    (first,) = [row for row in ledger.read(lambda reads: reads.exceptions(open_only=False)) if row.id == "x1"]
    assert (first.resolved_at, first.note) == (later(5), "done")
    assert ledger.read(lambda reads: reads.backlog()).exceptions == 1


def many_writers_share_it(ledger: Ledger) -> None:
    with ThreadPoolExecutor(16) as threads:
        done = list(threads.map(lambda n: ledger.write(lambda tx: record(tx, f"d{n}")).result(), range(160)))
    assert len(done) == 160
    backlog = ledger.read(lambda reads: reads.backlog())
    assert (backlog.events, backlog.counts["deliveries.accepted"]) == (160, 160)
    assert len(claimed(ledger, 1000)) == 1, "they all have one ordering key"


def closing_finishes_what_was_handed_in(ledger: Ledger) -> None:
    futures = [ledger.write(lambda tx, n=n: record(tx, f"d{n}")) for n in range(50)]  # type: ignore[misc]
    ledger.close()
    assert all(future.result() for future in futures)
    ledger.close()
    with pytest.raises(LedgerError):
        ledger.write(lambda tx: tx.next_number("a")).result()
    with pytest.raises(LedgerError):
        ledger.read(lambda reads: reads.backlog())
    with pytest.raises(LedgerError):
        ledger.check()


def a_healthy_ledger_passes_its_check(ledger: Ledger) -> None:
    ledger.check()
    backlog = ledger.read(lambda reads: reads.backlog())
    assert (backlog.deliveries, backlog.events, backlog.oldest_event_at, backlog.parcels) == (0, 0, None, 0)


LEDGER_CHECKS: tuple[Check, ...] = (
    a_delivery_comes_back_as_it_was,
    what_a_waiting_sender_was_told_stays,
    large_content_comes_back_too,
    a_delivery_needs_its_own_digest_and_id,
    reading_is_counted_and_finished_once,
    the_first_of_the_same_bytes_is_found,
    what_could_not_be_read_is_known_by_its_digest,
    deliveries_are_paged,
    a_control_number_stands_while_it_is_recent,
    documents_are_found,
    recording_again_changes_nothing,
    one_work_is_all_or_nothing,
    a_broken_rule_harms_only_its_own_work,
    a_work_sees_what_it_wrote,
    events_come_in_order_one_per_key,
    attempts_are_counted_when_claimed,
    what_is_on_its_way_is_not_given_again_nor_what_is_behind_it,
    a_resting_queue_keeps_its_keys_and_no_others,
    held_events_wait_for_their_release,
    marking_twice_changes_nothing,
    the_feed_has_a_cursor_and_filters,
    a_replay_keeps_id_and_place,
    reopening_removes_what_nobody_saw,
    another_attempt_forgets_what_the_last_one_left_held,
    an_interchange_is_found_by_its_bytes_and_beside_others,
    repeated_documents_are_dropped_while_held,
    parcels_go_their_way,
    a_refused_parcel_is_not_tried_again,
    parcels_of_a_channel_leave_in_order_where_it_is_asked,
    numbers_never_come_twice,
    exceptions_are_opened_and_resolved,
    many_writers_share_it,
    closing_finishes_what_was_handed_in,
    a_healthy_ledger_passes_its_check,
    *ATTENTION_CHECKS,
    *NODE_CHECKS,
)
"""Everything that is asked, for a test per question."""
