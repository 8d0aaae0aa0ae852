"""What the messages of an interchange say of documents that we sent, on its way to the ledger."""

from dataclasses import dataclass, field, replace

from adapters.reading import Message
from canonical.purchase_order_acknowledgment import PurchaseOrderAcknowledgment
from gateway.outbound.heard import TYPES, Heard, heard
from gateway.outgoing_words import ANSWERS

_ANSWER = "purchase_order_acknowledgment"


@dataclass(frozen=True, slots=True)
class Answered:
    """A document that answers one of ours."""

    document: str
    """The id of the answer."""
    document_type: str
    """Of the document that it answers."""
    number: str
    """Of that document too."""


@dataclass(slots=True)
class Listened:
    """Collected message by message."""

    heard: list[Heard] = field(default_factory=list)
    """What acknowledgments say."""
    answers: list[Answered] = field(default_factory=list)
    """Which documents of ours are answered."""

    def listen(self, message: Message, id: str) -> None:
        """Notes what an accepted message says; ``id`` is that of its document."""
        kind = message.body.document_type
        if kind in TYPES:
            usage = "T" if message.test else "P"
            self.heard += (replace(found, usage=usage) for found in heard(message.document))
        elif kind == _ANSWER:
            document = message.document
            said = document.provenance.message_type if document.provenance else None
            if isinstance(document, PurchaseOrderAcknowledgment) and said in ANSWERS:
                self.answers.append(Answered(id, ANSWERS[said], document.order_number))
