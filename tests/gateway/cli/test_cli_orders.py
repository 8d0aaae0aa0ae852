"""``wharf orders``: an order that was sent, with all that came back, as a buyer reads it."""

import itertools
import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from structlog.testing import capture_logs

from adapters.partner import Partner
from canonical.document import Document
from canonical.requisition import Requisition
from gateway.cli.main import run
from gateway.init import write_settings
from gateway.ledger.contract import Transaction
from gateway.profiles import profile_for
from gateway.robot.behaviour import behaviour_from
from gateway.robot.supplier import Reply, Supplier
from tests.rigs import ledger_rows
from tests.rigs.orders import line, paper, purchase_order
from tests.rigs.outbound import OWN, Place, Sending, partner, sending

NUMBER = "4500012345"
ACME = partner("acme", "shelf")


class House:
    """A working folder with its ledger, in which one order was handed in."""

    def __init__(self, folder: Path, sending: Sending, place: Place) -> None:
        self.config = str(folder / "wharf.toml")
        self.sending = sending
        self.place = place
        assert sending.submit("acme", NUMBER).accepted

    def send(self) -> None:
        """The order leaves."""
        self.sending.turn()
        assert len(self.place.taken) == 1

    def answer(self, *ways: str, only: tuple[str, ...] = ("997", "TA1", "855", "856", "810")) -> None:
        """The supplier's files come in."""
        profile = profile_for(ACME.identities, Partner(name="st", identities=OWN))
        assert profile is not None
        numbers = itertools.count(1)
        supplier = Supplier(profile, behaviour_from(ways), lambda _: next(numbers))
        for reply in supplier.replies(self.place.taken[0].content, self.sending.now):
            assert isinstance(reply, Reply)
            self.sending.later(60)
            if reply.kind in only:
                with capture_logs():
                    self.sending.hear(reply.content)

    def receive(self, *documents: Document, partner: str = "acme", status: str = "accepted") -> None:
        """Documents of one delivery enter the ledger by another door."""
        id = self.sending.new_id()
        rows = [
            replace(
                ledger_rows.document(f"{id}-{place}", id, position=place, partner=partner, number=each.number,
                                     document_type=each.document_type, body=each.to_json(), status=status),
                correlation=each.correlation, recorded_at=self.sending.now, message_type=None,
            )
            for place, each in enumerate(documents, start=1)
        ]  # fmt: skip

        def work(tx: Transaction) -> None:
            tx.add_delivery(ledger_rows.delivery(id, id.encode()), id.encode())
            tx.add_documents(rows)

        self.sending.ledger.write(work).result()


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    write_settings(tmp_path)
    place = Place()
    with sending(tmp_path / "var", [ACME], {"shelf": place}) as own:
        yield House(tmp_path, own, place)


def shown(house: House, capsys: pytest.CaptureFixture[str], *more: str) -> str:
    assert run(["orders", "show", NUMBER, "-c", house.config, *more]) == 0
    return capsys.readouterr().out


def data(house: House, capsys: pytest.CaptureFixture[str]) -> Any:
    return json.loads(shown(house, capsys, "--json"))


def test_an_order_comes_from_handed_in_to_sent_to_acknowledged(
    house: House, capsys: pytest.CaptureFixture[str]
) -> None:
    assert data(house, capsys)["state"] == "ordered"
    house.send()
    assert data(house, capsys)["state"] == "sent"
    house.answer(only=("997",))
    told = data(house, capsys)
    assert told["state"] == "acknowledged"
    (order,) = told["documents"]
    assert [(each["kind"], each["verdict"]) for each in order["acknowledgments"]] == [("997", "accepted")]
    assert order["parcels"][0]["controlNumber"]
    assert "997 accepted 11-21 07:31" in shown(house, capsys)


@pytest.mark.parametrize("kind", ["997", "ta1"])
def test_an_order_that_is_refused_as_unreadable_is_rejected(
    house: House, capsys: pytest.CaptureFixture[str], kind: str
) -> None:
    house.send()
    house.answer(f"reject-{kind}")
    told = data(house, capsys)
    assert (told["state"], [each["code"] for each in told["findings"]]) == ("rejected", ["BUS-E0123"])
    assert told["findings"][0]["words"] == f"The seller's system refused the order with its {kind.upper()}."


def test_the_page_says_first_what_differs(house: House, capsys: pytest.CaptureFixture[str]) -> None:
    house.send()
    house.answer("over-invoice=50%")
    page = shown(house, capsys)
    assert page.startswith(f"Order {NUMBER}  invoiced\nOrdered 2026-11-20, to acme, 1 line, 74.40.\n")
    assert "Line 1: 36 EA invoiced, 24 EA ordered.  +37.20" in page
    assert page.index("What differs") < page.index("Documents") < page.index("Lines") < page.index("Invoices")
    for word in (
        "850 order",
        "855 answer",
        "856 ship notice",
        "810 invoice",
        "to acme",
        "sent 11-21 07:30",
        "997 accepted",
    ):
        assert word in page
    assert all(len(row) <= 100 for row in page.splitlines())


