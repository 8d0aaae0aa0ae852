"""SOAP faults: why a call was refused, in the form of either version."""

from dataclasses import dataclass
from enum import Enum
from typing import Final

from lxml import etree

from adapters.formats.xml.characters import written
from adapters.transports.soap import SERVICE, SOAP_11, SOAP_12, Version
from canonical.problem import Problem, ProblemKind

WSSE: Final = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd"
_XML: Final = "http://www.w3.org/XML/1998/namespace"
_MOST_NAMES: Final = 20


class Blame(Enum):
    """Whose fault it is: the name in SOAP 1.1 (section 4.4.1) and in SOAP 1.2 (section 5.4.6)."""

    SENDER = ("Client", "Sender")
    RECEIVER = ("Server", "Receiver")
    MUST_UNDERSTAND = ("MustUnderstand", "MustUnderstand")
    VERSION = ("VersionMismatch", "VersionMismatch")


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a call was refused."""

    blame: Blame
    problems: tuple[Problem, ...]
    """At least one; the first is the reason."""
    security: str | None = None
    """Local name of the fault code of WS-Security 1.1, section 12, as ``FailedAuthentication``."""
    headers: tuple[str, ...] = ()
    """Headers that were not understood, as ``{namespace}name``."""


def fault(kind: ProblemKind, blame: Blame = Blame.SENDER, **place: str | None) -> Fault:
    """A fault of one problem; ``place`` are ``path``, ``found``, ``expected``."""
    problem = Problem(code=kind.code, severity=kind.severity, message=kind.title, help=kind.help, **place)
    return Fault(blame, (problem,))


def http_status(of: Fault, version: Version) -> int:
    """SOAP 1.1, section 6.2: always 500. SOAP 1.2, part 2, table 20: 400 where the sender is to blame."""
    return 400 if version is SOAP_12 and of.blame is Blame.SENDER else 500


def fault_element(of: Fault, version: Version) -> etree._Element:
    """The element ``Fault`` for the body."""
    return _fault_11(of) if version is SOAP_11 else _fault_12(of)


def upgrade_header() -> etree._Element:
    """Which versions we speak (SOAP 1.2, section 5.4.7)."""
    header = etree.Element(f"{{{SOAP_12.namespace}}}Upgrade")
    for version in (SOAP_12, SOAP_11):
        each = etree.SubElement(
            header, f"{{{SOAP_12.namespace}}}SupportedEnvelope", nsmap={"supported": version.namespace}
        )
        each.set("qname", "supported:Envelope")
    return header


def not_understood_headers(of: Fault) -> list[etree._Element]:
    """Which headers were not understood (SOAP 1.2, section 5.4.8)."""
    found = []
    for name in of.headers[:_MOST_NAMES]:
        qname = etree.QName(name)
        each = etree.Element(
            f"{{{SOAP_12.namespace}}}NotUnderstood", nsmap={"theirs": qname.namespace} if qname.namespace else {}
        )
        each.set("qname", f"theirs:{qname.localname}" if qname.namespace else qname.localname)
        found.append(each)
    return found


def _fault_11(of: Fault) -> etree._Element:
    element = etree.Element(f"{{{SOAP_11.namespace}}}Fault", nsmap={"soap": SOAP_11.namespace, "wsse": WSSE})
    etree.SubElement(element, "faultcode").text = f"wsse:{of.security}" if of.security else f"soap:{of.blame.value[0]}"
    etree.SubElement(element, "faultstring").text = _reason(of)
    etree.SubElement(element, "detail").append(problems_element(of.problems))
    return element


def _fault_12(of: Fault) -> etree._Element:
    def name(local: str) -> str:
        return f"{{{SOAP_12.namespace}}}{local}"

    element = etree.Element(name("Fault"), nsmap={"env": SOAP_12.namespace, "wsse": WSSE})
    code = etree.SubElement(element, name("Code"))
    etree.SubElement(code, name("Value")).text = f"env:{of.blame.value[1]}"
    if of.security:
        subcode = etree.SubElement(code, name("Subcode"))
        etree.SubElement(subcode, name("Value")).text = f"wsse:{of.security}"
    text = etree.SubElement(etree.SubElement(element, name("Reason")), name("Text"))
    text.set(f"{{{_XML}}}lang", "en")
    text.text = _reason(of)
    etree.SubElement(element, name("Detail")).append(problems_element(of.problems))
    return element


def problems_element(problems: tuple[Problem, ...]) -> etree._Element:
    """The detail of a fault."""
    element = etree.Element(f"{{{SERVICE}}}problems", nsmap={"wharf": SERVICE})
    for problem in problems:
        fill_problem(etree.SubElement(element, f"{{{SERVICE}}}problem"), problem)
    return element


def fill_problem(element: etree._Element, problem: Problem) -> None:
    """Writes what the caller may know of a problem into an element of type ``Problem``."""
    values = {
        "code": problem.code,
        "severity": problem.severity.value,
        "message": problem.message,
        "path": problem.path,
        "line": str(problem.line) if problem.line is not None else None,
        "found": problem.found,
        "expected": problem.expected,
        "help": problem.help,
    }
    for name, value in values.items():
        if value is not None:
            etree.SubElement(element, f"{{{SERVICE}}}{name}").text = written(value)


def _reason(of: Fault) -> str:
    first = of.problems[0]
    place = f" ({first.path})" if first.path else ""
    return written(f"{first.code} {first.message}{place}")
