"""Pruning: whatever happened before, what must stay stays, and what is done with goes."""

import os
import shutil
import tempfile
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Literal, cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.care.prune import LONGEST, MOST, Pruned, Pruner
from gateway.care.sweep import sweep
from gateway.config.retention import RetentionTable
from gateway.ledger.blobs import Blobs
from gateway.ledger.care_records import HoldKind, LegalHold
from gateway.ledger.contract import Ledger, Reads, Transaction
from gateway.ledger.outbound_records import ParcelDocumentRow
from gateway.ledger.records import DeliveryState, ParcelState
from gateway.ledger.routing_records import ParkedRow
from gateway.ledger.store import SqlLedger, open_ledger
from tests.rigs.ledger_rows import NOW, delivery, document, event, exception, interchange, parcel

PAYLOADS, DOCUMENTS, PARCELS, HISTORY = 30, 60, 45, 90
AGES = RetentionTable(
    payloads=timedelta(days=PAYLOADS), documents=timedelta(days=DOCUMENTS), parcels=timedelta(days=PARCELS),
    exceptions=timedelta(days=20), history=timedelta(days=HISTORY),
)  # fmt: skip
DONE = (ParcelState.DELIVERED, ParcelState.ACKNOWLEDGED, ParcelState.DEAD)


@dataclass(frozen=True)
class Story:
    """One delivery with one document, and what became of it."""

    days: int
    """Its age."""
    read: bool = True
    event: Literal["published", "dropped", "ready", "held"] = "published"
    sent: ParcelState | None = None
    awaited: bool = False
    """Whether an acknowledgment of what was sent is due."""
    trouble: Literal["open", "resolved", None] = None
    parked: bool = False
    law: HoldKind | None = None
    again: int | None = None
    """Days ago on which the same bytes came again."""

    @property
    def busy(self) -> bool:
        """Whether anything is still to come, or a person or the law wants it."""
        sending = self.sent is not None and (self.sent not in DONE or self.awaited)
        return (
            not self.read or self.event in ("ready", "held") or sending or self.trouble == "open" or self.parked
            or self.law is not None
        )  # fmt: skip


STORIES = st.builds(
    Story,
    days=st.integers(0, 200),
    read=st.sampled_from([True] * 5 + [False]),
    event=st.sampled_from(["published"] * 4 + ["dropped", "ready", "held"]),
    sent=st.sampled_from([None, None, *DONE, ParcelState.READY, ParcelState.HELD]),
    awaited=st.sampled_from([False] * 4 + [True]),
    trouble=st.sampled_from([None, None, None, "resolved", "open"]),
    parked=st.sampled_from([False] * 5 + [True]),
    law=st.sampled_from([None] * 6 + ["order", "partner", "delivery"]),
    again=st.one_of(st.none(), st.integers(0, 200)),
)


def ago(days: float) -> datetime:
    return NOW - timedelta(days=days)


def write(tx: Transaction, number: int, story: Story) -> None:
    """The story as the gateway would have written it."""
    id, at = f"d{number}", ago(story.days)
    content, partner = f"content {number}".encode(), f"p{number}"
    tx.add_delivery(replace(delivery(id, content, partner=partner), received_at=at), content)
    if not story.read:
        return
    doc = replace(document(f"{id}-doc", id, partner=partner, number=f"n{number}"), recorded_at=at, correlation="c")
    tx.add_documents([doc])
    tx.add_events([event(doc.id, id, key=partner, held=story.event == "held")])
    tx.add_interchange(replace(interchange(f"{id}-ic", id, control=f"{number:09}"), recorded_at=at))
    tx.add_answer(id, f"answer {number}".encode())
    tx.finish_delivery(id, partner=partner, outcome="accepted", accepted=1, rejected=0, summary="")
    if story.event == "published":
        tx.mark_published([doc.id], at)
    if story.event == "dropped":
        assert tx.add_event_trouble(doc.id, "too large", "it is too large", at)
        assert tx.drop_event(doc.id)
    if story.sent is not None:
        due = NOW if story.awaited else None
        row = replace(
            parcel(f"{id}-parcel", of=id, state=story.sent, content=b"ST*850"), document_type="purchase_order",
            created_at=at, due_at=due, partner=partner,
        )  # fmt: skip
        tx.add_parcel(row, [ParcelDocumentRow(parcel=row.id, position=1, document=doc.id, number="n", size=1)])
    if story.trouble is not None:
        tx.open_exception(replace(exception(f"{id}-trouble", of=id), opened_at=at))
        if story.trouble == "resolved":
            tx.resolve_exceptions([f"{id}-trouble"], at, "")
    if story.parked:
        tx.routing.park(ParkedRow(doc.id, "route", "items", partner, "key", "BUS-E0001", "x", at, number))
    if story.law is not None:
        value = {"order": f"n{number}", "partner": partner, "delivery": id}[story.law]
        tx.care.add_legal_hold(LegalHold(f"hold {id}", story.law, value, "court", "me", at))
    if story.again is not None and story.again < story.days:
        again = delivery(f"{id}-again", content, state=DeliveryState.RECORDED, outcome="duplicate", repeats=id)
        tx.add_delivery(replace(again, received_at=ago(story.again)), content)


