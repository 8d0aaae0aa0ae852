"""Requests for goods: what is asked for, how much, by whom, and where to."""

import pytest

from tests.rigs.hl7_messages import codes, document, message, only

ORC = "ORC|NW|R1^MM|F1||||||20261120090000|7^Reed^Sam|12^Ward^Kim"
RQD = "RQD|1|1232^Saline, 1 %^L|V77|S17^Saline^L|5|BT^Bottle|CC4^Ward 4||OR1^Main OR|20261124"
RQ1 = "RQ1|3.50|M1^Acme|AC-9|V1^Northwind|NW-9|Y|N"
CABINET = {
    "segments": {
        "ZPM": {
            "means": "movement",
            "fields": {"kind": "1", "station": "3", "drawer": "4", "item": "6", "quantity": "10", "counted": "9",
                       "expected": "8", "performed_by": "11", "performed_by_name": "11.2", "lot": "20"},
            "kinds": {"V": "issue", "F": "refill", "C": "count", "R": "return"},
        }
    }
}  # fmt: skip
ZPM = "ZPM|{kind}|SYS|CAB12|4|B|12345^Glove|1|20|19|{amount}|U7^Reed|||||||||LOT7"


def test_a_stock_order_says_all_it_says() -> None:
    data = document(message("OMS^O05^OMS_O05", ORC, RQD, "NTE|1||Leave at dock 2"))
    assert (data["documentType"], data["requisitionType"], data["purpose"]) == ("requisition", "stock", "original")
    assert (data["number"], data["issueDate"]) == ("R1", "2026-11-20")
    (line,) = data["lines"]
    assert line["item"] == {
        "description": "Saline, 1 %",
        "identifiers": [
            {"scheme": "BUYER", "value": "1232", "qualifier": "L"},
            {"scheme": "SELLER", "value": "V77"},
            {"scheme": "BUYER", "value": "S17", "qualifier": "L"},
        ],
    }
    assert line["quantity"] == {"value": "5", "unitCode": "BT"}
    assert line["neededDate"] == "2026-11-24"
    assert line["costCenter"] == {"code": "CC4", "text": "Ward 4"}
    assert line["deliverTo"] == {"code": "OR1", "name": "Main OR"}
    assert (line["orderNumber"], line["fillerNumber"], line["actionCode"]) == ("R1", "F1", "NW")
    assert line["enteredBy"] == {"id": "7", "name": "Sam Reed"}
    assert [note["text"] for note in line["notes"]] == ["Leave at dock 2"]
    assert data["provenance"] == {
        "standard": "HL7", "release": "2.5", "messageType": "OMS^O05", "transaction": "M1", "sender": "CAB|3W",
        "receiver": "ERP|STEX", "sha256": data["provenance"]["sha256"],
    }  # fmt: skip


@pytest.mark.parametrize(("type", "kind"), [("OMN^O07", "nonStock"), ("ORM^O01", "order"), ("OMS^O05", "stock")])
def test_an_order_with_rqd_and_rq1_is_a_requisition_in_every_carrier(type: str, kind: str) -> None:
    """No grammar allows RQD and RQ1 side by side in an ORM, and all senders write them so."""
    data = document(message(type, ORC, "RQD|1||||2|EA", RQ1, version="2.3"))
    (line,) = data["lines"]
    assert data["requisitionType"] == kind
    assert line["price"] == {"amount": "3.50"}
    assert (line["taxable"], line["substituteAllowed"]) == ("yes", "no")
    assert [each["value"] for each in line["item"]["identifiers"]] == ["AC-9", "NW-9"]
    assert [(party["role"], party["name"]) for party in line["parties"]] == [
        ("manufacturer", "Acme"), ("vendor", "Northwind"),
    ]  # fmt: skip


def test_lines_belong_to_the_last_order_before_them() -> None:
    data = document(
        message("OMS^O05", "RQD|1|A|||1|EA", "ORC|NW|R2", "RQD|2|B|||1|EA", "RQD|3|C|||1|EA", "ORC|NW|R3",
                "NTE|1||soon", "RQD|4|D|||1|EA")
    )  # fmt: skip
    assert [line.get("orderNumber") for line in data["lines"]] == [None, "R2", "R2", "R3"]
    assert [note["text"] for note in data["lines"][3]["notes"]] == ["soon"]
    assert data["number"] == "M1"


