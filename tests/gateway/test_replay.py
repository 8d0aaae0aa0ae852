"""Replays with a real ledger: what is tried is what is done, once, and what was told stays true."""

import asyncio
import itertools
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from prometheus_client import CollectorRegistry

from adapters.contracts import Delivery, Outcome, Receipt
from adapters.partner import Partner
from adapters.translate import digest
from gateway.audit.entry import GATEWAY
from gateway.doors import Doors
from gateway.inbound import Inbound
from gateway.ledger.contract import Transaction
from gateway.ledger.records import EventRow
from gateway.ledger.replay_records import REPLAYED, Choice, How
from gateway.ledger.store import SqlLedger, open_ledger
from gateway.metrics import Metrics
from gateway.replay.applying import Done
from gateway.replay.bounds import Bounds, TooMuchError
from gateway.replay.choosing import MOST, TooManyError
from gateway.replay.desk import Looked, Replays
from gateway.replay.trial import Reading, Verdict
from gateway.rows import Naming
from tests.rigs.x12_bytes import ORDER, group, interchange, order, transaction_set

NOW = datetime(2026, 11, 21, 7, 30, tzinfo=UTC)
LENIENT = Partner(name="acme", catch_all=True)
STRICT = Partner.model_validate(
    {
        "name": "acme",
        "catch_all": True,
        "x12": {"strictness": {"partner_rules": "reject"}, "sets": {"850": {"require": ["REF"]}}},
    }
)
"""Orders want a REF that most of them do not have."""
REFERRED = (ORDER[0], "REF*CT*C-100", *ORDER[1:])


class House:
    """What receives, what replays, and one ledger."""

    def __init__(self, folder: Path, partner: Partner = LENIENT) -> None:
        self.partner = partner
        self.ledger: SqlLedger = open_ledger(folder)
        self._numbers = itertools.count(1)
        naming = Naming("st", "org.wharf.supply")
        doors = Doors(lambda *_: self.partner, lambda _: self.partner)
        self.inbound = Inbound(
            ledger=self.ledger, doors=doors, naming=naming, clock=lambda: NOW, new_id=self.new_id,
            metrics=Metrics(CollectorRegistry()), recorded=lambda: None,
        )  # fmt: skip
        self.desk = Replays(self.ledger, Reading(doors, None), naming, lambda: NOW, self.new_id)

    def new_id(self) -> str:
        return f"id-{next(self._numbers):06d}"

    def give(self, content: bytes) -> Receipt:
        id = self.new_id()
        delivery = Delivery(
            id=id, channel="suppliers", name="order.edi", origin=id, content=content, sha256=digest(content),
            received_at=NOW,
        )  # fmt: skip

        async def hand_in() -> Receipt:
            return await self.inbound(delivery)

        return asyncio.run(hand_in())

    def publish(self) -> list[EventRow]:
        """What a publisher gets now, in order."""

        def work(tx: Transaction) -> list[EventRow]:
            found = []
            while rows := tx.claim_events(500):
                found += rows
                tx.mark_published([row.id for row in rows], NOW)
            return found

        return self.ledger.write(work).result()

    def look(self, **asked: Any) -> Looked:
        return self.desk.look(Choice(**asked))

    def replay(self, *, as_new: bool = False, **asked: Any) -> Done:
        """Looks, does it, and has the gateway read what is to be read."""
        choice = Choice(**asked)
        done = self.desk.do(self.desk.look(choice), choice, by="anna", actor=GATEWAY, reason="a test", as_new=as_new)
        asyncio.run(self.inbound.resume())
        return done


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    own = House(tmp_path / "data")
    yield own
    own.ledger.close()


@pytest.mark.parametrize(
    ("bounds", "words"), [(Bounds(bytes=100), "one request reads 0.0 MB"), (Bounds(seconds=0), "more than 0 seconds")]
)
def test_a_look_beyond_its_bounds_ends_with_words(house: House, bounds: Bounds, words: str) -> None:
    house.give(interchange(group(transaction_set())))
    with pytest.raises(TooMuchError, match=f"{words}.*narrow it"):
        house.desk.look(Choice(partner="acme"), bounds=bounds)
    assert house.desk.look(Choice(partner="acme"), bounds=Bounds()).tried.tried


def numbered(number: str, rows: tuple[str, ...] = ORDER) -> tuple[str, ...]:
    return (rows[0].replace("4500012345", number), *rows[1:])


def test_a_setting_is_wrong_and_mended_and_each_order_comes_out_once(house: House) -> None:
    house.partner = STRICT
    for number in range(50):
        control = f"{number + 1:09d}"
        house.give(interchange(group(transaction_set(numbered(f"PO-{number}"))), number=control))
    refused = house.publish()
    assert len(refused) == 50
    assert all(row.attributes["type"].endswith("rejected.v1") for row in refused)
    asked: dict[str, Any] = {"status": "rejected", "code": "X12-W0601"}
    assert house.look(**asked).tried.counts == {"still rejected": 50}
    assert house.replay(**asked).read == 0, "what would be refused again is left alone"
    assert house.publish() == []
    house.partner = LENIENT
    assert house.look(**asked).tried.counts == {"newly accepted": 50}
    assert house.publish() == [], "looking changes nothing"
    done = house.replay(**asked)
    assert (done.read, done.deliveries, done.published) == (50, 50, 0)
    accepted = house.publish()
    assert sorted(row.attributes["subject"] for row in accepted) == sorted(f"PO-{number}" for number in range(50))
    assert len({row.id for row in accepted} | {row.id for row in refused}) == 100
    kinds = [parcel.kind for parcel in house.ledger.read(lambda reads: reads.parcels(limit=1000))]
    assert kinds.count("997") == 100, "their senders are told that they are taken now"
    again = house.look(**asked)
    assert again.tried.tried == ()
    assert again.chosen.accepted_since == 50
    assert house.replay(**asked).read == 0
    assert house.publish() == []


