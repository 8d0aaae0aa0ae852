"""What every ledger does for persons: exceptions, replays and marks; examined by the same calls."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from gateway.ledger.contract import Ledger, Transaction
from gateway.ledger.dead_letter_records import Action, LetterRow, Mark
from gateway.ledger.exception_records import NOBODY, ExceptionNote, Standing, Wanted, key_of
from gateway.ledger.records import MOST_ATTEMPTS, DocumentRow, EventState
from gateway.ledger.replay_records import REPLAYED, Choice, How, ReplayItem, ReplayRow
from tests.rigs.ledger_rows import NOW, delivery, document, event, exception, later, problem, record

Check = Callable[[Ledger], None]


def _open(ledger: Ledger, id: str, key: str | None = None, **others: Any) -> str:
    row = replace(exception(id), key=key, **others)
    return ledger.write(lambda tx: tx.open_exception(row)).result()


def _waiting(ledger: Ledger) -> int:
    return ledger.read(lambda reads: reads.backlog()).exceptions


def the_same_trouble_is_one_exception_while_it_is_open(ledger: Ledger) -> None:
    key = key_of("NET-E0502", "acme")
    assert _open(ledger, "x1", key) == "x1"
    assert _open(ledger, "x2", key, opened_at=later(60)) == "x1", "who opens it is told which one tells of it"
    assert _open(ledger, "x3", key_of("NET-E0502", "bolt")) == "x3"
    assert [_open(ledger, id) for id in ("x4", "x5")] == ["x4", "x5"], "without a key each stands for itself"
    found = ledger.read(lambda reads: reads.exception("x1"))
    assert found is not None
    assert (found.seen, found.opened_at, found.last_at) == (2, NOW, later(60))
    assert _waiting(ledger) == 4


def trouble_that_comes_back_is_told_again_and_names_the_time_before(ledger: Ledger) -> None:
    _open(ledger, "x1", "k")
    ledger.write(lambda tx: tx.assign_exceptions(["x1"], "anna", later(1), "lead")).result()
    ledger.write(lambda tx: tx.resolve_exceptions(["x1"], later(2), "mended", "anna")).result()
    assert _waiting(ledger) == 0
    assert _open(ledger, "x2", "k", opened_at=later(3)) == "x2"
    assert _open(ledger, "x3", "k", opened_at=later(4)) == "x2"
    first, second = ledger.read(lambda reads: (reads.exception("x1"), reads.exception("x2")))
    assert first is not None and second is not None
    assert (first.resolved_by, first.note, first.seen) == ("anna", "mended", 1), "what was closed stays as it was"
    assert (second.again_of, second.assigned_to, second.seen, second.resolved_at) == ("x1", "anna", 2, None)
    assert _waiting(ledger) == 1


def exceptions_are_found_by_what_they_are(ledger: Ledger) -> None:
    ledger.write(lambda tx: tx.add_delivery(delivery("d1"), b"ISA*00*")).result()
    _open(ledger, "x1", kind="business", code="BUS-E0202", partner="acme", delivery="d1")
    _open(ledger, "x2", code="NET-E0502", partner=None, opened_at=later(10), parcel="p1", assigned_to="anna")
    _open(ledger, "x3", partner="bolt", opened_at=later(20), document="e1")
    ledger.write(lambda tx: tx.resolve_exceptions(["x3"], later(30), "done", "anna")).result()

    def ids(wanted: Wanted) -> list[str]:
        return [row.id for row in ledger.read(lambda reads: reads.list_exceptions(wanted)).rows]

    everything = Standing.ALL
    assert ids(Wanted()) == ["x2", "x1"]
    assert ids(Wanted(everything)) == ["x3", "x2", "x1"]
    assert ids(Wanted(Standing.RESOLVED)) == ["x3"]
    assert ids(Wanted(kind="business")) == ["x1"]
    assert ids(Wanted(code="NET-E0502")) == ["x2"]
    assert ids(Wanted(everything, partner="bolt")) == ["x3"]
    assert ids(Wanted(everything, since=later(10))) == ["x3", "x2"]
    assert ids(Wanted(assigned_to="anna")) == ["x2"]
    assert ids(Wanted(assigned_to=NOBODY)) == ["x1"]
    assert ids(Wanted(delivery="d1")) == ["x1"]
    assert ids(Wanted(parcel="p1")) == ["x2"]
    assert ids(Wanted(everything, document="e1")) == ["x3"]
    page = ledger.read(lambda reads: reads.list_exceptions(Wanted(everything), limit=2))
    rest = ledger.read(lambda reads: reads.list_exceptions(Wanted(everything), after=page.next, limit=2))
    assert [row.id for row in (*page.rows, *rest.rows)] == ["x3", "x2", "x1"]
    assert rest.next is None


def exceptions_are_counted_by_code_and_partner(ledger: Ledger) -> None:
    for number in range(5):
        _open(ledger, f"a{number}", code="X12-E0307", partner="acme", opened_at=later(number))
    _open(ledger, "b", code="X12-E0307", partner="bolt")
    _open(ledger, "c", code="NET-E0502", partner=None)
    _open(ledger, "d", code="NET-E0502", partner=None, opened_at=later(1))
    groups = ledger.read(lambda reads: reads.exception_groups())
    assert [(each.code, each.partner, each.count, each.example.id) for each in groups] == [
        ("X12-E0307", "acme", 5, "a4"), ("NET-E0502", None, 2, "d"), ("X12-E0307", "bolt", 1, "b"),
    ]  # fmt: skip
    assert (groups[0].oldest, groups[0].newest) == (NOW, later(4))
    only = ledger.read(lambda reads: reads.exception_groups(Wanted(partner="bolt")))
    assert [each.example.id for each in only] == ["b"]


def what_is_noted_stays_in_order(ledger: Ledger) -> None:
    _open(ledger, "x1")
    ledger.write(lambda tx: tx.note_exception(ExceptionNote("x1", later(1), "anna", "asked ACME"))).result()
    assert ledger.write(lambda tx: tx.assign_exceptions(["x1", "x9"], "ben", later(2), "anna")).result() == 1
    assert ledger.write(lambda tx: tx.assign_exceptions(["x1"], "ben", later(3), "anna")).result() == 0
    assert ledger.write(lambda tx: tx.assign_exceptions(["x1"], None, later(4), "ben")).result() == 1
    notes = ledger.read(lambda reads: reads.exception_notes("x1"))
    assert [(each.at, each.by, each.text) for each in notes] == [
        (later(1), "anna", "asked ACME"), (later(2), "anna", "assigned to ben"),
        (later(4), "ben", "assigned to nobody"),
    ]  # fmt: skip
    with pytest.raises(LookupError):
        ledger.write(lambda tx: tx.note_exception(ExceptionNote("x9", NOW, "anna", "?"))).result()


def _recorded(ledger: Ledger, *rows: DocumentRow, of: str = "d1") -> None:
    """Documents of one delivery, each with its event, published."""

    def work(tx: Transaction) -> None:
        content = of.encode()
        tx.add_delivery(delivery(of, content), content)
        tx.add_documents(rows)
        tx.add_events([event(row.id, of, key=row.id) for row in rows])
        tx.finish_delivery(of, partner="acme", outcome="partial", accepted=1, rejected=1, summary="")
        tx.mark_published([row.id for row in rows], NOW)

    ledger.write(work).result()


def messages_are_chosen_by_what_they_are(ledger: Ledger) -> None:
    _recorded(ledger, document("e1", "d1"), document("e2", "d1", position=2, status="rejected", number="4712"))
    others = replace(document("e3", "d2", partner="bolt", document_type="invoice"), recorded_at=later(60))
    _recorded(ledger, others, replace(document("e4", "d2", position=2), direction=REPLAYED), of="d2")
    ledger.write(lambda tx: tx.add_problems([problem("d1", belongs="e2"), problem("d2")])).result()

    def ids(limit: int = 10, **asked: Any) -> list[str]:
        return [row.id for row in ledger.read(lambda reads: reads.choose_documents(Choice(**asked), limit))]

    assert ids() == ["e1", "e2", "e3"], "what stands for another message is none of its own"
    assert ids(2) == ["e1", "e2"]
    assert ids(partner="bolt") == ids(document_type="invoice") == ids(since=later(60)) == ["e3"]
    assert ids(status="rejected") == ids(number="4712") == ["e2"]
    assert ids(status="accepted", until=later(60)) == ["e1"]
    assert ids(channel="suppliers", partner="acme") == ["e1", "e2"]
    assert ids(channel="others") == []
    assert ids(code="X12-E0307") == ["e2", "e3"], "what an envelope did, it did to all of its messages"
    assert ids(code="X12-E0308") == []
    assert [row.id for row in ledger.read(lambda reads: reads.document_heads("d2"))] == ["e3"]


def a_replay_waits_for_what_is_read_again(ledger: Ledger) -> None:
    _recorded(ledger, document("e1", "d1"), document("e2", "d1", position=2, status="rejected"))
    row = ReplayRow("r1", NOW, "anna", "mended", False, {"status": "rejected"})
    read = ReplayItem("r1", "d1", "e2", 2, How.READ)
    out = ReplayItem("r1", "d1", "e1", 1, How.PUBLISHED, "e1", NOW)

    def work(tx: Transaction) -> None:
        tx.add_replay(row)
        tx.add_replay_items([read, out])
        tx.add_replay_items([read])
        tx.reopen_delivery("d1", forget=False)

    ledger.write(work).result()
    assert ledger.read(lambda reads: reads.undone_items("d1")) == [read]
    assert ledger.read(lambda reads: [each.id for each in reads.unread_deliveries()]) == ["d1"]
    assert ledger.read(lambda reads: reads.document("e2")) is not None, "what was rejected stays in the book"
    assert ledger.write(lambda tx: tx.settle_items("d1", {1: "e1", 2: "e9"}, later(5))).result() == 1
    done = replace(read, became="e9", done_at=later(5))
    assert ledger.read(lambda reads: (reads.replay("r1"), reads.replays(), reads.replay_items("r1"))) == (
        row, [row], [out, done],
    )  # fmt: skip
    assert ledger.read(lambda reads: reads.replays_of("e2")) == [(row, done)]
    assert ledger.read(lambda reads: reads.replays_of("e9")) == [(row, done)], "found by what it became, too"
    assert ledger.write(lambda tx: tx.settle_items("d1", {}, later(6))).result() == 0


def an_event_that_stands_for_another_says_so(ledger: Ledger) -> None:
    _recorded(ledger, document("e1", "d1"))

    def work(tx: Transaction) -> None:
        tx.add_documents([replace(document("n1", "d1"), direction=REPLAYED)])
        tx.add_events([replace(event("n1", "d1"), replay_of="e1")])

    ledger.write(work).result()
    (claimed,) = ledger.write(lambda tx: tx.claim_events(10)).result()
    assert (claimed.id, claimed.replay_of) == ("n1", "e1")


def an_event_that_is_set_aside_lets_others_pass(ledger: Ledger) -> None:
    first, second = ledger.write(lambda tx: record(tx, "d1", 2)).result()

    def ids() -> list[str]:
        return [row.id for row in ledger.write(lambda tx: tx.claim_events(10)).result()]

    assert ledger.write(lambda tx: tx.add_event_trouble(first, "refused", "too large", NOW)).result()
    assert not ledger.write(lambda tx: tx.add_event_trouble(first, "refused", "too large", later(1))).result()
    assert ids() == [first]
    assert ledger.write(lambda tx: tx.drop_event(first)).result()
    assert not ledger.write(lambda tx: tx.drop_event(first)).result()
    assert ids() == [second]
    (trouble,) = ledger.read(lambda reads: reads.event_troubles())
    assert (trouble.event, trouble.state, trouble.since, trouble.partner) == (first, EventState.DROPPED, NOW, "acme")
    assert ledger.read(lambda reads: reads.backlog()).events == 1
    assert ledger.write(lambda tx: tx.recover_event(first)).result()
    assert not ledger.write(lambda tx: tx.recover_event(second)).result()
    assert ids() == [first], "at its old place"
    assert ledger.write(lambda tx: tx.end_event_troubles([first, second])).result() == 1
    assert ledger.read(lambda reads: reads.event_troubles()) == []
    assert ledger.read(lambda reads: reads.backlog()).events == 2


def the_newest_mark_of_a_dead_letter_holds(ledger: Ledger) -> None:
    dropped = Mark("parcel", "p1", Action.DROPPED, "not needed", "anna", NOW)
    again = replace(dropped, action=Action.RETRIED, at=later(1))
    other = replace(dropped, kind="delivery")

    def work(tx: Transaction) -> None:
        for each in (dropped, again, other):
            tx.mark(each)

    ledger.write(work).result()
    assert ledger.read(lambda reads: reads.marks("parcel", ["p1", "p2"])) == {"p1": again}
    assert ledger.read(lambda reads: reads.marks("delivery", ["p1"])) == {"p1": other}
    assert ledger.read(lambda reads: reads.marks("parcel", [])) == {}


def letters_come_back_as_they_were(ledger: Ledger) -> None:
    big = LetterRow("l1", "supply.dlx", {"messageId": "e1", "headers": {"x": [1, None]}}, bytes(2_000_000), NOW)
    small = replace(big, id="l2", body=b"{}")
    ledger.keep(big.body)

    def work(tx: Transaction) -> None:
        tx.add_letter(big)
        tx.add_letter(small)

    ledger.write(work).result()
    ledger.write(lambda tx: tx.add_letter(replace(small, body=b"[]"))).result()
    assert ledger.read(lambda reads: reads.letters()) == [small, big]
    assert ledger.read(lambda reads: (reads.letter("l1"), reads.letter("l3"))) == (big, None)


def deliveries_that_are_held_are_found(ledger: Ledger) -> None:
    ledger.write(lambda tx: tx.add_delivery(delivery("d1"), b"ISA*00*")).result()
    for _ in range(MOST_ATTEMPTS + 1):
        ledger.write(lambda tx: tx.begin_reading("d1")).result()
    assert ledger.read(lambda reads: reads.held_deliveries()) == []

    def finish(tx: Transaction) -> None:
        tx.finish_delivery("d1", partner=None, outcome="quarantined", accepted=0, rejected=1, summary="held")

    ledger.write(finish).result()
    assert [row.id for row in ledger.read(lambda reads: reads.held_deliveries())] == ["d1"]
    ledger.write(lambda tx: tx.reopen_delivery("d1")).result()
    assert ledger.read(lambda reads: reads.held_deliveries()) == []


ATTENTION_CHECKS: tuple[Check, ...] = (
    the_same_trouble_is_one_exception_while_it_is_open,
    trouble_that_comes_back_is_told_again_and_names_the_time_before,
    exceptions_are_found_by_what_they_are,
    exceptions_are_counted_by_code_and_partner,
    what_is_noted_stays_in_order,
    messages_are_chosen_by_what_they_are,
    a_replay_waits_for_what_is_read_again,
    an_event_that_stands_for_another_says_so,
    an_event_that_is_set_aside_lets_others_pass,
    the_newest_mark_of_a_dead_letter_holds,
    letters_come_back_as_they_were,
    deliveries_that_are_held_are_found,
)
