"""Answers of the broker and the messages that they mean."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.publishers.confirms import Answer, Batch, ConfirmError, Confirms


def sent(*ids: str) -> tuple[Confirms, Batch, list[str]]:
    """Messages on their way, in this order; the list fills when all are answered."""
    told: list[str] = []
    confirms, batch = Confirms(), Batch(lambda: told.append("whole"))
    for id in ids:
        confirms.sent(id, batch, 10)
    return confirms, batch, told


@pytest.mark.failure("B7")
def test_returns_between_routable_messages_fall_on_those_that_came_back() -> None:
    confirms, batch, told = sent("a", "b", "c", "d")
    confirms.returned("a")
    confirms.returned("c")
    confirms.answered(4, multiple=True, positive=True)
    assert batch.answers == {
        "a": Answer.RETURNED, "b": Answer.CONFIRMED, "c": Answer.RETURNED, "d": Answer.CONFIRMED,
    }  # fmt: skip
    assert told == ["whole"]


def test_a_message_that_is_sent_again_after_its_return_is_confirmed_for_itself() -> None:
    confirms, batch, _ = sent("a")
    confirms.returned("a")
    confirms.answered(1, multiple=False, positive=True)
    assert batch.answers == {"a": Answer.RETURNED}
    again = Batch(lambda: None)
    confirms.sent("a", again, 10)
    confirms.answered(2, multiple=False, positive=True)
    assert again.answers == {"a": Answer.CONFIRMED}


@pytest.mark.failure("B7")
def test_an_id_is_never_on_its_way_twice() -> None:
    confirms, batch, _ = sent("a")
    with pytest.raises(ValueError, match="twice"):
        confirms.sent("a", batch, 10)


@pytest.mark.parametrize(("tag", "multiple"), [(2, False), (2, True), (0, False)])
def test_an_answer_to_what_was_not_sent_is_an_error(tag: int, multiple: bool) -> None:
    confirms, _, _ = sent("a")
    with pytest.raises(ConfirmError):
        confirms.answered(tag, multiple=multiple, positive=True)


@pytest.mark.parametrize("id", ["b", None])
def test_a_return_of_what_is_not_open_is_an_error(id: str | None) -> None:
    confirms, _, _ = sent("a")
    with pytest.raises(ConfirmError):
        confirms.returned(id)


def test_zero_with_multiple_means_all() -> None:
    confirms, batch, _ = sent("a", "b")
    confirms.answered(0, multiple=True, positive=False)
    assert batch.answers == {"a": Answer.NACK, "b": Answer.NACK}
    assert (len(confirms), confirms.bytes) == (0, 0)


@given(
    count=st.integers(1, 30),
    returned=st.sets(st.integers(1, 30)),
    answers=st.lists(st.tuples(st.integers(1, 30), st.booleans(), st.booleans()), max_size=40),
)
def test_every_message_gets_the_first_answer_that_covers_it(
    count: int, returned: set[int], answers: list[tuple[int, bool, bool]]
) -> None:
    confirms, batch, told = sent(*(str(tag) for tag in range(1, count + 1)))
    expected: dict[str, Answer] = {}
    for tag in sorted(returned & set(range(1, count + 1))):
        confirms.returned(str(tag))
    for tag, multiple, positive in answers:
        covered = [each for each in range(1, count + 1) if (each <= tag if multiple else each == tag)]
        fresh = [each for each in covered if str(each) not in expected]
        if tag > count or (not multiple and not fresh):
            continue
        confirms.answered(tag, multiple=multiple, positive=positive)
        for each in fresh:
            plain = Answer.CONFIRMED if positive else Answer.NACK
            expected[str(each)] = Answer.RETURNED if each in returned else plain
    assert batch.answers == expected
    assert batch.open == {str(tag) for tag in range(1, count + 1)} - set(expected)
    assert confirms.bytes == 10 * len(confirms) == 10 * len(batch.open)
    assert bool(told) == (not batch.open)
