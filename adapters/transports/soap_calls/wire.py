"""One HTTP request to one address: no redirects, no proxies, nothing beyond its time and its size.

Each call has a connection of its own. A clock ends it from outside, so that an answer which trickles ends in time too.
"""

import base64
import http.client
import socket
import ssl
import threading
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from urllib.parse import urlsplit

from adapters.contracts import AdapterError
from adapters.transports.soap_calls.settings import Service
from adapters.transports.tls import ClientFiles, client_context, refusal

_PIECE = 64 * 1024


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back."""

    status: int
    type: str
    """The Content-Type as it was written."""
    content: bytes


class Wire:
    """Posts to the address of one service, from any thread."""

    def __init__(self, service: Service) -> None:
        self._service = service
        parts = urlsplit(service.address)
        self._secure = parts.scheme == "https"
        self._host = parts.hostname or ""
        self._port = parts.port or (443 if self._secure else 80)
        self._target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        self._open: set[socket.socket] = set()
        self._lock = threading.Lock()

    def post(self, body: bytes, headers: Mapping[str, str]) -> Answer:
        """The whole answer. Raises AdapterError, without a word of what was sent or came back."""
        service = self._service
        late = threading.Event()
        try:
            stream = self._connected()
        except TimeoutError:
            raise AdapterError("the service cannot be called: no connection in time") from None
        except OSError as error:
            raise AdapterError(f"the service cannot be called: {_words(error)}") from None

        def end() -> None:
            late.set()
            _break(stream)

        clock = threading.Timer(service.answer_seconds, end)
        clock.daemon = True
        clock.start()
        try:
            answer = self._asked(stream, body, headers)
        except (OSError, http.client.HTTPException) as error:
            if late.is_set() or isinstance(error, TimeoutError):
                raise AdapterError(f"the service did not answer within {service.answer_seconds:g} s") from None
            raise AdapterError(f"the service cannot be called: {_words(error)}") from None
        finally:
            clock.cancel()
            with self._lock:
                self._open.discard(stream)
            stream.close()
        if late.is_set():
            raise AdapterError(f"the service did not answer within {service.answer_seconds:g} s")
        return answer

    def close(self) -> None:
        """Ends what is under way."""
        with self._lock:
            streams = list(self._open)
        for stream in streams:
            _break(stream)

    def _connected(self) -> socket.socket:
        stream = socket.create_connection((self._host, self._port), self._service.connect_seconds)
        stream.settimeout(self._service.answer_seconds)
        if self._secure:
            context = self._context(stream)
            stream = context.wrap_socket(stream, server_hostname=self._host, do_handshake_on_connect=False)
        with self._lock:
            self._open.add(stream)
        return stream

    def _context(self, stream: socket.socket) -> ssl.SSLContext:
        """Read anew for each connection: the files may have been replaced."""
        try:
            return client_context(ClientFiles(self._service.ca, self._service.certificate, self._service.key))
        except BaseException:
            stream.close()
            raise

    def _asked(self, stream: socket.socket, body: bytes, headers: Mapping[str, str]) -> Answer:
        if isinstance(stream, ssl.SSLSocket):
            stream.do_handshake()
        kind = http.client.HTTPSConnection if self._secure else http.client.HTTPConnection
        connection = kind(self._host, self._port)
        connection.sock = stream
        connection.request("POST", self._target, body, {**headers, **self._authorization(), "Connection": "close"})
        with connection.getresponse() as response:
            return Answer(response.status, response.headers.get("Content-Type", ""), self._read(response))

    def _read(self, response: http.client.HTTPResponse) -> bytes:
        if response.headers.get("Content-Encoding", "identity").strip().lower() != "identity":
            raise http.client.HTTPException("its answer is compressed, which was not asked for")
        most = self._service.max_bytes
        read = bytearray()
        while piece := response.read(min(_PIECE, most + 1 - len(read))):
            read += piece
            if len(read) > most:
                raise http.client.HTTPException(f"its answer is larger than {most} bytes")
        if response.length:
            raise http.client.HTTPException("its answer broke off")
        return bytes(read)

    def _authorization(self) -> dict[str, str]:
        service = self._service
        if not service.http_basic or service.user is None:
            return {}
        token = base64.b64encode(f"{service.user}:{service.password or ''}".encode()).decode()
        return {"Authorization": f"Basic {token}"}


def _break(stream: socket.socket) -> None:
    """Wakes whoever reads. Not the method of a TLS socket, which would take TLS away under the reader."""
    with suppress(OSError):
        socket.socket.shutdown(stream, socket.SHUT_RDWR)


def _words(error: OSError | http.client.HTTPException) -> str:
    match error:
        case ssl.SSLError():
            return refusal(error)
        case socket.gaierror():
            return "its name is not known"
        case ConnectionRefusedError():
            return "connection refused"
        case http.client.RemoteDisconnected() | ConnectionError() | http.client.IncompleteRead():
            return "the connection broke off"
        case http.client.BadStatusLine() | http.client.LineTooLong():
            return "its answer is no HTTP"
        case http.client.HTTPException() if type(error) is http.client.HTTPException:
            return str(error)
        case OSError():
            return (error.strerror or "the connection failed").lower()
        case _:
            return "its answer is no HTTP"
