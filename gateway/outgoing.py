"""Documents on their way out: the document, the event that tells of it, and its parcel, in one commit."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from adapters.mappings.registry import X12_MAPPINGS
from adapters.partner import Identity, Partner
from adapters.translation.x12_write import write
from canonical.document import Document
from canonical.event import attributes, event_for
from canonical.problem import Problem, problem_of
from gateway import problems_submission as kinds
from gateway.ids import NewId
from gateway.ledger.contract import Transaction
from gateway.ledger.outbound_records import ParcelDocumentRow
from gateway.ledger.records import DocumentRow, NewEvent, ParcelRow, ParcelState
from gateway.outbound.batches import queue
from gateway.outbound.usage import channel_of, usage_of
from gateway.outgoing_words import SUBMITTED
from gateway.problems_outbound import PARTNER_TAKES_NO_TEST
from gateway.profiles import document_profile
from gateway.rendering import DOCUMENT, TEST
from gateway.rows import Naming


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One document for one partner."""

    id: str
    """Of the document and of its event: always the same for the same input."""
    document: Document
    partner: Partner
    delivery: str
    """What it was called for by: a submission, or what came in and was routed."""
    position: int
    """In that delivery, from 1."""
    test: bool = False


class Dispatch:
    """Puts documents on their way."""

    def __init__(
        self, *, own: Sequence[Identity], naming: Naming, new_id: NewId,
        real_there: Callable[[str, str], bool] = lambda _channel, _besides: False,
    ) -> None:  # fmt: skip
        """``real_there`` says whether any partner but the one named gets real documents by a channel."""
        self._real_there = real_there
        self._own = own
        self._naming = naming
        self._new_id = new_id

    def problems(
        self, document: Document, partner: Partner, now: datetime, *, test: bool = False
    ) -> tuple[Problem, ...]:  # fmt: skip
        """What is to be said about sending this: an error keeps it from being sent. Uses no control number."""
        send = partner.send
        if send is None:
            return (problem_of(kinds.NOWHERE_TO_SEND, found=partner.name),)
        channel = channel_of(send, test=test)
        if usage_of(partner, test=test) == "T" and self._real_there(channel, partner.name):
            return (problem_of(PARTNER_TAKES_NO_TEST, found=channel),)
        if send.format == "json":
            return ()
        profile = document_profile(self._own, partner, document.document_type, test=test)
        if profile is None:
            return (problem_of(kinds.NOWHERE_TO_SEND, found=partner.name),)
        tried = write(document, profile, lambda _: 1, now)
        return tried.problems

    def put(self, tx: Transaction, outgoing: Outgoing, now: datetime) -> str:
        """Records it and queues its parcel; returns the parcel's id. ValueError where the partner has no channel."""
        document, partner = outgoing.document, outgoing.partner
        if partner.send is None:
            raise ValueError(f"nothing says how to reach {partner.name}")
        body = document.to_json()
        tx.add_documents([self._row(outgoing, body, now)])
        tx.add_events([self._event(outgoing, now)])
        usage, channel = usage_of(partner, test=outgoing.test), channel_of(partner.send, test=outgoing.test)
        row = ParcelRow(
            id=self._new_id(), partner=partner.name, channel=channel, kind=kind_of(document, partner), body=body,
            context={DOCUMENT: document.document_type, "id": outgoing.id, TEST: outgoing.test},
            state=ParcelState.QUEUED, created_at=now, delivery=outgoing.delivery,
            document_type=document.document_type, usage=usage,
        )  # fmt: skip
        inside = ParcelDocumentRow(row.id, 1, outgoing.id, document.number, len(body))
        return queue(tx, row, inside, partner.agreements.get(document.document_type), partner.send.format, now)

    def _row(self, outgoing: Outgoing, body: bytes, now: datetime) -> DocumentRow:
        document, provenance = outgoing.document, outgoing.document.provenance
        return DocumentRow(
            id=outgoing.id, delivery=outgoing.delivery, position=outgoing.position, partner=outgoing.partner.name,
            document_type=document.document_type, number=document.number, correlation=document.correlation,
            status="accepted", standard=provenance.standard if provenance else "JSON", message_type=None,
            interchange=None, group=None, transaction=None, body=body, recorded_at=now, direction=SUBMITTED,
        )  # fmt: skip

    def _event(self, outgoing: Outgoing, now: datetime) -> NewEvent:
        document, partner = outgoing.document, outgoing.partner
        event = event_for(
            document, event=SUBMITTED, id=outgoing.id, gateway=self._naming.gateway, partner=partner.name, time=now,
            delivery=outgoing.delivery, test=outgoing.test, prefix=self._naming.event_prefix,
        )  # fmt: skip
        return NewEvent(
            id=outgoing.id, document=outgoing.id, delivery=outgoing.delivery,
            routing_key=f"supply.{document.document_type}.{SUBMITTED}.{partner.name}",
            ordering_key=partner.name if partner.preserve else f"{partner.name}:{document.correlation}",
            attributes=attributes(event),
        )  # fmt: skip


_SETS = {document_type: set_id for set_id, (document_type, _) in reversed(list(X12_MAPPINGS.items()))}
"""Document type to the first transaction set that says it."""


def kind_of(document: Document, partner: Partner) -> str:
    """What a parcel with this document is called: the transaction set, or, where none is written, its type."""
    written = partner.send is not None and partner.send.format == "x12"
    return _SETS.get(document.document_type, document.document_type) if written else document.document_type
