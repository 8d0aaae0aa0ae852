"""Answers and faults are what the WSDL says of them."""

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from adapters.transports.soap import SERVICE, VERSIONS
from adapters.transports.soap.calls import answer_element, read_call
from adapters.transports.soap.faults import Fault, fault, fault_element
from adapters.transports.soap.operations import OPERATIONS, TYPES, Operation, Parameter, Simple
from adapters.transports.soap.problems import PARAMETER
from adapters.transports.soap.wsdl import WSDL, wsdl_xml

XSD = "http://www.w3.org/2001/XMLSchema"


def schema() -> etree.XMLSchema:
    """That of the operations, out of the WSDL."""
    root = etree.fromstring(wsdl_xml("http://127.0.0.1/soap/erp"))
    (found,) = (each for each in root.iter(f"{{{XSD}}}schema") if each.get("targetNamespace") == SERVICE)
    return etree.XMLSchema(etree.fromstring(etree.tostring(found)))


SCHEMA = schema()


def values(fields: tuple[Parameter, ...]) -> st.SearchStrategy[dict[str, Any]]:
    """What may stand in these fields."""
    kinds: dict[Any, st.SearchStrategy[Any]] = {
        Simple.TEXT: st.text(max_size=20), Simple.BYTES: st.binary(max_size=20), Simple.NUMBER: st.integers(0, 999),
    }  # fmt: skip

    def one(each: Parameter) -> st.SearchStrategy[Any]:
        value = values(TYPES[each.type]) if isinstance(each.type, str) else kinds[each.type]
        if each.many:
            return st.lists(value, min_size=int(each.required), max_size=3)
        return value if each.required else st.none() | value

    return st.fixed_dictionaries({each.name: one(each) for each in fields})


@pytest.mark.parametrize("operation", OPERATIONS.values(), ids=OPERATIONS)
@given(data=st.data())
def test_every_answer_keeps_to_the_schema(operation: Operation, data: st.DataObject) -> None:
    answer = answer_element(operation, data.draw(values(operation.gives)), None)
    SCHEMA.assertValid(etree.fromstring(etree.tostring(answer)))


def parameters(operation: Operation) -> Iterator[etree._Element]:
    for each in operation.takes:
        element = etree.Element(f"{{{SERVICE}}}{each.name}")
        element.text = "7"
        if each.type is Simple.BYTES:
            element.text = "ISA="
        yield element


@pytest.mark.parametrize("operation", OPERATIONS.values(), ids=OPERATIONS)
def test_every_call_of_the_schema_is_read(operation: Operation) -> None:
    element = etree.Element(f"{{{SERVICE}}}{operation.name}")
    element.extend(parameters(operation))
    SCHEMA.assertValid(element)
    call = read_call(element, {})
    assert not isinstance(call, Fault)
    assert set(call.values) == {each.name for each in operation.takes}


@pytest.mark.parametrize("version", VERSIONS.values(), ids=lambda version: version.name)
def test_the_detail_of_a_fault_keeps_to_the_schema(version: Any) -> None:
    told = fault_element(fault(PARAMETER, path="max", expected="1 to 100"), version)
    (problems,) = told.iter(f"{{{SERVICE}}}problems")
    SCHEMA.assertValid(etree.fromstring(etree.tostring(problems)))


def test_the_wsdl_has_a_port_for_each_version_at_the_address_that_was_asked() -> None:
    root = etree.fromstring(wsdl_xml("http://gateway.example:8080/soap/erp?a=1&b=<"))
    addresses = [port[0].get("location") for port in root.iter(f"{{{WSDL}}}port")]
    assert addresses == ["http://gateway.example:8080/soap/erp?a=1&b=<"] * 2
    for name in OPERATIONS:
        assert len([each for each in root.iter(f"{{{WSDL}}}operation") if each.get("name") == name]) == 3
