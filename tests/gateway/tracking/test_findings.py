"""What differs: each misbehaviour of a supplier gives the finding that it should, and no other."""

from datetime import timedelta
from decimal import Decimal

import pytest

from canonical.document import Document
from canonical.remittance_advice import RemittanceAdvice
from gateway.tracking.agreement import Agreement, Tolerance
from gateway.tracking.amounts import Item
from gateway.tracking.findings import findings
from gateway.tracking.match import match
from gateway.tracking.order import Order
from gateway.tracking.project import replay
from gateway.tracking.state import State, state
from tests.rigs.orders import (
    AGREED,
    NOON,
    answered,
    came,
    codes,
    line,
    number_of,
    order_of,
    paper,
    purchase_order,
    robot,
    story,
)

MONTH = NOON + timedelta(days=30)


@pytest.mark.parametrize(
    ("ways", "found", "word"),
    [
        ((), [], State.MATCHED),
        (("split",), [], State.MATCHED),
        (("price=1:+5%",), [("BUS-E0140", "1")], State.INVOICED),
        (("substitute=2",), [("BUS-W0127", "2")], State.MATCHED),
        (("backorder=1",), [("BUS-W0126", "1")], State.PARTLY_SHIPPED),
        (("wrong-lot",), [("BUS-E0135", "1"), ("BUS-E0135", "2")], State.MATCHED),
        (("over-invoice=50%",), [("BUS-E0141", "1"), ("BUS-E0141", "2")], State.INVOICED),
        (("reject-line=2",), [("BUS-E0125", "2")], State.MATCHED),
        (("reject-line=1", "reject-line=2"), [("BUS-E0124", None)], State.REJECTED),
        (("reject-997",), [("BUS-E0123", None)], State.REJECTED),
        (("reject-ta1",), [("BUS-E0123", None)], State.REJECTED),
        (("no-855", "no-856", "no-810"), [], State.ACKNOWLEDGED),
        (("no-856",), [("BUS-E0143", "1"), ("BUS-E0143", "2")], State.CONFIRMED),
    ],
)  # fmt: skip
def test_a_misbehaving_supplier_is_found_out(
    ways: tuple[str, ...], found: list[tuple[str, str | None]], word: State
) -> None:
    order = order_of(robot(purchase_order(), *ways))
    assert codes(order) == found
    assert state(order) is word


@pytest.mark.parametrize(
    ("ways", "found"),
    [
        (("no-997", "no-855", "no-856", "no-810"), ["BUS-E0202", "BUS-E0203"]),
        (("no-855", "no-856", "no-810"), ["BUS-E0203"]),
        (("no-856", "no-810"), ["BUS-E0137", "BUS-E0137"]),
        (("no-810",), ["BUS-W0138"]),
        ((), []),
    ],
)
def test_what_never_comes_is_overdue(ways: tuple[str, ...], found: list[str]) -> None:
    order = order_of(robot(purchase_order(), *ways))
    assert sorted(code for code, _ in codes(order, MONTH)) == found
    assert codes(order, NOON + timedelta(hours=1)) == []


def test_without_an_agreement_only_what_was_promised_is_overdue() -> None:
    silent = order_of(robot(purchase_order(), "no-997", "no-855", "no-856", "no-810"))
    assert codes(silent, MONTH, Agreement(functional=None)) == []


@pytest.mark.parametrize(("tolerance", "found"), [
    (Tolerance(), True), (Tolerance(percent=Decimal(5)), False), (Tolerance(percent=Decimal("4.9")), True),
    (Tolerance(absolute=Decimal("0.67")), False), (Tolerance(absolute=Decimal("0.66")), True),
])  # fmt: skip
def test_a_price_within_tolerance_is_none(tolerance: Tolerance, found: bool) -> None:
    order = order_of([came(purchase_order(line("1", "GLV-M", "10", "BX", "13.40"))),
                      came(paper("ship_notice", "S1", line("1", "GLV-M", "10", "BX"))),
                      came(paper("invoice", "I1", line("1", "GLV-M", "10", "BX", "14.07")))])  # fmt: skip
    assert codes(order, agreement=Agreement(price=tolerance)) == ([("BUS-E0140", "1")] if found else [])


