"""The XML Schema of the canonical documents, made of the models."""

from collections.abc import Iterator
from functools import cache
from typing import Final

from lxml import etree
from pydantic import BaseModel

from adapters.formats.xml.canonical import NAMESPACE
from adapters.formats.xml.canonical.fields import Element, Kind, all_models, elements_of, type_name
from canonical.registry import DOCUMENTS

XSD: Final = "http://www.w3.org/2001/XMLSchema"
_PREFIX: Final = "s"
_BUILT_IN: Final = {Kind.TEXT: "string", Kind.INTEGER: "integer", Kind.BOOLEAN: "boolean", Kind.JSON: "string"}
_JSON_TOLD: Final = "A JSON object as text: what no field holds, by the standard that it came from."


@cache
def schema_xml() -> bytes:
    """The whole schema, as it is served."""
    root = schema_element()
    etree.indent(root)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8")


def schema_element() -> etree._Element:
    """A new element ``xs:schema``: one global element for each document, one type for each model."""
    root = etree.Element(
        f"{{{XSD}}}schema",
        nsmap={"xs": XSD, _PREFIX: NAMESPACE},
        attrib={"targetNamespace": NAMESPACE, "elementFormDefault": "qualified"},
    )
    for name, document in DOCUMENTS.items():
        etree.SubElement(root, f"{{{XSD}}}element", name=name, type=f"{_PREFIX}:{type_name(document)}")
    for name, model in all_models().items():
        root.append(_type(name, model))
    return root


def _type(name: str, model: type[BaseModel]) -> etree._Element:
    whole = etree.Element(f"{{{XSD}}}complexType", name=name)
    _say(whole, _first_line(model))
    sequence = etree.SubElement(whole, f"{{{XSD}}}sequence")
    sequence.extend(_elements(model))
    return whole


def _elements(model: type[BaseModel]) -> Iterator[etree._Element]:
    for element in elements_of(model).values():
        one = etree.Element(f"{{{XSD}}}element", name=element.name)
        if element.many or not element.required:
            one.set("minOccurs", "0")
        if element.many:
            one.set("maxOccurs", "unbounded")
        if element.model is not None:
            one.set("type", f"{_PREFIX}:{type_name(element.model)}")
        elif not (element.codes or element.pattern or element.min_length):
            one.set("type", f"xs:{_BUILT_IN[element.kind]}")
        _say(one, _JSON_TOLD if element.kind is Kind.JSON else element.description)
        if "type" not in one.attrib:
            one.append(_restricted(element))
        yield one


def _restricted(element: Element) -> etree._Element:
    simple = etree.Element(f"{{{XSD}}}simpleType")
    # Blanks around a code or a number mean nothing; in a text they do.
    base = "xs:token" if element.codes or element.pattern else "xs:string"
    restriction = etree.SubElement(simple, f"{{{XSD}}}restriction", base=base)
    for code in element.codes:
        etree.SubElement(restriction, f"{{{XSD}}}enumeration", value=code)
    if element.pattern:
        # A pattern of XML Schema always covers the whole value.
        pattern = element.pattern.removeprefix("^").removesuffix("$")
        etree.SubElement(restriction, f"{{{XSD}}}pattern", value=pattern)
    if element.min_length:
        etree.SubElement(restriction, f"{{{XSD}}}minLength", value=str(element.min_length))
    return simple


def _say(element: etree._Element, text: str | None) -> None:
    if text:
        annotation = etree.SubElement(element, f"{{{XSD}}}annotation")
        etree.SubElement(annotation, f"{{{XSD}}}documentation").text = text


def _first_line(model: type[BaseModel]) -> str | None:
    """What the model says of itself, not what its base does."""
    return (model.__dict__.get("__doc__") or "").partition("\n")[0] or None
