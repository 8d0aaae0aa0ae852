"""Changes of orders (860) and the answers to them (865)."""

import pytest

from canonical.registry import DOCUMENTS
from tests.rigs.x12_tree import mapped

CHANGE = """
    BCH*04*NE*PO-1*R-2*3*20261116*RFQ-9*K-77*SO-5*20261117*20261118*FX*00*AC*SA*RE~
    POC*1*QI*20*8*BX*13.45*CT*VC*GLV-N-M*IN*104412~
    POC*2*DI**4*CA~
    POC*3*XX*7**EA>2~
    DTM*002*20261130~
    SLN*3.1**I*7*EA~
    CTT*3~
"""


def test_the_heading_tells_which_change_of_which_order() -> None:
    change, context = mapped("860", CHANGE)
    assert context.findings == []
    assert (change["number"], change["orderNumber"], change["changeNumber"]) == ("PO-1", "PO-1", "3")
    assert (change["purpose"], change["orderType"], change["releaseNumber"]) == ("change", "NE", "R-2")
    assert (change["orderDate"], change["acknowledgmentDate"], change["issueDate"]) == (
        "2026-11-16", "2026-11-17", "2026-11-18",
    )  # fmt: skip
    assert (change["requestReference"], change["contractNumber"], change["sellerOrderNumber"]) == (
        "RFQ-9", "K-77", "SO-5",
    )  # fmt: skip
    codes = ("contractType", "securityLevel", "acknowledgmentType", "transactionType", "purchaseCategory")
    assert [change[name] for name in codes] == ["FX", "00", "AC", "SA", "RE"]
    assert change["extensions"] == {}


def test_a_line_tells_what_changes_and_how_it_shall_be() -> None:
    change, _ = mapped("860", CHANGE)
    more, gone, odd = change["lines"]
    assert (more["change"], more["changeCode"], more["quantityLeft"]) == ("quantityIncrease", "QI", "8")
    assert more["quantity"] == {"value": "20", "unitCode": "BX"}
    assert more["price"] == {"amount": "13.45", "basis": "CT"}
    assert [entry["scheme"] for entry in more["item"]["identifiers"]] == ["SELLER", "BUYER"]
    assert more["extensions"] == {}
    assert (gone["change"], gone["quantityLeft"], "quantity" in gone) == ("delete", "4", False)
    assert gone["extensions"]["x12"][0]["elements"] == ["2", "DI", "", "4", "CA"], "its unit has no other place"
    assert (odd["change"], odd["changeCode"]) == ("other", "XX")
    assert odd["quantity"] == {"value": "7", "unitCode": "EA"}
    assert odd["extensions"]["x12"][0]["elements"] == ["3", "XX", "7", "", "EA>2"]
    assert odd["dates"][0]["date"] == "2026-11-30"
    assert odd["subLines"][0]["lineNumber"] == "3.1"


def test_an_order_date_in_the_place_of_the_change_number_is_read_as_a_date() -> None:
    change, context = mapped("860", "BCH*04*NE*PO-1**20260904*01*20260904~")
    assert change["orderDate"] == "2026-09-04"
    assert "changeNumber" not in change
    assert [finding.element for finding in context.findings] == [6]
    assert change["extensions"]["x12"][0]["elements"][4:6] == ["20260904", "01"]


@pytest.mark.parametrize(("code", "purpose"), [("RO", "rush"), ("EO", "rush"), ("DS", "drop_ship"), ("NE", None)])
def test_the_kind_of_order_tells_its_purpose_where_it_does(code: str, purpose: str | None) -> None:
    change, _ = mapped("860", f"BCH*04*{code}*PO-1***20261116~")
    order, _ = mapped("850", f"BEG*00*{code}*PO-1**20261116~")
    assert change.get("orderPurpose") == purpose
    assert order.get("orderPurpose") == purpose


ANSWER = """
    BCA*00*AC*PO-1*R-2*3*20261116*RFQ-9*K-77*SO-5*20261119*20261118**NE**SA~
    POC*1*QI*20*8*BX*13.45*CT*VC*GLV-N-M~
    ACK*IA*12*BX*067*20261123~
    ACK*IB*8*BX*067*20261130~
    POC*2*NC*4*4*CA~
"""


def test_the_answer_to_a_change_is_an_acknowledgment_that_says_so() -> None:
    answer, context = mapped("865", ANSWER)
    assert context.findings == []
    assert answer["documentType"] == "purchase_order_acknowledgment"
    assert (answer["answers"], answer["changeNumber"], answer["changeDate"]) == ("change", "3", "2026-11-18")
    assert (answer["number"], answer["orderNumber"], answer["sellerOrderNumber"]) == ("SO-5", "PO-1", "SO-5")
    assert (answer["status"], answer["acknowledgmentDate"], answer["issueDate"]) == (
        "acceptedWithChanges", "2026-11-19", "2026-11-19",
    )  # fmt: skip
    assert (answer["orderType"], answer["transactionType"], answer["extensions"]) == ("NE", "SA", {})
    split, same = answer["lines"]
    assert (split["change"], split["quantityLeft"]) == ("quantityIncrease", "8")
    assert [(part["status"], part["quantity"]["value"]) for part in split["acknowledgments"]] == [
        ("accepted", "12"),
        ("backordered", "8"),
    ]
    assert (same["change"], same["acknowledgments"]) == ("noChange", [])


def test_an_answer_without_a_verdict_has_no_invented_one() -> None:
    answer, _ = mapped("865", "BCA*00**PO-1***20261116~")
    assert (answer["status"], "statusCode" in answer) == ("other", False)


def test_an_answer_to_an_order_says_that_too() -> None:
    answer, _ = mapped("855", "BAK*00*AD*PO-1*20261116**RFQ-9****SA~PO1*1*4*CA~ACK*IA*4*CA~")
    assert (answer["answers"], answer["requestReference"], answer["transactionType"]) == ("order", "RFQ-9", "SA")
    assert "change" not in answer["lines"][0]


def test_the_events_of_an_order_and_its_changes_belong_together() -> None:
    change, _ = mapped("860", CHANGE)
    answer, _ = mapped("865", ANSWER)
    found = {DOCUMENTS[data["documentType"]].model_validate(data).correlation for data in (change, answer)}
    assert found == {"PO-1"}
