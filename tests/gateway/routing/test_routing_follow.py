"""Routing in the ledger: in the same commit, once, parked for what is missing, and on again when it is there."""

import asyncio
import itertools
import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

import pytest

from adapters.partner import Identity, Partner, Send
from canonical.event import event_id
from gateway.config.routes import Route
from gateway.ledger.contract import Transaction
from gateway.ledger.records import DeliveryRow, DeliveryState, DocumentRow, NewEvent
from gateway.ledger.store import SqlLedger, open_ledger
from gateway.outgoing import Dispatch
from gateway.partners import PartnerBook
from gateway.routing.follow import AT_ONCE, BATCH, Routing, drop
from gateway.routing.loop import Resuming
from gateway.routing.missing import line_to_add
from gateway.routing.plan import World
from gateway.rows import Naming
from gateway.xref.entries import Entry, ItemEntry, LocationEntry, VendorEntry
from gateway.xref.layers import import_entries
from tests.rigs.ledger_rows import sha256

T = TypeVar("T")
NOW = datetime(2026, 11, 21, 7, 30, tzinfo=UTC)
OWN = (Identity(scheme="ISA", qualifier="ZZ", id="US"),)
ACME = Partner(
    name="acme", identities=(Identity(scheme="ISA", qualifier="01", id="123456789"),), send=Send(channel="suppliers")
)
ERP = Partner(name="erp", send=Send(channel="erp", format="json"))
RULE = {
    "name": "orders", "when": {"document_type": "requisition"},
    "then": {"convert": "purchase_order", "to": "vendor", "translate": ["item", "location"]},
}  # fmt: skip
KNOWN: list[Entry] = [
    VendorEntry(partner="acme"), ItemEntry(partner="acme", ours="S1", theirs="A-1"),
    LocationEntry(ours="3W", theirs="D2"),
]  # fmt: skip


class Desk:
    """A ledger with rules."""

    def __init__(self, folder: Path, *rules: dict[str, Any], files: list[Entry] | None = None) -> None:
        self.ledger: SqlLedger = open_ledger(folder)
        self.now = NOW
        self._ids = itertools.count(1)
        self.files = KNOWN if files is None else files
        book = PartnerBook([ACME, ERP])
        self.routing = Routing(
            routes=[Route.model_validate(each) for each in (rules or (RULE,))], files=self.files, by_name=book.by_name,
            world=World(book.find, OWN), dispatch=Dispatch(own=OWN, naming=Naming("st", "x"), new_id=self.new_id),
            new_id=self.new_id,
        )  # fmt: skip
        self.resuming = Resuming(ledger=self.ledger, routing=self.routing, clock=lambda: self.now, resumed=lambda: None)

    def new_id(self) -> str:
        return f"id-{next(self._ids):06d}"

    def write(self, work: Callable[[Transaction], T]) -> T:
        return self.ledger.write(work).result()

    def take(
        self, number: str, *items: str, to: str = "3W", test: bool = False, again: bool = False, **more: Any
    ) -> str:
        """Records a requisition as it came, and follows the rules."""
        lines = [
            {"item": {"identifiers": [{"scheme": "BUYER", "value": each}]},
             "quantity": {"value": "2", "unitCode": "BX"}, "deliverTo": {"code": to}, "lineNumber": str(at)}
            for at, each in enumerate(items, start=1)
        ]  # fmt: skip
        body = {"documentType": "requisition", "number": number, "requisitionType": "stock", "lines": lines} | more
        content = json.dumps(body).encode()
        id = event_id(sha256(content), 1)
        row = DocumentRow(
            id=id, delivery=f"d-{id}", position=1, partner="ward", document_type="requisition", number=number,
            correlation=number, status="accepted", standard="HL7", message_type=None, interchange=None, group=None,
            transaction=None, body=content, recorded_at=self.now,
        )  # fmt: skip
        event = NewEvent(id, id, row.delivery, "supply.x", number, {"id": id} | ({"test": "true"} if test else {}))
        delivery = DeliveryRow(
            id=row.delivery, channel="ehr", name="a", origin=id, sha256=sha256(content), size=len(content),
            received_at=self.now, state=DeliveryState.RECORDED,
        )  # fmt: skip

        def work(tx: Transaction) -> None:
            if not again:
                tx.add_delivery(delivery, content)
            tx.add_documents([row])
            tx.add_events([event])
            self.routing.follow(tx, [row], self.now)

        self.write(work)
        return id

    def look(self) -> int:
        return asyncio.run(self.resuming.look())

    def learn(self, *entries: Entry) -> None:
        self.write(lambda tx: import_entries(tx, entries, self.files, by="me", origin="a.csv", now=self.now))

    def reload(self, files: list[Entry]) -> None:
        self.ledger.read(lambda reads: self.routing.replace([Route.model_validate(RULE)], files, reads))

    def sent(self) -> list[str]:
        parcels = self.ledger.read(lambda reads: reads.parcels(limit=1000))
        return [json.loads(row.body)["number"] for row in reversed(parcels)]

    def keys(self) -> list[tuple[str, str]]:
        return [(row.table, row.key) for row in self.ledger.read(lambda reads: reads.routing.parked())]

    def exceptions(self) -> list[str]:
        return [row.message for row in self.ledger.read(lambda reads: reads.exceptions())]


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    made = Desk(tmp_path)
    yield made
    made.ledger.close()


