"""Identifiers that can be checked by themselves: right ones pass, and a single wrong digit is always found."""

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.formats.check_digits import gs1_check_digit, hibc_check_character
from adapters.formats.x12.check_digits import flaw, luhn_check_digit

DIGITS = string.digits
GS1 = {"UP": 12, "EN": 13, "UK": 14, "EO": 8}


def digits(length: int) -> st.SearchStrategy[str]:
    """Texts of so many digits."""
    return st.text(DIGITS, min_size=length, max_size=length)


@pytest.mark.parametrize(
    ("element", "qualifier", "text"),
    [
        ("235", "UP", "036000291452"),
        ("235", "EN", "4006381333931"),
        ("235", "UK", "10614141000415"),
        ("235", "EO", "96385074"),
        ("235", "N1", "1234-5678-90"),
        ("235", "N1", "1234567890"),
        ("235", "N2", "12345-678-90"),
        ("235", "N3", "12345-6789-0"),
        ("235", "N4", "12345-6789-01"),
        ("235", "N4", "12345678901"),
        ("235", "ND", "12345678901"),
        ("235", "HI", "+A123BJC5D6E71G"),
        ("235", "HI", "A123BJC5D6E71"),
        ("235", "HI", "+A123BJC5D6E71/$$52001510X3"),
        ("66", "UL", "9501101530003"),
        ("66", "21", "AUV018800"),
        ("66", "11", "AB1234563"),
        ("66", "XX", "1234567893"),
        ("88", "AA", "106141412345678908"),
        ("88", "GM", "00106141412345678908"),
        ("88", "GM", "(00)106141412345678908"),
        ("235", "VN", "anything at all"),
        ("66", "1", "123456789"),
    ],
)
def test_a_right_identifier_passes(element: str, qualifier: str, text: str) -> None:
    assert flaw(element, qualifier, text) is None


@pytest.mark.parametrize(
    ("element", "qualifier", "text", "expected", "check"),
    [
        ("235", "UP", "036000291453", "check digit 2", True),
        ("235", "UP", "4006381333931", "GTIN-12: 12 digits", False),
        ("235", "EN", "400638133393A", "GTIN-13: 13 digits", False),
        ("235", "N4", "1234-5678-90", "digits as 5-4-2", False),
        ("235", "N1", "٠١٢٣٤٥٦٧٨٩", "digits as 4-4-2", False),
        ("235", "HI", "+A123BJC5D6E71F", "check character 'G'", True),
        ("66", "UL", "9501101530004", "check digit 3", True),
        ("66", "21", "1234", "health industry number: nine letters and digits", False),
        ("66", "11", "AB1234567", "check digit 3", True),
        ("66", "XX", "1234567890", "check digit 3", True),
        ("88", "GM", "00106141412345678909", "check digit 8", True),
        ("88", "AA", "1061414", "SSCC: 18 digits", False),
    ],
)
def test_a_wrong_identifier_is_told_with_what_would_fit(
    element: str, qualifier: str, text: str, expected: str, check: bool
) -> None:
    found = flaw(element, qualifier, text)
    assert found is not None
    assert (found.expected, found.check) == (expected, check)


@given(st.sampled_from(sorted(GS1)), st.data())
def test_any_single_wrong_digit_of_a_gtin_is_found(qualifier: str, data: st.DataObject) -> None:
    body = data.draw(digits(GS1[qualifier] - 1))
    right = body + gs1_check_digit(body)
    place = data.draw(st.integers(0, len(right) - 1))
    wrong = data.draw(st.sampled_from(DIGITS.replace(right[place], "")))
    assert flaw("235", qualifier, right) is None
    found = flaw("235", qualifier, right[:place] + wrong + right[place + 1 :])
    assert found is not None
    assert found.check


@given(digits(17), st.integers(0, 17), st.data())
def test_any_single_wrong_digit_of_an_sscc_is_found(body: str, place: int, data: st.DataObject) -> None:
    right = body + gs1_check_digit(body)
    wrong = data.draw(st.sampled_from(DIGITS.replace(right[place], "")))
    assert flaw("88", "GM", "00" + right) is None
    assert flaw("88", "AA", right[:place] + wrong + right[place + 1 :]) is not None


@given(digits(8), st.integers(1, 9), st.data())
def test_any_single_wrong_digit_of_an_npi_is_found(body: str, place: int, data: st.DataObject) -> None:
    right = "1" + body + luhn_check_digit("808401" + body)
    wrong = data.draw(st.sampled_from(DIGITS.replace(right[place], "")))
    assert flaw("66", "XX", right) is None
    assert flaw("66", "XX", right[:place] + wrong + right[place + 1 :]) is not None


@given(st.text(string.ascii_uppercase + DIGITS, min_size=1, max_size=17), st.data())
def test_any_single_wrong_character_of_a_printed_hibc_is_found(product: str, data: st.DataObject) -> None:
    body = f"+A123{product}1"
    right = body + str(hibc_check_character(body))
    place = data.draw(st.integers(1, len(body) - 2))
    kind = DIGITS if right[place].isdigit() else string.ascii_uppercase
    wrong = right[:place] + data.draw(st.sampled_from(kind.replace(right[place], ""))) + right[place + 1 :]
    assert flaw("235", "HI", right) is None
    # A blank at the end may have been left away, so what reads as such a code is not told.
    assert (flaw("235", "HI", wrong) is None) == (right[-1].isdigit() and hibc_check_character(wrong) == " ")


@given(st.sampled_from(["235", "66", "88"]), st.text(max_size=3), st.text(max_size=60))
def test_no_text_makes_a_check_fail(element: str, qualifier: str, text: str) -> None:
    flaw(element, qualifier, text)
    for known in ("UP", "N1", "ND", "HI", "UL", "21", "11", "XX", "AA", "GM"):
        flaw(element, known, text)