def test_a_confirmed_price_is_told_until_the_invoice_tells_it() -> None:
    order = order_of(robot(purchase_order(), "price=1:+5%", "no-810"))
    assert codes(order) == [("BUS-W0128", "1")]
    (found,) = findings(order, AGREED, NOON)
    assert found.words == "Line 1: confirmed price 14.12, ordered 13.45 (+5.0 %)."


def test_the_money_at_stake_is_told() -> None:
    (found, _) = findings(order_of(robot(purchase_order(), "over-invoice=50%")), AGREED, NOON)
    assert found.words == "Line 1: 15 BX invoiced, 10 BX ordered."
    assert found.money == 5 * Decimal("13.45")


def test_another_unit_is_never_converted_without_a_factor() -> None:
    events = [came(purchase_order()), came(paper("ship_notice", "S1", line("1", "GLV-M", "1000", "EA"))),
              came(paper("invoice", "I1", line("1", "GLV-M", "1000", "EA", "0.1345")))]  # fmt: skip
    order = order_of([*events])
    assert [order.line("1").shipped, order.line("1").invoiced] == [Decimal(0)] * 2
    assert set(codes(order)) == {("BUS-E0131", "1")}
    assert not match(order, AGREED).touchless

    def boxes(value: Decimal, unit: str, to: str, item: Item) -> Decimal | None:
        assert ("SELLER", "GLV-M") in item.identifiers
        factor = {("EA", "BX"): Decimal("0.01"), ("BX", "EA"): Decimal(100)}.get((unit, to))
        return value * factor if factor is not None else None

    known = replay(Order("4500012345"), events, boxes)
    assert [known.line("1").shipped, known.line("1").invoiced] == [Decimal(10)] * 2
    assert codes(known) == []
    assert match(known, AGREED).touchless


def test_a_line_that_nobody_ordered_is_told_once() -> None:
    order = order_of([came(purchase_order()), came(paper("invoice", "I1", line("9", "FREIGHT", "1", "EA", "20.00")))])
    assert codes(order) == [("BUS-E0132", "9")]
    (verdict,) = match(order, AGREED).lines
    assert (verdict.line, verdict.matches) == (None, False)


def test_an_invoice_number_that_comes_twice_is_a_duplicate_and_counts_once() -> None:
    bill = paper("invoice", "I1", line("1", "GLV-M", "10", "BX", "13.45"), totals={"amount": "134.50"})
    order = order_of([came(purchase_order()), came(paper("ship_notice", "S1", line("1", "GLV-M", "10", "BX"))),
                      came(bill, "first"), came(bill, "second")])  # fmt: skip
    assert codes(order) == [("BUS-E0142", None)]
    assert order.line("1").invoiced == 10
    replaced = bill.model_copy(update={"purpose": "replace"})
    order = order_of([came(purchase_order()), came(paper("ship_notice", "S1", line("1", "GLV-M", "10", "BX"))),
                      came(bill, "first"), came(replaced, "second")])  # fmt: skip
    assert codes(order) == []


def test_a_credit_memo_makes_an_invoice_right_again() -> None:
    shipped = paper("ship_notice", "S1", line("1", "GLV-M", "10", "BX"))
    bill = paper("invoice", "I1", line("1", "GLV-M", "12", "BX", "13.45"))
    credit = paper("invoice", "C1", line("1", "GLV-M", "2", "BX", "13.45"), invoice_type="creditMemo")
    events = [came(purchase_order()), came(shipped), came(bill)]
    assert codes(order_of([*events])) == [("BUS-E0141", "1")]
    credited = order_of([*events, came(credit)])
    assert codes(credited) == []
    assert credited.line("1").invoiced == 10
    assert match(credited, AGREED).touchless


def test_several_answers_to_a_line_are_added_up() -> None:
    said = [answered("accepted", "IA", "6", "BX"), answered("backordered", "IB", "3", "BX")]
    answer = paper("purchase_order_acknowledgment", "SO1", line("1", "GLV-M", "10", "BX", acknowledgments=said))
    order = order_of([came(purchase_order()), came(answer)])
    assert [order.line("1").accepted, order.line("1").backordered] == [Decimal(6), Decimal(3)]
    assert codes(order) == [("BUS-W0126", "1"), ("BUS-W0129", "1"), ("BUS-W0145", "2")]


