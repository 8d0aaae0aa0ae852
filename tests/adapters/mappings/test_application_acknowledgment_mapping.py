"""What a partner's application says of our messages (824)."""

import pytest

from adapters.mappings.application_acknowledgment import overall
from tests.rigs.x12_tree import mapped

ADVICE = """
    BGN*11*ADV-1*20261118*0718*ET*ADV-0*SA*2*00~
    N1*FR*NORTHWIND~
    OTI*TA*PO*PO-1*STEXERP*NORTHWIND*20261116*0815*417*0001*850*004010*00*SA~
    OTI*IE*PO*PO-2~
    REF*CT*K-77~
    AMT*GW*1900.5~
    QTY*33*4*BX~
    TED*011*PRICE IS NOT THE CONTRACT PRICE*PO1*14*4*212*13.10*13.45~
    NTE*ADD*SEE CONTRACT K-77~
    RED*WRONG PRICE****ZZ*P-17~
    TED*024**N4*113*3>2>1>9*116>1~
    OTI*ZQ*PO*PO-3~
"""


def test_each_message_has_its_verdict() -> None:
    answer, context = mapped("824", ADVICE)
    assert context.findings == []
    assert (answer["number"], answer["purpose"], answer["issueDate"]) == ("ADV-1", "response", "2026-11-18")
    assert answer["dates"] == [{"type": "issued", "date": "2026-11-18", "time": "07:18", "zone": "ET"}]
    assert (answer["relatedNumber"], answer["transactionType"], answer["actionCode"]) == ("ADV-0", "SA", "2")
    assert answer["parties"][0]["role"] == "messageFrom"
    good, doubtful, odd = answer["messages"]
    assert (good["status"], good["level"], good["messageType"]) == ("accepted", "message", "850")
    assert (good["group"], good["controlNumber"], good["release"]) == ("417", "0001", "004010")
    assert (good["sender"], good["receiver"], good["date"], good["time"]) == (
        "STEXERP", "NORTHWIND", "2026-11-16", "08:15",
    )  # fmt: skip
    assert good["references"] == [{"type": "purchaseOrder", "value": "PO-1", "qualifier": "PO"}]
    assert (doubtful["status"], doubtful["level"]) == ("acceptedWithErrors", "item")
    assert [entry["type"] for entry in doubtful["references"]] == ["purchaseOrder", "contract"]
    assert doubtful["amounts"] == [{"type": "GW", "amount": "1900.5"}]
    assert doubtful["quantities"] == [
        {"type": "available", "quantity": {"value": "4", "unitCode": "BX"}, "qualifier": "33"}
    ]
    assert (odd["status"], odd["statusCode"]) == ("other", "ZQ")


def test_an_error_tells_what_and_where() -> None:
    answer, _ = mapped("824", ADVICE, release="005010")
    price, place = answer["messages"][1]["errors"]
    assert (price["code"], price["text"]) == ("011", "PRICE IS NOT THE CONTRACT PRICE")
    assert (price["segment"], price["position"], price["element"], price["elementNumber"]) == ("PO1", 14, 4, "212")
    assert (price["value"], price["newValue"]) == ("13.10", "13.45")
    assert price["notes"] == [{"text": "SEE CONTRACT K-77", "type": "additional", "qualifier": "ADD"}]
    assert price["details"] == [{"type": "ZZ", "value": "P-17", "description": "WRONG PRICE", "qualifier": "ZZ"}]
    assert "element" not in place, "four numbers are no place"
    assert place["elementNumber"] == "116"
    assert place["extensions"]["x12"][0]["elements"][4] == "3>2>1>9"


def test_a_place_in_a_composite_is_told_whole() -> None:
    answer, _ = mapped("824", "BGN*11*A*20261118~OTI*TR*PO*1~TED*024**N4*113*3>2>1~", release="005010")
    (error,) = answer["messages"][0]["errors"]
    assert (error["element"], error["component"], error["repetition"]) == (3, 2, 1)
    assert error["extensions"] == {}


@pytest.mark.parametrize(
    ("statuses", "whole"),
    [
        (["accepted", "accepted"], "accepted"),
        (["accepted", "acceptedWithErrors"], "acceptedWithErrors"),
        (["accepted", "rejected"], "partiallyAccepted"),
        (["rejected", "rejected"], "rejected"),
        (["accepted", "onHold"], "onHold"),
        (["other", "accepted"], "other"),
        ([], "other"),
    ],
)
def test_the_whole_is_as_bad_as_its_worst_part(statuses: list[str], whole: str) -> None:
    assert overall(statuses) == whole
