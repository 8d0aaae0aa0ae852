"""The catalogue of problem codes: well-formed, complete, and stable for ever."""

import re
from collections import Counter
from pathlib import Path

import pytest

from adapters.formats.x12.problems import ACK_CODES
from adapters.mappings import problems as mappings
from canonical.problem import ProblemKind
from gateway import catalogue
from gateway.catalogue import CATALOGUE, find, kinds, suggest

PUBLISHED = Path(__file__).with_name("published_codes.txt")


def test_every_code_is_unique_and_well_formed() -> None:
    counts = Counter(kind.code for source in catalogue.SOURCES for kind in kinds(source))
    assert [code for code, count in counts.items() if count > 1] == []
    assert [code for code in counts if not re.fullmatch(r"(X12|HL7|XML|MAP|BUS|NET|CFG|SEC)-[EWI]\d{4}", code)] == []


@pytest.mark.parametrize("kind", CATALOGUE.values(), ids=lambda kind: kind.code)
def test_every_text_is_there_and_in_form(kind: ProblemKind) -> None:
    assert kind.title
    assert len(kind.title) <= 72
    assert not kind.title.endswith(".")
    for text in (kind.explanation, kind.help):
        assert text.strip() == text
        assert text.endswith((".", "?", "}.", "`."))
        assert "  " not in text


def test_published_codes_are_never_taken_away(update_golden: bool) -> None:
    published = PUBLISHED.read_text().split() if PUBLISHED.exists() else []
    assert [code for code in published if code not in CATALOGUE] == []
    if update_golden:
        PUBLISHED.write_text("".join(f"{code}\n" for code in sorted({*published, *CATALOGUE})))
        published = PUBLISHED.read_text().split()
    assert sorted(set(CATALOGUE) - set(published)) == [], "new codes: add them with --update-golden"


def test_acknowledgment_codes_are_those_of_the_standard() -> None:
    allowed = {
        "TA105": {f"{number:03d}" for number in range(32)},
        "AK905": {*(str(number) for number in range(1, 26)), "30", "31", "32"},
        "AK502": {*(str(number) for number in range(1, 28))},
        "AK403": {*(str(number) for number in range(1, 14))},
        "AK304": {*(str(number) for number in range(1, 9))},
    }
    for code, told in ACK_CODES.items():
        place, _, value = told.partition("=")
        assert value in allowed[place], (code, told)
        assert not code.startswith("X12-I"), "information is never told to the sender"


@pytest.mark.parametrize("typed", ["MAP-E0001", "map-e0001", "MAP-W0001", "map0001", " map-0001 ", "MAP_E0001"])
def test_a_code_is_found_however_it_is_typed(typed: str) -> None:
    assert find(typed) is mappings.NOT_EXPRESSIBLE


def test_the_exact_code_wins_over_another_letter() -> None:
    for code, kind in CATALOGUE.items():
        assert find(code.lower()) is kind


def test_an_unknown_code_is_not_found_but_its_likes_are_suggested() -> None:
    assert find("X12-E9999") is None
    assert find("nonsense") is None
    assert find("") is None
    assert "X12-E0307" in suggest("x12-e030")
    assert suggest("completely else") == ()
