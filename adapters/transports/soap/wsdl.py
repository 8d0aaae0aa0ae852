"""The WSDL 1.1 of the service: document/literal wrapped, with bindings for SOAP 1.1 and 1.2, and all schemas inside."""

from typing import Final

from lxml import etree

from adapters.formats.xml.canonical.schema import XSD, schema_element
from adapters.transports.soap import SERVICE
from adapters.transports.soap.operations import OPERATIONS, TYPES, Operation, Parameter, Simple

WSDL: Final = "http://schemas.xmlsoap.org/wsdl/"
_BINDINGS: Final = {
    "Soap": "http://schemas.xmlsoap.org/wsdl/soap/",
    "Soap12": "http://schemas.xmlsoap.org/wsdl/soap12/",
}
"""Name of the port to the namespace of its binding; the first is what most clients take by themselves."""
_TRANSPORT: Final = "http://schemas.xmlsoap.org/soap/http"
_PROBLEMS: Final = "problems"


def wsdl_xml(address: str) -> bytes:
    """The whole description; ``address`` is where the service is called."""
    root = etree.Element(
        f"{{{WSDL}}}definitions",
        nsmap={"wsdl": WSDL, "xs": XSD, "tns": SERVICE, "soap": _BINDINGS["Soap"], "soap12": _BINDINGS["Soap12"]},
        attrib={"name": "Wharf", "targetNamespace": SERVICE},
    )
    types = etree.SubElement(root, f"{{{WSDL}}}types")
    types.append(schema_element())
    types.append(_schema())
    for operation in OPERATIONS.values():
        _message(root, operation.name, operation.name)
        _message(root, f"{operation.name}Response", f"{operation.name}Response")
    _message(root, "Refused", _PROBLEMS)
    _port_type(root)
    for port, namespace in _BINDINGS.items():
        _binding(root, port, namespace)
    service = etree.SubElement(root, f"{{{WSDL}}}service", name="Wharf")
    for port, namespace in _BINDINGS.items():
        each = etree.SubElement(service, f"{{{WSDL}}}port", name=port, binding=f"tns:{port}Binding")
        etree.SubElement(each, f"{{{namespace}}}address", location=address)
    etree.indent(root)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8")


def action(operation: Operation) -> str:
    """The SOAPAction of an operation."""
    return f"{SERVICE}/{operation.name}"


def _schema() -> etree._Element:
    schema = etree.Element(f"{{{XSD}}}schema", attrib={"targetNamespace": SERVICE, "elementFormDefault": "qualified"})
    for operation in OPERATIONS.values():
        _sequence(_element(schema, operation.name, operation.about), operation.takes)
        _sequence(_element(schema, f"{operation.name}Response"), operation.gives)
    problem = Parameter("problem", "Problem", "The first is the reason.", many=True)
    _sequence(_element(schema, _PROBLEMS, "Why a call was refused."), (problem,))
    for name, fields in TYPES.items():
        _fields(etree.SubElement(schema, f"{{{XSD}}}complexType", name=name), fields)
    return schema


def _element(schema: etree._Element, name: str, about: str | None = None) -> etree._Element:
    element = etree.SubElement(schema, f"{{{XSD}}}element", name=name)
    if about:
        _say(element, about)
    return element


def _sequence(element: etree._Element, fields: tuple[Parameter, ...]) -> None:
    _fields(etree.SubElement(element, f"{{{XSD}}}complexType"), fields)


def _fields(whole: etree._Element, fields: tuple[Parameter, ...]) -> None:
    sequence = etree.SubElement(whole, f"{{{XSD}}}sequence")
    for each in fields:
        type = f"tns:{each.type}" if isinstance(each.type, str) else f"xs:{each.type.value}"
        one = etree.SubElement(sequence, f"{{{XSD}}}element", name=each.name, type=type)
        if not each.required:
            one.set("minOccurs", "0")
        if each.many:
            one.set("maxOccurs", "unbounded")
        if each.type is Simple.BYTES:
            one.set("{http://www.w3.org/2005/05/xmlmime}expectedContentTypes", "application/octet-stream")
        _say(one, each.about)


def _say(element: etree._Element, text: str) -> None:
    annotation = etree.SubElement(element, f"{{{XSD}}}annotation")
    etree.SubElement(annotation, f"{{{XSD}}}documentation").text = text


def _message(root: etree._Element, name: str, element: str) -> None:
    message = etree.SubElement(root, f"{{{WSDL}}}message", name=name)
    etree.SubElement(message, f"{{{WSDL}}}part", name="parameters", element=f"tns:{element}")


def _port_type(root: etree._Element) -> None:
    port_type = etree.SubElement(root, f"{{{WSDL}}}portType", name="WharfPort")
    for operation in OPERATIONS.values():
        each = etree.SubElement(port_type, f"{{{WSDL}}}operation", name=operation.name)
        etree.SubElement(each, f"{{{WSDL}}}documentation").text = operation.about
        etree.SubElement(each, f"{{{WSDL}}}input", message=f"tns:{operation.name}")
        etree.SubElement(each, f"{{{WSDL}}}output", message=f"tns:{operation.name}Response")
        etree.SubElement(each, f"{{{WSDL}}}fault", name="Refused", message="tns:Refused")


def _binding(root: etree._Element, port: str, namespace: str) -> None:
    binding = etree.SubElement(root, f"{{{WSDL}}}binding", name=f"{port}Binding", type="tns:WharfPort")
    etree.SubElement(binding, f"{{{namespace}}}binding", style="document", transport=_TRANSPORT)
    for operation in OPERATIONS.values():
        each = etree.SubElement(binding, f"{{{WSDL}}}operation", name=operation.name)
        etree.SubElement(each, f"{{{namespace}}}operation", soapAction=action(operation), style="document")
        for way in ("input", "output"):
            side = etree.SubElement(each, f"{{{WSDL}}}{way}")
            etree.SubElement(side, f"{{{namespace}}}body", use="literal")
        refused = etree.SubElement(each, f"{{{WSDL}}}fault", name="Refused")
        etree.SubElement(refused, f"{{{namespace}}}fault", name="Refused", use="literal")
