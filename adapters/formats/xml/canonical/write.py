"""Canonical documents to XML."""

from collections.abc import Iterator
from typing import Any, Final

from lxml import etree
from pydantic import BaseModel
from pydantic_core import to_json

from adapters.formats.xml.canonical import NAMESPACE
from adapters.formats.xml.canonical.fields import Element, Kind, elements_of
from adapters.formats.xml.characters import written
from canonical.document import Document

_NAMES: Final[dict[Any, str]] = {None: NAMESPACE}
"""Without a prefix. The stubs of lxml do not know that this is so."""


def document_xml(document: Document) -> bytes:
    """The document as a whole file in UTF-8."""
    return etree.tostring(document_element(document), xml_declaration=True, encoding="UTF-8")


def document_element(document: Document) -> etree._Element:
    """The document as the element of its type."""
    root = etree.Element(f"{{{NAMESPACE}}}{document.document_type}", nsmap=_NAMES)
    _fill(root, type(document), document.to_data())
    return root


def _fill(parent: etree._Element, model: type[BaseModel], data: dict[str, Any]) -> None:
    for element in elements_of(model).values():
        for value in _values(element, data.get(element.name)):
            child = etree.SubElement(parent, f"{{{NAMESPACE}}}{element.name}")
            if element.model is not None:
                _fill(child, element.model, value)
            else:
                child.text = _text(element.kind, value)


def _values(element: Element, value: Any) -> Iterator[Any]:
    """What elements there are: none for what is absent, nor for an empty mapping, which is the same."""
    if element.many:
        yield from value or ()
    elif value is not None and not (element.kind is Kind.JSON and not value):
        yield value


def _text(kind: Kind, value: Any) -> str:
    if kind is Kind.JSON:
        return written(to_json(value).decode())
    if kind is Kind.BOOLEAN:
        return "true" if value else "false"
    return written(str(value))
