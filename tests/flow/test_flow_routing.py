"""From a ward's requisition to the supplier's order, with the gateway as its users run it."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.rigs.gateway import Gateway, gateway, wharf
from tests.rigs.hl7_messages import message
from tests.rigs.mllp_sender import MllpSender

ROUTE = """
[[routes]]
name = "requisitions_to_suppliers"
when = { document_type = "requisition", partner = "ward" }
then = { convert = "purchase_order", to = "vendor", translate = ["item", "unit", "location"] }
"""
WARD = 'name = "ward"\nidentities = [ { scheme = "MSH", id = "CAB|3W" } ]\n'
ACME = """name = "acme"
identities = [ { scheme = "ISA", qualifier = "01", id = "123456789" }, { scheme = "GS", id = "123456789" } ]
send = { channel = "suppliers" }
"""
TABLES = {
    "item": "partner,ours,theirs,unit\nacme,104412,GLV-N-M,EA\n",
    "unit": "item,from_unit,to_unit,factor\n104412,BX,EA,100\n",
    "vendor": "item,partner\n104412,acme\n104413,acme\n104499,acme\n",
    "location": "ours,theirs,name\nDOCK 2,0614141000340,St. Example dock 2\n",
}


def requisition(control: str, item: str = "104412", *, unit: str = "BX", name: str = "DOE^JANE") -> bytes:
    """An order for supplies, for a patient, with a note about her."""
    return message(
        "OMS^O05",
        f"PID|1||4711-007^^^STEX^MR||{name}||19700101|F|||1 HIDDEN LANE^^PORT EXAMPLE",
        f"ORC|NW|R{control}",
        f"RQD|1|{item}^GLOVE^IM|||2|{unit}|4711||DOCK 2^Bed of {name}|20261125",
        f"NTE|1||for {name}",
        control=control,
    )


def furnish(house: Gateway) -> None:
    """A ward, a supplier, a rule and cross references."""
    house.config.write_text(house.config.read_text() + ROUTE)
    (house.home / "partners/ward.toml").write_text(WARD)
    (house.home / "partners/acme.toml").write_text(ACME)
    (house.home / "xref").mkdir()
    for table, text in TABLES.items():
        (house.home / f"xref/{table}.csv").write_text(text)


def parked(house: Gateway) -> list[dict[str, Any]]:
    done = wharf("parked", "list", "-c", house.config, "--json")
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


@pytest.mark.parametrize("door", ["mllp", "drop"])
def test_a_requisition_becomes_the_suppliers_order_without_its_patient(tmp_path: Path, door: str) -> None:
    with gateway(tmp_path / "st", start=False) as house:
        furnish(house)
        house.start()
        if door == "mllp":
            caller = MllpSender(house.data / "ports.json", "ehr")
            assert b"\rMSA|AA|M1\r" in (caller.ask(requisition("M1")) or b"")
            caller.close()
        else:
            house.put("requisition.hl7", requisition("M1"))
        house.wait(lambda: len(house.answers("acme", "850")) == 1, "the order")
        (order,) = house.answers("acme", "850")
        content = order.read_bytes()
        for segment in (
            b"\nBEG*00*SA*RM1**2026", b"\nREF*RQ*RM1~", b"\nDTM*002*20261125~",
            b"\nN1*ST*St. Example dock 2*UL*0614141000340~", b"\nPO1*1*200*EA***VC*GLV-N-M*IN*104412~",
        ):  # fmt: skip
            assert segment in content, content
        for told in (b"DOE", b"JANE", b"4711", b"HIDDEN", b"Bed"):
            assert told not in content
        house.wait(lambda: len(house.tap()) == 2, "both events")
        assert [event["type"].split(".")[-2:] for event in house.tap()] == [["received", "v1"], ["submitted", "v1"]]
        # The same message again is answered again, and orders nothing more.
        house.put("again.hl7", requisition("M1"))
        # A test is published as one, and orders nothing.
        house.put("test.hl7", requisition("M9").replace(b"|M9|P|", b"|M9|T|"))
        house.wait(lambda: [each for each in house.tap() if each.get("test")] != [], "the test's event")
        house.put("other.hl7", requisition("M2"))
        house.wait(lambda: len(house.answers("acme", "850")) == 2, "the order of another message")
        assert house.stop() == 0
    assert len(house.answers("acme", "850")) == 2


def test_what_lacks_a_cross_reference_waits_and_goes_on_in_order_when_it_comes(tmp_path: Path) -> None:
    with gateway(tmp_path / "st", start=False) as house:
        furnish(house)
        house.start()
        caller = MllpSender(house.data / "ports.json", "ehr")
        for control, item in (("M1", "104413"), ("M2", "104412"), ("M3", "104413"), ("M4", "104499"), ("M5", "104413")):
            assert b"|AA|" in (caller.ask(requisition(control, item)) or b"")
        caller.close()
        house.wait(lambda: len(house.answers("acme", "850")) == 1, "the order of what is known")
        missing = parked(house)
        assert [(each["table"], each["partner"], each["key"], len(each["documents"])) for each in missing] == [
            ("item", "acme", "104413", 3),
            ("item", "acme", "104499", 1),
        ]
        assert missing[0]["add"]["line"] == "acme,104413,…,SELLER"
        told = wharf("exceptions", "list", "-c", house.config, "--json")
        exceptions = [json.loads(line) for line in told.stdout.splitlines()]
        assert sorted(each["message"].split(": ")[1] for each in exceptions) == [
            "item 104413 of acme",
            "item 104499 of acme",
        ]
        # Another process imports the missing line, with the gateway running.
        (tmp_path / "item.csv").write_text("partner,ours,theirs\nacme,104413,GLV-N-L\n")
        done = wharf("xref", "import", tmp_path / "item.csv", "-c", house.config)
        assert (done.returncode, done.stdout) == (0, b"1 row imported, 0 there already\n"), done.stderr
        house.wait(lambda: len(house.answers("acme", "850")) == 4, "the orders that waited")
        numbers = [path.read_bytes().partition(b"*SA*")[2][:3] for path in house.answers("acme", "850")]
        assert numbers == [b"RM2", b"RM1", b"RM3", b"RM5"]
        assert [each["key"] for each in parked(house)] == ["104499"]
        # A line in the settings counts when they are read again.
        (house.home / "xref/item.csv").write_text(TABLES["item"] + "acme,104499,GLV-N-S,BX\n")
        assert wharf("config", "reload", "-c", house.config).returncode == 0
        house.wait(lambda: len(house.answers("acme", "850")) == 5, "the last one")
        assert parked(house) == []
        told = wharf("exceptions", "list", "-c", house.config, "--json")
        assert told.stdout == b""


def test_what_was_parked_goes_on_after_an_import_while_no_gateway_runs(tmp_path: Path) -> None:
    with gateway(tmp_path / "st", start=False) as house:
        furnish(house)
        house.start()
        house.put("requisition.hl7", requisition("M1", "104413"))
        house.wait(lambda: len(parked(house)) == 1, "it is parked")
        house.kill()
        (tmp_path / "item.csv").write_text("partner,ours,theirs\nacme,104413,GLV-N-L\n")
        assert wharf("xref", "import", tmp_path / "item.csv", "-c", house.config).returncode == 0
        house.start()
        house.wait(lambda: len(house.answers("acme", "850")) == 1, "the order")
