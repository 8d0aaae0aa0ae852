"""A delivery laid open: every segment once, in the order sent, and every problem at the segment where it stands."""

from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.contracts import Content
from adapters.partner import Partner
from adapters.reading import Closing
from adapters.translate import read_delivery
from adapters.translation.x12_inspect import Part, inspect
from canonical.problem import Problem
from tests.rigs.samples import SAMPLES

ANYBODY = Partner(name="unlisted", catch_all=True)
FILES = sorted(path for path in SAMPLES.glob("*/input.*") if not path.parent.name.startswith("hl7"))


PIECES = (b"", b"~", b"*", b"HL*1*9*I~", b"GE*1*1~ST*850*1~", b"\xff\n")


def parts_of(content: Content) -> list[Part]:
    return list(inspect(content, read_delivery(content, "", lambda *_: ANYBODY)))


def told(content: Content) -> Counter[Problem]:
    """Every problem once: those of an envelope for it alone."""
    return Counter(
        problem
        for item in read_delivery(content, "", lambda *_: ANYBODY)
        for problem in item.problems
        if isinstance(item, Closing) or problem.message_type is not None
    )


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.parent.name)
def test_every_problem_is_shown_once(path: Path) -> None:
    content = path.read_bytes()
    shown = Counter(
        problem
        for part in parts_of(content)
        for problem in (*part.loose, *(each for entry in part.segments for each in entry.problems))
    )
    assert shown == told(content)


@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_every_problem_of_a_damaged_file_is_shown_once(data: st.DataObject) -> None:
    """Bytes taken out, put in or moved: whatever is wrong then, it has its one place."""
    content = bytearray(data.draw(st.sampled_from(FILES)).read_bytes())
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, max(0, len(content) - 1)))
        size = data.draw(st.integers(0, 40))
        content[at : at + size] = data.draw(st.sampled_from(PIECES))
    shown = Counter(
        problem
        for part in parts_of(bytes(content))
        for problem in (*part.loose, *(each for entry in part.segments for each in entry.problems))
    )
    assert shown == told(bytes(content))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.parent.name)
def test_problems_stand_in_the_bytes_of_their_segment(path: Path) -> None:
    for part in parts_of(path.read_bytes()):
        for entry in part.segments:
            _, offset, length = part.place(entry.segment)
            for problem in entry.problems:
                assert problem.offset is not None
                assert offset <= problem.offset <= offset + length
                if problem.element is not None:
                    assert problem.segment == entry.segment.tag


@pytest.mark.parametrize("folder", ["856-pick-pack", "850-stock-order", "wrapped-80-columns", "mixed-file"])
def test_every_segment_is_shown_as_it_was_sent(folder: str) -> None:
    content = (SAMPLES / folder / "input.edi").read_bytes()
    shown = [part.raw(entry.segment) + part.delimiters.segment for part in parts_of(content) for entry in part.segments]
    if folder != "mixed-file":
        assert "".join(shown) == content.decode().replace("\n", "").replace("\r", "")
    for part in parts_of(content):
        for entry in part.segments:
            line, offset, length = part.place(entry.segment)
            sent = content[offset : offset + length].replace(b"\n", b"").replace(b"\r", b"")
            assert sent.decode() == part.raw(entry.segment)
            assert line == content.count(b"\n", 0, offset) + 1


def test_sets_are_counted_and_only_the_wanted_one_is_laid_out() -> None:
    content = (SAMPLES / "one-bad-of-three/input.edi").read_bytes()
    items = read_delivery(content, "", lambda *_: ANYBODY)
    sets = [part for part in inspect(content, items, only=2) if part.kind == "set"]
    assert [part.number for part in sets] == [1, 2, 3]
    assert [any(entry.branches for entry in part.segments) for part in sets] == [False, True, False]


def test_loops_are_named_and_tell_what_they_are() -> None:
    (shipment,) = (part for part in parts_of((SAMPLES / "856-pick-pack/input.edi").read_bytes()) if part.kind == "set")
    opened = [entry.branches[-1] for entry in shipment.segments if entry.opens]
    levels = [(branch.told, branch.path) for branch in opened if branch.id == "HL"]
    assert levels[:3] == [("shipment (S)", "HL[1]"), ("order (O)", "HL[2]"), ("tare or pallet (T)", "HL[3]")]
    names = {f"{branch.name}: {branch.told}" for branch in opened}
    assert "party: ship to (ST), ST. EXAMPLE MEDICAL CENTER - DOCK 2" in names
    deepest = max(shipment.segments, key=lambda entry: len(entry.branches))
    assert [branch.told for branch in deepest.branches] == [
        "shipment (S)", "order (O)", "tare or pallet (T)", "pack (P)", "item (I)",
    ]  # fmt: skip
