"""How problems are told: places, names, and what a sender should have sent."""

from typing import Any

import pytest

from adapters.samples.make import Wanted, sample
from adapters.translation.x12_write import NotWritten, write
from canonical.problem import Problem
from canonical.registry import DOCUMENTS
from tests.rigs.x12_written import WRITTEN_AT, messages, numbers, profile


def problems_of(set_id: str, right: str, wrong: str) -> list[Problem]:
    """What is found in a sample in which one thing was changed."""
    content = sample(Wanted(set_id, seed=7, lines=3)).decode()
    assert right in content
    return [one for message in messages(content.replace(right, wrong, 1).encode()) for one in message.problems]


@pytest.mark.parametrize(
    ("set_id", "right", "wrong", "expected"),
    [
        ("855", "*16*EA*", "*16*EACH*", "a code of list 355, as EA (each)"),
        ("855", "*20261130***HC", "*11302026***HC", "a date as CCYYMMDD: 20261130, if that day is meant"),
        ("810", "*3183.54*", "*3,183.54*", "a number without separators of thousands, as 3183.54"),
        ("810", "TDS*394853", "TDS*3948.53", "394853: digits, the last 2 digits after an implied point"),
        ("810", "TDS*394853", "TDS*391750", "394853, for 3948.53 added up"),
        ("856", "HL*6*4*", "HL*6*40*", "the HL01 of a level before this one"),
        ("856", "HL*6*4*", "HL*5*4*", "a number that no other level has"),
    ],
)
def test_what_was_meant_is_told(set_id: str, right: str, wrong: str, expected: str) -> None:
    assert [problem.expected for problem in problems_of(set_id, right, wrong)] == [expected]


def test_what_a_check_of_contents_finds_names_its_element() -> None:
    (problem,) = problems_of("856", "HL*6*4*", "HL*6*40*")
    assert (problem.found, problem.element_number, problem.element_name) == ("40", "734", "parent level id")


def test_the_rest_of_a_text_is_told_as_a_short_id() -> None:
    """AK301 has three characters, and what stands there may be free text."""
    found = problems_of("855", "CATHETER, CENTRAL", "CATHETER~CENTRAL")
    assert "CEN" in {problem.segment for problem in found}
    assert all("CENTRAL" not in str(problem.to_data()) for problem in found)


def test_a_control_number_that_repeats_is_marked_itself() -> None:
    content = sample(Wanted("850", seed=7, sets=2)).replace(b"*0002~", b"*0001~")
    (told,) = [one for message in messages(content) for one in message.problems]
    assert (told.code, told.element, told.length) == ("X12-E0413", 2, 4)
    assert content[told.offset or 0 :].startswith(b"0001~")


def verdict(**error: Any) -> Any:
    """An application's verdict with one error."""
    plain = {
        "documentType": "application_acknowledgment", "number": "A1", "issueDate": "2026-11-20", "status": "rejected",
        "messages": [{
            "status": "rejected", "statusCode": "TR", "references": [{"type": "purchaseOrder", "value": "1"}],
            "errors": [{"code": "011", **error}],
        }],
    }  # fmt: skip
    return DOCUMENTS["application_acknowledgment"].model_validate(plain)


def test_a_verdict_is_written_and_what_has_no_place_is_told() -> None:
    written = write(verdict(text="PRICE", segment="PO1", position=9, element=4), profile(), numbers(), WRITTEN_AT)
    assert not isinstance(written, NotWritten)
    assert b"OTI*TR*PO*1~\nTED*011*PRICE*PO1*9*4~" in written.content
    refused = write(verdict(element=4, component=2), profile(), numbers(), WRITTEN_AT)
    assert isinstance(refused, NotWritten)
    assert ("MAP-E0014", "messages[0].errors[0].element") in {(one.code, one.path) for one in refused.problems}
