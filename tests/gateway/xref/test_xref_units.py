"""Factors between units: exact, the same way there and back, and refused where they contradict each other."""

from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.xref.book import CrossReferences
from gateway.xref.entries import UnitEntry, decimal_of, exact_decimal
from gateway.xref.units import contradictions, factor_between

DAY = date(2026, 11, 21)
UNITS = ("EA", "BX", "CA", "PK", "PL", "DZ")


def unit(one: str, other: str, factor: str, *, partner: str = "", item: str = "", **days: date) -> UnitEntry:
    return UnitEntry(from_unit=one, to_unit=other, factor=Fraction(factor), partner=partner, item=item, **days)


@st.composite
def families(draw: st.DrawFn) -> tuple[list[UnitEntry], dict[str, Fraction]]:
    """Rows that agree, in any direction, between units whose sizes are known."""
    sizes = {name: Fraction(draw(st.integers(1, 500)), draw(st.integers(1, 40))) for name in UNITS}
    pairs = draw(st.lists(st.tuples(st.sampled_from(UNITS), st.sampled_from(UNITS)), min_size=1, max_size=8))
    rows = [UnitEntry(from_unit=a, to_unit=b, factor=sizes[a] / sizes[b]) for a, b in pairs]
    return rows, sizes


@settings(max_examples=200, deadline=None)
@given(families())
def test_there_and_back_is_one_and_any_way_gives_the_same(made: tuple[list[UnitEntry], dict[str, Fraction]]) -> None:
    rows, sizes = made
    assert not list(contradictions(rows))
    for one in UNITS:
        for other in UNITS:
            there, back = factor_between(rows, one, other), factor_between(rows, other, one)
            assert (there is None) == (back is None)
            if there is not None and back is not None:
                assert there * back == 1
                assert there == sizes[one] / sizes[other]


@settings(max_examples=200, deadline=None)
@given(families(), st.data())
def test_a_wrong_factor_is_found_where_another_way_tells(
    made: tuple[list[UnitEntry], dict[str, Fraction]], data: st.DataObject
) -> None:
    rows, _ = made
    at = data.draw(st.integers(0, len(rows) - 1))
    rest = rows[:at] + rows[at + 1 :]
    wrong = UnitEntry(from_unit=rows[at].from_unit, to_unit=rows[at].to_unit, factor=rows[at].factor + 1)
    told = factor_between(rest, wrong.from_unit, wrong.to_unit) is not None or wrong.from_unit == wrong.to_unit
    assert bool(list(contradictions([*rest, wrong]))) == told
    if told:
        assert factor_between([*rest, wrong], wrong.from_unit, wrong.to_unit) is None


@pytest.mark.parametrize(
    ("rows", "wrong"),
    [
        ([unit("BX", "EA", "100"), unit("EA", "BX", "0.01")], False),
        ([unit("BX", "EA", "100"), unit("EA", "BX", "0.1")], True),
        ([unit("CA", "BX", "10"), unit("BX", "EA", "100"), unit("CA", "EA", "1000")], False),
        ([unit("CA", "BX", "10"), unit("BX", "EA", "100"), unit("CA", "EA", "500")], True),
        ([unit("BX", "EA", "100"), unit("BX", "EA", "50", item="S1")], False),
        ([unit("BX", "EA", "100", valid_to=DAY), unit("EA", "BX", "0.02", valid_from=date(2026, 11, 22))], False),
        ([unit("BX", "EA", "100", valid_to=DAY), unit("EA", "BX", "0.02", valid_from=DAY)], True),
    ],
)
def test_contradictions_are_judged_within_one_scope_and_one_day(rows: list[UnitEntry], wrong: bool) -> None:
    assert bool(list(contradictions(rows))) is wrong


def test_the_scope_that_says_most_answers_alone() -> None:
    rows = [
        unit("BX", "EA", "12"),
        unit("BX", "EA", "20", partner="acme"),
        unit("BX", "EA", "50", item="S1"),
        unit("BX", "EA", "100", item="S1", partner="acme"),
        unit("CA", "BX", "7"),
    ]
    on = CrossReferences(rows).on(DAY)
    assert on.factor("acme", ["S1"], "BX", "EA") == 100
    assert on.factor("best", ["S1"], "BX", "EA") == 50
    assert on.factor("acme", ["S2"], "BX", "EA") == 20
    assert on.factor("best", ["S2"], "BX", "EA") == 12
    assert on.factor("best", [], "CA", "EA") == 84
    # No factor is put together from rows of two scopes.
    assert on.factor("acme", ["S1"], "CA", "EA") == 84
    assert on.factor("acme", ["S1"], "PL", "EA") is None


@settings(max_examples=300, deadline=None)
@given(st.fractions(min_value=-(10**9), max_value=10**9, max_denominator=10**6))
def test_decimals_lose_nothing(number: Fraction) -> None:
    text = exact_decimal(number)
    ends = not _without(number.denominator)
    assert (text is not None) == ends
    if text is not None:
        assert Fraction(text) == number
        assert "e" not in text.lower()
    assert Fraction(decimal_of(number)) == number


def _without(rest: int) -> bool:
    """Whether something but twos and fives is left."""
    for prime in (2, 5):
        while rest % prime == 0:
            rest //= prime
    return rest > 1
