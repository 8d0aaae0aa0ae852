"""The table of states, and the waits: what holds for all of them."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.ledger.parcel_states import OUTSTANDING, IllegalStepError, ParcelStep, after, allowed
from gateway.ledger.records import ParcelState
from gateway.outbound.waits import LEAST, rest, wait

STEPS = st.lists(st.sampled_from(ParcelStep), max_size=40)
TOP = timedelta(minutes=10)


def walk(steps: list[ParcelStep]) -> list[tuple[ParcelState, ParcelStep, ParcelState]]:
    """The steps that were possible, from the beginning; what has its bytes keeps them."""
    state, rendered, done = ParcelState.QUEUED, False, []
    for step in steps:
        try:
            target = after(state, step, rendered=rendered)
        except IllegalStepError:
            continue
        done.append((state, step, target))
        rendered = rendered or step is ParcelStep.RENDERED
        state = target
    return done


@given(STEPS)
def test_nothing_is_sent_before_it_has_its_bytes_or_after_its_end(steps: list[ParcelStep]) -> None:
    rendered = settled = False
    for state, step, target in walk(steps):
        if step in (ParcelStep.RENDERED, ParcelStep.RESENT, ParcelStep.RELEASED):
            rendered = rendered or step is ParcelStep.RENDERED
            settled = False
        if target is ParcelState.SENDING:
            assert rendered
            assert not settled
        settled = settled or target not in OUTSTANDING
        assert (state in OUTSTANDING) or target is not ParcelState.SENDING


@given(STEPS)
def test_bytes_are_given_once(steps: list[ParcelStep]) -> None:
    assert sum(step is ParcelStep.RENDERED for _, step, _ in walk(steps)) <= 1


def test_every_state_but_the_last_can_be_left_and_every_one_reached() -> None:
    assert all(allowed(state) for state in ParcelState)
    reached = {after(state, step, rendered=True) for state in ParcelState for step in allowed(state)}
    assert reached | {ParcelState.QUEUED} == set(ParcelState)


@pytest.mark.parametrize("step", [ParcelStep.RESENT, ParcelStep.ACKNOWLEDGED, ParcelStep.REJECTED])
def test_without_bytes_there_is_nothing_to_repeat_or_to_answer(step: ParcelStep) -> None:
    for state in (ParcelState.DEAD, ParcelState.HELD):
        with pytest.raises(IllegalStepError, match=f"a parcel that is {state.value} cannot be"):
            after(state, step, rendered=False)


def test_what_was_held_goes_back_to_where_it_can_go_on() -> None:
    assert after(ParcelState.HELD, ParcelStep.RELEASED, rendered=False) is ParcelState.QUEUED
    assert after(ParcelState.HELD, ParcelStep.RELEASED, rendered=True) is ParcelState.READY


@given(st.integers(0, 10_000), st.floats(0, 1))
def test_waits_stay_between_a_second_and_the_longest(attempts: int, random: float) -> None:
    assert LEAST <= wait(attempts, random, TOP) <= TOP
    assert wait(attempts, 1.0, TOP) >= wait(attempts, random, TOP)


@given(st.integers(1, 10_000), st.floats(0, 1))
def test_rests_grow_up_to_the_longest_and_are_never_nothing(trips: int, random: float) -> None:
    first = timedelta(seconds=30)
    assert timedelta(seconds=15) <= rest(trips, first, random, TOP) <= TOP
    assert rest(trips + 1, first, random, TOP) >= rest(trips, first, random, TOP)
