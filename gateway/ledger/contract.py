"""The ledger's contract: whole transactions in, values out.

Whoever implements it is examined by ``tests/conformance.py``. A write is one function that runs as
one transaction on the ledger's own writer thread; nobody awaits between begin and commit. When the
future of ``write`` resolves, the transaction is on disk.
"""

from collections.abc import Callable, Collection, Iterable, Sequence
from concurrent.futures import Future
from datetime import datetime
from typing import Protocol, TypeVar

from adapters.contracts import Content
from gateway.ledger.care_book import CareChanges, CareReads
from gateway.ledger.contract_api import KeyChanges, KeyReads, Lists
from gateway.ledger.contract_audit import AuditChanges, AuditReads
from gateway.ledger.contract_dead_letters import DeadLetterChanges, DeadLetterReads
from gateway.ledger.contract_exceptions import ExceptionChanges, ExceptionReads
from gateway.ledger.contract_nodes import NodeChanges, NodeReads
from gateway.ledger.contract_outbound import ParcelChanges, ParcelReads
from gateway.ledger.contract_rekeying import RekeyingChanges
from gateway.ledger.contract_replay import ReplayChanges, ReplayReads
from gateway.ledger.node_records import Lease
from gateway.ledger.records import (
    Backlog,
    DeliveryRow,
    DocumentRow,
    EventRow,
    InterchangeRow,
    NewEvent,
    ProblemRow,
)
from gateway.ledger.routing_book import RoutingChanges, RoutingReads

T = TypeVar("T")


class LedgerError(Exception):
    """The ledger cannot be trusted or written: stop accepting. The message says what a person does."""


class LedgerUnavailable(LedgerError):  # noqa: N818 - a state, told as such
    """Nothing was written, and nothing is wrong with the ledger: it works again by itself, so try again."""


class LedgerFull(LedgerUnavailable):
    """The disk is full: it works again when there is room."""


class LedgerReadOnly(LedgerError):  # noqa: N818 - a state, told as such
    """It was opened for reading, or cannot be written beside a running gateway."""


class LedgerBusy(LedgerUnavailable):
    """Another process holds the ledger for longer than a command should."""


class LeaseLost(LedgerUnavailable):
    """Another node does now what this one was doing."""

    def __init__(self, lease: Lease) -> None:
        super().__init__(f"another node has taken over {lease.name}: nothing was written")
        self.lease = lease


class Reads(ParcelReads, KeyReads, Lists, ExceptionReads, ReplayReads, DeadLetterReads, Protocol):
    """Questions to the ledger; all see one consistent state."""

    def delivery(self, id: str) -> DeliveryRow | None: ...

    def delivery_content(self, id: str) -> Content | None:
        """The raw bytes, a large file mapped, verified against their digest; None where they were pruned. LedgerError
        where they differ."""

    def answer(self, delivery: str) -> bytes | None:
        """What a sender that waited was told; None where nobody waited, or nothing was to be said."""

    def deliveries(self, *, after: str | None = None, limit: int = 100, partner: str | None = None,
                   outcome: str | None = None, newest_first: bool = True) -> list[DeliveryRow]: ...  # fmt: skip

    def first_delivery(self, channel: str, sha256: str) -> DeliveryRow | None:
        """The recorded arrival of these bytes through this channel that repeats no other; the newest, where a person or
        a change of the settings had them read anew."""

    def delivery_by_origin(self, channel: str, origin: str) -> DeliveryRow | None:
        """The arrival with this origin: asked after a crash, to tell "seen again" from "sent again"."""

    def unread_deliveries(self, limit: int = 100, *, besides: Collection[str] = ()) -> list[DeliveryRow]:
        """Those still ``received``, oldest first, but for those that the nodes ``besides`` read."""

    def unread_delivery(self, sha256: str) -> DeliveryRow | None:
        """The oldest delivery of these bytes, by whatever channel, that is still to be read."""

    def held_digests(self) -> set[str]:
        """Digests of the deliveries that nobody could read to their end (``DeliveryRow.held``)."""

    def interchange(
        self,
        sender: str,
        receiver: str,
        control_number: str,
        usage: str,
        since: datetime,
        *,
        sha256: str | None = None,
        besides: Collection[str] = (),
    ) -> InterchangeRow | None:
        """The newest interchange that stands for this key: verdict ``accepted`` or ``rejected``, recorded since.

        With ``sha256`` only one of these very bytes; those with an id in ``besides`` are passed over.
        """

    def interchanges_of(self, delivery: str) -> list[InterchangeRow]:
        """All interchanges recorded for a delivery, in order."""

    def document(self, id: str) -> DocumentRow | None: ...

    def documents(
        self,
        *,
        delivery: str | None = None,
        partner: str | None = None,
        document_type: str | None = None,
        number: str | None = None,
        status: str | None = None,
        direction: str | None = None,
        limit: int = 100,
    ) -> list[DocumentRow]:
        """Newest first; with ``delivery``, in the delivery's order."""

    def problems(self, delivery: str) -> list[ProblemRow]: ...

    def event(self, id: str) -> EventRow | None: ...

    def published(
        self, *, after: int = 0, limit: int = 500, document_type: str | None = None, partner: str | None = None
    ) -> list[EventRow]:
        """Published events in order of publication, those with ``feed_position`` above ``after``."""

    def cursor(self, channel: str) -> str | None:
        """How far a channel that asks has come; None before its first answer."""

    def backlog(self) -> Backlog: ...

    @property
    def care(self) -> CareReads:
        """Legal holds, and what can be pruned."""

    @property
    def routing(self) -> RoutingReads:
        """Cross references, what is parked, what was routed."""

    @property
    def nodes(self) -> NodeReads:
        """The nodes that share the ledger, and their leases."""

    @property
    def trail(self) -> AuditReads:
        """The audit trail."""


