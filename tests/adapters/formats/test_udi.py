"""What a label says is read from it, and a wrong digit is seen."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.formats.check_digits import gs1_check_digit, hibc_check_character
from adapters.formats.udi import MOST, Udi, parse_udi

GTIN = "0952123400001" + gs1_check_digit("0952123400001")


def hibc(text: str) -> str:
    check = hibc_check_character(text)
    assert check is not None
    return text + check


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        (f"(01){GTIN}", Udi("GTIN", GTIN)),
        (f"(01){GTIN}(11)261101(17)271130(10)LOT7(21)SN-9",
         Udi("GTIN", GTIN, "LOT7", "SN-9", "2027-11-30", "2026-11-01")),
        (f"01{GTIN}1727110010LOT7\x1d21SN9", Udi("GTIN", GTIN, "LOT7", "SN9", "2027-11-30")),
        (f"]d201{GTIN}17271130", Udi("GTIN", GTIN, None, None, "2027-11-30")),
        (f"01{GTIN}21SN9\x1d10LOT7", Udi("GTIN", GTIN, "LOT7", "SN9")),
        (hibc("+A123GLV2001"), Udi("HIBC", "+A123GLV2001")),
        (hibc("+A123GLV2001/$$1127LOT7"), Udi("HIBC", "+A123GLV2001", "LOT7", None, "2027-11-30")),
        (hibc("+A123GLV2001/$$3271115LOT7/SSN9/16D20260101"),
         Udi("HIBC", "+A123GLV2001", "LOT7", "SN9", "2027-11-15", "2026-01-01")),
        (hibc("+A123GLV2001/$$2111527LOT7"), Udi("HIBC", "+A123GLV2001", "LOT7", None, "2027-11-15")),
        (hibc("+A123GLV2001/$$527033LOT7"), Udi("HIBC", "+A123GLV2001", "LOT7", None, "2027-02-02")),
        (hibc("+A123GLV2001/$$7LOT7"), Udi("HIBC", "+A123GLV2001", "LOT7")),
        (hibc("+A123GLV2001/$$8051127LOT7"), Udi("HIBC", "+A123GLV2001", "LOT7", None, "2027-11-30")),
        (hibc("+A123GLV2001/$$+1127SN9"), Udi("HIBC", "+A123GLV2001", None, "SN9", "2027-11-30")),
        (hibc("+A123GLV2001/$LOT7/14D20271130"), Udi("HIBC", "+A123GLV2001", "LOT7", None, "2027-11-30")),
        (hibc("+A123GLV2001/$+SN9"), Udi("HIBC", "+A123GLV2001", None, "SN9")),
        ("=A9999XYZ100T0944", Udi("UDI", "=A9999XYZ100T0944")),
    ],
)  # fmt: skip
def test_a_label_is_read(text: str, wanted: Udi) -> None:
    assert parse_udi(text) == wanted


def test_a_wrong_digit_is_seen() -> None:
    wrong = GTIN[:-1] + str((int(GTIN[-1]) + 1) % 10)
    found = parse_udi(f"(01){wrong}(10)LOT7")
    assert found is not None
    assert (found.device, found.lot_number, found.flaw) == (wrong, "LOT7", f"check digit {GTIN[-1]}")
    misread = parse_udi("+A123GLV2001/$$1127LOT7" + "!")
    assert misread is not None
    assert misread.flaw


@pytest.mark.parametrize("text", ["", "GLV-200", "4711", "(10)LOT7", "01123", "+", "+A", "x" * (MOST + 1), "(01)12"])
def test_what_is_no_label_is_none(text: str) -> None:
    assert parse_udi(text) is None


@pytest.mark.parametrize("text", ["(17)271399", "(17)270230", "(17)27AB01"])
def test_a_date_that_is_none_is_left_out(text: str) -> None:
    found = parse_udi(f"(01){GTIN}{text}")
    assert found == Udi("GTIN", GTIN)


@given(st.text(alphabet="+/$()0123456789ABSD=\x1d]", max_size=60))
def test_nothing_brings_it_down(text: str) -> None:
    for given_text in (text, f"(01){GTIN}{text}", f"01{GTIN}{text}", f"+A123GLV2001/{text}", f"+A123GLV2001/$$5{text}"):
        found = parse_udi(given_text)
        assert found is None or found.device
