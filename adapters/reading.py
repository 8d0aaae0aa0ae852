"""What comes out of reading a delivery: messages, each a document or a rejection, and envelope verdicts."""

from dataclasses import dataclass

from adapters.partner import Partner
from adapters.translation.hl7_render import Hl7Answer
from adapters.translation.x12_answers import Answer
from canonical.checked import AnyDocument
from canonical.document import Document
from canonical.problem import Problem

AnyAnswer = Answer | Hl7Answer
"""An acknowledgment of either standard."""


@dataclass(frozen=True, slots=True)
class Message:
    """One transaction set or message: accepted as a document, or rejected with its problems."""

    position: int
    """Counts the messages of the delivery from 1; part of the event id."""
    body: AnyDocument
    """The canonical document, or a ``Rejection``: what most readers of a message ask for, without a model of it all."""
    accepted: bool
    problems: tuple[Problem, ...]
    partner: Partner
    test: bool

    @property
    def document(self) -> Document:
        """The body as a model."""
        body = self.body
        return body if isinstance(body, Document) else body.model


@dataclass(frozen=True, slots=True)
class InterchangeKey:
    """What makes an interchange the same as another: parties, control number, usage.

    ISA05 to 08, ISA13 and ISA15 in X12; MSH-3 to MSH-6, MSH-10 and MSH-11 in HL7, of a batch those of its BHS.
    """

    sender: str
    receiver: str
    control_number: str
    usage: str


@dataclass(frozen=True, slots=True)
class Closing:
    """The end of one interchange (or of what stands outside all): its verdict and its answers."""

    partner: Partner
    key: InterchangeKey | None
    """None where there is no interchange."""
    sha256: str
    """Digest of the interchange's own bytes, ISA to IEA: the same interchange in another file has the same."""
    fatal: bool = False
    """The envelope cannot be trusted: nothing in it was accepted."""
    quarantine: bool = False
    """A person must decide: the sender is unknown."""
    problems: tuple[Problem, ...] = ()
    """Those of the envelope; the messages carry their own."""
    answers: tuple[Answer, ...] = ()
    """The acknowledgments of X12 that are due."""
    messages: tuple[Hl7Answer, ...] = ()
    """The acknowledgments of HL7 that go out as messages or files of their own."""
    reply: Hl7Answer | None = None
    """What the sender is told on the line that it waits on, where it waits."""
    repeat: Problem | None = None
    """What to note where the ledger finds that the very same interchange came before."""
    reuse: Problem | None = None
    """What to note where the control number was used before with other content, and this is taken as new."""
    conflict: Problem | None = None
    """The problem to record where the ledger finds the control number used before with other content."""
    conflict_answers: tuple[Answer, ...] = ()
    """The acknowledgments due instead in that case."""

    @property
    def sent(self) -> tuple[AnyAnswer, ...]:
        """Everything that is to be sent, of either standard; without ``reply``, which the channel gives."""
        return (*self.answers, *self.messages)


Item = Message | Closing
"""A delivery reads as: messages of one interchange, its closing, messages of the next, …"""
