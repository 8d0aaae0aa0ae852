"""Orders to a supplier through a gateway that runs: the folder gets them, its acknowledgments come back, or do not."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from gateway.config import load_config
from gateway.ids import id_maker
from gateway.ledger.store import open_ledger
from gateway.outgoing import Dispatch, Outgoing
from gateway.rows import Naming
from gateway.submitted import checked_data
from tests.rigs import x12_acks
from tests.rigs.gateway import Gateway, gateway, wharf
from tests.rigs.ledger_rows import delivery
from tests.rigs.outbound import START, order

AGREED = """
[agreements.purchase_order]
acknowledged_within = "{within}"
"""


@pytest.fixture
def house(tmp_path: Path) -> Iterator[Gateway]:
    with gateway(tmp_path / "st", {"WHARF__OUTBOUND__REST": "1h"}, start=False) as own:
        acme = own.home / "partners" / "acme.toml"
        acme.write_text(acme.read_text().replace("# send = ", "send = "))
        yield own


def agree(house: Gateway, within: str) -> None:
    """Adds an agreement to the partner's file, and starts."""
    file = house.home / "partners" / "acme.toml"
    file.write_text(file.read_text() + AGREED.format(within=within))
    house.start()


def submit(house: Gateway, number: str) -> str:
    """Queues an order beside the gateway, as a command does; returns its parcel."""
    config = load_config(house.config, {})
    naming = Naming(config.gateway.name, config.gateway.event_prefix)
    numbers = id_maker(lambda: START, lambda size: number.encode().rjust(size, b"\0"))
    dispatch = Dispatch(own=config.gateway.identities, naming=naming, new_id=numbers)
    acme = next(partner for partner in config.partners if partner.name == "acme")
    document = checked_data(order(number)).document
    assert document is not None
    ledger = open_ledger(house.data, exclusive=False)
    content = number.encode()

    def work(tx: Any) -> str:
        tx.add_delivery(delivery(f"d-{number}", content), content)
        tx.finish_delivery(f"d-{number}", partner="acme", outcome="accepted", accepted=1, rejected=0, summary="")
        return dispatch.put(tx, Outgoing(f"e-{number}", document, acme, f"d-{number}", 1), datetime.now(UTC))

    try:
        return str(ledger.write(work).result())
    finally:
        ledger.close()


def told(house: Gateway, *command: str) -> list[dict[str, Any]]:
    done = wharf(*command, "-c", house.config, "--json")
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_an_order_leaves_and_its_997_comes_back(house: Gateway) -> None:
    agree(house, "4h")
    parcel = submit(house, "P1")
    house.wait(lambda: len(house.answers("acme", "850")) == 1, "the order in the supplier's folder")
    assert b"BEG*00*NE*P1**20261120~" in house.answers("acme", "850")[0].read_bytes()
    house.wait(lambda: len(told(house, "acks", "pending")) == 1, "the acknowledgment is awaited")
    (row,) = told(house, "acks", "pending")
    assert (row["partner"], row["numbers"], row["awaits"], row["overdue"]) == ("acme", ["P1"], "997", False)
    assert wharf("acks", "pending", "-c", house.config).returncode == 0
    house.put("ack.edi", x12_acks.functional("1"))
    house.wait(lambda: told(house, "parcels", "show", parcel)[0]["state"] == "acknowledged", "it is acknowledged")
    assert told(house, "acks", "pending") == []
    assert told(house, "exceptions", "list") == []
    (shown,) = told(house, "parcels", "show", parcel)
    assert [step["to"] for step in shown["history"]] == ["ready", "sending", "delivered", "acknowledged"]
    assert wharf("parcels", "resend", parcel, "--why", "they lost it", "-c", house.config).returncode == 0
    house.wait(lambda: len(house.answers("acme", "850")) == 2, "the same bytes again")
    first, again = house.answers("acme", "850")
    assert first.read_bytes() == again.read_bytes()


def test_a_997_that_does_not_come_is_overdue(house: Gateway) -> None:
    agree(house, "1s")
    submit(house, "P1")
    house.wait(lambda: [row["code"] for row in told(house, "exceptions", "list")] == ["BUS-E0202"], "it is told", 40)
    done = wharf("acks", "pending", "-c", house.config)
    assert done.returncode == 1
    assert b"overdue by" in done.stdout
    house.put("ack.edi", x12_acks.functional("1"))
    house.wait(lambda: told(house, "exceptions", "list") == [], "it resolves by itself")


@pytest.mark.failure("S2")
def test_a_folder_that_cannot_be_written_is_told_once_and_what_waits_leaves_later(house: Gateway) -> None:
    house.start()
    folder = house.drop / "out" / "acme"
    folder.parent.mkdir(parents=True, exist_ok=True)
    folder.write_bytes(b"a file where the folder should be")
    for number in ("P1", "P2", "P3"):
        submit(house, number)
    house.wait(lambda: [row["code"] for row in told(house, "exceptions", "list")] == ["NET-E0502"], "told once", 40)
    assert b'wharf_breaker_open{channel="suppliers"} 1.0' in house.get("/metrics")[1]
    assert json.loads(house.get("/readyz")[1])["destinations"]["suppliers"]["breaker"] == "open"
    assert wharf("breakers", "list", "-c", house.config).returncode == 1
    assert house.stop() == 0
    house.start()
    assert json.loads(house.get("/readyz")[1])["destinations"]["suppliers"]["breaker"] == "open", "it is remembered"
    folder.unlink()
    assert wharf("breakers", "release", "suppliers", "-c", house.config).returncode == 0
    house.wait(lambda: len(house.answers("acme", "850")) == 3, "all three", 40)
    house.wait(lambda: told(house, "exceptions", "list") == [], "it resolves by itself")
    assert wharf("breakers", "list", "-c", house.config).returncode == 0
