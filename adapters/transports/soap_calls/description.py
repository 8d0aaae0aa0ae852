"""The description of a service, read with zeep from our own files, and the messages that are made by it.

zeep writes requests; what it makes of answers is not used (``answer``), and its way to the network neither (``wire``).
"""

import errno
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from lxml import etree
from zeep import Client, Settings
from zeep.exceptions import Error, ExternalReferenceForbidden
from zeep.wsdl.bindings.soap import SoapBinding
from zeep.wsse.username import UsernameToken

from adapters.contracts import AdapterError, RefusedError
from adapters.transports.soap_calls.settings import Service
from adapters.transports.soap_calls.wire import Answer

# zeep's own types are few.
_CLIENT: Any = Client
_TOKEN: Any = UsernameToken
_STRICT: Any = Settings(
    strict=True, xml_huge_tree=False, forbid_dtd=True, forbid_entities=True, forbid_external=True, raw_response=True
)
NO_TEXT = "it has bytes that are no text of XML, where the service takes text"
_LARGEST = 16 << 20
"""Bytes of one file of a description."""
_MARKUP = re.compile(r"\{[^{}]*\}|`")

Post = Callable[[bytes, Mapping[str, str]], Answer]


class Description:
    """A WSDL with all that it imports. Raises AdapterError where it cannot be used; safe to use from any thread."""

    def __init__(self, service: Service, post: Post) -> None:
        token: Any = None
        if service.user is not None and not service.http_basic:
            token = _TOKEN(service.user, service.password, use_digest=True)
        try:
            self._client = _CLIENT(str(service.wsdl), transport=_Files(service, post), settings=_STRICT, wsse=token)
        except (OutsideError, ExternalReferenceForbidden):
            words = "it imports what is neither beside nor below it; put the file there, and import it by its name"
            raise AdapterError(f"{service.wsdl.name} cannot be used: {words}") from None
        except OSError as error:
            words = (error.strerror or "not readable").lower()
            raise AdapterError(f"{Path(error.filename or service.wsdl).name}: {words}") from None
        except Exception as error:  # noqa: BLE001 - zeep raises whatever it stumbles over in a broken description
            raise AdapterError(f"{service.wsdl.name} cannot be used as a WSDL ({type(error).__name__})") from None
        found: Mapping[str, Any] = self._client.wsdl.bindings
        self._bindings: dict[str, Any] = {
            name: binding for name, binding in found.items() if isinstance(binding, SoapBinding)
        }
        if not self._bindings:
            raise AdapterError(f"{service.wsdl.name} has no binding for SOAP")
        self._address = service.address

    def operations(self) -> list[str]:
        """The names of what can be called."""
        return sorted({name for binding in self._bindings.values() for name in binding.all()})

    def has(self, operation: str) -> bool:
        """Whether it can be called."""
        return any(operation in binding.all() for binding in self._bindings.values())

    def misfit(self, operation: str, arguments: Mapping[str, Any]) -> str | None:
        """Why no message can be made of these arguments, in words that hold nothing of them but their names; None where
        one can."""
        try:
            self._client.create_message(self._proxy(operation), operation, **arguments)
        except Exception as error:  # noqa: BLE001 - see above
            return _MARKUP.sub("", str(error)).partition("\n")[0][:300] or type(error).__name__
        return None

    def call(self, operation: str, arguments: Mapping[str, Any]) -> Answer:
        """Makes the message and posts it. Raises RefusedError where values cannot be written, AdapterError."""
        if not self.has(operation):
            raise AdapterError(f"the service has no operation {operation!r}")
        try:
            answer: Answer = getattr(self._proxy(operation), operation)(**arguments)
        except AdapterError:
            raise
        except ValueError:
            raise RefusedError(NO_TEXT) from None
        except (Error, etree.LxmlError, TypeError, LookupError, AttributeError) as error:
            # Texts of the library may hold what was to be sent.
            raise AdapterError(f"the call does not fit the description ({type(error).__name__})") from None
        return answer

    def _proxy(self, operation: str) -> Any:
        name = next(name for name, binding in self._bindings.items() if operation in binding.all())
        return self._client.create_service(name, self._address)


class OutsideError(Exception):
    """A description that leads out of its folder."""


class _Files:
    """What zeep calls a transport: reads descriptions from one folder, and posts by one wire."""

    def __init__(self, service: Service, post: Post) -> None:
        self._service = service
        self._post = post
        self._folder = service.wsdl.resolve().parent

    def load(self, url: str) -> bytes:
        """A file of the description's own folder."""
        parts = urlsplit(url)
        if parts.scheme not in ("", "file") or parts.netloc:
            raise OutsideError
        path = Path(unquote(parts.path) if parts.scheme else url).resolve()
        if not path.is_relative_to(self._folder):
            raise OutsideError
        with path.open("rb") as stream:
            content = stream.read(_LARGEST + 1)
        if len(content) > _LARGEST:
            raise OSError(errno.EFBIG, f"larger than {_LARGEST} bytes", str(path))
        return content

    def post_xml(self, address: str, envelope: etree._Element, headers: Mapping[str, str]) -> Answer:
        """The answer of the one address."""
        if address != self._service.address:
            raise AdapterError("the description would call another address than the settings name")
        return self._post(etree.tostring(envelope, xml_declaration=True, encoding="UTF-8"), headers)
