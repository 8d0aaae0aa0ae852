"""From what was read to what the ledger keeps: the rows of a delivery, and the verdict on each interchange.

The verdict is given inside the transaction that records it, so that two files with one control
number can never both be accepted.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from adapters.contracts import Delivery, Outcome, Receipt
from adapters.reading import Closing, Message
from adapters.translation.x12_answers import Answer
from adapters.translation.x12_strictness import PARTNER_CODES
from canonical.event import attributes, event_for, event_id
from canonical.parts import Provenance
from canonical.problem import Problem, Severity
from canonical.rejection import Rejection
from gateway.ids import NewId
from gateway.ledger.contract import Transaction
from gateway.ledger.records import (
    DocumentRow,
    ExceptionRow,
    InterchangeRow,
    NewEvent,
    ParcelRow,
    ParcelState,
    ProblemRow,
)

MOST_PROBLEMS = 10_000
"""Problems that are kept of one delivery; what is beyond is counted in the summary."""
SLICE = 8 << 20
"""Bytes of canonical JSON after which a large interchange is written to the ledger, still unseen."""


@dataclass(frozen=True, slots=True)
class Naming:
    """How this gateway names itself and its events."""

    gateway: str
    event_prefix: str


@dataclass(slots=True)
class Collected:
    """The rows of one interchange, on their way to the ledger."""

    documents: list[DocumentRow] = field(default_factory=list)
    events: list[NewEvent] = field(default_factory=list)
    problems: list[tuple[str | None, Problem]] = field(default_factory=list)
    """With the id of the document that each belongs to."""
    written: list[str] = field(default_factory=list)
    """Ids of documents that are in the ledger already, held."""
    tally: Counter[tuple[str, str]] = field(default_factory=Counter)
    """Messages by document type and status."""
    size: int = 0
    closing: Closing | None = None

    def count(self, status: str) -> int:
        """How many messages have this status."""
        return sum(number for (_, own), number in self.tally.items() if own == status)


def rows_of(message: Message, delivery: Delivery, naming: Naming) -> tuple[DocumentRow, NewEvent]:
    """A message as its row in the ledger and the event that tells of it."""
    document = message.document
    name = "received" if message.accepted else "rejected"
    id = event_id(delivery.sha256, message.position, event=name)
    provenance = document.provenance or Provenance(standard="X12")
    row = DocumentRow(
        id=id,
        delivery=delivery.id,
        position=message.position,
        partner=message.partner.name,
        document_type=document.document_type,
        number=document.number,
        correlation=document.correlation,
        status="accepted" if message.accepted else "rejected",
        standard=provenance.standard,
        message_type=provenance.message_type,
        interchange=provenance.interchange,
        group=provenance.group,
        transaction=provenance.transaction,
        body=document.to_json(),
        recorded_at=delivery.received_at,
    )
    event = event_for(
        document,
        event=name,
        id=id,
        gateway=naming.gateway,
        partner=message.partner.name,
        time=delivery.received_at,
        delivery=delivery.id,
        test=message.test,
        prefix=naming.event_prefix,
    )
    return row, NewEvent(
        id=id,
        document=id,
        delivery=delivery.id,
        routing_key=f"supply.{document.document_type}.{name}.{message.partner.name}",
        ordering_key=_ordering_key(message),
        attributes=attributes(event),
    )


def _ordering_key(message: Message) -> str:
    """What leaves in order: one order's events, or, for a partner whose interchanges are preserved, all of them."""
    partner = message.partner
    return partner.name if partner.preserve else f"{partner.name}:{message.document.correlation}"


