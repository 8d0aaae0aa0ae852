"""What every ledger does with what is sent, whoever keeps it: examined by the same calls."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial

import pytest

from gateway.ledger.contract import Ledger, Transaction
from gateway.ledger.outbound_records import (
    Breaker,
    BreakerState,
    HoldRow,
    OpenBatch,
    ParcelDocumentRow,
    ParcelMove,
    Rest,
)
from gateway.ledger.parcel_states import IllegalStepError, ParcelStep
from gateway.ledger.records import ParcelRow, ParcelState
from tests.rigs.ledger_rows import NOW, later, parcel

Check = Callable[[Ledger], None]


def ready(id: str, *, partner: str = "acme", channel: str = "suppliers") -> ParcelRow:
    """A rendered parcel."""
    return replace(
        parcel(id, state=ParcelState.READY, content=id.encode()), partner=partner, channel=channel,
        control_number=f"00000000{id[-1]}", functional_id="PO", group_number=id[-1],
    )  # fmt: skip


def add(ledger: Ledger, *rows: ParcelRow) -> None:
    """Records them in one commit."""

    def work(tx: Transaction) -> None:
        for row in rows:
            tx.add_parcel(row, [ParcelDocumentRow(row.id, 1, f"e-{row.id}", f"PO-{row.id}", 7)])

    ledger.write(work).result()


def move(ledger: Ledger, id: str, step: ParcelStep, seconds: float = 1, why: str = "") -> ParcelState:
    """One step."""
    return ledger.write(lambda tx: tx.move_parcel(ParcelMove(id, step, later(seconds), why, "jo"))).result()


def due(ledger: Ledger, rest: Rest, seconds: float = 0) -> list[str]:
    """The ids that may leave."""
    return [row.id for row in ledger.write(lambda tx: tx.due_parcels(later(seconds), rest=rest)).result()]


def every_step_is_remembered(ledger: Ledger) -> None:
    add(ledger, ready("p1"))
    for step in (ParcelStep.STARTED, ParcelStep.SENT):
        move(ledger, "p1", step, why=step.value)
    ledger.write(lambda tx: tx.note_parcel("p1", later(2), "seen", "partner")).result()
    history = ledger.read(lambda reads: reads.parcel_history("p1"))
    assert [(row.from_state.value, row.to_state.value, row.why, row.by) for row in history] == [
        ("ready", "sending", "started", "jo"), ("sending", "delivered", "sent", "jo"),
        ("delivered", "delivered", "seen", "partner"),
    ]  # fmt: skip
    assert [row.at for row in history] == [later(1), later(1), later(2)]


def what_cannot_be_is_refused_and_changes_nothing(ledger: Ledger) -> None:
    add(ledger, ready("p1"))
    with pytest.raises(IllegalStepError):
        move(ledger, "p1", ParcelStep.LATE)
    with pytest.raises(LookupError):
        move(ledger, "p2", ParcelStep.HELD)
    assert ledger.read(lambda reads: reads.parcel_history("p1")) == []
    row = ledger.read(lambda reads: reads.parcel("p1"))
    assert row is not None
    assert row.state is ParcelState.READY


def totals_follow_the_states(ledger: Ledger) -> None:
    def waiting() -> int:
        return ledger.read(lambda reads: reads.backlog()).parcels

    add(ledger, ready("p1"), ready("p2"))
    assert waiting() == 2
    move(ledger, "p1", ParcelStep.SENT)
    assert waiting() == 1
    move(ledger, "p1", ParcelStep.RESENT)
    assert waiting() == 2
    move(ledger, "p1", ParcelStep.SENT)
    move(ledger, "p1", ParcelStep.ACKNOWLEDGED)
    move(ledger, "p2", ParcelStep.HELD)
    backlog = ledger.read(lambda reads: reads.backlog())
    assert (backlog.parcels, backlog.counts["parcels.delivered"], backlog.counts["parcels.acknowledged"]) == (1, 2, 1)


def lanes_wait_each_by_itself(ledger: Ledger) -> None:
    add(
        ledger, ready("a1"), ready("a2"), ready("b1", partner="bolt"), ready("b2", partner="bolt"),
        ready("c1", channel="shelf"),
    )  # fmt: skip
    ledger.write(lambda tx: tx.parcel_failed("a1", "away", later(60), NOW)).result()
    ordered = Rest(in_order=frozenset({"suppliers", "shelf"}))
    assert due(ledger, ordered) == ["b1", "b2", "c1"]
    assert due(ledger, ordered, 60) == ["a1", "a2", "b1", "b2", "c1"]
    assert due(ledger, Rest()) == ["a2", "b1", "b2", "c1"]
    assert due(ledger, Rest(lanes=frozenset({("suppliers", "bolt"), ("other", "acme")}))) == ["a2", "c1"]
    assert due(ledger, Rest(channels=frozenset({"suppliers"}))) == ["c1"]
    assert due(ledger, Rest(collected=frozenset({"suppliers"}))) == ["c1"]


def what_is_held_keeps_back_only_what_is_behind_it(ledger: Ledger) -> None:
    add(ledger, ready("a1"), ready("a2"), ready("a3"), ready("b1", partner="bolt"))
    move(ledger, "a2", ParcelStep.HELD)
    ordered = frozenset({"suppliers"})
    assert due(ledger, Rest(in_order=ordered)) == ["a1", "b1"]
    assert due(ledger, Rest(in_order=ordered, held_blocks=False)) == ["a1", "a3", "b1"]
    assert due(ledger, Rest()) == ["a1", "a3", "b1"]
    move(ledger, "a2", ParcelStep.RELEASED)
    assert due(ledger, Rest(in_order=ordered)) == ["a1", "a2", "a3", "b1"]


def holds_keep_back_lanes_and_channels(ledger: Ledger) -> None:
    add(ledger, ready("a1"), ready("b1", partner="bolt"), ready("c1", channel="shelf"))
    lane, channel = HoldRow("suppliers", "acme", NOW, "audit", "jo"), HoldRow("suppliers", None, NOW, "move", "jo")
    ledger.write(lambda tx: tx.hold(lane)).result()
    assert due(ledger, Rest()) == ["b1", "c1"]
    ledger.write(lambda tx: tx.hold(channel)).result()
    ledger.write(lambda tx: tx.hold(replace(channel, why="again"))).result()
    assert due(ledger, Rest()) == ["c1"]
    assert ledger.read(lambda reads: reads.holds()) == [channel, lane]
    assert ledger.read(lambda reads: reads.waiting_for("suppliers")) == []
    assert ledger.write(lambda tx: tx.release_hold("suppliers", None)).result()
    assert [row.id for row in ledger.read(lambda reads: reads.waiting_for("suppliers"))] == ["b1"]


def batches_are_open_until_they_are_full_or_over(ledger: Ledger) -> None:
    batch = replace(parcel("p1"), usage="P", closes_at=later(60), document_type="purchase_order")
    add(ledger, batch)

    def open_now(seconds: float = 0, usage: str = "P") -> OpenBatch | None:
        return ledger.read(lambda reads: reads.open_batch("acme", "suppliers", "997", usage, later(seconds)))

    assert open_now() == OpenBatch("p1", 1, 7)
    assert open_now(60) is None
    assert open_now(usage="T") is None
    assert due(ledger, Rest(), 59) == []
    assert due(ledger, Rest(), 60) == ["p1"]
    second = ParcelDocumentRow("p1", 2, "e-2", "PO-2", 5)
    ledger.write(lambda tx: tx.join_parcel(second, full=False)).result()
    assert open_now() == OpenBatch("p1", 2, 12)
    ledger.write(lambda tx: tx.join_parcel(replace(second, position=3), full=True)).result()
    assert open_now() is None
    assert due(ledger, Rest()) == ["p1"]
    with pytest.raises(LookupError):
        ledger.write(lambda tx: tx.join_parcel(replace(second, position=4), full=False)).result()
    assert [row.position for row in ledger.read(lambda reads: reads.parcel_documents("p1"))] == [1, 2, 3]
    assert [row.id for row in ledger.read(lambda reads: reads.parcels_with("e-2"))] == ["p1"]


def what_is_awaited_is_found_when_it_is_late(ledger: Ledger) -> None:
    add(ledger, replace(ready("p1"), awaits="997", await_seconds=60, answer_seconds=120), ready("p2"))
    for id in ("p1", "p2"):
        move(ledger, id, ParcelStep.SENT, 0)

    def late(seconds: float) -> list[str]:
        return [row.id for row in ledger.read(lambda reads: reads.awaited(due_before=later(seconds)))]

    assert [row.id for row in ledger.read(lambda reads: reads.awaited())] == ["p1"]
    assert late(59) == []
    assert late(60) == ["p1"]
    move(ledger, "p1", ParcelStep.LATE)
    assert late(60) == []
    assert [row.id for row in ledger.read(lambda reads: reads.awaited())] == ["p1"]
    assert ledger.read(lambda reads: reads.unanswered(due_before=later(119))) == []
    (unanswered,) = ledger.read(lambda reads: reads.unanswered(due_before=later(120)))
    assert (unanswered.document, unanswered.answer_due_at) == ("e-p1", later(120))
    ledger.write(lambda tx: tx.set_status("p1", 1, exception="x1")).result()
    assert ledger.read(lambda reads: reads.unanswered(due_before=later(120))) == []
    ledger.write(lambda tx: tx.set_status("p1", 1, answered_by="e-9")).result()
    assert ledger.read(lambda reads: reads.parcel_documents("p1"))[0].answer_due_at is None
    move(ledger, "p1", ParcelStep.ACKNOWLEDGED)
    assert ledger.read(lambda reads: reads.awaited()) == []


def parcels_are_found_by_their_numbers(ledger: Ledger) -> None:
    add(ledger, ready("p1"), ready("q1", partner="bolt"), replace(ready("r1"), repeats="p1"))
    assert [row.id for row in ledger.read(lambda reads: reads.parcels_of_group("acme", "1"))] == ["r1", "p1"]
    assert [row.id for row in ledger.read(lambda reads: reads.parcels_numbered("bolt", "000000001"))] == ["q1"]
    assert ledger.read(lambda reads: reads.parcels_of_group("acme", "2")) == []
    move(ledger, "p1", ParcelStep.REFUSED)
    assert [row.id for row in ledger.read(lambda reads: reads.parcels(state=ParcelState.REFUSED))] == ["p1"]
    assert [row.id for row in ledger.read(lambda reads: reads.parcels(state=ParcelState.READY))] == ["r1", "q1"]
    assert [row.id for row in ledger.read(lambda reads: reads.parcels(channel="shelf"))] == []


def another_transmission_is_the_same_bytes_by_another_name(ledger: Ledger) -> None:
    add(ledger, replace(ready("p1"), attempts=3, awaits="997", await_seconds=60))
    move(ledger, "p1", ParcelStep.SENT)
    for count, name in ((2, "p1-resend-2.edi"), (3, "p1-resend-3.edi")):
        move(ledger, "p1", ParcelStep.RESENT, 5)
        row = ledger.read(lambda reads: reads.parcel("p1"))
        assert row is not None
        assert (row.transmissions, row.name, row.content, row.attempts, row.since) == (count, name, b"p1", 0, later(5))
        assert (row.state, row.delivered_at, row.due_at) == (ParcelState.READY, None, None)
        move(ledger, "p1", ParcelStep.SENT, 6)


def what_a_crash_broke_off_is_made_again(ledger: Ledger) -> None:
    add(ledger, ready("p1"), ready("p2"))
    move(ledger, "p1", ParcelStep.STARTED)
    assert due(ledger, Rest()) == ["p2"]
    assert ledger.write(lambda tx: tx.recover_sending(later(9))).result() == 1
    assert due(ledger, Rest()) == ["p1", "p2"]


def _fail(id: str, tx: Transaction) -> None:
    tx.parcel_failed(id, "away", later(600), NOW)


def what_waits_for_its_time_is_hurried(ledger: Ledger) -> None:
    add(ledger, ready("p1"), ready("p2"), ready("q1", channel="shelf"))
    for id in ("p1", "q1"):
        ledger.write(partial(_fail, id)).result()
    assert due(ledger, Rest(), 5) == ["p2"]
    assert ledger.write(lambda tx: tx.hurry_parcels("suppliers", later(5))).result() == 1
    assert due(ledger, Rest(), 5) == ["p1", "p2"]


def breakers_are_kept_while_there_is_anything_to_say(ledger: Ledger) -> None:
    opened = Breaker("acme", BreakerState.OPEN, 5, 1, NOW, later(30), "connection refused", "x1")
    ledger.write(lambda tx: tx.set_breaker(opened)).result()
    assert ledger.read(lambda reads: reads.breakers()) == [opened]
    half = replace(opened, state=BreakerState.HALF_OPEN)
    ledger.write(lambda tx: tx.set_breaker(half)).result()
    assert ledger.read(lambda reads: reads.breakers()) == [half]
    ledger.write(lambda tx: tx.set_breaker(Breaker("acme"))).result()
    assert ledger.read(lambda reads: reads.breakers()) == []


def what_was_told_is_not_told_again(ledger: Ledger) -> None:
    assert ledger.write(lambda tx: tx.tell_once("orphan acme 7", "x1")).result()
    assert not ledger.write(lambda tx: tx.tell_once("orphan acme 7", "x2")).result()
    assert ledger.read(lambda reads: (reads.told("orphan acme 7"), reads.told("orphan acme 8"))) == (True, False)


OUTBOUND_CHECKS: tuple[Check, ...] = (
    every_step_is_remembered,
    what_cannot_be_is_refused_and_changes_nothing,
    totals_follow_the_states,
    lanes_wait_each_by_itself,
    what_is_held_keeps_back_only_what_is_behind_it,
    holds_keep_back_lanes_and_channels,
    batches_are_open_until_they_are_full_or_over,
    what_is_awaited_is_found_when_it_is_late,
    parcels_are_found_by_their_numbers,
    another_transmission_is_the_same_bytes_by_another_name,
    what_a_crash_broke_off_is_made_again,
    what_waits_for_its_time_is_hurried,
    breakers_are_kept_while_there_is_anything_to_say,
    what_was_told_is_not_told_again,
)