def test_what_another_node_parked_for_a_key_that_is_known_here_goes_on(desk: Desk) -> None:
    """It had not heard of the key yet. Nobody looks at all that is parked for its sake."""
    here = Routing(
        routes=[Route.model_validate(RULE)], files=desk.files, by_name=PartnerBook([ACME, ERP]).by_name,
        world=World(PartnerBook([ACME, ERP]).find, OWN), dispatch=Dispatch(own=OWN, naming=Naming("st", "x"),
        new_id=desk.new_id), new_id=desk.new_id,
    )  # fmt: skip
    alone, shared = (
        Resuming(ledger=desk.ledger, routing=here, clock=lambda: desk.now, resumed=lambda: None, shared=shared)
        for shared in (False, True)
    )
    desk.learn(ItemEntry(partner="acme", ours="S2", theirs="A-2"))
    assert [asyncio.run(each.look()) for each in (alone, shared)] == [0, 0]
    desk.take("R1", "S2")
    assert desk.keys() == [("item", "S2")]
    assert asyncio.run(alone.look()) == 0, "alone there is nobody who could have parked it"
    assert asyncio.run(shared.look()) == 1
    assert desk.sent() == ["R1"]
    assert asyncio.run(shared.look()) == 0


def test_the_order_is_in_the_ledger_with_its_requisition(desk: Desk) -> None:
    id = desk.take("R1", "S1")
    (row,) = desk.ledger.read(lambda reads: reads.documents(document_type="purchase_order"))
    assert (row.direction, row.partner, row.number, row.delivery) == ("submitted", "acme", "R1", f"d-{id}")
    event = desk.ledger.read(lambda reads: reads.event(row.id))
    assert event is not None
    assert event.routing_key == "supply.purchase_order.submitted.acme"
    assert desk.sent() == ["R1"]


def test_a_document_is_ordered_once_however_often_it_is_read(desk: Desk) -> None:
    id = desk.take("R1", "S1")
    desk.write(lambda tx: tx.reopen_delivery(f"d-{id}"))
    assert desk.ledger.read(lambda reads: reads.document(id)) is None
    assert desk.take("R1", "S1", again=True) == id
    assert desk.sent() == ["R1"]
    assert len(desk.ledger.read(lambda reads: reads.documents(document_type="purchase_order"))) == 1
    # Not even where the cross references name another vendor by then.
    desk.learn(VendorEntry(item="S1", partner="erp"))
    desk.write(lambda tx: tx.reopen_delivery(f"d-{id}"))
    desk.take("R1", "S1", again=True)
    assert desk.sent() == ["R1"]


def test_two_rules_for_one_supplier_make_one_order(tmp_path: Path) -> None:
    desk = Desk(tmp_path, RULE, RULE | {"name": "again"})
    desk.take("R1", "S1")
    assert desk.sent() == ["R1"]
    desk.ledger.close()


def test_all_rules_that_fit_are_followed_and_none_leads_to_another(tmp_path: Path) -> None:
    copies = {"name": "copies", "when": {"document_type": "requisition"}, "then": {"to": "erp"}}
    onward = {"name": "onward", "when": {"document_type": "purchase_order"}, "then": {"to": "erp"}}
    loop = {"name": "loop", "when": {"document_type": "purchase_order", "event": "submitted"}, "then": {"to": "erp"}}
    desk = Desk(tmp_path, RULE, copies, onward, loop)
    desk.take("R1", "S1")
    rows = desk.ledger.read(lambda reads: reads.documents(direction="submitted"))
    assert sorted((row.document_type, row.partner) for row in rows) == [
        ("purchase_order", "acme"),
        ("requisition", "erp"),
    ]
    desk.ledger.close()


def test_what_waits_for_one_key_shares_one_exception_and_goes_on_in_order(desk: Desk) -> None:
    desk.take("R1", "S2")
    desk.take("R2", "S1", "S2")
    desk.take("R3", "S3", "S2")
    desk.take("R4", "S1")
    assert desk.sent() == ["R4"]
    assert desk.keys() == [("item", "S2"), ("item", "S2"), ("item", "S3"), ("item", "S2")]
    assert desk.exceptions() == [
        "documents wait for a cross reference: item S3 of acme",
        "documents wait for a cross reference: item S2 of acme",
    ]
    assert desk.look() == 0
    desk.learn(ItemEntry(partner="acme", ours="S2", theirs="A-2"))
    assert desk.look() == 2
    assert desk.sent() == ["R4", "R1", "R2"]
    assert desk.keys() == [("item", "S3")]
    assert desk.exceptions() == ["documents wait for a cross reference: item S3 of acme"]
    desk.learn(ItemEntry(ours="S3", theirs="A-3"))
    assert desk.look() == 1
    assert (desk.sent()[-1], desk.keys(), desk.exceptions()) == ("R3", [], [])


