"""An 856 as a shipment: what lies in which package, for which order, of which lot."""

from typing import Any

from tests.rigs.x12_tree import dropped, mapped, segments_of

NOTICE = """
    BSN*00*SHP-77*20261120*0930*0001~
    DTM*011*20261120~
    HL*1**S*1~TD1*CTN25*2****G*40*LB~TD5**2*HRBR*M*GROUND~TD3*TL*HRBR*4711~REF*BM*BOL-9~DTM*017*20261122~
    N1*SF*ACME SURGICAL*UL*0614141000005~N1*ST*HARBOR GENERAL*91*44~
    HL*2*1*O*1~PRF*PO-1*R2**20261101**K-5501~REF*IV*INV-5~N1*Z7**92*OR-4~
    HL*3*2*T*1~MAN*GM*00106141411234567897~
    HL*4*3*P*1~PO4*1*50*EA~MAN*GM*106141411234567903~MAN*CP*1Z999~
    HL*5*4*I*0~LIN*1*VC*IMP-8*LT*L77*SN*S1~SN1*1*1*EA*1*2*EA**AC~PID*F****HIP STEM~DTM*036*20301231~DTM*094*20260101~
    HL*6*3*P*1~MAN*AA*106141411234567910~
    HL*7*6*I*0~LIN*2*UK*10614141000019~SN1*2*10*EA~SLN*1**I*6*EA****LT*A1~SLN*2**I*4*EA****LT*A2~
    HL*8*6*I*0~LIN*3*VC*TRAY-1~SN1*3*1*EA~SLN*1**I*2*EA****VC*CLAMP-1~
    CTT*8*12~
"""


def places(notice: dict[str, Any]) -> list[tuple[str | None, str | None, str | None]]:
    """Per line: its number, its order and its package."""
    return [(one.get("lineNumber"), one.get("orderNumber"), one.get("package")) for one in notice["lines"]]


def codes(context: Any) -> list[str]:
    return [found.kind.code for found in context.findings]


def test_the_shipment() -> None:
    notice, context = mapped("856", NOTICE)
    assert codes(context) == []
    assert (notice["number"], notice["shipmentNumber"], notice["orderNumber"]) == ("SHP-77", "SHP-77", "PO-1")
    assert (notice["shippedDate"], notice["estimatedDelivery"]) == ("2026-11-20", "2026-11-22")
    assert notice["dates"][0] == {"type": "issued", "date": "2026-11-20", "time": "09:30"}
    assert notice["structureCode"] == "0001"
    assert notice["packaging"] == [
        {"packagingCode": "CTN25", "count": "2", "weight": {"qualifier": "G", "value": "40", "unitCode": "LB"}}
    ]
    assert notice["carriers"] == [
        {
            "scac": "HRBR",
            "identifiers": [],
            "mode": "M",
            "equipment": "HRBR4711",
            "equipmentType": "TL",
            "routing": "GROUND",
        }
    ]
    assert (notice["shipFrom"]["name"], notice["shipTo"]["name"]) == ("ACME SURGICAL", "HARBOR GENERAL")
    assert notice["totals"] == {"levelCount": 8, "hashTotal": "12"}


def test_orders_stand_once() -> None:
    (order,) = mapped("856", NOTICE)[0]["orders"]
    assert (order["orderNumber"], order["releaseNumber"], order["orderDate"]) == ("PO-1", "R2", "2026-11-01")
    assert order["contractNumber"] == "K-5501"
    assert order["references"] == [{"type": "invoice", "value": "INV-5", "qualifier": "IV"}]
    assert order["parties"][0]["role"] == "markFor"


def test_packages_are_a_tree_with_codes_of_eighteen_digits() -> None:
    (pallet,) = mapped("856", NOTICE)[0]["packages"]
    assert (pallet["type"], pallet["sscc"]) == ("tare", "106141411234567897")
    assert pallet["marks"][0]["value"] == "00106141411234567897"
    first, second = pallet["packages"]
    assert (first["type"], first["sscc"], second["sscc"]) == ("pack", "106141411234567903", "106141411234567910")
    assert [(mark["type"], mark["value"]) for mark in first["marks"]] == [
        ("sscc", "106141411234567903"),
        ("carrierPackage", "1Z999"),
    ]
    assert first["packaging"] == [{"pack": "1", "size": "50", "unitCode": "EA"}]


