"""The verdicts on many groups: they read as a list, and do not fill the memory."""

import tracemalloc

import pytest
from pydantic import ValidationError

from adapters.partner import Acknowledgments, Partner
from adapters.reading import Closing
from adapters.translate import digest, read_delivery
from adapters.translation.x12_answers import Answer
from adapters.translation.x12_group_answers import GroupAnswers
from tests.rigs.x12_bytes import group, interchange, transaction_set

GROUPS = 2_000


def interchange_of_groups(count: int) -> bytes:
    """Groups of one set that says nothing: as small as a group gets that is answered."""
    return interchange(*(group(transaction_set(()), number=str(number)) for number in range(1, count + 1)), end="~")


def closing_of(content: bytes, acknowledgments: Acknowledgments) -> Closing:
    partner = Partner(name="unlisted", catch_all=True, acknowledgments=acknowledgments)
    for item in read_delivery(content, digest(content), lambda *_: partner):
        if isinstance(item, Closing):
            return item
    raise AssertionError("no closing")


def test_the_verdicts_are_a_list() -> None:
    """In the order of the groups, by place, from the end, as slices; the same again from their JSON."""
    (answer,) = closing_of(interchange_of_groups(300), Acknowledgments()).answers
    numbers = [group.document.number for group in answer.groups]
    assert numbers == [str(number) for number in range(1, 301)]
    assert len(answer.groups) == 300
    for at in (0, 127, 128, 255, 256, 299, -1, -300):
        assert answer.groups[at].document.number == numbers[at]
    assert [group.document.number for group in answer.groups[126:130]] == numbers[126:130]
    with pytest.raises(IndexError):
        answer.groups[300]
    again = Answer.model_validate_json(answer.model_dump_json(by_alias=True, exclude_none=True))
    assert again == answer
    assert again != answer.model_copy(update={"groups": GroupAnswers(answer.groups[1:])})


def test_a_verdict_of_another_form_is_refused() -> None:
    (answer,) = closing_of(interchange_of_groups(1), Acknowledgments()).answers
    text = answer.model_dump_json(by_alias=True, exclude_none=True)
    with pytest.raises(ValidationError):
        Answer.model_validate_json(text.replace('"statusCode":"R"', '"statusCode":""'))


@pytest.mark.parametrize("functional", ["always", "rejected", "never"])
def test_many_small_groups_take_little_memory(functional: str) -> None:
    """Little more than the envelope problems that are told; a model of each verdict would add 8 MB."""
    content = interchange_of_groups(GROUPS)
    wanted = Acknowledgments.model_validate({"functional": functional})
    closing_of(interchange_of_groups(300), wanted)
    tracemalloc.start()
    closing = closing_of(content, wanted)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert sum(len(answer.groups) for answer in closing.answers) == (0 if functional == "never" else GROUPS)
    assert most < 4_000_000
