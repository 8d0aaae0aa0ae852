"""One channel over HTTP with a ledger that fails, and requests that lie about their length; over a real socket."""

import asyncio
import contextlib
import http.client
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

import pytest
from lxml import etree
from starlette.applications import Starlette
from starlette.routing import Route

from adapters.contracts import Delivery, Outcome, Receipt
from adapters.transports.soap.security import Credentials
from gateway.ledger.contract import LedgerUnavailable, Transaction
from gateway.ledger.store import SqlLedger
from gateway.serving import serve
from gateway.soap.desk import SoapDesk
from gateway.soap.endpoint import SoapEndpoint
from gateway.soap.shelf import LedgerShelf
from tests.rigs import soap_messages as soap
from tests.rigs.submissions import Counter

T = TypeVar("T")
NOW = datetime(2026, 11, 21, 7, 30, tzinfo=UTC)


class Inbound:
    """Takes what comes, as long as it can."""

    def __init__(self) -> None:
        self.away = False
        self.kept: list[bytes] = []

    async def __call__(self, delivery: Delivery) -> Receipt:
        if self.away:
            raise LedgerUnavailable("no room")
        # Told as refused, and not in the ledger: what a room does that could not keep a message.
        self.kept.append(bytes(delivery.content[:]))
        return Receipt(delivery.id, Outcome.REJECTED, answer=b"MSA|AE")


class Full:
    """A ledger that can be read, and not written."""

    def __init__(self, ledger: SqlLedger) -> None:
        self.read = ledger.read
        self.keep = ledger.keep
        self.check = ledger.check
        self.close = ledger.close

    def write(self, work: Callable[[Transaction], T]) -> "Future[T]":
        del work
        refused: Future[T] = Future()
        refused.set_exception(LedgerUnavailable("no room"))
        return refused


@contextlib.contextmanager
def running(
    folder: Path,
    inbound: Inbound,
    credentials: Credentials | None = None,
    *,
    full: bool = False,
    stranger: Callable[[str], None] = lambda _: None,
) -> Iterator[int]:
    """The endpoint on a port of the system's choice."""
    rig = Counter(folder)
    desk = SoapDesk(
        "erp", handle=inbound, submissions=rig.submissions, shelf=LedgerShelf(rig.ledger, lambda: NOW),
        ledger=rig.ledger, clock=lambda: NOW, new_id=rig.new_id,
    )  # fmt: skip
    ledger = Full(rig.ledger) if full else rig.ledger
    endpoint = SoapEndpoint(
        "erp", desk, credentials=credentials, max_bytes=5000, ledger=ledger, clock=lambda: NOW, stranger=stranger
    )
    app = Starlette(routes=[Route("/soap", endpoint.answer, methods=["GET", "POST"])])
    known = threading.Event()
    ports: list[int] = []
    loops: list[tuple[asyncio.AbstractEventLoop, asyncio.Task[None]]] = []

    async def main() -> None:
        def announce(port: int) -> None:
            ports.append(port)
            known.set()

        task = asyncio.create_task(serve(app, "127.0.0.1", 0, announce))
        loops.append((asyncio.get_running_loop(), task))
        with contextlib.suppress(asyncio.CancelledError):
            await task

    thread = threading.Thread(target=lambda: asyncio.run(main()))
    thread.start()
    try:
        assert known.wait(10)
        yield ports[0]
    finally:
        loop, task = loops[0]
        loop.call_soon_threadsafe(task.cancel)
        thread.join(20)
        rig.ledger.close()


def call(port: int, body: object, *, namespace: str = soap.SOAP_11) -> tuple[int, etree._Element]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    try:
        connection.request("POST", "/soap", body, {"Content-Type": soap.TYPES[namespace]})  # type: ignore[arg-type]
        answer = connection.getresponse()
        return answer.status, etree.fromstring(answer.read())
    finally:
        connection.close()


def code_of(root: etree._Element) -> str | None:
    return root.findtext(f".//{{{soap.SERVICE}}}code")


@pytest.mark.parametrize(("namespace", "blame"), [(soap.SOAP_11, "soap:Server"), (soap.SOAP_12, "env:Receiver")])
@pytest.mark.parametrize("away", [True, False])
def test_what_could_not_be_kept_is_our_fault_and_is_to_be_sent_again(
    tmp_path: Path, namespace: str, blame: str, away: bool
) -> None:
    inbound = Inbound()
    inbound.away = away
    with running(tmp_path, inbound) as port:
        status, root = call(port, soap.envelope(soap.interchange(b"ISA*"), namespace=namespace), namespace=namespace)
    assert (status, code_of(root)) == (500, "XML-E0901")
    assert blame in {root.findtext(".//faultcode"), root.findtext(f".//{{{soap.SOAP_12}}}Value")}


@pytest.mark.failure("W5")
def test_a_body_without_a_length_is_read_up_to_the_limit_and_no_further(tmp_path: Path) -> None:
    inbound = Inbound()
    sent = 0

    def pieces(most: int) -> Iterator[bytes]:
        nonlocal sent
        for _ in range(most):
            sent += 1
            yield b" " * 1000

    with running(tmp_path, inbound) as port:
        status, root = call(port, pieces(6))
        assert (status, code_of(root)) == (413, "XML-E0104")
        assert inbound.kept == []


@pytest.mark.failure("W3")
def test_where_a_nonce_cannot_be_kept_nobody_comes_in(tmp_path: Path) -> None:
    inbound = Inbound()
    token = soap.security(soap.digest_token("erp", "secret", NOW))
    with running(tmp_path, inbound, Credentials("erp", "secret"), full=True) as port:
        status, root = call(port, soap.envelope(soap.interchange(b"ISA*"), token))
    assert (status, code_of(root)) == (500, "XML-E0901")
    assert inbound.kept == []


def test_who_guesses_passwords_is_slowed_down(tmp_path: Path) -> None:
    inbound = Inbound()
    wrong = soap.envelope(soap.interchange(b"ISA*"), soap.security(soap.text_token("erp", "guess")))
    right = soap.envelope(soap.interchange(b"ISA*"), soap.security(soap.text_token("erp", "secret")))
    strangers: list[str] = []
    with running(tmp_path, inbound, Credentials("erp", "secret"), stranger=strangers.append) as port:
        told = [(status, code_of(root)) for status, root in (call(port, wrong) for _ in range(12))]
        assert told[0] == (500, "SEC-E0202")
        assert told[-1] == (429, "SEC-E0604")
        status, root = call(port, right)
        assert (status, code_of(root)) == (429, "SEC-E0604"), "a guess that is right must not be seen to be"
    assert strangers == ["127.0.0.1"] * 13
    assert inbound.kept == []
