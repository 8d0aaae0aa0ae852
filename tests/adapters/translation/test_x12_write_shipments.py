"""Ship notices and other documents that were made by hand, not read: what they become as X12."""

from typing import Any

import pytest

from canonical.document import Document
from canonical.registry import DOCUMENTS
from tests.rigs.x12_bytes import group, interchange, transaction_set
from tests.rigs.x12_written import meaning, messages, profile, pyx12_errors, written

ITEM = {"identifiers": [{"scheme": "SELLER", "value": "GLV-M"}]}
TEN = {"value": "10", "unitCode": "EA"}
ISSUED = {"type": "issued", "date": "2026-11-20", "time": "09:30"}


def notice(**more: Any) -> Document:
    """A notice with what every one needs."""
    plain = {
        "documentType": "ship_notice", "number": "SHP-1", "shipmentNumber": "SHP-1", "issueDate": "2026-11-20",
        "dates": [ISSUED],
    }  # fmt: skip
    return DOCUMENTS["ship_notice"].model_validate(plain | more)


def rows(document: Document) -> list[str]:
    """The segments between ST and SE."""
    content = written(document, profile()).content
    assert pyx12_errors(content) == []
    texts = content.decode().replace("~", "").splitlines()
    return texts[3:-3]


def read(document: Document) -> dict[str, Any]:
    """What the receiver understands."""
    (message,) = messages(written(document, profile()).content)
    assert message.accepted
    assert [problem.code for problem in message.problems] == []
    return meaning(message.document)


def come_in(*body: str) -> Document:
    """The document in an 856 that a partner sent."""
    content = interchange(group(transaction_set(body, set_id="856"), functional_id="SH"))
    (message,) = messages(content)
    assert message.accepted
    return message.document


def test_levels_without_numbers_are_numbered_in_order() -> None:
    lines = [
        {"lineNumber": "1", "item": ITEM, "quantity": TEN, "orderNumber": "PO-1"},
        {"lineNumber": "2", "item": ITEM, "quantity": TEN, "orderNumber": "PO-2"},
    ]
    found = rows(notice(orders=[{"orderNumber": "PO-1"}, {"orderNumber": "PO-2"}], lines=lines))
    heads = [row for row in found if row.startswith(("HL", "PRF"))]
    assert heads == ["HL*1**S*1", "HL*2*1*O*1", "PRF*PO-1", "HL*3*2*I*0", "HL*4*1*O*1", "PRF*PO-2", "HL*5*4*I*0"]


def test_a_container_code_without_marks_is_marked_with_its_identifier() -> None:
    package = {"type": "pack", "hierarchyId": "2", "sscc": "106141411234567897"}
    line = {"item": ITEM, "quantity": TEN, "package": "2", "hierarchyId": "3"}
    assert "MAN*GM*00106141411234567897" in rows(notice(packages=[package], lines=[line]))


def test_the_order_of_a_notice_without_levels_stands_in_the_shipment() -> None:
    back = read(notice(orderNumber="PO-1", lines=[{"item": ITEM, "quantity": TEN}]))
    assert back["orderNumber"] == back["lines"][0]["orderNumber"] == "PO-1"


def test_an_order_that_only_its_line_names_stands_in_the_line() -> None:
    back = read(notice(lines=[{"item": ITEM, "quantity": TEN, "orderNumber": "PO-1"}]))
    assert back["lines"][0]["orderNumber"] == "PO-1"


def test_a_lot_that_only_the_instances_tell_is_written() -> None:
    instance = {"lotNumber": "L77", "expirationDate": "2030-12-31"}
    document = notice(lines=[{"item": ITEM, "quantity": TEN, "instances": [instance]}])
    assert {"REF*LT*L77", "DTM*036*20301231"} <= set(rows(document))
    assert read(document)["lines"][0]["instances"] == [instance | {"quantity": TEN}]


def test_a_serial_number_that_only_the_instances_tell_is_written() -> None:
    instance = {"lotNumber": "L77", "serialNumber": "S1"}
    document = notice(lines=[{"item": ITEM, "quantity": TEN, "instances": [instance]}])
    assert {"REF*LT*L77", "REF*SE*S1"} <= set(rows(document))
    assert read(document)["lines"][0]["instances"] == [instance]


def test_lots_with_own_quantities_and_dates_get_levels_of_their_own() -> None:
    instances = [
        {"lotNumber": "L1", "expirationDate": "2030-12-31", "quantity": {"value": "4", "unitCode": "EA"}},
        {"lotNumber": "L2", "expirationDate": "2031-01-31", "quantity": {"value": "6", "unitCode": "EA"}},
    ]
    back = read(notice(lines=[{"item": ITEM, "quantity": TEN, "instances": instances}]))
    assert back["lines"][0]["instances"] == instances


def test_components_with_a_description_get_levels_of_their_own() -> None:
    parts = [{"lineNumber": "1", "item": {**ITEM, "description": "CLAMP"}, "quantity": TEN}]
    back = read(notice(lines=[{"item": ITEM, "quantity": TEN, "components": parts}]))
    (part,) = back["lines"][0]["components"]
    assert part["item"]["description"] == "CLAMP"
    assert part["item"]["identifiers"][0]["value"] == "GLV-M"


def test_a_notice_without_its_time_is_not_made_up() -> None:
    result = notice(dates=[], lines=[{"item": ITEM, "quantity": TEN}])
    with pytest.raises(AssertionError, match="MAP-E0011"):
        written(result, profile())


