"""Master files, usage, cases, dispenses, counts, answers, and what is no supply message."""

import pytest

from adapters.formats.check_digits import gs1_check_digit
from tests.rigs.hl7_messages import codes, document, message, only

GTIN = "0952123400001" + gs1_check_digit("0952123400001")


def test_an_item_master_entry_holds_item_vendor_package_and_place() -> None:
    data = document(
        message(
            "MFN^M16^MFN_M16", "MFI|INV^Inventory||UPD|||AL", "MFE|MAD|E1|20261201|10001",
            "ITM|10001|Glove & liner, nitrile|A|SUP|GLOVES|Y|77|Acme Surgical|AC-200|A123|Y|CH1|9.20|Y||||N",
            "VND|1|V1|Northwind Medical|GLV-200|Y", "PKG|1|BX|Y|100|12.40|12.90|20270101|" + GTIN, "PCE|1|CC4|CH1|13",
            "PKG|2|CA|N|10|118", "VND|2|V2|Other|O-1|N",
            "IVT|1|GS^x|General Stores|CS|Central|1|B-31|CA|BX|A9|Y|||H|Y|N|N|||||30||450|100|400",
            "ILT|1|LOT7|20271130|20261101|50|BX|12.40|20261119|38|BX", "ZIT|mine",
        )
    )  # fmt: skip
    assert (data["documentType"], data["event"], data["file"]["code"]) == ("item_master", "update", "INV")
    (entry,) = data["items"]
    assert (entry["action"], entry["key"], entry["controlNumber"]) == ("add", "10001", "E1")
    assert entry["item"]["description"] == "Glove & liner, nitrile"
    assert entry["effective"] == {"date": "2026-12-01"}
    assert (entry["chargeable"], entry["stocked"], entry["expires"]) == ("yes", "yes", "yes")
    assert entry["chargeAmount"] == {"amount": "9.20"}
    assert entry["manufacturer"]["name"] == "Acme Surgical"
    first, second = entry["vendors"]
    assert (first["party"]["name"], first["catalogNumber"], first["primary"]) == ("Northwind Medical", "GLV-200", "yes")
    assert [(each["unitCode"], each["quantity"]) for each in first["packagings"]] == [("BX", "100"), ("CA", "10")]
    assert first["packagings"][0]["gtin"] == GTIN
    assert first["packagings"][0]["futurePriceDate"] == "2027-01-01"
    assert first["packagings"][0]["charges"][0]["amount"] == {"amount": "13"}
    assert second["packagings"] == []
    (place,) = entry["places"]
    assert place["place"] == {"code": "GS", "name": "General Stores", "bin": "B-31"}
    assert (place["reorderPoint"], place["reorderQuantity"], place["parLevel"]) == ("450", "100", "400")
    assert place["safetyStockDays"] == "30"
    assert place["lots"][0]["lotNumber"] == "LOT7"
    assert place["lots"][0]["onHandQuantity"] == {"value": "38", "unitCode": "BX"}
    assert {"segment": "ZIT", "fields": {"1": "mine"}} in entry["extensions"]["hl7"]


def test_the_misspelt_itv_is_an_ivt() -> None:
    data = document(message("MFN^M16", "MFI|INV", "MFE|MUP|||1", "ITM|1|Glove", "ITV|1|GS^x|General"))
    assert data["items"][0]["places"][0]["place"]["name"] == "General"


def test_a_limited_entry_has_stock() -> None:
    row = "IIM|1^Glove|S1^Glove^L|LOT7|20271130|^Acme|CS^Central|20261101|50|BX|12.40^USD|20261119|38|BX"
    (entry,) = document(message("MFN^M15", "MFI|INV", "MFE|MUP|||1", row))["items"]
    (place,) = entry["places"]
    assert place["place"] == {"code": "CS", "name": "Central"}
    assert place["lots"][0]["cost"] == {"amount": "12.40", "currency": "USD"}
    assert entry["manufacturer"]["name"] == "Acme"


@pytest.mark.parametrize(("second", "kind"), [("100", "transfer"), ("90", "adjustment")])
def test_negative_stock_is_a_movement(second: str, kind: str) -> None:
    rows = ["IIM|7^Lasix||||^A|ROOM||-100", "MFE|MUP|||7", f"IIM|7^Lasix||||^A|CONSOLE||{second}"]
    data = document(message("MFN^M15", "MFI|INV", "MFE|MUP|||7", *rows))
    assert data["documentType"] == "inventory_movement"
    assert [(line["kind"], line["direction"], line["quantity"]["value"]) for line in data["lines"]] == [
        (kind, "out", "100"), (kind, "in", second),
    ]  # fmt: skip