class Transaction(Reads, ParcelChanges, KeyChanges, ExceptionChanges, ReplayChanges, DeadLetterChanges, Protocol):
    """One transaction: all questions, and all changes. All or nothing."""

    def look_ahead(
        self, deliveries: Iterable[tuple[str, str]], interchanges: Iterable[tuple[str, str, str, str]]
    ) -> None:
        """Tells what will be asked, so that it can be asked at once: ``first_delivery`` by channel and digest,
        ``interchange`` by sender, receiver, control number and usage. Changes no answer."""

    def add_delivery(self, row: DeliveryRow, content: Content) -> None: ...

    def begin_reading(self, delivery: str, reader: str | None = None) -> int:
        """Counts one more attempt to read, by the node ``reader``, and returns the count. What an earlier attempt left
        held is forgotten."""

    def forgive_reading(self, delivery: str | None = None, *, reader: str | None = None) -> None:
        """Takes the attempts of one delivery, or of all unread ones (of a node), back: no fault of theirs ended
        them."""

    def finish_delivery(
        self, delivery: str, *, partner: str | None, outcome: str, accepted: int, rejected: int, summary: str
    ) -> None:
        """State ``recorded`` with its outcome."""

    def add_answer(self, delivery: str, content: bytes) -> None:
        """What its sender is told. One that is there already stays: it may have been sent."""

    def reopen_delivery(self, delivery: str, *, forget: bool = True) -> None:
        """State ``received`` again, attempts 0: it will be read once more. Its documents and problems are
        removed where their events were never published, unless nothing is to be forgotten; and what its sender was
        told."""

    def add_interchange(self, row: InterchangeRow) -> None: ...

    def set_verdict(self, interchange: str, verdict: str) -> None:
        """Another verdict, for an interchange that was read again."""

    def add_documents(self, rows: Sequence[DocumentRow]) -> None:
        """A document whose id is there already stays as it is: reading again is harmless."""

    def drop_documents(self, ids: Sequence[str]) -> None:
        """Forgets documents (and their events) that turned out to repeat others; held events only."""

    def add_problems(self, rows: Sequence[ProblemRow]) -> None: ...

    def add_events(self, rows: Sequence[NewEvent]) -> None:
        """An event whose id is there already stays as it is."""

    def release_events(self, delivery: str) -> int:
        """Held events of a delivery become ready; returns how many."""

    def claim_events(
        self, limit: int, *, resting: Collection[str] = (), besides: Collection[int] = ()
    ) -> list[EventRow]:
        """The next ready events in order, each with one more attempt counted.

        Of each ordering key only the first ready event is given. Where its routing key is in ``resting``, nothing
        of that ordering key is given: one queue that refuses does not stop the others, nor the order of its own. Those
        whose sequence is in ``besides`` are passed over, with all behind them: they are on their way already.
        """

    def mark_published(self, ids: Iterable[str], at: datetime) -> None:
        """They are published, in this order."""

    def replay_event(self, id: str) -> bool:
        """Makes a published event ready once more under the same id; false when there is none, or when its content
        was pruned."""

    def next_number(self, scope: str) -> int:
        """The next control number of a scope, from 1 to 999999999 and round again; never the same twice in a row
        of a thousand million, whatever crashes."""

    def use_nonce(self, value: str, expires_at: datetime, now: datetime) -> bool:
        """Whether it is used for the first time; from now on, and until it expires, it is not."""

    def move_cursor(self, channel: str, value: str, at: datetime) -> None: ...

    @property
    def care(self) -> CareChanges:
        """The same, with changes."""

    @property
    def routing(self) -> RoutingChanges:
        """The same, with changes."""

    @property
    def nodes(self) -> NodeChanges:
        """The same, with changes."""

    @property
    def rekeying(self) -> RekeyingChanges:
        """Content sealed with another key."""

    @property
    def trail(self) -> AuditChanges:
        """The same, with changes."""


class Ledger(Protocol):
    """The book itself."""

    def write(self, work: Callable[[Transaction], T]) -> Future[T]:
        """Runs ``work`` as one transaction on the writer thread. The future resolves after the commit is on disk,
        with its value, or with what it raised (then nothing was written). Many works may share one commit."""

    def read(self, work: Callable[[Reads], T]) -> T:
        """Runs ``work`` on this thread against a read-only view."""

    def keep(self, content: Content) -> None:
        """Makes large content durable on this thread, ahead of the write that names it, so that the writer thread
        need not wait for it. Optional, and nothing for small content; LedgerError as with ``write``."""

    def check(self) -> None:
        """Raises LedgerError when the ledger cannot be written."""

    def close(self) -> None:
        """Finishes what was handed in and closes; a second call does nothing."""
