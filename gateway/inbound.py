"""The inbound story: a delivery becomes durable, is read, is recorded, and is answered."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial

import structlog

from adapters.contracts import Content, Delivery, Outcome, Receipt
from adapters.translate import first_sender
from canonical.problem import Problem
from gateway.arrivals import answered_before, outcome_again, row_of, summary_again
from gateway.crash import crash_point
from gateway.diagnostics.text import render_plain
from gateway.doors import Doors
from gateway.ids import Clock, NewId
from gateway.keyed_locks import KeyedLocks
from gateway.ledger.contract import Ledger, LedgerError, LedgerUnavailable, Reads, Transaction
from gateway.ledger.records import DeliveryRow, DeliveryState
from gateway.metrics import Metrics
from gateway.reader import Reader, ToRead
from gateway.readings import Readings
from gateway.recording import Follow
from gateway.repeating import repeat_answers
from gateway.reread import delivery_of
from gateway.rows import Naming
from gateway.turns import InOrder, Turns
from gateway.waiting import WaitingRoom

IN_COMPANY = 2
"""Readings of one delivery that may be begun beside others. One whose readings all ended with the process is then
read alone: the end of the process counts against all that were being read, and most of them had no part in it. One
that ends the process alone, too, is held for a person (``MOST_ATTEMPTS``)."""

ELSEWHERE = 0.1
"""Seconds between looks whether another node has read what came here too."""

MOST_ANSWERS = 100_000
"""Acknowledgments that one delivery can have called for."""

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class _Elsewhere:
    """Another node that lives is reading it."""


class Inbound:
    """Handles deliveries of all channels. The receipt it returns is the acknowledgement."""

    def __init__(
        self, *, ledger: Ledger, doors: Doors, naming: Naming, clock: Clock, new_id: NewId, metrics: Metrics,
        recorded: Callable[[], None], patient_key: bytes | None = None, careful: Callable[[], bool] = lambda: False,
        follow: Follow | None = None, admit: Callable[[], None] = lambda: None, readings: Readings | None = None,
    ) -> None:  # fmt: skip
        self._ledger = ledger
        self._doors = doors
        self._clock = clock
        self._new_id = new_id
        self._metrics = metrics
        self._recorded = recorded
        """Called after each commit: there may be something to publish and to send."""
        self._admit = admit
        """Raises LedgerUnavailable while nothing new is taken."""
        self._careful = careful
        """Whether live messages are made durable before they are read."""
        self._readings = readings or Readings()
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
        self._reader = Reader(
            ledger=ledger,
            doors=doors,
            naming=naming,
            clock=clock,
            new_id=new_id,
            metrics=metrics,
            patient_key=patient_key,
            held=lambda sha256: self._held_digests().add(sha256),
            follow=follow,
            readings=self._readings,
        )
        self._busy = KeyedLocks()
        self._turns = Turns()
        self._held: set[str] | None = None

    async def __call__(self, delivery: Delivery) -> Receipt:
        if self._doors.waits(delivery.channel):
            receipt = await self._receive_live(delivery)
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
        self._admit()
        # Deliveries of one sender are read side by side, and recorded in the order in which they came.
        turn = self._turns.enter(f"{delivery.channel} {first_sender(delivery.content)}")
        try:
            return await self._receive(delivery, InOrder(asyncio.get_running_loop(), self._turns, turn))
        finally:
            self._turns.leave(turn)

    async def _receive_live(self, delivery: Delivery) -> Receipt:
        """A message whose sender waits: read at once, or made durable first where reading it may end badly."""
        try:
            self._admit()
        except LedgerUnavailable as error:
            return self._waiting.not_kept(delivery, error)
        held = self._held if self._held is not None else await asyncio.to_thread(self._held_digests)
        try:
            if not self._careful() and delivery.sha256 not in held:
                try:
                    return await self._waiting(delivery)
                except LedgerError:
                    raise
                except Exception as error:  # noqa: BLE001 - whatever it is, it is counted now, and met again below
                    log.warning("a message is read with care", delivery=delivery.id, error=type(error).__name__)
            return await self._receive(delivery, None)
        except LedgerUnavailable as error:
            return self._waiting.not_kept(delivery, error)

    async def _receive(self, delivery: Delivery, order: InOrder | None) -> Receipt:
        def read(to_read: ToRead) -> Receipt:
            return self._diagnosed(self._reader(to_read, order), delivery)

        # A second arrival of the same bytes waits until the first has its receipt.
        async with self._busy.hold(delivery.sha256):
            while not isinstance(answer := await self._accept(delivery), Receipt):
                if isinstance(answer, _Elsewhere):
                    # Another node reads these bytes: what comes of it there is what is told here.
                    await asyncio.sleep(ELSEWHERE)
                    continue
                receipt = await asyncio.to_thread(read, answer)
                if answer.asked:
                    return receipt
            return await asyncio.to_thread(self._diagnosed, answer, delivery)

    def _held_digests(self) -> set[str]:
        """Digests of bytes that nobody could read, for a look before they are read. A replay leaves them among them:
        then the ledger tells that there is more to it."""
        if self._held is None:
            self._held = self._ledger.read(lambda reads: reads.held_digests())
        return self._held

    async def refresh(self) -> None:
        """Learns what other nodes hold since."""
        self._held = await asyncio.to_thread(self._ledger.read, lambda reads: reads.held_digests())

    async def resume(self) -> int:
        """Reads what a crash, or a person's replay, left unread; returns how many deliveries that were."""
        besides = self._readings.besides()
        rows = await asyncio.to_thread(self._ledger.read, lambda reads: reads.unread_deliveries(besides=besides))
        done = 0
        for row in rows:
            if self._busy.held(row.sha256):
                continue
            content = await asyncio.to_thread(self._ledger.read, partial(_content_of, row.id))
            if content is None:
                continue
            async with self._busy.hold(row.sha256):
                again = await asyncio.wrap_future(self._ledger.write(partial(self._begin_again, row.id, content)))
                if isinstance(again, ToRead):
                    crash_point("inbound.after_reopen")
                    await self._read_again(again)
                    done += 1
            self._recorded()
        return done

    async def _read_again(self, to_read: ToRead) -> None:
        try:
            await asyncio.to_thread(self._reader, to_read, None)
        except LedgerError:
            raise
        except Exception:
            log.exception("a delivery cannot be read", delivery=to_read.delivery.id)

    async def end(self) -> None:
        """A clean end: readings that it breaks off were no fault of what was read."""
        reader = self._readings.node
        await asyncio.wrap_future(self._ledger.write(lambda tx: tx.forgive_reading(reader=reader)))

    async def _accept(self, delivery: Delivery) -> "Receipt | ToRead | _Elsewhere":
        """Makes the bytes durable. A receipt where they were answered before, else the delivery to read, unless
        another node is reading it."""
        content, live = delivery.content, self._doors.waits(delivery.channel)
        await asyncio.to_thread(self._ledger.keep, content)

        def work(tx: Transaction) -> Receipt | ToRead | _Elsewhere:
            seen = tx.delivery_by_origin(delivery.channel, delivery.origin)
            if seen is not None and seen.sha256 == delivery.sha256:
                # The same arrival, offered again because a crash came between the commit and the answer.
                return self._begin_again(seen.id, content, tx) or _receipt_of(seen)
            waiting = tx.unread_delivery(delivery.sha256)
            if waiting is not None:
                # An earlier arrival of the same bytes was never read to its end: first that one, then this.
                again = self._begin_again(waiting.id, content, tx)
                return replace(again, asked=False) if isinstance(again, ToRead) else again or _receipt_of(waiting)
            first = answered_before(tx, delivery)
            if first is not None and live:
                return self._waiting.repeat(tx, delivery, first)
            tx.add_delivery(replace(row_of(delivery), repeats=first.id if first else None), content)
            if first is not None:
                return self._repeat(tx, delivery, first)
            self._readings.begin(tx, delivery.id)
            return ToRead(delivery)

        answer = await asyncio.wrap_future(self._ledger.write(work))
        crash_point("inbound.after_accept")
        return answer

    def _begin_again(self, id: str, content: Content, tx: Transaction) -> "ToRead | _Elsewhere | None":
        """One more attempt at a delivery of which the reading is still to be done; None where it is done."""
        row = tx.delivery(id)
        if row is None or row.state is DeliveryState.RECORDED:
            return None
        if self._readings.elsewhere(tx, row):
            return _Elsewhere()
        forgiven = self._reader.interrupted(id)
        if forgiven:
            tx.forgive_reading(id)
        suspect = not forgiven and row.attempts >= IN_COMPANY
        if suspect:
            self._readings.claim(tx, id)
        else:
            self._readings.begin(tx, id)
        return ToRead(delivery_of(row, content), suspect=suspect)

    def _repeat(self, tx: Transaction, delivery: Delivery, first: DeliveryRow) -> Receipt:
        """The same bytes were sent again: the same answers go out, and nothing is published."""
        now = self._clock()
        sent = tx.parcels(delivery=first.id, limit=MOST_ANSWERS)
        answered = dict.fromkeys(parcel.interchange for parcel in sent if parcel.interchange and not parcel.repeats)
        for interchange in answered:
            repeat_answers(tx, interchange, delivery.id, self._new_id, now)
        outcome = outcome_again(first)
        summary = summary_again(first)
        tx.finish_delivery(
            delivery.id, partner=first.partner, outcome=outcome.value, accepted=0, rejected=0, summary=summary
        )
        return Receipt(delivery=delivery.id, outcome=outcome, summary=summary)

    def _diagnosed(self, receipt: Receipt, delivery: Delivery) -> Receipt:
        """The receipt with the problems as text for a person, where something was refused that came as a file."""
        if receipt.outcome in (Outcome.ACCEPTED, Outcome.DUPLICATE) or self._doors.waits(delivery.channel):
            return receipt

        def problems(reads: Reads) -> list[Problem]:
            row = reads.delivery(receipt.delivery)
            first = row.repeats if row is not None and row.repeats else receipt.delivery
            return [Problem.model_validate_json(problem.body) for problem in reads.problems(first)]

        found = self._ledger.read(problems)
        return replace(receipt, diagnosis=render_plain(found, delivery.content, delivery.name)) if found else receipt


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