def test_what_was_used_is_told_with_what_it_costs() -> None:
    data = document(
        message(
            "DFT^P03", "EVN|P03|20261120", "PID|1||4711^^^STEX^MR||Meyer^Ada", "PV1|1|I|OR1^3^1||||||||||||||||V77",
            "FT1|1|T9|B1|20261120101500|20261120|CG|IMP-7^Hip stem & cup^L|||2|900.00^USD|450.00&USD^UP|OR^Surgery|||"
            "OR1^3^^STEX||||12^Ward^Kim|13^Lee^Jo|410||14|27130^THA^C4||||50242-0040",
            "ZUD|LOT7|SN9|20271130",
        ),
        {"segments": {"ZUD": {"means": "instance", "fields": {"lot": "1", "serial": "2", "expires": "3"}}}},
    )  # fmt: skip
    assert (data["documentType"], data["number"]) == ("supply_usage", "T9")
    assert (data["patient"]["patientClass"], data["patient"]["unit"]) == ("I", "OR1")
    (line,) = data["lines"]
    assert (line["transaction"], line["quantity"]["value"]) == ("charge", "2")
    assert line["charge"] == {"code": "IMP-7", "text": "Hip stem & cup", "system": "L"}
    assert line["item"]["identifiers"] == [{"scheme": "NDC", "value": "50242-0040"}]
    assert line["used"] == {"date": "2026-11-20", "time": "10:15:00"}
    assert line["amount"] == {"amount": "900.00", "currency": "USD"}
    assert line["price"]["amount"] == "450.00"
    assert line["cost"] == {"amount": "410"}
    assert line["place"] == {"code": "OR1", "name": "3", "facility": "STEX"}
    assert line["procedure"]["code"] == "27130"
    assert line["performedBy"] == {"id": "12", "name": "Kim Ward"}
    assert line["instances"] == [{"lotNumber": "LOT7", "serialNumber": "SN9", "expirationDate": "2027-11-30"}]


def test_a_procedure_code_is_no_item() -> None:
    data = document(message("DFT^P03", "FT1|1|||20261120||CG|80053^Panel^C4|||1"))
    assert data["lines"][0]["item"]["identifiers"] == []
    assert data["lines"][0]["charge"]["code"] == "80053"
    booked = document(message("DFT^P03", "FT1|1|||20261120||CG|GLV-200^Glove|||1"))
    assert booked["lines"][0]["item"]["identifiers"] == [{"scheme": "BUYER", "value": "GLV-200"}]
    assert codes(message("DFT^P03", "FT1|1|||20261120||CG||||1")) == ["HL7-E0302"]


SCH = "SCH|P1|C77||G1||||OR^Surgery|90|min^|^^90^20261124080000^20261124093000|||||||||||||||Booked"
RESOURCES = (
    "RGS|1|A", "AIS|1|A|27130^Total hip^C4|20261124081500", "AIG|1|A|TRAY-7^Hip tray^L|TRAY^Tray||2|EA",
    "AIG|2|D|TRAY-8", "AIL|1|A|OR1^3^^STEX", "AIP|1|A|12^Ward^Kim|SURG^Surgeon",
)  # fmt: skip


def test_a_case_tells_its_whole_state() -> None:
    data = document(message("SIU^S12", SCH, "PID|1||4711^^^STEX^MR", *RESOURCES))
    assert (data["documentType"], data["number"], data["placerNumber"]) == ("surgical_demand", "C77", "P1")
    assert (data["status"], data["released"], data["eventCode"]) == ("scheduled", False, "S12")
    assert data["start"] == {"date": "2026-11-24", "time": "08:00:00"}
    assert data["end"]["time"] == "09:30:00"
    assert data["duration"] == {"value": "90", "unitCode": "min"}
    assert [row["procedure"]["code"] for row in data["procedures"]] == ["27130"]
    assert data["rooms"][0]["place"] == {"code": "OR1", "name": "3", "facility": "STEX"}
    assert data["staff"][0]["person"] == {"id": "12", "name": "Kim Ward"}
    (line,) = data["lines"]
    assert line["item"]["identifiers"][0]["value"] == "TRAY-7"
    assert line["quantity"] == {"value": "2", "unitCode": "EA"}


@pytest.mark.parametrize(
    ("event", "status", "released"),
    [("S13", "rescheduled", False), ("S14", "modified", False), ("S15", "cancelled", True),
     ("S16", "discontinued", True), ("S17", "deleted", True), ("S26", "noShow", True)],
)  # fmt: skip
def test_what_happened_to_a_case_frees_what_it_took(event: str, status: str, released: bool) -> None:
    data = document(message(f"SIU^{event}", SCH, *RESOURCES))
    assert (data["status"], data["released"], data["number"]) == (status, released, "C77")


def test_a_case_without_a_number_is_rejected() -> None:
    assert codes(message("SIU^S12", "SCH||")) == ["HL7-E0302"]


def test_a_dispense_is_stock_that_went_out() -> None:
    row = "RXD|1|50242-0040^Drug^NDC|20261120101500|30|CAP||RX7||||||PHARM^Main|||||LOT7"
    data = document(message("RDS^O13", "PID|1||4711", "ORC|RE|R1|F1", "RXE|1^QD|x", row, "RXR|PO"))
    (line,) = data["lines"]
    assert (data["number"], line["kind"], line["direction"]) == ("F1", "dispense", "out")
    assert line["item"]["identifiers"] == [{"scheme": "NDC", "value": "50242-0040", "qualifier": "NDC"}]
    assert line["quantity"] == {"value": "30", "unitCode": "CAP"}
    assert line["instances"] == [{"lotNumber": "LOT7"}]
    assert {"RXE", "RXR", "PID"} <= set(data["extensions"]["withheld"])


