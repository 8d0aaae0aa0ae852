"""Numbers, dates and times: as precise as sent, and never a day that the calendar does not have."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.mappings.x12_values import decimal_text, implied_text, iso_date, iso_time


@pytest.mark.parametrize(
    ("sent", "told"),
    [
        ("13.4500", "13.4500"),
        ("-7", "-7"),
        (".5", "0.5"),
        ("-.5", "-0.5"),
        ("5.", "5"),
        ("0.00", "0.00"),
        ("+5", None),
        ("1,250", None),
        (".", None),
        ("-", None),
        ("", None),
        ("1 2", None),
        ("٣", None),
        ("1E3", None),
        ("5\n", None),
    ],
)
def test_a_number_is_told_as_precisely_as_it_was_sent(sent: str, told: str | None) -> None:
    assert decimal_text(sent) == told


@pytest.mark.parametrize(
    ("sent", "told"), [("1E3", "1000"), ("1.5E1", "15"), ("1.50E1", "15.0"), ("12E-3", "0.012"), ("-1.25E+1", "-12.5")]
)
def test_an_exponent_is_written_out(sent: str, told: str) -> None:
    assert decimal_text(sent, exponent=True) == told


@pytest.mark.parametrize("sent", ["1E", "E3", "1E333", "1e3", "1E1.5"])
def test_a_strange_exponent_is_no_number(sent: str) -> None:
    assert decimal_text(sent, exponent=True) is None


@given(st.decimals(-(10**9), 10**9, places=4), st.integers(-20, 20))
def test_writing_out_an_exponent_keeps_the_value(value: Decimal, power: int) -> None:
    told = decimal_text(f"{value:f}E{power}", exponent=True)
    assert told is not None
    assert Decimal(told) == value.scaleb(power)


@pytest.mark.parametrize(
    ("sent", "told"),
    [
        ("277077", "2770.77"),
        ("5", "0.05"),
        ("-5", "-0.05"),
        ("0", "0.00"),
        ("50", "0.50"),
        ("000100", "1.00"),
        ("500.00", "500.00"),
        ("-.5", "-0.5"),
        ("12A", None),
        ("-", None),
    ],
)
def test_two_decimals_are_implied_unless_a_point_was_sent(sent: str, told: str | None) -> None:
    assert implied_text(sent) == told


@given(st.integers(-(10**15), 10**15))
def test_implied_decimals_divide_by_a_hundred(cents: int) -> None:
    assert Decimal(implied_text(str(cents)) or "") == Decimal(cents) / 100


@given(st.dates())
def test_every_day_of_the_calendar_is_understood(day: date) -> None:
    assert iso_date(f"{day.year:04d}{day.month:02d}{day.day:02d}") == day.isoformat()


@given(st.from_regex(r"[0-9]{8}", fullmatch=True))
def test_only_days_of_the_calendar_are_understood(text: str) -> None:
    told = iso_date(text)
    try:
        day = date(int(text[:4]), int(text[4:6]), int(text[6:]))
    except ValueError:
        assert told is None
    else:
        assert told == day.isoformat()


@pytest.mark.parametrize(
    ("sent", "told"),
    [
        ("260131", "2026-01-31"),
        ("491231", "2049-12-31"),
        ("500101", "1950-01-01"),
        ("240229", "2024-02-29"),
        ("230229", None),
        ("2026", None),
        ("2026112A", None),
    ],
)
def test_two_digit_years_lie_between_1950_and_2049(sent: str, told: str | None) -> None:
    assert iso_date(sent) == told


@pytest.mark.parametrize(
    ("sent", "told"),
    [
        ("0930", "09:30"),
        ("235959", "23:59:59"),
        ("2359597", "23:59:59.7"),
        ("23595975", "23:59:59.75"),
        ("2400", None),
        ("0960", None),
        ("093", None),
        ("09300", None),
        ("noon", None),
    ],
)
def test_times_of_day(sent: str, told: str | None) -> None:
    assert iso_time(sent) == told
