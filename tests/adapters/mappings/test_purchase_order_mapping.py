"""An 850 as the buyer's order: what a supplier's system would read from it."""

from tests.rigs.x12_tree import dropped, mapped, segments_of

ORDER = """
    BEG*00*RO*PO-2026-1001*R2*20261120*K-5501*AD~
    CUR*BY*USD~
    REF*DP*OR-4~
    REF*IA*77120**XX>1~
    PER*BD*DANA REED*TE*5550100*EM*dana@harbor.example~
    TAX*EX-99***********2~
    FOB*CC*OR*LOADING DOCK~
    SAC*C*D240***1250**********RUSH FREIGHT~
    ITD*01*3*2*20261220*10*20270120*30*500****2 PCT 10 NET 30~
    DTM*002*20261125*0800~
    DTM*037*20261122~
    TD5**2*HRBR*M*HARBOR PARCEL*******ND~
    N9*L1*BILL ONLY~MSG*IMPLANT CASE 77 SEE SHEET~MSG*CALL BEFORE DELIVERY~
    N1*BY*HARBOR GENERAL HOSPITAL*UL*0614141000005~N2*MATERIALS MANAGEMENT~
    N3*1 HARBOR WAY*DOCK 2~N4*SPRINGFIELD*IL*62701*US*WH*17~REF*IT*44-1~PER*RE*LEE*FX*5550101~
    N1*SU*ACME SURGICAL*21*100AC1234~
    N1*VN*ACME SURGICAL WEST*91*W2~
    N1*ST*HARBOR GENERAL DOCK*92*D-17~
    PO1*1*12*BX*13.4500*CT*VC*GLV-M*IN*100417*UK*10614141000019*UK*20614141000016~
    CTP**CAT*15.10~
    PID*F*08***GLOVE NITRILE~PID*F****SIZE M~
    MEA*PD*WT*1.5*LB~
    PO4*10*100*EA*BOX*G*2.5*LB*.5*CF~
    REF*CT*K-77~
    SAC*A*C310****Z*5~
    SDQ*BX*92*OR1*5*OR2*7~
    DTM*010*20261123~
    SCH*5*BX***002*20261124*0900~
    SCH*7*BX*ST*EAST WING*002*20261126~TD5**2*HRBR~
    N9*ZZ*LOT CONTROL~MSG*ONE LOT ONLY~
    N1*MA**92*OR-4~
    SLN*1.1**I*2*EA*1.25*PE**VC*GLV-L~
    SLN*1.2*1*S*1*EA****VC*GLV-R~
    PO1*2*3*EA*.5**MG*SUT-3-0~
    CTT*2*15~AMT*TT*162.90~
"""


def test_the_heading() -> None:
    order, context = mapped("850", ORDER)
    assert context.findings == []
    assert order["number"] == "PO-2026-1001"
    assert (order["purpose"], order["purposeCode"], order["orderType"]) == ("original", "00", "RO")
    assert (order["issueDate"], order["requestedDelivery"]) == ("2026-11-20", "2026-11-25")
    assert (order["releaseNumber"], order["contractNumber"], order["acknowledgmentType"]) == ("R2", "K-5501", "AD")
    assert order["currency"] == "USD"
    assert order["references"] == [
        {"type": "department", "value": "OR-4", "qualifier": "DP"},
        {"type": "internalVendor", "value": "77120", "qualifier": "IA"},
        {"type": "notes", "value": "BILL ONLY", "qualifier": "L1"},
    ]
    assert order["dates"] == [
        {"type": "requestedDelivery", "date": "2026-11-25", "time": "08:00", "qualifier": "002"},
        {"type": "shipNotBefore", "date": "2026-11-22", "qualifier": "037"},
    ]
    assert [note["text"] for note in order["notes"]] == ["IMPLANT CASE 77 SEE SHEET", "CALL BEFORE DELIVERY"]
    assert order["contacts"] == [
        {
            "function": "BD",
            "name": "DANA REED",
            "channels": [{"type": "phone", "value": "5550100"}, {"type": "email", "value": "dana@harbor.example"}],
        }
    ]


def test_the_money_of_the_heading() -> None:
    order, _ = mapped("850", ORDER)
    assert order["allowances"] == [
        {"indicator": "charge", "code": "D240", "amount": "12.50", "description": "RUSH FREIGHT"}
    ]
    assert order["paymentTerms"] == [
        {
            "type": "01",
            "basisDate": "3",
            "discountPercent": "2",
            "discountDate": "2026-12-20",
            "discountDays": "10",
            "discountAmount": "5.00",
            "netDate": "2027-01-20",
            "netDays": "30",
            "description": "2 PCT 10 NET 30",
        }
    ]
    assert order["taxes"] == [{"type": "TX", "identifier": "EX-99", "exempt": "2"}]
    assert order["totals"] == {"lineCount": 2, "hashTotal": "15", "amount": "162.90"}


