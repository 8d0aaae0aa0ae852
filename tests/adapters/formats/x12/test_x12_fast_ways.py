"""What is done fast must come out as what is done slowly: cutting, placing and checking segments."""

from hypothesis import given
from hypothesis import strategies as st

from adapters.formats.x12.check import Checker
from adapters.formats.x12.cursor import Cursor, grammar
from adapters.formats.x12.segments import _cut_any, _cut_regular
from adapters.formats.x12.tree import Delimiters, Loop, Segment

MARKS = Delimiters(element="*", component=">", segment="~")
TAGS = ["ST", "BEG", "REF", "PER", "DTM", "N1", "N2", "N3", "PO1", "PID", "SLN", "SCH", "CTT", "AMT", "SE", "HL", "ZZZ"]
PIECES = st.sampled_from(["A*1", "B", "~", "\n", "\r\n", "\r", " ", "\x1a", "é", "C*x y", "~\n", "~\r\n", "\n~"])


@given(st.lists(PIECES, max_size=30), st.sampled_from(["~", "\n", "\r"]), st.integers(0, 5))
def test_regular_blocks_are_cut_as_any_block_is(pieces: list[str], terminator: str, offset: int) -> None:
    """Where the fast way says anything at all, it says what the slow way says, offsets and lengths too."""
    block = "".join(pieces).replace("~", terminator)
    found = _cut_regular(block, offset, terminator)
    if found is not None:
        assert list(found) == list(_cut_any(block, offset, terminator))


@given(st.lists(st.sampled_from(["PO1*1*2*EA", "PID*F****x", "N3*1 Street"]), min_size=1, max_size=20))
def test_what_senders_usually_write_is_cut_fast(texts: list[str]) -> None:
    """A file with a segment on each line, or with none of its own lines, takes the fast way."""
    for mark in ("~", "~\n", "~\r\n"):
        assert _cut_regular(mark.join(texts) + mark, 0, "~") is not None
        # A block ends behind a terminator, so that the next one begins with the line's end.
        assert _cut_regular(mark.removeprefix("~") + mark.join(texts) + "~", 0, "~") is not None


@given(st.lists(st.sampled_from(TAGS), min_size=1, max_size=60), st.integers(0, 60))
def test_all_at_once_is_placed_as_one_by_one(tags: list[str], cut: int) -> None:
    """Loops, occurrences, paths and faults are the same, wherever the sequence is divided."""
    segments = [Segment([tag, str(index)], index, index * 10, 8) for index, tag in enumerate(tags, 1)]
    known = grammar("850", "004010")
    assert known is not None
    slow, fast = Cursor(known), Cursor(known)
    for segment in segments:
        slow.place(segment)
    fast.place_all(segments[:cut])
    fast.place_all(segments[cut:])
    slow.finish(segments[-1])
    fast.finish(segments[-1])
    assert fast.faults == slow.faults
    assert _shape(fast.root) == _shape(slow.root)
    assert fast.loop.path == slow.loop.path


def _shape(loop: Loop) -> list[object]:
    return [
        loop.id, loop.occurrence, loop.path,
        [_shape(child) if isinstance(child, Loop) else child.index for child in loop.children],
    ]  # fmt: skip


@given(
    st.lists(
        st.sampled_from(
            ["PO1*1*2*EA*9.99", "PO1*1*x*EA", "DTM*002*20261201", "DTM*002*20261301", "REF*CT*A", "REF*CT", "ZZZ*1"]
        ),
        max_size=1200,
    )
)
def test_faulty_segments_are_found_however_often_they_come(texts: list[str]) -> None:
    """What is remembered of one segment never hides a fault of another."""
    segments = [Segment(text.split("*"), index, 0, len(text)) for index, text in enumerate(texts, 1)]
    checker = Checker("004010", MARKS)
    fresh = [(at, list(Checker("004010", MARKS).faults(segment, texts[at]))) for at, segment in enumerate(segments)]
    for _ in range(2):
        assert checker.faulty(segments, texts) == [(at, faults) for at, faults in fresh if faults]
