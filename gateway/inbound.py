"""The inbound story: a delivery becomes durable, is read, is recorded, and is answered."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial

import structlog

from adapters.contracts import Content, Delivery, Outcome, Receipt
from adapters.reading import Message
from adapters.translate import first_sender, read_delivery
from canonical.problem import Problem
from gateway.arrivals import answered_before, outcome_again, row_of
from gateway.company import Company
from gateway.crash import crash_point
from gateway.diagnostics.text import render_plain
from gateway.doors import Doors
from gateway.held import hold
from gateway.ids import Clock, NewId
from gateway.keyed_locks import KeyedLocks
from gateway.ledger.contract import Ledger, LedgerError, Reads, Transaction
from gateway.ledger.records import DeliveryRow, DeliveryState
from gateway.metrics import Metrics
from gateway.recording import Follow, Recorder, repeat_answers
from gateway.rows import Naming
from gateway.turns import Turn, Turns
from gateway.waiting import WaitingRoom

IN_COMPANY = 2
"""Readings of one delivery that may be begun beside others. One whose readings all ended with the process is then
read alone: the end of the process counts against all that were being read, and most of them had no part in it."""

MOST_ATTEMPTS = IN_COMPANY + 3
"""Readings that may be begun at all; a delivery that ends the process alone, too, is held for a person."""

MOST_ANSWERS = 100_000
"""Acknowledgments that one delivery can have called for."""

log = structlog.get_logger(__name__)


class Inbound:
    """Handles deliveries of all channels. The receipt it returns is the acknowledgement."""

    def __init__(
        self, *, ledger: Ledger, doors: Doors, naming: Naming, clock: Clock, new_id: NewId, metrics: Metrics,
        recorded: Callable[[], None], patient_key: bytes | None = None, follow: Follow | None = None,
    ) -> None:  # fmt: skip
        self._ledger = ledger
        self._doors = doors
        self._naming = naming
        self._clock = clock
        self._new_id = new_id
        self._metrics = metrics
        self._recorded = recorded
        """Called after each commit: there may be something to publish and to send."""
        self._patient_key = patient_key
        """The key of the tokens that stand for patients."""
        self._follow = follow
        self._waiting = WaitingRoom(
            ledger=ledger,
            doors=doors,
            naming=naming,
            clock=clock,
            new_id=new_id,
            metrics=metrics,
            patient_key=patient_key,
            follow=follow,
        )
        self._busy = KeyedLocks()
        self._turns = Turns()
        self._company = Company()
        self._interrupted: set[str] = set()
        """Deliveries whose reading the ledger broke off: no fault of theirs, so that attempt does not count."""

    async def __call__(self, delivery: Delivery) -> Receipt:
        if delivery.channel in self._doors.waiting:
            receipt = await self._waiting(delivery)
        else:
            receipt = await self._receive_in_turn(delivery)
        self._recorded()
        self._metrics.delivery(delivery.channel, receipt.outcome.value)
        log.info(
            "delivery", channel=delivery.channel, delivery=receipt.delivery,
            outcome=receipt.outcome.value, accepted=receipt.accepted, rejected=receipt.rejected,
        )  # fmt: skip
        return receipt

    async def _receive_in_turn(self, delivery: Delivery) -> Receipt:
        # Deliveries of one sender are read side by side, and recorded in the order in which they came.
        turn = self._turns.enter(f"{delivery.channel} {first_sender(delivery.content)}")
        try:
            return await self._receive(delivery, turn)
        finally:
            self._turns.leave(turn)

    async def _receive(self, delivery: Delivery, turn: Turn) -> Receipt:
        order = _InOrder(asyncio.get_running_loop(), self._turns, turn)
        # A second arrival of the same bytes waits until the first has its receipt.
        async with self._busy.hold(delivery.sha256):
            while isinstance(answer := await self._accept(delivery), _ToRead):
                receipt = await asyncio.to_thread(self._read_and_record, answer, order)
                if answer.asked:
                    return receipt
            return await asyncio.to_thread(self._diagnosed, answer, delivery)

    async def resume(self) -> int:
        """Reads what a crash, or a person's replay, left unread; returns how many deliveries that were."""
        rows = await asyncio.to_thread(self._ledger.read, lambda reads: reads.unread_deliveries())
        done = 0
        for row in rows:
            if self._busy.held(row.sha256):
                continue
            content = await asyncio.to_thread(self._ledger.read, partial(_content_of, row.id))
            if content is None:
                continue
            async with self._busy.hold(row.sha256):
                again = await asyncio.wrap_future(self._ledger.write(partial(self._begin_again, row.id, content)))
                if again is not None:
                    await self._read_again(again)
                    done += 1
            self._recorded()
        return done

    async def _read_again(self, to_read: "_ToRead") -> None:
        try:
            await asyncio.to_thread(self._read_and_record, to_read, None)
        except LedgerError:
            raise
        except Exception:
            log.exception("a delivery cannot be read", delivery=to_read.delivery.id)

    async def end(self) -> None:
        """A clean end: readings that it breaks off were no fault of what was read."""
        await asyncio.wrap_future(self._ledger.write(lambda tx: tx.forgive_reading()))

    async def _accept(self, delivery: Delivery) -> "Receipt | _ToRead":
        """Makes the bytes durable. A receipt where they were answered before, else the delivery to read."""
        content = delivery.content
        await asyncio.to_thread(self._ledger.keep, content)

        def work(tx: Transaction) -> Receipt | _ToRead:
            seen = tx.delivery_by_origin(delivery.channel, delivery.origin)
            if seen is not None and seen.sha256 == delivery.sha256:
                # The same arrival, offered again because a crash came between the commit and the answer.
                return self._begin_again(seen.id, content, tx) or _receipt_of(seen)
            waiting = tx.unread_delivery(delivery.sha256)
            if waiting is not None:
                # An earlier arrival of the same bytes was never read to its end: first that one, then this.
                again = self._begin_again(waiting.id, content, tx)
                return replace(again, asked=False) if again is not None else _receipt_of(waiting)
            first = answered_before(tx, delivery)
            tx.add_delivery(replace(row_of(delivery), repeats=first.id if first else None), content)
            if first is not None:
                return self._repeat(tx, delivery, first)
            tx.begin_reading(delivery.id)
            return _ToRead(delivery)

        answer = await asyncio.wrap_future(self._ledger.write(work))
        crash_point("inbound.after_accept")
        return answer

    def _begin_again(self, id: str, content: Content, tx: Transaction) -> "_ToRead | None":
        """One more attempt at a delivery of which the reading is still to be done; None where it is done."""
        row = tx.delivery(id)
        if row is None or row.state is DeliveryState.RECORDED:
            return None
        forgiven = id in self._interrupted
        if forgiven:
            tx.forgive_reading(id)
        suspect = not forgiven and row.attempts >= IN_COMPANY
        if not suspect:
            tx.begin_reading(id)
        return _ToRead(_delivery_of(row, content), suspect=suspect)

    def _repeat(self, tx: Transaction, delivery: Delivery, first: DeliveryRow) -> Receipt:
        """The same bytes were sent again: the same answers go out, and nothing is published."""
        now = self._clock()
        sent = tx.parcels(delivery=first.id, limit=MOST_ANSWERS)
        answered = dict.fromkeys(parcel.interchange for parcel in sent if parcel.interchange and not parcel.repeats)
        for interchange in answered:
            repeat_answers(tx, interchange, delivery.id, self._new_id, now)
        outcome = outcome_again(first)
        summary = f"the same bytes were taken before, as delivery {first.id}; the same answer is sent again"
        tx.finish_delivery(
            delivery.id, partner=first.partner, outcome=outcome.value, accepted=0, rejected=0, summary=summary
        )
        return Receipt(delivery=delivery.id, outcome=outcome, summary=summary)

    def _read_and_record(self, to_read: "_ToRead", order: "_InOrder | None") -> Receipt:
        """Reads off the event loop; large interchanges reach the ledger in slices that nobody sees yet.

        ``order`` tells when it is this delivery's turn to write; None where nobody is in front.
        """
        delivery = to_read.delivery
        try:
            receipt = self._read_alone(delivery, order) if to_read.suspect else self._read(delivery, order)
        except LedgerError:
            self._interrupted.add(delivery.id)
            raise
        return self._diagnosed(receipt, delivery)

    def _read_alone(self, delivery: Delivery, order: "_InOrder | None") -> Receipt:
        """Reads a delivery with nobody beside it, so that this attempt tells whether the fault is its own."""
        if order is not None:
            # First its turn: whoever is in front of it could not be read while it reads alone.
            order.wait()
        with self._company.alone():
            attempt = self._ledger.write(lambda tx: tx.begin_reading(delivery.id)).result()
            if attempt <= MOST_ATTEMPTS:
                return self._read(delivery, order, alone=True)
        return self._ledger.write(
            lambda tx: hold(
                tx, delivery, begun=attempt - 1, naming=self._naming, new_id=self._new_id, clock=self._clock
            )
        ).result()

    def _read(self, delivery: Delivery, order: "_InOrder | None", *, alone: bool = False) -> Receipt:
        ledger = self._ledger
        recorder = Recorder(delivery, self._naming, self._new_id, follow=self._follow)
        # What is read again came by a line once; nobody waits there any more, and it is not answered by a file.
        live = delivery.channel in self._doors.waiting
        partner_for = self._doors.partners_of(delivery)
        items = read_delivery(delivery.content, delivery.sha256, partner_for, secret=self._patient_key, live=live)
        for item in items if alone else self._company.steps(items):
            if isinstance(item, Message):
                recorder.message(item)
                if recorder.full:
                    if order is not None:
                        order.wait()
                    ledger.write(recorder.take_slice()).result()
            else:
                recorder.closing(item)
        if order is not None:
            order.wait()
        crash_point("inbound.before_record")
        recording = ledger.write(lambda tx: recorder.record(tx, self._clock()))
        if order is not None:
            # The ledger works in the order in which it is asked, so the next may ask now and share the commit.
            order.leave()
        receipt = recording.result()
        crash_point("inbound.after_record")
        for (document_type, status), count in recorder.kept.items():
            self._metrics.document(document_type, status, count)
        self._interrupted.discard(delivery.id)
        return receipt

    def _diagnosed(self, receipt: Receipt, delivery: Delivery) -> Receipt:
        """The receipt with the problems as text for a person, where something was refused."""
        if receipt.outcome in (Outcome.ACCEPTED, Outcome.DUPLICATE):
            return receipt

        def problems(reads: Reads) -> list[Problem]:
            row = reads.delivery(receipt.delivery)
            first = row.repeats if row is not None and row.repeats else receipt.delivery
            return [Problem.model_validate_json(problem.body) for problem in reads.problems(first)]

        found = self._ledger.read(problems)
        return replace(receipt, diagnosis=render_plain(found, delivery.content, delivery.name)) if found else receipt


