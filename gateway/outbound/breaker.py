"""The circuit breaker of a destination, as a value and the four things that can happen to it. No clock, no ledger.

closed: it is called. Failures in a row open it. open: nobody calls it, until its time comes; then one parcel may try
(half-open). When that one arrives it closes; when it fails, it stays open for longer.
"""

from dataclasses import replace
from datetime import datetime
from enum import Enum

from gateway.ledger.outbound_records import Breaker, BreakerState
from gateway.outbound.limits import Limits
from gateway.outbound.waits import rest


class Calls(Enum):
    """How much of a destination's queue may leave now."""

    ALL = "all"
    ONE = "one"
    NONE = "none"


def calls(breaker: Breaker, now: datetime, *, trying: bool) -> Calls:
    """What it lets through. ``trying`` says whether something is being sent there at this moment."""
    if breaker.state is BreakerState.CLOSED:
        return Calls.ALL
    due = breaker.state is BreakerState.HALF_OPEN or breaker.retry_at is None or breaker.retry_at <= now
    return Calls.ONE if due and not trying else Calls.NONE


def tried(breaker: Breaker, now: datetime) -> Breaker:
    """One parcel goes to see whether it is back."""
    if breaker.state is BreakerState.CLOSED:
        return breaker
    return replace(breaker, state=BreakerState.HALF_OPEN, changed_at=now, retry_at=None)


def failed(breaker: Breaker, now: datetime, reason: str, random: float, limits: Limits) -> Breaker:
    """An attempt failed."""
    failures = breaker.failures + 1
    if breaker.state is BreakerState.CLOSED and failures < limits.failures:
        return replace(breaker, failures=failures, reason=reason)
    if breaker.state is BreakerState.OPEN:
        # One that was under way when it opened: that it failed too says nothing new.
        return replace(breaker, failures=failures, reason=reason)
    trips = breaker.trips + 1
    retry_at = now + rest(trips, limits.rest, random, limits.longest)
    return replace(
        breaker, state=BreakerState.OPEN, failures=failures, trips=trips, changed_at=now, retry_at=retry_at,
        reason=reason,
    )  # fmt: skip


def succeeded(breaker: Breaker) -> Breaker:
    """It answered."""
    return Breaker(breaker.channel, exception=breaker.exception)


def released(breaker: Breaker, now: datetime) -> Breaker:
    """A person says that it is well: the next parcel tries at once."""
    return breaker if breaker.state is BreakerState.CLOSED else replace(breaker, retry_at=now)