def test_a_later_answer_takes_the_place_of_an_earlier_one() -> None:
    def answer(day: str, status: str, code: str) -> Document:
        said = [answered(status, code, "10", "BX")]
        return paper("purchase_order_acknowledgment", day, line("1", "GLV-M", "10", "BX", acknowledgments=said),
                     acknowledgment_date=day, status_code="AE")  # fmt: skip

    late, early = answer("2026-11-19", "accepted", "IA"), answer("2026-11-17", "backordered", "IB")
    order = order_of([came(late), came(purchase_order()), came(early)])
    assert codes(order) == []


def test_a_change_counts_until_it_is_refused() -> None:
    change = paper("purchase_order_change", "4500012345", line("1", "GLV-M", "12", "BX", change="quantityIncrease"),
                   change_number="1")  # fmt: skip
    refusal = paper("purchase_order_acknowledgment", "SO1", answers="change", change_number="1", status="rejected",
                    status_code="RJ")  # fmt: skip
    changed = order_of([came(purchase_order()), came(change)])
    assert changed.line("1").ordered == 12
    assert codes(changed) == [("BUS-W0146", None)]
    refused = order_of([came(refusal), came(change), came(purchase_order())])
    assert refused.line("1").ordered == 10
    assert codes(refused) == [("BUS-E0139", None)]
    assert (
        state(order_of([came(purchase_order()), came(change.model_copy(update={"purpose": "cancel"}))])) == "cancelled"
    )


def test_a_line_of_a_change_that_is_refused_stays_as_it_was() -> None:
    change = paper(
        "purchase_order_change", "4500012345", line("1", "GLV-M", "12", "BX", change="quantityIncrease"),
        line("2", "GWN-L", "0", "CA", change="delete"), change_number="1",
    )  # fmt: skip
    reply = paper(
        "purchase_order_acknowledgment", "SO1",
        line("1", "GLV-M", "12", "BX", acknowledgments=[answered("accepted", "IA", "12", "BX")]),
        line("2", "GWN-L", "4", "CA", change="rejectChange"), answers="change", change_number="1",
    )  # fmt: skip
    order = order_of([came(purchase_order()), came(change), came(reply)])
    assert [each.ordered for each in order.lines] == [Decimal(12), Decimal(4)]
    assert [each.accepted for each in order.lines] == [Decimal(12), Decimal(0)]
    assert ("BUS-E0139", None) in codes(order)


def test_goods_beyond_the_order_and_lots_that_keep_too_short() -> None:
    lots = [{"lot_number": "L1", "expiration_date": "2026-12-24"}]
    notice = paper("ship_notice", "S1", line("1", "GLV-M", "12", "BX", instances=lots))
    order = order_of([came(purchase_order()), came(notice)])
    agreed = Agreement(shelf_life=timedelta(days=90))
    assert codes(order, agreement=agreed) == [("BUS-E0133", "1"), ("BUS-W0136", "1")]
    loose = Agreement(quantity=Tolerance(percent=Decimal(20)))
    assert codes(order, agreement=loose) == []


def test_a_notice_that_is_sent_again_or_taken_back_counts_once_or_not_at_all() -> None:
    notice = paper("ship_notice", "S1", line("1", "GLV-M", "10", "BX"))
    again = order_of([came(purchase_order()), came(notice, "a"), came(notice, "b")])
    assert again.line("1").shipped == 10
    back = notice.model_copy(update={"purpose": "cancel", "issue_date": "2026-11-18", "shipped_date": "2026-11-18"})
    assert order_of([came(purchase_order()), came(notice, "a"), came(back, "b")]).line("1").shipped == 0


def test_a_receipt_without_a_notice_is_a_delivery_too() -> None:
    receipt = paper("receipt", "R1", line("1", "GLV-M", "10", "BX"), line("2", "GWN-L", "4", "CA"))
    bill = paper("invoice", "I1", line("1", "GLV-M", "10", "BX", "13.45"), line("2", "GWN-L", "4", "CA", "61.20"))
    order = order_of([came(purchase_order()), came(receipt)])
    assert state(order) is State.RECEIVED
    assert codes(order_of([came(purchase_order()), came(receipt), came(bill)])) == []


