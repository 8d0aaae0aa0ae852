"""From what was read to rows: a message as its row in the ledger, with the event that tells of it."""

from collections import Counter
from dataclasses import dataclass, field, replace

from adapters.contracts import Delivery
from adapters.reading import Closing, Message
from canonical.event import attributes, event_for, event_id
from canonical.parts import Provenance
from canonical.problem import Problem, Severity
from gateway.ledger.records import DocumentRow, NewEvent
from gateway.outbound.listened import Listened

MOST_PROBLEMS = 10_000
"""Problems that are kept of one delivery; of each document the first error is kept whatever their number."""


@dataclass(frozen=True, slots=True)
class Naming:
    """How this gateway names itself and its events."""

    gateway: str
    event_prefix: str


def rows_of(message: Message, delivery: Delivery, naming: Naming) -> tuple[DocumentRow, NewEvent]:
    """A message as its row in the ledger and the event that tells of it."""
    document = message.body
    name = "received" if message.accepted else "rejected"
    id = event_id(delivery.sha256, message.position, event=name)
    provenance = document.provenance or Provenance(standard="UNKNOWN")
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
    return partner.name if partner.preserve else f"{partner.name}:{message.body.correlation}"


@dataclass(slots=True)
class Collected:
    """The rows of one interchange, on their way to the ledger."""

    documents: list[DocumentRow] = field(default_factory=list)
    events: list[NewEvent] = field(default_factory=list)
    problems: list[tuple[str | None, Problem]] = field(default_factory=list)
    """With the id of the document that each belongs to; those of an envelope belong to none."""
    written: list[str] = field(default_factory=list)
    """Ids of documents that are in the ledger already, held."""
    tally: Counter[tuple[str, str]] = field(default_factory=Counter)
    """Messages by document type and status."""
    listened: Listened = field(default_factory=Listened)
    """What is said in it of documents that we sent."""
    closing: Closing | None = None
    refused: dict[str, tuple[int, str]] = field(default_factory=dict)
    """Place and document type of what is rejected, by id."""
    known: frozenset[int] = frozenset()
    """Places of what an earlier reading accepted."""
    answered: bool = False
    """Whether the answers of an earlier reading stand, and no others are given."""

    def count(self, status: str) -> int:
        """How many messages have this status."""
        return sum(number for (_, own), number in self.tally.items() if own == status)

    def take(self) -> tuple[list[DocumentRow], list[NewEvent]]:
        """What is not written yet, to be written held: nobody sees it until the whole delivery is recorded."""
        documents, events = self.documents, [replace(event, held=True) for event in self.events]
        self.written.extend(row.id for row in documents)
        self.documents, self.events = [], []
        return documents, events


class Told:
    """Decides which problems of a delivery are kept: each once, not without end, and never all errors of a document."""

    def __init__(self) -> None:
        self._seen: set[tuple[str | None, Problem]] = set()
        self._refused: set[str | None] = set()
        self.left_out = 0

    def keeps(self, document: str | None, problem: Problem) -> bool:
        """Whether this one is to be kept."""
        key = (document, problem)
        if key in self._seen:
            return False
        first_error = problem.severity is Severity.ERROR and document not in self._refused
        if len(self._seen) >= MOST_PROBLEMS and not first_error:
            self.left_out += 1
            return False
        if first_error:
            self._refused.add(document)
        self._seen.add(key)
        return True
