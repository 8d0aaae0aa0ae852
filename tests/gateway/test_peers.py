"""Client certificates at the gateway's own port: who shows which one may call which channel."""

import asyncio
import contextlib
import http.client
import ssl
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import uvicorn
from lxml import etree
from starlette.applications import Starlette
from starlette.routing import Route

from adapters.contracts import Delivery, Outcome, Receipt, Sender
from gateway.peers import PeerProtocol
from gateway.soap.desk import SoapDesk
from gateway.soap.endpoint import SoapEndpoint
from gateway.soap.shelf import LedgerShelf
from tests.conformance_transport import eventually
from tests.rigs import soap_messages as soap
from tests.rigs.mllp import Authority
from tests.rigs.submissions import Counter

NOW = datetime(2026, 11, 21, 7, 30, tzinfo=UTC)
CALL = soap.envelope(soap.interchange(b"ISA*"))


@contextlib.contextmanager
def serving(folder: Path, authority: Authority, came: list[Sender | None]) -> Iterator[int]:
    """A channel for the owner of one certificate, over TLS that takes callers without any too."""
    rig = Counter(folder)

    async def handle(delivery: Delivery) -> Receipt:
        came.append(delivery.sender)
        return Receipt(delivery.id, Outcome.ACCEPTED)

    desk = SoapDesk(
        "erp", handle=handle, submissions=rig.submissions, shelf=LedgerShelf(rig.ledger, lambda: NOW),
        ledger=rig.ledger, clock=lambda: NOW, new_id=rig.new_id,
    )  # fmt: skip
    endpoint = SoapEndpoint(
        "erp", desk, credentials=None, clients=["erp.example"], max_bytes=5000, ledger=rig.ledger, clock=lambda: NOW
    )
    own = authority.issue("gateway.example")
    server = uvicorn.Server(
        uvicorn.Config(
            Starlette(routes=[Route("/soap", endpoint.answer, methods=["GET", "POST"])]),
            http=PeerProtocol, port=0, log_config=None, lifespan="off", ssl_certfile=own.certificate,
            ssl_keyfile=own.key, ssl_ca_certs=str(authority.file), ssl_cert_reqs=ssl.CERT_OPTIONAL,
        )
    )  # fmt: skip
    ports: list[int] = []
    known = threading.Event()

    async def main() -> None:
        task = asyncio.create_task(server.serve())
        await eventually(lambda: server.started, "a server")
        ports.append(server.servers[0].sockets[0].getsockname()[1])
        known.set()
        await task

    thread = threading.Thread(target=lambda: asyncio.run(main()))
    thread.start()
    try:
        assert known.wait(10)
        yield ports[0]
    finally:
        server.should_exit = True
        thread.join(20)
        rig.ledger.close()


def call(port: int, authority: Authority, name: str | None) -> tuple[int, bytes]:
    context = ssl.create_default_context(cafile=str(authority.file))
    if name is not None:
        shown = authority.issue(name)
        context.load_cert_chain(shown.certificate, shown.key)
    connection = http.client.HTTPSConnection("127.0.0.1", port, timeout=20, context=context)
    with contextlib.closing(connection):
        connection.request("POST", "/soap", CALL, {"Content-Type": "text/xml"})
        answer = connection.getresponse()
        return answer.status, answer.read()


@pytest.mark.parametrize("name", [None, "other.example"])
def test_who_does_not_show_the_certificate_is_refused(tmp_path: Path, name: str | None) -> None:
    authority, came = Authority(tmp_path), list[Sender | None]()
    with serving(tmp_path / "ledger", authority, came) as port:
        status, body = call(port, authority, name)
    assert status == 403
    assert etree.fromstring(body).findtext(f".//{{{soap.SERVICE}}}code") == "SEC-E0208"
    assert came == []


def test_who_shows_it_is_known_by_its_names(tmp_path: Path) -> None:
    authority, came = Authority(tmp_path), list[Sender | None]()
    with serving(tmp_path / "ledger", authority, came) as port:
        call(port, authority, "erp.example")
    (sender,) = came
    assert sender is not None
    assert sender.names[0] == "erp.example"
    assert sender.subject == "CN=erp.example,O=St Example\\, Inc"
