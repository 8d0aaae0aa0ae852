"""What a sender most likely meant is told where it is clear, and only there."""

import pytest

from adapters.formats.x12.guide import element_guide
from adapters.formats.x12.likely import implied_number, likely_code, likely_date, plain_number


@pytest.mark.parametrize(
    ("sent", "meant"),
    [("EACH", "EA (each)"), ("Box", "BX (box)"), ("boxes", None), ("ea", "EA (each)"), ("KISTE", None), ("", None),
     ("each" * 10, None)],
)  # fmt: skip
def test_the_name_of_a_unit_leads_to_its_code(sent: str, meant: str | None) -> None:
    unit = element_guide("355", "004010")
    assert unit is not None
    assert likely_code(unit, sent) == meant


@pytest.mark.parametrize(
    ("sent", "meant"),
    [
        ("11302026", "20261130"),
        ("30112026", "20261130"),
        ("2026-11-30", "20261130"),
        ("11/30/2026", "20261130"),
        ("11122026", None),
        ("11112026", "20261111"),
        ("20261131", None),
        ("301126", None),
        ("not a date", None),
        ("１１３０２０２６", None),
    ],
)
def test_a_day_in_another_form_is_told_where_it_is_clear(sent: str, meant: str | None) -> None:
    assert likely_date(sent) == meant


@pytest.mark.parametrize(
    ("sent", "meant"),
    [("3,183.54", "3183.54"), ("1,234,567", "1234567"), ("-1,234.5", "-1234.5"), ("1,234", None), ("13,45", None),
     ("12,34.5", None), ("1" * 99, None)],
)  # fmt: skip
def test_separators_of_thousands_are_taken_out_where_they_can_be_nothing_else(sent: str, meant: str | None) -> None:
    assert plain_number(sent) == meant


@pytest.mark.parametrize(
    ("sent", "decimals", "meant"),
    [("3948.53", 2, "394853"), ("-10.5", 2, "-1050"), ("0.05", 2, "5"), ("0.00", 2, "0"), ("1.005", 2, None),
     ("1,000.00", 2, None), ("12", 2, None)],
)  # fmt: skip
def test_a_point_becomes_an_implied_one(sent: str, decimals: int, meant: str | None) -> None:
    assert implied_number(sent, decimals) == meant
