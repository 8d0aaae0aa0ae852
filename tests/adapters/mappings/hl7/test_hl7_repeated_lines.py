"""Lines that repeat what others of their message say: each reads as it does alone, in a message of its own."""

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.rigs.hl7_messages import document, message, only

MOVED = {"fields": {"RQD-10": "RQD-9.2", "ORC-12": "ORC-10", "RQD-8": ""}}
"""A sender that has some fields elsewhere."""
VALUES = st.sampled_from(
    [
        "", '""', "A1", " A1 ", "4^Baptiste^Jules", "4^Baptiste^Jules^^Dr", "a&b^c&d", "x~y", "^x", "^^", "C \\T\\ D",
        "20261124", "20261399", "20261120090500+0100", "CC4^Ward 4^L^x",
    ]
)  # fmt: skip


def _pair() -> st.SearchStrategy[tuple[str, str]]:
    """An order and what it asks for; of the fields behind the numbers there are few kinds, so that they repeat."""
    circumstances = st.lists(VALUES, min_size=0, max_size=14).map("|".join)
    return st.builds(
        lambda number, order, item, amount, whereto: (
            f"ORC|NW|{number}|F1|{order}", f"RQD|1|{item}|||{amount}|EA^Each|{whereto}|"
        ),
        st.sampled_from(["R1", "R2^EHR"]),
        st.shared(st.lists(circumstances, min_size=1, max_size=2), key="orders").flatmap(st.sampled_from),
        st.sampled_from(["1232^Saline^L", "A~B", "77"]),
        st.integers(1, 99),
        st.shared(st.lists(circumstances, min_size=1, max_size=2), key="places").flatmap(st.sampled_from),
    )  # fmt: skip


def _problems(content: bytes, agreed: dict[str, Any]) -> list[tuple[object, ...]]:
    found = only(content, agreed).problems
    return [(each.code, each.segment, each.element, each.component, each.found) for each in found]


@settings(max_examples=150, deadline=None)
@given(pairs=st.lists(_pair(), min_size=2, max_size=5), moved=st.booleans())
def test_each_line_reads_as_it_does_alone(pairs: list[tuple[str, str]], moved: bool) -> None:
    agreed = MOVED if moved else {}
    together = message("OMS^O05", *(segment for pair in pairs for segment in pair))
    alone = [message("OMS^O05", *pair) for pair in pairs]
    assert document(together, agreed)["lines"] == [document(each, agreed)["lines"][0] for each in alone]
    assert _problems(together, agreed) == [problem for each in alone for problem in _problems(each, agreed)]


def test_a_date_that_is_none_is_told_of_each_line_at_its_own_place() -> None:
    content = message("OMS^O05", *("RQD|1|77|||2|EA|CC4|||soon",) * 3)
    found = only(content).problems
    assert [(each.segment_index, each.element) for each in found] == [(2, 10), (3, 10), (4, 10)]
    assert len({each.offset for each in found}) == 3
