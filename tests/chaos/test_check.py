"""The oracle is examined: a good history passes, and each promise that is broken on purpose is caught and named."""

import dataclasses
import random
from collections.abc import Callable

import pytest

from tests.chaos.check import check
from tests.chaos.evidence import Answered, Collected, Delivery, Evidence, Ledger, Outbound, Sent
from tests.chaos.messages import Kind, Shares, Talk
from tests.chaos.reference import Expected, expected_of

Change = Callable[[Evidence, random.Random], Evidence]


def good(seed: int) -> Evidence:
    """A history of twelve units in which every promise was kept, with repeats that are declared."""
    rng = random.Random(seed)
    sent: list[Sent] = []
    answered: list[Answered] = []
    collected: list[Collected] = []
    outbound: list[Outbound] = []
    deliveries: list[Delivery] = []
    for ordinal in range(12):
        key = f"PO{ordinal % 3}"
        canary = f"{key}.{ordinal // 3}"
        malformed = ordinal == 11
        unit = Sent(
            f"U{ordinal}", "drop", Kind.MALFORMED if malformed else Kind.PLAIN, f"sha{ordinal}",
            (Expected(canary, key, f"digest {canary}"),), (key,), str(1000 + ordinal), float(ordinal),
        )  # fmt: skip
        sent.append(unit)
        deliveries.append(Delivery(unit.sha256, "recorded", "rejected" if malformed else "accepted"))
        answered.append(Answered(unit.unit, unit.sha256, "unknown", "ConnectionResetError"))
        answered.append(Answered(unit.unit, unit.sha256, "rejected" if malformed else "moved", "", f"ack {ordinal}"))
        event = "rejected" if malformed else "received"
        one = Collected(
            len(collected) + 1, "q", f"id {canary}", event, key if malformed else canary,
            f"digest {canary}", f"body {canary}", f"body {canary}", 1, False,
        )  # fmt: skip
        collected.append(one)
        if rng.random() < 0.3:
            collected.append(dataclasses.replace(one, order=len(collected) + 1, attempt=2))
        outbound.append(Outbound("drop", f"997-{ordinal}", f"997 {ordinal}", str(ordinal), unit.control, not malformed))
        outbound.append(
            Outbound("drop", f"997-{ordinal}-again", f"997 {ordinal}", str(ordinal), unit.control, not malformed)
        )
    for ordinal in range(3):
        number = f"OUT{ordinal}"
        document = Expected(f"{number}.0", number, f"digest {number}")
        sent.append(Sent(f"DO1-{ordinal}", "documents", Kind.PLAIN, f"sha {number}", (document,), (number,), "", 20.0))
        deliveries.append(Delivery(f"sha {number}", "recorded", "accepted"))
        answered.append(Answered(f"DO1-{ordinal}", f"sha {number}", "acked", "202", "202"))
        one = Collected(
            len(collected) + 1, "q", f"id {number}", "submitted", f"{number}.0", f"digest {number}",
            "body", "body", 1, False,
        )  # fmt: skip
        collected.append(one)
        outbound.append(Outbound("sftp", f"850-{ordinal}", number, f"90{ordinal}", "", False, (number,)))
    events = [(one.id, "published") for one in collected]
    return Evidence(sent, answered, collected, outbound, Ledger(deliveries, events, [("p", "delivered")]))


def some_collected(evidence: Evidence, rng: random.Random) -> int:
    """The place of one received message that was not repeated."""
    ids = [one.id for one in evidence.collected]
    return rng.choice(
        [n for n, one in enumerate(evidence.collected) if ids.count(one.id) == 1 and one.event == "received"]
    )


def without(evidence: Evidence, rng: random.Random) -> Evidence:
    gone = evidence.collected[some_collected(evidence, rng)].id
    return dataclasses.replace(evidence, collected=[one for one in evidence.collected if one.id != gone])


def not_in_the_ledger(evidence: Evidence, rng: random.Random) -> Evidence:
    gone = rng.randrange(11)
    rows = [one for one in evidence.ledger.deliveries if one.sha256 != f"sha{gone}"]
    return dataclasses.replace(evidence, ledger=dataclasses.replace(evidence.ledger, deliveries=rows))


