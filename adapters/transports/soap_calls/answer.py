"""What an answer says: the element in its body, or whose fault it is. No I/O.

SOAP 1.1, sections 4.4 and 6.2; SOAP 1.2 part 1, section 5.4. Nothing that is raised holds content of the answer.
"""

import re
from typing import Final

from lxml import etree

from adapters.contracts import AdapterError, RefusedError
from adapters.formats.xml.reader import Limits, Unreadable, read_xml
from adapters.transports.soap_calls.wire import Answer

_SOAP_11: Final = "http://schemas.xmlsoap.org/soap/envelope/"
_SOAP_12: Final = "http://www.w3.org/2003/05/soap-envelope"
_TYPES: Final = ("", "text/xml", "application/soap+xml", "application/xml")
_THEIRS: Final = ("Client", "Sender")
"""Codes by which SOAP 1.1 and 1.2 say that the same content would fail again."""
_CODE: Final = re.compile(r"[A-Za-z][A-Za-z0-9._-]{0,60}")
_ABOUT_US: Final = re.compile(r"auth|secur|token|credential|expired|failedcheck", re.IGNORECASE)
"""In a code (WS-Security 1.1, section 12, and what services call it themselves): we are refused, not what we sent."""


class NotLetInError(AdapterError):
    """The service does not know us, or does not let us do this."""


def element_of(answer: Answer, max_bytes: int) -> etree._Element | None:
    """The first element in the body; None where the service had nothing to say.

    Raises RefusedError where the content is at fault, NotLetInError where we are, AdapterError for all else.
    """
    if 300 <= answer.status < 400:
        raise AdapterError(f"the service answered with a redirect (HTTP status {answer.status}), which is not followed")
    if answer.status in (401, 403):
        raise NotLetInError(f"the service refused who we are (HTTP status {answer.status})")
    well = 200 <= answer.status < 300
    if well and not answer.content:
        return None
    kind = answer.type.partition(";")[0].strip().lower()
    root = read_xml(answer.content, Limits(bytes=max_bytes)) if kind in _TYPES else None
    if root is None or isinstance(root, Unreadable):
        if not well:
            raise AdapterError(f"the service answered with HTTP status {answer.status}")
        if kind.startswith("multipart/"):
            raise AdapterError("the answer comes in parts (MTOM), which are not read")
        found = f"({root.problem.code})" if root is not None else "by its Content-Type"
        raise AdapterError(f"the answer is no XML that can be taken {found}")
    body = _body(root)
    first = next(iter(body), None)
    if first is not None and first.tag in (f"{{{_SOAP_11}}}Fault", f"{{{_SOAP_12}}}Fault"):
        raise _fault(first)
    if not well:
        raise AdapterError(f"the service answered with HTTP status {answer.status}")
    return first


def _body(root: etree._Element) -> etree._Element:
    for namespace in (_SOAP_11, _SOAP_12):
        if root.tag == f"{{{namespace}}}Envelope":
            found = root.findall(f"{{{namespace}}}Body")
            if len(found) == 1:
                return found[0]
    raise AdapterError("the answer is no SOAP envelope")


def _fault(fault: etree._Element) -> AdapterError:
    """By its codes: of the content, or of the service. Its words are the service's own, and may hold content."""
    codes = [
        (each.text or "").strip().rpartition(":")[2]
        for each in fault.iter("faultcode", f"{{{_SOAP_12}}}Value")
        if not any(etree.QName(above).localname in ("detail", "Detail") for above in each.iterancestors())
    ]
    codes = [code if _CODE.fullmatch(code) else "unknown" for code in codes] or ["no code"]
    told = " ".join(codes[:3])
    if any(_ABOUT_US.search(code) for code in codes):
        return NotLetInError(f"the service refused who we are ({told})")
    if codes[0].partition(".")[0] in _THEIRS:
        return RefusedError(f"the service refused the content ({told})")
    return AdapterError(f"the service answered with a fault of its own ({told})")
