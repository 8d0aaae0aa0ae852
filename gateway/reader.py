"""Reads deliveries whose bytes are durable: in company, or alone under suspicion, and records what came of it."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from adapters.contracts import Delivery, Receipt
from adapters.reading import Message
from adapters.translate import read_delivery
from adapters.translation.hl7_refusals import never_read
from gateway.answering import with_answer
from gateway.company import Company
from gateway.crash import crash_point
from gateway.doors import Doors
from gateway.held import hold
from gateway.ids import Clock, NewId
from gateway.ledger.contract import Ledger, LedgerError, Transaction
from gateway.ledger.records import MOST_ATTEMPTS
from gateway.metrics import Metrics
from gateway.readings import Readings
from gateway.recording import Follow, Recorder
from gateway.reread import settle
from gateway.rows import Naming
from gateway.turns import InOrder


@dataclass(frozen=True, slots=True)
class ToRead:
    """A delivery whose bytes are durable. The attempt is counted before it begins."""

    delivery: Delivery
    suspect: bool = False
    """Whether it is to be read alone; only then is the attempt still to be counted."""
    asked: bool = True
    """Whether it is the one that was handed in, and not an earlier arrival of its bytes."""


class Reader:
    """Called on a thread of its own for each delivery; large interchanges reach the ledger in slices that nobody sees
    yet."""

    def __init__(
        self, *, ledger: Ledger, doors: Doors, naming: Naming, clock: Clock, new_id: NewId, metrics: Metrics,
        patient_key: bytes | None, held: Callable[[str], None], follow: Follow | None = None,
        readings: Readings | None = None,
    ) -> None:  # fmt: skip
        self._ledger = ledger
        self._doors = doors
        self._naming = naming
        self._clock = clock
        self._new_id = new_id
        self._metrics = metrics
        self._patient_key = patient_key
        self._held = held
        """Told the digest of what is held."""
        self._follow = follow
        self._readings = readings or Readings()
        self._company = Company()
        self._interrupted: set[str] = set()
        """Deliveries whose reading the ledger broke off: no fault of theirs, so that attempt does not count."""

    def interrupted(self, id: str) -> bool:
        """Whether its last reading was broken off by the ledger."""
        return id in self._interrupted

    def __call__(self, to_read: ToRead, order: InOrder | None) -> Receipt:
        """The receipt, after the commit. ``order`` tells when it is this delivery's turn to write; None where nobody
        is in front."""
        delivery = to_read.delivery
        try:
            return self._read_alone(delivery, order) if to_read.suspect else self._read(delivery, order)
        except LedgerError:
            self._interrupted.add(delivery.id)
            raise

    def _read_alone(self, delivery: Delivery, order: InOrder | None) -> Receipt:
        """Reads a delivery with nobody beside it, so that this attempt tells whether the fault is its own."""
        if order is not None:
            # First its turn: whoever is in front of it could not be read while it reads alone.
            order.wait()
        with self._company.alone():
            attempt = self._ledger.write(lambda tx: self._once_more(tx, delivery.id)).result()
            if attempt <= MOST_ATTEMPTS:
                return self._read(delivery, order, alone=True)
            return self._hold(delivery, attempt - 1)

    def _once_more(self, tx: Transaction, delivery: str) -> int:
        self._readings.require(tx, delivery)
        return self._readings.begin(tx, delivery)

    def _hold(self, delivery: Delivery, begun: int) -> Receipt:
        answer = None
        # To word the answer its header is read. Where that ends the process too, there is none.
        if self._doors.waits(delivery.channel) and begun == MOST_ATTEMPTS:
            answer = never_read(delivery.content, self._doors.partners_of(delivery), self._clock())

        def work(tx: Transaction) -> Receipt:
            self._readings.require(tx, delivery.id)
            settle(tx, delivery.id, self._clock())
            return hold(
                tx, delivery, begun=begun, answer=answer, naming=self._naming, new_id=self._new_id, clock=self._clock
            )

        receipt = self._ledger.write(work).result()
        self._held(delivery.sha256)
        return receipt

    def _read(self, delivery: Delivery, order: InOrder | None, *, alone: bool = False) -> Receipt:
        ledger = self._ledger
        recorder = Recorder(delivery, self._naming, self._new_id, follow=self._follow)
        # What came by a line is answered on it, or, where nobody waits any more, when the same bytes come again.
        live = self._doors.waits(delivery.channel)
        partner_for = self._doors.partners_of(delivery)
        items = read_delivery(delivery.content, delivery.sha256, partner_for, secret=self._patient_key, live=live)
        for item in items if alone else self._company.steps(items):
            if isinstance(item, Message):
                recorder.message(item)
                if recorder.full:
                    if order is not None:
                        order.wait()
                    ledger.write(partial(self._slice, delivery.id, recorder.take_slice())).result()
            else:
                recorder.closing(item)
        if order is not None:
            order.wait()
        crash_point("inbound.before_record")
        recording = ledger.write(lambda tx: self._record(tx, delivery, recorder))
        if order is not None:
            # The ledger works in the order in which it is asked, so the next may ask now and share the commit.
            order.leave()
        receipt = recording.result()
        crash_point("inbound.after_record")
        for (document_type, status), count in recorder.kept.items():
            self._metrics.document(document_type, status, count)
        self._interrupted.discard(delivery.id)
        return receipt

    def _slice(self, delivery: str, work: Callable[[Transaction], None], tx: Transaction) -> None:
        self._readings.require(tx, delivery)
        work(tx)

    def _record(self, tx: Transaction, delivery: Delivery, recorder: Recorder) -> Receipt:
        self._readings.require(tx, delivery.id)
        now = self._clock()
        receipt = recorder.record(tx, now)
        settle(tx, delivery.id, now)
        return with_answer(tx, receipt, recorder, now) if self._doors.waits(delivery.channel) else receipt