def added(**changes: object) -> Change:
    def change(evidence: Evidence, rng: random.Random) -> Evidence:
        one = evidence.collected[some_collected(evidence, rng)]
        more = dataclasses.replace(one, order=len(evidence.collected) + 1, **changes)  # type: ignore[arg-type]
        events = [*evidence.ledger.events, ("id of its own", "published")]
        ledger = dataclasses.replace(evidence.ledger, events=events)
        return dataclasses.replace(evidence, collected=[*evidence.collected, more], ledger=ledger)

    return change


def changed(**changes: object) -> Change:
    def change(evidence: Evidence, rng: random.Random) -> Evidence:
        place = some_collected(evidence, rng)
        rows = list(evidence.collected)
        rows[place] = dataclasses.replace(rows[place], **changes)  # type: ignore[arg-type]
        return dataclasses.replace(evidence, collected=rows)

    return change


def malformed_received(evidence: Evidence, rng: random.Random) -> Evidence:
    rows = list(evidence.collected)
    place = next(n for n, one in enumerate(rows) if one.event == "rejected")
    rows[place] = dataclasses.replace(rows[place], event="received", canary=evidence.sent[11].documents[0].canary)
    return dataclasses.replace(evidence, collected=rows)


def swapped(evidence: Evidence, rng: random.Random) -> Evidence:
    """The first and the last document of an order come in each other's place."""
    orders = {one.canary: one.order for one in reversed(evidence.collected)}
    first, last = orders["PO0.0"], orders["PO0.3"]
    other = {first: last, last: first}
    rows = [dataclasses.replace(one, order=other.get(one.order, one.order)) for one in evidence.collected]
    return dataclasses.replace(evidence, collected=[one for one in rows if one.attempt == 1])


def another_answer(evidence: Evidence, rng: random.Random) -> Evidence:
    one = rng.choice([one for one in evidence.answered if one.answer])
    return dataclasses.replace(evidence, answered=[*evidence.answered, dataclasses.replace(one, answer="other words")])


def refused(evidence: Evidence, rng: random.Random) -> Evidence:
    place = rng.choice([n for n, one in enumerate(evidence.answered) if one.verdict == "moved"])
    rows = list(evidence.answered)
    rows[place] = dataclasses.replace(rows[place], verdict="rejected")
    return dataclasses.replace(evidence, answered=rows)


def wrong_message(evidence: Evidence, rng: random.Random) -> Evidence:
    one = dataclasses.replace(evidence.answered[0], code="wrong MSA-2")
    return dataclasses.replace(evidence, answered=[one, *evidence.answered])


def outbound(**changes: object) -> Change:
    def change(evidence: Evidence, rng: random.Random) -> Evidence:
        one = dataclasses.replace(rng.choice(evidence.outbound[:20]), **changes)  # type: ignore[arg-type]
        return dataclasses.replace(evidence, outbound=[*evidence.outbound, one])

    return change


def left_twice(evidence: Evidence, rng: random.Random) -> Evidence:
    one = dataclasses.replace(evidence.outbound[-1], sha256="other", control="999")
    return dataclasses.replace(evidence, outbound=[*evidence.outbound, one])


def never_left(evidence: Evidence, rng: random.Random) -> Evidence:
    return dataclasses.replace(evidence, outbound=evidence.outbound[:-1])


def left_out_of_order(evidence: Evidence, rng: random.Random) -> Evidence:
    *rest, one, other = evidence.outbound
    swap = [dataclasses.replace(one, control=other.control), dataclasses.replace(other, control=one.control)]
    return dataclasses.replace(evidence, outbound=[*rest, *swap])


def unacknowledged(evidence: Evidence, rng: random.Random) -> Evidence:
    return dataclasses.replace(evidence, outbound=[one for one in evidence.outbound if one.answers != "1003"])


def ledger(**changes: object) -> Change:
    def change(evidence: Evidence, rng: random.Random) -> Evidence:
        return dataclasses.replace(evidence, ledger=dataclasses.replace(evidence.ledger, **changes))  # type: ignore[arg-type]

    return change


def unread(evidence: Evidence, rng: random.Random) -> Evidence:
    rows = [dataclasses.replace(one, state="received") for one in evidence.ledger.deliveries]
    return dataclasses.replace(evidence, ledger=dataclasses.replace(evidence.ledger, deliveries=rows))


def unpublished(evidence: Evidence, rng: random.Random) -> Evidence:
    rows = [(id, "ready") for id, _ in evidence.ledger.events]
    return dataclasses.replace(evidence, ledger=dataclasses.replace(evidence.ledger, events=rows))


