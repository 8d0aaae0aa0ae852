"""One channel of kind ``soap`` over HTTP: requests in, responses out."""

import asyncio
import time
from collections.abc import Callable, Collection
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Final

import structlog
from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, Response

from adapters.contracts import Sender
from adapters.formats.xml.canonical.schema import schema_xml
from adapters.formats.xml.reader import Limits
from adapters.translate import digest
from adapters.transports.mllp.peers import Seldom
from adapters.transports.soap import SOAP_11, Version
from adapters.transports.soap import problems as kinds
from adapters.transports.soap.calls import Attachments, answer_element
from adapters.transports.soap.envelope import Refused, fault_response, response
from adapters.transports.soap.faults import Blame, Fault, fault, http_status
from adapters.transports.soap.multipart import content_type, written
from adapters.transports.soap.security import Credentials, replayed
from adapters.transports.soap.wsdl import wsdl_xml
from gateway.http.attempts import Attempts
from gateway.http.bodies import account_of
from gateway.ids import Clock
from gateway.ledger.contract import Ledger, LedgerError
from gateway.peers import peer_of
from gateway.problems_http import BUSY, TOO_MANY_ATTEMPTS
from gateway.soap import reading
from gateway.soap.desk import Answer, Caller, SoapDesk

STALL: Final = 30.0
"""Seconds without a byte after which a request is given up."""
READ_HERE: Final = 32 * 1024
"""Bytes up to which a request is taken apart on the event loop: to hand it to a thread takes longer."""
_HOW: Final = (
    "This is a web service: calls come by POST, as SOAP 1.1 or 1.2.\n"
    "Its description is at {path}?wsdl, the schema of the documents at {path}?xsd.\n"
)

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class _Refusal:
    """A fault with an HTTP status of its own: about the request, not the message."""

    status: int
    fault: Fault


_STRANGE = frozenset(
    each.code for each in (kinds.NO_CERTIFICATE, kinds.FOREIGN_PAGE, kinds.WRONG_CREDENTIALS, TOO_MANY_ATTEMPTS)
)
"""Refusals of whoever could not show who they are, or may not come from there."""


