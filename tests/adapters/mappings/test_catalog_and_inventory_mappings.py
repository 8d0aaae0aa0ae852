"""Catalogs (832) and reports of stock (846)."""

from tests.rigs.x12_tree import mapped

CATALOG = """
    BCT*PS*NW-1*2*A*****CONTRACT PRICES*04~
    CTP*PF*****DIS*.67~
    REF*CT*K-77~
    DTM*007*20270101~
    DTM*036*20271231~
    CTB*OR*NO PARTIAL CASES*57*5*TT*12500~
    LIN*1*VC*GLV-N-M*UK*19521234002007~
    G53*001~
    PO4*10*100*EA*BOX**********10~
    LDT*AF*2*DA*20270101~
    CTP*HS*CON*13.45*1*BX*DIS*.95**CT~
    CUR*SE*USD~
    DTM*092*20270101~
    REF*CT*K-77~
    CTP**CON*12.95*50*BX~
    PKL*UK*29521234002004*CA*10*10.2*12.4*19.7*IN*11.3*LB*1.4*CF*Y~
    CTP**CON*129.50~
    PKL*UK*19521234002007*BX~
    CTT*1~
"""


def test_a_catalog_tells_its_validity_and_contract() -> None:
    catalog, context = mapped("832", CATALOG)
    assert context.findings == []
    assert (catalog["number"], catalog["version"], catalog["revision"]) == ("NW-1", "2", "A")
    assert (catalog["catalogType"], catalog["catalogTypeCode"], catalog["purpose"]) == ("priceSheet", "PS", "change")
    assert (catalog["effectiveDate"], catalog["expirationDate"]) == ("2027-01-01", "2027-12-31")
    assert (catalog["contractNumber"], catalog["description"]) == ("K-77", "CONTRACT PRICES")
    assert catalog["conditions"] == [
        {
            "type": "OR",
            "description": "NO PARTIAL CASES",
            "quantityType": "57",
            "quantity": "5",
            "amountType": "TT",
            "amount": "125.00",
        }
    ]
    assert catalog["extensions"]["x12"] == [{"segment": "CTP", "elements": ["PF", "", "", "", "", "DIS", ".67"]}]


def test_prices_come_in_tiers_each_with_its_own_contract() -> None:
    catalog, _ = mapped("832", CATALOG)
    (line,) = catalog["lines"]
    low, high = line["prices"]
    assert (low["amount"], low["classOfTrade"], low["currency"], low["basis"]) == ("13.45", "HS", "USD", "CT")
    assert (low["multiplierType"], low["multiplier"]) == ("DIS", "0.95")
    assert low["references"] == [{"type": "contract", "value": "K-77", "qualifier": "CT"}]
    assert low["dates"][0]["type"] == "contractEffective"
    assert (high["amount"], high["quantity"]) == ("12.95", {"value": "50", "unitCode": "BX"})
    assert line["references"] == [], "the contract is the price's"


def test_an_item_is_packed_in_levels() -> None:
    catalog, _ = mapped("832", CATALOG)
    (line,) = catalog["lines"]
    (case,) = line["levels"]
    assert case["identifier"] == {"scheme": "GTIN", "value": "29521234002004", "qualifier": "UK"}
    assert (case["unitCode"], case["quantity"], case["indicator"]) == ("CA", "10", "Y")
    assert case["dimensions"] == {"length": "19.7", "width": "12.4", "height": "10.2", "unitCode": "IN"}
    assert (case["weight"]["value"], case["volume"]["value"]) == ("11.3", "1.4")
    assert case["prices"][0]["amount"] == "129.50"
    assert line["packaging"][0]["innerPack"] == "10"
    assert line["leadTimes"] == [{"type": "AF", "value": "2", "unitCode": "DA", "date": "2027-01-01"}]
    assert line["maintenanceCode"] == "001"
    assert line["extensions"]["x12"] == [
        {"segment": "PKL", "elements": ["UK", "19521234002007", "BX"], "loop": "LIN[1]/PKL[2]"}
    ], "a level without a quantity is none"


def test_a_catalog_without_a_number_has_its_messages() -> None:
    catalog, _ = mapped("832", "BCT*PC~")
    assert catalog["number"] == "0001"


REPORT = """
    BIA*00*DD*STK-1*20261118*0400*2~
    LIN*1*VC*GLV-N-M~
    CTP**CON*13.45~
    QTY*17*4280~
    UIT*BX*13.10*CT~
    QTY*63*600*BX~
    UIT*CA~
    DTM*371*20261127~
    SCH*200*BX***002*20261125~
    QTY*Q9***ASK FOR IT~
    N1*WH*DC 4*92*DC4~
    LIN**VC*CATH-16~
    SDQ*EA*92*DC4*0*DC7*420~
"""


def test_a_report_tells_quantities_by_state() -> None:
    report, context = mapped("846", REPORT)
    assert context.findings == []
    assert (report["number"], report["issueDate"], report["actionCode"]) == ("STK-1", "2026-11-18", "2")
    assert (report["reportType"], report["reportTypeCode"]) == ("distributor", "DD")
    assert report["dates"] == [{"type": "issued", "date": "2026-11-18", "time": "04:00"}]
    gloves, catheter = report["lines"]
    on_hand, on_order, unknown = gloves["quantities"]
    assert (on_hand["type"], on_hand["quantity"]) == ("onHand", {"value": "4280", "unitCode": "BX"}), "unit from UIT"
    assert on_hand["price"] == {"amount": "13.10", "basis": "CT"}
    assert (on_order["type"], on_order["quantity"]["unitCode"]) == ("onOrder", "BX")
    assert on_order["dates"][0]["type"] == "estimatedArrival"
    assert on_order["schedules"][0]["quantity"]["value"] == "200"
    assert (unknown["type"], unknown["qualifier"], unknown["text"]) == ("Q9", "Q9", "ASK FOR IT")
    assert gloves["extensions"]["x12"] == [{"segment": "UIT", "elements": ["CA"], "loop": "LIN[1]/QTY[2]"}]
    assert gloves["parties"][0]["role"] == "warehouse"
    assert [entry["location"]["value"] for entry in catheter["schedules"]] == ["DC4", "DC7"]
    assert catheter["extensions"] == {}


def test_a_unit_without_any_place_is_kept() -> None:
    report, _ = mapped("846", "BIA*00*DD*STK-1*20261118~LIN**VC*GLV-N-M~SDQ*EA*92~")
    assert report["lines"][0]["extensions"]["x12"] == [{"segment": "SDQ", "elements": ["EA", "92"]}]