def test_a_matched_order_is_told_as_such(house: House, capsys: pytest.CaptureFixture[str]) -> None:
    house.send()
    house.answer()
    told = data(house, capsys)
    assert (told["state"], told["touchless"], told["findings"]) == ("matched", True, [])
    assert "Nothing differs" in shown(house, capsys)
    (bill,) = told["invoices"]
    assert [each["matches"] for each in bill["lines"]] == [True]


def test_a_notice_for_several_orders_is_found(house: House, capsys: pytest.CaptureFixture[str]) -> None:
    notice = paper(
        "ship_notice", "S9", line("1", "A-100", "24", "EA", order_number=NUMBER),
        line("1", "B-200", "1", "EA", order_number="4500099999"), order_number=None,
        orders=[{"order_number": NUMBER}, {"order_number": "4500099999"}],
    )  # fmt: skip
    house.receive(notice)
    assert data(house, capsys)["lines"][0]["shipped"] == "24"


def test_what_was_rejected_is_in_the_chain_and_counts_nowhere(house: House, capsys: pytest.CaptureFixture[str]) -> None:
    house.receive(paper("invoice", "I1", line("1", "A-100", "24", "EA", "3.10")), status="rejected")
    told = data(house, capsys)
    assert [each["status"] for each in told["documents"]] == ["accepted", "rejected"]
    assert told["invoices"] == []
    assert "not accepted" in shown(house, capsys)


def test_orders_are_listed_with_their_states(house: House, capsys: pytest.CaptureFixture[str]) -> None:
    house.send()
    house.answer("over-invoice=50%")
    house.receive(purchase_order(number="4500012346"), partner="erp")
    assert run(["orders", "list", "-c", house.config, "--json"]) == 0
    rows = [json.loads(row) for row in capsys.readouterr().out.splitlines()]
    assert [(row["number"], row["state"], row["partner"]) for row in rows] == [
        ("4500012346", "ordered", "erp"), (NUMBER, "invoiced", "acme"),
    ]  # fmt: skip
    assert run(["orders", "list", "-c", house.config, "--state", "invoiced"]) == 0
    page = capsys.readouterr().out
    assert NUMBER in page
    assert "4500012346" not in page
    assert run(["orders", "list", "-c", house.config, "--partner", "nobody"]) == 0
    assert capsys.readouterr().out == "no orders\n"


def test_an_order_that_nobody_named_is_told(house: House, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["orders", "show", "nothing", "-c", house.config]) == 1
    assert "no document names the order 'nothing'" in capsys.readouterr().err


def test_what_partners_write_reaches_no_terminal_as_a_command(house: House, capsys: pytest.CaptureFixture[str]) -> None:
    bad = line("7\x1b[31m", "X", "1", "EA", "1.00")
    bad["item"]["description"] = "[red]\x1b]0;title\x07"
    house.receive(paper("invoice", "I\x1b[2J", bad))
    assert "\x1b" not in shown(house, capsys)
    assert run(["orders", "list", "-c", house.config]) == 0
    assert "\x1b" not in capsys.readouterr().out


def test_units_are_compared_where_the_cross_references_have_a_factor(
    house: House, capsys: pytest.CaptureFixture[str]
) -> None:
    house.receive(paper("ship_notice", "S1", line("1", "A-100", "2", "DZ")),
                  paper("invoice", "I1", line("1", "A-100", "2", "DZ", "37.20")))  # fmt: skip
    told = data(house, capsys)
    assert {each["code"] for each in told["findings"]} == {"BUS-E0131"}
    xref = Path(house.config).parent / "xref"
    xref.mkdir(exist_ok=True)
    (xref / "unit.csv").write_text("partner,from_unit,to_unit,factor\nacme,DZ,EA,12\n")
    told = data(house, capsys)
    assert (told["lines"][0]["invoiced"], told["findings"], told["state"]) == ("24", [], "matched")


def test_the_requisition_that_led_to_an_order_is_the_first_of_its_chain(
    house: House, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = Requisition.model_validate(
        {"number": "REQ-7", "requisition_type": "stock", "lines": [line("1", "GLV-M", "8", "BX")]}
    )
    made = purchase_order(number="4500077777")

    def work(tx: Transaction) -> None:
        tx.add_delivery(ledger_rows.delivery("d"), b"ISA*00*")
        tx.add_documents(
            [
                replace(ledger_rows.document(id, "d", partner=partner, number=each.number, body=each.to_json(),
                                             document_type=each.document_type),
                        direction=direction, correlation=each.correlation)
                for id, partner, each, direction in (
                    ("asked", "ehr", asked, "received"), ("made", "acme", made, "submitted"),
                )
            ]
        )  # fmt: skip

    house.sending.ledger.write(work).result()
    assert run(["orders", "show", "4500077777", "-c", house.config, "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert [each["number"] for each in told["documents"]] == ["REQ-7", "4500077777"]
    assert (told["lines"][0]["requested"], told["lines"][0]["ordered"]) == ("8", "10")
