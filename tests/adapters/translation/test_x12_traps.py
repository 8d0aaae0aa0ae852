"""Traps into which other readers of X12 fell."""

from collections.abc import Sequence

import pytest

from adapters.partner import Partner
from adapters.reading import Closing, Item, Message
from adapters.translate import digest, read_delivery
from tests.rigs.x12_bytes import ORDER, group, interchange, transaction_set

BAD = ("BEG*00*NE*4500012346**20261120", "PO1*1*1O*BX*13.45", "CTT*1")
TA1 = ["TA1*000000077*261119*0830*A*000"]


def read(content: bytes) -> list[Item]:
    """All items of a delivery."""
    return list(read_delivery(content, digest(content), lambda *_: Partner(name="acme", catch_all=True)))


def types(items: Sequence[Item]) -> list[tuple[str, bool]]:
    """Document type and acceptance of each message."""
    return [(item.document.document_type, item.accepted) for item in items if isinstance(item, Message)]


def closing(items: Sequence[Item]) -> Closing:
    """The only closing."""
    (found,) = (item for item in items if isinstance(item, Closing))
    return found


def test_the_repetition_separator_inside_a_text_keeps_the_text() -> None:
    rows = (*ORDER[:2], "N9*ZZ*1", "MSG*SIZE 4^0 SUTURE", *ORDER[2:])
    items = read(interchange(group(transaction_set(rows), release="005010"), version="00501"))
    assert types(items) == [("purchase_order", True)]
    assert b"SIZE 4^0 SUTURE" in next(item for item in items if isinstance(item, Message)).document.to_json()


def test_a_letter_in_isa11_is_no_repetition_separator() -> None:
    content = interchange(group(transaction_set(), release="005010"), version="00501").replace(b"*^*00501", b"*U*00501")
    items = read(content)
    assert types(items) == [("purchase_order", True)]
    assert closing(items).problems == ()


def test_a_ta1_directly_after_isa_and_then_a_group() -> None:
    items = read(interchange(TA1, group(transaction_set())))
    assert types(items) == [("interchange_acknowledgment", True), ("purchase_order", True)]
    assert [answer.kind for answer in closing(items).answers] == ["997"]


def test_an_interchange_of_a_ta1_alone_is_not_answered() -> None:
    items = read(interchange(TA1))
    assert types(items) == [("interchange_acknowledgment", True)]
    assert closing(items).answers == ()


def test_an_empty_interchange_does_not_go_by_without_a_word() -> None:
    items = read(interchange())
    assert types(items) == [("interchange", False)]
    assert [answer.kind for answer in closing(items).answers] == ["TA1"]


def test_one_good_of_three_is_partly_accepted() -> None:
    sets = (transaction_set(BAD), transaction_set(number="0002"), transaction_set(BAD, number="0003"))
    document = closing(read(interchange(group(*sets)))).answers[0].groups[0].document
    assert (document.status_code, document.claimed, document.received, document.accepted) == ("P", 3, 3, 1)


@pytest.mark.parametrize("end", ["~", "~\r\n", "\n", "\r\n", "!", "\\\n", "}", "\x1c", "\x85"])
def test_odd_segment_terminators(end: str) -> None:
    content = interchange(group(transaction_set()), end=end).decode().encode("latin-1")
    assert types(read(content)) == [("purchase_order", True)]


def test_binary_data_in_a_set_does_not_stop_its_siblings() -> None:
    binary = transaction_set(["BIN*12*\x01~*\x02~PDF~\x03"], set_id="275")
    items = read(interchange(group(binary, transaction_set(number="0002"))))
    assert types(items) == [("unsupported", False), ("purchase_order", True)]
    assert closing(items).answers[0].groups[0].document.status_code == "P"
