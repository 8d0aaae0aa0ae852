"""The measurement measures what it says: whole orders, and the broken ones are broken."""

from pathlib import Path

from adapters.partner import Partner
from adapters.reading import Message
from adapters.translate import digest, read_delivery
from gateway.bench.orders import orders
from gateway.bench.second_opinion import validate, write_maps
from gateway.bench.x12 import measure, ratios


def test_each_way_of_reading_finds_every_order() -> None:
    """Eight ways, and none of them stops early (``measure`` raises where one does)."""
    figures = measure(5, 3, 1)
    assert len(figures) == 8
    assert all(figure.documents == 5 and figure.seconds > 0 for figure in figures)
    assert set(ratios(figures)) == {
        "full path to pyx12's full validation",
        "full path to the same with a map of these segments alone",
        "broken orders to clean ones",
    }


def test_pyx12_agrees_about_clean_and_broken_orders(tmp_path: Path) -> None:
    """The map that is made for pyx12 accepts what is right and refuses what is wrong."""
    write_maps(tmp_path)
    assert validate(orders(5, 3), tmp_path)
    assert not validate(orders(5, 3, broken=True), tmp_path)


def test_every_broken_order_has_a_problem() -> None:
    """One element of each is wrong, and each is told."""
    content = orders(10, 3, broken=True)
    partner = Partner(name="bench", catch_all=True)
    items = list(read_delivery(content, digest(content), lambda *_: partner))
    assert [bool(item.problems) for item in items if isinstance(item, Message)] == [True] * 10