def test_a_row_that_begins_to_hold_lets_go_what_waits_on_its_day(desk: Desk) -> None:
    desk.learn(ItemEntry(partner="acme", ours="S2", theirs="A-2", valid_from=date(2026, 11, 23)))
    desk.take("R1", "S2")
    assert desk.look() == 0
    desk.now += timedelta(days=1)
    assert desk.look() == 0
    desk.now += timedelta(days=1)
    assert desk.look() == 1


def test_more_than_one_batch_goes_on_in_order(desk: Desk) -> None:
    numbers = [f"R{at:04d}" for at in range(BATCH + 7)]
    for number in numbers:
        desk.take(number, "S2", "S3")
    desk.learn(ItemEntry(ours="S2", theirs="A-2"))
    assert desk.look() == 0
    desk.learn(ItemEntry(ours="S3", theirs="A-3"))
    assert desk.look() == len(numbers)
    assert desk.sent() == numbers


def test_many_at_once_follow_in_their_turn_and_nothing_overtakes_them(desk: Desk) -> None:
    def work(tx: Transaction) -> None:
        rows = tx.documents(document_type="requisition", limit=1000)
        desk.routing.follow(tx, reversed(rows), NOW)

    desk.ledger.read(lambda reads: desk.routing.replace([], KNOWN, reads))
    numbers = [f"R{at:04d}" for at in range(AT_ONCE * 2 + 3)]
    for number in numbers:
        desk.take(number, "S1" if number != "R0060" else "S9")
    desk.reload(KNOWN)
    desk.write(work)
    assert desk.sent() == numbers[:AT_ONCE]
    desk.take("R9999", "S1")
    assert len(desk.sent()) == AT_ONCE
    assert desk.look() == len(numbers) - AT_ONCE
    assert desk.sent() == [*(number for number in numbers if number != "R0060"), "R9999"]
    assert desk.keys() == [("item", "S9")]
    desk.take("R10000", "S1")
    assert desk.sent()[-1] == "R10000"


def test_a_key_that_comes_and_another_that_lacks_by_then(desk: Desk) -> None:
    """With the vendor known, the vendor's item is what lacks."""
    desk.reload([])
    desk.take("R1", "S1")
    assert desk.keys() == [("vendor", "item S1")]
    desk.learn(VendorEntry(item="S1", partner="acme"))
    assert desk.look() == 0
    assert desk.keys() == [("location", "3W"), ("item", "S1")]
    desk.reload(KNOWN)
    assert desk.look() == 1


def test_what_no_key_helps_waits_for_a_person(desk: Desk) -> None:
    first = desk.take("R1", "S1")
    other = desk.take("R1", "S1", "S1")
    change = desk.take("R2", "S1", lines=[{"action": "cancel", "quantity": {"value": "1"}}])
    rows = desk.ledger.read(lambda reads: reads.routing.parked())
    assert [(row.document, row.code) for row in rows] == [(other, "BUS-W0104"), (change, "BUS-W0102")]
    assert [line_to_add(row) for row in rows] == [None, None]
    assert len(desk.exceptions()) == 2
    assert desk.write(lambda tx: drop(tx, other, NOW)) == 1
    assert desk.write(lambda tx: drop(tx, other, NOW)) == 0
    assert desk.write(lambda tx: drop(tx, change, NOW)) == 1
    desk.learn(ItemEntry(ours="S9", theirs="A-9"))
    assert (desk.look(), desk.sent(), desk.exceptions()) == (0, ["R1"], [])
    assert first != other


def test_what_cannot_be_written_for_the_partner_is_told(desk: Desk) -> None:
    desk.take("R" * 40, "S1")
    ((table, key),) = desk.keys()
    assert table == "document"
    assert "MAP-" in key
    assert desk.sent() == []


def test_tests_stay_among_themselves(tmp_path: Path) -> None:
    trial = RULE | {"name": "trial", "when": {"document_type": "requisition", "test": True}}
    desk = Desk(tmp_path / "one")
    desk.take("R1", "S1", test=True)
    assert (desk.sent(), desk.keys()) == ([], [])
    desk.ledger.close()
    desk = Desk(tmp_path / "other", RULE, trial)
    desk.take("R1", "S1", test=True)
    (parcel,) = desk.ledger.read(lambda reads: reads.parcels())
    assert parcel.context["test"] is True
    desk.ledger.close()


def test_what_was_rejected_or_has_no_rule_is_left_alone(desk: Desk) -> None:
    row = DocumentRow(
        id="x", delivery="d", position=1, partner="ward", document_type="requisition", number="R1", correlation="R1",
        status="rejected", standard="HL7", message_type=None, interchange=None, group=None, transaction=None,
        body=b"{}", recorded_at=NOW,
    )  # fmt: skip
    desk.write(lambda tx: desk.routing.follow(tx, [row, replace(row, status="accepted", document_type="receipt")], NOW))
    assert (desk.sent(), desk.keys()) == ([], [])
