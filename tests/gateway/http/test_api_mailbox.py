"""What waits for a system that collects over HTTP: it waits until it is confirmed."""

import base64
import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from gateway.keys import Scope
from tests.gateway.http.test_api_submit import GOOD, order
from tests.rigs.api import Api, Told, api_gateway


@pytest.fixture
def api(tmp_path: Path) -> Iterator[Api]:
    """A gateway for each test: what waits there is what the test has handed in."""
    with api_gateway(tmp_path / "home") as own:
        yield own


def waiting(api: Api, channel: str, count: int, key: str | None = None) -> list[dict[str, Any]]:
    """What waits, once so much does."""
    deadline = time.monotonic() + 20
    while True:
        told = api.get(f"/api/v1/mailboxes/{channel}", key=key)
        assert told.status == 200, told.body
        items: list[dict[str, Any]] = told.json["items"]
        if len(items) == count:
            return items
        assert time.monotonic() < deadline
        time.sleep(0.02)


def confirm(api: Api, channel: str, *ids: str, key: str | None = None) -> Told:
    """Says that they are safe."""
    body = json.dumps({"ids": ids}).encode()
    headers = {"Content-Type": "application/json"}
    return api.call("POST", f"/api/v1/mailboxes/{channel}/confirm", body, key=key, headers=headers)


def test_documents_wait_until_they_are_confirmed(api: Api) -> None:
    for number in ("M1", "M2", "M3"):
        assert api.submit(order(number), partner="erp").status == 202
    items = waiting(api, "erp2", 3)
    assert [json.loads(base64.b64decode(item["content"]))["number"] for item in items] == ["M1", "M2", "M3"]
    told = confirm(api, "erp2", items[0]["id"], items[1]["id"])
    assert (told.status, told.json) == (200, {"confirmed": 2})
    (left,) = waiting(api, "erp2", 1)
    assert left == items[2]
    assert confirm(api, "erp2", items[0]["id"]).json == {"confirmed": 1}
    assert api.get(f"/api/v1/parcels/{items[0]['id']}").json["state"] == "delivered"


def test_a_page_says_that_there_is_more(api: Api) -> None:
    for number in ("M1", "M2"):
        assert api.submit(order(number), partner="erp").status == 202
    waiting(api, "erp2", 2)
    page = api.get("/api/v1/mailboxes/erp2?limit=1").json
    assert (len(page["items"]), page["more"]) == (1, True)


def test_what_does_not_wait_there_is_not_confirmed(api: Api) -> None:
    for number in ("M1", "M2"):
        assert api.submit(order(number), partner="erp").status == 202
    items = waiting(api, "erp2", 2)
    told = confirm(api, "erp2", items[0]["id"], "nothing")
    assert (told.status, told.code) == (422, "NET-E0816")
    assert confirm(api, "api", items[0]["id"]).code == "NET-E0816"
    assert waiting(api, "erp2", 2) == items
    for body in (b'{"ids": []}', b'{"id": "x"}', b"[]", json.dumps({"ids": ["x"] * 1001}).encode()):
        wrong = api.call(
            "POST", "/api/v1/mailboxes/erp2/confirm", body, headers={"Content-Type": "application/json"}
        )  # fmt: skip
        assert (wrong.status, wrong.code) == (422, "NET-E0804")


def test_there_is_no_mailbox_of_other_channels(api: Api) -> None:
    for channel in ("suppliers", "nobody", "api.nobody"):
        assert api.get(f"/api/v1/mailboxes/{channel}").code == "NET-E0802"


def test_each_partner_has_its_own(tmp_path: Any) -> None:
    with api_gateway(tmp_path / "home") as api:
        acme = api.make_key("acme", Scope.READ, Scope.SUBMIT, partner="northwind")
        erp = api.make_key("erp", Scope.READ, Scope.SUBMIT, partner="erp", channel="erp2")
        everybody = api.make_key("all", Scope.READ)
        assert api.interchange(GOOD, key=acme).status == 201
        (answer,) = waiting(api, "api.northwind", 1, key=acme)
        assert b"ST*997*" in base64.b64decode(answer["content"])
        assert waiting(api, "api.northwind", 1, key=everybody) == [answer]
        for channel, key in (("api.northwind", erp), ("api", erp), ("erp2", acme), ("api", acme)):
            assert api.get(f"/api/v1/mailboxes/{channel}", key=key).status == 404
        assert confirm(api, "erp2", answer["id"], key=erp).code == "NET-E0816"
        assert confirm(api, "api.northwind", answer["id"], key=everybody).code == "SEC-E0602"
        assert confirm(api, "api.northwind", answer["id"], key=acme).status == 200
        assert waiting(api, "api.northwind", 0, key=acme) == []
