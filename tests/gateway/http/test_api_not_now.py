"""A ledger that fails between keeping and reading: the sender is told to come again, and never that it is wrong."""

from pathlib import Path
from typing import Any

import pytest

from gateway.caution import MARKER
from gateway.ledger.contract import LedgerFull
from gateway.recording import Recorder
from tests.rigs.api import api_gateway
from tests.rigs.soap_messages import envelope, interchange
from tests.rigs.x12_bytes import order

SOAP = '\n[channels.desk]\nkind = "soap"\npath = "/soap/desk"\n'


@pytest.fixture
def full(monkeypatch: pytest.MonkeyPatch) -> dict[str, bool]:
    """Whether the disk is full just now, as the one who records meets it."""
    now = {"full": True}
    record = Recorder.record

    def met(self: Recorder, *arguments: Any) -> Any:
        if now["full"]:
            raise LedgerFull("the ledger's disk is full")
        return record(self, *arguments)

    monkeypatch.setattr(Recorder, "record", met)
    return now


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """Of a gateway whose last end was not clean: it keeps live messages before it reads them."""
    (tmp_path / "var").mkdir()
    (tmp_path / "var" / MARKER).write_text("0\n")
    return tmp_path


def test_over_the_api_it_is_503_until_there_is_room_and_then_accepted_once(home: Path, full: dict[str, bool]) -> None:
    with api_gateway(home) as api:
        told = api.interchange(order())
        assert (told.status, told.headers["retry-after"]) == (503, "5")
        full["full"] = False
        again = api.interchange(order())
        assert (again.status, again.json["outcome"]) in ((201, "accepted"), (200, "duplicate"))
        documents = api.get("/api/v1/documents").json["items"]
        assert [one["number"] for one in documents] == ["4500012345"]


def test_over_soap_it_is_a_fault_of_the_receiver_until_there_is_room(home: Path, full: dict[str, bool]) -> None:
    call, kind = envelope(interchange(order())), {"Content-Type": "text/xml; charset=utf-8"}
    with api_gateway(home, http=SOAP) as api:
        told = api.call("POST", "/soap/desk", call, headers=kind)
        assert told.status == 500
        assert b":Server<" in told.body
        assert b"outcome" not in told.body
        full["full"] = False
        again = api.call("POST", "/soap/desk", call, headers=kind)
        assert again.status == 200
        assert b">accepted<" in again.body or b">duplicate<" in again.body