def test_a_count_of_an_analyzer_sets_the_stock() -> None:
    row = "INV|R7^Reagent|OK|SR||||500|190||310|ML|20271231||||LOT7"
    data = document(message("INU^U05", "EQU|A1^Analyzer|20261120", row))
    (line,) = data["lines"]
    assert (line["kind"], line["direction"], line["quantity"]) == ("count", "set", {"value": "190", "unitCode": "ML"})
    assert line["place"]["station"] == "A1"
    assert line["instances"] == [{"lotNumber": "LOT7", "expirationDate": "2027-12-31"}]


@pytest.mark.parametrize(
    "segment",
    [
        f"OBX|1|ST|74711-3^UDI^LN||(01){GTIN}(17)271130(10)LOT7(21)SN9||||||F",
        f"OBX|1|ST|X||y||||||F|||||||(01){GTIN}(17)271130(10)LOT7(21)SN9",
        f"PRT|1|AD||EQUIP||||||(01){GTIN}(17)271130(10)LOT7(21)SN9",
        f"PRT|1|AD||EQUIP||||||||||||{GTIN}||20271130|LOT7|SN9",
    ],
)
def test_a_device_in_a_result_is_usage_and_the_findings_stay_out(segment: str) -> None:
    content = message("ORU^R01", "PID|1||4711", "OBR|1||F1|X^Implant log", "OBX|2|TX|N||Ada Meyer felt well", segment)
    data = document(content)
    (line,) = data["lines"]
    assert (data["documentType"], line["transaction"]) == ("supply_usage", "usage")
    assert line["item"]["identifiers"][0]["value"] == GTIN
    instance = line["instances"][0]
    assert (instance["lotNumber"], instance["serialNumber"], instance["expirationDate"]) == (
        "LOT7",
        "SN9",
        "2027-11-30",
    )
    assert "Meyer" not in str(data)


def test_a_label_that_does_not_check_is_told() -> None:
    wrong = GTIN[:-1] + str((int(GTIN[-1]) + 1) % 10)
    assert codes(message("ORU^R01", f"OBX|1|ST|74711-3^UDI^LN||(01){wrong}(10)L||||||F")) == ["HL7-W0305"]


@pytest.mark.parametrize(
    "type", ["ADT^A08", "ORU^R01", "ORM^O01", "MFN^M13", "MFN^M17", "SLR^S28", "ZZZ^Z01", "RDS^O13"]
)
def test_what_is_no_supply_message_is_kept_and_seen(type: str) -> None:
    content = message(type, "PID|1||4711||Meyer^Ada", "ZZ1|Ada Meyer", "ZZ1|2")
    data = document(content)
    assert (data["documentType"], data["messageType"], data["number"]) == ("unmapped", type, "M1")
    assert data["segments"] == [
        {"segment": "MSH", "count": 1}, {"segment": "PID", "count": 1}, {"segment": "ZZ1", "count": 2},
    ]  # fmt: skip
    assert "Meyer" not in str(data)
    refused = only(content, {"unmapped": "reject"})
    assert not refused.accepted
    assert [problem.code for problem in refused.problems] == ["HL7-E0201"]


@pytest.mark.parametrize(
    ("version", "error", "told"),
    [
        ("2.3", "ERR|RQD^2^5^102&Wrong",
         {"code": "102", "text": "Wrong", "segment": "RQD", "position": 2, "element": 5}),
        ("2.5", "ERR||RQD^2^5^1^3|102^x^HL70357|E||||Wrong",
         {"code": "102", "text": "Wrong", "severity": "E", "segment": "RQD", "position": 2, "element": 5,
          "repetition": 1, "component": 3}),
    ],
)  # fmt: skip
def test_an_answer_to_ours_is_read(version: str, error: str, told: dict[str, object]) -> None:
    data = document(message("ACK^O05", "MSA|AE|77|no stock", error, version=version))
    assert (data["documentType"], data["number"], data["status"]) == ("application_acknowledgment", "77", "rejected")
    (judged,) = data["messages"]
    assert (judged["statusCode"], judged["controlNumber"]) == ("AE", "77")
    (found,) = judged["errors"]
    assert {key: found[key] for key in told} == told


def test_entries_of_a_master_file_answer_are_judged_each() -> None:
    data = document(message("MFK^M15", "MSA|AA|77", "MFI|INV", "MFA|MUP|E1|20261120|S|10001", "MFA|MUP|E2||U|10002"))
    assert [(each["level"], each["status"]) for each in data["messages"]] == [
        ("message", "accepted"), ("item", "accepted"), ("item", "rejected"),
    ]  # fmt: skip
