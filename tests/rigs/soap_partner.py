"""A partner's web service on loopback, well-behaved or as hostile as it is told, without a SOAP library."""

import base64
import contextlib
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from lxml import etree

from tests.rigs.soap_messages import SOAP_11, TYPES, WSSE

WSDL = Path(__file__).parent / "soap" / "supply.wsdl"
"""The description of the service; its address leads nowhere, as descriptions' addresses often do."""
SUPPLY = "urn:example:supply"


@dataclass
class Partner:
    """The service and all that it has and got. ``how`` says how operations are answered, by their name or by ``*``:
    a function of the handler, or none for well."""

    orders: list[tuple[str, bytes]] = field(default_factory=list)
    confirmed: list[str] = field(default_factory=list)
    delivered: dict[str, bytes] = field(default_factory=dict)
    calls: list[str] = field(default_factory=list)
    envelopes: list[bytes] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    how: dict[str, "Callable[[Any], None]"] = field(default_factory=dict)
    cursors: bool = False
    """Whether it tells where to go on, and gives only what comes after that."""
    address: str = ""

    def count(self, operation: str) -> int:
        """How often it was called."""
        return self.calls.count(operation)

    def answer(self, operation: str, call: etree._Element) -> str:
        """What the operation does, and the inside of its answer."""
        match operation:
            case "FetchOrders":
                since = int(call.findtext(f"{{{SUPPLY}}}since") or 0) if self.cursors else 0
                most = int(call.findtext(f"{{{SUPPLY}}}max") or 0)
                waiting = [each for each in self.orders[since:] if self.cursors or each[0] not in self.confirmed][:most]
                items = "".join(
                    f"<order><id>{id}</id><document>{base64.b64encode(content).decode()}</document></order>"
                    for id, content in waiting
                )
                next = f"<next>{since + len(waiting)}</next>" if self.cursors else ""
                return f"{next}<orders>{items}</orders>"
            case "ConfirmOrders":
                self.confirmed += [each.text or "" for each in call.iter(f"{{{SUPPLY}}}id")]
                return ""
            case _:
                content = base64.b64decode(call.findtext(f"{{{SUPPLY}}}content") or "")
                id = call.findtext(f"{{{SUPPLY}}}id") or ""
                self.delivered.setdefault(id, content)
                return f"<receipt>{id}</receipt>"


def enveloped(inside: str, namespace: str = SOAP_11) -> bytes:
    """An envelope around the inside of a body."""
    return f'<e:Envelope xmlns:e="{namespace}"><e:Body>{inside}</e:Body></e:Envelope>'.encode()


def says(body: bytes, status: int = 200, type: str = TYPES[SOAP_11], **headers: str) -> Callable[[Any], None]:
    """Answers with these bytes, whatever is asked."""

    def answer(handler: Any) -> None:
        handler.send_response(status)
        for name, value in {"Content-Type": type, "Content-Length": str(len(body)), **headers}.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.end_headers()
        handler.wfile.write(body)

    return answer


def fault(code: str, version: str = SOAP_11) -> Callable[[Any], None]:
    """Answers with a fault whose words are not for any log."""
    if version == SOAP_11:
        inside = f"<e:Fault><faultcode>e:{code}</faultcode><faultstring>patient DOE JANE</faultstring></e:Fault>"
    else:
        value, _, sub = code.partition(" ")
        below = f'<e:Subcode><e:Value xmlns:s="{WSSE}">s:{sub}</e:Value></e:Subcode>' if sub else ""
        inside = (
            f"<e:Fault><e:Code><e:Value>e:{value}</e:Value>{below}</e:Code>"
            "<e:Reason><e:Text xml:lang='en'>patient DOE JANE</e:Text></e:Reason></e:Fault>"
        )
    return says(enveloped(inside, version), 500, TYPES[version])


def hangs(handler: Any) -> None:
    """Says nothing until the other side goes away."""
    handler.connection.settimeout(60)
    with contextlib.suppress(OSError):
        handler.connection.recv(1)


def trickles(handler: Any) -> None:
    """One byte now and then, for ever: no wait for a byte is long."""
    with contextlib.suppress(OSError):
        handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\nContent-Length: 100000\r\n\r\n")
        while True:
            handler.wfile.write(b" ")
            handler.wfile.flush()
            time.sleep(0.05)


def trickles_headers(handler: Any) -> None:
    """The same before there is a body."""
    with contextlib.suppress(OSError):
        handler.wfile.write(b"HTTP/1.1 200 OK\r\nX: ")
        while True:
            handler.wfile.write(b"a")
            time.sleep(0.05)


def goes_on_for_ever(handler: Any) -> None:
    """An answer without an end."""
    with contextlib.suppress(OSError):
        handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\n\r\n<a>")
        while True:
            handler.wfile.write(b"<b/>" * 10_000)


def breaks_off(handler: Any) -> None:
    """Promises more than it gives."""
    handler.wfile.write(
        b"HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\nContent-Length: 9000\r\n\r\n" + enveloped("<a/>")
    )


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        """One call."""
        partner: Partner = self.server.partner  # type: ignore[attr-defined]
        self.close_connection = True
        body = self.rfile.read(int(self.headers["Content-Length"]))
        root = etree.fromstring(body)
        namespace = etree.QName(root).namespace or ""
        call = root.find(f"{{{namespace}}}Body")
        assert call is not None
        operation = etree.QName(call[0]).localname
        partner.calls.append(operation)
        partner.envelopes.append(body)
        partner.headers.append(dict(self.headers))
        how = partner.how.get(operation) or partner.how.get("*")
        if how is not None:
            how(self)
            return
        inside = partner.answer(operation, call[0])
        answer = enveloped(f'<{operation}Response xmlns="{SUPPLY}">{inside}</{operation}Response>', namespace)
        says(answer, type=TYPES[namespace])(self)

    def log_message(self, format: str, *args: object) -> None:
        """Says nothing."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Who goes away in the middle is part of the tests."""


@contextlib.contextmanager
def soap_partner(port: int = 0, tls: ssl.SSLContext | None = None, partner: Partner | None = None) -> Iterator[Partner]:
    """Serves until the end; ended and begun again at the same port, it is a service that was away."""
    partner = partner or Partner()
    with _Server(("127.0.0.1", port), _Handler) as server:
        server.partner = partner  # type: ignore[attr-defined]
        if tls is not None:
            server.socket = tls.wrap_socket(server.socket, server_side=True)
        scheme = "https" if tls is not None else "http"
        partner.address = f"{scheme}://127.0.0.1:{server.server_address[1]}/supply"
        thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        try:
            yield partner
        finally:
            server.shutdown()
            thread.join(10)
