"""Orders for tests: the made-up story from order to payment, and what the robot answers to an order."""

from datetime import UTC, datetime, timedelta
from typing import Any

from adapters.samples.make import Wanted, documents
from canonical.document import Document
from canonical.purchase_order import PurchaseOrder
from canonical.registry import DOCUMENTS
from gateway.robot.behaviour import behaviour_from
from gateway.robot.papers import Papers
from gateway.tracking.agreement import Agreement
from gateway.tracking.events import Acknowledged, Came, Event, Transmitted
from gateway.tracking.findings import findings
from gateway.tracking.order import Order
from gateway.tracking.project import replay

NOON = datetime(2026, 11, 16, 12, tzinfo=UTC)
AGREED = Agreement(answer=timedelta(hours=24), invoice=timedelta(days=10))
FROM_HOSPITAL = frozenset({"purchase_order", "purchase_order_change"})


def came(document: Document, id: str | None = None, *, hours: float = 0, partner: str = "acme") -> Came:
    """The document on its way: orders and changes are sent, all others received."""
    sent = document.document_type in FROM_HOSPITAL
    name = id or f"{document.document_type} {document.number}"
    return Came(name, NOON + timedelta(hours=hours), partner, "sent" if sent else "received", document)


def story(seed: int, lines: int = 4, sets: str = "850 855 860 865 856 861 810 820") -> list[Came]:
    """The papers of one order in the order of its days."""
    return [
        came(documents(Wanted(set_id, seed=seed, lines=lines))[0], f"{set_id} {seed}", hours=hours)
        for hours, set_id in enumerate(sets.split())
    ]


def number_of(events: list[Came]) -> str:
    """The order's number."""
    return next(event.document.number for event in events if event.document.document_type == "purchase_order")


def order_of(events: list[Event], number: str = "4500012345") -> Order:
    """The projection."""
    return replay(Order(number), events)


def codes(order: Order, now: datetime = NOON, agreement: Agreement = AGREED) -> list[tuple[str, str | None]]:
    """What is found, as code and line."""
    return [(found.code, found.line) for found in findings(order, agreement, now)]


def purchase_order(*lines: dict[str, Any], **more: Any) -> PurchaseOrder:
    """An order of these lines, or of ten gloves and four gowns."""
    return PurchaseOrder.model_validate(
        {
            "number": "4500012345", "purpose": "original", "purpose_code": "00", "issue_date": "2026-11-16",
            "currency": "USD", "lines": list(lines) or [line("1", "GLV-M", "10", "BX", "13.45"),
                                                        line("2", "GWN-L", "4", "CA", "61.20")],
        } | more
    )  # fmt: skip


def line(number: str | None, item: str, quantity: str, unit: str, price: str | None = None, **more: Any) -> Any:
    """One line of any document."""
    found: dict[str, Any] = {
        "line_number": number, "quantity": {"value": quantity, "unit_code": unit},
        "item": {"identifiers": [{"scheme": "SELLER", "qualifier": "VN", "value": item}]},
    }  # fmt: skip
    return found | ({"price": {"amount": price}} if price is not None else {}) | more


def paper(document_type: str, number: str, *lines: Any, **more: Any) -> Document:
    """Another document about that order."""
    found: dict[str, Any] = {"number": number, "issue_date": "2026-11-17", "lines": list(lines)}
    if document_type != "purchase_order_change":
        found["order_number"] = "4500012345"
    match document_type:
        case "purchase_order_acknowledgment":
            found |= {"status": "acceptedWithChanges", "status_code": "AC", "acknowledgment_date": "2026-11-17"}
        case "purchase_order_change":
            found |= {"order_number": number, "purpose": "change", "purpose_code": "04"}
        case "ship_notice":
            found |= {"shipment_number": number, "shipped_date": "2026-11-17"}
        case "receipt":
            found |= {"receipt_type": "dock", "receipt_type_code": "1", "received_date": "2026-11-18"}
    return DOCUMENTS[document_type].model_validate(found | more)


def answered(status: str, code: str, quantity: str, unit: str, **more: Any) -> Any:
    """What a seller says of a line."""
    return {"status": status, "source_code": code, "quantity": {"value": quantity, "unit_code": unit}} | more


def robot(order: PurchaseOrder, *ways: str) -> list[Event]:
    """The order, sent, and all that the robot answers."""
    behaviour = behaviour_from(ways)
    sent = came(order, "the order")
    events: list[Event] = [sent, Transmitted("the parcel", sent.at, sent.id, "000000001")]
    if behaviour.functional != "none" and not behaviour.interchange_rejected:
        verdict = "rejected" if behaviour.functional == "reject" else "accepted"
        events.append(Acknowledged("the 997", sent.at, sent.id, "997", verdict))  # type: ignore[arg-type]
    if behaviour.interchange_rejected:
        events.append(Acknowledged("the TA1", sent.at, sent.id, "TA1", "rejected"))
    if behaviour.interchange_rejected or behaviour.functional == "reject":
        return events
    papers = Papers(order, behaviour, NOON.date())
    invoice = papers.invoice()
    told: list[Document] = [papers.acknowledgment()] if "855" not in behaviour.silent else []
    told += papers.notices() if "856" not in behaviour.silent else []
    told += [invoice] if invoice is not None and "810" not in behaviour.silent else []
    return [*events, *(came(each) for each in told)]
