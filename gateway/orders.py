"""Orders as the ledger has them: their documents, what left, what was acknowledged, and the projection of all that."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Final

from adapters.partner import Partner
from canonical.document import Document
from canonical.registry import DOCUMENTS
from gateway.ledger.contract import Reads
from gateway.ledger.records import DocumentHead, DocumentRow, ParcelRow
from gateway.ledger.replay_records import REPLAYED
from gateway.outgoing_words import SUBMITTED
from gateway.tracking.agreement import Agreement
from gateway.tracking.amounts import Converter, Item, refuse
from gateway.tracking.events import Acknowledged, Came, Direction, Event, Transmitted, Verdict, orders_of
from gateway.tracking.order import Order
from gateway.tracking.papers import Kind
from gateway.tracking.project import replay
from gateway.xref.book import Lookup
from gateway.xref.entries import ALL

_WITHOUT_CORRELATION: Final = ("ship_notice", "receipt", "remittance_advice")
"""Documents that may be about several orders; then the ledger does not know them by the order's number."""
_NEWEST: Final = 300
"""How many of each of these are looked through, the newest first."""
_BY_BUYER: Final = frozenset({"purchase_order", "purchase_order_change"})
_BY_SELLER: Final = frozenset({"purchase_order_acknowledgment", "ship_notice", "invoice"})
_VERDICTS: Final[dict[str, Verdict]] = {
    "accepted": "accepted", "accepted_with_errors": "acceptedWithErrors", "partially_accepted": "partiallyAccepted",
    "rejected": "rejected",
}  # fmt: skip
_KINDS: Final = {"TA1": "TA1", "824": "824", "MSA": "ACK"}
"""How what is noted of an acknowledgment begins, to its kind."""


@dataclass(frozen=True, slots=True)
class Link:
    """One document of the chain, with what carried it."""

    head: DocumentHead
    parcels: tuple[ParcelRow, ...] = ()
    """What left with it, or, for what we received, what we answered."""
    acknowledged: tuple[Acknowledged, ...] = ()


def agreement_with(partner: Partner | None) -> Agreement:
    """What was agreed for orders: how soon the 997 and the 855 come. Prices have no tolerance."""
    agreed = partner.agreements.get("purchase_order") if partner is not None else None
    if agreed is None:
        return Agreement()
    functional = agreed.acknowledged_within if agreed.acknowledgment != "none" else None
    return Agreement(functional=functional, answer=agreed.answered_within)


@dataclass(frozen=True, slots=True)
class Chain:
    """An order with its documents in the order of recording, rejected ones among them."""

    order: Order
    links: tuple[Link, ...]

    @property
    def partner(self) -> str | None:
        """Whom the order was sent to, or who sent it; None where it is not known."""
        return next((paper.partner for paper in self.order.papers if paper.kind is Kind.ORDER), None)


