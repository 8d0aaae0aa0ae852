"""From bytes to messages and verdicts: what is accepted, what is rejected, and that siblings do not suffer."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.partner import Partner
from adapters.reading import Closing, Item, Message
from adapters.translate import digest, read_delivery
from canonical.problem import Severity
from canonical.purchase_order import PurchaseOrder
from canonical.rejection import Rejection
from tests.rigs.x12_bytes import ORDER, group, interchange, order, transaction_set

ANYBODY = Partner(name="acme", catch_all=True)
BAD_QUANTITY = ("BEG*00*NE*4500012346**20261120", "PO1*1*1O*BX*13.45", "CTT*1")


def read(content: bytes, partner: Partner | None = ANYBODY) -> list[Item]:
    """All items of a delivery."""
    return list(read_delivery(content, digest(content), lambda *_: partner))


def messages(items: Sequence[Item]) -> list[Message]:
    """The messages alone."""
    return [item for item in items if isinstance(item, Message)]


def closings(items: Sequence[Item]) -> list[Closing]:
    """The closings alone."""
    return [item for item in items if isinstance(item, Closing)]


def test_an_order_becomes_a_canonical_document_with_its_provenance() -> None:
    (message,) = messages(read(order()))
    document = message.document
    assert message.accepted
    assert message.problems == ()
    assert isinstance(document, PurchaseOrder)
    assert (document.number, document.lines[0].quantity and document.lines[0].quantity.value) == ("4500012345", "12")
    assert document.lines[0].price is not None
    assert document.lines[0].price.amount == "13.4500"
    assert document.provenance is not None
    assert document.provenance.to_data() == {
        "standard": "X12", "release": "004010", "messageType": "850", "interchange": "000000123", "group": "7",
        "transaction": "0001", "sender": "01:123456789", "receiver": "01:987654321", "sha256": digest(order()),
    }  # fmt: skip


@pytest.mark.failure("X3")
def test_one_bad_set_does_not_stop_its_siblings() -> None:
    content = interchange(
        group(transaction_set(), transaction_set(BAD_QUANTITY, number="0002"), transaction_set(number="0003"))
    )
    found = messages(read(content))
    assert [message.accepted for message in found] == [True, False, True]
    assert [message.position for message in found] == [1, 2, 3]
    assert isinstance(found[1].document, Rejection)
    assert found[1].document.document_type == "purchase_order"
    assert found[1].document.number == "4500012346"
    (problem,) = found[1].problems
    assert (problem.code, problem.segment, problem.element, problem.found) == ("X12-E0307", "PO1", 2, "1O")
    assert problem.offset is not None
    assert content[problem.offset : problem.offset + 2] == b"1O"
    assert problem.line == content[: problem.offset].count(b"\n") + 1


@pytest.mark.failure("X3", "F1")
def test_a_cut_off_interchange_accepts_nothing_and_keeps_every_set_in_sight() -> None:
    whole = interchange(group(transaction_set(), transaction_set(number="0002")))
    items = read(whole[: whole.index(b"GE*2")])
    assert [message.accepted for message in messages(items)] == [False, False]
    assert all(message.problems[0].code == "X12-E0104" for message in messages(items))
    (closing,) = closings(items)
    assert closing.fatal
    assert [answer.kind for answer in closing.answers] == ["TA1"]
    assert closing.answers[0].interchange is not None
    assert closing.answers[0].interchange.note_code == "023"


@pytest.mark.failure("X3")
def test_a_group_whose_numbers_differ_is_rejected_as_a_whole() -> None:
    content = order().replace(b"GE*1*7", b"GE*1*8")
    items = read(content)
    assert [message.accepted for message in messages(items)] == [False]
    (answer,) = closings(items)[0].answers
    document = answer.groups[0].document
    assert (document.status_code, document.codes, document.accepted) == ("R", ("4",), 0)


def test_groups_are_judged_each_for_itself() -> None:
    bad = group(transaction_set(BAD_QUANTITY), number="8")
    content = interchange(group(transaction_set()), bad)
    (answer,) = closings(read(content))[0].answers
    assert [(entry.document.number, entry.document.status_code) for entry in answer.groups] == [("7", "A"), ("8", "R")]


def test_an_unknown_sender_is_held_and_nothing_is_accepted() -> None:
    items = read(order(), partner=None)
    (closing,) = closings(items)
    assert closing.quarantine
    assert [(message.accepted, message.problems[0].code) for message in messages(items)] == [(False, "X12-E0112")]
    assert messages(items)[0].partner.name == "unknown"


def test_a_set_of_a_kind_that_is_not_handled_is_told() -> None:
    content = interchange(group(transaction_set(["BFR*00"], set_id="830"), functional_id="PS"))
    (message,) = messages(read(content))
    assert [problem.code for problem in message.problems] == ["X12-E0401"]


@pytest.mark.failure("X2")
def test_a_repeated_set_number_rejects_the_second_alone() -> None:
    found = messages(read(interchange(group(transaction_set(), transaction_set()))))
    assert [message.accepted for message in found] == [True, False]
    assert found[1].problems[0].code == "X12-E0413"


def test_test_data_is_marked() -> None:
    (message,) = messages(read(interchange(group(transaction_set()), usage="T")))
    assert message.test


def test_a_wrong_count_is_a_warning_and_the_order_is_accepted() -> None:
    items = read(order().replace(b"SE*6*", b"SE*9*"))
    (message,) = messages(items)
    assert message.accepted
    assert [(problem.code, problem.severity) for problem in message.problems] == [("X12-W0404", Severity.WARNING)]
    (entry,) = closings(items)[0].answers[0].groups[0].document.sets
    assert (entry.status_code, entry.codes) == ("E", ("4",))


@pytest.mark.failure("X4")
def test_acknowledgments_are_never_acknowledged() -> None:
    acks = group(transaction_set(["AK1*PO*7", "AK9*A*1*1*1"], set_id="997"), functional_id="FA")
    items = read(interchange(acks))
    assert [(message.accepted, message.document.document_type) for message in messages(items)] == [
        (True, "functional_acknowledgment")
    ]
    assert closings(items)[0].answers == ()


@pytest.mark.failure("L1")
def test_free_text_is_never_echoed_in_a_problem() -> None:
    secret = "JOHN DOE MRN 4711 " * 30
    rows = (*ORDER[:-1], f"MSG*{secret}", ORDER[-1])
    (message,) = messages(read(interchange(group(transaction_set(rows)))))
    assert message.problems
    assert all("JOHN" not in (problem.found or "") for problem in message.problems)


@given(st.integers(0, len(order()) - 1), st.binary(min_size=1, max_size=4))
def test_every_set_that_begins_comes_out_as_something(place: int, damage: bytes) -> None:
    """Wherever an order is damaged, a document or a located rejection comes out, never nothing and never a raise."""
    content = bytearray(order())
    content[place : place + 1] = damage
    items = read(bytes(content))
    assert messages(items)
    for message in messages(items):
        assert message.accepted or any(problem.offset is not None for problem in message.problems)


@pytest.mark.parametrize("end", [b"\n", b"\r\n"])
@pytest.mark.parametrize("width", range(60, 140))
def test_a_wrapped_file_is_read_as_if_it_were_not(width: int, end: bytes) -> None:
    """Wherever the breaks fall, in ISA, in an id, in a trailer: the same document, and true places."""
    flat = order().replace(b"\n", b"")
    wrapped = end.join(flat[start : start + width] for start in range(0, len(flat), width)) + end
    (message,) = messages(read(wrapped))
    (plain,) = messages(read(flat))
    assert message.accepted
    assert {**message.document.to_data(), "provenance": None} == {**plain.document.to_data(), "provenance": None}
    bad = flat.replace(b"PO1*1*12*", b"PO1*1*1O*")
    broken = end.join(bad[start : start + width] for start in range(0, len(bad), width))
    (problem,) = messages(read(broken))[0].problems
    assert problem.offset is not None
    assert problem.length is not None
    assert broken[problem.offset : problem.offset + problem.length].translate(None, b"\r\n") == b"1O"


@pytest.mark.parametrize("wrapped", [False, True])
def test_line_ends_of_one_interchange_may_be_terminators_of_the_next(wrapped: bool) -> None:
    """Each interchange is judged by itself, however close the next one stands, and every place is a true one."""
    first = order().replace(b"\n", b"")
    if wrapped:
        first = b"\n".join(first[start : start + 80] for start in range(0, len(first), 80)) + b"\n"
    bad = transaction_set(BAD_QUANTITY, number="0002")
    second = interchange(group(transaction_set(), bad), number="000000124", end="\n").replace(b"*", b"|")
    found = messages(read(first + second))
    assert [message.accepted for message in found] == [True, True, False]
    (problem,) = found[2].problems
    assert problem.offset is not None
    assert (first + second)[problem.offset :].startswith(b"1O|")


def test_blanks_that_fill_an_element_up_say_nothing() -> None:
    """An order number is the same with and without them; the checker tells of what it sees, at its place."""
    rows = ("BEG*00*NE*4500012345 **20261120", "REF*CT*K-77   *yes", "PO1*1*12*BX*13.45**VN *GLV  *IN*77", "CTT*1")
    content = interchange(group(transaction_set(rows)))
    (message,) = messages(read(content))
    document = message.document
    assert isinstance(document, PurchaseOrder)
    assert document.number == "4500012345"
    assert document.references[0].value == "K-77"
    item = document.lines[0].item
    assert item is not None
    assert [entry.value for entry in item.identifiers] == ["GLV", "77"]
    (problem,) = message.problems
    assert (problem.code, problem.offset) == ("X12-W0308", content.index(b"VN *"))


def test_what_is_missing_at_the_end_of_the_file_has_its_place_there() -> None:
    content = order()[: order().index(b"GE*1*7") + 2]
    problems = [problem for item in read(content) for problem in item.problems]
    assert problems
    for problem in problems:
        assert problem.offset is not None
        assert problem.length is not None
        assert problem.offset + problem.length <= len(content)
