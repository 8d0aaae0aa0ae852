"""A publisher that tells which events it never takes: a person must see them, while the relay tries them again."""

import asyncio
from collections.abc import Sequence
from concurrent.futures import Future

import structlog

from gateway.ids import Clock, NewId
from gateway.ledger.contract import Ledger, Transaction
from gateway.ledger.exception_records import Wanted, key_of
from gateway.ledger.records import EventRow, ExceptionRow
from gateway.problems_attention import NOT_PUBLISHABLE
from gateway.publishers.contract import Failed, Failure, Published, Publisher, PublisherState

_NEVER = (Failure.REFUSED, Failure.UNROUTABLE)
"""Failures that lie in the event, or in what the broker has for it."""
_MOST_OPEN = 100
_MOST_KNOWN = 10_000

log = structlog.get_logger(__name__)


class TellingPublisher:
    """Another publisher, with what it refuses kept in the ledger."""

    def __init__(self, publisher: Publisher, ledger: Ledger, clock: Clock, new_id: NewId) -> None:
        self._publisher = publisher
        self._ledger = ledger
        self._clock = clock
        self._new_id = new_id
        self._told: set[str] | None = None
        """Events that are known to be in trouble; None before the ledger was asked."""

    async def open(self) -> None:
        """Of the other publisher. Raises LedgerError too."""
        if self._told is None:
            known = await asyncio.to_thread(self._ledger.read, lambda reads: reads.event_troubles(_MOST_KNOWN))
            self._told = {each.event for each in known}
        await self._publisher.open()

    async def publish(self, events: Sequence[EventRow]) -> Published:
        """Of the other publisher; what is new about an event goes to the ledger beside it."""
        outcome = await self._publisher.publish(events)
        failed = [one for one in outcome.failed if one.failure in _NEVER]
        if failed or self._told:
            self._note(events, outcome, failed)
        return outcome

    async def close(self) -> None:
        """Of the other publisher. What another node tells meanwhile is learned when it is opened again."""
        self._told = None
        await self._publisher.close()

    def state(self) -> PublisherState:
        """Of the other publisher."""
        return self._publisher.state()

    def _note(self, events: Sequence[EventRow], outcome: Published, failed: Sequence[Failed]) -> None:
        known = self._told or set()
        new = [one for one in failed if one.id not in known]
        over = [id for id in outcome.confirmed if id in known]
        if not new and not over:
            return
        rows = {event.id: event for event in events}

        def work(tx: Transaction) -> None:
            for one in new:
                self._tell(tx, rows[one.id], one)
            for id in over:
                if tx.end_event_troubles([id]):
                    self._resolve(tx, id)

        self._told = (known | {one.id for one in new}) - set(over)
        self._ledger.write(work).add_done_callback(_tell_failure)

    def _tell(self, tx: Transaction, event: EventRow, failed: Failed) -> None:
        now, code = self._clock(), NOT_PUBLISHABLE.code
        if tx.add_event_trouble(event.id, failed.failure.value, failed.reason, now):
            tx.open_exception(
                ExceptionRow(
                    id=self._new_id(), kind="technical", code=code,
                    partner=str(event.attributes.get("partnerid") or "") or None, delivery=None, document=event.id,
                    message=f"event {event.id}: {failed.reason}", opened_at=now, key=key_of(code, event.id),
                )
            )  # fmt: skip

    def _resolve(self, tx: Transaction, id: str) -> None:
        wanted = Wanted(code=NOT_PUBLISHABLE.code, document=id)
        found = tx.list_exceptions(wanted, limit=_MOST_OPEN).rows
        tx.resolve_exceptions([row.id for row in found], self._clock(), "it was published")


def _tell_failure(written: "Future[None]") -> None:
    if (error := written.exception()) is not None:
        log.warning("a refused event is not in the ledger", error_type=type(error).__name__)
