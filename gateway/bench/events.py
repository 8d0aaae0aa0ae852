"""Made-up events for measuring publishing, the same for the same number; and a ledger that holds them."""

import json
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from hashlib import sha256

from gateway.ledger.contract import Ledger, Transaction
from gateway.ledger.records import DeliveryRow, DeliveryState, DocumentRow, EventRow, EventState, NewEvent

_AT = datetime(2026, 11, 20, 8, 30, tzinfo=UTC)
_TOGETHER = 1000
"""Documents of one delivery."""
PARTNER = "acme"
KIND = "purchase_order"


def make_events(count: int, size: int, run: str = "", keys: int | None = None) -> list[EventRow]:
    """So many events whose bodies have ``size`` bytes; ``run`` makes their ids others than those of another run.

    Each has an ordering key of its own, or one of so many ``keys``.
    """
    return [_event(number, size, run, keys or count) for number in range(1, count + 1)]


def fill(ledger: Ledger, events: Sequence[EventRow]) -> None:
    """Records the events with their documents, ready to be published."""
    for number, part in enumerate(_portions(events)):
        content = f"{part[0].id}".encode()
        delivery = DeliveryRow(
            id=f"delivery-{part[0].id}", channel="bench", name=f"{number}", origin=part[0].id,
            sha256=sha256(content).hexdigest(), size=len(content), received_at=_AT, state=DeliveryState.RECORDED,
            partner=PARTNER, outcome="accepted", accepted=len(part),
        )  # fmt: skip

        def work(
            tx: Transaction, part: Sequence[EventRow] = part, of: DeliveryRow = delivery, content: bytes = content
        ) -> None:
            tx.add_delivery(of, content)
            tx.add_documents([_document(event, of.id, place) for place, event in enumerate(part, 1)])
            tx.add_events(
                [
                    NewEvent(event.id, event.id, of.id, event.routing_key, event.ordering_key, event.attributes)
                    for event in part
                ]
            )

        ledger.write(work).result()


def again(event: EventRow) -> EventRow:
    """The same, attempted once more."""
    return replace(event, attempts=event.attempts + 1)


def _event(number: int, size: int, run: str, keys: int) -> EventRow:
    id = str(uuid.uuid5(uuid.NAMESPACE_URL, f"wharf bench {run} {number}"))
    head = json.dumps({"documentType": KIND, "number": f"PO-{number}", "notes": [""]}).encode()
    body = head[:-3] + b"x" * (size - len(head)) + head[-3:]
    key = f"{PARTNER}/PO-{number % keys}"
    return EventRow(
        sequence=number, id=id, state=EventState.READY, routing_key=f"supply.{KIND}.received.{PARTNER}",
        ordering_key=key,
        attributes={
            "specversion": "1.0", "id": id, "source": f"/gateways/bench/partners/{PARTNER}",
            "type": f"org.wharf.supply.{KIND}.received.v1", "subject": f"PO-{number}", "time": "2026-11-20T08:30:00Z",
            "datacontenttype": "application/json", "dataschema": f"urn:wharf:schema:{KIND}:1.0", "partnerid": PARTNER,
            "correlationid": key, "causationid": "01JCX9QZ8M4W7T2K5V3B6N1R0S", "controlnumber": f"{number:09d}",
        },
        body=body, attempts=1,
    )  # fmt: skip


def _document(event: EventRow, delivery: str, position: int) -> DocumentRow:
    return DocumentRow(
        id=event.id, delivery=delivery, position=position, partner=PARTNER, document_type=KIND,
        number=event.attributes["subject"], correlation=event.ordering_key, status="accepted", standard="X12",
        message_type="850", interchange="000000001", group="1", transaction=f"{position:04d}", recorded_at=_AT,
        body=event.body,
    )  # fmt: skip


def _portions(events: Sequence[EventRow]) -> Iterator[Sequence[EventRow]]:
    for start in range(0, len(events), _TOGETHER):
        yield events[start : start + _TOGETHER]
