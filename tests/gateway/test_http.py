"""Health, metrics and schemas, asked over a real socket."""

import asyncio
import contextlib
import http.client
import json
import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from prometheus_client import CollectorRegistry
from pydantic import SecretStr
from starlette.types import ASGIApp

from adapters.contracts import AdapterError
from canonical.schema import schemas
from gateway.agreements import Agreements
from gateway.api_channels import ApiChannels
from gateway.deadletters import DeadLetters
from gateway.doors import Doors
from gateway.http.api.feeds import Feeds
from gateway.http.app import http_app
from gateway.http.door import Doorkeeper
from gateway.http.services import Services
from gateway.ledger.contract import Ledger
from gateway.ledger.records import Backlog
from gateway.ledger.store import open_ledger
from gateway.metrics import Metrics
from gateway.replay.desk import Replays
from gateway.replay.trial import Reading
from gateway.rows import Naming
from gateway.serving import serve, write_ports
from gateway.status import BrokerStatus, Status

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
WELL = Status(
    ledger_writable=True,
    channels={"suppliers": True},
    broker=BrokerStatus("rabbitmq", confirmed=True, since=NOW),
    backlog=Backlog(deliveries=1, events=2, oldest_event_at=NOW - timedelta(seconds=90), parcels=3, exceptions=4),
    last_scans={"suppliers": NOW - timedelta(seconds=5)},
)


@dataclass
class Gateway:
    """A status that a test can change."""

    now: Status = WELL
    fails: bool = False
    metrics: Metrics = field(default_factory=lambda: Metrics(CollectorRegistry()))

    async def status(self) -> Status:
        if self.fails:
            raise RuntimeError("CANARY")
        return self.now


def app_of(gateway: Gateway, ledger: Ledger, token: str | None = None) -> ASGIApp:
    """The application around a ledger."""

    async def refuse(_: object) -> Any:
        raise AssertionError("nothing is handed in here")

    replays = Replays(
        ledger, Reading(Doors(lambda *_: None, lambda _: None), None), Naming("st-example", "org.wharf.supply"),
        lambda: NOW, lambda: "id",
    )  # fmt: skip
    services = Services(
        name="st-example", ledger=ledger, status=gateway, metrics=gateway.metrics, clock=lambda: NOW,
        new_id=lambda: "id", receive=refuse, submit=refuse, partners=Agreements(()),
        channels=ApiChannels({}, lambda: ()), feeds=Feeds(ledger), replays=replays,
        dead_letters=DeadLetters(ledger, None, lambda: NOW),
    )  # fmt: skip
    secret = SecretStr(token) if token else None
    return http_app(services, Doorkeeper(ledger, token=secret, auth="auto", clock=lambda: NOW, monotonic=lambda: 0.0))


@contextlib.contextmanager
def running(gateway: Gateway, data: Path, token: str | None = None) -> Iterator[int]:
    """The application on a port of the system's choice, ended by cancellation as the gateway does."""
    known = threading.Event()
    ports: list[int] = []
    tasks: list[tuple[asyncio.AbstractEventLoop, asyncio.Task[None]]] = []

    def announce(port: int) -> None:
        ports.append(port)
        known.set()

    async def main() -> None:
        task = asyncio.create_task(serve(app_of(gateway, ledger, token), "127.0.0.1", 0, announce))
        tasks.append((asyncio.get_running_loop(), task))
        with contextlib.suppress(asyncio.CancelledError):
            await task

    ledger = open_ledger(data)
    thread = threading.Thread(target=lambda: asyncio.run(main()))
    thread.start()
    try:
        assert known.wait(30)
        yield ports[0]
    finally:
        loop, task = tasks[0]
        loop.call_soon_threadsafe(task.cancel)
        thread.join(30)
        ledger.close()
        assert not thread.is_alive(), "cancelling ends the server"


