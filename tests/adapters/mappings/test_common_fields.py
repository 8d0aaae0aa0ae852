"""Elements that many senders fill have fields, in whichever document they come."""

from tests.rigs.x12_tree import mapped

ORDER = """
    BEG*00*SA*PO-1**20261116*K-77*AC*IBM*FX*RE*00*SA~
    FOB*CC*OR*DOCK 2*01*FOB*DE*PORT EXAMPLE~
    SAC*A*C310*VI*X9*1250*3*1.5**EA*4**02*PROMO-7**VOLUME~
    DTM*002*20261120*0800*ET~
    TD5*B*2*HRBR*M*GROUND~
    TD3*TL*HRBR*4711******SEAL-9~
    PO1*1*10*EA*9.95~
    CTP*HS*CON*9.50*100*EA*DIS*.9**CT~
    PO4*10*100*EA*BOX******12*8*4*IN~
    PER*IC*R. DIAZ*TE*6175550101~
"""


def test_the_codes_of_an_order() -> None:
    order, context = mapped("850", ORDER)
    assert context.findings == []
    names = ("acknowledgmentType", "invoiceType", "contractType", "purchaseCategory", "securityLevel")
    assert [order[name] for name in names] == ["AC", "IBM", "FX", "RE", "00"]
    assert order["transactionType"] == "SA"


def test_freight_terms_and_carriers() -> None:
    order, _ = mapped("850", ORDER)
    assert order["freightTerms"] == [
        {
            "payment": "CC", "locationType": "OR", "location": "DOCK 2", "termsSource": "01", "terms": "FOB",
            "titleLocationType": "DE", "titleLocation": "PORT EXAMPLE",
        }
    ]  # fmt: skip
    (carrier,) = order["carriers"]
    assert (carrier["sequence"], carrier["scac"]) == ("B", "HRBR")
    assert (carrier["equipment"], carrier["equipmentType"], carrier["seal"]) == ("HRBR4711", "TL", "SEAL-9")


def test_allowances_dates_prices_packing_and_contacts() -> None:
    order, _ = mapped("850", ORDER)
    (allowance,) = order["allowances"]
    assert (allowance["percentBasis"], allowance["reference"]) == ("3", "PROMO-7")
    assert order["extensions"]["x12"] == [
        {
            "segment": "SAC",
            "elements": [
                "A", "C310", "VI", "X9", "1250", "3", "1.5", "", "EA", "4", "", "02", "PROMO-7", "", "VOLUME",
            ],
            "loop": "SAC[1]",
        }
    ], "the agency's own code has no field"  # fmt: skip
    assert order["dates"][0]["zone"] == "ET"
    (line,) = order["lines"]
    assert line["prices"] == [
        {
            "amount": "9.50", "basis": "CT", "type": "CON", "classOfTrade": "HS",
            "quantity": {"value": "100", "unitCode": "EA"}, "multiplierType": "DIS", "multiplier": "0.9",
        }
    ]  # fmt: skip
    assert line["packaging"][0]["dimensions"] == {"length": "12", "width": "8", "height": "4", "unitCode": "IN"}
    assert line["contacts"][0]["name"] == "R. DIAZ"
    assert line["extensions"] == {}


NOTICE = """
    BSN*00*SHP-1*20261118*1610~
    HL*1**S~
    PER*DI*SHIPPING DESK*TE*8005550117~
    FOB*PP~
    TD1*CTN*3~
    HL*2*1*O~
    PRF*PO-1***20261116***NE~
    TD1*CTN*2~
    PER*BD*M. ORTEGA~
    HL*3*2*P~
    TD1*CTN*1****G*12*LB~
    MAN*GM*00095212340044100885~
    HL*4*3*I~
    LIN*1*VC*GLV-N-M~
    SN1**8*BX~
    TD1*CTN*1~
    MAN*GM*00095212340044100953**CP*1Z77~
"""


def test_each_level_of_a_shipment_has_its_marks_weights_and_contacts() -> None:
    notice, context = mapped("856", NOTICE)
    assert context.findings == []
    assert notice["contacts"][0]["name"] == "SHIPPING DESK"
    assert notice["freightTerms"] == [{"payment": "PP"}]
    assert notice["packaging"] == [{"packagingCode": "CTN", "count": "3"}]
    (order,) = notice["orders"]
    assert (order["orderType"], order["contacts"][0]["name"]) == ("NE", "M. ORTEGA")
    assert order["lading"] == [{"packagingCode": "CTN", "count": "2"}]
    (package,) = notice["packages"]
    assert package["lading"][0]["weight"] == {"qualifier": "G", "value": "12", "unitCode": "LB"}
    (line,) = notice["lines"]
    assert line["lading"] == [{"packagingCode": "CTN", "count": "1"}]
    assert line["sscc"] == "095212340044100953"
    assert [mark["type"] for mark in line["marks"]] == ["sscc", "carrierPackage"]
    assert [part["extensions"] for part in (notice, order, package, line)] == [{}, {}, {}, {}]


def test_an_invoice_names_the_change_that_it_follows() -> None:
    invoice, _ = mapped("810", "BIG*20261119*INV-1*20261116*PO-1**3*DI~TDS*100~")
    assert (invoice["changeNumber"], invoice["extensions"]) == ("3", {})
