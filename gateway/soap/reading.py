"""From the bytes of a request to a call by somebody who may make it. Pure; the ledger is asked later."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from adapters.formats.xml import problems as xml_kinds
from adapters.formats.xml.reader import Limits, Unreadable, read_xml
from adapters.transports.soap import SOAP_11, SOAP_12, Version
from adapters.transports.soap import problems as kinds
from adapters.transports.soap.calls import Call, read_call
from adapters.transports.soap.envelope import Refused, not_understood, read_envelope
from adapters.transports.soap.faults import Blame, Fault, fault
from adapters.transports.soap.multipart import ContentType, Parts, read_parts
from adapters.transports.soap.security import SECURITY, Credentials, Nonce, check_security
from adapters.transports.soap.wsdl import action
from canonical.problem import problem_of

PLAIN = {SOAP_11.media_type: SOAP_11, SOAP_12.media_type: SOAP_12}
PARTS = "multipart/related"


@dataclass(frozen=True, slots=True)
class Request:
    """What came over HTTP."""

    type: ContentType
    action: str | None
    """The header SOAPAction, of SOAP 1.1."""
    body: bytes
    private: bool
    """Whether nobody else can read the line."""


@dataclass(frozen=True, slots=True)
class Understood:
    """A call that may be done when its nonce is new."""

    version: Version
    call: Call
    attachments: Mapping[str, bytes]
    nonce: Nonce | None


def understand(
    request: Request, credentials: Credentials | None, limits: Limits, now: datetime
) -> Understood | Refused:
    """Takes the request apart, in the order in which SOAP 1.2, section 2.6, wants it: headers before the body."""
    spoken = version_of(request.type)
    if spoken is None:
        return Refused(SOAP_11, fault(kinds.MEDIA_TYPE, found=request.type.media[:64]))
    parts: Parts | Fault = Parts(request.body, {})
    if request.type.media == PARTS:
        parts = read_parts(request.type, request.body)
    if isinstance(parts, Fault):
        return Refused(spoken, parts)
    root = read_xml(parts.root, limits)
    if isinstance(root, Unreadable):
        return Refused(spoken, Fault(Blame.SENDER, (root.problem,)))
    envelope = read_envelope(root)
    if isinstance(envelope, Refused):
        return envelope
    version = envelope.version
    missing = not_understood(envelope, [SECURITY] if credentials else [])
    if missing is not None:
        return Refused(version, missing)
    checked = check_security(envelope.headers, credentials, now, private=request.private)
    if isinstance(checked, Fault):
        return Refused(version, checked)
    call = read_call(envelope.operation, parts.attachments)
    if isinstance(call, Fault):
        return Refused(version, call)
    announced = (request.action if version is SOAP_11 else request.type.parameters.get("action")) or ""
    if announced.strip().strip('"') not in ("", action(call.operation)):
        return Refused(version, fault(kinds.ACTION_DIFFERS, expected=action(call.operation)))
    return Understood(version, call, parts.attachments, checked.nonce)


def version_of(type: ContentType) -> Version | None:
    """The version that a content type announces; None where it is none of SOAP."""
    if type.media == PARTS:
        return PLAIN.get(type.parameters.get("start-info", "").partition(";")[0].strip().lower(), SOAP_11)
    return PLAIN.get(type.media)


def too_large(limit: int) -> Fault:
    """The fault for a request that is not read to its end."""
    return Fault(Blame.SENDER, (problem_of(xml_kinds.TOO_LARGE, expected=f"at most {limit:,} bytes"),))