def test_every_line_stands_once_and_names_its_order_and_package() -> None:
    assert places(mapped("856", NOTICE)[0]) == [("1", "PO-1", "4"), ("2", "PO-1", "6"), ("3", "PO-1", "6")]


def test_a_line_with_its_lot_serial_number_and_dates() -> None:
    line = mapped("856", NOTICE)[0]["lines"][0]
    assert line["instances"] == [
        {
            "lotNumber": "L77",
            "serialNumber": "S1",
            "expirationDate": "2030-12-31",
            "manufactureDate": "2026-01-01",
            "quantity": {"value": "1", "unitCode": "EA"},
        }
    ]
    assert line["orderedQuantity"] == {"value": "2", "unitCode": "EA"}
    assert (line["cumulativeQuantity"], line["statusCode"]) == ("1", "AC")
    assert line["item"]["description"] == "HIP STEM"


def test_lots_with_their_own_quantities_and_components() -> None:
    _, lots, tray = mapped("856", NOTICE)[0]["lines"]
    assert lots["instances"] == [
        {"lotNumber": "A1", "quantity": {"value": "6", "unitCode": "EA"}},
        {"lotNumber": "A2", "quantity": {"value": "4", "unitCode": "EA"}},
    ]
    assert lots["components"] == []
    assert tray["instances"] == []
    assert tray["components"][0]["item"]["identifiers"][0]["value"] == "CLAMP-1"


def test_lots_that_do_not_add_up_are_told() -> None:
    notice, context = mapped("856", NOTICE.replace("SLN*2**I*4*EA", "SLN*2**I*3*EA"))
    assert codes(context) == ["MAP-W0005"]
    assert len(notice["lines"][1]["instances"]) == 2


def test_nothing_is_dropped() -> None:
    assert dropped(segments_of(NOTICE), mapped("856", NOTICE)[0]) == []


def test_lots_in_references_pair_with_their_dates_in_order() -> None:
    body = "HL*1**S~HL*2*1*I~LIN**VC*GLV~SN1**9*EA~REF*LT*L1~REF*LT*L2~DTM*036*20270101~DTM*208*20280101~"
    notice, _ = mapped("856", f"BSN*00*S1*20261120*0900~{body}")
    assert notice["lines"][0]["instances"] == [
        {"lotNumber": "L1", "expirationDate": "2027-01-01"},
        {"lotNumber": "L2", "expirationDate": "2028-01-01"},
    ]


def test_serial_numbers_in_references_share_their_lot_and_date() -> None:
    body = "HL*1**S~HL*2*1*I~LIN**VC*PUMP*LT*L1~SN1**2*EA~REF*SE*S1~REF*SE*S2~REF*LT*L1~DTM*036*20270101~"
    notice, _ = mapped("856", f"BSN*00*S1*20261120*0900~{body}")
    each = {"lotNumber": "L1", "expirationDate": "2027-01-01"}
    assert notice["lines"][0]["instances"] == [{**each, "serialNumber": "S1"}, {**each, "serialNumber": "S2"}]


def test_three_lots_of_which_two_expire_together() -> None:
    lots = "".join(f"REF*LT*L{at}~DTM*036*{day}~" for at, day in ((1, 20270101), (2, 20270101), (3, 20280101)))
    notice, _ = mapped("856", f"BSN*00*S1*20261120*0900~HL*1**S~HL*2*1*I~LIN**VC*GLV~SN1**9*EA~{lots}")
    days = [instance["expirationDate"] for instance in notice["lines"][0]["instances"]]
    assert days == ["2027-01-01", "2027-01-01", "2028-01-01"]


