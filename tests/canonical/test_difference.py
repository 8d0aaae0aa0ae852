"""Two documents are compared by what they say: nothing is missed, and nothing is told that means the same."""

import copy
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from canonical.difference import MOST_LEVELS, TooDeepError, differences
from canonical.difference_words import in_words
from canonical.document import Document
from canonical.pairing import pairs
from canonical.registry import DOCUMENTS
from tests.rigs import documents, documents_invoice, documents_payment, documents_shipment, documents_stock
from tests.rigs.x12_written import messages, profile, written

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
}
UNCOUNTED = {"documentType", "schemaVersion", "hierarchyId", "provenance"}
MODEST = settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)

Place = tuple[Any, Any]
"""What holds a value, and the key or index that it stands under."""


def document_of(plain: dict[str, Any]) -> Document:
    kind = plain.get("document_type") or plain["documentType"]
    return DOCUMENTS[kind].model_validate(plain)


def valid(plain: dict[str, Any]) -> Document | None:
    """The document, where its model takes the data."""
    try:
        return document_of(plain)
    except ValidationError:
        return None


def order(**changes: Any) -> Document:
    """An order of two lines."""
    lines = [
        {"lineNumber": "1", "quantity": {"value": "10", "unitCode": "EA"}, "price": {"amount": "6.875"},
         "item": {"identifiers": [{"scheme": "SELLER", "value": "GLV-N-M"}]}},
        {"lineNumber": "3", "quantity": {"value": "2", "unitCode": "BX"}, "price": {"amount": "13.45"},
         "item": {"identifiers": [{"scheme": "SELLER", "value": "CATH-16"}, {"scheme": "BUYER", "value": "77"}]}},
    ]  # fmt: skip
    plain = {"documentType": "purchase_order", "number": "4500012345", "purpose": "original", "lines": lines}
    return document_of({**plain, **changes})


def told(left: Document, right: Document) -> list[str]:
    return [in_words(each) for each in differences(left, right)]


def places(value: Any) -> Iterator[Place]:
    """Every value of plain data that counts, and every entry of a list."""
    if isinstance(value, dict):
        for key, each in value.items():
            if key not in UNCOUNTED:
                if not isinstance(each, dict | list):
                    yield value, key
                yield from places(each)
    elif isinstance(value, list):
        for at, each in enumerate(value):
            yield value, at
            yield from places(each)


def changed(value: Any) -> list[Any]:
    """Other values that may stand in its place."""
    if isinstance(value, int):
        return [value + 1]
    if isinstance(value, str):
        return [value + "9", "9" + value, value[:-1] + ("1" if value[-1:] != "1" else "2"), "other"]
    return []


@pytest.mark.parametrize("set_id", sorted(KINDS))
@MODEST
@given(data=st.data())
def test_a_document_does_not_differ_from_itself(set_id: str, data: st.DataObject) -> None:
    document = document_of(data.draw(KINDS[set_id]("004010")))
    assert differences(document, document_of(document.to_data()), provenance=True) == ()


@pytest.mark.parametrize("set_id", sorted(KINDS))
@MODEST
@given(data=st.data())
def test_each_single_change_is_found(set_id: str, data: st.DataObject) -> None:
    """One value changed, one entry taken away or sent twice: told from both sides, and in words."""
    document = document_of(data.draw(KINDS[set_id]("004010")))
    plain = document.to_data()
    holder, key = data.draw(st.sampled_from(list(places(plain))))
    whole = copy.deepcopy(plain) if isinstance(holder, dict) else None
    options = changed(holder[key]) if whole else ["remove", "repeat"]
    choice = data.draw(st.sampled_from(options)) if options else None
    assume(choice is not None)
    if whole:
        holder[key] = choice
    elif choice == "remove":
        del holder[key]
    else:
        holder.append(copy.deepcopy(holder[key]))
    other = valid(plain)
    assume(other is not None and _number_free(document.to_data()) != _number_free(plain))
    assert other is not None
    found = differences(document, other)
    assert found
    assert differences(other, document)
    assert all(in_words(each).strip() for each in found)


