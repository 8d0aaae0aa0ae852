"""Canonical documents as XML: nothing is lost on the way there and back, and the schema says the same as the models."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree
from pydantic import BaseModel

from adapters.formats.xml.canonical import NAMESPACE
from adapters.formats.xml.canonical.fields import Element, Kind, all_models, elements_of
from adapters.formats.xml.canonical.read import document_from
from adapters.formats.xml.canonical.schema import schema_xml
from adapters.formats.xml.canonical.write import document_xml
from adapters.formats.xml.characters import read, written
from adapters.formats.xml.reader import Unreadable, read_xml
from canonical.document import Document
from canonical.problem import Problem
from canonical.registry import DOCUMENTS

SAMPLES = Path(__file__).parents[4] / "samples"
SCHEMA = etree.XMLSchema(etree.fromstring(schema_xml()))

_ANY_TEXT = st.text(max_size=12) | st.sampled_from(
    ["", " a ", "a\r\nb", "_x0001_", "_x005F_x0001_", "\x01\ufffe", "]]>"]
)
_JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=5), inner, max_size=2),
    max_leaves=4,
)


def back(content: bytes) -> Document | tuple[Problem, ...]:
    root = read_xml(content)
    assert not isinstance(root, Unreadable)
    return document_from(root)


def refused(content: str) -> list[Problem]:
    found = back(content.encode())
    assert isinstance(found, tuple)
    return list(found)


def _value(element: Element, model: type[BaseModel], depth: int) -> st.SearchStrategy[Any]:
    if element.codes:
        return st.sampled_from(element.codes)
    if element.kind is Kind.INTEGER:
        return st.integers(-(10**12), 10**12)
    if element.kind is Kind.BOOLEAN:
        return st.booleans()
    if element.kind is Kind.JSON:
        whole = element.name == "fields"
        return st.dictionaries(st.text(max_size=5), st.text(max_size=5) if whole else _JSON, max_size=2)
    if element.model is not None:
        return _data(element.model, depth - 1)
    if element.pattern == r"^-?\d+(\.\d+)?$":
        return st.from_regex(r"\A-?[0-9]{1,6}(\.[0-9]{1,4})?\Z")
    if element.pattern and "{4}" in element.pattern:
        return st.dates().map(str)
    if element.pattern:
        return st.times().map(lambda time: time.isoformat())
    return _ANY_TEXT.filter(lambda text: len(text) >= (element.min_length or 0))


@st.composite
def _data(draw: Callable[[st.SearchStrategy[Any]], Any], model: type[BaseModel], depth: int = 3) -> dict[str, Any]:
    """Plain data of a model, with few of its optional fields."""
    data = {}
    for name, element in elements_of(model).items():
        if not element.required and (
            (element.model is not None and depth <= 0) or not draw(st.integers(0, 3).map(lambda n: n == 0))
        ):
            continue
        one = _value(element, model, depth)
        data[name] = draw(st.lists(one, min_size=1, max_size=2)) if element.many else draw(one)
    return data


@pytest.mark.parametrize("model", DOCUMENTS.values(), ids=DOCUMENTS)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(data=st.data())
def test_every_document_comes_back_as_it_was(model: type[Document], data: st.DataObject) -> None:
    document = model.model_validate(data.draw(_data(model)))
    content = document_xml(document)
    found = back(content)
    assert found == document
    assert isinstance(found, Document)
    assert json.loads(found.to_json()) == json.loads(document.to_json())
    SCHEMA.assertValid(etree.fromstring(content))


def test_the_documents_of_all_samples_come_back_as_they_were() -> None:
    count = 0
    for path in sorted(SAMPLES.glob("*/expected/documents.json")):
        for each in json.loads(path.read_text()):
            document = DOCUMENTS[each["document"]["documentType"]].model_validate(each["document"])
            found = back(document_xml(document))
            assert isinstance(found, Document)
            assert found.to_json() == document.to_json()
            SCHEMA.assertValid(etree.fromstring(document_xml(document)))
            count += 1
    assert count > 40


def test_every_field_of_every_model_is_in_the_schema() -> None:
    root = etree.fromstring(schema_xml())

    def names(path: str) -> list[str]:
        found = root.xpath(path, namespaces={"xs": "http://www.w3.org/2001/XMLSchema"})
        assert isinstance(found, list)
        return [str(each) for each in found]

    for name, model in all_models().items():
        path = f"xs:complexType[@name='{name}']/xs:sequence/xs:element/@name"
        schema = model.model_json_schema(by_alias=True)
        shape = schema.get("properties") or schema["$defs"][model.__name__]["properties"]
        assert names(path) == list(shape), name
    assert set(names("xs:element/@name")) == set(DOCUMENTS)


QUANTITY = "lines[0].quantity"
ORDER = f'<purchase_order xmlns="{NAMESPACE}">\n<number>1</number>\n%s\n</purchase_order>'


@pytest.mark.parametrize(
    ("inside", "code", "line", "path"),
    [
        ("<nummer>2</nummer>", "XML-E0202", 3, None),
        ("<number>2</number>", "XML-E0203", 3, "number"),
        ("<issueDate>21.11.2026</issueDate>", "XML-E0204", 3, "issueDate"),
        ("<lines>\n<item/><quantity>\n<value>3,5</value></quantity></lines>", "XML-E0204", 5, f"{QUANTITY}.value"),
        ("<lines>\n<quantity>\n<unitCode>EA</unitCode></quantity><item/></lines>", "XML-E0205", 4, f"{QUANTITY}.value"),
        ("<buyer>ACME</buyer>", "XML-E0204", 3, "buyer"),
        ("<currency><b/></currency>", "XML-E0202", 3, "currency"),
        ("<currency code='x'>USD</currency>", "XML-E0202", 3, "currency"),
        ("<extensions>[1]</extensions>", "XML-E0204", 3, "extensions"),
        ("<extensions>" + "[" * 500 + "</extensions>", "XML-E0204", 3, "extensions"),
        ('<extensions>{"a": NaN}</extensions>', "XML-E0204", 3, "extensions"),
        ("<totals><lineCount>1_0</lineCount></totals>", "XML-E0204", 3, "totals.lineCount"),
        ("<documentType>invoice</documentType>", "XML-E0204", 3, "documentType"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_at_its_place(inside: str, code: str, line: int, path: str | None) -> None:
    told = refused(ORDER % inside)
    assert (told[0].code, told[0].line, told[0].path) == (code, line, path)
    assert told[0].help


def test_no_value_of_the_sender_is_told() -> None:
    told = refused(ORDER % "<issueDate>JOHN DOE</issueDate><totals><lineCount>JOHN DOE</lineCount></totals>")
    assert len(told) == 2
    assert not any("JOHN" in each.model_dump_json() for each in told)


def test_an_unknown_document_is_told_which_there_are() -> None:
    (told,) = refused('<PurchaseOrder xmlns="urn:other"/>')
    assert told.code == "XML-E0201"
    assert "purchase_order" in (told.expected or "")


def test_many_problems_are_told_in_part() -> None:
    assert len(refused(ORDER % ("<x/>" * 1000))) == 100


def test_an_element_that_is_nil_is_absent() -> None:
    nil = '<currency xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:nil="true"/>'
    found = back((ORDER % nil).encode())
    assert isinstance(found, Document)
    assert found.currency is None


@given(st.text() | st.from_regex(r"\A(_x[0-9A-F]{4}_|_x005F|_|x0001_){0,4}\Z"))
def test_any_text_comes_back_through_xml(text: str) -> None:
    element = etree.Element("a")
    element.text = written(text)
    parsed = etree.fromstring(etree.tostring(element))
    assert read(parsed.text or "") == text
