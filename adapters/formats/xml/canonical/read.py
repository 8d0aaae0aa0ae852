"""XML to canonical documents. What is wrong comes with its path in the document and its line in the XML."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Final, cast

from lxml import etree
from pydantic import BaseModel, ValidationError
from pydantic_core import from_json

from adapters.formats.xml import problems as kinds
from adapters.formats.xml.canonical import NAMESPACE
from adapters.formats.xml.canonical.fields import Element, Kind, elements_of
from adapters.formats.xml.characters import read
from adapters.formats.xml.reader import xml_problem
from canonical.document import Document
from canonical.problem import Problem, ProblemKind
from canonical.registry import DOCUMENTS

XSI: Final = "http://www.w3.org/2001/XMLSchema-instance"
MOST_PROBLEMS: Final = 100
"""Told of one document."""
_INTEGER: Final = re.compile(r"[+-]?[0-9]{1,18}")
_BLANKS: Final = " \t\r\n"
_BOOLEANS: Final = {"true": True, "1": True, "false": False, "0": False}
_LONGEST_NAME: Final = 64


def document_from(element: etree._Element) -> Document | tuple[Problem, ...]:
    """The document that an element of its type holds, or what is wrong with it."""
    name = etree.QName(element)
    model = DOCUMENTS.get(name.localname) if name.namespace == NAMESPACE else None
    if model is None:
        expected = f"one of {', '.join(DOCUMENTS)}, of namespace {NAMESPACE}"
        return (xml_problem(kinds.NOT_A_DOCUMENT, line=_line(element), found=_shown(name), expected=expected),)
    return fields_from(element, model)


def fields_from(element: etree._Element, model: type[Document]) -> Document | tuple[Problem, ...]:
    """The document whose fields stand in an element of any name."""
    reading = _Reading()
    data = reading.model(element, model, "")
    if not reading.problems:
        try:
            return model.model_validate(data)
        except ValidationError as error:
            # Never the input: it may hold patient data.
            for told in error.errors(include_url=False, include_context=False, include_input=False)[:MOST_PROBLEMS]:
                path = _path(told["loc"])
                kind = kinds.MISSING if told["type"] == "missing" else kinds.WRONG_VALUE
                reading.add(kind, reading.nearest(path), path, expected=None if kind is kinds.MISSING else told["msg"])
    return tuple(reading.problems)


@dataclass(slots=True)
class _Reading:
    """One document being read."""

    problems: list[Problem] = field(default_factory=list)
    lines: dict[str, int | None] = field(default_factory=dict)
    """Path to line, of all elements."""

    def model(self, element: etree._Element, model: type[BaseModel], path: str) -> dict[str, Any]:
        """The fields of a model as plain data, with their names on the wire."""
        self.lines[path] = _line(element)
        known = elements_of(model)
        data: dict[str, Any] = {}
        if _text_between(element):
            self.add(kinds.WRONG_VALUE, _line(element), path, expected="elements, and no text between them")
        self._attributes(element, path)
        for child in element:
            name = etree.QName(child)
            of = known.get(name.localname) if name.namespace in (NAMESPACE, None) else None
            here = f"{path}.{name.localname}" if path else name.localname
            if of is None:
                self.add(kinds.NOT_KNOWN, _line(child), path or None, found=_shown(name), expected=_likely(known))
            elif child.get(f"{{{XSI}}}nil") in ("true", "1"):
                continue
            elif of.many:
                values = data.setdefault(of.name, [])
                values.append(self._value(child, of, f"{here}[{len(values)}]"))
            elif of.name in data:
                self.add(kinds.TWICE, _line(child), here)
            else:
                data[of.name] = self._value(child, of, here)
        return data

    def add(
        self, kind: ProblemKind, line: int | None, path: str | None, *, found: str | None = None,
        expected: str | None = None,
    ) -> None:  # fmt: skip
        """Tells a problem, as long as there are not too many."""
        if len(self.problems) < MOST_PROBLEMS:
            self.problems.append(xml_problem(kind, line=line, path=path or None, found=found, expected=expected))

    def nearest(self, path: str) -> int | None:
        """The line of what stands at a path, or around it."""
        while path and path not in self.lines:
            path = path[: max(path.rfind("."), path.rfind("["), 0)]
        return self.lines.get(path)

    def _value(self, child: etree._Element, of: Element, path: str) -> Any:
        if of.model is not None:
            return self.model(child, of.model, path)
        self.lines[path] = _line(child)
        self._attributes(child, path)
        if len(child):
            self.add(kinds.NOT_KNOWN, _line(child[0]), path, found=_shown(etree.QName(child[0])), expected="text")
            return None
        text = read(child.text or "")
        value = _READERS[of.kind](text) if of.kind is not Kind.TEXT else _fitting(of, text)
        if value is None:
            self.add(kinds.WRONG_VALUE, _line(child), path, expected=_wanted(of))
        return value

    def _attributes(self, element: etree._Element, path: str) -> None:
        for each in element.attrib:
            name = etree.QName(each)
            if name.namespace != XSI:
                self.add(kinds.NOT_KNOWN, _line(element), path, found=f"the attribute {_shown(name)}")


def _fitting(of: Element, text: str) -> str | None:
    """The text of a field, without the blanks around it where they mean nothing; None where it does not fit."""
    if of.codes:
        code = text.strip(_BLANKS)
        return code if code in of.codes else None
    if of.pattern:
        value = text.strip(_BLANKS)
        return value if _compiled(of.pattern).search(value) else None
    return text if len(text) >= (of.min_length or 0) else None


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)


def _integer(text: str) -> int | None:
    value = text.strip(_BLANKS)
    return int(value) if _INTEGER.fullmatch(value) else None


def _boolean(text: str) -> bool | None:
    return _BOOLEANS.get(text.strip(_BLANKS))


def _json(text: str) -> dict[str, Any] | None:
    try:
        value = from_json(text, allow_inf_nan=False)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


_READERS: Final[Mapping[Kind, Callable[[str], Any]]] = {
    Kind.INTEGER: _integer,
    Kind.BOOLEAN: _boolean,
    Kind.JSON: _json,
}


def _wanted(of: Element) -> str:
    if of.codes:
        return f"one of {', '.join(of.codes)}"
    if of.pattern:
        return f"a text of the form {of.pattern}"
    words = {Kind.INTEGER: "a whole number", Kind.BOOLEAN: "true or false", Kind.JSON: "a JSON object as text"}
    return words.get(of.kind, f"a text of at least {of.min_length} character")


def _text_between(element: etree._Element) -> bool:
    return any(text and text.strip(_BLANKS) for text in (element.text, *(child.tail for child in element)))


def _line(element: etree._Element) -> int | None:
    return cast("int | None", element.sourceline)


def _likely(known: Mapping[str, Element]) -> str:
    return f"one of {', '.join(known)}"


def _shown(name: etree.QName) -> str:
    """A name as it may be shown: names are structure, but a long one is none that anybody meant."""
    namespace = f" of namespace {name.namespace[:_LONGEST_NAME]}" if name.namespace else " without a namespace"
    return f"{name.localname[:_LONGEST_NAME]}{'' if name.namespace == NAMESPACE else namespace}"


def _path(location: tuple[int | str, ...]) -> str:
    """``("lines", 2, "quantity")`` as ``lines[2].quantity``."""
    text = ""
    for part in location:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else part
    return text