def test_serial_numbers_in_levels_of_their_own() -> None:
    body = (
        "HL*1**S~HL*2*1*I~LIN**VC*PUMP~SN1**2*EA~REF*LT*L1~DTM*036*20270101~"
        "HL*3*2*X~LIN**SN*S1~SN1**1*EA~HL*4*2*X~REF*SE*S2~SN1**1*EA~"
    )
    notice, context = mapped("856", f"BSN*00*S1*20261120*0900~{body}")
    each = {"lotNumber": "L1", "expirationDate": "2027-01-01", "quantity": {"value": "1", "unitCode": "EA"}}
    assert notice["lines"][0]["instances"] == [{**each, "serialNumber": "S1"}, {**each, "serialNumber": "S2"}]
    assert codes(context) == []
    assert len(notice["lines"]) == 1


def test_packages_above_orders() -> None:
    body = (
        "HL*1**S~HL*2*1*P~MAN*GM*106141411234567903~HL*3*2*O~PRF*PO-1~HL*4*3*I~LIN*1*VC*A~SN1**1*EA~"
        "HL*5*2*O~PRF*PO-2~HL*6*5*I~LIN*2*VC*B~SN1**1*EA~"
    )
    notice, context = mapped("856", f"BSN*00*S1*20261120*0900*0003~{body}")
    assert places(notice) == [("1", "PO-1", "2"), ("2", "PO-2", "2")]
    assert "orderNumber" not in notice
    assert codes(context) == []


def test_the_tree_follows_the_parents_and_not_the_text() -> None:
    body = "HL*1**S~HL*2*1*O~PRF*PO-1~HL*3*1*O~PRF*PO-2~HL*4*2*I~LIN*1*VC*A~SN1**1*EA~HL*5*3*I~LIN*2*VC*B~SN1**1*EA~"
    notice, _ = mapped("856", f"BSN*00*S1*20261120*0900~{body}")
    assert places(notice) == [("1", "PO-1", None), ("2", "PO-2", None)]


def test_without_parents_the_order_of_levels_decides_and_is_told() -> None:
    body = "HL*1**S~HL*2**O~PRF*PO-1~HL*3**P~MAN*CP*1Z~HL*4*77*I~LIN*1*VC*A~SN1**1*EA~HL*5*9*I~LIN*2*VC*B~SN1**1*EA~"
    notice, context = mapped("856", f"BSN*00*S1*20261120*0900~{body}")
    assert places(notice) == [("1", "PO-1", "3"), ("2", "PO-1", "3")]
    assert codes(context) == ["MAP-W0004"] * 4
    assert notice["lines"][0]["extensions"]["x12"] == [{"segment": "HL", "elements": ["4", "77", "I"]}]


def test_repeated_numbers_are_told_and_get_a_key_of_their_own() -> None:
    body = "HL*1**S~HL*2*1*P~MAN*CP*1Z~HL*2*1*P~MAN*CP*2Z~HL*3*2*I~LIN*1*VC*A~SN1**1*EA~"
    notice, context = mapped("856", f"BSN*00*S1*20261120*0900~{body}")
    assert [package["hierarchyId"] for package in notice["packages"]] == ["2", "#3"]
    assert places(notice) == [("1", None, "#3")]
    assert codes(context) == ["MAP-W0004"]


def test_a_parent_that_comes_later_or_is_the_level_itself_does_no_harm() -> None:
    body = "HL*1**S~HL*2*3*P~HL*3*3*I~LIN*1*VC*A~SN1**1*EA~"
    notice, context = mapped("856", f"BSN*00*S1*20261120*0900~{body}")
    assert places(notice) == [("1", None, "2")]
    assert codes(context) == ["MAP-W0004", "MAP-W0004"]


def test_packages_in_packages_without_end_are_held_flat() -> None:
    body = "HL*1**S~" + "".join(f"HL*{at}*{at - 1}*P~MAN*CP*BOX-{at}~" for at in range(2, 3000))
    notice, context = mapped("856", f"BSN*00*S1*20261120*0900~{body}")
    assert "MAP-W0004" in codes(context)
    assert dropped(segments_of(body), notice) == []


def test_an_item_that_names_its_order_itself() -> None:
    body = "HL*1**S~PRF*PO-9~HL*2*1*I~LIN*1*VC*A~SN1**1*EA~"
    notice, _ = mapped("856", f"BSN*00*S1*20261120*0900*0004~{body}")
    assert notice["orderNumber"] == "PO-9"
    assert places(notice) == [("1", "PO-9", None)]
