"""The cursor: each segment in its loop, and what is wrong with its place."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from adapters.formats.x12.cursor import Cursor, grammar
from adapters.formats.x12.tree import Loop, Segment


def walk(rows: list[str], set_id: str = "850", release: str = "004010") -> Cursor:
    """A cursor that has placed the rows."""
    known = grammar(set_id, release)
    assert known is not None
    cursor = Cursor(known)
    segment = None
    for index, row in enumerate(rows, start=1):
        segment = Segment(row.split("*"), index, 0, len(row))
        cursor.place(segment)
    assert segment is not None
    cursor.finish(segment)
    return cursor


def shape(loop: Loop) -> list[object]:
    """The tree as nested lists of ids."""
    return [shape(child) if isinstance(child, Loop) else child.tag for child in loop.children]


def told(cursor: Cursor) -> list[tuple[str, str, int, str]]:
    """Code, id, position and loop of each fault."""
    return [(fault.kind.code, fault.tag, fault.index, fault.loop) for fault in cursor.faults]


ORDER = ["ST", "BEG", "REF", "N1", "N3", "PER", "N1", "PO1", "PID", "N1", "N3", "PO1", "CTT", "SE"]


def test_segments_stand_in_their_loops() -> None:
    cursor = walk(ORDER)
    assert told(cursor) == []
    assert shape(cursor.root) == [
        "ST", "BEG", "REF", ["N1", "N3", "PER"], ["N1"], ["PO1", ["PID"], ["N1", "N3"]], ["PO1"], ["CTT"], "SE",
    ]  # fmt: skip


def test_loops_are_counted() -> None:
    paths = []

    def visit(loop: Loop) -> None:
        for inner in loop.loops():
            paths.append(inner.path)
            visit(inner)

    visit(walk(ORDER).root)
    assert paths == ["N1[1]", "N1[2]", "PO1[1]", "PO1[1]/PID[1]", "PO1[1]/N1[1]", "PO1[2]", "CTT[1]"]


def test_a_missing_mandatory_segment_is_told_where_it_should_stand() -> None:
    assert told(walk(["ST", "REF", "PO1", "SE"])) == [("X12-E0407", "BEG", 2, "")]
    assert told(walk(["ST", "BEG", "SE"])) == [("X12-E0407", "PO1", 3, "")]


def test_an_unknown_segment_stays_in_the_loop_where_it_stood() -> None:
    cursor = walk(["ST", "BEG", "PO1", "XYZ", "PID", "CTT", "SE"])
    assert told(cursor) == [("X12-W0405", "XYZ", 4, "PO1[1]")]
    assert shape(cursor.root) == ["ST", "BEG", ["PO1", "XYZ", ["PID"]], ["CTT"], "SE"]


def test_a_segment_of_other_sets_is_told_apart_from_an_unknown_one() -> None:
    assert told(walk(["ST", "BEG", "BIG", "PO1", "SE"])) == [("X12-W0410", "BIG", 3, "")]


def test_a_segment_out_of_order_is_taken_and_told() -> None:
    cursor = walk(["ST", "BEG", "N1", "DTM", "N3", "PO1", "SE"])
    assert told(cursor) == [("X12-W0411", "DTM", 4, "")]
    assert shape(cursor.root) == ["ST", "BEG", ["N1", "N3"], "DTM", ["PO1"], "SE"]


def test_too_many_of_a_segment_are_told() -> None:
    rows = ["ST", "BEG", *["CUR"] * 2, "PO1", "SE"]
    assert told(walk(rows)) == [("X12-W0409", "CUR", 4, "")]


def test_a_segment_of_a_loop_that_is_not_open_is_unexpected() -> None:
    assert ("X12-W0406", "ACK", 3, "") in told(walk(["ST", "BAK", "ACK", "CTT", "SE"], "855"))


@given(st.lists(st.sampled_from(["BEG", "REF", "N1", "N3", "PO1", "PID", "SLN", "N9", "MSG", "CTT", "XX", "ST"])))
def test_nothing_is_dropped_and_order_is_kept(tags: list[str]) -> None:
    """Whatever comes, each segment stands once in the tree, in loops whose own order is that of the bytes."""
    cursor = walk(["ST", *tags, "SE"])
    seen: list[int] = []

    def visit(loop: Loop) -> None:
        own = [child.index for child in loop.segments()]
        assert own == sorted(own)
        for child in loop.children:
            if isinstance(child, Loop):
                visit(child)
            else:
                seen.append(child.index)

    visit(cursor.root)
    assert sorted(seen) == list(range(1, len(tags) + 3))
    for left, right in pairwise(cursor.faults):
        assert left.index <= right.index
