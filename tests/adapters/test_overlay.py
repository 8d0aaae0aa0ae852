"""A partner's rules as values: names of places, and patterns that cannot take long."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from adapters.overlay import Place, Step, X12Overlay, place_of
from adapters.overlay_pattern import LONGEST_VALUE, compile_value_pattern, meets


@pytest.mark.parametrize(
    ("name", "place"),
    [
        ("REF", Place((Step("REF"),))),
        ("N1", Place((Step("N1"),))),
        ("N1/N3", Place((Step("N1"), Step("N3")))),
        ("N1[ST]/N3", Place((Step("N1", "ST"), Step("N3")))),
        ("BEG06", Place((Step("BEG"),), 6)),
        ("N104", Place((Step("N1"),), 4)),
        ("PO101", Place((Step("PO1"),), 1)),
        ("PO1/REF02", Place((Step("PO1"), Step("REF")), 2)),
        ("MEA04-1", Place((Step("MEA"),), 4, 1)),
        ("REF[DP]02", Place((Step("REF", "DP"),), 2)),
    ],
)
def test_names_mean_places(name: str, place: Place) -> None:
    assert place_of(name) == place


@pytest.mark.parametrize("name", ["", "R", "ref", "BEG6", "BEG00", "BEG06/REF", "N1[]", "N1/", "MEA04-0", "PO1//REF"])
def test_other_names_are_refused(name: str) -> None:
    with pytest.raises(ValueError, match=r"place|count"):
        place_of(name)


@pytest.mark.parametrize(
    "pattern", ["45[0-9]{8}", "[A-Z]?[0-9]{6,8}(-[0-9]{2})?", r"\d{3}-\d{4}", "(SO|PO)[0-9]+", "[0-9]+-[0-9]+", r"A\.B"]
)
def test_plain_patterns_are_taken(pattern: str) -> None:
    assert compile_value_pattern(pattern).pattern == pattern


@pytest.mark.parametrize(
    "pattern",
    [
        "(a+)+", "(a|b){20}", "a?" * 30 + "a" * 30, "(a*)*b", "[0-9]+[0-9]+[0-9]+", "(?=a)a", "(?P<x>a)", r"(a)\1",
        "^a$", "a**", "a)", "(a", "[a", "[z-a]", "x{3,1}", "x{1,1000}", "", "a" * 201, "((((((a))))))",
    ],
)  # fmt: skip
def test_patterns_that_could_take_long_or_say_something_else_are_refused(pattern: str) -> None:
    with pytest.raises(ValueError, match=r"[a-z]"):
        compile_value_pattern(pattern)


def test_a_pattern_stands_for_the_whole_value() -> None:
    pattern = compile_value_pattern("45[0-9]{2}")
    assert meets(pattern, "4512")
    assert not meets(pattern, "45123")
    assert not meets(pattern, "x4512")
    assert not meets(compile_value_pattern(".*"), "x" * (LONGEST_VALUE + 1))


@given(st.text(alphabet="ab01[]-(){},|?*+.\\d^$", max_size=20), st.text(alphabet="ab01-", max_size=12))
def test_a_pattern_that_is_taken_is_a_regular_expression_like_any_other(pattern: str, value: str) -> None:
    try:
        compiled = compile_value_pattern(pattern)
    except ValueError:
        return
    assert meets(compiled, value) == bool(re.fullmatch(pattern, value, re.ASCII))


def test_equal_rules_are_the_same_key_and_others_are_not() -> None:
    rules = {"sets": {"850": {"codes": {"BEG02": ["NE"]}}}}
    one, same = X12Overlay.model_validate(rules), X12Overlay.model_validate(rules)
    assert one == same
    assert hash(one) == hash(same)
    assert len({one, same, X12Overlay.model_validate({"aliases": {"355": {"CS": "CA"}}})}) == 2


@pytest.mark.parametrize(
    "rules",
    [
        {"sets": {"85": {}}},
        {"sets": {"850": {"codes": {"REF": ["DP"]}}}},
        {"sets": {"850": {"max_uses": {"REF": 0}}}},
        {"sets": {"850": {"max_uses": {"REF01": 1}}}},
        {"strictness": {"bad_code": "drop"}},
        {"order_purpose": [{"when": {}, "is": "bill_only"}]},
        {"order_purpose": [{"when": {"BEG02": "CN"}, "is": "lunch"}]},
        {"words": {"parties": {"MA": "somebody"}}},
    ],
)
def test_other_rules_are_refused(rules: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        X12Overlay.model_validate(rules)
