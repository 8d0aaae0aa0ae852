"""Sending with destinations that fail and come back, by a clock that the test moves."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from adapters.overlay import SetOverlay, Writing, X12Overlay
from adapters.partner import Agreement, Batch, Send
from gateway.ledger.outbound_records import BreakerState, HoldRow, ParcelMove
from gateway.ledger.parcel_states import IllegalStepError, ParcelStep
from gateway.ledger.records import ParcelState
from gateway.outbound.breaker import released
from gateway.outbound.limits import Limits
from tests.rigs.outbound import START, Place, Sending, partner, sending

ACME = partner("acme", "sftp", "1111")
BOLT = partner("bolt", "sftp", "2222")
CARE = partner("care", "shelf", "3333")


def numbers(place: Place) -> list[str]:
    """The order numbers that arrived, in order."""
    return [
        line.split(b"*")[3].decode()
        for parcel in place.taken
        for line in parcel.content.split(b"~\n")
        if line.startswith(b"BEG*")
    ]


def test_one_destination_that_is_away_is_told_once_and_holds_up_no_other(tmp_path: Path) -> None:
    sftp, shelf = Place(), Place()
    places = {"sftp": sftp, "shelf": shelf}
    with sending(tmp_path / "d", [ACME, BOLT, CARE], places, in_order=("sftp",)) as house:
        sftp.up = False
        first = [house.submit("acme", f"A{n}").parcel for n in range(4)]
        house.submit("bolt", "B0")
        house.submit("care", "C0")
        for _ in range(8):
            house.turn()
            house.later(30)
        assert numbers(shelf) == ["C0"]
        assert house.codes() == ["NET-E0502"]
        (breaker,) = house.ledger.read(lambda reads: reads.breakers())
        assert breaker.state is BreakerState.OPEN
        house.submit("care", "C1")
        house.turn()
        assert numbers(shelf) == ["C0", "C1"], "the others go on"
        sftp.up = True
        house.settle(60)
        assert [one for one in numbers(sftp) if one[0] == "A"] == ["A0", "A1", "A2", "A3"]
        assert numbers(sftp).count("B0") == 1
        assert house.codes() == []
        assert house.ledger.read(lambda reads: reads.breakers()) == []
        assert house.state(first[0]) is ParcelState.DELIVERED
        assert house.story(first[0])[:3] == ["ready", "sending", "retrying"]


def test_what_waits_leaves_at_once_when_its_destination_is_back(tmp_path: Path) -> None:
    place = Place()
    place.up = False
    with sending(tmp_path / "d", [CARE], {"shelf": place}) as house:
        for n in range(4):
            house.submit("care", f"C{n}")
        for _ in range(20):
            house.turn()
            house.later(300)
        place.up = True
        while not place.taken:
            house.turn()
            house.later(10)
        house.turn()
        assert sorted(numbers(place)) == ["C0", "C1", "C2", "C3"]


def test_an_open_breaker_lets_one_parcel_try_when_its_time_comes(tmp_path: Path) -> None:
    place = Place()
    place.up = False
    with sending(tmp_path / "d", [CARE], {"shelf": place}, limits=Limits(failures=3)) as house:
        for n in range(6):
            house.submit("care", f"C{n}")
        house.turn()
        assert place.calls == 3, "the third failure in a row opens it"
        (breaker,) = house.ledger.read(lambda reads: reads.breakers())
        assert breaker.retry_at is not None
        house.now = breaker.retry_at - timedelta(seconds=1)
        house.turn()
        assert place.calls == 3
        house.now = breaker.retry_at
        house.turn()
        assert place.calls == 4, "one tries, and the others wait"
        (again,) = house.ledger.read(lambda reads: reads.breakers())
        assert again.retry_at is not None
        assert again.retry_at - house.now > timedelta(seconds=15)
        place.up = True
        house.turn()
        assert place.calls == 4
        house.ledger.write(lambda tx: tx.set_breaker(released(again, house.now))).result()
        house.turn()
        assert place.calls == 5
        house.settle(60)
        assert sorted(numbers(place)) == [f"C{n}" for n in range(6)]


def test_what_never_arrives_is_given_up_and_sent_again_when_a_person_says_so(tmp_path: Path) -> None:
    place = Place()
    place.up = False
    with sending(tmp_path / "d", [CARE], {"shelf": place}, limits=Limits(attempts=3, failures=100)) as house:
        id = house.submit("care", "C0").parcel
        for _ in range(5):
            house.turn()
            house.later(600)
        assert (house.state(id), place.calls, house.codes()) == (ParcelState.DEAD, 3, ["NET-E0503"])
        before = house.parcel(id)
        again = ParcelMove(id or "", ParcelStep.RESENT, house.now, "they are back", "jo")
        house.ledger.write(lambda tx: tx.move_parcel(again)).result()
        place.up = True
        house.turn()
        after = house.parcel(id)
        assert (after.state, after.transmissions, after.control_number) == (
            ParcelState.DELIVERED, 2, before.control_number,
        )  # fmt: skip
        assert place.taken[0].content == before.content
        assert place.taken[0].name.endswith("-resend-2.edi")
        steps = house.ledger.read(lambda reads: reads.parcel_history(id or ""))
        assert ("they are back", "jo") in [(step.why, step.by) for step in steps]


def test_age_gives_up_too(tmp_path: Path) -> None:
    place = Place()
    place.up = False
    with sending(tmp_path / "d", [CARE], {"shelf": place}, limits=Limits(give_up_after=timedelta(hours=1))) as house:
        id = house.submit("care", "C0").parcel
        house.turn()
        assert house.state(id) is ParcelState.RETRYING
        house.later(3601)
        house.turn()
        assert house.state(id) is ParcelState.DEAD


@pytest.mark.parametrize(("blocks", "arrived"), [(True, ["A0"]), (False, ["A0", "A2"])])
def test_a_held_parcel_keeps_back_those_behind_it_where_it_is_set_so(
    tmp_path: Path, blocks: bool, arrived: list[str]
) -> None:
    place = Place()
    limits = Limits(held_blocks=blocks)
    with sending(tmp_path / "d", [ACME, BOLT], {"sftp": place}, in_order=("sftp",), limits=limits) as house:
        ids = [house.submit("acme", f"A{n}").parcel or "" for n in range(3)]
        house.submit("bolt", "B0")
        house.ledger.write(lambda tx: tx.move_parcel(ParcelMove(ids[1], ParcelStep.HELD, START, "wait"))).result()
        house.turn()
        assert [one for one in numbers(place) if one[0] == "A"] == arrived
        assert "B0" in numbers(place), "another partner's lane goes on"
        house.ledger.write(lambda tx: tx.move_parcel(ParcelMove(ids[1], ParcelStep.RELEASED, START))).result()
        house.turn()
        assert sorted(numbers(place)) == ["A0", "A1", "A2", "B0"]
        with pytest.raises(IllegalStepError, match="delivered cannot be held"):
            house.ledger.write(lambda tx: tx.move_parcel(ParcelMove(ids[0], ParcelStep.HELD, START))).result()


def test_a_lane_or_a_channel_is_held_and_released(tmp_path: Path) -> None:
    place = Place()
    with sending(tmp_path / "d", [ACME, BOLT], {"sftp": place}) as house:
        house.submit("acme", "A0")
        house.submit("bolt", "B0")
        for partner_name in ("acme", None):
            row = HoldRow("sftp", partner_name, START, "audit", "jo")
            house.ledger.write(lambda tx, row=row: tx.hold(row)).result()  # type: ignore[misc]
        house.turn()
        assert numbers(place) == []
        assert house.ledger.write(lambda tx: tx.release_hold("sftp", None)).result()
        house.turn()
        assert numbers(place) == ["B0"]
        assert house.ledger.write(lambda tx: tx.release_hold("sftp", "acme")).result()
        assert not house.ledger.write(lambda tx: tx.release_hold("sftp", "acme")).result()
        house.turn()
        assert numbers(place) == ["B0", "A0"]


@pytest.mark.failure("X6", "P1")
def test_an_attempt_that_a_crash_broke_off_is_made_again_with_the_same_bytes(tmp_path: Path) -> None:
    place = Place()
    with sending(tmp_path / "d", [CARE], {"shelf": place}) as house:
        id = house.submit("care", "C0").parcel or ""
        house.turn()
        first = place.taken.pop()
        move = ParcelMove(id, ParcelStep.RESENT, START, "as if it had not been marked")
        house.ledger.write(lambda tx: (tx.move_parcel(move), tx.move_parcel(replace(move, step=ParcelStep.STARTED))))
        house.ledger.close()
        house.start()
        house.turn()
        assert place.taken == []
        assert house.ledger.write(lambda tx: tx.recover_sending(START)).result() == 1
        house.turn()
        assert [parcel.content for parcel in place.taken] == [first.content]


def batched(count: int = 3, size: int = 1 << 20) -> Agreement:
    return Agreement(batch=Batch(count=count, bytes=size, window=timedelta(minutes=5)), acknowledgment="none")


def test_a_batch_leaves_when_it_is_full_or_its_time_is_over(tmp_path: Path) -> None:
    place = Place()
    dora = partner("dora", "shelf", "4444", purchase_order=batched())
    with sending(tmp_path / "d", [dora, CARE], {"shelf": place}, apart=("shelf",)) as house:
        ids = [house.submit("dora", f"D{n}").parcel for n in range(4)]
        house.submit("care", "C0")
        tests = house.submit("dora", "T0", test=True).parcel
        assert len(set(ids[:3])) == 1
        assert len({*ids, tests}) == 3, "the fourth begins another, and a test is never among them"
        house.turn()
        assert numbers(place) == ["D0", "D1", "D2", "C0"]
        assert b"GE*3*" in place.taken[0].content
        house.later(299)
        house.turn()
        assert len(place.taken) == 2
        house.later(1)
        house.turn()
        assert numbers(place) == ["D0", "D1", "D2", "C0", "D3", "T0"]
        assert b"*T*>~" in place.taken[3].content


def test_a_document_that_does_not_fit_any_more_begins_the_next_batch(tmp_path: Path) -> None:
    place = Place()
    with sending(tmp_path / "x", [CARE], {"shelf": place}) as measured:
        measured.submit("care", "D0")
        (row,) = measured.ledger.read(lambda reads: reads.documents(direction="submitted"))
    dora = partner("dora", "shelf", "4444", purchase_order=batched(100, len(row.body) * 2 + 10))
    with sending(tmp_path / "d", [dora], {"shelf": place}) as house:
        ids = [house.submit("dora", f"D{n}").parcel for n in range(3)]
        assert ids[0] == ids[1] != ids[2]
        house.turn()
        assert numbers(place) == ["D0", "D1"], "what can take no more leaves at once"


def test_parcels_of_a_mailbox_wait_until_they_are_collected(tmp_path: Path) -> None:
    erp = partner("erp", "mailbox", "5555", purchase_order=Agreement())
    with sending(tmp_path / "d", [erp], {}, collected=("mailbox",)) as house:
        ids = [house.submit("erp", f"E{n}").parcel or "" for n in range(2)]
        house.turn()
        waiting = house.ledger.read(lambda reads: reads.waiting_for("mailbox", 10))
        assert [row.id for row in waiting] == ids
        assert all(row.content for row in waiting)
        house.later(3600)
        house.turn()
        assert house.state(ids[0]) is ParcelState.READY
        assert house.ledger.write(lambda tx: tx.confirm_collected([ids[0], "gone"], house.now)).result() == 1
        assert house.ledger.write(lambda tx: tx.confirm_collected([ids[0]], house.now)).result() == 0
        assert house.state(ids[0]) is ParcelState.DELIVERED
        assert house.parcel(ids[0]).due_at == house.now + timedelta(hours=24)
        assert [row.id for row in house.ledger.read(lambda reads: reads.waiting_for("mailbox", 10))] == ids[1:]
        assert house.codes() == []


def test_a_refusal_is_no_failure_of_the_destination(tmp_path: Path) -> None:
    place = Place()
    place.refuses = {"care"}
    with sending(tmp_path / "d", [CARE], {"shelf": place}, limits=Limits(failures=2)) as house:
        ids = [house.submit("care", f"C{n}").parcel for n in range(4)]
        house.turn()
        assert [house.state(id) for id in ids] == [ParcelState.REFUSED] * 4
        assert house.codes() == ["NET-E0501"] * 4
        assert house.ledger.read(lambda reads: reads.breakers()) == []


def test_what_cannot_be_written_any_more_waits_for_the_settings_and_is_told_once(tmp_path: Path) -> None:
    place = Place()
    with sending(tmp_path / "d", [CARE], {"shelf": place}) as house:
        id = house.submit("care", "C0").parcel
        house.ledger.close()
        changed: Sending
        with sending(tmp_path / "d", [CARE.model_copy(update={"identities": ()})], {"shelf": place}) as changed:
            for _ in range(3):
                changed.turn()
                changed.later(601)
            assert changed.codes() == ["NET-E0504"]
            assert changed.state(id) is ParcelState.QUEUED
        house.start()
        house.later(4000)
        house.turn()
        assert numbers(place) == ["C0"]
        assert house.codes() == []


def test_a_document_that_cannot_be_written_any_more_is_left_out_of_its_batch(tmp_path: Path) -> None:
    place = Place()
    dora = partner("dora", "shelf", "4444", purchase_order=batched(10))
    strict = SetOverlay(patterns={"BEG03": "D[0-9]"})
    changed = dora.model_copy(update={"x12": X12Overlay(sets={"850": strict})})
    with sending(tmp_path / "d", [dora], {"shelf": place}) as house:
        id = house.submit("dora", "D0").parcel
        assert {house.submit("dora", number).parcel for number in ("XX", "D1")} == {id}
    with sending(tmp_path / "d", [changed], {"shelf": place}) as house:
        house.later(300)
        house.turn()
        assert numbers(place) == ["D0", "D1"]
        assert [(row.code, "XX" in row.message) for row in house.exceptions()] == [("NET-E0504", True)]
        inside = house.ledger.read(lambda reads: reads.parcel_documents(id or ""))
        assert [(row.number, row.status, row.set_number) for row in inside] == [
            ("D0", "waiting", "0001"), ("XX", "left out", None), ("D1", "waiting", "0002"),
        ]  # fmt: skip


def test_a_test_leaves_by_the_channel_for_tests_and_is_marked(tmp_path: Path) -> None:
    real, tests = Place(), Place()
    acme = ACME.model_copy(update={"send": Send(channel="sftp", test_channel="tests")})
    with sending(tmp_path / "d", [acme], {"sftp": real, "tests": tests}) as house:
        house.submit("acme", "A0")
        house.submit("acme", "A1", test=True)
        house.turn()
        assert (numbers(real), numbers(tests)) == (["A0"], ["A1"])
        assert b"*0*T*>~" in tests.taken[0].content
        assert b"*0*P*>~" in real.taken[0].content


def test_a_test_is_refused_where_others_get_real_documents(tmp_path: Path) -> None:
    answers = {}
    tester = BOLT.model_copy(update={"x12": X12Overlay(write=Writing(usage="T"))})
    for name, others, apart in (("shared", [BOLT], ()), ("apart", [BOLT], ("sftp",)), ("alone", [tester], ())):
        with sending(tmp_path / name, [ACME, *others], {}, apart=apart) as house:
            answers[name] = [problem.code for problem in house.submit("acme", "A1", test=True).problems]
            assert house.submit("acme", "A2").accepted
    assert answers == {"shared": ["BUS-E0205"], "apart": [], "alone": []}


def test_the_release_that_was_agreed_for_a_document_is_written(tmp_path: Path) -> None:
    place = Place()
    erna = partner("erna", "shelf", "6666", purchase_order=Agreement(release="005010"))
    with sending(tmp_path / "d", [erna], {"shelf": place}) as house:
        house.submit("erna", "E0")
        house.turn()
        assert b"*X*005010~" in place.taken[0].content
        assert b"*00501*" in place.taken[0].content
