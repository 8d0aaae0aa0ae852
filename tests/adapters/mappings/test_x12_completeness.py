"""Nothing is dropped: every element that a partner sends is in the document, in a field or in its extensions."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from adapters.formats.x12.guide import LoopUse, Use, set_guide
from adapters.formats.x12.tree import Segment
from adapters.mappings import x12_words as words
from adapters.mappings.registry import X12_MAPPINGS
from canonical.registry import DOCUMENTS
from tests.rigs.x12_tree import context_of, dropped, tree_of

HEADS = {
    "810": ["BIG", "20261120", "INV-77001"],
    "820": ["BPR", "C", "2154.40", "C", "ACH", "CTX", "01", "021000021", "DA", "4417700", "1062147855"],
    "824": ["BGN", "11", "ADV-77001", "20261120", "0930", "ET", "ADV-76990"],
    "832": ["BCT", "PC", "NW-2027", "3", "1", "", "", "", "", "MEDICAL AND SURGICAL", "00"],
    "846": ["BIA", "00", "DD", "STK-77001", "20261120", "0930", "2"],
    "850": ["BEG", "00", "SA", "PO-2026-1001"],
    "855": ["BAK", "00", "AC", "PO-2026-1001", "20261119"],
    "856": ["BSN", "00", "SHP-77001", "20261120", "0930"],
    "860": ["BCH", "04", "NE", "PO-2026-1001", "", "2", "20261116", "", "", "SO-778206", "20261117", "20261118"],
    "861": ["BRA", "RCV-77001", "20261120", "00", "1", "0930", "07"],
    "865": ["BCA", "00", "AC", "PO-2026-1001", "", "2", "20261116", "", "", "SO-778206", "20261119", "20261118"],
}

TEXTS = st.text("ABCDEFGHJKLMNPQRSTUVWXYZ ", min_size=5, max_size=12).map(lambda text: f"X{text.strip()}X")
NUMBERS = st.from_regex(r"-?[0-9]{4,7}(\.[0-9]{1,4})?|\.[0-9]{3}|[0-9]{5}E2", fullmatch=True)
DAYS = st.dates().map(lambda day: day.strftime("%Y%m%d"))
CODES = st.sampled_from(["BY", "ST", "LT", "SN", "SE", "GM", "VC", "036", "002", "IA", "A", "F", "08", "TT", "2", "EA"])
COMPOSITES = st.tuples(CODES, TEXTS).map(">".join)
ELEMENTS = st.one_of(st.just(""), TEXTS, NUMBERS, DAYS, CODES, COMPOSITES)


def tags_of(children: tuple[Use | LoopUse, ...]) -> set[str]:
    """All segment ids of a guide."""
    found: set[str] = set()
    for child in children:
        found |= tags_of(child.children) if isinstance(child, LoopUse) else {child.tag}
    return found


def levels(hierarchy: st.SearchStrategy[str]) -> st.SearchStrategy[list[str]]:
    """HL segments with numbers that are right, missing, repeated or wrong."""
    return st.tuples(st.just("HL"), hierarchy, hierarchy, st.sampled_from([*"SOTPQIKFX", "ZZ"]), st.just("")).map(list)


def segments_for(message_type: str, release: str) -> st.SearchStrategy[list[list[str]]]:
    """Segments that the set knows, in any order, with anything in them."""
    guide = set_guide(message_type, release)
    assert guide is not None
    tags = sorted(tags_of(guide.children) - {"ST", "SE", "HL", HEADS[message_type][0]})
    anything = st.tuples(st.sampled_from(tags), st.lists(ELEMENTS, max_size=30)).map(lambda pair: [pair[0], *pair[1]])
    kinds = [anything, anything, anything]
    if message_type == "856":
        kinds.append(levels(st.sampled_from(["", "1", "2", "3", "4", "9"])))
    return st.lists(st.one_of(kinds), max_size=25)


@pytest.mark.parametrize("release", ["004010", "005010"])
@pytest.mark.parametrize("message_type", sorted(HEADS))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_every_element_sent_is_in_the_document(message_type: str, release: str, data: st.DataObject) -> None:
    body = data.draw(segments_for(message_type, release))
    rows = [["ST", message_type, "0001"], HEADS[message_type], *body, ["SE", str(len(body) + 3), "0001"]]
    segments = [Segment(row, index, 0, 1) for index, row in enumerate(rows, start=1)]
    document_type, mapping = X12_MAPPINGS[message_type]

    plain = mapping(tree_of(segments, message_type, release), context_of(message_type, release))
    document = DOCUMENTS[document_type].model_validate(plain)

    assert dropped(segments, document.to_data()) == []


def test_the_check_itself_finds_what_is_missing() -> None:
    segments = [Segment(["REF", "DP", "OR-4"], 2, 0, 1), Segment(["SAC", "C", "D240", "", "", "1250"], 3, 0, 1)]
    document = {"references": [{"qualifier": "DP"}], "allowances": [{"indicator": "charge", "amount": "12.50"}]}
    assert dropped(segments, document) == ["REF-02=OR-4", "SAC-02=D240"]


@pytest.mark.parametrize("table", [words.ROLES, words.CHANNELS, words.INDICATORS], ids=["roles", "channels", "sac"])
def test_a_word_without_its_code_beside_it_stands_for_one_code_only(table: dict[str, str]) -> None:
    assert len(set(table.values())) == len(table)