def _number_free(plain: Any) -> Any:
    """Plain data in which 1.10 and 1.1 are the same text, for changes that change no meaning."""
    if isinstance(plain, dict):
        return {key: _number_free(value) for key, value in plain.items()}
    if isinstance(plain, list):
        return [_number_free(value) for value in plain]
    if isinstance(plain, str) and plain.replace(".", "", 1).removeprefix("-").isdigit() and "." in plain:
        return plain.rstrip("0").removesuffix(".")
    return plain


@pytest.mark.parametrize("set_id", sorted(KINDS.keys() - {"856"}))
@MODEST
@given(data=st.data())
def test_the_order_of_a_list_means_nothing(set_id: str, data: st.DataObject) -> None:
    document = document_of(data.draw(KINDS[set_id]("004010")))

    def turned(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: turned(each) for key, each in value.items()}
        if isinstance(value, list) and value and isinstance(value[0], dict):
            return [turned(each) for each in data.draw(st.permutations(value))]
        return value

    assert differences(document, document_of(turned(document.to_data()))) == ()


@pytest.mark.parametrize("set_id", sorted(KINDS))
@settings(MODEST, max_examples=6)
@given(data=st.data())
def test_what_is_written_and_read_back_says_the_same(set_id: str, data: st.DataObject) -> None:
    how = profile("004010")
    document = document_of(data.draw(KINDS[set_id]("004010")))
    (message,) = messages(written(document, how).content)
    sent = document_of(documents.as_written(document.to_data(), how.marks))
    assert [in_words(each) for each in differences(sent, message.document)] == []


def test_differences_are_told_in_words_by_line() -> None:
    lines = [
        {"lineNumber": "3", "quantity": {"value": "12", "unitCode": "BX"}, "price": {"amount": "13.4500"},
         "item": {"identifiers": [{"scheme": "BUYER", "value": "77"}, {"scheme": "SELLER", "value": "CATH-18"}]}},
        {"lineNumber": "1", "quantity": {"value": "10.0", "unitCode": "EA"}, "price": {"amount": "7.10"},
         "item": {"identifiers": [{"scheme": "SELLER", "value": "GLV-N-M"}]}},
        {"lineNumber": "4", "quantity": {"value": "1", "unitCode": "CA"},
         "item": {"description": "SUTURE", "identifiers": [{"scheme": "SELLER", "value": "SUT"}]}},
    ]  # fmt: skip
    assert told(order(), order(lines=lines, issueDate="2026-11-16")) == [
        "issue date only in B: 2026-11-16",
        "line 1: price 6.875 -> 7.10",
        "line 3: identifier SELLER CATH-16 -> CATH-18",
        "line 3: quantity 2 BX -> 12 BX",
        "line 4 only in B: 1 CA, SELLER SUT, SUTURE",
    ]


def test_dates_references_and_parties_are_told_by_what_they_are() -> None:
    before = order(
        dates=[{"type": "requestedDelivery", "date": "2026-11-20"}],
        references=[{"type": "department", "value": "OR"}, {"type": "contract", "value": "C-1"}],
        shipTo={"name": "DOCK 2", "identifiers": [{"scheme": "GLN", "value": "0614141000272"}]},
    )
    after = order(
        dates=[{"type": "requestedDelivery", "date": "2026-11-27"}],
        references=[{"type": "contract", "value": "C-1"}, {"type": "department", "value": "LAB"}],
        shipTo={"name": "DOCK 3", "identifiers": [{"scheme": "GLN", "value": "0614141000272"}]},
    )
    assert told(before, after) == [
        "reference department OR -> LAB",
        "date requested delivery 2026-11-20 -> 2026-11-27",
        "ship to name DOCK 2 -> DOCK 3",
    ]


def test_lines_that_were_numbered_anew_are_found_by_their_items() -> None:
    lines = [
        {"lineNumber": "10", "quantity": {"value": "10", "unitCode": "EA"}, "price": {"amount": "6.875"},
         "item": {"identifiers": [{"scheme": "SELLER", "value": "GLV-N-M"}]}},
        {"lineNumber": "20", "quantity": {"value": "3", "unitCode": "BX"}, "price": {"amount": "13.45"},
         "item": {"identifiers": [{"scheme": "SELLER", "value": "CATH-16"}, {"scheme": "BUYER", "value": "77"}]}},
    ]  # fmt: skip
    assert told(order(), order(lines=lines)) == [
        "line 1: line number 1 -> 10",
        "line 3: line number 3 -> 20",
        "line 3: quantity 2 BX -> 3 BX",
    ]