def get(port: int, path: str, *, method: str = "GET", token: str | None = None) -> tuple[int, dict[str, str], bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        connection.request(method, path, headers={"Authorization": f"Bearer {token}"} if token else {})
        answer = connection.getresponse()
        return answer.status, dict(answer.getheaders()), answer.read()
    finally:
        connection.close()


@pytest.fixture
def gateway() -> Gateway:
    return Gateway()


@pytest.fixture
def port(gateway: Gateway, tmp_path: Path) -> Iterator[int]:
    with running(gateway, tmp_path / "data") as port:
        yield port


def test_alive_and_ready(port: int) -> None:
    status, _, body = get(port, "/healthz")
    assert (status, json.loads(body)) == (200, {"status": "ok"})
    status, _, body = get(port, "/readyz")
    told = json.loads(body)
    assert (status, told["status"]) == (200, "ok")
    assert told["channels"] == {"suppliers": {"listening": True}}
    assert told["backlog"]["oldestEventAt"] == "2026-11-20T11:58:30+00:00"


@pytest.mark.failure("B1")
def test_a_broker_outage_is_shown_and_intake_goes_on(gateway: Gateway, port: int) -> None:
    away = BrokerStatus("rabbitmq", confirmed=False, since=NOW, reason="cannot be reached")
    gateway.now = replace(WELL, broker=away)
    status, _, body = get(port, "/readyz")
    told = json.loads(body)
    assert (status, told["status"]) == (200, "degraded")
    assert (told["broker"]["confirmed"], told["broker"]["reason"]) == (False, "cannot be reached")


@pytest.mark.parametrize(
    "bad", [replace(WELL, ledger_writable=False, backlog=None), replace(WELL, channels={"a": True, "b": False})]
)
@pytest.mark.failure("S1")
def test_not_ready_when_nothing_can_be_accepted(gateway: Gateway, port: int, bad: Status) -> None:
    gateway.now = bad
    status, _, body = get(port, "/readyz")
    assert (status, json.loads(body)["status"]) == (503, "not ready")
    assert get(port, "/healthz")[0] == 200


def test_metrics_tell_what_was_counted(gateway: Gateway, port: int) -> None:
    gateway.metrics.delivery("suppliers", "accepted")
    gateway.metrics.document("purchase_order", "accepted", 2)
    gateway.metrics.document("DOE JANE", "accepted")
    gateway.metrics.published(5)
    gateway.metrics.publish_retried()
    gateway.metrics.parcel("997", "delivered")
    status, headers, body = get(port, "/metrics")
    assert (status, headers["content-type"]) == (200, "text/plain; version=0.0.4; charset=utf-8")
    told = set(body.decode().splitlines())
    assert {
        'wharf_deliveries_total{channel="suppliers",outcome="accepted"} 1.0',
        'wharf_documents_total{status="accepted",type="purchase_order"} 2.0',
        'wharf_documents_total{status="accepted",type="other"} 1.0',
        "wharf_events_published_total 5.0",
        "wharf_publish_retries_total 1.0",
        'wharf_parcels_total{kind="997",outcome="delivered"} 1.0',
        'wharf_backlog{kind="events"} 2.0',
        "wharf_oldest_unpublished_seconds 90.0",
        "wharf_exceptions_open 4.0",
        "wharf_ledger_writable 1.0",
        "wharf_broker_confirming 1.0",
        'wharf_channel_listening{channel="suppliers"} 1.0',
        'wharf_last_scan_age_seconds{channel="suppliers"} 5.0',
    } <= told
    assert b"process_open_fds" in body
    assert b"DOE" not in body


def test_two_gateways_do_not_share_their_counts() -> None:
    one, other = Metrics(CollectorRegistry()), Metrics(CollectorRegistry())
    one.published(3)
    assert b"wharf_events_published_total 3.0" in one.text()
    assert b"wharf_events_published_total 0.0" in other.text()


def test_schemas_are_served_whole(port: int) -> None:
    status, _, body = get(port, "/schemas/")
    index = json.loads(body)["schemas"]
    assert (status, set(index)) == (200, set(schemas()))
    for name, path in index.items():
        status, headers, body = get(port, path)
        assert (status, headers["content-type"]) == (200, "application/schema+json")
        assert json.loads(body) == schemas()[name]


@pytest.mark.parametrize("path", ["/", "/healthz", "/readyz", "/metrics", "/schemas/", "/nothing", "/schemas/x.json"])
@pytest.mark.failure("C2")
def test_every_answer_is_guarded(port: int, path: str) -> None:
    _, headers, _ = get(port, path)
    assert headers["content-security-policy"].startswith("default-src 'none'")
    assert headers["x-content-type-options"] == "nosniff"
    assert "server" not in headers


def test_the_first_page_leads_on(port: int) -> None:
    status, headers, body = get(port, "/")
    assert (status, headers["content-type"]) == (200, "text/html; charset=utf-8")
    for path in ("/healthz", "/readyz", "/metrics", "/schemas/"):
        assert f'href="{path}"'.encode() in body


@pytest.mark.parametrize(
    ("method", "path", "expected"),
    [("GET", "/nothing", 404), ("GET", "/schemas/..%2fpyproject.json", 404), ("POST", "/readyz", 405)],
)
def test_what_is_not_there_is_told_as_a_problem(port: int, method: str, path: str, expected: int) -> None:
    status, headers, body = get(port, path, method=method)
    assert (status, headers["content-type"], json.loads(body)["status"]) == (
        expected, "application/problem+json", expected,
    )  # fmt: skip


@pytest.mark.failure("C6")
def test_a_fault_of_ours_shows_nothing_of_it(gateway: Gateway, port: int) -> None:
    gateway.fails = True
    status, _, body = get(port, "/readyz")
    assert status == 500
    assert b"CANARY" not in body


def test_with_a_token_only_health_is_open(tmp_path: Path) -> None:
    with running(Gateway(), tmp_path / "data", token="hush") as port:
        assert get(port, "/healthz")[0] == 200
        assert get(port, "/readyz")[0] == 200
        for path in ("/", "/metrics", "/schemas/", "/nothing"):
            status, headers, _ = get(port, path)
            assert (status, headers["www-authenticate"]) == (401, "Bearer")
            assert headers["x-content-type-options"] == "nosniff"
            assert get(port, path, token="hush2")[0] == 401
        assert get(port, "/metrics", token="hush")[0] == 200


def test_a_taken_port_is_told(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        app = app_of(Gateway(), open_ledger(tmp_path / "data"))
        with pytest.raises(AdapterError, match=f"cannot listen on 127.0.0.1:{port}: address already in use"):
            asyncio.run(serve(app, "127.0.0.1", port, lambda _: None))


def test_ports_are_written_whole(tmp_path: Path) -> None:
    write_ports(tmp_path, {"http": 8080})
    write_ports(tmp_path, {"http": 8081, "ehr": 2575})
    assert json.loads((tmp_path / "ports.json").read_text()) == {"http": 8081, "ehr": 2575}
    assert [path.name for path in tmp_path.iterdir()] == ["ports.json"]
