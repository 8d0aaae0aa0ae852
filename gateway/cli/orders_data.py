"""An order as JSON data: all that the page shows, and more."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from gateway.cli.operate import parcel_data
from gateway.orders import Chain, Link
from gateway.tracking.agreement import Agreement
from gateway.tracking.amounts import Amount, Item, UnitPrice, money, plain
from gateway.tracking.clocks import Clock, clocks
from gateway.tracking.finding import Finding
from gateway.tracking.findings import findings
from gateway.tracking.match import LineMatch, match
from gateway.tracking.order import Bill, Line
from gateway.tracking.state import state


def order_data(chain: Chain, agreement: Agreement, now: datetime) -> dict[str, Any]:
    """The order with its findings, clocks, documents, lines and invoices; decimals as text."""
    order = chain.order
    matched = match(order, agreement)
    verdicts = list(matched.lines)
    return {
        "number": order.number,
        "partners": list(order.partners),
        "state": state(order, agreement).value,
        "asOf": now.isoformat(),
        "touchless": matched.touchless,
        "findings": [_finding(each) for each in findings(order, agreement, now)],
        "clocks": [_clock(each, now) for each in clocks(order, agreement)],
        "documents": [_link(each) for each in chain.links],
        "lines": [_line(each) for each in order.lines],
        "invoices": [_bill(each, verdicts) for each in order.bills],
    }


def summary(chain: Chain, agreement: Agreement, now: datetime) -> dict[str, Any]:
    """One row of the list."""
    order = chain.order
    found = findings(order, agreement, now)
    return {
        "number": order.number,
        "recordedAt": chain.links[0].head.recorded_at.isoformat(),
        "partner": chain.partner,
        "partners": list(order.partners),
        "state": state(order, agreement).value,
        "lines": sum(not line.added_by_others for line in order.lines),
        "findings": [_finding(each) for each in found],
    }


def _finding(found: Finding) -> dict[str, Any]:
    return {
        "code": found.code, "severity": found.kind.severity.value, "title": found.kind.title, "words": found.words,
        "line": found.line, "document": found.paper, "found": found.found, "expected": found.expected,
        "money": money(found.money) if found.money is not None else None,
    }  # fmt: skip


def _clock(clock: Clock, now: datetime) -> dict[str, Any]:
    return {
        "step": clock.step, "due": clock.due.isoformat(), "done": clock.done.isoformat() if clock.done else None,
        "state": clock.state(now), "lines": list(clock.lines),
    }  # fmt: skip


def _link(link: Link) -> dict[str, Any]:
    head = link.head
    return {
        "id": head.id, "delivery": head.delivery, "recordedAt": head.recorded_at.isoformat(), "partner": head.partner,
        "direction": head.direction, "documentType": head.document_type, "number": head.number,
        "status": head.status, "messageType": head.message_type, "interchange": head.interchange,
        "group": head.group, "transaction": head.transaction,
        "parcels": [parcel_data(each) for each in link.parcels],
        "acknowledgments": [
            {"id": each.id, "at": each.at.isoformat(), "kind": each.kind, "verdict": each.verdict}
            for each in link.acknowledged
        ],
    }  # fmt: skip


def _line(line: Line) -> dict[str, Any]:
    return {
        "line": line.key, "item": _item(line.item), "unitCode": line.unit,
        "wanted": line.wanted.isoformat() if line.wanted else None,
        "requested": _number(line.requested), "ordered": _number(line.ordered), "price": _price(line.price),
        "onOrder": not line.added_by_others, "cancelled": line.cancelled, "answered": line.answered,
        "accepted": plain(line.accepted), "backordered": plain(line.backordered), "rejected": plain(line.rejected),
        "onHold": plain(line.held), "codes": list(line.codes), "confirmedPrice": _price(line.confirmed_price),
        "promises": [
            {"date": each.day.isoformat(), "type": each.what, "quantity": plain(each.quantity)}
            for each in line.promises
        ],
        "substitutes": [_item(each) for each in line.substitutes],
        "shipped": plain(line.shipped), "received": plain(line.received),
        "inQuestion": [{"condition": word, "quantity": plain(count)} for word, count in line.questioned],
        "invoiced": plain(line.invoiced), "due": plain(line.due),
        "lots": [
            {
                "lotNumber": each.lot.number, "serialNumber": each.lot.serial, "document": each.paper,
                "expirationDate": each.lot.expires.isoformat() if each.lot.expires else None,
                "quantity": _amount(each.lot.amount),
            }
            for each in line.lots
        ],
        "otherUnits": [
            {"document": each.paper, "stage": each.stage, "quantity": _amount(each.amount)}
            for each in line.other_units
        ],
    }  # fmt: skip


def _bill(bill: Bill, verdicts: list[LineMatch]) -> dict[str, Any]:
    mine = [each for each in verdicts if each.invoice == bill.number]
    return {
        "number": bill.number, "id": bill.id, "date": bill.day.isoformat() if bill.day else None,
        "credit": bill.credit, "paid": bill.paid,
        "lines": [
            {
                "number": told.number, "line": told.line, "item": _item(told.item), "quantity": _amount(told.amount),
                "price": _price(told.price), "matches": verdict.matches, "reasons": list(verdict.reasons),
            }
            for told, verdict in zip(bill.lines, mine, strict=False)
        ],
    }  # fmt: skip


def _item(item: Item) -> dict[str, Any]:
    identifiers = [{"scheme": scheme, "value": value} for scheme, value in item.identifiers]
    return {"description": item.description, "identifiers": identifiers}


def _amount(amount: Amount | None) -> dict[str, Any] | None:
    return {"value": plain(amount.value), "unitCode": amount.unit} if amount is not None else None


def _price(price: UnitPrice | None) -> str | None:
    return plain(price.amount) if price is not None else None


def _number(value: Decimal | None) -> str | None:
    return plain(value) if value is not None else None
