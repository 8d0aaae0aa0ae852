"""How strict a partner is judged: fatal, reject, accept, ignore, for each fault."""

import pytest

from adapters.reading import Closing, Message
from adapters.translation.x12_strictness import FAULTS, PARTNER_RULES, known_names
from canonical.problem import Severity
from gateway.catalogue import CATALOGUE
from tests.rigs.overlays import closing_of, items_of, messages_of, partner_with
from tests.rigs.x12_bytes import ORDER, group, interchange, transaction_set

BAD_UNIT = ("BEG*00*NE*4500012346**20261120", "PO1*1*12*KISTE*13.45**VN*GLV", "CTT*1")
BAD_QUANTITY = ("BEG*00*NE*4500012347**20261120", "PO1*1*1O*BX*13.45**VN*GLV", "CTT*1")


def both(rows: tuple[str, ...]) -> bytes:
    """A good order and this one."""
    return interchange(group(transaction_set(ORDER), transaction_set(rows, number="0002")))


def strict(*levels: str) -> str:
    return f"[x12]\nstrictness = {{ {', '.join(levels)} }}"


@pytest.mark.parametrize(
    ("rows", "level", "accepted", "severities", "status"),
    [
        (BAD_UNIT, 'bad_date = "ignore"', True, [Severity.WARNING], "acceptedWithErrors"),
        (BAD_UNIT, 'bad_code = "accept"', True, [Severity.WARNING], "acceptedWithErrors"),
        (BAD_UNIT, 'bad_code = "ignore"', True, [], "accepted"),
        (BAD_UNIT, '"X12-W0308" = "ignore"', True, [], "accepted"),
        (BAD_UNIT, 'bad_code = "reject"', False, [Severity.ERROR], "rejected"),
        (BAD_QUANTITY, 'not_a_number = "reject"', False, [Severity.ERROR], "rejected"),
    ],
)
def test_a_fault_does_what_the_partner_says(
    rows: tuple[str, ...], level: str, accepted: bool, severities: list[Severity], status: str
) -> None:
    items = items_of(both(rows), partner_with(strict(level)))
    _, second, closing = items
    assert isinstance(second, Message)
    assert isinstance(closing, Closing)
    assert second.accepted is accepted
    assert [problem.severity for problem in second.problems] == severities
    assert closing.answers[0].groups[0].document.sets[1].status == status


def test_an_error_that_is_accepted_keeps_what_was_sent_beside_the_document() -> None:
    _, second = messages_of(both(BAD_QUANTITY), partner_with(strict('not_a_number = "accept"')))
    assert second.accepted
    assert second.document.to_data()["lines"][0]["extensions"]["x12"][0]["elements"][1] == "1O"


def test_a_fatal_fault_takes_the_whole_interchange_also_what_came_before_it() -> None:
    partner = partner_with(strict('bad_code = "fatal"'))
    items = items_of(both(BAD_UNIT), partner)
    assert [item.accepted for item in items if isinstance(item, Message)] == [False, False]
    closing = items[-1]
    assert isinstance(closing, Closing)
    assert closing.fatal
    assert [problem.code for problem in closing.problems] == ["X12-W0308"]
    assert [(answer.kind, answer.interchange and answer.interchange.note_code) for answer in closing.answers] == [
        ("TA1", "024")
    ]
    assert not closing_of(both(ORDER), partner).fatal


def test_a_fatal_fault_does_not_touch_the_interchange_beside() -> None:
    partner = partner_with(strict('bad_code = "fatal"'))
    content = interchange(group(transaction_set()), number="000000001") + both(BAD_UNIT)
    assert [message.accepted for message in messages_of(content, partner)] == [True, False, False]
    content = both(BAD_UNIT) + interchange(group(transaction_set()), number="000000001")
    assert [message.accepted for message in messages_of(content, partner)] == [False, False, True]


@pytest.mark.parametrize("level", ["reject", "fatal"])
def test_a_fault_of_an_envelope_that_rejects_takes_all_of_it(level: str) -> None:
    content = both(ORDER).replace(b"GE*2*7", b"GE*3*7").replace(b"*0002", b"*0003")
    assert [each.accepted for each in messages_of(content, partner_with(""))] == [True, True]
    partner = partner_with(strict(f'set_count_wrong = "{level}"'))
    assert [each.accepted for each in messages_of(content, partner)] == [False, False]
    assert closing_of(content, partner).fatal


def test_a_fault_of_an_envelope_may_be_accepted() -> None:
    content = both(ORDER).replace(b"IEA*1*000000123", b"IEA*1*000000124")
    assert closing_of(content, partner_with("")).fatal
    partner = partner_with(strict('interchange_numbers_differ = "accept"'))
    closing = closing_of(content, partner)
    assert not closing.fatal
    assert [(each.code, each.severity) for each in closing.problems] == [("X12-E0105", Severity.WARNING)]
    assert [each.accepted for each in messages_of(content, partner)] == [True, True]
    assert closing_of(content, partner_with(strict('"X12-E0105" = "ignore"'))).problems == ()


def test_a_code_has_the_last_word_over_a_name_and_a_name_over_the_family() -> None:
    rules = '[x12.sets.850]\nrequire = ["CUR"]\nforbid = ["PO106"]\ncodes = { BEG02 = ["RO"] }\n'
    levels = 'partner_rules = "reject"', 'partner_element_forbidden = "ignore"', '"X12-W0605" = "accept"'
    (message,) = messages_of(interchange(group(transaction_set())), partner_with(rules + strict(*levels)))
    assert [(each.code, each.severity) for each in message.problems] == [
        ("X12-W0601", Severity.ERROR), ("X12-W0605", Severity.WARNING),
    ]  # fmt: skip


def test_every_name_is_that_of_a_problem_and_none_is_told_twice() -> None:
    names = known_names()
    assert len(names) == len(set(names))
    assert {kind.code for kind in FAULTS.values()} <= set(CATALOGUE)
    assert PARTNER_RULES in names
    assert "X12-E0101" not in names
