"""997, 999 and TA1 as verdicts on what we sent; and what a message is called before it is understood."""

import pytest

from adapters.formats.x12.tree import Segment
from adapters.mappings.interchange_acknowledgment import interchange_acknowledgment
from adapters.mappings.registry import X12_DOCUMENT_TYPES, X12_MAPPINGS, number_of
from canonical.interchange_acknowledgment import InterchangeAcknowledgment
from canonical.registry import DOCUMENTS
from tests.rigs.x12_tree import dropped, mapped, segments_of

ANSWER = """
    AK1*PO*1187*004010~
    AK2*850*0001~AK5*A~
    AK2*850*0002~
    AK3*PO1*8*PO1*8~AK4*2*330*6*12X~AK4*5>1>2*639*7~
    AK3*N1*4**3~
    AK5*R*5*4~
    AK9*P*2*2*1*5~
"""


def test_a_group_with_its_sets() -> None:
    answer, context = mapped("997", ANSWER)
    assert context.findings == []
    assert (answer["number"], answer["functionalId"], answer["release"]) == ("1187", "PO", "004010")
    assert (answer["status"], answer["statusCode"], answer["codes"]) == ("partiallyAccepted", "P", ["5"])
    assert (answer["claimed"], answer["received"], answer["accepted"]) == (2, 2, 1)
    accepted, rejected = answer["sets"]
    assert (accepted["messageType"], accepted["controlNumber"], accepted["status"]) == ("850", "0001", "accepted")
    assert (rejected["status"], rejected["codes"]) == ("rejected", ["5", "4"])
    assert rejected["segments"] == [
        {
            "segment": "PO1",
            "position": 8,
            "loop": "PO1",
            "codes": ["8"],
            "reasons": ["elements with faults"],
            "contexts": [],
            "elements": [
                {
                    "element": 2,
                    "elementNumber": "330",
                    "code": "6",
                    "reason": "character not allowed",
                    "value": "12X",
                    "contexts": [],
                },
                {
                    "element": 5,
                    "component": 1,
                    "repetition": 2,
                    "elementNumber": "639",
                    "code": "7",
                    "reason": "code not in the list",
                    "contexts": [],
                },
            ],
        },
        {
            "segment": "N1",
            "position": 4,
            "codes": ["3"],
            "reasons": ["mandatory segment missing"],
            "contexts": [],
            "elements": [],
        },
    ]


def test_nothing_is_dropped() -> None:
    assert dropped(segments_of(ANSWER), mapped("997", ANSWER)[0]) == []


def test_a_verdict_on_the_group_alone() -> None:
    answer, _ = mapped("997", "AK1*PO*1187~AK9*A*1*1*1~")
    assert (answer["status"], answer["sets"]) == ("accepted", [])


@pytest.mark.parametrize(
    ("code", "status"),
    [("A", "accepted"), ("E", "acceptedWithErrors"), ("R", "rejected"), ("M", "rejected"), ("Z", "other")],
)
def test_verdicts(code: str, status: str) -> None:
    answer, _ = mapped("997", f"AK1*PO*1~AK2*850*0001~AK5*{code}~AK9*{code}*1*1*1~")
    assert (answer["status"], answer["sets"][0]["status"]) == (status, status)


def test_a_place_that_is_no_number_is_told_and_kept() -> None:
    answer, context = mapped("997", "AK1*PO*1~AK2*850*0001~AK3*PO1*8**8~AK4*two*330*6~AK5*R*5~AK9*R*1*1*0~")
    assert [found.kind.code for found in context.findings] == ["MAP-W0003"]
    assert answer["extensions"]["x12"] == [{"segment": "AK4", "elements": ["two", "330", "6"], "loop": "AK2[1]/AK3[1]"}]


def test_a_999_tells_the_same() -> None:
    body = (
        "AK1*PO*7*005010~AK2*850*0001~IK3*PO1*8*LDT*8~CTX*BEG03>4500012345~CTX*SITUATIONAL TRIGGER*CUR*3**2>1*98>640~"
        "IK4*2*380*I12*12X~CTX*SITUATIONAL TRIGGER*PO1*8~IK3*N9*9**I6~IK5*R*5*I6~AK9*R*1*1*0~"
    )
    answer, context = mapped("999", body, release="005010")
    assert context.findings == []
    (one,) = answer["sets"]
    assert (one["status"], one["codes"]) == ("rejected", ["5", "I6"])
    assert one["reasons"] == ["segments with faults", "implementation guide not supported"]
    line, note = one["segments"]
    assert line["contexts"] == [
        {"identifiers": [{"name": "BEG03", "value": "4500012345"}]},
        {
            "identifiers": [{"name": "SITUATIONAL TRIGGER"}],
            "segment": "CUR",
            "position": 3,
            "element": 2,
            "component": 1,
            "elementNumber": "98",
            "componentNumber": "640",
        },
    ]
    (element,) = line["elements"]
    assert (element["code"], element["reason"], element["value"]) == ("I12", "pattern does not fit", "12X")
    assert element["contexts"] == [{"identifiers": [{"name": "SITUATIONAL TRIGGER"}], "segment": "PO1", "position": 8}]
    assert (note["codes"], note["reasons"]) == (["I6"], ["dependent segment missing"])
    assert answer["extensions"] == {}
    assert dropped(segments_of(body), answer) == []


def acknowledged(text: str) -> dict[str, object]:
    plain = interchange_acknowledgment(Segment(text.split("*"), 1, 0, len(text)))
    return InterchangeAcknowledgment.model_validate(plain).to_data()


def test_an_interchange_acknowledgment() -> None:
    answer = acknowledged("TA1*000000905*261120*0930*R*025")
    assert answer["number"] == "000000905"
    assert (answer["issueDate"], answer["interchangeTime"]) == ("2026-11-20", "09:30")
    assert (answer["status"], answer["statusCode"], answer["noteCode"]) == ("rejected", "R", "025")
    assert answer["extensions"] == {}


def test_an_interchange_acknowledgment_with_a_strange_date_is_kept_whole() -> None:
    answer = acknowledged("TA1*000000905*261399*0930*A*000")
    assert "issueDate" not in answer
    assert answer["extensions"] == {
        "x12": [{"segment": "TA1", "elements": ["000000905", "261399", "0930", "A", "000"]}]
    }


@pytest.mark.parametrize(
    ("message_type", "body", "number"),
    [
        ("850", "BEG*00*SA*PO-1~", "PO-1"),
        ("855", "BAK*00*AC*PO-1*20261120****SO-8~", "SO-8"),
        ("855", "BAK*00*AC*PO-1*20261120~", "PO-1"),
        ("856", "BSN*00*SHP-1~", "SHP-1"),
        ("810", "BIG*20261120*INV-1~", "INV-1"),
        ("997", "AK1*PO*1187~", "1187"),
        ("860", "BCH*04*SA*PO-1~", "PO-1"),
        ("850", "BEG*00*SA~", None),
        ("850", "REF*PO*1~", None),
        ("278", "BHT*1*2*3~", None),
    ],
)
def test_the_number_of_a_message_that_was_not_accepted(message_type: str, body: str, number: str | None) -> None:
    assert number_of(message_type, segments_of(f"ST*{message_type}*0001~{body}")) == number


def test_every_mapping_makes_a_document_that_exists() -> None:
    assert {document_type for document_type, _ in X12_MAPPINGS.values()} <= DOCUMENTS.keys()


def test_sets_without_a_mapping_have_a_name_too() -> None:
    assert X12_DOCUMENT_TYPES["860"] == "purchase_order_change"
    assert X12_DOCUMENT_TYPES["850"] == "purchase_order"
