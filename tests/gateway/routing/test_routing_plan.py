"""What rules make of documents: orders of requisitions, other words, and nothing of patients."""

import json
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.partner import Identity, Partner
from canonical.registry import DOCUMENTS
from gateway.config.routes import Route
from gateway.partners import PartnerBook
from gateway.routing import problems as kinds
from gateway.routing.match import Facts
from gateway.routing.plan import Made, Plan, Source, World, plan
from gateway.xref.book import CrossReferences, Key
from gateway.xref.entries import AccountEntry, Entry, ItemEntry, LocationEntry, UnitEntry, VendorEntry

DAY = date(2026, 11, 21)
SAMPLES = Path(__file__).parents[3] / "samples"
PARTNERS = PartnerBook(
    [
        Partner(name="acme", identities=(Identity(scheme="GLN", id="9525678000028"),)),
        Partner(name="best"),
        Partner(name="erp"),
        Partner(name="all", catch_all=True),
    ]
)
OWN = (Identity(scheme="ISA", qualifier="ZZ", id="US"), Identity(scheme="GLN", id="0614141000104"))
WORLD = World(PARTNERS.find, OWN)
ALL = ["item", "unit", "location"]


def line(item: str, quantity: str = "2", unit: str = "BX", *, to: str = "3W", **more: Any) -> dict[str, Any]:
    return {
        "item": {"description": f"thing {item}", "identifiers": [{"scheme": "BUYER", "value": item}]},
        "quantity": {"value": quantity, "unitCode": unit}, "deliverTo": {"code": to, "name": "Bed of J. Doe"},
        "notes": [{"text": "for Jane Doe"}], "action": "new", **more,
    }  # fmt: skip


