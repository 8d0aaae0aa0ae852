"""The supplier robot: its answers are good X12, agree with the order, and misbehave exactly as told."""

import itertools
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from adapters.partner import Identity, Partner
from adapters.reading import Message
from adapters.translate import digest, read_delivery
from gateway.profiles import profile_for
from gateway.robot.behaviour import WAYS, UnknownBehaviourError, behaviour_from
from gateway.robot.supplier import Reply, Supplier
from gateway.samples import samples_folder

NOW = datetime(2026, 11, 21, 7, 30, tzinfo=UTC)
HOSPITAL = Partner(name="st", identities=(Identity(scheme="ISA", qualifier="06", id="062147855"),))
OWN = (Identity(scheme="ISA", qualifier="06", id="088391206"),)
ORDER = (samples_folder() / "850-stock-order" / "input.edi").read_bytes()


def replies(*ways: str, content: bytes = ORDER) -> list[Reply]:
    numbers = itertools.count(1)
    profile = profile_for(OWN, HOSPITAL)
    assert profile is not None
    found = list(Supplier(profile, behaviour_from(ways), lambda _: next(numbers)).replies(content, NOW))
    assert all(isinstance(each, Reply) for each in found), found
    return [each for each in found if isinstance(each, Reply)]


def read(reply: Reply) -> dict[str, Any]:
    """The one document in it, which our own reader must take without a word."""
    items = list(read_delivery(reply.content, digest(reply.content), lambda *_: Partner(name="robot")))
    (message,) = (item for item in items if isinstance(item, Message))
    assert message.accepted
    assert message.problems == ()
    return message.document.to_data()


def kinds(found: list[Reply]) -> list[str]:
    return [reply.kind for reply in found]


def test_an_order_is_acknowledged_confirmed_shipped_and_invoiced() -> None:
    found = replies()
    assert kinds(found) == ["997", "855", "856", "810"]
    order = read(Reply("850", "", ORDER))
    told, answer, notice, invoice = map(read, found)
    assert (told["status"], answer["status"]) == ("accepted", "accepted")
    assert {each["orderNumber"] for each in (answer, notice, invoice)} == {order["number"]}
    for paper in (answer, notice, invoice):
        assert [line["quantity"] for line in paper["lines"]] == [line["quantity"] for line in order["lines"]]
    worth = sum(Decimal(line["quantity"]["value"]) * Decimal(line["price"]["amount"]) for line in order["lines"])
    assert Decimal(invoice["totals"]["amount"]) == Decimal(worth).quantize(Decimal("0.01"))
    assert all(line["instances"][0]["lotNumber"] for line in notice["lines"])


def test_the_same_order_gets_the_same_papers() -> None:
    assert [each.content for each in replies()] == [each.content for each in replies()]


def test_a_rejected_line_is_neither_shipped_nor_invoiced() -> None:
    _, answer, notice, invoice = map(read, replies("reject-line=2"))
    assert [line["acknowledgments"][0]["status"] for line in answer["lines"]].count("rejected") == 1
    assert answer["lines"][1]["acknowledgments"][0]["status"] == "rejected"
    assert len(notice["lines"]) == len(invoice["lines"]) == len(answer["lines"]) - 1


def test_half_of_a_line_is_backordered() -> None:
    _, answer, notice, _ = map(read, replies("backorder=1"))
    said = answer["lines"][0]["acknowledgments"]
    assert [each["status"] for each in said] == ["accepted", "backordered"]
    ordered = Decimal(answer["lines"][0]["quantity"]["value"])
    assert sum(Decimal(each["quantity"]["value"]) for each in said) == ordered
    assert Decimal(notice["lines"][0]["quantity"]["value"]) < ordered


def test_a_substitute_is_named_and_shipped() -> None:
    _, answer, notice, _ = map(read, replies("substitute=1"))
    (said,) = answer["lines"][0]["acknowledgments"]
    assert said["status"] == "substituted"
    sent = {each["value"] for each in notice["lines"][0]["item"]["identifiers"]}
    assert any(value.startswith("SUB-") for value in sent)