def write_all(tx: Transaction, stories: list[Story]) -> None:
    for number, story in enumerate(stories):
        write(tx, number, story)


def check(reads: Reads, number: int, story: Story) -> None:
    id = f"d{number}"
    row = reads.delivery(id)
    young_again = story.again is not None and story.again < story.days and story.again <= HISTORY
    if story.busy or story.days <= HISTORY or young_again:
        assert row is not None, "its row stays"
        found = reads.first_delivery("suppliers", row.sha256)
        if story.read:
            assert found is not None, "the same bytes are known"
            assert found.id == id
            assert reads.answer(id) == f"answer {number}".encode(), "and get the same answer"
    else:
        assert row is None, "what is done with and old enough goes"
        assert reads.first_delivery("suppliers", delivery(id, f"content {number}".encode()).sha256) is None
        assert reads.document(f"{id}-doc") is None
        return
    pruned = not story.busy and story.days > PAYLOADS
    assert (row.pruned_at is not None) == pruned
    assert reads.delivery_content(id) == (None if pruned else f"content {number}".encode())
    if not story.read:
        return
    doc, told = reads.document(f"{id}-doc"), reads.event(f"{id}-doc")
    assert doc is not None
    assert told is not None
    gone = not story.busy and story.days > DOCUMENTS
    assert (doc.pruned_at is not None) == gone
    assert (doc.body == b"") == gone
    assert told.state == story.event
    if story.sent is not None:
        sent = reads.parcel(f"{id}-parcel")
        assert sent is not None
        assert (sent.content is None) == (not story.busy and story.days > PARCELS)
    if story.trouble == "resolved":
        kept = [each.id for each in reads.exceptions(open_only=False, limit=1000)]
        assert (f"{id}-trouble" in kept) == (story.law is not None or story.days <= 20)


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A ledger without rows, to be copied: making the tables takes long."""
    folder = tmp_path_factory.mktemp("empty")
    open_ledger(folder).close()
    return folder


@given(st.lists(STORIES, min_size=1, max_size=12))
@settings(max_examples=40, deadline=None)
@pytest.mark.failure("S10")
def test_what_must_stay_stays_and_the_rest_goes(empty: Path, stories: list[Story]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        shutil.copytree(empty, folder, dirs_exist_ok=True)
        ledger = open_ledger(Path(folder))
        try:
            ledger.write(lambda tx: write_all(tx, stories)).result()
            waiting = ledger.read(lambda reads: reads.backlog())
            found = [(each.of, each.rows) for each in Pruner(ledger, lambda: NOW).look(AGES)]
            done = [(each.of, each.rows) for each in prune(ledger)]
            assert found[0] == done[0], "what is told beforehand is what is done"
            for number, story in enumerate(stories):
                ledger.read(lambda reads, number=number, story=story: check(reads, number, story))  # type: ignore[misc]
            after = ledger.read(lambda reads: reads.backlog())
            assert replace(after, counts={}) == replace(waiting, counts={}), "what waits is as it was"
            assert all(rows == 0 for _, rows in ((each.of, each.rows) for each in prune(ledger))), "and again: nothing"
        finally:
            ledger.close()


def prune(ledger: Ledger) -> list[Pruned]:
    return list(Pruner(ledger, lambda: NOW, pause=lambda _: None).prune(AGES))


def test_nothing_is_pruned_unless_asked(tmp_path: Path) -> None:
    ledger = open_ledger(tmp_path)
    ledger.write(lambda tx: write(tx, 1, Story(3000))).result()
    assert list(Pruner(ledger, lambda: NOW).prune(RetentionTable())) == []
    assert ledger.read(lambda reads: reads.delivery_content("d1")) == b"content 1"
    ledger.close()


def test_a_released_hold_holds_no_more(tmp_path: Path) -> None:
    ledger = open_ledger(tmp_path)
    ledger.write(lambda tx: write(tx, 1, Story(100, law="order"))).result()
    prune(ledger)
    assert ledger.read(lambda reads: reads.delivery_content("d1")) == b"content 1"
    assert ledger.write(lambda tx: tx.care.release_legal_hold("hold d1", NOW, "me")).result()
    prune(ledger)
    assert ledger.read(lambda reads: reads.delivery("d1")) is None
    (held,) = ledger.read(lambda reads: reads.care.legal_holds(all=True))
    assert held.released_by == "me", "the hold itself stays, as proof"
    ledger.close()


def large(ledger: SqlLedger, id: str, content: bytes, days: float) -> str:
    row = replace(delivery(id, content, state=DeliveryState.RECORDED, outcome="accepted"), received_at=ago(days))
    ledger.keep(content)
    ledger.write(lambda tx: tx.add_delivery(row, content)).result()
    return row.sha256


def test_files_go_after_their_rows_and_never_before(tmp_path: Path) -> None:
    ledger = open_ledger(tmp_path)
    blobs = Blobs(tmp_path / "blobs")
    shared, alone = os.urandom(2 << 20), os.urandom(2 << 20)
    large(ledger, "old", shared, 50)
    large(ledger, "young", shared, 5)
    gone = large(ledger, "alone", alone, 50)
    prune(ledger)
    later = {path.name: path.stat().st_mtime for path in blobs.files()}
    assert sweep(ledger, blobs).files == 0, "not within the grace"
    far = max(later.values()) + 7200
    assert sweep(ledger, blobs, now=lambda: far, dry=True).files == 1
    with blobs.kept():
        assert sweep(ledger, blobs, now=lambda: far).files == 0, "not while a copy is made"
    assert sweep(ledger, blobs, now=lambda: far).files == 1
    assert blobs.read(gone) is None
    assert ledger.read(lambda reads: reads.delivery_content("young")) is not None
    # Whoever keeps the same content again makes its file new, before any row names it.
    for path in blobs.files():
        os.utime(path, (1, 1))
    ledger.keep(shared)
    assert all(path.stat().st_mtime > 1000 for path in blobs.files())
    ledger.close()


@pytest.mark.failure("S10")
@pytest.mark.parametrize("per_row", [0.0001, 0.002, 0.02])
def test_transactions_are_as_short_as_the_disk_asks_for(tmp_path: Path, per_row: float) -> None:
    """The portions follow the time that they take, on a disk of any speed: none but the first holds the writer long."""
    ledger = open_ledger(tmp_path)
    ledger.write(lambda tx: write_all(tx, [Story(100)] * 400)).result()
    held: list[float] = []
    now = 0.0

    def monotonic() -> float:
        """Asked at the beginning and at the end of each transaction."""
        nonlocal now
        portion: int = cast("Any", pruner)._portion
        now += per_row * portion / 2
        return now

    pruner = Pruner(ledger, lambda: NOW, pause=held.append, monotonic=monotonic)
    done = list(pruner.prune(AGES))
    assert sum(each.rows for each in done) == 3 * 400
    settled = held[6:]
    assert max(settled) <= max(LONGEST, per_row)
    # And not shorter than need be: small portions on a quick disk would take for ever.
    assert max(settled) >= min(LONGEST / 4, per_row * MOST / 2) * 0.99
    ledger.close()
