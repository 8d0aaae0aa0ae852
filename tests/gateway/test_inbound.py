"""The inbound story with a real ledger: what is accepted once, what is held, what is answered again."""

import asyncio
import itertools
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from prometheus_client import CollectorRegistry

from adapters.contracts import Delivery, Outcome, Receipt
from adapters.partner import Duplicates, Partner
from adapters.translate import digest
from gateway.bench.orders import orders
from gateway.doors import Doors
from gateway.inbound import Inbound
from gateway.ledger.contract import Ledger, LedgerFull, Reads, Transaction
from gateway.ledger.records import MOST_ATTEMPTS, DocumentRow, ParcelRow
from gateway.ledger.store import SqlLedger, open_ledger
from gateway.metrics import Metrics
from gateway.rows import Naming
from tests.rigs.x12_bytes import group, interchange, order, transaction_set

NOW = datetime(2026, 11, 21, 7, 30, tzinfo=UTC)
ANYBODY = Partner(name="acme", catch_all=True)
OTHER = order().replace(b"4500012345", b"4500099999")


class Desk:
    """A ledger with an inbound story before it."""

    def __init__(self, folder: Path, partner: Partner | None = ANYBODY) -> None:
        self.ledger: SqlLedger = open_ledger(folder)
        self.partner = partner
        self._numbers = itertools.count(1)
        self.inbound = self.story(self.ledger)

    def story(self, ledger: Ledger) -> Inbound:
        """The story over this ledger, or one that stands before it."""
        return Inbound(
            ledger=ledger, doors=Doors(lambda *_: self.partner, lambda _: self.partner, waiting=frozenset({"ehr"})),
            naming=Naming("st", "org.wharf.supply"), clock=lambda: NOW,
            new_id=lambda: f"id-{next(self._numbers):06d}", metrics=Metrics(CollectorRegistry()),
            recorded=lambda: None,
        )  # fmt: skip

    def delivery(self, content: bytes, origin: str | None = None) -> Delivery:
        number = next(self._numbers)
        return Delivery(
            id=f"delivery-{number:06d}", channel="suppliers", name="order.edi", origin=origin or f"origin-{number}",
            content=content, sha256=digest(content), received_at=NOW,
        )  # fmt: skip

    def give(self, content: bytes, origin: str | None = None) -> Receipt:
        """Hands bytes in and awaits the receipt."""
        return asyncio.run(self._handle(self.delivery(content, origin)))

    async def _handle(self, delivery: Delivery) -> Receipt:
        return await self.inbound(delivery)

    def documents(self, status: str = "accepted") -> list[DocumentRow]:
        return self.ledger.read(lambda reads: reads.documents(status=status, limit=10_000))[::-1]

    def ready(self) -> list[str]:
        """Ids of all events that wait to be published, in order."""

        def work(tx: Transaction) -> list[str]:
            found = []
            while rows := tx.claim_events(500):
                found += [row.id for row in rows]
                tx.mark_published([row.id for row in rows], NOW)
            return found

        return self.ledger.write(work).result()

    def parcels(self) -> list[ParcelRow]:
        return self.ledger.read(lambda reads: reads.parcels(limit=1000))

    def reopen(self, id: str) -> None:
        self.ledger.write(lambda tx: tx.reopen_delivery(id)).result()


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    own = Desk(tmp_path / "data")
    yield own
    own.ledger.close()


def test_the_same_interchange_twice_in_one_file_is_published_once(desk: Desk) -> None:
    receipt = desk.give(order() + order())
    assert (receipt.outcome, receipt.accepted) == (Outcome.ACCEPTED, 1)
    assert len(desk.documents()) == len(desk.ready()) == 1


@pytest.mark.failure("X1")
def test_one_control_number_for_two_contents_in_one_file_holds_the_second(desk: Desk) -> None:
    receipt = desk.give(order() + OTHER)
    assert (receipt.outcome, receipt.accepted, receipt.rejected) == (Outcome.PARTIAL, 1, 1)
    assert [row.number for row in desk.documents()] == ["4500012345"]
    assert [row.document_type for row in desk.documents("rejected")] == ["interchange"]
    assert sorted(parcel.kind for parcel in desk.parcels()) == ["997", "TA1"]


@pytest.mark.failure("X1", "F7")
def test_bytes_seen_before_are_known_though_others_used_the_number_since(tmp_path: Path) -> None:
    lenient = Partner(name="acme", catch_all=True, duplicates=Duplicates(interchange="accept"))
    desk = Desk(tmp_path / "data", lenient)
    assert [desk.give(content).accepted for content in (order(), OTHER)] == [1, 1]
    assert desk.give(b"\n" + order()).outcome is Outcome.DUPLICATE
    assert len(desk.ready()) == 2
    desk.ledger.close()


def test_a_rejected_number_may_be_used_again_and_its_bytes_get_the_same_answer(desk: Desk) -> None:
    bad = order().replace(b"*12*BX*", b"*1O*BX*")
    assert desk.give(bad).outcome is Outcome.REJECTED
    assert desk.give(order()).outcome is Outcome.ACCEPTED
    assert desk.give(b"\n" + bad).outcome is Outcome.DUPLICATE


