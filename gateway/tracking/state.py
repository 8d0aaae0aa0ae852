"""The state of an order in one word, from its quantities alone."""

from enum import StrEnum

from gateway.tracking.agreement import Agreement
from gateway.tracking.findings import rejected_whole
from gateway.tracking.match import match
from gateway.tracking.order import Line, Order
from gateway.tracking.papers import Kind


class State(StrEnum):
    """How far an order has come; ``docs/orders.md`` has the same table for people."""

    REQUISITIONED = "requisitioned"
    ORDERED = "ordered"
    SENT = "sent"
    ACKNOWLEDGED = "acknowledged"
    CONFIRMED = "confirmed"
    PARTLY_SHIPPED = "partly shipped"
    SHIPPED = "shipped"
    PARTLY_RECEIVED = "partly received"
    RECEIVED = "received"
    INVOICED = "invoiced"
    MATCHED = "matched"
    CLOSED = "closed"
    CANCELLED = "cancelled"
    REJECTED = "rejected"


def state(order: Order, agreement: Agreement | None = None) -> State:
    """The last step that the whole order has reached; for goods on their way, a part of it is enough."""
    if order.cancelled:
        return State.CANCELLED
    if rejected_whole(order) or any(each.verdict == "rejected" for each in order.acknowledged):
        return State.REJECTED
    lines = [line for line in order.lines if line.due > 0]
    if lines and all(_billed(line) and (order.bill_only or _there(line)) for line in lines):
        return _billed_state(order, agreement or Agreement())
    return _moved(lines) or _said(order, lines)


def _there(line: Line) -> bool:
    return line.delivered >= line.due


def _billed(line: Line) -> bool:
    # What arrived badly need not be billed: a credit memo for it leaves nothing open.
    bad = sum(count for _, count in line.questioned)
    return line.invoiced >= line.due - bad


def _billed_state(order: Order, agreement: Agreement) -> State:
    if all(bill.paid for bill in order.bills if not bill.credit):
        return State.CLOSED
    return State.MATCHED if match(order, agreement).touchless else State.INVOICED


def _moved(lines: list[Line]) -> State | None:
    if any(line.received or line.questioned for line in lines):
        whole = all(line.receipts and line.received + sum(n for _, n in line.questioned) >= line.due for line in lines)
        return State.RECEIVED if whole else State.PARTLY_RECEIVED
    if any(line.shipped for line in lines):
        return State.SHIPPED if all(line.shipped >= line.due for line in lines) else State.PARTLY_SHIPPED
    return None


def _said(order: Order, lines: list[Line]) -> State:
    kinds = {paper.kind for paper in order.papers}
    if Kind.ANSWER in kinds:
        whole = all(line.answered and not line.held and not line.changed for line in lines)
        return State.CONFIRMED if lines and whole else State.ACKNOWLEDGED
    ids = {paper.id for paper in order.papers if paper.kind is Kind.ORDER}
    if any(each.document in ids and each.verdict != "other" for each in order.acknowledged):
        return State.ACKNOWLEDGED
    if any(each.document in ids for each in order.transmitted):
        return State.SENT
    return State.REQUISITIONED if kinds == {Kind.REQUISITION} else State.ORDERED
