"""What partners answer, and what they do not: matched to what was sent, told where it is bad, late or about nothing."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from adapters.partner import Agreement, Batch, Partner
from gateway.ledger.records import ParcelState
from tests.rigs import x12_acks
from tests.rigs.hl7_messages import message
from tests.rigs.ledger_rows import parcel
from tests.rigs.outbound import Place, Sending, partner, sending

AGREED = Agreement(acknowledged_within=timedelta(hours=4), answered_within=timedelta(days=2))
BATCHED = AGREED.model_copy(update={"batch": Batch(count=2)})
ACME = partner("acme", "suppliers", purchase_order=AGREED)
DORA = partner("dora", "suppliers", "444444444", purchase_order=BATCHED)


@pytest.fixture
def house(tmp_path: Path) -> Iterator[Sending]:
    with sending(tmp_path / "d", [ACME], {"suppliers": Place()}) as own:
        yield own


@pytest.fixture
def pair(tmp_path: Path) -> Iterator[Sending]:
    """Two documents in one interchange."""
    both = partner("acme", "suppliers", purchase_order=BATCHED)
    with sending(tmp_path / "d", [both], {"suppliers": Place()}) as own:
        own.submit("acme", "P1")
        own.submit("acme", "P2")
        own.turn()
        yield own


def sent(house: Sending, number: str = "P1") -> str:
    id = house.submit("acme", number).parcel
    house.turn()
    assert house.state(id) is ParcelState.DELIVERED
    return id or ""


def only(house: Sending) -> str:
    (row,) = house.ledger.read(lambda reads: reads.parcels())
    return row.id


def statuses(house: Sending, id: str) -> list[str]:
    return [each.status for each in house.ledger.read(lambda reads: reads.parcel_documents(id))]


@pytest.mark.parametrize("number", ["1", "000000001"])
def test_a_997_brings_its_parcel_to_its_end(house: Sending, number: str) -> None:
    id = sent(house)
    house.hear(x12_acks.functional(number))
    row = house.parcel(id)
    assert (row.state, row.verdict, row.due_at) == (ParcelState.ACKNOWLEDGED, "accepted", None)
    assert statuses(house, id) == ["accepted"]
    assert house.ledger.read(lambda reads: reads.awaited()) == []
    assert house.codes() == []


def test_an_ack_is_matched_to_its_own_group_and_partner(house: Sending) -> None:
    first, second = sent(house, "P1"), sent(house, "P2")
    house.hear(x12_acks.functional("2"))
    assert (house.state(first), house.state(second)) == (ParcelState.DELIVERED, ParcelState.ACKNOWLEDGED)
    house.hear(x12_acks.functional("1", functional_id="IN"))
    assert house.state(first) is ParcelState.DELIVERED, "GS06 is counted for each kind of document"
    assert house.codes() == ["BUS-W0204"]


def test_a_rejection_is_told_with_its_codes_and_without_content(house: Sending) -> None:
    id = sent(house)
    faults = ("AK3*PO1*3**8", "AK4*2*330*6*JOHN DOE")
    house.hear(x12_acks.functional("1", status="R", sets=[("0001", "R*5")], faults=faults))
    assert (house.state(id), house.parcel(id).verdict) == (ParcelState.REJECTED, "rejected")
    (told,) = house.exceptions()
    assert (told.code, told.kind, told.partner) == ("BUS-E0201", "business", "acme")
    assert "P1" in told.message
    assert "AK9 R; 850 0001: AK5 R 5; PO1 at 3 (AK304 8), element 02 (AK403 6)" in told.message
    assert "JOHN" not in told.message
    assert told.document is not None


def test_accepted_with_errors_and_accepted_in_part_are_told_apart(pair: Sending) -> None:
    id = only(pair)
    pair.hear(x12_acks.functional("1", status="P", sets=[("0001", "A"), ("0002", "R*5")]))
    assert (pair.state(id), pair.parcel(id).verdict) == (ParcelState.ACKNOWLEDGED, "partially_accepted")
    assert statuses(pair, id) == ["accepted", "rejected"]
    (told,) = pair.exceptions()
    assert "P2 partially accepted" in told.message
    assert "P1" not in told.message


def test_noted_errors_are_no_rejection(house: Sending) -> None:
    id = sent(house)
    house.hear(x12_acks.functional("1", status="E", sets=[("0001", "E*5")]))
    assert (house.state(id), house.parcel(id).verdict) == (ParcelState.ACKNOWLEDGED, "accepted_with_errors")
    assert house.codes() == []


def test_a_set_that_is_rejected_in_a_group_that_is_accepted_counts(pair: Sending) -> None:
    pair.hear(x12_acks.functional("1", status="A", sets=[("0001", "R*5"), ("0002", "A")]))
    assert pair.parcel(only(pair)).verdict == "partially_accepted"


def test_the_same_ack_once_more_is_noted_and_no_error(house: Sending) -> None:
    id = sent(house)
    house.hear(x12_acks.functional("1"))
    house.hear(x12_acks.functional("1"))
    assert house.state(id) is ParcelState.ACKNOWLEDGED
    last = house.ledger.read(lambda reads: reads.parcel_history(id))[-1]
    assert (last.from_state, last.to_state, last.by) == (ParcelState.ACKNOWLEDGED, ParcelState.ACKNOWLEDGED, "acme")
    assert "once more" in last.why
    assert house.codes() == []


def test_an_ack_for_nothing_is_told_once(house: Sending) -> None:
    for _ in range(3):
        house.hear(x12_acks.functional("77"))
    house.hear(x12_acks.interchange_only("000000078"))
    assert house.codes() == ["BUS-W0204", "BUS-W0204"]


def test_a_ta1_says_something_of_the_envelope_alone(house: Sending) -> None:
    id = sent(house)
    house.hear(x12_acks.interchange_only("000000001"))
    assert house.state(id) is ParcelState.DELIVERED, "the 997 is still awaited"
    assert house.parcel(id).due_at is not None
    house.hear(x12_acks.interchange_only("000000001", "R", "009"))
    assert house.state(id) is ParcelState.REJECTED
    (told,) = house.exceptions()
    assert "TA1 R 009" in told.message


def test_an_824_takes_back_what_a_997_accepted(pair: Sending) -> None:
    id = only(pair)
    pair.hear(x12_acks.functional("1"))
    pair.hear(x12_acks.advice("1", "0002"))
    assert (pair.state(id), pair.parcel(id).verdict) == (ParcelState.ACKNOWLEDGED, "partially_accepted")
    assert statuses(pair, id) == ["accepted", "rejected"]
    assert pair.codes() == ["BUS-E0201"]
    pair.hear(x12_acks.functional("1"))
    assert pair.parcel(id).verdict == "partially_accepted", "a late 997 takes nothing back"
    assert pair.codes() == ["BUS-E0201"]


def test_an_ack_that_does_not_come_is_told_and_resolved_when_it_comes(house: Sending) -> None:
    id = sent(house)
    house.later(4 * 3600 - 1)
    assert house.tick() == 0
    house.later(1)
    assert house.tick() == 1
    assert house.tick() == 0, "once"
    assert house.state(id) is ParcelState.OVERDUE
    (told,) = house.exceptions()
    assert (told.code, told.message) == ("BUS-E0202", "850 P1 (control number 000000001): no 997 within 4h")
    assert [row.id for row in house.ledger.read(lambda reads: reads.awaited())] == [id]
    house.later(86400)
    house.hear(x12_acks.functional("1"))
    assert house.state(id) is ParcelState.ACKNOWLEDGED
    assert house.codes() == []
    (resolved,) = house.exceptions(open_only=False)
    assert resolved.note == "997 came: accepted"


def test_an_answer_that_does_not_come_is_told_and_resolved_when_it_comes(house: Sending) -> None:
    id = sent(house)
    house.hear(x12_acks.functional("1"))
    house.later(2 * 86400)
    assert house.tick() == 1
    assert house.tick() == 0
    (told,) = house.exceptions()
    assert (told.code, told.message) == ("BUS-E0203", "850 P1: no answer within 2d")
    house.hear(x12_acks.order_answer("P2"))
    assert house.codes() == ["BUS-E0203"]
    house.hear(x12_acks.order_answer("P1"))
    assert house.codes() == []
    (document,) = house.ledger.read(lambda reads: reads.parcel_documents(id))
    assert document.answered_by is not None
    assert document.answer_due_at is None


def test_an_answer_to_a_change_is_none_to_the_order(house: Sending) -> None:
    sent(house)
    house.hear(x12_acks.order_answer("P1").replace(b"ST*855", b"ST*865").replace(b"GS*PR", b"GS*CA")
               .replace(b"BAK*00*AT*P1*20261121", b"BCA*00*AT*P1***20261121"))  # fmt: skip
    (document,) = house.ledger.read(lambda reads: reads.parcel_documents("id-000002"))
    assert document.answer_due_at is not None
    assert [row.document_type for row in house.ledger.read(lambda reads: reads.documents(status="accepted"))] == [
        "purchase_order_acknowledgment", "purchase_order",
    ]  # fmt: skip


def test_an_answer_in_time_is_never_missed(house: Sending) -> None:
    sent(house)
    house.hear(x12_acks.order_answer("P1"))
    house.hear(x12_acks.functional("1"))
    house.later(9 * 86400)
    assert house.tick() == 0


def test_an_ack_proves_what_a_crash_kept_from_being_marked(tmp_path: Path) -> None:
    place = Place()
    with sending(tmp_path / "d", [ACME], {"suppliers": place}) as house:
        place.up = False
        id = house.submit("acme", "P1").parcel
        house.turn()
        assert house.state(id) is ParcelState.RETRYING
        house.hear(x12_acks.functional("1"))
        assert house.state(id) is ParcelState.ACKNOWLEDGED
        place.up = True
        house.later(3600)
        house.turn()
        assert place.taken == [], "it is not sent again"


def test_without_an_agreement_nothing_is_awaited_and_what_comes_is_matched(tmp_path: Path) -> None:
    with sending(tmp_path / "d", [partner("acme", "suppliers")], {"suppliers": Place()}) as house:
        id = sent(house)
        house.later(99 * 86400)
        assert house.tick() == 0
        house.hear(x12_acks.functional("1"))
        assert house.state(id) is ParcelState.ACKNOWLEDGED


@pytest.mark.parametrize(
    ("code", "state", "codes"),
    [("AA", ParcelState.ACKNOWLEDGED, []), ("AE", ParcelState.REJECTED, ["BUS-E0201"])],
)
def test_an_hl7_ack_is_matched_by_its_control_id(
    tmp_path: Path, code: str, state: ParcelState, codes: list[str]
) -> None:
    lab = Partner(name="lab", catch_all=True)
    with sending(tmp_path / "d", [lab], {}) as house:
        row = replace(
            parcel("p1", state=ParcelState.READY, content=message("OMS^O05", control="77")), partner="lab", kind="OMS",
            control_number="77",
        )  # fmt: skip
        house.ledger.write(lambda tx: tx.add_parcel(row)).result()
        house.ledger.write(lambda tx: tx.parcel_delivered("p1", house.now)).result()
        house.hear(message("ACK", f"MSA|{code}|77", control="9"))
        assert house.state("p1") is state
        assert house.codes() == codes
        house.hear(message("ACK", "MSA|AA|78", control="10"))
        assert house.codes() == [*codes, "BUS-W0204"]