def test_what_was_published_goes_out_again_under_its_own_id_as_it_was(house: House) -> None:
    house.give(order())
    (first,) = house.publish()
    assert house.look(number="4500012345").tried.counts == {"same": 1}
    assert house.replay(number="4500012345").published == 1
    (second,) = house.publish()
    assert (second.id, second.body, second.replay_of, second.attempts) == (first.id, first.body, first.id, 2)
    (told,) = house.ledger.read(lambda reads: reads.replays_of(first.id))
    assert (told[0].by, told[0].reason, told[1].how, told[1].became) == ("anna", "a test", How.PUBLISHED, first.id)


def test_as_new_it_has_an_id_of_its_own_each_time_the_same(house: House) -> None:
    house.give(order())
    (first,) = house.publish()
    ids = []
    for _ in range(2):
        assert house.replay(as_new=True, ids=(first.id,)).new == 1
        (again,) = house.publish()
        assert (again.replay_of, again.attributes["replayof"]) == (first.id, first.id)
        assert again.attributes["id"] == again.id
        assert (again.body, again.routing_key, again.ordering_key) == (
            first.body, first.routing_key, first.ordering_key,
        )  # fmt: skip
        ids.append(again.id)
    assert len({first.id, *ids}) == 3
    rows = house.ledger.read(lambda reads: reads.documents(direction=REPLAYED))
    assert {row.id for row in rows} == set(ids)
    assert [row.id for row in house.ledger.read(lambda reads: reads.order_documents("4500012345"))] == [first.id]
    assert house.look(number="4500012345").tried.counts == {"same": 1}, "what stands for another is not chosen"


def test_what_would_be_rejected_today_stays_accepted(house: House) -> None:
    """A delivery with one bad order of two is read again under stricter rules: the good one is not taken back."""
    bad = (ORDER[0], *ORDER[1:2], "PO1*1*x*BX*13.4500**VN*GLV-M-200", "REF*CT*C-100", "CTT*1")
    two = interchange(group(transaction_set(), transaction_set(numbered("PO-2", bad), number="0002")))
    assert house.give(two).outcome is Outcome.PARTIAL
    before = house.publish()
    house.partner = STRICT
    looked = house.look(ids=tuple(row.id for row in before))
    assert looked.tried.counts == {"newly rejected": 1, "still rejected": 1}
    (row,) = house.ledger.read(lambda reads: reads.deliveries())
    house.ledger.write(lambda tx: tx.reopen_delivery(row.id, forget=False)).result()
    asyncio.run(house.inbound.resume())
    assert house.publish() == [], "nobody is told that an accepted order is rejected"
    (after,) = house.ledger.read(lambda reads: reads.deliveries())
    assert (after.accepted, after.rejected) == (1, 1)


def test_too_many_are_refused(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gateway.replay.choosing.MOST", 1)
    two = interchange(group(transaction_set(), transaction_set(numbered("PO-2"), number="0002")))
    house.give(two)
    with pytest.raises(TooManyError, match="more than"):
        house.look(partner="acme")
    assert MOST == 10_000


FILTERS = st.fixed_dictionaries(
    {},
    optional={
        "partner": st.sampled_from(["acme", "nobody"]),
        "status": st.sampled_from(["accepted", "rejected"]),
        "number": st.sampled_from(["PO-1", "PO-2", "PO-3"]),
        "document_type": st.sampled_from(["purchase_order", "invoice"]),
        "channel": st.sampled_from(["suppliers", "others"]),
        "since": st.sampled_from([NOW, NOW.replace(year=2027)]),
        "until": st.sampled_from([NOW, NOW.replace(year=2027)]),
    },
)
ORDERS = st.lists(
    st.lists(st.tuples(st.sampled_from(["PO-1", "PO-2", "PO-3"]), st.booleans()), min_size=1, max_size=3),
    min_size=1, max_size=3,
)  # fmt: skip


@settings(max_examples=25, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(files=ORDERS, asked=FILTERS, mended=st.booleans(), as_new=st.booleans())
def test_what_is_done_is_what_was_shown(
    files: list[list[tuple[str, bool]]], asked: dict[str, Any], mended: bool, as_new: bool
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        house = House(Path(folder) / "data", STRICT)
        try:
            for place, sets in enumerate(files, 1):
                rows = [
                    transaction_set(numbered(number, REFERRED if whole else ORDER), number=f"{at:04d}")
                    for at, (number, whole) in enumerate(sets, 1)
                ]
                house.give(interchange(group(*rows), number=f"{place:09d}"))
            before = {row.id for row in house.publish()}
            house.partner = LENIENT if mended else STRICT
            tried = house.look(**asked).tried.tried
            done = house.replay(as_new=as_new, **asked)
            items = house.ledger.read(lambda reads: reads.replay_items(done.replay))
            shown = {each.head.id for each in tried if each.head and each.verdict is not Verdict.STILL}
            assert {item.document for item in items} == shown
            out = house.publish()
            assert {row.id for row in out} == {item.became for item in items}
            assert len(out) == len(items)
            newly = {each.head.id for each in tried if each.head and each.verdict is Verdict.ACCEPTED}
            again = {each.head.id for each in tried if each.head and each.verdict is Verdict.SAME}
            assert {item.document for item in items if item.how is How.READ} == newly
            assert {row.replay_of for row in out if row.replay_of} == again
            assert (before & {row.id for row in out}) == (set() if as_new else again)
        finally:
            house.ledger.close()