def test_the_parties_and_who_comes_second() -> None:
    order, _ = mapped("850", ORDER)
    buyer = order["buyer"]
    assert (buyer["name"], buyer["additionalNames"]) == ("HARBOR GENERAL HOSPITAL", ["MATERIALS MANAGEMENT"])
    assert buyer["identifiers"] == [{"scheme": "GLN", "value": "0614141000005", "qualifier": "UL"}]
    assert buyer["address"] == {
        "lines": ["1 HARBOR WAY", "DOCK 2"],
        "city": "SPRINGFIELD",
        "state": "IL",
        "postalCode": "62701",
        "country": "US",
        "location": "WH:17",
    }
    assert buyer["references"] == [{"type": "internalCustomer", "value": "44-1", "qualifier": "IT"}]
    assert buyer["contacts"][0]["channels"] == [{"type": "fax", "value": "5550101"}]
    assert (order["seller"]["role"], order["seller"]["identifiers"][0]["scheme"]) == ("supplier", "HIN")
    assert [(party["role"], party["name"]) for party in order["otherParties"]] == [("vendor", "ACME SURGICAL WEST")]
    assert order["shipTo"]["identifiers"] == [{"scheme": "BUYER", "value": "D-17", "qualifier": "92"}]
    assert order["carriers"] == [
        {"scac": "HRBR", "identifiers": [], "mode": "M", "serviceLevel": "ND", "routing": "HARBOR PARCEL"}
    ]


def test_a_line_with_all_that_stands_under_it() -> None:
    order, _ = mapped("850", ORDER)
    line = order["lines"][0]
    assert line["lineNumber"] == "1"
    assert line["quantity"] == {"value": "12", "unitCode": "BX"}
    assert line["price"] == {"amount": "13.4500", "basis": "CT"}
    assert line["prices"] == [{"amount": "15.10", "type": "CAT"}]
    assert line["item"]["description"] == "GLOVE NITRILE SIZE M"
    assert [(one["scheme"], one["value"], one["qualifier"]) for one in line["item"]["identifiers"]] == [
        ("SELLER", "GLV-M", "VC"),
        ("BUYER", "100417", "IN"),
        ("GTIN", "10614141000019", "UK"),
        ("GTIN", "20614141000016", "UK"),
    ]
    assert line["measures"] == [{"type": "PD", "qualifier": "WT", "value": "1.5", "unitCode": "LB"}]
    assert line["packaging"] == [
        {
            "pack": "10",
            "size": "100",
            "unitCode": "EA",
            "packagingCode": "BOX",
            "weight": {"qualifier": "G", "value": "2.5", "unitCode": "LB"},
            "volume": {"value": "0.5", "unitCode": "CF"},
        }
    ]
    assert line["references"][0] == {"type": "contract", "value": "K-77", "qualifier": "CT"}
    assert line["dates"] == [{"type": "requestedShip", "date": "2026-11-23", "qualifier": "010"}]
    assert line["notes"] == [{"text": "ONE LOT ONLY", "type": "mutuallyDefined", "qualifier": "ZZ"}]
    assert line["parties"][0]["role"] == "ultimateRecipient"
    assert line["allowances"] == [{"indicator": "allowance", "code": "C310", "percent": "5", "percentBasis": "Z"}]


def test_a_line_is_split_by_place_and_by_date() -> None:
    order, _ = mapped("850", ORDER)
    schedules = order["lines"][0]["schedules"]
    assert [(one["quantity"]["value"], one.get("location", {}).get("value")) for one in schedules] == [
        ("5", "OR1"),
        ("7", "OR2"),
        ("5", None),
        ("7", None),
    ]
    assert schedules[2]["dates"] == [
        {"type": "requestedDelivery", "date": "2026-11-24", "time": "09:00", "qualifier": "002"}
    ]


def test_parts_of_a_line_are_its_sub_lines() -> None:
    order, _ = mapped("850", ORDER)
    first, second = order["lines"][0]["subLines"]
    assert (first["lineNumber"], first["quantity"]["value"], first["price"]["amount"]) == ("1.1", "2", "1.25")
    assert first["extensions"] == {}
    assert second["extensions"]["x12"][0]["elements"][:3] == ["1.2", "1", "S"]


def test_what_no_field_holds_stands_whole_at_the_nearest_owner() -> None:
    order, _ = mapped("850", ORDER)
    assert order["extensions"]["x12"] == [
        {"segment": "REF", "elements": ["IA", "77120", "", "XX>1"]},
    ]
    assert order["freightTerms"] == [{"payment": "CC", "locationType": "OR", "location": "LOADING DOCK"}]
    assert order["lines"][0]["extensions"]["x12"] == [
        {
            "segment": "SCH",
            "elements": ["7", "BX", "ST", "EAST WING", "002", "20261126"],
            "loop": "PO1[1]/SCH[2]",
        },
        {"segment": "TD5", "elements": ["", "2", "HRBR"], "loop": "PO1[1]/SCH[2]"},
    ]
    assert dropped(segments_of(ORDER), order) == []


