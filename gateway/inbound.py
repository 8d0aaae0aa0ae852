"""The inbound story: a delivery becomes durable, is read, is recorded, and is answered."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial

import structlog

from adapters.contracts import Content, Delivery, Outcome, Receipt
from adapters.partner import Partner
from adapters.reading import Message
from adapters.translate import first_sender, read_delivery
from adapters.translation.x12 import UNKNOWN_PARTNER, PartnerFor
from canonical.parts import Provenance
from canonical.problem import Problem
from canonical.rejection import Rejection
from gateway.crash import crash_point
from gateway.diagnostics.text import render_plain
from gateway.ids import Clock, NewId
from gateway.keyed_locks import KeyedLocks
from gateway.ledger.contract import Ledger, LedgerError, Reads, Transaction
from gateway.ledger.records import DeliveryRow, DeliveryState, ExceptionRow, ProblemRow
from gateway.metrics import Metrics
from gateway.problems_inbound import READING_NEVER_ENDED
from gateway.recording import Recorder, repeat_answers
from gateway.rows import Naming, rows_of
from gateway.turns import Turn, Turns

MOST_ATTEMPTS = 10
"""Readings of one delivery that may be begun; one that ends the process each time is then held for a person.

Well above what an unlucky delivery meets: an end of the process counts against all that were being read with it.
"""

MOST_ANSWERS = 100_000
"""Acknowledgments that one delivery can have called for."""

log = structlog.get_logger(__name__)


class Inbound:
    """Handles deliveries of all channels. The receipt it returns is the acknowledgement."""

    def __init__(
        self, *, ledger: Ledger, partner_for: PartnerFor, reserved: Mapping[str, str], naming: Naming, clock: Clock,
        new_id: NewId, metrics: Metrics, recorded: Callable[[], None], patient_key: bytes | None = None,
    ) -> None:  # fmt: skip
        self._ledger = ledger
        self._partner_for = partner_for
        self._reserved = reserved
        """Channel to the one partner that may use it."""
        self._naming = naming
        self._clock = clock
        self._new_id = new_id
        self._metrics = metrics
        self._recorded = recorded
        """Called after each commit: there may be something to publish and to send."""
        self._patient_key = patient_key
        """The key of the tokens that stand for patients; without one documents carry none."""
        self._busy = KeyedLocks()
        self._turns = Turns()
        self._interrupted: set[str] = set()
        """Deliveries whose reading the ledger broke off: no fault of theirs, so that attempt does not count."""

    async def __call__(self, delivery: Delivery) -> Receipt:
        # Deliveries of one sender are read side by side, and recorded in the order in which they came.
        turn = self._turns.enter(f"{delivery.channel} {first_sender(delivery.content)}")
        try:
            receipt = await self._receive(delivery, turn)
        finally:
            self._turns.leave(turn)
        self._recorded()
        self._metrics.delivery(delivery.channel, receipt.outcome.value)
        log.info(
            "delivery", channel=delivery.channel, delivery=receipt.delivery,
            outcome=receipt.outcome.value, accepted=receipt.accepted, rejected=receipt.rejected,
        )  # fmt: skip
        return receipt

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
            first = tx.first_delivery(delivery.channel, delivery.sha256)
            if first is not None and first.partner in (None, UNKNOWN_PARTNER.name):
                # Nobody answered it: the sender may have become a partner since.
                first = None
            tx.add_delivery(
                DeliveryRow(
                    id=delivery.id, channel=delivery.channel, name=delivery.name, origin=delivery.origin,
                    sha256=delivery.sha256, size=len(content), received_at=delivery.received_at,
                    state=DeliveryState.RECEIVED, repeats=first.id if first else None,
                ),
                content,
            )  # fmt: skip
            if first is not None:
                return self._repeat(tx, delivery, first)
            return _ToRead(delivery, tx.begin_reading(delivery.id))

        answer = await asyncio.wrap_future(self._ledger.write(work))
        crash_point("inbound.after_accept")
        return answer

    def _begin_again(self, id: str, content: Content, tx: Transaction) -> "_ToRead | None":
        """One more attempt at a delivery of which the reading is still to be done; None where it is done."""
        row = tx.delivery(id)
        if row is None or row.state is DeliveryState.RECORDED:
            return None
        if id in self._interrupted:
            tx.forgive_reading(id)
        return _ToRead(_delivery_of(row, content), tx.begin_reading(id))

    def _repeat(self, tx: Transaction, delivery: Delivery, first: DeliveryRow) -> Receipt:
        """The same bytes were sent again: the same answers go out, and nothing is published."""
        now = self._clock()
        sent = tx.parcels(delivery=first.id, limit=MOST_ANSWERS)
        answered = dict.fromkeys(parcel.interchange for parcel in sent if parcel.interchange and not parcel.repeats)
        for interchange in answered:
            repeat_answers(tx, interchange, delivery.id, self._new_id, now)
        answered_so = Outcome(first.outcome or Outcome.DUPLICATE.value)
        outcome = answered_so if answered_so in (Outcome.REJECTED, Outcome.QUARANTINED) else Outcome.DUPLICATE
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
        if to_read.attempt > MOST_ATTEMPTS:
            held = self._ledger.write(lambda tx: self._give_up(tx, delivery, to_read.attempt)).result()
            return self._diagnosed(held, delivery)
        try:
            return self._diagnosed(self._read(delivery, order), delivery)
        except LedgerError:
            self._interrupted.add(delivery.id)
            raise

    def _read(self, delivery: Delivery, order: "_InOrder | None") -> Receipt:
        ledger = self._ledger
        recorder = Recorder(delivery, self._naming, self._new_id)
        partners, secret = self._partners_of(delivery), self._patient_key
        for item in read_delivery(delivery.content, delivery.sha256, partners, secret=secret):
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

    def _partners_of(self, delivery: Delivery) -> PartnerFor:
        """All partners, or the one that the channel is reserved for: anybody else is a stranger there."""
        reserved = self._reserved.get(delivery.channel)
        if reserved is None:
            return self._partner_for

        def only(scheme: str, qualifier: str | None, id: str) -> Partner | None:
            found = self._partner_for(scheme, qualifier, id)
            return found if found is not None and found.name == reserved else None

        return only

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

    def _give_up(self, tx: Transaction, delivery: Delivery, attempt: int) -> Receipt:
        """Holds a delivery that ended its reader each time, and tells downstream and a person of it."""
        kind = READING_NEVER_ENDED
        problem = Problem(code=kind.code, severity=kind.severity, message=kind.title, help=kind.help, line=1, offset=0)
        document = Rejection(
            document_type="interchange",
            number="unreadable",
            problems=(problem,),
            provenance=Provenance(standard="UNKNOWN", sha256=delivery.sha256),
        )
        message = Message(1, document, False, (problem,), UNKNOWN_PARTNER, False)
        row, event = rows_of(message, delivery, self._naming)
        tx.add_documents([row])
        tx.add_events([event])
        tx.add_problems([ProblemRow(delivery.id, None, kind.code, kind.severity.value, problem.to_json())])
        summary = f"reading was begun {attempt - 1} times and never ended; held for a person"
        tx.finish_delivery(
            delivery.id, partner=None, outcome=Outcome.QUARANTINED.value, accepted=0, rejected=1, summary=summary
        )
        tx.open_exception(
            ExceptionRow(
                id=self._new_id(), kind="technical", code=kind.code, partner=None, delivery=delivery.id,
                document=None, message=summary, opened_at=self._clock(),
            )
        )  # fmt: skip
        return Receipt(delivery=delivery.id, outcome=Outcome.QUARANTINED, rejected=1, summary=summary)


@dataclass(frozen=True, slots=True)
class _ToRead:
    """A delivery whose bytes are durable, and which attempt to read it this is; counted before it begins."""

    delivery: Delivery
    attempt: int
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


def _content_of(id: str, reads: Reads) -> bytes | None:
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