def test_a_file_moved_away_and_back_is_looked_at_anew_once_its_sender_is_known(desk: Desk) -> None:
    desk.partner = None
    assert desk.give(order(), "first").outcome is Outcome.QUARANTINED
    desk.partner = ANYBODY
    assert desk.give(order(), "second").outcome is Outcome.ACCEPTED


def test_an_origin_with_other_bytes_is_another_arrival(desk: Desk) -> None:
    assert desk.give(order(), "same").outcome is Outcome.ACCEPTED
    assert desk.give(order("000000124"), "same").accepted == 1
    assert len(desk.documents()) == 2


@pytest.mark.failure("F3")
def test_the_same_arrival_again_gets_its_receipt_and_nothing_else(desk: Desk) -> None:
    first = desk.give(order(), "same")
    again = desk.give(order(), "same")
    assert (again.delivery, again.outcome) == (first.delivery, first.outcome)
    assert len(desk.parcels()) == 1


def test_a_replay_with_the_same_verdict_answers_nobody_again(desk: Desk) -> None:
    bad = interchange(group(transaction_set(("BEG*00*NE*1**20261120", "PO1*1*1O*BX*1", "CTT*1"))))
    receipt = desk.give(bad)
    desk.reopen(receipt.delivery)
    assert asyncio.run(desk.inbound.resume()) == 1
    assert len(desk.parcels()) == 1


class Full:
    """A ledger whose disk is full for so many large commits, and then is not."""

    def __init__(self, ledger: SqlLedger, times: int) -> None:
        self._ledger = ledger
        self.left = times

    def write(self, work: Callable[[Transaction], Any]) -> Any:
        def guarded(tx: Transaction) -> Any:
            found = work(tx)
            if self.left and tx.documents(limit=1):
                self.left -= 1
                raise LedgerFull("the disk is full")
            return found

        return self._ledger.write(guarded)

    def read(self, work: Callable[[Reads], Any]) -> Any:
        return self._ledger.read(work)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._ledger, name)


@pytest.mark.failure("S1")
def test_a_full_disk_never_turns_a_good_file_into_a_held_one(desk: Desk) -> None:
    desk.inbound = desk.story(Full(desk.ledger, MOST_ATTEMPTS + 2))
    for _ in range(MOST_ATTEMPTS + 2):
        with pytest.raises(LedgerFull):
            desk.give(order(), "same")
    assert desk.give(order(), "same").outcome is Outcome.ACCEPTED
    assert len(desk.ready()) == 1


def test_bytes_that_were_half_written_are_published_once_whoever_brings_them_next(desk: Desk) -> None:
    content = orders(1200, 20)
    count = content.count(b"ST*850*")
    desk.inbound = desk.story(Full(desk.ledger, 1))
    with pytest.raises(LedgerFull):
        desk.give(content, "first")
    assert desk.give(content, "second").outcome is Outcome.DUPLICATE
    assert asyncio.run(desk.inbound.resume()) == 0
    assert len(desk.ready()) == len(desk.documents()) == count


@pytest.mark.failure("X7")
def test_a_file_that_ends_its_reader_each_time_is_held_and_told(desk: Desk) -> None:
    delivery = desk.delivery(order())

    def died(tx: Transaction) -> None:
        from gateway.ledger.records import DeliveryRow, DeliveryState

        row = DeliveryRow(
            id=delivery.id, channel=delivery.channel, name=delivery.name, origin=delivery.origin,
            sha256=delivery.sha256, size=1, received_at=NOW, state=DeliveryState.RECEIVED,
        )  # fmt: skip
        tx.add_delivery(row, delivery.content)
        for _ in range(MOST_ATTEMPTS):
            tx.begin_reading(delivery.id)

    desk.ledger.write(died).result()
    assert asyncio.run(desk.inbound.resume()) == 1
    (row,) = desk.documents("rejected")
    assert b"NET-E0401" in row.body
    assert desk.ledger.read(lambda reads: reads.exceptions())[0].code == "NET-E0401"
    assert len(desk.ready()) == 1


def test_a_large_file_does_not_let_a_later_one_of_its_sender_pass(desk: Desk) -> None:
    small = order("000000777").replace(b"4500012345", b"LATER")
    large = orders(400, 20)

    async def both() -> None:
        await asyncio.gather(desk.inbound(desk.delivery(large)), desk.inbound(desk.delivery(small)))

    asyncio.run(both())
    assert desk.documents()[-1].number == "LATER"


def test_more_problems_than_are_kept_never_hide_the_error(desk: Desk) -> None:
    noisy = [f"REF*{'x' * 40}*1" for _ in range(500)]
    sets = [transaction_set((*noisy, "BEG*00*NE*1**20261120", "PO1*1*1*BX*1"), number=f"{n:04d}") for n in range(1, 25)]
    bad = transaction_set(("BEG*00*NE*2**20261120", "PO1*1*1O*BX*1"), number="0099")
    receipt = desk.give(interchange(group(*sets, bad)))
    assert receipt.rejected >= 1
    assert desk.ledger.read(lambda reads: reads.exceptions())
    stored = desk.ledger.read(lambda reads: reads.problems(receipt.delivery))
    assert any(row.severity == "error" for row in stored)
    assert "not kept" in receipt.summary
