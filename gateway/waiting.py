"""Deliveries whose sender waits on its line: made durable, read, recorded and answered in one commit.

The sender keeps the message until it has the answer, so that the bytes need not be durable before they are read, as
those of a file must. Many such commits share one flush of the disk.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import structlog

from adapters.contracts import Delivery, Outcome, Receipt
from adapters.reading import Message
from adapters.translate import read_delivery
from adapters.translation.hl7_refusals import not_kept
from gateway.answering import with_answer
from gateway.arrivals import answered_before, outcome_again, row_of, summary_again
from gateway.crash import crash_point
from gateway.doors import Doors
from gateway.ids import Clock, NewId
from gateway.lane import Lane
from gateway.ledger.blobs import IN_ROW
from gateway.ledger.contract import Ledger, LedgerUnavailable, Transaction
from gateway.ledger.records import DeliveryRow, DeliveryState
from gateway.metrics import Metrics
from gateway.recording import Follow, Recorder
from gateway.rows import Naming

_Read = tuple[Delivery, Recorder]

READ_HERE: Final = 32 * 1024
"""Bytes up to which a message is read on the event loop: to hand it to a thread takes longer."""

log = structlog.get_logger(__name__)


class WaitingRoom:
    """Takes messages whose senders wait. The receipt holds the answer."""

    def __init__(
        self, *, ledger: Ledger, doors: Doors, naming: Naming, clock: Clock, new_id: NewId, metrics: Metrics,
        patient_key: bytes | None, follow: Follow | None = None,
    ) -> None:  # fmt: skip
        self._ledger = ledger
        self._doors = doors
        self._naming = naming
        self._clock = clock
        self._new_id = new_id
        self._metrics = metrics
        self._patient_key = patient_key
        self._follow = follow
        self._lane = Lane(ledger, self._record, _look_ahead)
        """Takes messages in the order in which they were read."""

    async def __call__(self, delivery: Delivery) -> Receipt:
        """Answers when the commit is on disk. Where nothing can be written now, the sender is told to try again."""
        try:
            if len(delivery.content) > IN_ROW:
                await asyncio.to_thread(self._ledger.keep, delivery.content)
            if len(delivery.content) <= READ_HERE:
                # Nothing is awaited until it is in the lane: answers come in the order in which messages came.
                recorder = self._read(delivery)
            else:
                recorder = await asyncio.to_thread(self._read, delivery)
            crash_point("inbound.after_read")
            receipt = await self._lane.record((delivery, recorder))
        except LedgerUnavailable as error:
            return self.not_kept(delivery, error)
        for (document_type, status), count in recorder.kept.items():
            self._metrics.document(document_type, status, count)
        return receipt

    def not_kept(self, delivery: Delivery, error: LedgerUnavailable) -> Receipt:
        """Nothing can be written now: the sender is told to try again."""
        log.warning("a message cannot be kept", channel=delivery.channel, reason=str(error))
        answer = not_kept(delivery.content, self._doors.partners_of(delivery), self._clock())
        return Receipt(delivery.id, Outcome.REJECTED, summary="it could not be kept", answer=answer)

    def _read(self, delivery: Delivery) -> Recorder:
        recorder = Recorder(delivery, self._naming, self._new_id, follow=self._follow)
        partner_for = self._doors.partners_of(delivery)
        for item in read_delivery(delivery.content, delivery.sha256, partner_for, secret=self._patient_key, live=True):
            if isinstance(item, Message):
                recorder.message(item)
            else:
                recorder.closing(item)
        return recorder

    def _record(self, tx: Transaction, read: _Read) -> Receipt:
        delivery, recorder = read
        first = answered_before(tx, delivery)
        if first is not None:
            return self.repeat(tx, delivery, first)
        tx.add_delivery(row_of(delivery), delivery.content)
        now = self._clock()
        return with_answer(tx, recorder.record(tx, now), recorder, now)

    def repeat(self, tx: Transaction, delivery: Delivery, first: DeliveryRow) -> Receipt:
        """The same bytes were sent again: the same answer, and nothing is published."""
        summary = summary_again(first)
        outcome = outcome_again(first)
        row = replace(
            row_of(delivery), state=DeliveryState.RECORDED, partner=first.partner, outcome=outcome.value,
            summary=summary, repeats=first.id,
        )  # fmt: skip
        tx.add_delivery(row, delivery.content)
        return Receipt(delivery.id, outcome, summary=summary, answer=tx.answer(first.id))


def _look_ahead(tx: Transaction, reads: Sequence[_Read]) -> None:
    tx.look_ahead(
        [(delivery.channel, delivery.sha256) for delivery, _ in reads],
        [(key.sender, key.receiver, key.control_number, key.usage) for _, recorder in reads for key in recorder.keys],
    )
