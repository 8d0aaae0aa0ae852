"""From the bytes of a hospital's file to the files that a supplier sends back."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from adapters.partner import Acknowledgments, Partner
from adapters.reading import Closing, Message
from adapters.translate import digest, read_delivery, render
from adapters.translation.x12_answers import Answer, NextNumber
from adapters.translation.x12_group_answers import GroupAnswers
from adapters.translation.x12_write import OutboundProfile, Written, write
from canonical.document import Document
from canonical.functional_acknowledgment import FunctionalAcknowledgment
from canonical.interchange_acknowledgment import InterchangeAcknowledgment
from canonical.purchase_order import PurchaseOrder
from gateway.robot.behaviour import Behaviour
from gateway.robot.papers import Papers


@dataclass(frozen=True, slots=True)
class Reply:
    """One file that the supplier sends."""

    kind: str
    """``997``, ``TA1``, ``855``, ``856`` or ``810``."""
    name: str
    """With its control number in front: where files came within one second, their names tell the order."""
    content: bytes
    delay: float = 0.0
    """Seconds after the order."""


@dataclass(frozen=True, slots=True)
class Refused:
    """Why a paper could not be written, in a few words."""

    kind: str
    reason: str


class Supplier:
    """Answers orders to one partner's name as that partner would."""

    def __init__(self, profile: OutboundProfile, behaviour: Behaviour, next_number: NextNumber) -> None:
        """``profile`` is the supplier's own: it sends, the hospital receives."""
        self._profile = profile
        self._behaviour = behaviour
        self._new = next_number
        self._given: dict[str, int] = {}
        """The last number of each scope."""

    def replies(self, content: bytes, now: datetime) -> Iterator[Reply | Refused]:
        """What goes back, in order; nothing where the file is no order."""
        hospital = Partner(name="hospital", acknowledgments=Acknowledgments())
        orders: list[PurchaseOrder] = []
        for item in read_delivery(content, digest(content), lambda *_: hospital):
            if isinstance(item, Message):
                if item.accepted and isinstance(item.document, PurchaseOrder):
                    orders.append(item.document)
            else:
                yield from self._acknowledged(item, bool(orders), now)
                if self._behaviour.functional != "reject" and not self._behaviour.interchange_rejected:
                    for order in orders:
                        yield from self._papers(order, now)
                orders = []

    def _acknowledged(self, closing: Closing, ordered: bool, now: datetime) -> Iterator[Reply]:
        behaviour = self._behaviour
        for answer in closing.answers:
            if not ordered or behaviour.functional == "none":
                continue
            told = _as_told(answer, closing.key.control_number if closing.key else "", behaviour)
            content, number = render(told, self._next, now)
            yield Reply(told.kind, f"{number}-{told.kind}.edi", content, behaviour.functional_delay)

    def _papers(self, order: PurchaseOrder, now: datetime) -> Iterator[Reply | Refused]:
        papers, silent = Papers(order, self._behaviour, now.date()), self._behaviour.silent
        if "855" not in silent:
            answered = papers.acknowledgment()
            yield from self._written("855", answered, now)
            if self._behaviour.duplicate_envelope:
                yield from self._again(answered.model_copy(update={"status": "rejected", "status_code": "RD"}), now)
        if "856" not in silent:
            for notice in papers.notices():
                yield from self._written("856", notice, now)
        invoice = papers.invoice()
        if "810" not in silent and invoice is not None:
            yield from self._written("810", invoice, now)

    def _written(self, kind: str, document: Document, now: datetime) -> Iterator[Reply | Refused]:
        done = write(document, self._profile, self._next, now)
        if isinstance(done, Written):
            yield Reply(kind, f"{done.control_number}-{kind}.edi", done.content)
        else:
            yield Refused(kind, "; ".join(f"{each.code} {each.message}" for each in done.problems[:3]))

    def _again(self, document: Document, now: datetime) -> Iterator[Reply | Refused]:
        """Other content under the control numbers that were used last."""
        done = write(document, self._profile, self._given.__getitem__, now)
        if isinstance(done, Written):
            yield Reply("855", f"{done.control_number}-855-again.edi", done.content)

    def _next(self, scope: str) -> int:
        self._given[scope] = self._new(scope)
        return self._given[scope]


def _as_told(answer: Answer, control_number: str, behaviour: Behaviour) -> Answer:
    """The acknowledgment as the behaviour wants it."""
    if behaviour.interchange_rejected:
        refusal = InterchangeAcknowledgment(number=control_number, status="rejected", status_code="R", note_code="024")
        return Answer(kind="TA1", address=answer.address, interchange=refusal)
    if behaviour.functional != "reject":
        return answer
    groups = GroupAnswers(group.model_copy(update={"document": _rejected(group.document)}) for group in answer.groups)
    return answer.model_copy(update={"groups": groups})


def _rejected(document: FunctionalAcknowledgment) -> FunctionalAcknowledgment:
    """A 997 that takes none of the group's sets (AK501 R, AK901 R)."""
    no = {"status": "rejected", "status_code": "R", "codes": ("5",)}
    sets = tuple(each.model_copy(update=no) for each in document.sets)
    return document.model_copy(update={**no, "accepted": 0, "sets": sets})