def test_a_price_is_changed_in_the_confirmation_and_on_the_invoice() -> None:
    order = read(Reply("850", "", ORDER))
    _, answer, _, invoice = map(read, replies("price=1:+10%"))
    wanted = (Decimal(order["lines"][0]["price"]["amount"]) * Decimal("1.1")).quantize(Decimal("0.01"))
    assert Decimal(answer["lines"][0]["price"]["amount"]) == Decimal(invoice["lines"][0]["price"]["amount"])
    assert abs(Decimal(answer["lines"][0]["price"]["amount"]) - wanted) <= Decimal("0.01")


def test_goods_come_in_two_shipments_that_make_up_the_order() -> None:
    found = replies("split")
    assert kinds(found) == ["997", "855", "856", "856", "810"]
    order, first, second = read(Reply("850", "", ORDER)), read(found[2]), read(found[3])
    assert first["shipmentNumber"] != second["shipmentNumber"]
    shipped: dict[str, Decimal] = {}
    for notice in (first, second):
        for line in notice["lines"]:
            shipped[line["lineNumber"]] = shipped.get(line["lineNumber"], Decimal(0)) + Decimal(
                line["quantity"]["value"]
            )
    assert shipped == {line["lineNumber"]: Decimal(line["quantity"]["value"]) for line in order["lines"]}


def test_a_wrong_lot_has_expired() -> None:
    notice = read(replies("wrong-lot")[2])
    assert all(line["instances"][0]["expirationDate"] < "2026-11-21" for line in notice["lines"])


def test_an_invoice_may_ask_for_more_than_came() -> None:
    plain, more = read(replies()[3]), read(replies("over-invoice=50%")[3])
    assert Decimal(more["totals"]["amount"]) > Decimal(plain["totals"]["amount"])


def test_a_control_number_is_used_twice_for_other_content() -> None:
    found = replies("duplicate-isa")
    assert kinds(found) == ["997", "855", "855", "856", "810"]
    first, again = found[1].content, found[2].content
    assert first.split(b"*")[13] == again.split(b"*")[13]
    assert first != again
    numbers = [each.content.split(b"*")[13] for each in found if each is not found[2]]
    assert len(numbers) == len(set(numbers))


@pytest.mark.parametrize(
    ("way", "wanted"),
    [
        ("no-997", ["855", "856", "810"]), ("reject-997", ["997"]), ("reject-ta1", ["TA1"]),
        ("no-855", ["997", "856", "810"]), ("no-856", ["997", "855", "810"]), ("no-810", ["997", "855", "856"]),
    ],
)  # fmt: skip
def test_what_is_not_sent(way: str, wanted: list[str]) -> None:
    assert kinds(replies(way)) == wanted


def test_refusals_say_so() -> None:
    assert read(replies("reject-997")[0])["status"] == "rejected"
    told = read(replies("reject-ta1")[0])
    assert (told["status"], told["number"]) == ("rejected", ORDER.split(b"*")[13].decode())


def test_a_late_997_waits() -> None:
    assert [reply.delay for reply in replies("late-997=60")] == [60.0, 0.0, 0.0, 0.0]


def test_what_is_no_order_is_not_answered() -> None:
    assert replies(content=replies()[1].content) == []
    assert replies(content=b"hello") == []


@pytest.mark.parametrize(
    "way", ["dance", "price=1", "price=x:5%", "reject-line=0", "over-invoice=lots", "late-997=soon"]
)
def test_a_behaviour_that_is_none_is_told(way: str) -> None:
    with pytest.raises(UnknownBehaviourError):
        behaviour_from([way])


def test_every_way_that_is_told_can_be_typed() -> None:
    sample = {"SECONDS": "5", "N": "1", "N:+5%": "1:+5%", "10%": "10%"}
    for way in WAYS:
        name, _, value = way.partition("=")
        behaviour_from([f"{name}={sample[value]}" if value else name])
