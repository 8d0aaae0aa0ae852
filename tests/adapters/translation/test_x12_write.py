"""What we write is read back as what it was, and no other reader finds anything wrong in it."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from adapters.formats.x12.tree import Delimiters
from adapters.mappings.to_x12.characters import Characters
from adapters.mappings.to_x12.registry import X12_BUILDERS
from adapters.translation.x12_write import NotWritten, OutboundProfile, write
from canonical.document import Document
from canonical.registry import DOCUMENTS
from tests.rigs import documents, documents_invoice, documents_payment, documents_shipment, documents_stock
from tests.rigs.samples import SAMPLES
from tests.rigs.x12_written import WRITTEN_AT, meaning, messages, profile, pyx12_errors, written

KINDS: dict[str, Any] = {
    "810": documents_invoice.invoices,
    "820": documents_payment.remittance_advices,
    "832": documents_stock.catalogs,
    "846": documents_stock.inventory_reports,
    "850": documents.purchase_orders,
    "855": documents.purchase_order_acknowledgments,
    "856": documents_shipment.ship_notices,
    "860": documents.purchase_order_changes,
    "861": documents_shipment.receipts,
    "865": lambda release: documents.purchase_order_acknowledgments(release, answers="change"),
}


@pytest.mark.parametrize("marks", documents.SEPARATORS, ids=lambda marks: repr(marks.element))
@pytest.mark.parametrize("release", ["004010", "005010"])
@pytest.mark.parametrize("set_id", sorted(KINDS))
@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(data=st.data())
def test_what_is_written_is_read_back(set_id: str, release: str, marks: Delimiters, data: st.DataObject) -> None:
    plain = data.draw(KINDS[set_id](release))
    document = DOCUMENTS[plain["document_type"]].model_validate(plain)
    how = profile(release, delimiters=marks)

    content = written(document, how).content

    (message,) = messages(content)
    assert message.accepted
    assert [problem.to_data() for problem in message.problems] == []
    assert meaning(message.document) == documents.as_written(meaning(document), how.marks)
    assert pyx12_errors(content) == []


@pytest.mark.parametrize("folder", sorted(path.parent.name for path in SAMPLES.glob("8*/input.edi")))
def test_the_samples_come_back_whole(folder: str) -> None:
    documents_read = [message.document for message in messages((SAMPLES / folder / "input.edi").read_bytes())]
    for document in documents_read:
        if document.document_type in X12_BUILDERS:
            content = written(document, profile()).content
            (back,) = messages(content)
            assert meaning(back.document) == meaning(document)
            assert pyx12_errors(content) == []


def order(**changes: Any) -> Document:
    """A small order, changed."""
    line = {"lineNumber": "1", "quantity": {"value": "2", "unitCode": "EA"}, "price": {"amount": "3.50"}}
    plain = {"documentType": "purchase_order", "number": "4711", "issueDate": "2026-11-20", "lines": [line]}
    return DOCUMENTS["purchase_order"].model_validate(plain | changes)


def refused(document: Document, how: OutboundProfile | None = None) -> set[tuple[str, str | None]]:
    """The errors that keep a document from being written: code and canonical path."""
    used: list[str] = []

    def next_number(scope: str) -> int:
        used.append(scope)
        return 1

    result = write(document, how or profile(), next_number, WRITTEN_AT)
    assert isinstance(result, NotWritten)
    assert used == []
    return {(problem.code, problem.path) for problem in result.problems if problem.severity == "error"}


@pytest.mark.parametrize(
    ("changes", "code", "path"),
    [
        ({"issueDate": None}, "MAP-E0011", "issueDate"),
        ({"lines": []}, "MAP-E0011", "lines"),
        ({"number": "9" * 23}, "MAP-E0012", "number"),
        ({"orderType": "XX"}, "MAP-E0013", "orderType"),
        ({"references": [{"type": "ourOwnWord", "value": "1"}]}, "MAP-E0013", "references[0].type"),
        ({"extensions": {"x12": [{"segment": "HL", "elements": ["1"]}]}}, "MAP-E0014", "extensions"),
        (
            {"allowances": [{"indicator": "charge", "code": "D240", "amount": "1.005"}]},
            "MAP-E0015",
            "allowances[0].amount",
        ),
        ({"lines": [{"price": {"amount": "1", "basis": "PE"}, "quantity": {"value": "1", "unitCode": "XYZ"}}]},
         "MAP-E0013", "lines[0].quantity.unitCode"),
        ({"shipTo": {"identifiers": []}}, "MAP-E0017", "shipTo.name"),
        ({"freightTerms": [{"payment": "PP"}, {"payment": "CC"}], "contacts": [{"function": "BD"}] * 4},
         "MAP-E0018", "contacts[3]"),
        ({"extensions": {"x12": ["no segment"]}}, "MAP-E0020", "extensions"),
        ({"extensions": {"x12": [{"segment": "SE", "elements": ["1", "0001"]}]}}, "MAP-E0014", "extensions"),
        ({"extensions": {"x12": [{"segment": "ST", "elements": ["850", "0002"]}]}}, "MAP-E0014", "extensions"),
    ],
)  # fmt: skip
def test_what_cannot_be_written_is_told_with_its_place(changes: dict[str, Any], code: str, path: str) -> None:
    assert (code, path) in refused(order(**changes))


def test_a_separator_in_data_is_replaced_or_refused() -> None:
    document = order(references=[{"type": "contract", "value": "A*B~C"}])
    assert b"REF*CT*A B C~" in written(document, profile()).content
    strict = profile(characters=Characters(unsuited="reject"))
    assert refused(document, strict) == {("MAP-E0016", "references[0].value")}


def test_a_value_of_separators_alone_does_not_vanish() -> None:
    assert refused(order(references=[{"type": "contract", "value": "**"}])) >= {("MAP-E0016", "references[0].value")}


def test_capitals_and_the_basic_set() -> None:
    document = order(shipTo={"name": "Café Noël №5"})
    assert "N1*ST*CAFE NOEL  5~" not in written(document, profile()).content.decode()
    plain = profile(characters=Characters(upper=True, allowed="basic", replacement="?"))
    assert b"N1*ST*CAFE NOEL N5~" in written(document, plain).content


def test_documents_of_one_kind_share_a_group_and_counts_are_right() -> None:
    content = written([order(), order(number="4712")], profile(count_always=True)).content.decode()
    assert content.count("GS*PO*") == 1
    assert "GE*2*1~" in content
    assert content.count("CTT*1~") == 2
    assert [message.document.number for message in messages(content.encode())] == ["4711", "4712"]


def test_a_count_that_is_not_the_documents_is_told() -> None:
    """CTT01 is counted, never copied; whoever wrote another number hears of it, and the order is sent."""
    result = written(order(totals={"lineCount": 7}), profile())
    assert b"CTT*1~" in result.content
    (problem,) = result.problems
    assert (problem.code, problem.severity, problem.path) == ("MAP-W0021", "warning", "totals.lineCount")
    assert (problem.found, problem.expected) == ("7", "1")


def test_a_composite_unit_goes_back_whole() -> None:
    content = (
        "ISA*00*          *00*          *ZZ*STEXAMPLE      *01*123456789      *261120*0915*U*00401*000000001*0*P*>~"
        "GS*PO*A*B*20261120*0915*1*X*004010~ST*850*0001~BEG*00*NE*4711**20261120~PO1*1*2*EA*1~MEA*PD*WT*1.5*LB>2~"
        "SLN*1**I*3*PC>11.1>12.2*1.25~CTT*1~SE*7*0001~GE*1*1~IEA*1*000000001~"
    )
    (message,) = messages(content.encode())
    again = written(message.document, profile()).content
    assert again.count(b"MEA*PD*WT*1.5*LB>2~") == again.count(b"MEA*") == 1
    assert again.count(b"SLN*1**I*3*PC>11.1>12.2*1.25~") == again.count(b"SLN*") == 1
    assert meaning(messages(again)[0].document) == meaning(message.document)


def test_what_says_nothing_is_no_segment() -> None:
    """Terms that say none: other readers take an empty segment for a fault."""
    content = written(order(paymentTerms=[{}]), profile()).content
    assert b"ITD" not in content
    assert pyx12_errors(content) == []


def test_an_implementation_is_named_in_005010_only() -> None:
    assert b"ST*850*0001*005010X999~" in written(order(), profile("005010", implementation="005010X999")).content
    assert b"ST*850*0001~" in written(order(), profile("004010", implementation="005010X999")).content


def test_what_was_kept_goes_back_to_its_place_with_the_composites_of_these_separators() -> None:
    content = (
        "ISA*00*          *00*          *ZZ*STEXAMPLE      *01*123456789      *261120*0915*U*00401*000000001*0*P*>~"
        "GS*PO*A*B*20261120*0915*1*X*004010~ST*850*0001~BEG*00*NE*4711**20261120~CSH*N~"
        "DTM*002*20261121*0900*ET~N9*L1*NOTES~DTM*002*20261124~MSG*call first~"
        "N1*ST*ST EXAMPLE~NX2*01*5~N3*410 HARBOR ST~"
        "PO1*1*2*EA*.5**VC*A1~CTP**RTL*9.95**EA>2~CUR*BY*USD~PID*F****blue~PID*F*GEN*ZZ*1*large~PID*F****glove~"
        "MEA*PD*LN*3*CM>2~SAC*C*D240*ZZ*X*1250~SPI*ZZ*AB*1~"
        "CTT*1~SE*19*0001~GE*1*1~IEA*1*000000001~"
    )
    (message,) = messages(content.encode())
    assert message.accepted, [problem.to_data() for problem in message.problems]
    how = profile(delimiters=Delimiters("|", ":", "~"), strict=False)
    again = written(message.document, how).content
    (back,) = messages(again)
    assert again.count(b"PID|") == 3
    assert b"MEA|PD|LN|3|CM:2~" in again
    expected = meaning(message.document)
    assert str(meaning(back.document)).replace("CM:2", "CM>2").replace("EA:2", "EA>2") == str(expected)


def test_a_separator_that_stands_in_our_own_words_harms_nothing() -> None:
    document = order(orderPurpose="bill_only", references=[{"type": "contract", "value": "A_1"}])
    content = written(document, profile(delimiters=Delimiters("*", "_", "~"))).content
    assert b"REF*CT*A 1~" in content
