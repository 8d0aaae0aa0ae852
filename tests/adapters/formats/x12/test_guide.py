"""The guides say of sets, segments, elements and codes what the releases say."""

import pytest

from adapters.formats.x12.guide import (
    RELEASES,
    LoopUse,
    SetGuide,
    Use,
    code_name,
    element_guide,
    element_name,
    functional_id_of,
    nearest_release,
    segment_guide,
    set_guide,
)

BOTH = ("810", "820", "824", "832", "846", "850", "855", "856", "860", "861", "865", "997")
SETS = [(set_id, release) for set_id in BOTH for release in RELEASES]
SETS.append(("999", "005010"))


def guide_of(set_id: str, release: str) -> SetGuide:
    guide = set_guide(set_id, release)
    assert guide is not None
    return guide


def every_use(children: tuple[Use | LoopUse, ...]) -> list[Use]:
    found: list[Use] = []
    for child in children:
        found.extend([child] if isinstance(child, Use) else every_use(child.children))
    return found


def loop(children: tuple[Use | LoopUse, ...], id: str) -> LoopUse:
    return next(child for child in children if isinstance(child, LoopUse) and child.id == id)


@pytest.mark.parametrize(("set_id", "release"), SETS)
def test_a_set_goes_from_st_to_se_and_every_segment_has_a_guide(set_id: str, release: str) -> None:
    guide = guide_of(set_id, release)
    first, last = guide.children[0], guide.children[-1]
    assert isinstance(first, Use)
    assert isinstance(last, Use)
    assert (first.tag, last.tag) == ("ST", "SE")
    assert guide.functional_id == functional_id_of(set_id)
    for use in every_use(guide.children):
        assert segment_guide(use.tag, release) is not None, use.tag


@pytest.mark.parametrize(("set_id", "release"), SETS)
def test_a_loop_begins_with_the_segment_that_names_it(set_id: str, release: str) -> None:
    def look(children: tuple[Use | LoopUse, ...]) -> None:
        for child in children:
            if isinstance(child, LoopUse):
                opener = child.children[0]
                assert isinstance(opener, Use)
                assert (opener.tag, opener.required, opener.max) == (child.id, True, 1)
                look(child.children[1:])

    look(guide_of(set_id, release).children)


@pytest.mark.parametrize("release", RELEASES)
def test_rules_speak_of_elements_that_are_there(release: str) -> None:
    tags = {use.tag for set_id, held in SETS if held == release for use in every_use(guide_of(set_id, held).children)}
    assert len(tags) > 80
    for tag in tags:
        guide = segment_guide(tag, release)
        assert guide is not None
        assert [use.position for use in guide.elements] == list(range(1, len(guide.elements) + 1))
        for rule in guide.rules:
            assert len(rule.positions) >= 2
            assert max(rule.positions) <= len(guide.elements), (tag, str(rule))


def test_the_order_has_its_lines_in_the_detail_area() -> None:
    guide = guide_of("850", "004010")
    lines = loop(guide.children, "PO1")
    assert lines.required
    assert lines.max == 100_000
    assert {use.area for use in every_use(lines.children)} == {"detail"}
    areas = {child.tag: child.area for child in guide.children if isinstance(child, Use)}
    assert areas["BEG"] == "heading"
    totals = loop(guide.children, "CTT")
    assert {use.area for use in every_use(totals.children)} == {"summary"}
    assert loop(lines.children, "SLN").max == 1000


