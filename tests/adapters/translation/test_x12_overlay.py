"""What a partner agreed on beyond the standard: each kind of rule, kept and broken."""

import pytest

from adapters.reading import Closing
from adapters.translate import render
from tests.rigs.overlays import closing_of, items_of, order_of, partner_with, read_order
from tests.rigs.samples import WRITTEN_AT

ROWS = (
    "BEG*00*NE*4500012345**20261120*K17",
    "REF*DP*0042",
    "N1*ST*St. Example*UL*9501101530003",
    "N3*12 MAIN STREET",
    "N1*BT*St. Example*92*17",
    "PO1*1*12*BX*13.45**VN*GLV",
    "PID*F****GLOVE",
    "REF*ZZ*A",
    "PO1*2*1*EA*1**VN*GLW",
    "PID*F****GLOVE, WHITE",
    "PID*F****NITRILE",
    "CTT*2",
)


def told(rules: str, rows: tuple[str, ...] = ROWS) -> list[tuple[str, str, int | None, str | None]]:
    """Code, segment, element and loop of each problem."""
    message = read_order(rows, f"[x12.sets.850]\n{rules}")
    return [(each.code, each.segment or "", each.element, each.loop) for each in message.problems]


@pytest.mark.parametrize(
    ("rules", "found"),
    [
        ('require = ["REF", "BEG06", "N1/N104", "N1[ST]/N3", "PO1/PID", "REF[DP]"]', []),
        ('require = ["CUR"]', [("X12-W0601", "CUR", None, None)]),
        ('require = ["N1/N3"]', [("X12-W0601", "N3", None, "N1[2]")]),
        ('require = ["N1[BY]"]', [("X12-W0601", "N1", None, None)]),
        ('require = ["REF[IA]"]', [("X12-W0601", "REF", None, None)]),
        ('require = ["BEG07"]', [("X12-W0602", "BEG", 7, None)]),
        ('require = ["PO108"]', [("X12-W0602", "PO1", 8, "PO1[1]"), ("X12-W0602", "PO1", 8, "PO1[2]")]),
        ('forbid = ["CUR", "BEG07", "PO1/SAC"]', []),
        ('forbid = ["REF"]', [("X12-W0603", "REF", None, None)]),
        ('forbid = ["PO1/REF"]', [("X12-W0603", "REF", None, "PO1[1]")]),
        ('forbid = ["N1[BT]"]', [("X12-W0603", "N1", None, "N1[2]")]),
        ('forbid = ["BEG06"]', [("X12-W0604", "BEG", 6, None)]),
        ('codes = { BEG02 = ["NE", "RO"], PO103 = ["BX", "EA"] }', []),
        ('codes = { BEG02 = ["RO"] }', [("X12-W0605", "BEG", 2, None)]),
        ('codes = { REF01 = ["DP"] }', [("X12-W0605", "REF", 1, "PO1[1]")]),
        ('codes = { "PO1/REF01" = ["ZZ"] }', []),
        ('codes = { "N1[BT]03" = ["UL"] }', [("X12-W0605", "N1", 3, "N1[2]")]),
        ('patterns = { BEG03 = "45[0-9]{8}" }', []),
        ('patterns = { BEG03 = "46[0-9]{8}" }', [("X12-W0606", "BEG", 3, None)]),
        ('max_uses = { N1 = 2, "PO1/PID" = 2, PO1 = 2 }', []),
        ('max_uses = { "PO1/PID" = 1 }', [("X12-W0608", "PID", None, "PO1[2]/PID[2]")]),
        ("max_uses = { N1 = 1 }", [("X12-W0608", "N1", None, "N1[2]")]),
    ],
)
def test_each_rule_finds_what_breaks_it_at_its_place(rules: str, found: list[object]) -> None:
    assert told(rules) == found


def test_a_segment_that_comes_more_often_than_agreed_is_told_where_it_is_too_many() -> None:
    rows = (*ROWS[:2], "REF*CT*K17", "REF*IA*9", *ROWS[2:])
    message = read_order(rows, "[x12.sets.850]\nmax_uses = { REF = 1 }")
    assert [(each.code, each.segment, each.segment_index) for each in message.problems] == [
        ("X12-W0607", "REF", 4), ("X12-W0607", "REF", 5),
    ]  # fmt: skip


def test_a_deviation_is_a_note_in_the_997_at_its_place() -> None:
    partner = partner_with('[x12.sets.850]\nforbid = ["CUR"]\ncodes = { BEG02 = ["RO"] }\nrequire = ["TD5"]')
    closing = closing_of(order_of(ROWS), partner)
    content, _ = render(closing.answers[0], lambda _: 1, WRITTEN_AT)
    text = content.decode()
    assert "AK3*BEG*2**8~" in text
    assert "AK4*2*92*7*NE~" in text
    assert "AK3*TD5*1**3~" in text
    assert "AK5*E*5~" in text