def never_answered(evidence: Evidence, rng: random.Random) -> Evidence:
    gone = rng.randrange(11)
    rows = [one for one in evidence.answered if one.unit != f"U{gone}" or one.verdict == "unknown"]
    return dataclasses.replace(evidence, answered=rows)


def whole(**changes: object) -> Change:
    return lambda evidence, _: dataclasses.replace(evidence, **changes)  # type: ignore[arg-type]


BROKEN: dict[str, tuple[str, Change]] = {
    # Its 997 says that it was accepted, and that is not true either.
    "an accepted document never came": ("I1 I5", without),
    "what was accepted is not in the ledger": ("I1", not_in_the_ledger),
    "a document came under two ids": ("I2", added(id="id of its own")),
    "a repeat says nothing": ("I2", added()),
    "a document that nobody sent": ("I3", added(id="id of its own", canary="PO9.9")),
    "a rejection that nobody asked for": ("I3", added(id="id of its own", event="rejected", canary="PO9")),
    "a malformed document was received": ("I3", malformed_received),
    "an id that the ledger does not know": ("I3", changed(id="unknown")),
    "another body": ("I4", changed(digest="another")),
    "another digest in the header": ("I4", changed(told="another")),
    "two answers to the same bytes": ("I5", another_answer),
    "a refusal without a reason": ("I5", refused),
    "the answer to another message": ("I5", wrong_message),
    "a 997 to a group that nobody sent": ("I5", outbound(answers="4711")),
    "two 997s to one group": ("I5", outbound(sha256="other", control="77")),
    "one control number twice": ("I5", outbound(sha256="other", answers="")),
    "no 997 at all": ("I5", unacknowledged),
    "an order left twice": ("I5", left_twice),
    "an order that nobody handed in left": ("I5", outbound(answers="", control="998", sha256="x", orders=("OUT9",))),
    "an order never left": ("I1", never_left),
    "an order overtook another": ("I6", left_out_of_order),
    "out of order": ("I6", swapped),
    "a delivery that is not read": ("I7", unread),
    "an event that is not published": ("I7", unpublished),
    "a transmission that waits": ("I7", ledger(parcels=[("p", "retrying")])),
    "a damaged ledger": ("I7", ledger(damage=["page 3"])),
    "a sender without an answer": ("I7", never_answered),
    "a file left over": ("I7", whole(leftovers=["in/.x.tmp"])),
    "no end": ("I7", whole(stuck=["3 events wait"])),
    "a patient in the log": ("I8", whole(exposed=["gateway.log"])),
}  # fmt: skip


@pytest.mark.parametrize("seed", range(20))
def test_a_good_history_breaks_no_promise(seed: int) -> None:
    assert [str(one) for one in check(good(seed))] == []


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_promise_is_caught_and_named(name: str, seed: int) -> None:
    invariant, change = BROKEN[name]
    found = check(change(good(seed), random.Random(seed)))
    assert {one.invariant for one in found} == set(invariant.split()), [str(one) for one in found]


def test_what_is_held_for_a_person_is_not_lost() -> None:
    evidence = without(good(1), random.Random(1))
    lost = check(evidence)[0]
    sha256 = next(one.sha256 for one in evidence.sent if one.documents[0].canary == lost.subject)
    rows = [
        dataclasses.replace(one, outcome="quarantined") if one.sha256 == sha256 else one
        for one in evidence.ledger.deliveries
    ]
    held = dataclasses.replace(evidence, ledger=dataclasses.replace(evidence.ledger, deliveries=rows))
    assert check(held) == []


def test_a_redelivery_by_the_broker_is_no_silent_repeat() -> None:
    assert check(added(redelivered=True)(good(2), random.Random(2))) == []


def test_every_canary_of_a_talk_is_of_one_document_alone() -> None:
    canaries: list[str] = []
    for door, sets in (("drop", 4), ("sftp", 4), ("mllp", 1), ("soap", 3), ("rest", 3), ("documents", 1)):
        for client in (1, 2):
            units = Talk(7, door, client, sets, Shares(0.2, 0.2, 0.2)).units()
            documents = [one for _ in range(50) for one in expected_of(next(units).content)]
            assert all(len(one.key) <= 22 for one in documents), "an order number of X12 has 22 characters at most"
            canaries += [one.canary for one in documents]
    assert len(set(canaries)) == len(canaries)