@dataclass(slots=True)
class OrderBook:
    """Answers questions about orders from one consistent view of the ledger."""

    reads: Reads
    lookup: Lookup | None = None
    """The house's cross-references: factors between units. Without them only quantities of one unit are compared."""
    _shared: dict[str, list[tuple[DocumentRow, Document]]] | None = field(default=None)

    def recent(self, *, partner: str | None, limit: int) -> Iterator[DocumentHead]:
        """The newest order document of each number, newest first."""
        seen: set[str] = set()
        after: int | None = None
        while True:
            page = self.reads.list_documents(
                document_type="purchase_order", partner=partner, status="accepted", after=after, limit=200
            )
            for head in page.rows:
                if head.number not in seen:
                    seen.add(head.number)
                    yield head
                if len(seen) >= limit:
                    return
            if page.next is None:
                return
            after = page.next

    def chain(self, number: str, *, partner: str | None = None) -> Chain | None:
        """All that is known of an order; None where no document names it."""
        rows = {head.id: head for head in self.reads.order_documents(number, partner=partner)}
        found: dict[str, tuple[Link, Document | None, str | None]] = {}
        for head in rows.values():
            found[head.id] = (Link(head), self._document(head), None)
            if head.direction == SUBMITTED and head.document_type == "purchase_order":
                for asked in self._requisitions(head):
                    found[asked.id] = (Link(asked), _parsed(asked), number)
        for row, shared in self._elsewhere().get(number, ()):
            if partner in (None, row.partner):
                found.setdefault(row.id, (Link(row), shared, None))
        links: list[Link] = []
        events: list[Event] = []
        for link, document, follows in found.values():
            ours = link.head.direction == SUBMITTED
            parcels = tuple(self._parcels(link.head))
            acknowledged = tuple(self._acknowledged(link.head, parcels)) if ours else ()
            links.append(Link(link.head, parcels, acknowledged))
            if document is not None:
                events.append(_came(link.head, document, follows))
                events += (*acknowledged, *_transmitted(link.head.id, parcels)) if ours else ()
        if not links:
            return None
        # What a route made has the time and the place of what it was made from, and comes after it.
        links.sort(
            key=lambda link: (
                link.head.recorded_at, link.head.delivery, link.head.position, link.head.direction == SUBMITTED,
            )
        )  # fmt: skip
        return Chain(replay(Order(number), events, self._convert(links)), tuple(links))

    def _convert(self, links: Iterable[Link]) -> Converter:
        """Factors as they hold for the seller: whom the order is sent to, or who answers it."""
        lookup = self.lookup
        if lookup is None:
            return refuse
        for link in links:
            ours = link.head.document_type in _BY_BUYER
            if ours == (link.head.direction == SUBMITTED) and (ours or link.head.document_type in _BY_SELLER):
                return factors(lookup, link.head.partner)
        return factors(lookup, ALL)

    def _document(self, head: DocumentHead) -> Document | None:
        row = self.reads.document(head.id) if head.status == "accepted" else None
        return _parsed(row) if row is not None else None

    def _requisitions(self, head: DocumentHead) -> list[DocumentRow]:
        """What a route made the order from: it came with the same delivery."""
        rows = self.reads.documents(delivery=head.delivery, document_type="requisition", status="accepted", limit=1000)
        return rows if len(rows) == 1 else [row for row in rows if row.position == head.position]

    def _elsewhere(self) -> dict[str, list[tuple[DocumentRow, Document]]]:
        if self._shared is None:
            self._shared = {}
            for document_type in _WITHOUT_CORRELATION:
                for row in self.reads.documents(document_type=document_type, status="accepted", limit=_NEWEST):
                    if row.direction == REPLAYED:
                        continue
                    document = _parsed(row) if row.correlation == row.number else None
                    if document is not None:
                        for number in orders_of(document):
                            self._shared.setdefault(number, []).append((row, document))
        return self._shared

    def _parcels(self, head: DocumentHead) -> Iterator[ParcelRow]:
        if head.direction == SUBMITTED:
            yield from self.reads.parcels_with(head.id)
            return
        for row in self.reads.parcels(delivery=head.delivery, limit=_NEWEST):
            if row.document_type is None and row.repeats is None:
                yield row

    def _acknowledged(self, head: DocumentHead, parcels: Iterable[ParcelRow]) -> Iterator[Acknowledged]:
        """The verdict on the document itself where its parcel holds several, else that on the parcel."""
        for parcel in parcels:
            if parcel.verdict is None:
                continue
            inside = {each.document: each.status for each in self.reads.parcel_documents(parcel.id)}
            verdict = _VERDICTS.get(inside.get(head.id, ""), _VERDICTS.get(parcel.verdict, "other"))
            said = [each for each in self.reads.parcel_history(parcel.id) if each.by in (parcel.partner, "partner")]
            at = parcel.acknowledged_at or (said[-1].at if said else parcel.created_at)
            kind = next((known for word, known in _KINDS.items() if said and said[-1].why.startswith(word)), None)
            yield Acknowledged(f"{parcel.id}:{head.id}", at, head.id, kind or parcel.awaits or "997", verdict)


def factors(lookup: Lookup, partner: str) -> Converter:
    """Converts as the cross-references say, for an item under our number or the partner's."""

    def convert(value: Decimal, unit: str, to: str, item: Item) -> Decimal | None:
        own = lookup.our_item(partner, item.identifiers)
        numbers = ([own] if own is not None else []) + [number for _, number in item.identifiers]
        factor = lookup.factor(partner, numbers, unit, to)
        return value * factor.numerator / factor.denominator if factor is not None else None

    return convert


def _transmitted(document: str, parcels: Iterable[ParcelRow]) -> Iterator[Transmitted]:
    for parcel in parcels:
        at: datetime | None = parcel.delivered_at
        if at is not None:
            yield Transmitted(parcel.id, at, document, parcel.control_number)


def _came(head: DocumentHead, document: Document, follows: str | None) -> Came:
    direction: Direction = "sent" if head.direction == SUBMITTED else "received"
    return Came(head.id, head.recorded_at, head.partner, direction, document, follows)


def _parsed(row: DocumentRow) -> Document | None:
    kind = DOCUMENTS.get(row.document_type)
    return kind.model_validate_json(row.body) if kind is not None and row.pruned_at is None else None
