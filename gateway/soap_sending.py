"""The test client for our own web service: one file is one call, and what the service says of it."""

import base64
import hashlib
import os
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from lxml import etree

from adapters.contracts import AdapterError
from adapters.formats.xml.reader import Limits, Unreadable, read_xml
from adapters.transports.soap import SERVICE, Version
from adapters.transports.soap.faults import WSSE
from adapters.transports.soap.operations import OPERATIONS
from adapters.transports.soap.security import DIGEST, WSU
from adapters.transports.soap.wsdl import action
from adapters.transports.soap_calls.settings import Service
from adapters.transports.soap_calls.values import text_at
from adapters.transports.soap_calls.wire import Wire

GOOD: Final = frozenset({"accepted", "duplicate"})
"""Outcomes by which nothing is left to do."""


@dataclass(frozen=True, slots=True)
class Document:
    """What a canonical document is, and whom it is for."""

    type: str
    partner: str


@dataclass(frozen=True, slots=True)
class Told:
    """What the service said of one file."""

    seconds: float
    outcome: str | None = None
    """As ``accepted``; ``fault`` where the call was refused; None without an answer."""
    id: str | None = None
    summary: str = ""
    problems: tuple[Mapping[str, str], ...] = ()
    """Each with ``code``, ``message`` and, where they are known, ``path``, ``line``, ``expected`` and ``help``."""
    failure: str | None = None
    """Why there is no answer."""


def tell(service: Service, version: Version, name: str, content: bytes, document: Document | None) -> Told:
    """Hands in one file: an interchange or messages, or a canonical document as JSON or XML."""
    operation = "SubmitInterchange" if document is None else "SubmitDocument"
    values = {"name": name} if document is None else {"documentType": document.type, "partner": document.partner}
    body = _envelope(service, version, operation, {**values, "content": base64.b64encode(content).decode()})
    began = time.monotonic()
    try:
        answer = Wire(service).post(body, _headers(version, operation))
    except AdapterError as error:
        return Told(time.monotonic() - began, failure=str(error))
    seconds = time.monotonic() - began
    root = read_xml(answer.content, Limits(bytes=service.max_bytes))
    if isinstance(root, Unreadable) or (found := root.find("{*}Body/*")) is None:
        return Told(seconds, failure=f"the answer is no SOAP (HTTP status {answer.status})")
    problems = tuple(
        {etree.QName(field).localname: field.text or "" for field in each}
        for each in found.iter(f"{{{SERVICE}}}problem", f"{{{SERVICE}}}problems")
        if each.find(f"{{{SERVICE}}}code") is not None
    )
    if etree.QName(found).localname == "Fault":
        reason = text_at(found, "faultstring") or text_at(found, "Reason.Text") or "no reason given"
        return Told(seconds, "fault", summary=reason, problems=problems)
    outcome = text_at(found, "outcome") or "unknown"
    return Told(seconds, outcome, text_at(found, "id"), text_at(found, "summary") or "", problems)


def _headers(version: Version, operation: str) -> dict[str, str]:
    named = action(OPERATIONS[operation])
    if version.name == "1.1":
        return {"Content-Type": f"{version.media_type}; charset=utf-8", "SOAPAction": f'"{named}"'}
    return {"Content-Type": f'{version.media_type}; charset=utf-8; action="{named}"'}


def _envelope(service: Service, version: Version, operation: str, values: Mapping[str, str]) -> bytes:
    root = etree.Element(f"{{{version.namespace}}}Envelope", nsmap={"soap": version.namespace})
    if service.user is not None:
        header = etree.SubElement(root, f"{{{version.namespace}}}Header")
        header.append(_security(service.user, service.password or ""))
    body = etree.SubElement(root, f"{{{version.namespace}}}Body")
    call = etree.SubElement(body, f"{{{SERVICE}}}{operation}", nsmap={"wharf": SERVICE})
    for name, value in values.items():
        etree.SubElement(call, f"{{{SERVICE}}}{name}").text = value
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8")


def _security(user: str, password: str) -> etree._Element:
    """A UsernameToken with a digest (UsernameToken Profile 1.1, section 3.1)."""
    nonce, created = os.urandom(16), datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    digest = hashlib.sha1(nonce + created.encode() + password.encode(), usedforsecurity=False).digest()
    security = etree.Element(f"{{{WSSE}}}Security", nsmap={"wsse": WSSE, "wsu": WSU})
    token = etree.SubElement(security, f"{{{WSSE}}}UsernameToken")
    etree.SubElement(token, f"{{{WSSE}}}Username").text = user
    etree.SubElement(token, f"{{{WSSE}}}Password", Type=DIGEST).text = base64.b64encode(digest).decode()
    etree.SubElement(token, f"{{{WSSE}}}Nonce").text = base64.b64encode(nonce).decode()
    etree.SubElement(token, f"{{{WSU}}}Created").text = created
    return security
