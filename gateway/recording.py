"""Recording a delivery: its rows in slices, and the verdict on each interchange in one last transaction.

The verdict is given inside the transaction that records it, so that two files with one control
number can never both be accepted.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import chain

from adapters.contracts import Delivery, Outcome, Receipt
from adapters.reading import AnyAnswer, Closing, InterchangeKey, Message
from adapters.translation.hl7_render import Hl7Answer
from adapters.translation.x12_strictness import PARTNER_CODES
from canonical.parts import Provenance
from canonical.problem import Problem, Severity
from canonical.rejection import Rejection
from gateway.ids import NewId
from gateway.ledger.contract import Transaction
from gateway.ledger.exception_records import key_of
from gateway.ledger.records import (
    DocumentRow,
    ExceptionRow,
    InterchangeRow,
    ParcelRow,
    ParcelState,
    ProblemRow,
)
from gateway.outbound.acknowledgments import Acknowledging
from gateway.repeating import repeat_answers
from gateway.reread import keep_accepted
from gateway.rows import Collected, Naming, Told, rows_of

SLICE = 8 << 20
"""Bytes of canonical JSON after which what was read is written to the ledger, still unseen."""

Follow = Callable[[Transaction, Iterable[DocumentRow], datetime], None]
"""Sends documents on that were just recorded, in the same transaction, where a rule says so."""


class Recorder:
    """Collects what is read of one delivery, and records it."""

    def __init__(
        self, delivery: Delivery, naming: Naming, new_id: NewId, slice_bytes: int = SLICE, follow: Follow | None = None
    ) -> None:
        self._delivery = delivery
        self._naming = naming
        self._new_id = new_id
        self._acknowledging = Acknowledging(new_id)
        self._slice_bytes = slice_bytes
        self._follow = follow
        self._done: list[Collected] = []
        self._current = Collected()
        self._size = 0
        self._told = Told()
        self._own: dict[tuple[InterchangeKey, str], str] = {}
        """Interchanges that an earlier reading of this delivery recorded, by key and digest."""
        self.kept: Counter[tuple[str, str]] = Counter()
        """Messages that were recorded, by document type and status."""

    @property
    def full(self) -> bool:
        """Whether enough is collected to be written as a slice."""
        return self._size >= self._slice_bytes

    def message(self, message: Message) -> None:
        """Adds a message of the current interchange."""
        current = self._current
        row, event = rows_of(message, self._delivery, self._naming)
        current.documents.append(row)
        current.events.append(event)
        current.tally[row.document_type, row.status] += 1
        self._size += len(row.body)
        if message.accepted:
            current.listened.listen(message, row.id)
        else:
            current.refused[row.id] = message.position, row.document_type
        for problem in message.problems:
            # What has no message type is of an envelope: told once for all its messages.
            self._problem(row.id if problem.message_type else None, problem)

    def closing(self, closing: Closing) -> None:
        """Ends the current interchange."""
        current = self._current
        current.closing = closing
        for problem in closing.problems:
            self._problem(None, problem)
        self._done.append(current)
        self._current = Collected()

    @property
    def reply(self) -> Hl7Answer | None:
        """What a sender that waits is told: of several answers the first that is negative."""
        replies = [done.closing.reply for done in self._done if done.closing is not None and done.closing.reply]
        return next((reply for reply in replies if not reply.positive), next(iter(replies), None))

    @property
    def keys(self) -> list[InterchangeKey]:
        """What its interchanges are known by."""
        return [done.closing.key for done in self._done if done.closing is not None and done.closing.key is not None]

    def take_slice(self) -> Callable[[Transaction], None]:
        """Gives what is collected so far as a work for the ledger; nobody sees it yet."""
        taken = [collected.take() for collected in (*self._done, self._current)]
        self._size = 0

        def work(tx: Transaction) -> None:
            for documents, events in taken:
                tx.add_documents(documents)
                tx.add_events(events)

        return work

    def record(self, tx: Transaction, now: datetime) -> Receipt:
        """Writes everything with its verdicts, and finishes the delivery. Returns the receipt."""
        delivery = self._delivery
        self.kept.clear()
        self._own = {
            (InterchangeKey(row.sender, row.receiver, row.control_number, row.usage), row.sha256): row.id
            for row in tx.interchanges_of(delivery.id)
        }
        if self._own:
            keep_accepted(tx, delivery.id, self._done)
        verdicts = [self._interchange(tx, collected, now) for collected in self._done]
        tx.release_events(delivery.id)
        found = [entry for verdict in verdicts for entry in verdict.problems]
        tx.add_problems(
            [
                ProblemRow(delivery.id, document, problem.code, problem.severity.value, problem.to_json())
                for document, problem in found
            ]
        )
        accepted = sum(verdict.accepted for verdict in verdicts)
        rejected = sum(verdict.rejected for verdict in verdicts)
        outcome = _outcome(verdicts, accepted, rejected)
        errors = [problem for _, problem in found if problem.severity is Severity.ERROR]
        summary = _summary(outcome, accepted, rejected, errors, self._told.left_out)
        partner = next((verdict.partner for verdict in verdicts if verdict.partner), None)
        tx.finish_delivery(
            delivery.id, partner=partner, outcome=outcome.value, accepted=accepted, rejected=rejected, summary=summary
        )
        if errors:
            tx.open_exception(
                ExceptionRow(
                    id=self._new_id(), kind="technical", code=errors[0].code, partner=partner, delivery=delivery.id,
                    document=None, message=summary, opened_at=now, key=key_of(errors[0].code, delivery.id),
                    channel=delivery.channel,
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
                        opened_at=now, key=key_of(found[0].code, self._delivery.id, partner),
                        channel=self._delivery.channel,
                    )
                )  # fmt: skip

    def _interchange(self, tx: Transaction, collected: Collected, now: datetime) -> "_Verdict":
        closing = collected.closing
        assert closing is not None  # noqa: S101 - only closed interchanges are done
        key = closing.key
        if key is None or closing.fatal:
            # A broken envelope does not use its control number up: the sender will repair it and send it again.
            self._keep(tx, collected, closing, "fatal", now)
            return _Verdict.of(collected, "quarantined" if closing.quarantine else "read")
        since = now - timedelta(days=closing.partner.duplicates.days)
        standing = (key.sender, key.receiver, key.control_number, key.usage, since)
        # Its own first reading does not stand in the way when a person asks for another one.
        besides = tuple(self._own.values())
        newest = tx.interchange(*standing, besides=besides)
        same = newest and tx.interchange(*standing, sha256=closing.sha256, besides=besides)
        if same is not None:
            tx.drop_documents(collected.written)
            self._interchange_row(tx, closing, "duplicate", now)
            repeat_answers(tx, same.id, self._delivery.id, self._new_id, now)
            noted: list[tuple[str | None, Problem]] = [(None, closing.repeat)] if closing.repeat else []
            return _Verdict(closing.partner.name, "duplicate", 0, 0, noted)
        reused = newest is not None and newest.verdict == "accepted"
        if reused and closing.conflict is not None and closing.partner.duplicates.interchange == "quarantine":
            tx.drop_documents(collected.written)
            return self._conflict(tx, closing, now)
        if reused and closing.reuse is not None:
            self._told_again(collected, closing.reuse)
        self._keep(tx, collected, closing, "accepted" if collected.count("accepted") else "rejected", now)
        return _Verdict.of(collected, "read")

    def _told_again(self, collected: Collected, problem: Problem) -> None:
        """Adds what the ledger alone can tell of an interchange."""
        if self._told.keeps(None, problem):
            collected.problems.append((None, problem))

    def _keep(self, tx: Transaction, collected: Collected, closing: Closing, verdict: str, now: datetime) -> None:
        tx.add_documents(collected.documents)
        tx.add_events(collected.events)
        self.kept.update(collected.tally)
        if self._follow is not None:
            written = (row for id in collected.written if (row := tx.document(id)) is not None)
            new = (row for row in chain(written, collected.documents) if row.position not in collected.known)
            self._follow(tx, new, now)
        self._acknowledging.take(tx, closing.partner.name, collected.listened, self._delivery.id, now)
        if closing.key is not None:
            answers = () if collected.answered else closing.sent
            self._answers(tx, answers, closing, self._interchange_row(tx, closing, verdict, now), now)

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
        return _Verdict(closing.partner.name, "quarantined", 0, 1, [(None, conflict)])

    def _interchange_row(self, tx: Transaction, closing: Closing, verdict: str, now: datetime) -> str:
        """The interchange's id; the one it got before where the delivery is read again."""
        key = closing.key
        assert key is not None  # noqa: S101 - asked for interchanges only
        known = self._own.pop((key, closing.sha256), None)
        if known is not None:
            tx.set_verdict(known, verdict)
            return known
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
        self, tx: Transaction, answers: Sequence[AnyAnswer], closing: Closing, interchange: str, now: datetime
    ) -> None:
        """Queues the answers; one that the sender has got already, from an earlier reading, is not sent again."""
        given = {parcel.body for parcel in tx.parcels_answering(interchange)} if answers else set()
        send = closing.partner.send
        for answer in answers:
            body = answer.model_dump_json(by_alias=True, exclude_none=True).encode()
            if body in given:
                continue
            tx.add_parcel(
                ParcelRow(
                    id=self._new_id(), partner=closing.partner.name,
                    channel=send.channel if send else self._delivery.channel, kind=answer.kind, body=body, context={},
                    state=ParcelState.QUEUED, created_at=now, delivery=self._delivery.id, interchange=interchange,
                )
            )  # fmt: skip

    def _problem(self, document: str | None, problem: Problem) -> None:
        if self._told.keeps(document, problem):
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


def _outcome(verdicts: Sequence[_Verdict], accepted: int, rejected: int) -> Outcome:
    kinds = {verdict.verdict for verdict in verdicts if verdict.partner or verdict.accepted or verdict.rejected}
    if accepted:
        return Outcome.PARTIAL if rejected else Outcome.ACCEPTED
    if "quarantined" in kinds:
        return Outcome.QUARANTINED
    if rejected:
        return Outcome.REJECTED
    return Outcome.DUPLICATE if kinds == {"duplicate"} else Outcome.ACCEPTED


def _summary(outcome: Outcome, accepted: int, rejected: int, errors: Sequence[Problem], left_out: int) -> str:
    """One line without content: counts, and the first error's code and title."""
    if outcome is Outcome.DUPLICATE:
        return "the same interchange was taken before; the first answer is sent again"
    text = f"{accepted} accepted, {rejected} rejected"
    if errors:
        place = f" at line {errors[0].line}" if errors[0].line else ""
        text += f": {errors[0].code} {errors[0].message}{place}"
    return f"{text}; {left_out:,} more problems are not kept" if left_out else text
