"""Made-up files: what one seed tells is one story, nobody finds anything wrong in it, and all check digits fit."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.formats.x12.check_digits import flaw
from adapters.samples.make import KINDS, PAPERS, Wanted, documents, sample, set_id_of
from canonical.invoice import Invoice
from canonical.purchase_order import PurchaseOrder
from canonical.purchase_order_acknowledgment import PurchaseOrderAcknowledgment
from canonical.receipt import Receipt
from canonical.remittance_advice import RemittanceAdvice
from canonical.ship_notice import Package, ShipNotice
from tests.rigs.x12_written import meaning, messages, pyx12_errors

RELEASES = ("004010", "005010")
SEEDS = st.integers(0, 10**9)


def read(set_id: str, seed: int, lines: int) -> Any:
    """The one document of a sample, as our reader understands it."""
    (message,) = messages(sample(Wanted(set_id, seed=seed, lines=lines)))
    return message.document


@pytest.mark.parametrize("release", RELEASES)
@pytest.mark.parametrize("set_id", KINDS)
@settings(max_examples=8, deadline=None)
@given(seed=SEEDS, lines=st.integers(1, 30), sets=st.integers(1, 3))
def test_nobody_finds_anything_wrong_in_a_sample(set_id: str, release: str, seed: int, lines: int, sets: int) -> None:
    wanted = Wanted(set_id, seed=seed, lines=lines, sets=sets, release=release)
    content = sample(wanted)
    found = messages(content)
    assert all(message.accepted for message in found)
    assert [problem.to_data() for message in found for problem in message.problems] == []
    assert pyx12_errors(content) == []
    assert content == sample(wanted)
    assert len(found) == (sets if set_id in PAPERS else 1)


@pytest.mark.parametrize("release", RELEASES)
@pytest.mark.parametrize("set_id", PAPERS)
@settings(max_examples=8, deadline=None)
@given(seed=SEEDS, lines=st.integers(1, 12))
def test_what_is_read_is_what_was_made_up(set_id: str, release: str, seed: int, lines: int) -> None:
    wanted = Wanted(set_id, seed=seed, lines=lines, sets=2, release=release)
    read_back = [meaning(message.document) for message in messages(sample(wanted))]
    assert read_back == [meaning(document) for document in documents(wanted)]


@settings(max_examples=25, deadline=None)
@given(seed=SEEDS, lines=st.integers(1, 20))
def test_one_seed_tells_the_story_of_one_order(seed: int, lines: int) -> None:
    order, answer = read("850", seed, lines), read("855", seed, lines)
    notice, receipt = read("856", seed, lines), read("861", seed, lines)
    invoice, payment = read("810", seed, lines), read("820", seed, lines)
    assert isinstance(order, PurchaseOrder)
    assert isinstance(answer, PurchaseOrderAcknowledgment)
    assert isinstance(notice, ShipNotice)
    assert isinstance(receipt, Receipt)
    assert isinstance(invoice, Invoice)
    assert isinstance(payment, RemittanceAdvice)
    assert {paper.order_number for paper in (answer, notice, receipt, invoice)} == {order.number}
    assert receipt.shipment_number == notice.shipment_number
    assert len(order.lines) == lines

    ordered = {line.line_number: Decimal(line.quantity.value) for line in order.lines if line.quantity}
    shipped = {line.line_number: Decimal(line.quantity.value) for line in notice.lines if line.quantity}
    for line in answer.lines:
        said = {entry.status: Decimal(entry.quantity.value) for entry in line.acknowledgments if entry.quantity}
        assert sum(said.values()) == ordered[line.line_number]
        assert said.get("accepted", 0) == shipped.get(line.line_number, 0)
        assert set(said) <= {"accepted", "backordered"}
    assert {line.line_number: Decimal(line.quantity.value) for line in invoice.lines if line.quantity} == shipped

    damaged = Decimal(0)
    prices = {line.line_number: Decimal(line.price.amount) for line in order.lines if line.price}
    for got in receipt.lines:
        assert got.quantity is not None
        broken = sum(Decimal(entry.quantity.value) for entry in got.in_question)
        assert Decimal(got.quantity.value) + broken == shipped[got.line_number]
        damaged += broken * prices[got.line_number]
    assert invoice.totals is not None
    assert payment.remittances[0].reference is not None
    assert payment.remittances[0].reference.value == invoice.number
    assert Decimal(payment.amount) == Decimal(invoice.totals.amount or 0) - damaged
    items = {line.line_number: line.item.identifiers for line in order.lines}
    assert all(line.item.identifiers == items[line.line_number] for line in invoice.lines)


def test_an_order_of_many_lines_backorders_one_and_shows_each_kind_of_good() -> None:
    for seed in range(20):
        notice = read("856", seed, 8)
        schemes = {one.scheme for line in notice.lines for one in line.item.identifiers}
        assert {"GTIN", "NDC", "HIBC", "LOT", "SERIAL", "UDI"} <= schemes
        assert all(line.instances and line.instances[0].expiration_date for line in notice.lines)
    short = [seed for seed in range(20) if any(
        line.quantity.value != line.ordered_quantity.value for line in read("856", seed, 8).lines
    )]  # fmt: skip
    assert len(short) > 10


@settings(max_examples=25, deadline=None)
@given(seed=SEEDS)
def test_check_digits_fit(seed: int) -> None:
    notice = read("856", seed, 12)
    looked = 0
    for line in notice.lines:
        for one in line.item.identifiers:
            if one.qualifier in ("UK", "N4", "HI"):
                looked += 1
                assert flaw("235", one.qualifier, one.value) is None
    for party in (notice.ship_to, notice.ship_from):
        assert flaw("66", "UL", party.identifiers[0].value) is None
    labels = list(_labels(notice.packages))
    assert len(labels) == len(set(labels))
    assert all(flaw("88", "GM", label) is None for label in labels)
    assert looked
    assert len(labels) > 1


def _labels(packages: tuple[Package, ...]) -> list[str]:
    return [label for one in packages for label in (one.sscc or "", *_labels(one.packages))]


def test_seeds_and_kinds_tell_different_stories_under_different_numbers() -> None:
    contents = {sample(Wanted("850", seed=seed)) for seed in range(50)}
    assert len(contents) == 50
    numbers = {sample(Wanted(set_id)).split(b"*")[13] for set_id in KINDS}
    assert len(numbers) == len(KINDS)


def test_nothing_in_it_is_real() -> None:
    for seed in range(30):
        content = b"".join(sample(Wanted(set_id, seed=seed, lines=6)) for set_id in KINDS).decode()
        for row in content.split("~"):
            elements = row.strip().split("*")
            if elements[0] == "PER":
                phone, mail = elements[4], elements[6]
                assert phone[3:8] == "55501"
                assert mail.endswith(".example")
            if elements[0] == "N1":
                assert elements[4].startswith("952")


def test_kinds_are_found_by_number_and_name() -> None:
    assert set_id_of("856") == set_id_of("ship_notice") == set_id_of("Ship-Notice") == "856"
    assert set_id_of("857") is None
