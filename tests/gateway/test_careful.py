"""Live messages that are made durable before they are read, and those that are held, with a real ledger."""

import asyncio
import itertools
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from prometheus_client import CollectorRegistry

from adapters.contracts import Delivery, Outcome, Receipt, Sender
from adapters.partner import Identity, Partner
from adapters.translate import digest
from gateway.arrivals import row_of
from gateway.doors import Doors
from gateway.inbound import IN_COMPANY, Inbound
from gateway.ledger.contract import Ledger, Transaction
from gateway.ledger.records import MOST_ATTEMPTS, DeliveryRow, DeliveryState
from gateway.ledger.store import SqlLedger, open_ledger
from gateway.metrics import Metrics
from gateway.partners import PartnerBook
from gateway.rows import Naming
from tests.gateway.test_waiting import Full, code
from tests.rigs.hl7_messages import message

NOW = datetime(2026, 11, 21, 7, 30, tzinfo=UTC)
ORDER = message("OMS^O05", "ORC|NW|R1", "RQD|1|104412|GLV||12|BX")
CABINET = Partner(name="cabinet", identities=(Identity(scheme="MSH", id="CAB|3W"),))
DOCK = Partner(name="dock", identities=(Identity(scheme="TLS", id="dock.example"),))
AT_DOCK = Sender("192.0.2.7", 2575, "CN=dock.example", ("dock.example",))


class House:
    """An inbound story with a line before a ledger."""

    def __init__(self, ledger: SqlLedger) -> None:
        self.ledger = ledger
        self.careful = True
        self._numbers = itertools.count(1)
        self.restart()

    def restart(self, *partners: Partner, ledger: Ledger | None = None) -> None:
        """Another process, which knows what the ledger knows."""
        book = PartnerBook(partners or (CABINET, DOCK))
        self.inbound = Inbound(
            ledger=ledger or self.ledger, doors=Doors(book.find, book.by_name, waiting=frozenset({"ehr"})),
            naming=Naming("st", "org.wharf.supply"), clock=lambda: NOW,
            new_id=lambda: f"id-{next(self._numbers):06d}", metrics=Metrics(CollectorRegistry()),
            recorded=lambda: None, careful=lambda: self.careful,
        )  # fmt: skip

    def delivery(self, content: bytes, sender: Sender | None = None, channel: str = "ehr") -> Delivery:
        number = next(self._numbers)
        return Delivery(
            id=f"delivery-{number:06d}", channel=channel, name="call", origin=f"call-{number}", content=content,
            sha256=digest(content), received_at=NOW, sender=sender,
        )  # fmt: skip

    def give(self, content: bytes, sender: Sender | None = None, channel: str = "ehr") -> Receipt:
        async def call() -> Receipt:
            return await self.inbound(self.delivery(content, sender, channel))

        return asyncio.run(call())

    def resume(self) -> int:
        return asyncio.run(self.inbound.resume())

    def leave_unread(self, delivery: Delivery, attempts: int) -> None:
        """As a process leaves it that ended while it read, so often."""

        def work(tx: Transaction) -> None:
            tx.add_delivery(row_of(delivery), delivery.content)
            for _ in range(attempts):
                tx.begin_reading(delivery.id)

        self.ledger.write(work).result()

    def rows(self) -> list[DeliveryRow]:
        return self.ledger.read(lambda reads: reads.deliveries(newest_first=False))

    def numbers(self) -> list[tuple[str, str]]:
        """Kind and number of all documents."""
        found = self.ledger.read(lambda reads: reads.documents(limit=100))
        return [(row.document_type, row.number) for row in found]


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    ledger = open_ledger(tmp_path / "data")
    yield House(ledger)
    ledger.close()


def never(*_: Any, **__: Any) -> Any:
    raise AssertionError("it was read")


def test_with_care_a_message_is_counted_and_answered_as_ever(house: House) -> None:
    first = house.give(ORDER, AT_DOCK)
    assert (first.outcome, code(first)) == (Outcome.ACCEPTED, b"AA")
    (row,) = house.rows()
    assert (row.attempts, row.partner, row.sender) == (1, "dock", AT_DOCK)
    again = house.give(ORDER, AT_DOCK)
    assert (again.outcome, again.answer) == (Outcome.DUPLICATE, first.answer)
    bad = house.give(ORDER.replace(b"|12|", b"|1O|"))
    assert (bad.outcome, code(bad)) == (Outcome.REJECTED, b"AE")
    assert len(house.numbers()) == 2


@pytest.mark.failure("S1")
def test_where_nothing_can_be_written_the_sender_is_asked_for_it_again(house: House) -> None:
    house.restart(ledger=Full(house.ledger))
    assert code(house.give(ORDER)) == b"AR"
    house.restart()
    assert code(house.give(ORDER)) == b"AA"


