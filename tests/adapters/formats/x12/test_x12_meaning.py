"""What segments say in words: names, codes, dates, amounts, quantities with their unit."""

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.formats.x12 import guide_text
from adapters.formats.x12.cursor import Cursor, grammar
from adapters.formats.x12.guide import RELEASES, LoopUse, Use, segment_guide, set_guide
from adapters.formats.x12.meaning import date_in_words, time_in_words, values_of
from adapters.formats.x12.outline import DEEPEST, outline
from adapters.formats.x12.phrases import phrases
from adapters.formats.x12.tree import Delimiters, Segment

MARKS = Delimiters("*", ">", "~", "^")


def said(text: str, release: str = "004010") -> str:
    segment = Segment(text.split("*"), 1, 0, len(text))
    return " | ".join(f"{phrase.name}: {phrase.text}" for phrase in phrases(values_of(segment, release, MARKS)))


def loops(children: tuple[Use | LoopUse, ...]) -> Iterator[LoopUse]:
    for child in children:
        if isinstance(child, LoopUse):
            yield child
            yield from loops(child.children)


def test_every_loop_of_every_set_has_a_name_and_no_other() -> None:
    guides = [set_guide(id, release) for id in guide_text.set_ids() for release in RELEASES]
    used = {loop.id for guide in guides if guide for loop in loops(guide.children)}
    assert set(guide_text.loop_names()) == used


def test_names_of_positions_and_loops_stand_at_elements_that_are_there() -> None:
    told = [(tag, position) for tag, (_, positions) in guide_text.loop_names().items() for position in positions]
    for tag, position in [*told, *guide_text.position_names()]:
        guides = [segment_guide(tag, release) for release in RELEASES]
        assert any(guide and position <= len(guide.elements) for guide in guides), (tag, position)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("REF*IA*104412", "vendor number, internal (IA): 104412"),
        ("DTM*002*20261120*1605", "delivery asked for (002): Fri 20 Nov 2026 | time: 16:05"),
        ("TDS*16140", "total: 161.40"),
        ("TDS*-5", "total: -0.05"),
        ("PO1*3*20*EA*6.875", "line: 3 | quantity ordered: 20 EA (each) | unit price: 6.875"),
        ("PO1*3*20**6.875", "line: 3 | quantity ordered: 20 | unit price: 6.875"),
        ("QTY*33*12*EA", "available for sale (33): 12 EA (each)"),
        ("REF*??*7", "reference qualifier ??: 7"),
        ("DTM*007****RD8*20260101-20260301", ("date qualifier: effective (007) | dates from and to (RD8): "
         "Thu 1 Jan 2026 to Sun 1 Mar 2026")),
        ("DTM*002*20261131", "delivery asked for (002): 20261131"),
        ("AK4*2*330*6*1O", ("element position: 2 | data element number: quantity ordered (330) | "
         "element fault: character not allowed (6) | copy of the faulty value: 1O")),
        ("MEA**WT*12.5*LB>2", "measured property: weight (WT) | measured value: 12.5 LB (pound) | exponent: 2"),
        ("ZZQ*A**B", "element 1: A | element 3: B"),
        ("CTT*4*42***********TOO MANY", "number of lines: 4 | sum of quantities: 42 | element 13: TOO MANY"),
        ("N1", ""),
    ],
)  # fmt: skip
def test_segments_are_told_in_words(text: str, words: str) -> None:
    assert said(text) == words


def test_a_name_that_an_element_has_in_one_release_only_is_told_in_that() -> None:
    assert said("ISA*00", "005010") == "authorization qualifier: none (00)"
    names = {
        release: [value.name for value in values_of(Segment(["ISA"] + ["U"] * 11, 1, 0, 3), release, MARKS)]
        for release in RELEASES
    }
    assert names["004010"][10] == "interchange standard"
    assert names["005010"][10] == "repetition separator"


@given(st.text(max_size=10))
def test_dates_and_times_are_told_or_left_alone(text: str) -> None:
    assert date_in_words(text) is None or (len(text) in (6, 8) and text.isdigit())
    assert time_in_words(text) is None or (len(text) in (4, 6, 7, 8) and text.isdigit())


@pytest.mark.parametrize(
    ("text", "words"),
    [("20261120", "Fri 20 Nov 2026"), ("261120", "Fri 20 Nov 2026"), ("991231", "Fri 31 Dec 1999"), ("20260229", None)],
)
def test_dates_are_written_out(text: str, words: str | None) -> None:
    assert date_in_words(text) == words


@given(st.lists(st.text("ABP1*>^ 20261120", max_size=12), max_size=20), st.sampled_from(["PO1", "N1", "MEA", "ISA"]))
def test_every_value_is_told_once_whatever_was_sent(elements: list[str], tag: str) -> None:
    segment = Segment([tag, *elements], 1, 0, 0)
    values = list(values_of(segment, "005010", MARKS))
    assert [value for phrase in phrases(values) for value in phrase.values] == values
    assert "".join(value.text for value in values).replace(" ", "") == "".join(
        text if tag == "ISA" else text.replace(">", "") if tag == "MEA" and at == 4 else text
        for at, text in enumerate(elements, start=1)
    ).replace(" ", "")


def levels_of(*parents: str) -> list[int]:
    """How deep the levels of a hierarchy stand whose HL02 are these; HL01 counts from 1."""
    known = grammar("856", "004010")
    assert known is not None
    rows = ["ST*856*0001", "BSN*00*1*20261118*1610"]
    rows += [f"HL*{number}*{parent}*I" for number, parent in enumerate(parents, start=1)]
    cursor = Cursor(known)
    cursor.place_all(Segment(row.split("*"), at, 0, 0) for at, row in enumerate(rows, start=1))
    branches = outline(cursor.root, "004010", MARKS)
    return [len(branches[at]) for at in range(3, len(rows) + 1)]


def test_levels_of_a_hierarchy_stand_below_the_one_they_name() -> None:
    assert levels_of("", "1", "2", "2", "1", "9", "6") == [1, 2, 3, 3, 2, 1, 2]


def test_a_long_chain_of_levels_ends_at_a_depth() -> None:
    depths = levels_of("", *map(str, range(1, 40)))
    assert max(depths) == DEEPEST
    assert depths[-1] == DEEPEST