@pytest.mark.parametrize(
    ("set_id", "begins", "line", "functional_id"),
    [
        ("820", "BPR", "ENT", "RA"),
        ("824", "BGN", "OTI", "AG"),
        ("832", "BCT", "LIN", "SC"),
        ("846", "BIA", "LIN", "IB"),
        ("860", "BCH", "POC", "PC"),
        ("861", "BRA", "RCD", "RC"),
        ("865", "BCA", "POC", "CA"),
    ],
)
@pytest.mark.parametrize("release", RELEASES)
def test_a_set_begins_with_its_own_segment_and_has_its_lines_in_the_detail_area(
    set_id: str, begins: str, line: str, functional_id: str, release: str
) -> None:
    guide = guide_of(set_id, release)
    second = guide.children[1]
    assert isinstance(second, Use)
    assert (second.tag, second.required, second.max, second.area) == (begins, True, 1, "heading")
    assert {use.area for use in every_use(loop(guide.children, line).children)} == {"detail"}
    assert guide.functional_id == functional_id


def test_what_closes_a_loop_is_optional_at_its_place() -> None:
    for set_id, release in SETS:
        assert [
            use.tag for use in every_use(guide_of(set_id, release).children) if use.tag == "LE" and use.required
        ] == []


def test_bank_accounts_are_never_shown() -> None:
    for number in ("508", "817"):
        guide = element_guide(number, "004010")
        assert guide is not None
        assert guide.sensitive, number


def test_a_release_changes_what_it_changes_and_nothing_else() -> None:
    old, new = segment_guide("ST", "004010"), segment_guide("ST", "005010")
    assert old is not None
    assert new is not None
    assert [use.element.number for use in old.elements] == ["143", "329"]
    assert [use.element.number for use in new.elements] == ["143", "329", "1705"]
    lengths = [guide.max for release in RELEASES if (guide := element_guide("127", release))]
    assert lengths == [30, 50]
    assert set_guide("999", "004010") is None
    assert segment_guide("IK3", "004010") is None


def test_free_text_may_be_sent_as_msg_or_mtx_in_the_later_release() -> None:
    notes = loop(guide_of("850", "005010").children, "N9")
    assert {"MSG", "MTX"} <= {use.tag for use in every_use(notes.children)}
    earlier = loop(guide_of("850", "004010").children, "N9")
    assert "MTX" not in {use.tag for use in every_use(earlier.children)}


def test_codes_are_valid_with_and_without_a_name() -> None:
    unit = element_guide("355", "004010")
    assert unit is not None
    assert unit.codes is not None
    assert {"EA", "BX", "1A"} <= unit.codes
    assert code_name("355", "BX") == "box"
    assert code_name("355", "1A") is None
    assert code_name("668", "IB") == "backordered"
    assert element_name("324") == "purchase order number"
    purposes = [guide.codes for release in RELEASES if (guide := element_guide("353", release))]
    assert purposes[0] is not None
    assert purposes[1] is not None
    assert purposes[1] - purposes[0] == {"57"}


def test_text_that_may_hold_patient_data_is_marked() -> None:
    for number in ("93", "166", "352", "364", "933", "1551", "1251", "127"):
        guide = element_guide(number, "005010")
        assert guide is not None
        assert guide.sensitive, number
    quantity = element_guide("380", "004010")
    assert quantity is not None
    assert not quantity.sensitive


@pytest.mark.parametrize(
    ("version", "release"),
    [
        ("004010", "004010"),
        ("004010VICS", "004010"),
        ("003040", "004010"),
        ("004060", "004010"),
        ("005010X222A1", "005010"),
        ("006020", "005010"),
        ("008010", "005010"),
        ("", "004010"),
        ("4010", "004010"),
        ("X", "004010"),
    ],
)
def test_other_releases_are_read_with_the_nearest(version: str, release: str) -> None:
    assert nearest_release(version) == release


@pytest.mark.parametrize("wild", ["", "..", "../850", "README", "segments", "85O", "éé", "9" * 1000])
def test_names_that_no_guide_has_find_nothing(wild: str) -> None:
    assert set_guide(wild, "004010") is None
    assert segment_guide(wild, "004010") is None
    assert element_guide(wild, "004010") is None
    assert functional_id_of(wild) is None
    assert code_name(wild, "EA") is None
    assert element_name(wild) is None
    assert set_guide("850", wild) is None