def test_the_number_of_the_group_goes_first() -> None:
    assert document(message("OMS^O05", "ORC|NW|R2||G9", "RQD|2|B|||1|EA"))["number"] == "G9"


@pytest.mark.parametrize(
    ("action", "purpose"), [("CA", "cancel"), ("XO", "change"), ("RP", "replace"), ("NW", "original")]
)
def test_what_is_to_be_done_is_told(action: str, purpose: str) -> None:
    data = document(message("OMS^O05", f"ORC|{action}|R2", "RQD|2|B|||1|EA"))
    assert data["purpose"] == purpose
    assert data["lines"][0]["actionCode"] == action


def test_an_order_may_be_cancelled_without_its_line() -> None:
    data = document(message("OMS^O05", "ORC|CA|R2"))
    assert [(line["action"], line["orderNumber"]) for line in data["lines"]] == [("cancel", "R2")]


@pytest.mark.parametrize(
    ("segments", "code", "segment", "field"),
    [
        (["ORC|NW|R1"], "HL7-E0301", "ORC", None),
        ([], "HL7-E0301", "MSH", None),
        (["RQD|1||||5|EA"], "HL7-E0302", "RQD", 2),
        (["RQD|1|X||||EA"], "HL7-E0302", "RQD", 5),
        (["RQD|1|X|||1O|EA"], "HL7-E0303", "RQD", 5),
        (["RQD|1|X|||a few|EA"], "HL7-E0303", "RQD", 5),
    ],
)
def test_what_would_make_a_hole_is_rejected_at_its_place(
    segments: list[str], code: str, segment: str, field: int | None
) -> None:
    found = only(message("OMS^O05", *segments))
    assert not found.accepted
    problem = next(each for each in found.problems if each.severity == "error")
    assert (problem.code, problem.segment, problem.element) == (code, segment, field)
    assert problem.offset is not None
    assert problem.line


def test_a_unit_that_is_missing_and_a_date_that_is_none_are_told_and_kept() -> None:
    content = message("OMS^O05", "RQD|1|X|||5|||||20261399")
    assert codes(content) == ["MAP-W0006", "MAP-W0002"]
    (line,) = document(content)["lines"]
    assert line["extensions"]["hl7"] == [{"segment": "RQD", "fields": {"10": "20261399"}}]


def test_nothing_of_an_order_is_dropped() -> None:
    """Every field that no field of the document holds stands in extensions, with the usual separators."""
    content = message("OMS^O05", "ORC|NW|R1|||||||||||||tel", "RQD|1|X^n^L^Y|||5|EA~BX|||||add", "ZZZ|1|own#text")
    (line,) = document(content)["lines"]
    assert {"segment": "ZZZ", "fields": {"1": "1", "2": "own#text"}} in line["extensions"]["hl7"]
    assert {"segment": "ORC", "fields": {"15": "tel"}} in line["extensions"]["hl7"]
    assert {"segment": "RQD", "fields": {"6": "EA~BX", "11": "add"}} in line["extensions"]["hl7"]
    assert [each["value"] for each in line["item"]["identifiers"]] == ["X", "Y"]
    swapped = content.replace(b"^", b"@").replace(b"~", b"^").replace(b"@", b"~")
    assert document(swapped)["lines"] == [line]


def test_a_partners_own_fields_and_segments_are_read_as_agreed() -> None:
    settings = {
        "fields": {"RQD-5": "RQD-3", "RQD-6": "RQD-5.2"},
        "segments": {"ZQD": {"means": "instance", "fields": {"serial": "1", "lot": "2", "expires": "3"}}},
    }
    (line,) = document(message("OMS^O05", "RQD|1|X|12||^BOX", "ZQD|SN1|LOT2|20271231"), settings)["lines"]
    assert line["quantity"] == {"value": "12", "unitCode": "BOX"}
    assert [each["value"] for each in line["item"]["identifiers"]] == ["X"]
    assert line["instances"] == [{"serialNumber": "SN1", "lotNumber": "LOT2", "expirationDate": "2027-12-31"}]
    assert "hl7" not in line["extensions"]