def requisition(*lines: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {
        "documentType": "requisition", "number": "R-1", "requisitionType": "stock", "issueDate": "2026-11-20",
        "lines": list(lines), "patient": {"token": "pt-1", "encounterToken": "en-1"},
        "notes": [{"text": "Jane Doe, room 4"}], "extensions": {"hl7": [{"segment": "NK1", "fields": {"2": "DOE"}}]},
        **more,
    }  # fmt: skip


def run(
    data: dict[str, Any], rows: list[Entry], *, partner: str = "ehr", event: str = "received", test: bool = False,
    **then: Any,
) -> Plan:  # fmt: skip
    document = DOCUMENTS[data["documentType"]].model_validate(data)
    rule = Route.model_validate({"name": "r", "when": {"document_type": data["documentType"]}, "then": then})
    source = Source("source-1", document, Facts(data["documentType"], partner, event, test))
    return plan(rule, source, CrossReferences(rows).on(DAY), WORLD)


def orders(data: dict[str, Any], rows: list[Entry], **then: Any) -> Plan:
    return run(data, rows, **{"convert": "purchase_order", "to": "vendor", "translate": ALL} | then)


def of(made: Made) -> dict[str, Any]:
    return made.document.to_data()


ROWS: list[Entry] = [
    VendorEntry(item="S1", partner="acme"), VendorEntry(item="S2", partner="best"),
    VendorEntry(item="S3", partner="acme"),
    ItemEntry(partner="acme", ours="S1", theirs="A-1", unit="EA", description="Glove M"),
    ItemEntry(partner="best", ours="S2", theirs="B-2"), ItemEntry(partner="acme", ours="S3", theirs="A-3"),
    UnitEntry(item="S1", from_unit="BX", to_unit="EA", factor=Fraction(100)),
    LocationEntry(ours="3W", theirs="0614141000340", name="Dock 2"),
    LocationEntry(ours="4W", theirs="0614141000340", name="Dock 2"),
    LocationEntry(ours="OR", theirs="0614141000357", name="Surgery"),
]  # fmt: skip


def test_each_vendor_gets_an_order_of_its_own_lines() -> None:
    data = requisition(
        line("S1", price={"amount": "12.00"}, lineNumber="1", neededDate="2026-11-25"),
        line("S2", "3", "CA", lineNumber="2"),
        line("S3", "4", "CA", lineNumber="3", neededDate="2026-11-24", to="4W"),
    )
    one, other = orders(data, ROWS).made
    assert (one.partner, other.partner) == ("acme", "best")
    order = of(one)
    assert order["number"] == "R-1-1"
    assert order["requestedDelivery"] == "2026-11-24"
    assert order["references"] == [{"type": "requisition", "value": "R-1"}]
    assert order["buyer"]["identifiers"] == [{"scheme": "GLN", "value": "0614141000104"}]
    # Both rooms are one dock to the vendor.
    assert order["shipTo"]["identifiers"] == [{"scheme": "GLN", "value": "0614141000340"}]
    first, second = order["lines"]
    assert first["item"] == {
        "description": "Glove M",
        "identifiers": [{"scheme": "SELLER", "value": "A-1"}, {"scheme": "BUYER", "value": "S1"}],
    }
    assert (first["lineNumber"], first["quantity"], first["price"]) == (
        "1", {"value": "200", "unitCode": "EA"}, {"amount": "0.12"},
    )  # fmt: skip
    assert (second["lineNumber"], second["quantity"]) == ("3", {"value": "4", "unitCode": "CA"})
    assert of(other)["number"] == "R-1-2"


def test_another_place_of_delivery_is_another_order() -> None:
    made = orders(requisition(line("S1"), line("S3", to="OR")), ROWS, number_prefix="PO-").made
    assert [(each.partner, of(each)["number"], of(each)["shipTo"]["name"]) for each in made] == [
        ("acme", "PO-R-1-1", "Dock 2"),
        ("acme", "PO-R-1-2", "Surgery"),
    ]
    (only,) = orders(requisition(line("S1"), line("S3")), ROWS).made
    assert of(only)["number"] == "R-1"


def test_nothing_of_a_patient_goes_over() -> None:
    data = requisition(
        line("S1", instances=[{"serialNumber": "SN-4711"}], enteredBy={"name": "J. Baptiste"}, account={"code": "6100"},
             extensions={"hl7": [{"segment": "PID", "fields": {"5": "DOE^JANE"}}]}),
    )  # fmt: skip
    for translate in (ALL, []):
        text = json.dumps([of(each) for each in orders(data, ROWS, translate=translate).made])
        assert '"number": "R-1"' in text
        for told in ("Doe", "DOE", "pt-1", "en-1", "4711", "Baptiste", "6100"):
            assert told not in text
    assert "Jane Doe, room 4" in json.dumps([of(each) for each in orders(data, ROWS, patients=True).made])


def test_what_is_missing_is_told_all_at_once_and_nothing_is_made() -> None:
    data = requisition(line("S1"), line("S8", to="5W"), line("S9", "1", "PK", parties=[
        {"role": "vendor", "identifiers": [{"scheme": "BUYER", "value": "V7"}]}
    ]), line("S1", "1", "CA"))  # fmt: skip
    found = orders(data, [*ROWS, VendorEntry(item="S8", partner="best")])
    assert found.made == ()
    assert set(found.missing) == {
        Key("vendor", "", "vendor V7"), Key("location", "best", "5W"), Key("item", "best", "S8"),
        Key("unit", "acme", "CA to EA of S1"),
    }  # fmt: skip


def test_a_line_that_names_the_sellers_number_needs_no_row() -> None:
    own = line("S9")
    own["item"]["identifiers"].append({"scheme": "SELLER", "value": "A-9"})
    (made,) = orders(requisition(own), ROWS, to="acme").made
    assert of(made)["lines"][0]["quantity"] == {"value": "2", "unitCode": "BX"}


@pytest.mark.parametrize("action", ["cancel", "change", "replace", "hold", "status"])
def test_only_what_asks_for_something_new_is_ordered(action: str) -> None:
    found = orders(requisition(line("S1"), line("S3", action=action)), ROWS)
    assert (found.made, found.obstacle and found.obstacle.kind) == ((), kinds.NOT_CONVERTIBLE)


@pytest.mark.parametrize(
    ("quantity", "came"), [("200", "2"), ("150", None), ("1", None), ("250.0", None), ("250.5", "2.505")]
)
def test_a_quantity_is_never_rounded(quantity: str, came: str | None) -> None:
    rows = [*ROWS[:3], ItemEntry(partner="acme", ours="S1", theirs="A-1", unit="BX"), *ROWS[4:]]
    found = orders(requisition(line("S1", quantity, "EA")), rows)
    if came is None:
        assert found.obstacle is not None
        assert found.obstacle.kind is kinds.QUANTITY_NOT_EXACT
    else:
        assert of(found.made[0])["lines"][0]["quantity"] == {"value": came, "unitCode": "BX"}


def test_a_test_stays_a_test_and_ids_are_always_the_same() -> None:
    data = requisition(line("S1"), line("S2"))
    first, again = orders(data, ROWS), orders(data, ROWS, test=True)
    assert [each.id for each in first.made] == [each.id for each in again.made]
    assert len({each.id for each in first.made}) == 2
    assert [each.test for each in (*first.made, *again.made)] == [False, False, True, True]


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(st.sampled_from(["S1", "S2", "S3"]), st.sampled_from(["3W", "4W", "OR"])), min_size=1, max_size=8
    )
)
def test_every_line_is_ordered_once(asked: list[tuple[str, str]]) -> None:
    data = requisition(*(line(item, "1", "CA", to=to, lineNumber=str(at)) for at, (item, to) in enumerate(asked)))
    rows = [*ROWS, UnitEntry(item="S1", from_unit="CA", to_unit="EA", factor=Fraction(1000))]
    found = orders(data, rows)
    assert found == orders(data, list(reversed(rows)))
    told = [
        (each["lineNumber"], made.partner, of(made)["shipTo"]["name"])
        for made in found.made
        for each in of(made)["lines"]
    ]
    dock = {"3W": "Dock 2", "4W": "Dock 2", "OR": "Surgery"}
    vendor = {"S1": "acme", "S2": "best", "S3": "acme"}
    assert sorted(told) == sorted((str(at), vendor[item], dock[to]) for at, (item, to) in enumerate(asked))
    assert len({of(made)["number"] for made in found.made}) == len(found.made)


