"""What attempts came to, put into the ledger: parcels go on, destinations are judged, persons are told."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import Enum

from gateway.ids import NewId
from gateway.ledger.contract import Transaction
from gateway.ledger.exception_records import key_of
from gateway.ledger.outbound_records import Breaker, BreakerState, ParcelMove
from gateway.ledger.parcel_states import ParcelStep
from gateway.ledger.records import ExceptionRow, ParcelRow
from gateway.outbound.breaker import failed, succeeded
from gateway.outbound.limits import Limits, spent
from gateway.outbound.waits import wait
from gateway.problems_outbound import DESTINATION_AWAY, GIVEN_UP, REFUSED_THERE


class Ended(Enum):
    """How an attempt ended."""

    DELIVERED = "delivered"
    FAILED = "failed"
    REFUSED = "refused"
    BROKEN_OFF = "broken off"
    """It was not made to its end, or not at all: no verdict on anybody."""


@dataclass(frozen=True, slots=True)
class Result:
    """One attempt at one parcel."""

    row: ParcelRow
    ended: Ended
    told: str
    """Where it went, or why not."""


class Settling:
    """Records results."""

    def __init__(self, limits: Limits, random: Callable[[], float], new_id: NewId) -> None:
        self._limits = limits
        self._random = random
        self._new_id = new_id

    def __call__(self, tx: Transaction, results: Sequence[Result], now: datetime) -> frozenset[str]:
        """Records all; returns the channels that are not called any more for now."""
        known = {breaker.channel: breaker for breaker in tx.breakers()}
        before = dict(known)
        for result in results:
            self._parcel(tx, result, now)
            channel = result.row.channel
            breaker = known.get(channel, Breaker(channel))
            if result.ended is Ended.FAILED:
                known[channel] = failed(breaker, now, result.told, self._random(), self._limits)
            elif result.ended is not Ended.BROKEN_OFF:
                known[channel] = succeeded(breaker)
        for channel, breaker in known.items():
            was = before.get(channel, Breaker(channel))
            if breaker != was:
                tx.set_breaker(self._told(tx, breaker, now))
                if breaker.state is BreakerState.CLOSED and was.state is not BreakerState.CLOSED:
                    # It is back: what waits need not wait for times that were set while it was away.
                    tx.hurry_parcels(channel, now)
        return frozenset(name for name, breaker in known.items() if breaker.state is not BreakerState.CLOSED)

    def _parcel(self, tx: Transaction, result: Result, now: datetime) -> None:
        row = result.row
        if result.ended is Ended.DELIVERED:
            tx.parcel_delivered(row.id, now, where=result.told)
        elif result.ended is Ended.REFUSED:
            if tx.parcel_refused(row.id, result.told, now):
                self._open(tx, REFUSED_THERE.code, row, result.told, now)
        elif result.ended is Ended.BROKEN_OFF:
            tx.move_parcel(ParcelMove(row.id, ParcelStep.INTERRUPTED, now, result.told))
        elif spent(self._limits, row.attempts + 1, now - (row.since or row.created_at)):
            tx.move_parcel(ParcelMove(row.id, ParcelStep.GAVE_UP, now, result.told))
            self._open(tx, GIVEN_UP.code, row, f"after {row.attempts + 1} attempts, last: {result.told}", now)
        else:
            pause = wait(row.attempts, self._random(), self._limits.longest)
            tx.parcel_failed(row.id, result.told, now + pause, now)

    def _told(self, tx: Transaction, breaker: Breaker, now: datetime) -> Breaker:
        """The breaker with its exception: opened once, and resolved when it is well again."""
        if breaker.state is BreakerState.CLOSED and breaker.exception is not None:
            tx.resolve_exceptions([breaker.exception], now, "a parcel arrived")
            return replace(breaker, exception=None)
        if breaker.state is BreakerState.CLOSED or breaker.exception is not None:
            return breaker
        told = f"channel {breaker.channel}: {breaker.failures} attempts failed in a row, last: {breaker.reason}"
        id = tx.open_exception(
            ExceptionRow(
                id=self._new_id(), kind="technical", code=DESTINATION_AWAY.code, partner=None, delivery=None,
                document=None, message=told, opened_at=now, key=key_of(DESTINATION_AWAY.code, breaker.channel),
                channel=breaker.channel,
            )
        )  # fmt: skip
        return replace(breaker, exception=id)

    def _open(self, tx: Transaction, code: str, row: ParcelRow, why: str, now: datetime) -> None:
        tx.open_exception(
            ExceptionRow(
                id=self._new_id(), kind="technical", code=code, partner=row.partner, delivery=row.delivery,
                document=None, message=f"{row.kind} {row.name or row.id}: {why}", opened_at=now,
                key=key_of(code, row.id), parcel=row.id, channel=row.channel,
            )
        )  # fmt: skip