def test_a_problem_stands_where_this_partner_has_the_field() -> None:
    found = only(message("OMS^O05", "RQD|1|X|1O||EA"), {"fields": {"RQD-5": "RQD-3", "RQD-6": "RQD-5"}})
    (problem,) = found.problems
    assert (problem.code, problem.element, problem.found) == ("HL7-E0303", 3, "1O")


def test_a_field_can_be_said_to_hold_nothing() -> None:
    (line,) = document(message("OMS^O05", "RQD|1|X|junk||5|EA"), {"fields": {"RQD-3": "", "RQD-5": "RQD-5"}})["lines"]
    assert [each["value"] for each in line["item"]["identifiers"]] == ["X"]


@pytest.mark.parametrize(
    ("kind", "amount", "told", "direction", "value"),
    [
        ("V", "2", "issue", "out", "2"),
        ("F", "2", "refill", "in", "2"),
        ("R", "2", "return", "in", "2"),
        ("V", "-2", "issue", "in", "2"),
        ("C", "2", "count", "set", "19"),
    ],
)
def test_a_cabinet_transaction_is_a_movement(kind: str, amount: str, told: str, direction: str, value: str) -> None:
    content = message("OMS^O05", "ORC|NW|R1", "RQD||111|12^Glove||2|^EA", ZPM.format(kind=kind, amount=amount))
    data = document(content, CABINET)
    assert (data["documentType"], data["number"]) == ("inventory_movement", "R1")
    (line,) = data["lines"]
    assert (line["kind"], line["kindCode"], line["direction"]) == (told, kind, direction)
    assert line["quantity"] == {"value": value, "unitCode": "EA"}
    assert line["item"] == {"identifiers": [{"scheme": "BUYER", "value": "12345"}], "description": "Glove"}
    assert line["place"] == {"station": "CAB12", "drawer": "4"}
    assert line["expectedQuantity"]["value"] == "20"
    assert line["performedBy"] == {"id": "U7", "name": "Reed"}
    assert line["instances"] == [{"lotNumber": "LOT7"}]
    assert line["orderNumber"] == "R1"


def test_the_way_of_a_kind_can_be_agreed_on() -> None:
    own = {"segments": {"ZPM": {**CABINET["segments"]["ZPM"], "directions": {"return": "out"}}}}
    assert document(message("OMS^O05", ZPM.format(kind="R", amount="2")), own)["lines"][0]["direction"] == "out"


def test_without_a_word_from_the_partner_an_own_segment_is_kept_as_it_is() -> None:
    data = document(message("OMS^O05", "RQD||111|||2|EA", ZPM.format(kind="V", amount="2")))
    assert data["documentType"] == "requisition"
    assert data["lines"][0]["extensions"]["hl7"][0]["segment"] == "ZPM"


@pytest.mark.parametrize(
    ("segment", "code"),
    [
        (ZPM.format(kind="Q", amount="2"), "HL7-E0306"),
        (ZPM.format(kind="V", amount="x"), "HL7-E0303"),
        (ZPM.format(kind="V", amount=""), "HL7-E0302"),
        ("ZPM|V|SYS|CAB12|4|B||1|20|19|2", "HL7-E0302"),
    ],
)
def test_a_movement_that_cannot_be_told_is_rejected(segment: str, code: str) -> None:
    assert code in codes(message("OMS^O05", segment), CABINET)


def test_a_pick_list_is_a_request_to_fill_up() -> None:
    own = {
        "segments": {"ZPL": {"means": "pick", "fields": {"item": "2", "quantity": "4", "unit": "5", "station": "1"}}}
    }
    content = message("MFN^Z01", "MFI|ORD||UPD", "MFE|MUP|||X", "ZPL|CAB12|1232^Saline||6|EA", "ZPL|CAB12|1233||2|EA")
    data = document(content, own)
    assert (data["documentType"], data["requisitionType"], data["number"]) == ("requisition", "replenishment", "M1")
    assert [(line["quantity"]["value"], line["deliverTo"]["station"]) for line in data["lines"]] == [
        ("6", "CAB12"), ("2", "CAB12"),
    ]  # fmt: skip
