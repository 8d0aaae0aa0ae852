"""What is awaited and does not come: acknowledgments and answers that are overdue are told to a person."""

import asyncio
from datetime import datetime

import structlog

from adapters.durations import in_words
from gateway.ids import Clock, NewId
from gateway.ledger.contract import Ledger, LedgerUnavailable, Transaction
from gateway.ledger.exception_records import key_of
from gateway.ledger.outbound_records import ParcelMove
from gateway.ledger.parcel_states import ParcelStep
from gateway.ledger.records import ExceptionRow, ParcelRow
from gateway.problems_outbound import NOT_ACKNOWLEDGED, NOT_ANSWERED

EVERY = 5.0
"""Seconds between two looks."""
AT_A_TIME = 100

log = structlog.get_logger(__name__)


class Clocks:
    """Looks what is due, for ever. The question reads only what is late."""

    def __init__(self, ledger: Ledger, clock: Clock, new_id: NewId, every: float = EVERY) -> None:
        self._ledger = ledger
        self._clock = clock
        self._new_id = new_id
        self._every = every

    async def run(self) -> None:
        """Ends by cancellation, or by failing where the ledger fails."""
        while True:
            try:
                if await self.turn() >= AT_A_TIME:
                    continue
            except LedgerUnavailable as error:
                log.warning("clocks wait", reason=str(error))
            await asyncio.sleep(self._every)

    async def turn(self) -> int:
        """One look; returns how many were late."""
        now = self._clock()
        late = await asyncio.to_thread(
            self._ledger.read,
            lambda reads: bool(reads.awaited(due_before=now, limit=1) or reads.unanswered(due_before=now, limit=1)),
        )
        if not late:
            return 0
        return await asyncio.wrap_future(self._ledger.write(lambda tx: self._tell(tx, now)))

    def _tell(self, tx: Transaction, now: datetime) -> int:
        parcels = tx.awaited(due_before=now, limit=AT_A_TIME)
        for parcel in parcels:
            why = f"no {parcel.awaits} within {in_words(parcel.await_seconds or 0)}"
            tx.move_parcel(ParcelMove(parcel.id, ParcelStep.LATE, now, why))
            documents = tx.parcel_documents(parcel.id)
            numbers = ", ".join(each.number for each in documents[:5])
            told = f"{parcel.kind} {numbers} (control number {parcel.control_number}): {why}"
            first = documents[0].document if documents else None
            tx.name_exception(parcel.id, self._open(tx, NOT_ACKNOWLEDGED.code, parcel, first, told, now))
        answers = tx.unanswered(due_before=now, limit=AT_A_TIME)
        for each in answers:
            sent = tx.parcel(each.parcel)
            if sent is None:
                continue
            told = f"{sent.kind} {each.number}: no answer within {in_words(sent.answer_seconds or 0)}"
            id = self._open(tx, NOT_ANSWERED.code, sent, each.document, told, now)
            tx.set_status(each.parcel, each.position, exception=id)
        return max(len(parcels), len(answers))

    def _open(
        self, tx: Transaction, code: str, parcel: ParcelRow, document: str | None, told: str, now: datetime
    ) -> str:  # fmt: skip
        about = document if code == NOT_ANSWERED.code else None
        return tx.open_exception(
            ExceptionRow(
                id=self._new_id(), kind="business", code=code, partner=parcel.partner, delivery=parcel.delivery,
                document=document, message=told, opened_at=now, key=key_of(code, parcel.id, about), parcel=parcel.id,
                channel=parcel.channel,
            )
        )  # fmt: skip
