"""The papers before anything moves: the order, its answer, a change of it and the answer to that (850 855 860 865)."""

from decimal import Decimal

from adapters.samples.papers_common import (
    CARRIER,
    amount,
    bill_to,
    buyer,
    contact,
    item_of,
    money,
    price,
    reference,
    seller,
    ship_to,
    told,
    totals,
)
from adapters.samples.story import Story, StoryLine
from canonical.parts import Plain

_MORE = 2
"""How many more of the first line the change asks for."""


def purchase_order(story: Story) -> Plain:
    """The order."""
    worth = sum((line.price * line.ordered for line in story.lines), Decimal(0))
    return {
        "document_type": "purchase_order", "number": story.order, "issue_date": story.ordered_on.isoformat(),
        "contract_number": story.contract, **_order(story),
        "references": [reference("department", "DP", story.department), reference("notes", "L1", "DELIVERY")],
        "notes": [
            {"text": "DOCK CLOSES AT 1500. CALL BEFORE DELIVERY.", "type": "notes", "qualifier": "L1"},
        ],
        "freight_terms": [{"payment": "PP"}],
        "payment_terms": [{"type": "01", "basis_date": "3", "discount_percent": "2", "discount_days": "15",
                           "net_days": "30"}],
        "carriers": [CARRIER], "bill_to": bill_to(story),
        "lines": [_line(line) for line in story.lines],
        "totals": totals(story, sum(line.ordered for line in story.lines)) | {"amount": money(worth)},
    }  # fmt: skip


def _order(story: Story) -> Plain:
    """What the order and its change tell alike."""
    return {
        "purpose": "original", "purpose_code": "00", "order_type": "NE", "currency": "USD",
        "dates": [told("requestedDelivery", "002", story.wanted_on)],
        "requested_delivery": story.wanted_on.isoformat(),
        "contacts": [contact("BD", story.buyer, story.hospital, "purchasing")],
        "buyer": buyer(story), "ship_to": ship_to(story), "seller": seller(story, "supplier"),
    }  # fmt: skip


def _line(line: StoryLine, *, described: bool = True) -> Plain:
    return {
        "line_number": str(line.number), "item": item_of(line, described=described),
        "quantity": amount(line, line.ordered), "price": price(line),
    }  # fmt: skip


def purchase_order_acknowledgment(story: Story) -> Plain:
    """The seller's answer: what is not in stock is backordered."""
    short = any(line.shipped < line.ordered for line in story.lines)
    status, code = ("acceptedWithChanges", "AC") if short else ("accepted", "AD")
    return _answer(story, status, code) | {
        "answers": "order", "acknowledgment_date": story.acknowledged_on.isoformat(),
        "issue_date": story.acknowledged_on.isoformat(), "contract_number": story.contract,
        "lines": [_line(line) | {"acknowledgments": _said(story, line)} for line in story.lines],
        "totals": totals(story, sum(line.ordered for line in story.lines)),
    }  # fmt: skip


def _answer(story: Story, status: str, code: str) -> Plain:
    return {
        "document_type": "purchase_order_acknowledgment", "number": story.sales_order, "purpose": "original",
        "purpose_code": "00", "order_number": story.order, "order_date": story.ordered_on.isoformat(),
        "seller_order_number": story.sales_order, "status": status, "status_code": code, "currency": "USD",
        "contacts": [contact("CR", "ORDER DESK", story.seller, "orders")],
        "seller": seller(story), "ship_to": ship_to(story),
    }  # fmt: skip


def _said(story: Story, line: StoryLine) -> list[Plain]:
    said = [_promise(line, line.shipped, "accepted", "IA", story.received_on.isoformat())] if line.shipped else []
    if line.shipped < line.ordered:
        rest = line.ordered - line.shipped
        said.append(_promise(line, rest, "backordered", "IB", story.backorder_on.isoformat()))
    return said


def _promise(line: StoryLine, quantity: int, status: str, code: str, day: str) -> Plain:
    return {
        "status": status, "source_code": code, "quantity": amount(line, quantity), "date": day,
        "date_type": "scheduledDelivery", "date_qualifier": "067",
    }  # fmt: skip


def purchase_order_change(story: Story) -> Plain:
    """The buyer wants more of the first line, and later what was backordered."""
    day = story.acknowledged_on.isoformat()
    return _order(story) | {
        "document_type": "purchase_order_change", "number": story.order, "order_number": story.order,
        "order_date": story.ordered_on.isoformat(), "issue_date": day, "change_number": "1",
        "contract_number": story.contract, "seller_order_number": story.sales_order,
        "purpose": "change", "purpose_code": "04",
        "references": [reference("department", "DP", story.department)],
        "lines": [_changed(line) for line in story.lines],
        "totals": totals(story, sum(_new(line) for line in story.lines)),
    }  # fmt: skip


def _new(line: StoryLine) -> int:
    return line.ordered + (_MORE if line.number == 1 else 0)


def _changed(line: StoryLine) -> Plain:
    change, code = ("quantityIncrease", "QI") if line.number == 1 else ("noChange", "NC")
    return _line(line) | {
        "quantity": amount(line, _new(line)), "change": change, "change_code": code,
        "quantity_left": str(_new(line)),
    }  # fmt: skip


def purchase_order_change_acknowledgment(story: Story) -> Plain:
    """The seller's answer to the change: it is taken."""
    day = story.acknowledged_on.isoformat()
    return _answer(story, "acceptedWithChanges", "AC") | {
        "answers": "change", "change_number": "1", "change_date": day, "acknowledgment_date": day, "issue_date": day,
        "contract_number": story.contract,
        "lines": [_changed(line) | {"acknowledgments": _taken(story, line)} for line in story.lines],
        "totals": totals(story, sum(_new(line) for line in story.lines)),
    }  # fmt: skip


def _taken(story: Story, line: StoryLine) -> list[Plain]:
    return [_promise(line, _new(line), "accepted", "IA", story.backorder_on.isoformat())]
