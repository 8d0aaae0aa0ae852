"""Remittance advices (820) and receipts of goods (861)."""

from tests.rigs.x12_tree import mapped

ADVICE = """
    BPR*C*1492.00*D*CHK*PBC*01*021000021*DA*4417700*1062147855*SUP001*02*BANKUS33*SG*883*20261204*VEN*01*011000015*DA*99~
    TRN*1*2612040118*1062147855*REF-4~
    CUR*PR*USD~
    N1*PR*ST. EXAMPLE~
    N1*PE*NORTHWIND~
    N1*RI*LOCKBOX 7~
    ENT*1*BY*92*DEPT-4****VR*NW~
    ADX*-25.00*72*CM*CM-9~
    RMR*IV*INV-1*PI*1005.80*1040.05*20.80*04*-13.45~
    REF*PO*PO-1~
    DTM*003*20261119~
    ADX*-5.00*ZZ~
    NTE*ADD*RESTOCKING~
    ENT*1~
    RMR*CM*CM-8**-13.20~
"""


def test_a_payment_tells_how_much_and_how() -> None:
    advice, context = mapped("820", ADVICE)
    assert context.findings == []
    assert (advice["number"], advice["amount"], advice["currency"]) == ("2612040118", "1492.00", "USD")
    assert (advice["direction"], advice["handling"], advice["method"]) == ("debit", "paymentAndRemittance", "check")
    assert (advice["paymentDate"], advice["paymentFormat"]) == ("2026-12-04", "PBC")
    assert advice["originatingAccount"] == {
        "bankScheme": "01", "bank": "021000021", "accountType": "DA", "account": "4417700",
    }  # fmt: skip
    assert advice["receivingAccount"]["bank"] == "BANKUS33"
    assert advice["returnAccount"]["account"] == "99"
    assert (advice["originator"], advice["originatorSupplement"]) == ("1062147855", "SUP001")
    assert advice["trace"]["reference"] == "REF-4"
    assert (advice["payer"]["name"], advice["payee"]["name"]) == ("ST. EXAMPLE", "NORTHWIND")
    assert [party["role"] for party in advice["otherParties"]] == ["remitTo"]
    assert advice["extensions"] == {}


def test_each_open_item_tells_what_was_paid_and_why_not_more() -> None:
    advice, _ = mapped("820", ADVICE)
    invoice, credit = advice["remittances"]
    assert invoice["reference"] == {"type": "invoice", "value": "INV-1", "qualifier": "IV"}
    assert [invoice[name] for name in ("paidAmount", "grossAmount", "discountAmount")] == [
        "1005.80", "1040.05", "20.80",
    ]  # fmt: skip
    assert [(entry["reason"], entry["reasonCode"], entry["amount"]) for entry in invoice["adjustments"]] == [
        ("damaged", "04", "-13.45"),
        ("ZZ", "ZZ", "-5.00"),
    ]
    assert invoice["adjustments"][1]["notes"][0]["text"] == "RESTOCKING"
    assert invoice["references"][0]["value"] == "PO-1"
    assert (credit["reference"]["type"], credit["paidAmount"]) == ("creditMemo", "-13.20")


def test_items_name_the_entity_they_are_paid_for() -> None:
    advice, _ = mapped("820", ADVICE)
    first, again = advice["entities"]
    assert (first["number"], first["references"][0]["value"]) == ("1", "NW")
    assert first["parties"][0]["role"] == "buyer"
    assert again["number"] == "#2", "a number that came before is no key"
    assert again["extensions"]["x12"][0]["elements"] == ["1"]
    assert [entry["entity"] for entry in advice["remittances"]] == ["1", "#2"]
    (adjustment,) = advice["adjustments"]
    assert (adjustment["entity"], adjustment["reason"], adjustment["references"][0]["value"]) == (
        "1", "authorizedReturn", "CM-9",
    )  # fmt: skip


def test_an_advice_without_a_trace_has_its_messages_number() -> None:
    advice, _ = mapped("820", "BPR*I*0*C*NON~")
    assert (advice["number"], advice["method"], "trace" in advice) == ("0001", "none", False)


RECEIPT = """
    BRA*RCV-1*20261120*00*1*1120*07~
    REF*SI*SHP-7~
    DTM*050*20261120~
    PRF*PO-1**2*20261116*4*K-77*NE~
    TD1*CTN*3~
    RCD*1*11*BX*1*BX*2*BX*01*1*BX*03~
    SN1**14*BX**12*BX~
    LIN**VC*GLV-N-M*LT*L-1~
    DTM*036*20291031~
    MAN*GM*00095212340044100885~
    RCD*2***4*CA>2~
    RCD*3*6*EA***2*EA~
    PRF*PO-1~
"""


def test_a_receipt_tells_what_arrived_and_what_is_in_question() -> None:
    receipt, context = mapped("861", RECEIPT)
    assert context.findings == []
    assert (receipt["number"], receipt["receiptType"], receipt["condition"]) == ("RCV-1", "dock", "good")
    assert (receipt["receivedDate"], receipt["shipmentNumber"], receipt["orderNumber"]) == (
        "2026-11-20", "SHP-7", "PO-1",
    )  # fmt: skip
    assert receipt["orders"][0] == {
        "orderNumber": "PO-1", "changeNumber": "2", "orderDate": "2026-11-16", "lineNumber": "4",
        "contractNumber": "K-77", "orderType": "NE",
    }  # fmt: skip
    assert receipt["dates"][0] == {"type": "issued", "date": "2026-11-20", "time": "11:20"}
    assert receipt["lading"] == [{"packagingCode": "CTN", "count": "3"}]
    gloves, back, odd = receipt["lines"]
    assert (gloves["quantity"]["value"], gloves["returnedQuantity"]["value"]) == ("11", "1")
    assert (gloves["shippedQuantity"]["value"], gloves["orderedQuantity"]["value"]) == ("14", "12")
    assert [(entry["condition"], entry["quantity"]["value"]) for entry in gloves["inQuestion"]] == [
        ("damaged", "2"),
        ("over", "1"),
    ]
    assert gloves["instances"] == [
        {"lotNumber": "L-1", "expirationDate": "2029-10-31", "quantity": {"value": "11", "unitCode": "BX"}}
    ]
    assert gloves["sscc"] == "095212340044100885"
    assert gloves["extensions"] == {}
    assert back["returnedQuantity"] == {"value": "4", "unitCode": "CA"}
    assert back["extensions"]["x12"][0]["elements"][-1] == "CA>2"
    assert odd["inQuestion"] == [], "a quantity in question needs its condition"
    assert odd["extensions"]["x12"][0]["elements"][5:7] == ["2", "EA"]


def test_a_receipt_for_two_orders_names_none_as_its_own() -> None:
    receipt, _ = mapped("861", RECEIPT + "RCD*4*1*EA~PRF*PO-2~")
    assert "orderNumber" not in receipt