def sample(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((SAMPLES / name / "expected/documents.json").read_text())[0]["document"]
    return found


def test_an_order_of_the_erp_goes_to_its_seller() -> None:
    order = sample("850-stock-order")
    order["seller"] = {"identifiers": [{"scheme": "GLN", "value": "9525678000028"}]}
    (made,) = run(order, [], partner="erp", to="vendor").made
    assert (made.partner, of(made)) == ("acme", DOCUMENTS["purchase_order"].model_validate(order).to_data())
    order["seller"] = {"identifiers": [{"scheme": "BUYER", "value": "V-7"}]}
    assert run(order, [], partner="erp", to="vendor").missing == (Key("vendor", "", "vendor V-7"),)
    assert run(order, [VendorEntry(vendor="V-7", partner="best")], partner="erp", to="vendor").made[0].partner == "best"


def test_the_notes_of_a_bill_only_order_stay_in_the_house() -> None:
    order = sample("850-bill-only-implant") | {"orderPurpose": "bill_only"}
    order["lines"][0]["notes"] = [{"text": "DOE, JANE"}]
    order["extensions"] = {"x12": [{"segment": "NM1", "elements": ["QC", "1", "DOE"]}]}
    (made,) = run(order, [], partner="erp", to="acme").made
    told = of(made)
    assert "DOE" not in json.dumps(told)
    assert (told["notes"], len(told["lines"])) == ([], len(order["lines"]))
    assert "DOE" in json.dumps(of(run(order, [], partner="erp", to="acme", patients=True).made[0]))
    order["orderPurpose"] = "stock"
    assert of(run(order, [], partner="erp", to="acme").made[0])["notes"] == order["notes"]


def test_an_invoice_comes_to_the_erp_with_our_numbers() -> None:
    invoice = sample("810-invoice")
    for each in invoice["lines"]:
        each["item"]["identifiers"] = [one for one in each["item"]["identifiers"] if one["scheme"] != "BUYER"]
    sellers = [
        one["value"] for each in invoice["lines"] for one in each["item"]["identifiers"] if one["scheme"] == "SELLER"
    ]
    assert sellers
    missing = run(invoice, [], partner="acme", to="erp", translate=["item"]).missing
    assert missing[0] == Key("item", "acme", f"SELLER {sellers[0]}")
    rows: list[Entry] = [ItemEntry(partner="acme", ours=f"S-{number}", theirs=number) for number in sellers]
    (made,) = run(invoice, rows, partner="acme", to="erp", translate=["item"]).made
    numbers = [
        one["value"] for each in of(made)["lines"] for one in each["item"]["identifiers"] if one["scheme"] == "BUYER"
    ]
    assert numbers == [f"S-{number}" for number in sellers]
    assert of(made)["totals"] == invoice["totals"]


def test_a_requisition_goes_to_the_erp_in_its_words_without_the_patients_tokens() -> None:
    data = requisition(line("S1", account={"code": "6100"}, costCenter={"code": "CC1"}))
    rows: list[Entry] = [
        AccountEntry(partner="erp", ours="6100", theirs="A-6"),
        AccountEntry(ours="CC1", theirs="7001"),
    ]
    (made,) = run(data, rows, to="erp", translate=["account"]).made
    told = of(made)
    assert (told["lines"][0]["account"]["code"], told["lines"][0]["costCenter"]["code"]) == ("A-6", "7001")
    assert "patient" not in told
    assert "Jane" not in json.dumps(told)
    assert "DOE" not in json.dumps(told)
    assert run(data, rows[:1], to="erp", translate=["account"]).missing == (Key("account", "erp", "CC1"),)
    assert of(run(data, rows, to="erp", patients=True).made[0])["patient"]["token"] == "pt-1"


def test_nothing_goes_back_to_the_one_it_came_from() -> None:
    assert run(requisition(line("S1")), [], partner="erp", to="erp") == Plan()
    assert run(requisition(line("S1")), [], partner="erp", event="submitted", to="erp").made
