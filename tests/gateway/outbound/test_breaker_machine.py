"""The breaker beside a destination that goes up and down, by a clock that only moves on."""

from datetime import UTC, datetime, timedelta

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from gateway.ledger.outbound_records import Breaker, BreakerState
from gateway.outbound.breaker import Calls, calls, failed, released, succeeded, tried
from gateway.outbound.limits import Limits

LIMITS = Limits(failures=3)


class BreakerMachine(RuleBasedStateMachine):
    """Begins attempts where it may, ends them in any order, and lets time pass."""

    def __init__(self) -> None:
        super().__init__()
        self.now = datetime(2026, 11, 21, tzinfo=UTC)
        self.breaker = Breaker("acme")
        self.flying = 0
        self.in_a_row = 0

    @rule(seconds=st.integers(1, 900))
    def time_passes(self, seconds: int) -> None:
        """The clock moves."""
        self.now += timedelta(seconds=seconds)

    @rule()
    def begin(self) -> None:
        """One attempt begins, if it may."""
        how = calls(self.breaker, self.now, trying=self.flying > 0)
        if how is Calls.NONE:
            return
        if how is Calls.ONE:
            assert self.flying == 0, "only one tries"
            assert self.breaker.retry_at is None or self.breaker.retry_at <= self.now
        self.breaker = tried(self.breaker, self.now)
        self.flying += 1

    @precondition(lambda self: self.flying)
    @rule(random=st.floats(0, 1))
    def fail(self, random: float) -> None:
        """An attempt ends badly."""
        before = self.breaker
        self.flying -= 1
        self.in_a_row += 1
        self.breaker = failed(self.breaker, self.now, "refused", random, LIMITS)
        if before.state is BreakerState.HALF_OPEN:
            assert self.breaker.state is BreakerState.OPEN
            assert self.breaker.trips == before.trips + 1
        if self.breaker.state is BreakerState.OPEN and before.state is not BreakerState.OPEN:
            assert self.breaker.retry_at is not None
            assert timedelta() < self.breaker.retry_at - self.now <= LIMITS.longest

    @precondition(lambda self: self.flying)
    @rule()
    def succeed(self) -> None:
        """An attempt ends well."""
        self.flying -= 1
        self.in_a_row = 0
        self.breaker = succeeded(self.breaker)
        assert calls(self.breaker, self.now, trying=False) is Calls.ALL

    @precondition(lambda self: self.flying)
    @rule()
    def vanish(self) -> None:
        """The gateway ends in the middle: nobody learns what came of anything."""
        self.flying = 0
        assert calls(self.breaker, self.now + LIMITS.longest, trying=False) is not Calls.NONE, "never stuck"

    @rule()
    def release(self) -> None:
        """A person says that it is well."""
        self.breaker = released(self.breaker, self.now)
        assert self.flying or calls(self.breaker, self.now, trying=False) is not Calls.NONE

    @invariant()
    def open_after_so_many_in_a_row(self) -> None:
        """It is closed exactly while fewer failures than the limit came in a row."""
        assert self.breaker.failures == self.in_a_row
        assert (self.breaker.state is BreakerState.CLOSED) == (self.in_a_row < LIMITS.failures)


TestBreaker = BreakerMachine.TestCase
TestBreaker.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)
