"""The budget of bodies: all requests together hold so much and no more, and give it back."""

from hypothesis import given
from hypothesis import strategies as st

from gateway.http.budget import Budget


@given(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 60)), max_size=60))
def test_all_together_hold_no_more_than_the_budget_but_for_one_alone(steps: list[tuple[int, int]]) -> None:
    budget = Budget(100)
    accounts = [budget.account() for _ in range(5)]
    for who, size in steps:
        account = accounts[who]
        if size == 0:
            account.close()
        else:
            account.take(size)
        assert budget.held == sum(each.size for each in accounts)
        assert budget.held <= 100 or sum(each.size > 0 for each in accounts) == 1
    for account in accounts:
        account.close()
    assert budget.held == 0


def test_one_alone_goes_on_and_the_next_waits() -> None:
    budget = Budget(100)
    large, other = budget.account(), budget.account()
    assert large.take(90)
    assert large.take(90), "its channel has a limit of its own"
    assert not other.take(1)
    large.close()
    assert other.take(1)
