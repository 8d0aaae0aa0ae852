"""Documents that are handed in to be sent to a partner: kept, checked, recorded and queued in one commit.

Whatever door they come by, the rules are the same. The caller gets its answer when the commit is on disk. The same
content again, or again under the same idempotency key, gets the same answer, and nothing is sent twice.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from pydantic import BaseModel, ConfigDict

from adapters.contracts import Outcome
from adapters.partner import Partner
from adapters.translate import digest
from canonical.document import Document
from canonical.event import event_id
from canonical.problem import Problem, Severity, problem_of
from gateway import problems_submission as kinds
from gateway.ids import Clock, NewId
from gateway.ledger.contract import Ledger, Transaction
from gateway.ledger.records import DeliveryRow, DeliveryState, ProblemRow
from gateway.metrics import Metrics
from gateway.outgoing import Dispatch, Outgoing
from gateway.outgoing_words import SUBMITTED
from gateway.recording import Follow

_ONE_OF_A_NUMBER = frozenset({"purchase_order", "invoice"})
"""Documents of which a second one with the same number does harm."""
_MEANT_AGAIN = frozenset(
    {
        "cancel", "delete", "change", "replace", "confirmation", "duplicate", "status", "resubmission", "reissue",
        "cancelToBeReissued", "informationCopy", "corrected", "statusUpdate",
    }
)  # fmt: skip
"""Purposes that say of a number that it was there before."""


@dataclass(frozen=True, slots=True)
class Submission:
    """One document as it was handed in."""

    channel: str
    """The door it came by."""
    name: str
    """What the caller calls it, for people."""
    content: bytes
    """The bytes as they came."""
    partner: str
    """Whom it is for."""
    document: Document | None
    """None where the content is no valid document; then ``problems`` says why."""
    problems: tuple[Problem, ...] = ()
    key: str | None = None
    """The caller's idempotency key."""
    test: bool = False


class Submitted(BaseModel):
    """What became of a submission; it is kept, and given again to whoever asks the same again."""

    model_config = ConfigDict(frozen=True)

    delivery: str
    """The id under which the bytes are kept."""
    outcome: Outcome
    document: str | None = None
    """The id of the document and of its event."""
    parcel: str | None = None
    """The id of the transmission that it goes out with."""
    problems: tuple[Problem, ...] = ()
    repeated: bool = False
    """Whether this was answered before, and is only told again."""

    @property
    def accepted(self) -> bool:
        """Whether it is on its way."""
        return self.outcome is Outcome.ACCEPTED


