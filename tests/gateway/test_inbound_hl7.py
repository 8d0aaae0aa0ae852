"""HL7 through the inbound story: taken once, answered where that is agreed, no patient in what is kept about it."""

import itertools
from pathlib import Path
from typing import Any

import pytest
from prometheus_client import CollectorRegistry

from adapters.contracts import Outcome
from adapters.hl7_settings import Hl7Settings
from adapters.partner import Partner
from gateway.doors import Doors
from gateway.inbound import Inbound
from gateway.metrics import Metrics
from gateway.rows import Naming
from tests.gateway.test_inbound import NOW, Desk
from tests.rigs.hl7_messages import message

ORDER = message("OMS^O05", "PID|1||4711^^^STEX^MR||Quixotilde^Ada", "RQD|1|X|||5|EA")
OTHER = message("OMS^O05", "PID|1||4711^^^STEX^MR||Quixotilde^Ada", "RQD|1|X|||6|EA")
NAMELESS = message("OMS^O05", "RQD|1|X|||5|EA", control="")


def desk_for(folder: Path, **settings: Any) -> Desk:
    """A desk for a partner with these settings."""
    partner = Partner(name="cabinet", catch_all=True, hl7=Hl7Settings.model_validate(settings))
    return Desk(folder / "data", partner)


@pytest.mark.failure("M4")
def test_the_same_message_again_is_taken_once(tmp_path: Path) -> None:
    desk = desk_for(tmp_path)
    assert desk.give(ORDER).outcome is Outcome.ACCEPTED
    assert desk.give(b"\x0b" + ORDER + b"\x1c\r").outcome is Outcome.DUPLICATE
    assert desk.give(ORDER).outcome is Outcome.DUPLICATE
    assert len(desk.ready()) == 1
    assert desk.documents()[0].transaction == "M1"
    desk.ledger.close()


@pytest.mark.failure("M3", "M4")
def test_a_control_id_that_begins_anew_is_a_new_message_with_a_note(tmp_path: Path) -> None:
    desk = desk_for(tmp_path)
    assert [desk.give(content).outcome for content in (ORDER, OTHER)] == [Outcome.ACCEPTED, Outcome.ACCEPTED]
    assert len(desk.ready()) == 2
    second = desk.ledger.read(lambda reads: reads.deliveries(limit=5))[0]
    found = desk.ledger.read(lambda reads: reads.problems(second.id))
    assert [row.code for row in found] == ["HL7-W0119"]
    desk.ledger.close()


@pytest.mark.failure("M4")
def test_without_a_control_id_the_content_decides(tmp_path: Path) -> None:
    desk = desk_for(tmp_path)
    contents = [NAMELESS, NAMELESS.replace(b"|5|", b"|6|"), b"\r\n" + NAMELESS]
    assert [desk.give(content).outcome for content in contents] == [
        Outcome.ACCEPTED, Outcome.ACCEPTED, Outcome.DUPLICATE,
    ]  # fmt: skip
    desk.ledger.close()


@pytest.mark.parametrize(("wanted", "kinds"), [("never", []), ("errors", []), ("always", ["ACK"])])
def test_a_file_is_answered_where_that_is_agreed(tmp_path: Path, wanted: str, kinds: list[str]) -> None:
    desk = desk_for(tmp_path, ack_files=wanted)
    desk.give(ORDER)
    assert [parcel.kind for parcel in desk.parcels()] == kinds
    desk.ledger.close()


def test_documents_carry_the_token_of_the_patient_and_nothing_else(tmp_path: Path) -> None:
    desk = desk_for(tmp_path)
    numbers = itertools.count(1)
    desk.inbound = Inbound(
        ledger=desk.ledger, doors=Doors(lambda *_: desk.partner, lambda _: desk.partner),
        naming=Naming("st", "org.wharf.supply"), clock=lambda: NOW, new_id=lambda: f"key-{next(numbers):06d}",
        metrics=Metrics(CollectorRegistry()), recorded=lambda: None, patient_key=b"key",
    )  # fmt: skip
    desk.give(ORDER)
    (row,) = desk.documents()
    assert b'"patient":{"token":"' in row.body
    assert b"Quixotilde" not in row.body
    assert b"4711" not in row.body
    desk.ledger.close()


def test_a_refused_message_is_diagnosed_without_its_patient(tmp_path: Path) -> None:
    desk = desk_for(tmp_path)
    receipt = desk.give(ORDER.replace(b"|5|", b"|many|"))
    assert receipt.outcome is Outcome.REJECTED
    assert receipt.diagnosis is not None
    assert b"HL7-E0303" in receipt.diagnosis
    assert "PID|…".encode() in receipt.diagnosis
    assert b"Quixotilde" not in receipt.diagnosis
    desk.ledger.close()