def test_a_price_is_as_precise_as_it_was_sent() -> None:
    order, _ = mapped("850", ORDER)
    assert order["lines"][1]["price"] == {"amount": "0.5"}


def test_a_day_that_does_not_exist_is_told_and_kept() -> None:
    order, context = mapped("850", "BEG*00*SA*PO-1**20261131~DTM*002*20260230~PO1*1*1*EA~")
    assert "issueDate" not in order
    assert "requestedDelivery" not in order
    assert order["dates"] == [{"type": "requestedDelivery", "qualifier": "002", "text": "20260230"}]
    assert [(found.kind.code, found.segment and found.segment.tag, found.element) for found in context.findings] == [
        ("MAP-W0002", "BEG", 5),
        ("MAP-W0002", "DTM", 2),
    ]
    assert order["extensions"]["x12"][0]["elements"] == ["00", "SA", "PO-1", "", "20261131"]


def test_a_quantity_that_is_no_number_is_told_and_kept() -> None:
    order, context = mapped("850", "BEG*00*SA*PO-1**20261120~PO1*1*+5*EA*9.95~")
    assert "quantity" not in order["lines"][0]
    assert [(found.kind.code, found.element, found.found) for found in context.findings] == [("MAP-W0003", 2, "+5")]
    assert order["lines"][0]["extensions"]["x12"][0]["elements"] == ["1", "+5", "EA", "9.95"]


def test_what_could_be_a_name_is_not_repeated_in_a_problem() -> None:
    _, context = mapped("850", "BEG*00*SA*PO-1**20261120~DTM*002*DANA REED~")
    assert [(found.kind.code, found.found) for found in context.findings] == [("MAP-W0002", None)]


def test_a_quantity_without_its_unit_is_told() -> None:
    order, context = mapped("850", "BEG*00*SA*PO-1**20261120~PO1*1*5**9.95~")
    assert order["lines"][0]["quantity"] == {"value": "5"}
    assert [(found.kind.code, found.element) for found in context.findings] == [("MAP-W0006", 3)]
    assert order["lines"][0]["extensions"] == {}


def test_purposes_are_words_and_unknown_ones_stay_codes() -> None:
    told = [mapped("850", f"BEG*{code}*SA*PO-1**20261120~")[0]["purpose"] for code in ("01", "04", "05", "07", "53")]
    assert told == ["cancel", "change", "replace", "duplicate", "53"]


def test_a_date_before_4010_takes_its_century_from_the_fifth_element() -> None:
    order, _ = mapped("850", "BEG*00*SA*PO-1**961120~DTM*002*261125***19~")
    assert order["issueDate"] == "1996-11-20"
    assert order["requestedDelivery"] == "1926-11-25"


def test_a_period_is_kept_as_text_and_a_single_day_is_a_date() -> None:
    order, _ = mapped("850", "BEG*00*SA*PO-1**20261120~DTM*002****RD8*20261124-20261126~DTM*010****D8*20261123~")
    assert order["dates"] == [
        {"type": "requestedDelivery", "qualifier": "002", "text": "20261124-20261126"},
        {"type": "requestedShip", "qualifier": "010", "date": "2026-11-23"},
    ]


def test_a_composite_unit_gives_its_first_unit_and_is_kept_whole() -> None:
    """A unit with exponents (C001) has no field; nothing that a consumer reads holds a separator of the sender."""
    order, _ = mapped(
        "850",
        "BEG*00*SA*4711**20261120~PO1*1*12*BX*1**VN*A~MEA*PD*WT*1.5*LB>2~SLN*1**I*3*PC>11.1>12.2*1.25~CTT*1~",
    )
    line = order["lines"][0]
    assert line["measures"][0]["unitCode"] == "LB"
    assert line["subLines"][0]["quantity"] == {"value": "3", "unitCode": "PC"}
    assert line["extensions"]["x12"] == [{"segment": "MEA", "elements": ["PD", "WT", "1.5", "LB>2"]}]
    assert line["subLines"][0]["extensions"]["x12"][0]["elements"][4] == "PC>11.1>12.2"


def test_what_is_kept_ends_with_its_last_element() -> None:
    order, _ = mapped("850", "BEG*00*SA*4711**20261120~PO1*1*12*BX*1**VN*A~QTY*38*10***~CTT*1~")
    assert order["lines"][0]["extensions"]["x12"] == [
        {"segment": "QTY", "elements": ["38", "10"], "loop": "PO1[1]/QTY[1]"}
    ]
