"""An 855 as the seller's answer: what became of each line, and of each part of its quantity."""

import pytest

from tests.rigs.x12_tree import dropped, mapped, segments_of

ANSWER = """
    BAK*00*AC*PO-2026-1001*20261119*R2*RQ-1*K-5501*SO-88*20261120~
    REF*VN*SO-88~
    N1*SE*ACME SURGICAL*9*1234567890001~
    PO1*1*100*EA*13.45*CT*VC*GLV-M*IN*100417~
    PID*F****GLOVE NITRILE M~
    ACK*IA*40*EA*068*20261121~DTM*017*20261123~
    ACK*IB*60*EA*067*20261205*R-9~
    PO1*2*3*EA*80**VC*STEM-8~
    ACK*IS*3*EA****VC*STEM-8B*UK*10614141000019~
    PO1*3*1*EA~
    ACK*R1~
    CTT*3~
"""


def test_the_heading_names_the_order_and_the_sellers_own_number() -> None:
    answer, context = mapped("855", ANSWER)
    assert context.findings == []
    assert (answer["number"], answer["orderNumber"], answer["sellerOrderNumber"]) == ("SO-88", "PO-2026-1001", "SO-88")
    assert (answer["status"], answer["statusCode"]) == ("acceptedWithChanges", "AC")
    assert (answer["orderDate"], answer["acknowledgmentDate"]) == ("2026-11-19", "2026-11-20")
    assert (answer["releaseNumber"], answer["contractNumber"]) == ("R2", "K-5501")
    assert answer["seller"]["identifiers"][0]["scheme"] == "DUNS4"
    assert answer["totals"] == {"lineCount": 3}


def test_a_line_that_is_split_keeps_all_its_answers_in_order() -> None:
    answer, _ = mapped("855", ANSWER)
    assert answer["lines"][0]["acknowledgments"] == [
        {
            "status": "accepted",
            "sourceCode": "IA",
            "quantity": {"value": "40", "unitCode": "EA"},
            "date": "2026-11-21",
            "dateType": "scheduledShip",
            "dateQualifier": "068",
            "dates": [{"type": "estimatedDelivery", "date": "2026-11-23", "qualifier": "017"}],
        },
        {
            "status": "backordered",
            "sourceCode": "IB",
            "quantity": {"value": "60", "unitCode": "EA"},
            "date": "2026-12-05",
            "dateType": "scheduledDelivery",
            "dateQualifier": "067",
            "reference": "R-9",
            "dates": [],
        },
    ]


def test_a_substitute_is_named() -> None:
    answer, _ = mapped("855", ANSWER)
    (substituted,) = answer["lines"][1]["acknowledgments"]
    assert substituted["status"] == "substituted"
    assert [(one["scheme"], one["value"]) for one in substituted["item"]["identifiers"]] == [
        ("SELLER", "STEM-8B"),
        ("GTIN", "10614141000019"),
    ]


def test_nothing_is_dropped() -> None:
    answer, _ = mapped("855", ANSWER)
    assert dropped(segments_of(ANSWER), answer) == []


@pytest.mark.parametrize(
    ("code", "status"),
    [
        ("AC", "acceptedWithChanges"),
        ("AE", "acceptedWithChanges"),
        ("AD", "accepted"),
        ("AK", "accepted"),
        ("AT", "accepted"),
        ("AH", "onHold"),
        ("AP", "acknowledged"),
        ("RD", "rejected"),
        ("RJ", "rejected"),
        ("ZZ", "other"),
        ("", "other"),
    ],
)
def test_the_answer_to_the_whole_order(code: str, status: str) -> None:
    answer, _ = mapped("855", f"BAK*00*{code}*PO-1*20261120~")
    assert answer["status"] == status
    assert answer["number"] == "PO-1"


@pytest.mark.parametrize(
    ("code", "status"),
    [
        ("IA", "accepted"),
        ("AC", "shipped"),
        ("BP", "backordered"),
        ("DR", "rescheduled"),
        ("IC", "acceptedWithChanges"),
        ("IP", "acceptedWithChanges"),
        ("ID", "cancelled"),
        ("IH", "onHold"),
        ("IR", "rejected"),
        ("R4", "rejected"),
        ("XX", "other"),
    ],
)
def test_the_answer_to_a_line(code: str, status: str) -> None:
    answer, _ = mapped("855", f"BAK*00*AC*PO-1*20261120~PO1*1*1*EA~ACK*{code}*1*EA~")
    assert answer["lines"][0]["acknowledgments"][0]["status"] == status