def test_an_order_is_compared_with_its_change() -> None:
    """The later use: what a change does to its order, before it is applied."""
    line = {
        "lineNumber": "1", "change": "quantity", "quantity": {"value": "12", "unitCode": "EA"},
        "price": {"amount": "6.875"}, "item": {"identifiers": [{"scheme": "SELLER", "value": "GLV-N-M"}]},
    }  # fmt: skip
    change = document_of(
        {"documentType": "purchase_order_change", "number": "4500012345", "orderNumber": "4500012345", "lines": [line]}
    )
    found = {each.path: (each.left, each.right) for each in differences(order(), change)}
    assert found["lines[1].quantity"] == ({"value": "10", "unitCode": "EA"}, {"value": "12", "unitCode": "EA"})
    assert found["lines[1].change"] == (None, "quantity")
    assert found["lines[3]"][1] is None


def test_ids_of_levels_are_not_compared_but_what_stands_in_which_package_is() -> None:
    def notice(pallet: str, carton: str, inside: str) -> Document:
        tree = {"type": "tare", "hierarchyId": pallet, "sscc": "000952123400441007",
                "packages": [{"type": "pack", "hierarchyId": carton, "sscc": "000952123400441008"}]}  # fmt: skip
        line = {"lineNumber": "1", "package": inside}
        return document_of(
            {"documentType": "ship_notice", "number": "S1", "shipmentNumber": "S1", "packages": [tree], "lines": [line]}
        )

    assert differences(notice("3", "4", "4"), notice("30", "31", "31")) == ()
    (moved,) = differences(notice("3", "4", "4"), notice("3", "4", "3"))
    assert in_words(moved) == "line 1: package 000952123400441008 -> 000952123400441007"


def test_what_no_field_holds_is_compared_without_the_counts_of_its_loops() -> None:
    def kept(*entries: dict[str, Any]) -> Document:
        return order(extensions={"x12": list(entries)})

    first = {"segment": "PWK", "elements": ["CP"], "loop": "PO1[1]"}
    second = {"segment": "MTX", "elements": ["", "X"], "loop": "N9[1]"}
    assert told(kept(first, second), kept({**second, "loop": "N9[4]"}, {**first, "loop": "PO1[2]"})) == []
    assert told(kept(first), kept(second)) == ["segment PWK only in A: PWK*CP", "segment MTX only in B: MTX**X"]


def test_provenance_counts_only_when_it_is_asked_for() -> None:
    one, other = (order(provenance={"standard": "X12", "interchange": number}) for number in ("000000001", "000000002"))
    assert differences(one, other) == ()
    (found,) = differences(one, other, provenance=True)
    assert in_words(found) == "provenance interchange 000000001 -> 000000002"


@pytest.mark.parametrize("levels", [MOST_LEVELS, MOST_LEVELS + 1, 200])
def test_a_deep_tree_of_packages_is_compared_up_to_a_limit(levels: int) -> None:
    def tree(sscc: str) -> Document:
        package: dict[str, Any] = {"type": "pack", "sscc": sscc}
        for _ in range(levels - 1):
            package = {"type": "tare", "sscc": "000952123400441007", "packages": [package]}
        return document_of(
            {"documentType": "ship_notice", "number": "S1", "shipmentNumber": "S1", "packages": [package]}
        )

    one, other = tree("000952123400441008"), tree("000952123400441009")
    if levels > MOST_LEVELS:
        with pytest.raises(TooDeepError):
            differences(one, other)
    else:
        assert [each.kind for each in differences(one, other)] == ["onlyLeft", "onlyRight"]


def test_documents_are_paired_by_type_number_and_purpose() -> None:
    first, second = order(), order(purpose="replace")
    other = order(number="4500099999")
    assert pairs([first, second], [second, first]) == [(first, first), (second, second)]
    assert pairs([first], [second]) == [(first, second)]
    assert pairs([first, other], [first]) == [(first, first), (other, None)]
    assert pairs([], [other]) == [(None, other)]
    twice = order(issueDate="2026-11-16")
    assert pairs([first, twice], [first, twice]) == [(first, first), (twice, twice)]
