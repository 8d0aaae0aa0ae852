"""The projection of an order: the same documents give the same order, whenever and however often they come."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.tracking.events import Event
from gateway.tracking.findings import findings
from gateway.tracking.order import Order
from gateway.tracking.project import apply, replay
from gateway.tracking.state import state
from tests.rigs.orders import AGREED, NOON, number_of, order_of, paper, purchase_order, robot, story
from tests.rigs.orders import came as arrived
from tests.rigs.orders import line as a_line

WAYS = ("backorder=1", "substitute=2", "price=1:+5%", "split", "wrong-lot", "over-invoice=50%", "reject-line=2")


def everything(seed: int, ways: list[str]) -> tuple[str, list[Event]]:
    """The story of a seed, and what the robot says to its order besides."""
    told = story(seed)
    order = told[0].document
    return number_of(told), [*told, *robot(order, *ways)[1:]]  # type: ignore[arg-type]


@settings(max_examples=40, deadline=None)
@given(st.data(), st.integers(0, 50), st.lists(st.sampled_from(WAYS), max_size=3))
def test_neither_order_nor_repetition_of_events_matters(data: st.DataObject, seed: int, ways: list[str]) -> None:
    number, events = everything(seed, ways)
    expected = replay(Order(number), events)
    mixed = data.draw(st.permutations([*events, *data.draw(st.lists(st.sampled_from(events), max_size=5))]))
    order = Order(number)
    for event in mixed:
        order = apply(order, event)
    assert order == expected
    now = NOON + timedelta(days=30)
    assert findings(order, AGREED, now) == findings(expected, AGREED, now)
    assert state(order) is state(expected)


@settings(max_examples=20, deadline=None)
@given(st.data(), st.integers(0, 50))
def test_when_a_received_document_came_does_not_matter_either(data: st.DataObject, seed: int) -> None:
    told = story(seed)
    later = [
        replace(each, at=each.at + timedelta(hours=data.draw(st.integers(0, 500))))
        if each.direction == "received"
        else each
        for each in told
    ]
    number = number_of(told)
    assert replay(Order(number), told).lines == replay(Order(number), later).lines


@settings(max_examples=20, deadline=None)
@given(st.data(), st.integers(0, 50))
def test_what_has_not_come_is_made_up_for_when_it_comes(data: st.DataObject, seed: int) -> None:
    told = story(seed)
    number = number_of(told)
    known = data.draw(st.lists(st.sampled_from(told), unique_by=lambda each: each.id))
    part = replay(Order(number), known)
    assert replay(part, told) == replay(Order(number), told)


def test_a_repeated_document_changes_nothing_at_all() -> None:
    order = order_of([arrived(purchase_order())])
    assert apply(order, arrived(purchase_order())) is order


def test_a_document_of_another_order_changes_nothing() -> None:
    order = order_of([arrived(purchase_order())])
    assert apply(order, arrived(purchase_order(number="4500099999"), "other")) is order


def test_a_notice_for_two_orders_counts_in_each_with_its_own_lines() -> None:
    notice = paper(
        "ship_notice", "S1", a_line("1", "GLV-M", "7", "BX", order_number="4500012345"),
        a_line("1", "GLV-M", "3", "BX", order_number="4500054321"), order_number=None,
        orders=[{"order_number": "4500012345"}, {"order_number": "4500054321"}],
    )  # fmt: skip
    one = order_of([arrived(purchase_order()), arrived(notice)])
    other = order_of([arrived(purchase_order(number="4500054321")), arrived(notice)], "4500054321")
    assert [one.line("1").shipped, other.line("1").shipped] == [Decimal(7), Decimal(3)]


def test_what_was_passed_on_to_our_own_system_counts_once() -> None:
    bill = arrived(paper("invoice", "I1", a_line("1", "GLV-M", "10", "BX", "13.45")))
    copy = replace(bill, id="copy", direction="sent", partner="erp")
    from_erp = replace(arrived(purchase_order()), id="from erp", direction="received", partner="erp")
    order = order_of([from_erp, arrived(purchase_order()), bill, copy])
    assert order.line("1").invoiced == 10
    assert order.line("1").ordered == 10
    assert order.repeated == ()


def test_lines_that_the_seller_numbers_anew_are_found_by_their_item() -> None:
    bill = paper("invoice", "I1", a_line("1", "GWN-L", "4", "CA"), a_line("0002", "GLV-M", "10", "BX"))
    order = order_of([arrived(purchase_order()), arrived(bill)])
    assert {line.key: line.invoiced for line in order.lines} == {"1": Decimal(10), "2": Decimal(4)}


def test_a_line_number_with_zeros_in_front_is_the_same() -> None:
    bill = paper("invoice", "I1", a_line("0002", "OTHER-NAME", "4", "CA"))
    assert order_of([arrived(purchase_order()), arrived(bill)]).line("2").invoiced == 4


def test_an_answer_that_comes_before_the_order_waits_for_it() -> None:
    answer = arrived(paper("purchase_order_acknowledgment", "SO1", status="accepted", status_code="AK"))
    early = order_of([answer])
    assert early.lines == ()
    whole = apply(early, arrived(purchase_order()))
    assert [line.accepted for line in whole.lines] == [Decimal(10), Decimal(4)]
