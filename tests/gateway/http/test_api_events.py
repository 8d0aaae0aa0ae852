"""The feed of events over HTTP: the same events as `wharf tap`, once each, also after being cut off."""

import http.client
import json
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from gateway.http.api import follow
from tests.gateway.http.test_api_submit import order
from tests.rigs.api import Api, api_gateway
from tests.rigs.gateway import wharf


@pytest.fixture
def api(tmp_path: Path) -> Iterator[Api]:
    """A gateway for each test: what is in its feed is what the test has put there."""
    with api_gateway(tmp_path / "home") as own:
        yield own


def submit(api: Api, *numbers: str, partner: str = "acme") -> None:
    """Hands orders in and waits until their events are published."""
    before = int(api.get("/api/v1/events?limit=1000").headers["wharf-cursor"])
    for number in numbers:
        assert api.submit(order(number), partner=partner).status == 202
    deadline = time.monotonic() + 20
    while int(api.get("/api/v1/events?limit=1000").headers["wharf-cursor"]) < before + len(numbers):
        assert time.monotonic() < deadline
        time.sleep(0.02)


def lines(api: Api, asked: str = "", key: str | None = None) -> list[dict[str, Any]]:
    """Events as lines of JSON."""
    told = api.get(f"/api/v1/events{asked}", key=key)
    assert (told.status, told.headers["content-type"]) == (200, "application/x-ndjson")
    return [json.loads(line) for line in told.body.splitlines()]


class Follower:
    """A client of the stream."""

    def __init__(self, api: Api, asked: str = "", last: str | None = None) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", api.port, timeout=20)
        headers = {"Accept": "text/event-stream", **({"Last-Event-ID": last} if last else {})}
        self._connection.request("GET", f"/api/v1/events{asked}", headers=headers)
        self._answer = self._connection.getresponse()
        self.status = self._answer.status
        self.headers = self._answer.headers

    def next(self) -> tuple[str, dict[str, Any]]:
        """Id and event of the next message."""
        id = ""
        deadline = time.monotonic() + 20
        while True:
            assert time.monotonic() < deadline, "no event came"
            line = self._answer.readline().decode().rstrip("\n")
            if line.startswith("id: "):
                id = line[4:]
            elif line.startswith("data: "):
                return id, json.loads(line[6:])

    def close(self) -> None:
        """Goes away."""
        self._connection.close()


def test_the_feed_is_what_tap_shows(api: Api) -> None:
    submit(api, "E1", "E2")
    submit(api, "E3", partner="erp")
    shown = lines(api)
    done = wharf("tap", "--once", "-c", api.home / "wharf.toml")
    assert done.returncode == 0
    assert shown == [json.loads(line) for line in done.stdout.splitlines()]
    assert [event["subject"] for event in shown] == ["E1", "E2", "E3"]
    assert shown[0]["type"] == "org.wharf.supply.purchase_order.submitted.v1"
    assert shown[0]["data"]["number"] == "E1"


def test_pages_lead_on_and_filters_hold(api: Api) -> None:
    submit(api, "E1", "E2")
    submit(api, "E3", partner="erp")
    first = api.get("/api/v1/events?limit=2")
    assert len(first.body.splitlines()) == 2
    address = first.headers["link"].partition("<")[2].partition(">")[0]
    assert [json.loads(line)["subject"] for line in api.get(address).body.splitlines()] == ["E3"]
    assert [event["subject"] for event in lines(api, "?partner=erp")] == ["E3"]
    assert lines(api, "?type=invoice") == []
    empty = api.get("/api/v1/events?after=3")
    assert (empty.body, empty.headers["wharf-cursor"]) == (b"", "3")


def test_a_page_waits_for_its_first_event_where_asked_to(api: Api) -> None:
    submit(api, "E1", "E2", "E3")
    began = time.monotonic()
    assert lines(api, "?after=3&wait=1") == []
    assert 0.9 < time.monotonic() - began < 10
    timer = threading.Timer(0.3, lambda: api.submit(order("E4")))
    timer.start()
    assert [event["subject"] for event in lines(api, "?after=3&wait=20")] == ["E4"]
    timer.join()


def test_a_stream_goes_on_where_it_was_cut_off(api: Api) -> None:
    submit(api, "E1", "E2", "E3", "E4")
    follower = Follower(api)
    assert (follower.status, follower.headers["content-type"]) == (200, "text/event-stream; charset=utf-8")
    seen = [follower.next() for _ in range(4)]
    assert [(id, event["subject"]) for id, event in seen] == [("1", "E1"), ("2", "E2"), ("3", "E3"), ("4", "E4")]
    follower.close()
    submit(api, "E5")
    again = Follower(api, "?after=0", last="4")
    assert again.next()[1]["subject"] == "E5"
    threading.Timer(0.2, lambda: api.submit(order("E6"))).start()
    assert again.next()[1]["subject"] == "E6"
    again.close()
    assert again.status == 200


def test_a_stream_that_is_left_gives_its_place_back(api: Api) -> None:
    feeds = []
    for _ in range(70):
        follower = Follower(api, "?after=1000000")
        feeds.append(follower)
    assert {follower.status for follower in feeds[64:]} == {503}
    assert {follower.status for follower in feeds[:64]} == {200}
    for follower in feeds:
        follower.close()
    deadline = time.monotonic() + 30
    while True:
        follower = Follower(api)
        follower.close()
        if follower.status == 200:
            break
        assert time.monotonic() < deadline
        time.sleep(0.1)


def test_a_stream_shows_life_and_ends_now_and_then(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(follow, "LIFE", 0.6)
    monkeypatch.setattr(follow, "HEARTBEAT", 0.1)
    told = api.get("/api/v1/events?after=5000&type=invoice", headers={"Accept": "text/event-stream"})
    assert told.body.startswith(b"retry: 2000\n\n: still here\nid: 5000\n\n")
    assert 2 <= told.body.count(b": still here") <= 7


def test_a_stop_ends_the_streams_at_once(tmp_path: Any) -> None:
    with api_gateway(tmp_path / "home") as api:
        follower = Follower(api)
        began = time.monotonic()
    assert time.monotonic() - began < 4
    follower.close()
