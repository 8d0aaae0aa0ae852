"""Senders that wait, with a real ledger: what they are told when something is in the way."""

import asyncio
import itertools
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from prometheus_client import CollectorRegistry

from adapters.contracts import Delivery, Outcome, Receipt, Sender
from adapters.partner import Identity, Partner
from adapters.translate import digest
from gateway.doors import Doors
from gateway.ledger.contract import Ledger, LedgerFull, Transaction
from gateway.ledger.store import SqlLedger, open_ledger
from gateway.metrics import Metrics
from gateway.partners import PartnerBook
from gateway.rows import Naming
from gateway.waiting import WaitingRoom
from tests.rigs.hl7_messages import message

NOW = datetime(2026, 11, 21, 7, 30, tzinfo=UTC)
ORDER = message("OMS^O05", "ORC|NW|R1", "RQD|1|104412|GLV||12|BX")
CABINET = Partner(name="cabinet", identities=(Identity(scheme="MSH", id="CAB|3W"),))
DOCK = Partner(
    name="dock", identities=(Identity(scheme="IP", id="192.0.2.7"), Identity(scheme="TLS", id="dock.example"))
)


class Full:
    """A ledger whose disk is full."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    def write(self, work: Callable[[Transaction], Any]) -> Any:  # noqa: ARG002 - nothing is done
        raise LedgerFull("the disk is full")

    def __getattr__(self, name: str) -> Any:
        return getattr(self._ledger, name)


class Room:
    """A waiting room before a ledger, with these partners."""

    def __init__(self, ledger: SqlLedger, *partners: Partner, reserved: str | None = None) -> None:
        self.ledger = ledger
        self._numbers = itertools.count(1)
        book = PartnerBook(partners)
        self.doors = Doors(
            book.find, book.by_name, reserved={"ehr": reserved} if reserved else {}, waiting=frozenset({"ehr"})
        )

    def give(self, content: bytes, sender: Sender | None = None, ledger: Ledger | None = None) -> Receipt:
        (receipt,) = self.give_together(content, sender=sender, ledger=ledger)
        return receipt

    def give_together(
        self, *contents: bytes, sender: Sender | None = None, ledger: Ledger | None = None
    ) -> list[Receipt]:
        """Each by a connection of its own, at the same time."""
        room = WaitingRoom(
            ledger=ledger or self.ledger, doors=self.doors, naming=Naming("st", "org.wharf.supply"),
            clock=lambda: NOW, new_id=lambda: f"id-{next(self._numbers):06d}", metrics=Metrics(CollectorRegistry()),
            patient_key=b"key",
        )  # fmt: skip

        async def call(content: bytes) -> Receipt:
            number = next(self._numbers)
            return await room(
                Delivery(
                    id=f"delivery-{number:06d}", channel="ehr", name="call", origin=f"call-{number}", content=content,
                    sha256=digest(content), received_at=NOW, sender=sender,
                )
            )  # fmt: skip

        async def calls() -> list[Receipt]:
            return await asyncio.gather(*(call(content) for content in contents))

        return asyncio.run(calls())

    def partners(self) -> list[str | None]:
        """The partner of each delivery, in order."""
        return [row.partner for row in self.ledger.read(lambda reads: reads.deliveries(newest_first=False))]


def code(receipt: Receipt) -> bytes:
    """MSA-1."""
    assert receipt.answer is not None
    return receipt.answer.split(b"\r")[1].split(b"|")[1]


@pytest.fixture
def ledger(any_ledger: SqlLedger) -> SqlLedger:
    return any_ledger


@pytest.mark.failure("S1")
def test_a_full_disk_asks_for_the_message_again_and_the_message_is_taken_then(ledger: SqlLedger) -> None:
    room = Room(ledger, CABINET)
    receipt = room.give(ORDER, ledger=Full(ledger))
    assert code(receipt) == b"AR"
    assert room.partners() == []
    assert code(room.give(ORDER)) == b"AA"


def test_an_unknown_sender_is_refused_and_heard_when_it_is_known(ledger: SqlLedger) -> None:
    receipt = Room(ledger).give(ORDER)
    assert (receipt.outcome, code(receipt)) == (Outcome.QUARANTINED, b"AR")
    assert ledger.read(lambda reads: reads.exceptions())
    known = Room(ledger, CABINET)
    known._numbers = itertools.count(100)
    receipt = known.give(ORDER)
    assert (receipt.outcome, code(receipt)) == (Outcome.ACCEPTED, b"AA")


@pytest.mark.parametrize(
    ("sender", "reserved", "partner"),
    [
        (None, None, "cabinet"),
        (Sender("192.0.2.7", 2575), None, "dock"),
        (Sender("192.0.2.9", 2575, names=("dock.example",)), None, "dock"),
        (Sender("192.0.2.9", 2575, names=("other.example",)), None, "cabinet"),
        (Sender("192.0.2.7", 2575), "cabinet", "cabinet"),
    ],
)
def test_a_partner_is_known_by_its_line_certificate_address_or_header(
    ledger: SqlLedger, sender: Sender | None, reserved: str | None, partner: str
) -> None:
    room = Room(ledger, CABINET, DOCK, reserved=reserved)
    assert code(room.give(ORDER, sender)) == b"AA"
    assert room.partners() == [partner]


def test_a_large_message_is_kept_and_answered(ledger: SqlLedger) -> None:
    note = "x" * 2_000_000
    room = Room(ledger, CABINET)
    assert code(room.give(message("OMS^O05", "ORC|NW|R1", "RQD|1|104412|GLV||12|BX", f"NTE|1||{note}"))) == b"AA"
    (row,) = ledger.read(lambda reads: reads.deliveries())
    assert ledger.read(lambda reads: reads.delivery_content(row.id)) is not None


@pytest.mark.failure("M2")
def test_the_first_answer_is_given_again_byte_for_byte(ledger: SqlLedger) -> None:
    room = Room(ledger, CABINET)
    bad = ORDER.replace(b"|12|", b"|1O|")
    first = room.give(bad)
    assert (first.outcome, code(first)) == (Outcome.REJECTED, b"AE")
    again = room.give(bad)
    assert (again.outcome, again.answer) == (Outcome.REJECTED, first.answer)
    good = room.give(ORDER)
    assert room.give(ORDER).answer == good.answer
    assert room.give(ORDER).outcome is Outcome.DUPLICATE
    assert len(ledger.read(lambda reads: reads.documents(limit=10))) == 2


OTHER = message("OMS^O05", "ORC|NW|R2", "RQD|1|104413|GLV||6|BX", control="M2")
BAD = message("OMS^O05", "ORC|NW|R3", "RQD|1|104414|GLV||1O|BX", control="M3")
USED = message("OMS^O05", "ORC|NW|R4", "RQD|1|104415|GLV||8|BX")
"""The control id of ORDER once more, with other content."""


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(contents=st.lists(st.sampled_from([ORDER, OTHER, BAD, USED, b"no HL7"]), min_size=1, max_size=6))
def test_together_is_the_same_as_one_after_the_other(contents: list[bytes], tmp_path_factory: Any) -> None:
    seen = []
    for together in (True, False):
        ledger = open_ledger(tmp_path_factory.mktemp("data"))
        room = Room(ledger, CABINET)
        receipts = room.give_together(*contents) if together else [room.give(content) for content in contents]
        claimed = ledger.write(lambda tx: tx.claim_events(100)).result()
        seen.append(
            (
                [(receipt.outcome, receipt.summary.partition("delivery")[0], _said(receipt)) for receipt in receipts],
                ledger.read(lambda reads: [row.body for row in reads.documents()]),
                ledger.read(lambda reads: [row.code for row in reads.exceptions()]),
                ledger.read(lambda reads: reads.backlog().counts),
                [(row.id, row.ordering_key) for row in claimed],
            )
        )
        ledger.close()
    assert seen[0] == seen[1]


def _said(receipt: Receipt) -> bytes | None:
    return receipt.answer and receipt.answer.partition(b"\rMSA|")[2]
