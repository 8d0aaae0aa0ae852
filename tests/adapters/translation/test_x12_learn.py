"""Learned rules: what samples have in common, such that the samples themselves keep to it."""

import tomllib
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.partner import Partner
from adapters.reading import Message
from adapters.translate import digest, read_delivery
from adapters.translation.x12_learn import Learner
from adapters.translation.x12_strictness import PARTNER_CODES
from gateway.learned import partner_file
from tests.rigs.samples import SAMPLES, sample_folders
from tests.rigs.x12_bytes import group, interchange, transaction_set

INPUTS = [folder / "input.edi" for folder in sample_folders() if (folder / "input.edi").exists()]
HEADING = ("REF*DP*0042", "REF*IA*7", "CUR*BY*USD", "PER*OC*DESK*TE*6175550191", "DTM*002*20261201", "Q7*?")
PARTIES = (("N1*ST*NORTH*92*1", "N3*12 MAIN STREET"), ("N1*ST*SOUTH*92*2",), ("N1*BT*NORTH*9*3", "N4*PORT*MA*02199"))
LINES = (("PO1*1*2*EA*1*PE*VN*A",), ("PO1*2*2*BX*1**VN*A*UK*B", "PID*F****GLOVE"), ("PO1*3*2*KISTE*1", "REF*ZZ*A"))


def learned(contents: Sequence[bytes], at_least: int) -> str:
    """The proposal for these files."""
    learner = Learner()
    for content in contents:
        learner.read(content)
    return partner_file(learner, "acme", at_least, len(contents))


def deviations(contents: Sequence[bytes], rules: str) -> list[tuple[str, str | None]]:
    """What in the files breaks the partner's rules."""
    partner = Partner.model_validate({**tomllib.loads(rules), "catch_all": True})
    return [
        (problem.code, problem.segment)
        for content in contents
        for item in read_delivery(content, digest(content), lambda *_: partner)
        if isinstance(item, Message)
        for problem in item.problems
        if problem.code in PARTNER_CODES
    ]


@pytest.mark.parametrize("at_least", [1, 2, 5])
def test_all_samples_keep_to_what_was_learned_from_them(at_least: int) -> None:
    contents = [path.read_bytes() for path in INPUTS]
    assert deviations(contents, learned(contents, at_least)) == []


@pytest.mark.parametrize("path", INPUTS, ids=lambda path: path.parent.name)
def test_each_sample_keeps_to_what_was_learned_from_it(path: Path) -> None:
    content = path.read_bytes()
    assert deviations([content], learned([content], 1)) == []


orders = st.builds(
    lambda heading, parties, lines: (
        "BEG*00*NE*4500012345**20261120", *heading, *(row for each in parties for row in each),
        *(row for each in lines for row in each), "CTT*1",
    ),
    st.lists(st.sampled_from(HEADING), max_size=4),
    st.lists(st.sampled_from(PARTIES), max_size=3),
    st.lists(st.sampled_from(LINES), max_size=3),
)  # fmt: skip


@given(st.lists(orders, min_size=1, max_size=5), st.integers(1, 4))
def test_orders_keep_to_what_was_learned_from_them(rows: list[tuple[str, ...]], at_least: int) -> None:
    sets = [transaction_set(each, number=f"{number:04d}") for number, each in enumerate(rows, 1)]
    content = interchange(group(*sets))
    assert deviations([content], learned([content], at_least)) == []


def test_what_was_never_seen_before_is_a_deviation() -> None:
    rows = ("BEG*00*NE*4500012345**20261120", "REF*DP*0042", "PO1*1*2*EA*1*PE*VN*A", "CTT*1")
    known = [interchange(group(transaction_set(rows)))] * 5
    rules = learned(known, 5)
    for row, changed, code in (
        ("REF*DP*0042", "REF*IA*0042", "X12-W0605"),
        ("REF*DP*0042", "DTM*002*20261201", "X12-W0603"),
        ("PO1*1*2*EA*1*PE*VN*A", "PO1*1*2*EA*1**VN*A", "X12-W0602"),
        ("PO1*1*2*EA*1*PE*VN*A", "PO1*1*2*EA*1*PE*VN*A*UP*012345678905", "X12-W0604"),
    ):
        other = tuple(changed if each == row else each for each in rows)
        found = deviations([interchange(group(transaction_set(other)))], rules)
        assert code in {each for each, _ in found}, (changed, found)


def test_what_was_seen_too_rarely_is_only_a_comment() -> None:
    content = (SAMPLES / "850-stock-order" / "input.edi").read_bytes()
    few = tomllib.loads(learned([content], 5))
    assert few["x12"]["sets"]["850"] == {"require": [], "forbid": [], "max_uses": {}, "codes": {}}
    assert '# "CUR"' in learned([content], 5)
    all_of_it = tomllib.loads(learned([content], 1))
    assert all_of_it["x12"]["sets"]["850"]["codes"]["BEG02"] == ["NE"]
    assert all_of_it["identities"] == [{"scheme": "ISA", "qualifier": "ZZ", "id": "STEXAMPLE-ERP"}]


@given(st.binary(max_size=200), st.text(max_size=15))
def test_the_proposal_is_a_partner_file_whatever_was_read(junk: bytes, sender: str) -> None:
    content = interchange(group(transaction_set()))
    field = sender.encode("utf-8", "replace").replace(b"*", b"").replace(b"~", b"")[:15].ljust(15)
    broken = content.replace(b"123456789      ", field, 1) + junk
    Partner.model_validate(tomllib.loads(learned([broken, junk], 1)))