LEVELS = {
    "numbers with gaps": ("HL*3**S*1", "HL*7*3*O*1", "PRF*PO-1", "HL*12*7*I*0", "LIN*1*VC*GLV", "SN1**1*EA"),
    "packs inside items": (
        "HL*1**S*1", "HL*2*1*O*1", "PRF*PO-1", "HL*3*2*I*1", "LIN*1*VC*GLV", "SN1**1*EA", "HL*4*3*P*0",
        "MAN*GM*00106141411234567897",
    ),
    "orders inside packs": (
        "HL*1**S*1", "HL*2*1*P*1", "HL*3*2*O*1", "PRF*PO-1", "HL*4*3*I*0", "LIN*1*VC*GLV", "SN1**1*EA", "HL*5*1*P*1",
        "HL*6*5*O*1", "PRF*PO-1", "HL*7*6*I*0", "LIN*2*VC*GLV", "SN1**1*EA",
    ),
    "lines of one pack apart": (
        "HL*1**S*1", "HL*2*1*O*1", "PRF*PO-1", "HL*3*2*P*1", "HL*4*3*I*0", "LIN*1*VC*GLV", "SN1**1*EA", "HL*5*2*P*1",
        "HL*6*5*I*0", "LIN*2*VC*GLV", "SN1**1*EA", "HL*7*3*I*0", "LIN*3*VC*GLV", "SN1**1*EA",
    ),
    "single pieces": (
        "HL*1**S*1", "HL*2*1*I*1", "LIN*1*VC*GLV", "SN1**2*EA", "HL*3*2*X*0", "LIN**LT*L1", "SN1**1*EA",
        "DTM*036*20301231", "HL*4*2*X*0", "LIN**LT*L2", "SN1**1*EA",
    ),
    "a kit": (
        "HL*1**S*1", "HL*2*1*I*1", "LIN*1*VC*KIT", "SN1**1*EA", "SLN*1**I*2*EA****VC*TUBE", "HL*3*2*F*0",
        "LIN*2*VC*CLAMP", "SN1**1*EA", "PID*F****CLAMP",
    ),
    "an order in the shipment": ("HL*1**S*1", "PRF*PO-1**R1", "HL*2*1*I*0", "LIN*1*VC*GLV", "SN1**1*EA"),
    "an order without a number": ("HL*1**S*1", "HL*2*1*O*1", "HL*3*2*P*1", "HL*4*3*I*0", "LIN*1*VC*GLV", "SN1**1*EA"),
}  # fmt: skip


@pytest.mark.parametrize("levels", LEVELS.values(), ids=LEVELS)
def test_trees_of_all_shapes_come_back(levels: tuple[str, ...]) -> None:
    document = come_in("BSN*00*SHP-1*20261120*0930", *levels)
    (back,) = messages(written(document, profile(strict=False)).content)
    assert meaning(back.document) == meaning(document)


def test_numbers_of_levels_stay_as_they_were() -> None:
    document = come_in("BSN*00*SHP-1*20261120*0930", *LEVELS["numbers with gaps"])
    content = written(document, profile()).content.decode()
    assert "HL*7*1*O*1~" in content
    assert "HL*12*7*I*0~" in content


def test_a_payment_without_entities_gets_one() -> None:
    plain = {
        "documentType": "remittance_advice", "number": "EFT-1", "amount": "12.50", "direction": "credit",
        "directionCode": "C", "handling": "remittanceOnly", "handlingCode": "I", "method": "ach", "methodCode": "ACH",
        "remittances": [{"reference": {"type": "invoice", "value": "INV-1"}, "paidAmount": "12.50"}],
    }  # fmt: skip
    back = read(DOCUMENTS["remittance_advice"].model_validate(plain))
    assert (back["number"], back["trace"]["number"]) == ("EFT-1", "EFT-1")
    assert back["remittances"][0]["reference"] == {"type": "invoice", "value": "INV-1", "qualifier": "IV"}
    assert back["remittances"][0]["entity"] == back["entities"][0]["number"] == "1"


def test_what_a_receipt_tells_in_fields_of_its_own_is_written() -> None:
    plain = {
        "documentType": "receipt", "number": "RC-1", "issueDate": "2026-11-20", "receiptType": "dock",
        "receiptTypeCode": "1", "receivedDate": "2026-11-19", "orderNumber": "PO-1", "shipmentNumber": "SHP-1",
        "lines": [{"lineNumber": "1", "item": ITEM, "quantity": TEN, "instances": [{"lotNumber": "L77"}]}],
    }  # fmt: skip
    back = read(DOCUMENTS["receipt"].model_validate(plain))
    assert (back["receivedDate"], back["orderNumber"], back["shipmentNumber"]) == ("2026-11-19", "PO-1", "SHP-1")
    assert back["lines"][0]["instances"] == [{"lotNumber": "L77", "quantity": TEN}]


def test_a_number_that_two_levels_have_is_not_written_twice() -> None:
    """HL01 names one level; documents that say otherwise are numbered anew."""
    lines = [{"item": ITEM, "quantity": TEN, "hierarchyId": "2"} for _ in range(3)]
    heads = [row for row in rows(notice(lines=lines)) if row.startswith("HL")]
    assert heads == ["HL*1**S*1", "HL*2*1*I*0", "HL*3*1*I*0", "HL*4*1*I*0"]
