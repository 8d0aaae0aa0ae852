"""What comes out of reading a delivery: messages, each a document or a rejection, and envelope verdicts."""

from dataclasses import dataclass

from adapters.partner import Partner
from canonical.document import Document
from canonical.problem import Problem


@dataclass(frozen=True, slots=True)
class Message:
    """One transaction set or message: accepted as a document, or rejected with its problems."""

    position: int
    """Counts the messages of the delivery from 1; part of the event id."""
    document: Document
    """The canonical document, or a ``Rejection``."""
    accepted: bool
    problems: tuple[Problem, ...]
    partner: Partner
    test: bool


@dataclass(frozen=True, slots=True)
class InterchangeKey:
    """What makes an interchange the same as another: parties, control number, usage (ISA05-08, 13, 15)."""

    sender: str
    receiver: str
    control_number: str
    usage: str


@dataclass(frozen=True, slots=True)
class Closing:
    """The end of one interchange (or of a delivery that holds none): its verdict and its answers."""

    partner: Partner
    key: InterchangeKey | None
    sha256: str
    """Digest of the interchange's own bytes, ISA to IEA: the same interchange in another file has the same."""
    fatal: bool
    """The envelope cannot be trusted: nothing in it was accepted."""
    quarantine: bool
    """A person must decide: the sender is unknown."""
    problems: tuple[Problem, ...]
    """Those of the envelope; the messages carry their own."""
    acknowledgments: tuple[Document, ...]
    """The answers due, in order: an interchange acknowledgment, then one functional acknowledgment a group."""
    conflict_acknowledgments: tuple[Document, ...]
    """The answers instead, where the ledger finds the control number used before with other content."""
    conflict: Problem | None
    """The problem to record in that case."""


Item = Message | Closing
"""A delivery reads as: messages of one interchange, its closing, messages of the next, …"""
