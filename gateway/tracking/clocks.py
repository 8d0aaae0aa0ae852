"""What is due when: the clocks of an order, given what was agreed and the time."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from typing import Literal

from gateway import problems_outbound as outbound
from gateway import problems_tracking as kinds
from gateway.tracking.agreement import Agreement
from gateway.tracking.amounts import ZERO
from gateway.tracking.finding import Finding, named, of_line
from gateway.tracking.order import Line, Order
from gateway.tracking.papers import Kind, Paper

Step = Literal["997", "855", "856", "810"]


@dataclass(frozen=True, slots=True)
class Clock:
    """One thing that is waited for, or was."""

    step: Step
    due: datetime
    done: datetime | None = None
    """When it came."""
    lines: tuple[str, ...] = ()
    """Keys of the lines that it is about; none where it is about the order."""

    def state(self, now: datetime) -> Literal["waiting", "overdue", "done", "late"]:
        """``overdue``: it is still to come. ``late``: it came, after its time."""
        if self.done is None:
            return "overdue" if now > self.due else "waiting"
        return "late" if self.done > self.due else "done"


def clocks(order: Order, agreement: Agreement) -> tuple[Clock, ...]:
    """All clocks of an order, in the order of its steps; none of a cancelled order still runs."""
    found = [*_read(order, agreement), *_answer(order, agreement), *_ship(order, agreement), *_bill(order, agreement)]
    return tuple(clock for clock in found if clock.done is not None or not _ended(order))


def late(order: Order, agreement: Agreement, now: datetime) -> Iterator[Finding]:
    """What is overdue."""
    lines = {line.key: line for line in order.lines}
    for clock in clocks(order, agreement):
        if clock.state(now) != "overdue":
            continue
        due = f"{clock.due:%Y-%m-%d %H:%M %Z}"
        match clock.step:
            case "997":
                words = f"No 997 has come for the order; due {due}."
                yield Finding(outbound.NOT_ACKNOWLEDGED, order.number, words, expected=due)
            case "855":
                words = f"The seller has not answered the order; due {due}."
                yield Finding(outbound.NOT_ANSWERED, order.number, words, expected=due)
            case "856":
                for key in clock.lines:
                    line = lines[key]
                    rest = of_line(line.due - line.delivered, line)
                    words = f"{named(line)}: {rest} not shipped; due {clock.due:%Y-%m-%d}."
                    yield Finding(kinds.NOT_SHIPPED, order.number, words, key, found=of_line(line.delivered, line),
                                  expected=of_line(line.due, line))  # fmt: skip
            case "810":
                words = f"No invoice for what was shipped; due {clock.due:%Y-%m-%d}."
                yield Finding(kinds.NOT_INVOICED, order.number, words, expected=due)


def _ended(order: Order) -> bool:
    refused = any(each.verdict == "rejected" for each in order.acknowledged)
    own = [line for line in order.lines if not line.added_by_others]
    return order.cancelled or refused or (bool(own) and all(line.due <= 0 for line in own))


def _began(order: Order) -> datetime | None:
    """When the seller could have it: when our parcel was delivered, else when the order was recorded."""
    orders = [paper for paper in order.papers if paper.kind is Kind.ORDER]
    ids = {paper.id for paper in orders}
    left = [each.at for each in order.transmitted if each.document in ids]
    if left:
        return min(left)
    # An order of ours that has not left cannot be late at the seller's.
    return next((paper.at for paper in orders if paper.direction == "received"), None)


def _read(order: Order, agreement: Agreement) -> Iterator[Clock]:
    if agreement.functional is None:
        return
    for sent in order.transmitted:
        told = [each.at for each in order.acknowledged if each.document == sent.document]
        answers = _firsts(order, Kind.ANSWER)
        # Whoever answers the order has read it.
        came = min((*told, *answers), default=None)
        yield Clock("997", sent.at + agreement.functional, came)


def _answer(order: Order, agreement: Agreement) -> Iterator[Clock]:
    began = _began(order)
    if began is not None and agreement.answer is not None:
        came = [*_firsts(order, Kind.ANSWER), *_firsts(order, Kind.SHIPMENT)]
        yield Clock("855", began + agreement.answer, min(came, default=None))


def _ship(order: Order, agreement: Agreement) -> Iterator[Clock]:
    if agreement.shipment is None or order.bill_only:
        return
    open_: dict[date, list[str]] = {}
    done: dict[date, list[str]] = {}
    for line in order.lines:
        if line.due <= 0:
            continue
        complete = line.delivered >= line.due
        day = _wanted(line, ZERO if complete else line.delivered)
        if day is not None and not any(each.stage == "shipped" for each in line.other_units):
            (done if complete else open_).setdefault(day, []).append(line.key)
    last = max(_firsts(order, Kind.SHIPMENT, Kind.RECEIPT), default=None)
    for day in sorted({*open_, *done}):
        due = _end(day, agreement) + agreement.shipment
        if day in done:
            yield Clock("856", due, last, tuple(done[day]))
        if day in open_:
            yield Clock("856", due, None, tuple(open_[day]))


def _wanted(line: Line, delivered: Decimal) -> date | None:
    """The day of what is due next: as promised, or as asked for."""
    total = ZERO
    for promise in sorted(line.promises, key=lambda each: each.day):
        total += promise.quantity
        if total > delivered:
            return promise.day
    return line.wanted


def _bill(order: Order, agreement: Agreement) -> Iterator[Clock]:
    shipped = [paper for paper in order.papers if paper.kind is Kind.SHIPMENT]
    days = [paper.day or paper.at.date() for paper in shipped]
    if agreement.invoice is None or not days:
        return
    came = min(_firsts(order, Kind.INVOICE), default=None)
    yield Clock("810", _end(min(days), agreement) + agreement.invoice, came)


def _firsts(order: Order, *wanted: Kind) -> list[datetime]:
    papers: tuple[Paper, ...] = order.papers
    return [paper.at for paper in papers if paper.kind in wanted]


def _end(day: date, agreement: Agreement) -> datetime:
    return datetime.combine(day, time(23, 59, 59), agreement.zone)
