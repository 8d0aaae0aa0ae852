"""Envelopes: read strictly, written in the version that was spoken."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from lxml import etree

from adapters.transports.soap import SOAP_11, VERSIONS, Version
from adapters.transports.soap import problems as kinds
from adapters.transports.soap.faults import Blame, Fault, fault, fault_element, not_understood_headers, upgrade_header

_MOST_HEADERS: Final = 50


@dataclass(frozen=True, slots=True)
class Envelope:
    """A call: its headers that are for us, and the one element of its body."""

    version: Version
    headers: tuple[etree._Element, ...]
    operation: etree._Element


@dataclass(frozen=True, slots=True)
class Refused:
    """A fault with the version in which to tell it."""

    version: Version
    fault: Fault


def read_envelope(root: etree._Element) -> Envelope | Refused:
    """Takes an envelope apart. Whatever stands in a second place where one is meant is refused, not passed over."""
    name = etree.QName(root)
    if name.localname != "Envelope":
        return Refused(SOAP_11, fault(kinds.NOT_AN_ENVELOPE, expected="an element Envelope"))
    version = VERSIONS.get(name.namespace or "")
    if version is None:
        # SOAP 1.2, section A: who speaks another version is answered in 1.1.
        return Refused(SOAP_11, fault(kinds.VERSION, Blame.VERSION, expected=f"one of {', '.join(VERSIONS)}"))
    children = list(root)
    header, body = f"{{{version.namespace}}}Header", f"{{{version.namespace}}}Body"
    if [child.tag for child in children] not in ([header, body], [body]):
        expected = "in Envelope at most one Header, then one Body, and nothing else"
        return Refused(version, fault(kinds.NOT_AN_ENVELOPE, expected=expected))
    operations = list(children[-1])
    if len(operations) != 1:
        return Refused(version, fault(kinds.NOT_AN_ENVELOPE, expected="one element in Body"))
    blocks = list(children[0]) if len(children) > 1 else []
    if len(blocks) > _MOST_HEADERS:
        return Refused(version, fault(kinds.NOT_AN_ENVELOPE, expected=f"at most {_MOST_HEADERS} headers"))
    ours = tuple(each for each in blocks if each.get(_of(version, version.actor), "").strip() in version.for_us)
    return Envelope(version, ours, operations[0])


def not_understood(envelope: Envelope, understood: Iterable[str]) -> Fault | None:
    """The fault for headers that must be understood and are none of those, named as ``{namespace}name``."""
    flag = _of(envelope.version, "mustUnderstand")
    known = frozenset(understood)
    found = tuple(
        str(each.tag)
        for each in envelope.headers
        if each.tag not in known and each.get(flag, "").strip() in ("1", "true")
    )
    if not found:
        return None
    names = ", ".join(etree.QName(each).localname[:64] for each in found[:5])
    told = fault(kinds.NOT_UNDERSTOOD, Blame.MUST_UNDERSTAND, found=names)
    return Fault(told.blame, told.problems, headers=found)


def response(version: Version, content: etree._Element) -> bytes:
    """An envelope around an answer."""
    return _enveloped(version, [], content)


def fault_response(version: Version, of: Fault) -> bytes:
    """An envelope around a fault, with the headers that go with it."""
    if of.blame is Blame.VERSION:
        headers = [upgrade_header()]
    else:
        headers = not_understood_headers(of) if version is not SOAP_11 else []
    return _enveloped(version, headers, fault_element(of, version))


def _enveloped(version: Version, headers: list[etree._Element], content: etree._Element) -> bytes:
    prefix = "soap" if version is SOAP_11 else "env"
    root = etree.Element(_of(version, "Envelope"), nsmap={prefix: version.namespace})
    if headers:
        etree.SubElement(root, _of(version, "Header")).extend(headers)
    etree.SubElement(root, _of(version, "Body")).append(content)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8")


def _of(version: Version, name: str) -> str:
    return f"{{{version.namespace}}}{name}"
