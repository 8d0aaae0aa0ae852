"""The content of SubmitDocument: a canonical document in one of the forms that clients can send."""

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from lxml import etree
from pydantic_core import from_json

from adapters.formats.xml.canonical import NAMESPACE
from adapters.formats.xml.canonical.fields import elements_of
from adapters.formats.xml.canonical.read import document_from, fields_from
from adapters.formats.xml.reader import Limits, Unreadable, read_xml
from adapters.transports.soap import problems as kinds
from adapters.transports.soap.calls import bytes_of
from adapters.transports.soap.multipart import XOP
from canonical.document import Document
from canonical.problem import Problem, problem_of
from canonical.registry import DOCUMENTS
from gateway.submitted import checked_data


@dataclass(frozen=True, slots=True)
class Given:
    """What was handed in."""

    content: bytes
    """As bytes that are the same for the same content."""
    document: Document | None
    problems: tuple[Problem, ...] = ()
    """Why there is no document, if there is none."""


def given(element: etree._Element, document_type: str, attachments: Mapping[str, bytes], limits: Limits) -> Given:
    """Reads the content: the document's element, its fields, its JSON as text, or either of those as base64.

    The fields without their element are what clients write who take the content for a value of the document's type.
    """
    children = list(element)
    if children and children[0].tag != f"{{{XOP}}}Include":
        whole = _is_document(children[0], document_type) and len(children) == 1
        return _checked(children[0] if whole else element, document_type, whole)
    content = bytes_of(element, attachments) if children else _text(element)
    if content is None:
        return Given(b"", None, (_wrong(),))
    return _of_bytes(content, document_type, limits)


def _of_bytes(content: bytes, document_type: str, limits: Limits) -> Given:
    start = content.lstrip()[:1]
    if start == b"<":
        root = read_xml(content, limits)
        if isinstance(root, Unreadable):
            return Given(content, None, (root.problem,))
        return _checked(root, document_type, whole=True, content=content)
    if start != b"{":
        return Given(content, None, (_wrong(),))
    try:
        data: Any = from_json(content, allow_inf_nan=False)
    except (ValueError, RecursionError):
        return Given(content, None, (_wrong(),))
    # As an event, or as the document in it.
    data = data.get("data", data) if "specversion" in data else data
    if data.get("documentType", document_type) != document_type:
        return Given(content, None, (_other_type(),))
    checked = checked_data({"documentType": document_type, **data})
    return Given(content, checked.document, checked.problems)


def _checked(element: etree._Element, document_type: str, whole: bool, content: bytes | None = None) -> Given:
    model = DOCUMENTS.get(document_type)
    # Exclusive canonical XML: whatever prefixes and envelope stand around it, the same document is the same bytes.
    content = content if content is not None else etree.tostring(element, method="c14n", exclusive=True)
    if model is None:
        problem = problem_of(kinds.PARAMETER, path="documentType", expected=f"one of {', '.join(DOCUMENTS)}")
        return Given(content, None, (problem,))
    if whole and element.tag in {f"{{{NAMESPACE}}}{name}" for name in DOCUMENTS.keys() - {document_type}}:
        return Given(content, None, (_other_type(),))
    found = document_from(element) if whole else fields_from(element, model)
    return Given(content, found) if isinstance(found, Document) else Given(content, None, found)


def _is_document(child: etree._Element, document_type: str) -> bool:
    """Whether it is a document and not its first field."""
    name = etree.QName(child).localname
    model = DOCUMENTS.get(document_type)
    return name in DOCUMENTS and not (model is not None and name in elements_of(model))


def _text(element: etree._Element) -> bytes | None:
    """Text as bytes; base64 decoded, since JSON and XML begin with what is not of its alphabet."""
    text = (element.text or "").strip()
    if text[:1] in ("{", "<"):
        return text.encode()
    try:
        return base64.b64decode("".join(text.split()), validate=True)
    except (binascii.Error, ValueError):
        return None


def _wrong() -> Problem:
    expected = "the element of the document, or its JSON as text"
    return problem_of(kinds.PARAMETER, path="content", expected=expected)


def _other_type() -> Problem:
    return problem_of(kinds.PARAMETER, path="documentType", expected="the type of the document in content")
