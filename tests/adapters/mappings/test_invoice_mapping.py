"""An 810 as an invoice: what accounts payable would match."""

import pytest

from tests.rigs.x12_tree import dropped, mapped, segments_of

INVOICE = """
    BIG*20261121*INV-77001*20261119*PO-2026-1001*R2**DI*00~
    NTE*GEN*THANK YOU FOR YOUR ORDER~
    CUR*SE*USD~
    REF*BM*BOL-9~
    PER*AR*KIM VALE*TE*5550200~
    N1*RI*ACME SURGICAL*91*AR-1~N3*PO BOX 9~N4*DENVER*CO*80202~
    N1*BT*HARBOR GENERAL*UL*0614141000005~
    ITD*01*3*2**10**30~
    DTM*011*20261120~
    IT1*1*12*BX*13.4500*CT*VC*GLV-M*IN*100417~
    TXI*ST*9.68*6~
    PID*F****GLOVE NITRILE M~
    SAC*C*D500***300~TXI*ST*.18~
    IT1*2*-1*EA*80**VC*STEM-8~
    TDS*277077*250000*272000*5077~
    TXI*TX*12.50****2~
    CAD*M*HRBR*4711*HRBR*HARBOR PARCEL**CN*PRO-1~
    AMT*1*2500.00~
    SAC*C*D240***1250~
    ISS*12*BX*40*LB*3.5*CF~
    CTT*2*11~
"""


def test_the_heading() -> None:
    invoice, context = mapped("810", INVOICE)
    assert context.findings == []
    assert (invoice["number"], invoice["issueDate"]) == ("INV-77001", "2026-11-21")
    assert (invoice["orderNumber"], invoice["orderDate"], invoice["releaseNumber"]) == (
        "PO-2026-1001",
        "2026-11-19",
        "R2",
    )
    assert (invoice["invoiceType"], invoice["invoiceTypeCode"]) == ("invoice", "DI")
    assert invoice["notes"] == [{"text": "THANK YOU FOR YOUR ORDER", "type": "general", "qualifier": "GEN"}]
    assert invoice["currency"] == "USD"
    assert invoice["remitTo"]["address"]["lines"] == ["PO BOX 9"]
    assert invoice["contacts"][0]["name"] == "KIM VALE"


def test_totals_have_the_point_that_was_implied() -> None:
    invoice, _ = mapped("810", INVOICE)
    assert invoice["totals"] == {
        "amount": "2770.77",
        "discountableAmount": "2500.00",
        "discountedAmount": "2720.00",
        "discountAmount": "50.77",
        "lineCount": 2,
        "hashTotal": "11",
        "shipments": [
            {
                "quantity": {"value": "12", "unitCode": "BX"},
                "weight": {"value": "40", "unitCode": "LB"},
                "volume": {"value": "3.5", "unitCode": "CF"},
            }
        ],
    }


def test_a_total_with_a_point_is_believed() -> None:
    assert mapped("810", "BIG*20261121*INV-1~TDS*500.00~")[0]["totals"]["amount"] == "500.00"


def test_taxes_and_charges_stand_where_they_belong() -> None:
    invoice, _ = mapped("810", INVOICE)
    first = invoice["lines"][0]
    assert first["taxes"] == [{"type": "ST", "amount": "9.68", "percent": "6"}]
    assert first["allowances"] == [{"indicator": "charge", "code": "D500", "amount": "3.00"}]
    assert first["extensions"]["x12"] == [
        {"segment": "TXI", "elements": ["ST", ".18"], "loop": "IT1[1]/SAC[1]"},
    ]
    assert invoice["taxes"] == [{"type": "TX", "amount": "12.50", "exempt": "2"}]
    assert invoice["allowances"] == [{"indicator": "charge", "code": "D240", "amount": "12.50"}]


def test_the_carrier_and_its_reference() -> None:
    invoice, _ = mapped("810", INVOICE)
    assert invoice["carriers"] == [
        {"scac": "HRBR", "identifiers": [], "mode": "M", "equipment": "HRBR4711", "routing": "HARBOR PARCEL"}
    ]
    assert {"type": "carrierReference", "value": "PRO-1", "qualifier": "CN"} in invoice["references"]


def test_a_returned_quantity_stays_negative() -> None:
    assert mapped("810", INVOICE)[0]["lines"][1]["quantity"] == {"value": "-1", "unitCode": "EA"}


def test_nothing_is_dropped() -> None:
    assert dropped(segments_of(INVOICE), mapped("810", INVOICE)[0]) == []


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("", "invoice"),
        ("DI", "invoice"),
        ("CR", "creditMemo"),
        ("CN", "creditMemo"),
        ("DR", "debitMemo"),
        ("9X", "other"),
    ],
)
def test_the_kind_of_invoice(code: str, kind: str) -> None:
    assert mapped("810", f"BIG*20261121*INV-1*****{code}~TDS*100~")[0]["invoiceType"] == kind
