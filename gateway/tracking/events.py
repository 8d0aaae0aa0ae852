"""What the projection of an order is fed with."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from canonical.document import Document
from canonical.invoice import Invoice
from canonical.receipt import Receipt
from canonical.remittance_advice import RemittanceAdvice
from canonical.requisition import Requisition
from canonical.ship_notice import ShipNotice

Direction = Literal["received", "sent"]
Verdict = Literal["accepted", "acceptedWithErrors", "partiallyAccepted", "rejected", "other"]


@dataclass(frozen=True, slots=True)
class Came:
    """A document was received, or made to be sent. ``id`` stands for its content: the same id is the same document."""

    id: str
    at: datetime
    partner: str
    direction: Direction
    document: Document
    follows: str | None = None
    """The order's number, where the document does not name it: a requisition that an order was made from."""


@dataclass(frozen=True, slots=True)
class Transmitted:
    """The partner's side has a document that we sent."""

    id: str
    """Of the parcel."""
    at: datetime
    document: str
    control_number: str | None = None


@dataclass(frozen=True, slots=True)
class Acknowledged:
    """The partner's side said whether it can read a document that we sent (997, 999, TA1, 824, HL7 ACK)."""

    id: str
    at: datetime
    document: str
    kind: str
    verdict: Verdict


Event = Came | Transmitted | Acknowledged


def orders_of(document: Document) -> tuple[str, ...]:
    """The numbers of the orders that a document is about; a notice, a receipt or a payment may be about several."""
    found: list[str | None] = []
    match document:
        case ShipNotice():
            found = [document.order_number, *(each.order_number for each in document.orders)]
            found += [line.order_number for line in document.lines]
        case Receipt():
            found = [document.order_number, *(each.order_number for each in document.orders)]
            found += [each.order_number for line in document.lines for each in line.orders]
        case RemittanceAdvice():
            found = [
                each.value
                for paid in document.remittances
                for each in (paid.reference, *paid.references)
                if each is not None and each.type == "purchaseOrder"
            ]
        case Invoice():
            found = [document.order_number]
        case Requisition():
            found = [each.value for each in document.references if each.type == "purchaseOrder"]
        case _ if document.document_type.startswith("purchase_order"):
            found = [document.correlation]
    return tuple(dict.fromkeys(number for number in found if number))