def test_free_text_is_never_echoed() -> None:
    message = read_order(ROWS, '[x12.sets.850]\npatterns = { N102 = "[0-9]+" }\nforbid = ["PID05"]')
    assert {each.code for each in message.problems} == {"X12-W0604", "X12-W0606"}
    assert {each.found for each in message.problems} == {None}


def test_rules_of_one_kind_of_set_do_not_touch_another() -> None:
    assert read_order(ROWS, '[x12.sets.810]\nrequire = ["CUR"]').problems == ()


def test_an_agreed_code_is_no_fault_although_the_standard_lacks_it() -> None:
    rows = tuple(row.replace("*BX*", "*KISTE*").replace("*NE*", "*Q7*") for row in ROWS)
    plain = read_order(rows, "")
    assert [each.code for each in plain.problems] == ["X12-W0308", "X12-W0308"]
    rules = '[x12]\naliases = { "355" = { KISTE = "BX" } }\n[x12.sets.850.codes]\nBEG02 = ["Q7"]'
    assert read_order(rows, rules).problems == ()


def test_an_alias_becomes_what_it_means_and_what_was_sent_is_kept() -> None:
    rows = tuple(row.replace("*BX*", "*CS*") for row in ROWS)
    data = read_order(rows, '[x12]\naliases = { "355" = { CS = "CA" } }').document.to_data()
    assert [line["quantity"]["unitCode"] for line in data["lines"]] == ["CA", "EA"]
    assert data["extensions"]["aliases"] == [{"element": "PO103", "sent": "CS", "taken": "CA", "segments": [7]}]
    assert "aliases" not in read_order(ROWS, '[x12]\naliases = { "355" = { CS = "CA" } }').document.extensions


def test_words_of_the_partner_replace_ours_and_the_codes_stay() -> None:
    rows = (*ROWS[:2], "DTM*106*20261201", "N1*MA*STORE 7*92*7", *ROWS[4:])
    rules = """
        [x12.words]
        references = { DP = "ward", ZZ = "kanban" }
        dates = { "106" = "requestedDelivery" }
        parties = { MA = "shipTo" }
        items = { VN = "MANUFACTURER" }
        identifiers = { "92" = "GLN" }
    """
    data = read_order(rows, rules).document.to_data()
    assert data["references"] == [{"type": "ward", "value": "0042", "qualifier": "DP"}]
    assert data["dates"] == [{"type": "requestedDelivery", "date": "2026-12-01", "qualifier": "106"}]
    assert data["shipTo"]["role"] == "ultimateRecipient"
    assert data["shipTo"]["identifiers"] == [{"scheme": "GLN", "value": "7", "qualifier": "92"}]
    assert data["otherParties"] == []
    assert data["lines"][0]["item"]["identifiers"] == [{"scheme": "MANUFACTURER", "value": "GLV", "qualifier": "VN"}]
    assert data["lines"][0]["references"][0]["type"] == "kanban"


def test_a_party_does_not_push_out_another() -> None:
    data = read_order(ROWS, '[x12.words]\nparties = { BT = "shipTo" }').document.to_data()
    assert data["shipTo"]["role"] == "shipTo"
    assert "billTo" not in data
    assert [party["role"] for party in data["otherParties"]] == ["billTo"]


@pytest.mark.parametrize(
    ("rule", "purpose"),
    [
        ('{ when = { BEG02 = "NE" }, is = "stock" }', "stock"),
        ('{ when = { BEG02 = ["CN", "NE"] }, is = "consignment" }', "consignment"),
        ('{ when = { text = "glove, white" }, is = "bill_only" }', "bill_only"),
        ('{ when = { "REF[DP]02" = "0042" }, is = "rush" }', "rush"),
        ('{ when = { "REF[IA]02" = "0042" }, is = "rush" }', None),
        ('{ when = { BEG02 = "NE", text = "BILL ONLY" }, is = "bill_only" }', None),
        ('{ when = { BEG02 = "CN" }, is = "rush" }, { when = { BEG02 = "NE" }, is = "stock" }', "stock"),
    ],
)
def test_an_order_tells_what_it_is_for(rule: str, purpose: str | None) -> None:
    data = read_order(ROWS, f"[x12]\norder_purpose = [ {rule} ]").document.to_data()
    assert data.get("orderPurpose") == purpose


def test_without_rules_nothing_changes() -> None:
    plain = items_of(order_of(ROWS), partner_with(""))
    empty = items_of(order_of(ROWS), partner_with("[x12]"))
    assert [item.problems for item in plain] == [item.problems for item in empty]
    assert isinstance(plain[-1], Closing)
    assert isinstance(empty[-1], Closing)
    assert plain[-1].answers == empty[-1].answers