def test_what_was_read_after_a_crash_is_of_its_sender_and_answered_when_it_comes_again(house: House) -> None:
    house.leave_unread(house.delivery(ORDER, AT_DOCK), 1)
    house.restart()
    assert house.resume() == 1
    assert [row.partner for row in house.rows()] == ["dock"]
    for house.careful in (True, False):
        again = house.give(ORDER, AT_DOCK)
        assert (again.outcome, code(again)) == (Outcome.DUPLICATE, b"AA")
    assert len(house.numbers()) == 1


@pytest.mark.parametrize(
    ("content", "told"), [(ORDER, b"AE"), (ORDER.replace(b"|P|2.5\r", b"|P|2.5|||AL|AL\r"), b"CR")]
)
@pytest.mark.failure("X7")
def test_what_is_held_is_answered_no_and_not_read_again(
    house: House, monkeypatch: pytest.MonkeyPatch, content: bytes, told: bytes
) -> None:
    house.leave_unread(house.delivery(content), MOST_ATTEMPTS)
    with monkeypatch.context() as patched:
        for module in ("gateway.reader", "gateway.waiting"):
            patched.setattr(f"{module}.read_delivery", never)
        assert house.resume() == 1
        first = house.give(content)
        assert (first.outcome, code(first)) == (Outcome.QUARANTINED, told)
        assert b"HL7-E0902" in (first.answer or b"")
        assert "held for a person" in first.summary
        for house.careful in (True, False):
            house.restart()
            assert house.give(content).answer == first.answer
    assert house.numbers() == [("interchange", "unreadable")]
    assert [row.code for row in house.ledger.read(lambda reads: reads.exceptions())] == ["NET-E0401"]
    held = house.rows()[0]
    assert held.held
    assert [row.repeats for row in house.rows()[1:]] == [held.id] * 3

    house.ledger.write(lambda tx: tx.reopen_delivery(held.id)).result()
    assert house.resume() == 1
    assert code(house.give(content)) in (b"AA", b"CA")
    assert len(house.ledger.read(lambda reads: reads.documents(document_type="requisition"))) == 1


def test_a_replay_and_the_sender_at_once_read_it_once(house: House) -> None:
    house.leave_unread(house.delivery(ORDER), MOST_ATTEMPTS)
    house.resume()
    house.careful = False
    held = house.rows()[0].id
    house.ledger.write(lambda tx: tx.reopen_delivery(held)).result()
    assert code(house.give(ORDER)) == b"AA"
    first, last = house.rows()
    assert (first.id, first.attempts, last.repeats) == (held, 1, held)
    assert house.resume() == 0


def test_bytes_that_a_stranger_sent_before_are_held_all_the_same(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    house.restart(DOCK)
    assert code(house.give(ORDER)) == b"AR"
    house.restart()
    house.leave_unread(house.delivery(ORDER), MOST_ATTEMPTS)
    assert house.resume() == 1
    monkeypatch.setattr("gateway.reader.read_delivery", never)
    assert code(house.give(ORDER)) == b"AE"


def test_a_header_that_ends_the_process_is_held_without_an_answer(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    house.leave_unread(house.delivery(ORDER), MOST_ATTEMPTS + 1)
    for name in ("read_delivery", "never_read"):
        monkeypatch.setattr(f"gateway.reader.{name}", never)
    assert house.resume() == 1
    assert house.give(ORDER).answer is None
    assert house.rows()[0].held


def test_a_reading_that_fails_is_counted_though_the_process_goes_on(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    house.careful = False
    with monkeypatch.context() as patched:
        for module in ("gateway.reader", "gateway.waiting"):
            patched.setattr(f"{module}.read_delivery", never)
        with pytest.raises(AssertionError, match="it was read"):
            house.give(ORDER)
        assert [(row.state, row.attempts) for row in house.rows()] == [(DeliveryState.RECEIVED, 1)]
        while house.resume():
            pass
        assert house.rows()[0].held
        assert code(house.give(ORDER)) == b"AE"
    assert code(house.give(message("OMS^O05", "ORC|NW|R2", "RQD|1|104412|GLV||12|BX", control="M2"))) == b"AA"


def test_a_file_that_is_held_is_not_read_again_under_another_name(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    house.leave_unread(house.delivery(ORDER, channel="suppliers"), MOST_ATTEMPTS)
    assert house.resume() == 1
    monkeypatch.setattr("gateway.reader.read_delivery", never)
    again = house.give(ORDER, channel="suppliers")
    assert again.outcome is Outcome.QUARANTINED
    assert b"NET-E0401" in (again.diagnosis or b"")
    assert again.answer is None


def test_who_was_read_beside_it_is_not_blamed(house: House) -> None:
    beside = house.delivery(message("OMS^O05", "ORC|NW|R2", "RQD|1|104412|GLV||12|BX", control="M2"))
    house.leave_unread(beside, IN_COMPANY)
    house.leave_unread(house.delivery(ORDER), MOST_ATTEMPTS)
    assert house.resume() == 2
    assert [row.held for row in house.rows()] == [False, True]
    assert code(house.give(bytes(beside.content[:]))) == b"AA"
