"""Calls read from their elements, and answers written, by what ``operations`` says of them."""

import base64
import binascii
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import unquote

from lxml import etree

from adapters.formats.xml.characters import written
from adapters.transports.soap import SERVICE
from adapters.transports.soap import problems as kinds
from adapters.transports.soap.faults import Fault, fault
from adapters.transports.soap.multipart import XOP
from adapters.transports.soap.operations import OPERATIONS, TYPES, Operation, Parameter, Simple

_XSI_NIL: Final = "{http://www.w3.org/2001/XMLSchema-instance}nil"
_NUMBER: Final = re.compile(r"\s*+[+-]?[0-9]{1,9}\s*+")
_BLANKS: Final = str.maketrans("", "", " \t\r\n")
_MOST_VALUES: Final = 1000
"""Of a parameter that may stand many times."""


@dataclass(frozen=True, slots=True)
class Call:
    """An operation with its parameters: text, numbers, bytes, lists of them, and for any type its element."""

    operation: Operation
    values: Mapping[str, Any]


@dataclass(slots=True)
class Attachments:
    """Contents that go beside an envelope instead of into it."""

    contents: dict[str, bytes] = field(default_factory=dict)

    def add(self, content: bytes) -> str:
        """Takes a content and returns its id."""
        id = f"content-{len(self.contents) + 1}@wharf"
        self.contents[id] = content
        return id


def read_call(element: etree._Element, attachments: Mapping[str, bytes]) -> Call | Fault:
    """The call that the body's element makes. Parameters may come in any order."""
    name = etree.QName(element)
    operation = OPERATIONS.get(name.localname) if name.namespace == SERVICE else None
    if operation is None:
        expected = f"one of {', '.join(OPERATIONS)}, of namespace {SERVICE}"
        return fault(kinds.OPERATION_UNKNOWN, found=name.localname[:64], expected=expected)
    known = {each.name: each for each in operation.takes}
    values: dict[str, Any] = {}
    for child in element:
        # Clients that forget the namespace of parameters are many, and what they mean is clear.
        qname = etree.QName(child)
        parameter = known.get(qname.localname) if qname.namespace in (SERVICE, None) else None
        if parameter is None:
            return fault(kinds.PARAMETER, path=qname.localname[:64], expected=f"one of {', '.join(known)}")
        if child.get(_XSI_NIL) in ("true", "1"):
            continue
        value = _value(child, parameter, attachments)
        if isinstance(value, Fault):
            return value
        if parameter.many:
            values.setdefault(parameter.name, []).append(value)
            if len(values[parameter.name]) > _MOST_VALUES:
                return fault(kinds.PARAMETER, path=parameter.name, expected=f"at most {_MOST_VALUES:,} of them")
        elif parameter.name in values:
            return fault(kinds.PARAMETER, path=parameter.name, expected="only one of it")
        else:
            values[parameter.name] = value
    missing = next((each.name for each in operation.takes if each.required and each.name not in values), None)
    if missing is not None:
        return fault(kinds.PARAMETER, path=missing, expected="it to be there")
    return Call(operation, values)


def answer_element(operation: Operation, data: Mapping[str, Any], attachments: Attachments | None) -> etree._Element:
    """The answer of an operation; bytes go to ``attachments`` where there are some."""
    element = etree.Element(f"{{{SERVICE}}}{operation.name}Response", nsmap={"wharf": SERVICE})
    _fill(element, operation.gives, data, attachments)
    return element


def _fill(
    parent: etree._Element, fields: tuple[Parameter, ...], data: Mapping[str, Any], attachments: Attachments | None
) -> None:
    for each in fields:
        value = data.get(each.name)
        for one in (value or ()) if each.many else (value,) if value is not None else ():
            child = etree.SubElement(parent, f"{{{SERVICE}}}{each.name}")
            if isinstance(each.type, str):
                _fill(child, TYPES[each.type], one, attachments)
            elif each.type is not Simple.BYTES:
                child.text = written(str(one))
            elif attachments is not None:
                include = etree.SubElement(child, f"{{{XOP}}}Include", nsmap={"xop": XOP})
                include.set("href", f"cid:{attachments.add(one)}")
            else:
                child.text = base64.b64encode(one).decode()


def _value(child: etree._Element, parameter: Parameter, attachments: Mapping[str, bytes]) -> Any:
    """The value of a parameter, or a Fault."""
    match parameter.type:
        case Simple.ANY:
            return child
        case Simple.BYTES:
            content = bytes_of(child, attachments)
            return fault(kinds.PARAMETER, path=parameter.name, expected="base64") if content is None else content
    text = child.text or ""
    if len(child):
        return fault(kinds.PARAMETER, path=parameter.name, expected="text, and no elements")
    if parameter.type is Simple.NUMBER:
        number = int(text) if _NUMBER.fullmatch(text) else None
        return fault(kinds.PARAMETER, path=parameter.name, expected="a whole number") if number is None else number
    if len(text) > parameter.longest or not text.isprintable():
        expected = f"at most {parameter.longest} characters, without control characters"
        return fault(kinds.PARAMETER, path=parameter.name, expected=expected)
    return text


def bytes_of(element: etree._Element, attachments: Mapping[str, bytes]) -> bytes | None:
    """Bytes as base64 text, or as the attachment that is named instead; None where it is neither."""
    children = list(element)
    if children:
        href = children[0].get("href", "") if children[0].tag == f"{{{XOP}}}Include" and len(children) == 1 else ""
        return attachments.get(unquote(href.removeprefix("cid:"))) if href.startswith("cid:") else None
    try:
        return base64.b64decode((element.text or "").translate(_BLANKS), validate=True)
    except (binascii.Error, ValueError):
        return None
