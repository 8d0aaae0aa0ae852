"""The hook in the recording of deliveries and of submissions: what is accepted is followed, and nothing else."""

import asyncio
import itertools
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from prometheus_client import CollectorRegistry

from adapters.contracts import Delivery
from adapters.partner import Partner, Send
from adapters.reading import Message
from adapters.translate import digest, read_delivery
from gateway.arrivals import row_of
from gateway.ledger.contract import Transaction
from gateway.ledger.records import DocumentRow
from gateway.ledger.store import SqlLedger
from gateway.metrics import Metrics
from gateway.outgoing import Dispatch
from gateway.recording import Recorder
from gateway.rows import Naming
from gateway.submission import Submission, Submissions
from gateway.submitted import checked_data

NOW = datetime(2026, 11, 21, 7, 30, tzinfo=UTC)
SAMPLES = Path(__file__).parents[3] / "samples"
ANYBODY = Partner(name="acme", catch_all=True)
ERP = Partner(name="erp", send=Send(channel="desk", format="json"))


@pytest.fixture
def ledger(any_ledger: SqlLedger) -> SqlLedger:
    return any_ledger


class Followed:
    """Remembers what it was given, and that the ledger had it by then."""

    def __init__(self) -> None:
        self.numbers: list[str] = []

    def __call__(self, tx: Transaction, rows: Iterable[DocumentRow], now: datetime) -> None:
        assert now == NOW
        for row in rows:
            assert tx.document(row.id) == row
            if row.status == "accepted":
                self.numbers.append(row.number)


def record(ledger: SqlLedger, id: str, content: bytes, slice_bytes: int, new_id: Callable[[], str]) -> list[str]:
    followed = Followed()
    delivery = Delivery(
        id=id, channel="suppliers", name="a.edi", origin=id, content=content, sha256=digest(content), received_at=NOW
    )
    ledger.write(lambda tx: tx.add_delivery(row_of(delivery), content)).result()
    recorder = Recorder(delivery, Naming("st", "x"), new_id, slice_bytes, follow=followed)
    for item in read_delivery(content, delivery.sha256, lambda *_: ANYBODY):
        if isinstance(item, Message):
            recorder.message(item)
            if recorder.full:
                ledger.write(recorder.take_slice()).result()
        else:
            recorder.closing(item)
    ledger.write(lambda tx: recorder.record(tx, NOW)).result()
    return followed.numbers


@pytest.mark.parametrize("slice_bytes", [1, 1 << 20])
def test_each_accepted_document_of_a_delivery_is_followed_once(ledger: SqlLedger, slice_bytes: int) -> None:
    ids = itertools.count(1)

    def new_id() -> str:
        return f"id-{next(ids)}"

    content = (SAMPLES / "one-bad-of-three/input.edi").read_bytes()
    numbers = record(ledger, "d1", content, slice_bytes, new_id)
    accepted = ledger.read(lambda reads: reads.documents(delivery="d1", status="accepted"))
    assert numbers == [row.number for row in accepted]
    assert len(numbers) == 2
    # The same interchange in another file is a repeat: nothing of it is followed.
    assert record(ledger, "d2", content + b"\n", slice_bytes, new_id) == []


def test_a_control_number_that_comes_again_with_other_content_is_not_followed(ledger: SqlLedger) -> None:
    ids = itertools.count(1)
    first, second = ((SAMPLES / f"control-number-twice-{name}/input.edi").read_bytes() for name in ("first", "second"))
    assert record(ledger, "d1", first, 1, lambda: f"id-{next(ids)}")
    assert record(ledger, "d2", second, 1, lambda: f"id-{next(ids)}") == []


def test_what_is_submitted_is_followed_where_it_was_accepted(ledger: SqlLedger) -> None:
    ids = itertools.count(1)
    followed = Followed()
    submissions = Submissions(
        ledger=ledger, dispatch=Dispatch(own=(), naming=Naming("st", "x"), new_id=lambda: f"id-{next(ids)}"),
        by_name={"erp": ERP}.get, clock=lambda: NOW, new_id=lambda: f"id-{next(ids)}",
        metrics=Metrics(CollectorRegistry()), recorded=lambda: None, follow=followed,
    )  # fmt: skip
    document = checked_data({"documentType": "requisition", "number": "R1", "requisitionType": "stock"}).document

    def hand_in(partner: str, content: bytes) -> None:
        asyncio.run(submissions.submit(Submission("desk", "r.json", content, partner, document)))

    hand_in("erp", b"{}")
    hand_in("erp", b"{}")
    hand_in("nobody", b"{ }")
    assert followed.numbers == ["R1"]
