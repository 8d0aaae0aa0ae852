"""From canonical documents to papers."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Final

from canonical.invoice import Invoice
from canonical.line import Line
from canonical.parts import Date, ItemIdentifier
from canonical.purchase_order import PurchaseOrder
from canonical.purchase_order_acknowledgment import AcknowledgedLine, PurchaseOrderAcknowledgment
from canonical.purchase_order_change import PurchaseOrderChange
from canonical.receipt import Receipt
from canonical.remittance_advice import RemittanceAdvice
from canonical.requisition import Requisition
from canonical.ship_notice import Instance, ShipNotice
from gateway.tracking.amounts import Item, amount_of, price_of
from gateway.tracking.events import Came, orders_of
from gateway.tracking.papers import Kind, Lot, Paper, PaperLine, Said

_NOT_IDENTITIES: Final = frozenset(
    {"LOT", "SERIAL", "HCPCS", "UNSPSC", "CONTRACT", "COLOR", "SIZE", "STYLE", "ORIGIN", "REVISION", "DRAWING", "OTHER"}
)
"""Item schemes that many items share, or that say something else of an item."""
_EXPIRES: Final = frozenset({"expiration", "lotExpiration", "shelfLifeExpiration"})
_WANTED: Final = ("requestedDelivery", "requiredDelivery", "deliverNotAfter", "requestedShip", "shipNotAfter")


def paper_of(came: Came, order: str) -> Paper | None:
    """What a document tells of the order with this number; None where it is about none, or about others."""
    document = came.document
    about = orders_of(document)
    if order not in about and came.follows != order and (about or not isinstance(document, RemittanceAdvice)):
        return None
    match document:
        case Requisition():
            return _paper(came, Kind.REQUISITION, lines=tuple(_line(line) for line in document.lines))
        case PurchaseOrder():
            return _paper(
                came, Kind.ORDER, lines=tuple(_ordered(line) for line in document.lines),
                wanted=_day(document.requested_delivery) or _wanted(document.dates), contract=document.contract_number,
                order_purpose=document.order_purpose, currency=document.currency,
            )  # fmt: skip
        case PurchaseOrderChange():
            lines = tuple(_ordered(line, line.change) for line in document.lines)
            return _paper(
                came, Kind.CHANGE, lines=lines, change_number=document.change_number,
                wanted=_day(document.requested_delivery) or _wanted(document.dates),
            )  # fmt: skip
        case PurchaseOrderAcknowledgment():
            return _paper(
                came, Kind.ANSWER, lines=tuple(_answered(line) for line in document.lines), status=document.status,
                status_code=document.status_code, change_number=document.change_number,
                to_change=document.answers == "change", day=_day(document.acknowledgment_date),
            )  # fmt: skip
        case ShipNotice():
            arrives = document.estimated_delivery or document.shipped_date or document.issue_date
            return _paper(
                came, Kind.SHIPMENT, lines=_shipped(document, order), arrives=_day(arrives),
                day=_day(document.shipped_date or document.issue_date),
            )  # fmt: skip
        case Receipt():
            arrives = document.received_date or document.issue_date
            return _paper(came, Kind.RECEIPT, lines=_received(document, order), arrives=_day(arrives))
        case Invoice():
            kind = Kind.CREDIT if document.invoice_type == "creditMemo" else Kind.INVOICE
            total = document.totals.amount if document.totals else None
            return _paper(
                came, kind, lines=tuple(_line(line) for line in document.lines), currency=document.currency,
                total=Decimal(total) if total is not None else None,
            )  # fmt: skip
        case RemittanceAdvice():
            return _paper(came, Kind.PAYMENT, paid=_paid(document))
    return None


def _paper(
    came: Came, kind: Kind, *, lines: tuple[PaperLine, ...] = (), day: date | None = None, wanted: date | None = None,
    arrives: date | None = None, contract: str | None = None, order_purpose: str | None = None,
    currency: str | None = None, status: str | None = None, status_code: str | None = None,
    change_number: str | None = None, to_change: bool = False, paid: tuple[str, ...] = (),
    total: Decimal | None = None,
) -> Paper:  # fmt: skip
    document, provenance = came.document, came.document.provenance
    number = provenance and "/".join((part or "").zfill(9) for part in (provenance.interchange, provenance.transaction))
    mark = came.at.isoformat() if came.direction == "sent" else number or ""
    return Paper(
        id=came.id, kind=kind, number=document.number, at=came.at, partner=came.partner, direction=came.direction,
        day=day or _day(document.issue_date), mark=mark, lines=lines, purpose=document.purpose, status=status,
        status_code=status_code, change_number=change_number, to_change=to_change, wanted=wanted, arrives=arrives,
        contract=contract, order_purpose=order_purpose, currency=currency, paid=paid, total=total,
    )  # fmt: skip


def _line(line: Line) -> PaperLine:
    amount = amount_of(line.quantity)
    return PaperLine(
        line.line_number, _item(line), amount, price_of(line.price, amount.unit if amount else None),
        wanted=_wanted(line.dates),
    )  # fmt: skip


def _ordered(line: Line, change: str | None = None) -> PaperLine:
    return replace(_line(line), change=change)


def _answered(line: AcknowledgedLine) -> PaperLine:
    said = tuple(
        Said(
            each.status, each.source_code, amount_of(each.quantity), _day(each.date), each.date_type,
            _identities(each.item.identifiers, each.item.description) if each.item else None,
        )
        for each in line.acknowledgments
    )  # fmt: skip
    return replace(_line(line), change=line.change, said=said)


def _shipped(document: ShipNotice, order: str) -> tuple[PaperLine, ...]:
    only = set(orders_of(document)) == {order}
    return tuple(
        PaperLine(line.line_number, _item(line), amount_of(line.quantity), lots=_lots(line, line.instances))
        for line in document.lines
        if line.order_number == order or (line.order_number is None and only)
    )


def _received(document: Receipt, order: str) -> tuple[PaperLine, ...]:
    only = set(orders_of(document)) == {order}
    found = []
    for line in document.lines:
        named = next((each for each in line.orders if each.order_number == order), None)
        if named is None and (line.orders or not only):
            continue
        questioned = tuple(
            (each.condition, told) for each in line.in_question if (told := amount_of(each.quantity)) is not None
        )
        number = (named.line_number if named else None) or line.line_number
        found.append(
            PaperLine(number, _item(line), amount_of(line.quantity), lots=_lots(line, line.instances),
                      questioned=questioned)
        )  # fmt: skip
    return tuple(found)


def _lots(line: Line, instances: Iterable[Instance]) -> tuple[Lot, ...]:
    told = next((each.date for each in line.dates if each.type in _EXPIRES and each.date), None)
    found = tuple(
        Lot(each.lot_number, each.serial_number, _day(each.expiration_date or told), amount_of(each.quantity))
        for each in instances
    )
    if found or told is None:
        return found
    named = next((each.value for each in line.item.identifiers if each.scheme == "LOT"), None)
    return (Lot(named, None, _day(told), amount_of(line.quantity)),)


def _paid(document: RemittanceAdvice) -> tuple[str, ...]:
    named = (
        each
        for paid in document.remittances
        for each in (paid.reference, *paid.references)
        if each is not None and each.type == "invoice" and each.value
    )
    return tuple(dict.fromkeys(each.value for each in named if each.value))


def _item(line: Line) -> Item:
    return _identities(line.item.identifiers, line.item.description)


def _identities(identifiers: Iterable[ItemIdentifier], description: str | None) -> Item:
    told = ((each.scheme, each.value) for each in identifiers if each.scheme not in _NOT_IDENTITIES)
    return Item(tuple(dict.fromkeys(told)), description)


def _wanted(dates: Iterable[Date]) -> date | None:
    told = {each.type: each.date for each in reversed(tuple(dates)) if each.date}
    return next((_day(told[name]) for name in _WANTED if name in told), None)


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        return None