class Recorder:
    """Collects what is read of one delivery, writes it in slices, and records it in one last transaction."""

    def __init__(self, delivery: Delivery, naming: Naming, new_id: NewId) -> None:
        self._delivery = delivery
        self._naming = naming
        self._new_id = new_id
        self._done: list[Collected] = []
        self._current = Collected()
        self._told: set[Problem] = set()
        self.kept: Counter[tuple[str, str]] = Counter()
        """Messages that were recorded, by document type and status."""

    @property
    def full(self) -> bool:
        """Whether enough is collected to be written as a slice."""
        return self._current.size >= SLICE

    def message(self, message: Message) -> None:
        """Adds a message of the current interchange."""
        current = self._current
        row, event = rows_of(message, self._delivery, self._naming)
        current.documents.append(row)
        current.events.append(event)
        current.size += len(row.body)
        current.tally[row.document_type, row.status] += 1
        for problem in message.problems:
            self._problem(row.id, problem)

    def closing(self, closing: Closing) -> None:
        """Ends the current interchange."""
        current = self._current
        current.closing = closing
        for problem in closing.problems:
            self._problem(None, problem)
        self._done.append(current)
        self._current = Collected()

    def take_slice(self) -> Callable[[Transaction], None]:
        """Gives what is collected of the current interchange as a work for the ledger; nobody sees it yet."""
        current = self._current
        documents, events = current.documents, [_held(event) for event in current.events]
        current.written.extend(row.id for row in documents)
        current.documents, current.events, current.size = [], [], 0

        def work(tx: Transaction) -> None:
            tx.add_documents(documents)
            tx.add_events(events)

        return work

    def record(self, tx: Transaction, now: datetime) -> Receipt:
        """Writes everything with its verdicts, and finishes the delivery. Returns the receipt."""
        delivery = self._delivery
        self.kept.clear()
        verdicts = [self._interchange(tx, collected, now) for collected in self._done]
        tx.release_events(delivery.id)
        tx.add_problems(
            [
                ProblemRow(delivery.id, document, problem.code, problem.severity.value, problem.to_json())
                for verdict in verdicts
                for document, problem in verdict.problems
            ]
        )
        accepted = sum(verdict.accepted for verdict in verdicts)
        rejected = sum(verdict.rejected for verdict in verdicts)
        outcome = _outcome(verdicts, accepted, rejected)
        errors = [
            problem for verdict in verdicts for _, problem in verdict.problems if problem.severity is Severity.ERROR
        ]
        summary = _summary(outcome, accepted, rejected, errors)
        partner = next((verdict.partner for verdict in verdicts if verdict.partner), None)
        tx.finish_delivery(
            delivery.id, partner=partner, outcome=outcome.value, accepted=accepted, rejected=rejected, summary=summary
        )
        if errors:
            tx.open_exception(
                ExceptionRow(
                    id=self._new_id(), kind="technical", code=errors[0].code, partner=partner, delivery=delivery.id,
                    document=None, message=summary, opened_at=now,
                )
            )  # fmt: skip
        self._open_deviations(tx, verdicts, now)
        return Receipt(delivery=delivery.id, outcome=outcome, accepted=accepted, rejected=rejected, summary=summary)

    def _open_deviations(self, tx: Transaction, verdicts: Sequence["_Verdict"], now: datetime) -> None:
        """Tells a person where accepted documents leave what was agreed with a partner: one exception for each."""
        for partner in dict.fromkeys(verdict.partner for verdict in verdicts):
            found = [
                problem
                for verdict in verdicts
                if verdict.partner == partner
                for _, problem in verdict.problems
                if problem.code in PARTNER_CODES and problem.severity is Severity.WARNING
            ]
            if found:
                first = f"{found[0].code} {found[0].message}"
                place = f" at line {found[0].line}" if found[0].line else ""
                tx.open_exception(
                    ExceptionRow(
                        id=self._new_id(), kind="business", code=found[0].code, partner=partner,
                        delivery=self._delivery.id, document=None,
                        message=f"{len(found)} times other than agreed with the partner, first {first}{place}",
                        opened_at=now,
                    )
                )  # fmt: skip

    def _interchange(self, tx: Transaction, collected: Collected, now: datetime) -> "_Verdict":
        closing, delivery = collected.closing, self._delivery
        assert closing is not None  # noqa: S101 - only closed interchanges are done
        key = closing.key
        if key is None or closing.fatal:
            # A broken envelope does not use its control number up: the sender will repair it and send it again.
            self._keep(tx, collected, closing, "fatal", now)
            return _Verdict.of(collected, "quarantined" if closing.quarantine else "read")
        window = now - timedelta(days=closing.partner.duplicates.days)
        earlier = tx.interchange(key.sender, key.receiver, key.control_number, key.usage, window)
        if earlier is not None and earlier.delivery == delivery.id:
            # Its own first reading: the delivery is read again because a person asked for it.
            earlier = None
        if earlier is not None and earlier.sha256 == closing.sha256:
            tx.drop_documents(collected.written)
            self._interchange_row(tx, closing, "duplicate", now)
            repeat_answers(tx, earlier.id, delivery.id, self._new_id, now)
            noted: list[tuple[str | None, Problem]] = [(None, closing.repeat)] if closing.repeat else []
            return _Verdict(closing.partner.name, "duplicate", 0, 0, noted)
        reused = earlier is not None and earlier.verdict == "accepted"
        if reused and closing.partner.duplicates.interchange == "quarantine":
            tx.drop_documents(collected.written)
            return self._conflict(tx, closing, now)
        self._keep(tx, collected, closing, "accepted" if collected.count("accepted") else "rejected", now)
        return _Verdict.of(collected, "read")

    def _keep(self, tx: Transaction, collected: Collected, closing: Closing, verdict: str, now: datetime) -> None:
        tx.add_documents(collected.documents)
        tx.add_events(collected.events)
        self.kept.update(collected.tally)
        if closing.key is not None:
            self._answers(tx, closing.answers, closing, self._interchange_row(tx, closing, verdict, now), now)

    def _conflict(self, tx: Transaction, closing: Closing, now: datetime) -> "_Verdict":
        """The control number was used before for other content: nothing of it is published but the refusal."""
        conflict, key = closing.conflict, closing.key
        assert conflict is not None and key is not None  # noqa: S101 - an interchange has both
        document = Rejection(
            document_type="interchange",
            number=key.control_number,
            problems=(conflict,),
            provenance=Provenance(
                standard="X12", interchange=key.control_number, sender=key.sender, receiver=key.receiver,
                sha256=self._delivery.sha256,
            ),
        )  # fmt: skip
        # Messages count from 1; an interchange itself is told apart by the byte at which it begins, below 0.
        place = -1 - (conflict.offset or 0)
        message = Message(place, document, False, (conflict,), closing.partner, key.usage == "T")
        row, event = rows_of(message, self._delivery, self._naming)
        tx.add_documents([row])
        tx.add_events([event])
        self.kept[row.document_type, row.status] += 1
        interchange = self._interchange_row(tx, closing, "conflict", now)
        self._answers(tx, closing.conflict_answers, closing, interchange, now)
        return _Verdict(closing.partner.name, "quarantined", 0, 1, [(row.id, conflict)])

    def _interchange_row(self, tx: Transaction, closing: Closing, verdict: str, now: datetime) -> str:
        key = closing.key
        assert key is not None  # noqa: S101 - asked for interchanges only
        id = self._new_id()
        tx.add_interchange(
            InterchangeRow(
                id=id, delivery=self._delivery.id, partner=closing.partner.name, sender=key.sender,
                receiver=key.receiver, control_number=key.control_number, usage=key.usage, sha256=closing.sha256,
                verdict=verdict, recorded_at=now,
            )
        )  # fmt: skip
        return id

    def _answers(
        self, tx: Transaction, answers: Sequence[Answer], closing: Closing, interchange: str, now: datetime
    ) -> None:
        send = closing.partner.send
        for answer in answers:
            tx.add_parcel(
                ParcelRow(
                    id=self._new_id(),
                    partner=closing.partner.name,
                    channel=send.channel if send else self._delivery.channel,
                    kind=answer.kind,
                    body=answer.model_dump_json(by_alias=True, exclude_none=True).encode(),
                    context={},
                    state=ParcelState.QUEUED,
                    created_at=now,
                    delivery=self._delivery.id,
                    interchange=interchange,
                )
            )

    def _problem(self, document: str | None, problem: Problem) -> None:
        """Keeps a problem once: one of an envelope comes with each message inside and with the closing."""
        if problem not in self._told and len(self._told) < MOST_PROBLEMS:
            self._told.add(problem)
            self._current.problems.append((document, problem))