class Submissions:
    """Takes documents to be sent."""

    def __init__(
        self, *, ledger: Ledger, dispatch: Dispatch, by_name: Callable[[str], Partner | None], clock: Clock,
        new_id: NewId, metrics: Metrics, recorded: Callable[[], None], follow: Follow | None = None,
        admit: Callable[[], None] = lambda: None,
    ) -> None:  # fmt: skip
        self._ledger = ledger
        self._dispatch = dispatch
        self._by_name = by_name
        self._clock = clock
        self._new_id = new_id
        self._metrics = metrics
        self._recorded = recorded
        self._follow = follow
        self._admit = admit

    async def submit(self, submission: Submission) -> Submitted:
        """The answer, when it is on disk. Raises LedgerError where it could not be kept."""
        self._admit()
        partner = self._by_name(submission.partner)
        found = await asyncio.to_thread(self._found, submission, partner)
        sha256 = digest(submission.content)
        if len(submission.content):
            await asyncio.to_thread(self._ledger.keep, submission.content)
        answer = await asyncio.wrap_future(
            self._ledger.write(lambda tx: self._record(tx, submission, sha256, partner, found))
        )
        if not answer.repeated:
            self._metrics.delivery(submission.channel, answer.outcome.value)
            self._recorded()
        return answer

    def _found(self, submission: Submission, partner: Partner | None) -> tuple[Problem, ...]:
        """All that is to be said about it without the ledger."""
        if partner is None:
            return (*submission.problems, problem_of(kinds.NO_SUCH_PARTNER, path="partner"))
        if submission.document is None:
            return submission.problems
        sent = self._dispatch.problems(submission.document, partner, self._clock(), test=submission.test)
        return (*submission.problems, *sent)

    def _record(
        self, tx: Transaction, submission: Submission, sha256: str, partner: Partner | None,
        found: tuple[Problem, ...],
    ) -> Submitted:  # fmt: skip
        stands_for = f"key:{submission.key}" if submission.key else f"sha256:{sha256}:{submission.partner}"
        origin = f"{stands_for}:test" if submission.test else stands_for
        first = tx.delivery_by_origin(submission.channel, origin)
        if first is not None:
            if (first.sha256, first.partner) == (sha256, submission.partner):
                return self._again(tx, first)
            found, origin = (problem_of(kinds.KEY_USED_BEFORE),), f"refused:{self._new_id()}"
        now, id = self._clock(), self._new_id()
        document = submission.document
        if document is not None and partner is not None and not _refused(found):
            found = (*found, *_sent_before(tx, document, partner))
        if document is None or partner is None or _refused(found):
            answer = Submitted(delivery=id, outcome=Outcome.REJECTED, problems=found)
            # What was refused may be handed in again when the cause is gone, so it stands for nothing.
            origin = f"refused:{id}"
        else:
            answer = Submitted(delivery=id, outcome=Outcome.ACCEPTED, document=event_id(
                digest(f"{submission.channel}:{origin}:{sha256}".encode()), 1, event=SUBMITTED
            ), parcel=None, problems=found)  # fmt: skip
        name = partner.name if partner is not None else None
        tx.add_delivery(_row(submission, id, origin, sha256, now, answer, name), submission.content)
        if answer.document is not None and document is not None and partner is not None:
            outgoing = Outgoing(answer.document, document, partner, id, 1, submission.test)
            answer = answer.model_copy(update={"parcel": self._dispatch.put(tx, outgoing, now)})
            row = tx.document(answer.document or "")
            if self._follow is not None and row is not None:
                self._follow(tx, (row,), now)
        tx.add_problems(
            [ProblemRow(id, answer.document, each.code, each.severity.value, each.to_json()) for each in found]
        )
        tx.add_answer(id, answer.model_dump_json().encode())
        return answer

    @staticmethod
    def _again(tx: Transaction, first: DeliveryRow) -> Submitted:
        told = tx.answer(first.id)
        if told is None:
            raise LookupError(f"delivery {first.id} has no answer")
        return Submitted.model_validate_json(told).model_copy(update={"repeated": True})


def _refused(found: tuple[Problem, ...]) -> bool:
    return any(problem.severity is Severity.ERROR for problem in found)


def _sent_before(tx: Transaction, document: Document, partner: Partner) -> tuple[Problem, ...]:
    if document.document_type not in _ONE_OF_A_NUMBER or document.purpose in _MEANT_AGAIN:
        return ()
    earlier = tx.documents(
        partner=partner.name, document_type=document.document_type, number=document.number, direction=SUBMITTED, limit=1
    )
    return (problem_of(kinds.NUMBER_SENT_BEFORE, path="number"),) if earlier else ()


def _row(
    submission: Submission, id: str, origin: str, sha256: str, now: datetime, answer: Submitted, partner: str | None
) -> DeliveryRow:
    errors = [problem for problem in answer.problems if problem.severity is Severity.ERROR]
    summary = f"1 rejected: {errors[0].code} {errors[0].message}" if errors else f"1 to be sent to {partner}"
    return DeliveryRow(
        id=id, channel=submission.channel, name=submission.name, origin=origin, sha256=sha256,
        size=len(submission.content), received_at=now, state=DeliveryState.RECORDED, partner=partner,
        outcome=answer.outcome.value, accepted=int(answer.accepted), rejected=int(not answer.accepted),
        summary=summary,
    )  # fmt: skip
