"""Documents that are handed in to be sent: answered once, the same again when asked again, and sent once."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from adapters.contracts import Outcome
from adapters.translate import read_delivery
from gateway.submission import Submitted
from tests.rigs.submissions import ACME, ORDER, Counter


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Counter]:
    own = Counter(tmp_path / "data")
    yield own
    own.ledger.close()


def codes(answer: Submitted) -> list[str]:
    return [problem.code for problem in answer.problems]


def test_an_order_becomes_an_interchange_that_says_what_it_said(desk: Counter) -> None:
    answer = desk.give(ORDER)
    assert (answer.outcome, answer.problems, answer.repeated) == (Outcome.ACCEPTED, (), False)
    (parcel,) = desk.rendered()
    assert parcel.name.startswith("850-000000001-")
    (message, _) = read_delivery(parcel.content, "0" * 64, lambda *_: ACME)
    assert message.accepted  # type: ignore[union-attr]
    assert message.body.to_data()["lines"][0]["quantity"] == {"value": "24", "unitCode": "EA"}  # type: ignore[union-attr]


def test_its_event_and_its_bytes_are_kept(desk: Counter) -> None:
    answer = desk.give(ORDER)
    (row,) = desk.ledger.read(lambda reads: reads.documents(direction="submitted"))
    assert (row.id, row.delivery, row.partner, row.correlation) == (
        answer.document, answer.delivery, "acme", "4500012345",
    )  # fmt: skip
    (event,) = desk.ledger.write(lambda tx: tx.claim_events(10)).result()
    assert event.routing_key == "supply.purchase_order.submitted.acme"
    assert event.attributes["type"] == "org.wharf.supply.purchase_order.submitted.v1"
    content = desk.ledger.read(lambda reads: reads.delivery_content(answer.delivery))
    assert content == json.dumps(ORDER).encode()


@pytest.mark.parametrize("key", [None, "k-1"])
def test_the_same_again_gets_the_same_answer_and_is_sent_once(desk: Counter, key: str | None) -> None:
    first = desk.give(ORDER, key=key)
    assert desk.give(ORDER, key=key) == first.model_copy(update={"repeated": True})
    assert desk.sent() == 1


def test_a_key_stands_for_one_content(desk: Counter) -> None:
    desk.give(ORDER, key="k-1")
    refused = desk.give({**ORDER, "number": "4500012346"}, key="k-1")
    assert (refused.outcome, codes(refused)) == (Outcome.REJECTED, ["BUS-E0003"])
    assert desk.sent() == 1


def test_a_key_stands_for_one_partner(desk: Counter) -> None:
    assert desk.give(ORDER, key="k-1").accepted
    assert codes(desk.give(ORDER, key="k-1", partner="erp")) == ["BUS-E0003"]


def test_a_test_does_not_stand_for_the_real_thing(desk: Counter) -> None:
    assert desk.give(ORDER, partner="erp", test=True).accepted
    again = desk.give({**ORDER, "purpose": "replace"}, partner="erp")
    assert (again.accepted, again.repeated) == (True, False)


def test_a_second_order_of_one_number_is_not_sent(desk: Counter) -> None:
    desk.give(ORDER, key="k-1")
    assert codes(desk.give(ORDER, key="k-2")) == ["BUS-E0004"]
    changed = {**ORDER, "purpose": "replace", "purposeCode": "05"}
    assert desk.give(changed, key="k-3").accepted
    assert desk.give(ORDER, key="k-4", partner="erp").accepted
    assert desk.sent() == 3


@pytest.mark.parametrize(
    ("partner", "code"), [("nobody", "BUS-E0001"), ("silent", "BUS-E0002")]
)  # fmt: skip
def test_whom_nothing_says_how_to_reach(desk: Counter, partner: str, code: str) -> None:
    assert codes(desk.give(ORDER, partner=partner)) == [code]
    assert desk.sent() == 0


def test_what_was_refused_may_come_again_when_it_is_mended(desk: Counter) -> None:
    bad = {**ORDER, "lines": [{**ORDER["lines"][0], "quantity": {"value": "many"}}]}  # type: ignore[dict-item]
    refused = desk.give(bad, key="k-1")
    assert (refused.outcome, codes(refused)) == (Outcome.REJECTED, ["MAP-E0020"])
    assert refused.problems[0].path == "lines[0].quantity.value"
    kept = desk.ledger.read(lambda reads: reads.problems(refused.delivery))
    assert [row.code for row in kept] == ["MAP-E0020"]
    assert desk.give(ORDER, key="k-1").accepted


def test_a_system_of_the_house_gets_the_document_itself(desk: Counter) -> None:
    desk.give(ORDER, partner="erp")
    (parcel,) = desk.rendered()
    assert parcel.name.endswith(".json")
    assert json.loads(parcel.content)["number"] == "4500012345"


def test_a_test_is_marked_as_one(desk: Counter) -> None:
    desk.give(ORDER, test=True)
    (parcel,) = desk.rendered()
    assert parcel.content.split(b"*")[15][:1] == b"T"
    (event,) = desk.ledger.write(lambda tx: tx.claim_events(10)).result()
    assert event.attributes["test"] == "true"