@dataclass(frozen=True, slots=True)
class _ToRead:
    """A delivery whose bytes are durable. The attempt is counted before it begins."""

    delivery: Delivery
    suspect: bool = False
    """Whether it is to be read alone; only then is the attempt still to be counted."""
    asked: bool = True
    """Whether it is the one that was handed in, and not an earlier arrival of its bytes."""


class _InOrder:
    """A delivery's place among those of its sender, for the thread that reads it."""

    def __init__(self, loop: asyncio.AbstractEventLoop, turns: Turns, turn: Turn) -> None:
        self._loop = loop
        self._turns = turns
        self._turn = turn

    def wait(self) -> None:
        """Returns when nobody is in front."""
        asyncio.run_coroutine_threadsafe(self._turn.come(), self._loop).result()

    def leave(self) -> None:
        """Lets the next one write."""
        self._loop.call_soon_threadsafe(self._turns.leave, self._turn)


def _content_of(id: str, reads: Reads) -> Content | None:
    return reads.delivery_content(id)


def _receipt_of(row: DeliveryRow) -> Receipt:
    """The receipt that a recorded delivery got."""
    return Receipt(
        delivery=row.id,
        outcome=Outcome(row.outcome or Outcome.QUARANTINED.value),
        accepted=row.accepted,
        rejected=row.rejected,
        summary=row.summary,
    )


def _delivery_of(row: DeliveryRow, content: Content) -> Delivery:
    """A delivery as the ledger has it."""
    return Delivery(
        id=row.id, channel=row.channel, name=row.name, origin=row.origin, content=content, sha256=row.sha256,
        received_at=row.received_at,
    )  # fmt: skip