class SoapEndpoint:
    """Answers the requests to one path."""

    def __init__(
        self, channel: str, desk: SoapDesk, *, credentials: Credentials | None, clients: Collection[str] = (),
        max_bytes: int, ledger: Ledger, clock: Clock, stranger: Callable[[str], None] = lambda _: None,
    ) -> None:  # fmt: skip
        """``stranger`` is told the address of whoever may not call."""
        self._stranger = stranger
        self._channel = channel
        self._desk = desk
        self._credentials = credentials
        self._clients = frozenset(clients)
        self._limits = Limits(bytes=max_bytes)
        self._ledger = ledger
        self._clock = clock
        self._seldom = Seldom(time.monotonic)
        self._attempts = Attempts(time.monotonic)
        """Wrong passwords by address. Nobody is let in past them: a token is another one with each call, so that none
        is known to be right before it is read."""

    async def answer(self, request: Request) -> Response:
        """GET tells what there is, POST makes a call."""
        host = _host(request)
        if request.method == "POST":
            if self._clients:
                if not self._clients.intersection(peer_of(request).names):
                    return self._refused(host, SOAP_11, fault(kinds.NO_CERTIFICATE), 403)
            elif self._credentials is None and _foreign(request):
                return self._refused(host, SOAP_11, fault(kinds.FOREIGN_PAGE), 403)
            return await self._post(request)
        asked = {name.lower() for name in request.query_params}
        if asked & {"wsdl", "singlewsdl"}:
            address = str(request.url.replace(query=None))
            return Response(wsdl_xml(address), media_type="text/xml; charset=utf-8")
        if "xsd" in asked:
            return Response(schema_xml(), media_type="text/xml; charset=utf-8")
        return PlainTextResponse(_HOW.format(path=request.url.path), status_code=405, headers={"Allow": "GET, POST"})

    async def _post(self, request: Request) -> Response:
        host = _host(request)
        if seconds := self._attempts.wait(host, ""):
            told = self._refused(host, SOAP_11, fault(TOO_MANY_ATTEMPTS), 429)
            told.headers["Retry-After"] = str(seconds)
            return told
        type = content_type(request.headers.get("content-type", ""))
        version = reading.version_of(type) or SOAP_11
        try:
            body = await self._body(request)
        except (ClientDisconnect, TimeoutError):
            return Response(status_code=408, headers={"Connection": "close"})
        if isinstance(body, _Refusal):
            return self._refused(host, version, body.fault, body.status)
        asked = reading.Request(type, request.headers.get("soapaction"), body, _private(request))
        if len(body) <= READ_HERE:
            call = reading.understand(asked, self._credentials, self._limits, self._clock())
        else:
            call = await asyncio.to_thread(reading.understand, asked, self._credentials, self._limits, self._clock())
        if isinstance(call, Refused):
            if call.fault.problems[0].code == kinds.WRONG_CREDENTIALS.code:
                self._attempts.wrong(host, "")
            unsupported = call.fault.problems[0].code == kinds.MEDIA_TYPE.code
            return self._refused(host, call.version, call.fault, 415 if unsupported else None)
        caller = Caller(_sender(request), call.attachments, self._limits)
        try:
            answer = replayed() if not await self._is_new(call) else await self._desk(call.call, caller)
        except LedgerError as error:
            log.warning("a call cannot be carried out", channel=self._channel, reason=str(error))
            answer = fault(kinds.NOT_KEPT, Blame.RECEIVER)
        if isinstance(answer, Fault):
            return self._refused(host, call.version, answer)
        in_parts = type.media == reading.PARTS or reading.PARTS in request.headers.get("accept", "").lower()
        return self._answered(call, answer, in_parts)

    async def _body(self, request: Request) -> bytes | _Refusal:
        """The body as far as it may be; a longer one is not waited for."""
        limit = self._limits.bytes
        if request.headers.get("content-encoding", "identity").lower() != "identity":
            return _Refusal(415, fault(kinds.MEDIA_TYPE, expected="no Content-Encoding"))
        length = request.headers.get("content-length", "")
        if length.isascii() and length.isdigit() and int(length[:20]) > limit:
            return _Refusal(413, reading.too_large(limit))
        pieces: list[bytes] = []
        size = 0
        stream, account = aiter(request.stream()), account_of(request)
        while True:
            async with asyncio.timeout(STALL):
                piece = await anext(stream, None)
            if piece is None:
                return b"".join(pieces)
            size += len(piece)
            if size > limit:
                return _Refusal(413, reading.too_large(limit))
            if account is not None and not account.take(len(piece)):
                return _Refusal(503, fault(BUSY, Blame.RECEIVER))
            pieces.append(piece)

    async def _is_new(self, call: reading.Understood) -> bool:
        """Whether its nonce comes for the first time; it is used up by asking. Raises LedgerError."""
        nonce = call.nonce
        if nonce is None:
            return True
        value, now = digest(f"{self._channel}:{nonce.value}".encode()), self._clock()
        return await asyncio.wrap_future(self._ledger.write(lambda tx: tx.use_nonce(value, nonce.expires_at, now)))

    def _answered(self, call: reading.Understood, answer: Answer, in_parts: bool) -> Response:
        operation, version = call.call.operation, call.version
        attachments = Attachments() if in_parts else None
        envelope = response(version, answer_element(operation, answer, attachments))
        log.info("soap call", channel=self._channel, kind=operation.name)
        if attachments is None or not attachments.contents:
            return _response(version, envelope, 200)
        content, type = written(version, envelope, attachments.contents)
        return Response(content, headers={"Content-Type": type})

    def _refused(self, host: str, version: Version, told: Fault, status: int | None = None) -> Response:
        code = told.problems[0].code
        if code in _STRANGE:
            self._stranger(host)
        if times := self._seldom.due((code, host)):
            log.warning("soap call refused", channel=self._channel, code=code, host=host, count=times)
        return _response(version, fault_response(version, told), status or http_status(told, version))


def _response(version: Version, envelope: bytes, status: int) -> Response:
    return Response(envelope, status, headers={"Content-Type": f"{version.media_type}; charset=utf-8"})


def _host(request: Request) -> str:
    """The address of the other side."""
    return request.client.host if request.client else ""


def _private(request: Request) -> bool:
    """Whether nobody can listen: TLS, or a caller on this machine."""
    return request.url.scheme == "https" or _loopback(_host(request))


def _foreign(request: Request) -> bool:
    """Whether a page in a browser on this machine may have made the call: under a name that was made to lead here (DNS
    rebinding), or from another origin."""
    host, origin = request.url.hostname or "", request.headers.get("origin")
    if host != "localhost" and not _loopback(host):
        return True
    return origin is not None and origin.partition("://")[2] != request.headers.get("host", "")


def _loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def _sender(request: Request) -> Sender:
    peer = peer_of(request)
    return Sender(_host(request), request.url.port or 0, peer.subject, peer.names)