@dataclass(slots=True)
class _Verdict:
    """What became of one interchange."""

    partner: str | None
    verdict: str
    """``read``, ``duplicate`` or ``quarantined``."""
    accepted: int
    rejected: int
    problems: list[tuple[str | None, Problem]]

    @classmethod
    def of(cls, collected: Collected, verdict: str) -> "_Verdict":
        closing = collected.closing
        name = closing.partner.name if closing is not None and closing.key is not None else None
        return cls(name, verdict, collected.count("accepted"), collected.count("rejected"), collected.problems)


def repeat_answers(tx: Transaction, interchange: str, delivery: str, new_id: NewId, now: datetime) -> None:
    """Sends the answers to an interchange once more, byte for byte.

    Answers that were not rendered yet are still to be sent for the first time and need no repeat.
    """
    for first in tx.parcels_answering(interchange):
        if first.content is None or first.name is None:
            continue
        id = new_id()
        stem, _, suffix = first.name.rpartition(".")
        tx.add_parcel(
            ParcelRow(
                id=id, partner=first.partner, channel=first.channel, kind=first.kind, body=first.body,
                context=first.context, state=ParcelState.READY, created_at=now, delivery=delivery,
                interchange=interchange, name=f"{stem}-again-{id[-6:]}.{suffix}", content=first.content,
                control_number=first.control_number, repeats=first.id,
            )
        )  # fmt: skip


def _held(event: NewEvent) -> NewEvent:
    return NewEvent(
        id=event.id, document=event.document, delivery=event.delivery, routing_key=event.routing_key,
        ordering_key=event.ordering_key, attributes=event.attributes, held=True,
    )  # fmt: skip


def _outcome(verdicts: Sequence[_Verdict], accepted: int, rejected: int) -> Outcome:
    kinds = {verdict.verdict for verdict in verdicts if verdict.partner or verdict.accepted or verdict.rejected}
    if accepted:
        return Outcome.PARTIAL if rejected else Outcome.ACCEPTED
    if "quarantined" in kinds:
        return Outcome.QUARANTINED
    if rejected:
        return Outcome.REJECTED
    return Outcome.DUPLICATE if kinds == {"duplicate"} else Outcome.ACCEPTED


def _summary(outcome: Outcome, accepted: int, rejected: int, errors: Sequence[Problem]) -> str:
    """One line without content: counts, and the first error's code and title."""
    if outcome is Outcome.DUPLICATE:
        return "the same interchange was taken before; the first answer is sent again"
    text = f"{accepted} accepted, {rejected} rejected"
    if not errors:
        return text
    place = f" at line {errors[0].line}" if errors[0].line else ""
    return f"{text}: {errors[0].code} {errors[0].message}{place}"