def test_implants_that_were_used_are_billed_without_a_shipment() -> None:
    bill = paper("invoice", "I1", line("1", "GLV-M", "10", "BX", "13.45"), line("2", "GWN-L", "4", "CA", "61.20"))
    order = order_of([came(purchase_order(order_purpose="bill_only")), came(bill)])
    assert codes(order, MONTH, Agreement()) == []
    assert state(order) is State.MATCHED


def test_an_order_against_a_contract_that_had_ended_is_told() -> None:
    order = order_of([came(purchase_order(contract_number="VIZ-7781"))])
    last = NOON.date() - timedelta(days=1)
    assert codes(order, agreement=Agreement(contracts={"VIZ-7781": last})) == [("BUS-W0144", None)]
    assert codes(order, agreement=Agreement(contracts={"VIZ-7781": NOON.date()})) == []


def test_the_story_from_order_to_payment() -> None:
    told = story(7)
    number = number_of(told)
    steps = []
    for count in range(1, len(told) + 1):
        order = replay(Order(number), told[:count])
        steps.append((told[count - 1].id, state(order).value, codes(order, told[0].at)))
    damaged = [("BUS-W0134", "1"), ("BUS-E0141", "1")]
    assert steps == [
        ("850 7", "ordered", []),
        ("855 7", "confirmed", [("BUS-W0126", "1")]),
        ("860 7", "acknowledged", [("BUS-W0146", None), ("BUS-W0126", "1")]),
        ("865 7", "confirmed", []),
        ("856 7", "partly shipped", []),
        ("861 7", "partly received", damaged[:1]),
        ("810 7", "partly received", damaged),
        ("820 7", "partly received", damaged),
    ]
    line = order.lines[0]
    figures = [line.ordered, line.accepted, line.shipped, line.received, line.invoiced]
    assert figures == [Decimal(count) for count in (18, 18, 7, 6, 7)]
    assert [bill.paid for bill in order.bills] == [True]


def test_paid_and_complete_is_closed() -> None:
    order = order_of(robot(purchase_order()))
    invoice = order.bills[0].number
    remittance = {
        "document_type": "remittance_advice", "number": "P1", "currency": "USD", "amount": "379.30",
        "direction": "credit", "direction_code": "C", "handling": "paymentAndRemittance", "handling_code": "C",
        "method": "ach", "method_code": "ACH",
        "remittances": [{"reference": {"type": "invoice", "value": invoice},
                         "references": [{"type": "purchaseOrder", "value": order.number}]}],
    }  # fmt: skip
    paid = replay(order, [came(RemittanceAdvice.model_validate(remittance))])
    assert state(order) is State.MATCHED
    assert state(paid) is State.CLOSED


def test_a_line_on_hold_is_told_and_does_not_count_as_confirmed() -> None:
    said = [answered("onHold", "IH", "10", "BX")]
    answer = paper("purchase_order_acknowledgment", "SO1", line("1", "GLV-M", "10", "BX", acknowledgments=said),
                   status_code="AE")  # fmt: skip
    order = order_of([came(purchase_order()), came(answer)])
    assert codes(order) == [("BUS-W0130", "1")]
    assert state(order) is State.ACKNOWLEDGED


def test_a_second_shipment_on_its_way_is_not_missing() -> None:
    events = [came(purchase_order()), came(paper("ship_notice", "S1", line("1", "GLV-M", "6", "BX"))),
              came(paper("ship_notice", "S2", line("1", "GLV-M", "4", "BX"))),
              came(paper("receipt", "R1", line("1", "GLV-M", "6", "BX")))]  # fmt: skip
    assert codes(order_of([*events])) == []
    short = came(paper("receipt", "R2", line("1", "GLV-M", "3", "BX")))
    assert codes(order_of([*events, short])) == [("BUS-W0134", "1")]


def test_many_lines_take_time_in_proportion() -> None:
    """Each line looks its own up; with a search through all of them this would take minutes."""
    many = [line(str(place), f"ITEM-{place}", "10", "BX", "1.00") for place in range(1, 5001)]
    order = order_of(robot(purchase_order(*many), "backorder=7"))
    assert codes(order) == [("BUS-W0126", "7")]
