"""Calls a web service with zeep: its description from our own files alone, its address from the settings alone.

Nothing is fetched on the fly, no redirect is followed, every call ends in time, and no answer is read beyond a limit.
"""

import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import requests
from lxml import etree
from requests.auth import HTTPBasicAuth
from zeep import Client, Settings
from zeep.exceptions import Error, Fault, TransportError, XMLParseError, XMLSyntaxError
from zeep.helpers import serialize_object
from zeep.transports import Transport
from zeep.wsse.username import UsernameToken

from adapters.contracts import AdapterError, RefusedError
from adapters.transports.soap_calls.settings import Operation, Service
from adapters.transports.soap_calls.values import filled

_STRICT = Settings(strict=True, xml_huge_tree=False, forbid_dtd=True, forbid_entities=True, forbid_external=True)
_THEIR_FAULT = ("server", "receiver")
"""Ends of the codes by which SOAP 1.1 and 1.2 say that the same call may succeed later."""
_CHUNK = 64 * 1024


class Caller:
    """One service. Calls come from any thread, one at a time."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self._client: Any = None
        self._proxy: Any = None
        self._turn = threading.Lock()

    def operations(self) -> list[str]:
        """The names of what can be called. Raises AdapterError where the description cannot be used."""
        with self._turn:
            self._opened()
            return sorted(self._proxy._binding._operations)

    def call(self, operation: Operation, values: Mapping[str, Any]) -> Any:
        """The answer as plain values: dicts, lists, texts, numbers, bytes.

        Raises RefusedError where the service says that the content is at fault, AdapterError for all else.
        """
        with self._turn:
            try:
                call = getattr(self._opened(), operation.name)
            except AttributeError:
                raise AdapterError(f"the service has no operation {operation.name!r}") from None
            try:
                answer = call(**filled(dict(operation.arguments), values))
            except Fault as fault:
                raise _fault(fault) from None
            except TransportError as error:
                raise AdapterError(f"the service answered with HTTP status {error.status_code}") from None
            except requests.RequestException as error:
                raise AdapterError(f"the service cannot be called: {_words(error)}") from None
            except (XMLSyntaxError, XMLParseError, etree.LxmlError):
                raise AdapterError("the service's answer is not the XML that its description promises") from None
            except (Error, TypeError, ValueError, LookupError) as error:
                # Texts of the library may hold what was sent.
                raise AdapterError(
                    f"the call does not fit the service's description ({type(error).__name__})"
                ) from None
            return _plain(serialize_object(answer, dict))

    def close(self) -> None:
        """Lets go of the connection; the next call opens another."""
        with self._turn:
            if self._client is not None:
                self._client.transport.session.close()
            self._client = self._proxy = None

    def _opened(self) -> Any:
        if self._proxy is not None:
            return self._proxy
        service = self._service
        token = None
        if service.user is not None and not service.http_basic:
            token = UsernameToken(service.user, service.password, use_digest=True)
        try:
            client = Client(str(service.wsdl), transport=_Wire(service), settings=_STRICT, wsse=token)
            binding = next(iter(client.wsdl.bindings), None)
        except (Error, OSError, etree.LxmlError, ValueError, KeyError, AttributeError) as error:
            raise AdapterError(f"{service.wsdl.name} cannot be used as a WSDL ({type(error).__name__})") from None
        if binding is None:
            raise AdapterError(f"{service.wsdl.name} has no binding for SOAP")
        self._client, self._proxy = client, client.create_service(binding, service.address)
        return self._proxy


class _Wire(Transport):  # type: ignore[misc]
    """Reads descriptions from one folder, and posts to one address."""

    def __init__(self, service: Service) -> None:
        session = requests.Session()
        session.trust_env = False
        session.verify = str(service.ca) if service.ca is not None else True
        if service.http_basic and service.user is not None:
            session.auth = HTTPBasicAuth(service.user, service.password or "")
        super().__init__(
            session=session, cache=None, timeout=service.connect_seconds, operation_timeout=service.answer_seconds
        )
        self._service = service
        self._folder = service.wsdl.resolve().parent

    def load(self, url: str) -> bytes:
        """A file of the description's own folder."""
        path = Path(url.removeprefix("file://")).resolve()
        if "://" in url.removeprefix("file://") or not path.is_relative_to(self._folder):
            raise OSError("a description may only import files beside or below it")
        with path.open("rb") as stream:
            content = stream.read(self._service.max_bytes + 1)
        if len(content) > self._service.max_bytes:
            raise OSError("a description is too large")
        return content

    def post(self, address: str, message: Any, headers: Any) -> requests.Response:
        """The answer of the one address, read up to the limit."""
        service = self._service
        if address != service.address:
            raise requests.ConnectionError("another address than the settings name")
        seconds = (service.connect_seconds, service.answer_seconds)
        response = self.session.post(
            address, data=message, headers=headers, timeout=seconds, allow_redirects=False, stream=True
        )
        read = bytearray()
        for chunk in response.iter_content(_CHUNK):
            read += chunk
            if len(read) > service.max_bytes:
                response.close()
                raise requests.ConnectionError(f"its answer is larger than {service.max_bytes} bytes")
        response._content = bytes(read)
        return response

    def get(self, address: str, params: Any, headers: Any) -> requests.Response:
        """Services are posted to, never asked by GET."""
        raise requests.ConnectionError("GET is not used")


def _fault(fault: Fault) -> AdapterError:
    """By the code: of the content, or of the service. Its text is the partner's own, and may hold content."""
    code = str(fault.code or "").rpartition(":")[2]
    if code.lower().split(".")[0] in _THEIR_FAULT or not code:
        return AdapterError(f"the service answered with a fault of its own ({code or 'no code'})")
    return RefusedError(f"the service refused the content ({code[:60]})")


def _words(error: requests.RequestException) -> str:
    match error:
        case requests.ConnectTimeout():
            return "no connection in time"
        case requests.Timeout():
            return "no answer in time"
        case requests.exceptions.SSLError():
            return "its certificate is not trusted, or names another host"
        case requests.ConnectionError() if error.args and isinstance(error.args[0], str):
            return error.args[0]
        case _:
            return "the connection failed"


def _plain(value: Any) -> Any:
    """Without trees of XML: those become their bytes."""
    if isinstance(value, dict):
        return {key: _plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(inner) for inner in value]
    if isinstance(value, etree._Element):
        return etree.tostring(value)
    return value
