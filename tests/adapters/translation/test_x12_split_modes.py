"""What one error takes with it, what repeated numbers mean, and that the answers say so truthfully."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, Literal

import pytest

from adapters.contracts import Delivery
from adapters.partner import Acknowledgments, Duplicates, Partner
from adapters.reading import Closing, Item, Message
from adapters.translate import digest, read_delivery
from gateway.diagnostics.answer import answer
from gateway.rows import Naming, rows_of
from tests.rigs.x12_bytes import group, interchange, transaction_set

BAD = ("BEG*00*NE*4500012346**20261120", "PO1*1*1O*BX*13.45", "CTT*1")
WARNED = ("BEG*00*NE*4500012347**20261120", "PO1*1*1*BOX*13.45", "CTT*1")
ACKNOWLEDGMENT = ("AK1*PO*7", "AK9*A*1*1*1")


def read(content: bytes, **settings: Any) -> list[Item]:
    """All items of a delivery."""
    partner = Partner(name="acme", catch_all=True, **settings)
    return list(read_delivery(content, digest(content), lambda *_: partner))


def verdicts(items: Sequence[Item]) -> list[tuple[str, list[tuple[str, tuple[str, ...]]]]]:
    """AK9 of each group with AK5 of each set."""
    (closing,) = (item for item in items if isinstance(item, Closing))
    return [
        (entry.document.status_code, [(one.status_code, one.codes) for one in entry.document.sets])
        for told in closing.answers
        for entry in told.groups
    ]


def mixed() -> bytes:
    """Two groups of orders; the second set of the first is bad."""
    first = group(transaction_set(), transaction_set(BAD, number="0002"), transaction_set(WARNED, number="0003"))
    return interchange(first, group(transaction_set(), number="8"))


@pytest.mark.parametrize(
    ("on_error", "accepted", "told"),
    [
        ("set", [True, False, True, True],
         [("P", [("A", ()), ("R", ("5",)), ("E", ("5",))]), ("A", [("A", ())])]),
        ("group", [False, False, False, True],
         [("R", [("R", ()), ("R", ("5",)), ("R", ("5",))]), ("A", [("A", ())])]),
        ("interchange", [False] * 4,
         [("R", [("R", ()), ("R", ("5",)), ("R", ("5",))]), ("R", [("R", ())])]),
    ],
)  # fmt: skip
def test_what_one_error_takes_with_it(on_error: str, accepted: list[bool], told: list[Any]) -> None:
    items = read(mixed(), on_error=on_error)
    messages = [item for item in items if isinstance(item, Message)]
    assert [message.accepted for message in messages] == accepted
    assert [message.position for message in messages] == [1, 2, 3, 4]
    assert verdicts(items) == told
    assert [problem.code for problem in messages[1].problems] == ["X12-E0307"]
    taken = [message for message in messages if not message.accepted and message.position != 2]
    assert all("X12-E0421" in {problem.code for problem in message.problems} for message in taken)


@pytest.mark.parametrize("on_error", ["set", "group", "interchange"])
def test_without_an_error_all_is_accepted(on_error: str) -> None:
    content = interchange(group(transaction_set(), transaction_set(WARNED, number="0002")))
    items = read(content, on_error=on_error)
    assert all(item.accepted for item in items if isinstance(item, Message))
    assert verdicts(items) == [("E", [("A", ()), ("E", ("5",))])]


def test_acknowledgments_are_not_taken_along() -> None:
    acks = group(transaction_set(ACKNOWLEDGMENT, set_id="997"), number="9", functional_id="FA")
    items = read(interchange(group(transaction_set(BAD)), acks), on_error="interchange")
    assert [item.accepted for item in items if isinstance(item, Message)] == [False, True]


@pytest.mark.parametrize(("mode", "accepted"), [("reject", [True, False]), ("accept", [True, True])])
def test_a_group_number_twice(mode: Literal["reject", "accept"], accepted: list[bool]) -> None:
    items = read(interchange(group(transaction_set()), group(transaction_set())), duplicates=Duplicates(group=mode))
    assert [item.accepted for item in items if isinstance(item, Message)] == accepted
    (closing,) = (item for item in items if isinstance(item, Closing))
    second = closing.answers[0].groups[1].document
    assert (second.status_code, second.codes) == ("R" if mode == "reject" else "E", ("19",))


def test_groups_of_both_kinds_get_an_answer_each() -> None:
    content = interchange(
        group(transaction_set()), group(transaction_set(), number="8", release="005010"), version="00501"
    )
    items = read(content, acknowledgments=Acknowledgments(functional_kind="release"))
    assert [told.kind for item in items if isinstance(item, Closing) for told in item.answers] == ["997", "999"]


def test_events_of_a_preserved_interchange_share_one_order() -> None:
    naming = Naming("st-example", "org.wharf.supply")
    at = datetime(2026, 11, 21, tzinfo=UTC)
    delivery = Delivery("d1", "suppliers", "850.edi", "850.edi", mixed(), digest(mixed()), at)
    keys = {}
    for preserve in (True, False):
        messages = [item for item in read(mixed(), preserve=preserve) if isinstance(item, Message)]
        keys[preserve] = [rows_of(message, delivery, naming)[1].ordering_key for message in messages]
    assert keys[True] == ["acme"] * 4
    assert len(set(keys[False])) > 1


@pytest.mark.parametrize(("release", "kind", "told"), [
    ("004010", "997", "AK5*E*6~"), ("005010", "997", "AK5*E*18~"), ("004010", "999", "IK5*E*18~"),
])  # fmt: skip
def test_what_is_shown_is_what_is_sent(release: str, kind: Literal["997", "999"], told: str) -> None:
    content = interchange(group(transaction_set(), functional_id="IN", release=release))
    items = read(content, acknowledgments=Acknowledgments(functional_kind=kind))
    (problem,) = next(item.problems for item in items if isinstance(item, Message))
    assert answer(problem, rejected=False) == (kind, told)
