"""The three-way match: each line of each invoice beside what was ordered and what came."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from gateway import problems_tracking as kinds
from gateway.tracking.agreement import Agreement
from gateway.tracking.amounts import ZERO, plain
from gateway.tracking.finding import Finding, named, of_line, price_words
from gateway.tracking.order import Bill, BilledLine, Line, Order


@dataclass(frozen=True, slots=True)
class LineMatch:
    """The verdict on one line of one invoice."""

    invoice: str
    number: str | None
    """The line's number on the invoice."""
    line: str | None
    """Key of the order's line."""
    reasons: tuple[str, ...]
    """Codes of what does not match; empty where all does."""

    @property
    def matches(self) -> bool:
        """Whether quantity and price are as ordered and delivered."""
        return not self.reasons


@dataclass(frozen=True, slots=True)
class Match:
    """The verdicts on all invoices of an order."""

    lines: tuple[LineMatch, ...]
    findings: tuple[Finding, ...]

    @property
    def touchless(self) -> bool:
        """Whether there is an invoice, and every one could be paid without a person. Freight, taxes and discounts are
        not judged here."""
        return bool(self.lines) and not self.findings and all(line.matches for line in self.lines)


def match(order: Order, agreement: Agreement) -> Match:
    """Invoices are taken by their own dates: what exceeds is the fault of the line that first goes beyond."""
    lines = {line.key: line for line in order.lines}
    invoiced: dict[str, Decimal] = {}
    verdicts: list[LineMatch] = []
    found: dict[tuple[str | None, str, str], Finding] = {}
    # What was given back makes room for what is billed anew, whichever is dated first.
    for bill in sorted(order.bills, key=lambda bill: not bill.credit):
        for billed in bill.lines:
            line = lines.get(billed.line or "")
            if line is None:
                verdicts.append(LineMatch(bill.number, billed.number, None, (kinds.NOT_ON_ORDER.code,)))
                continue
            before = invoiced.get(line.key, ZERO)
            invoiced[line.key] = before + (billed.quantity or ZERO)
            told = tuple(_differences(order, bill, billed, line, before, agreement))
            reasons = tuple(each.code for each in told)
            if billed.quantity is None:
                reasons += (kinds.UNIT_DIFFERS.code,)
            verdicts.append(LineMatch(bill.number, billed.number, line.key, reasons))
            found |= {(each.line, each.code, bill.number): each for each in told}
    for paper in order.repeated:
        told_once = Finding(
            kinds.DUPLICATE_INVOICE, order.number, f"Invoice {paper.number} came once more.", paper=paper.number,
            found=paper.number, money=paper.total,
        )  # fmt: skip
        found[None, kinds.DUPLICATE_INVOICE.code, paper.id] = told_once
    return Match(tuple(verdicts), tuple(found.values()))


def _differences(
    order: Order, bill: Bill, billed: BilledLine, line: Line, before: Decimal, agreement: Agreement
) -> Iterator[Finding]:
    if bill.credit or billed.quantity is None:
        return
    price, asked = billed.line_price, line.price.amount if line.price else None
    if price is not None and asked is not None and not agreement.price.covers(asked, price):
        announced = line.confirmed_price is not None and line.confirmed_price.amount == price
        yield Finding(
            kinds.PRICE_INVOICED, order.number,
            f"{named(line)}: invoiced {price_words(price, asked)}{', as the 855 announced' if announced else ''}.",
            line.key, bill.number, plain(price), plain(asked), (price - asked) * billed.quantity,
        )  # fmt: skip
    total = before + billed.quantity
    if not order.bill_only and not line.delivered:
        if billed.quantity > 0 and not _unknown(line):
            yield Finding(
                kinds.INVOICED_NOT_DELIVERED, order.number,
                f"{named(line)}: {of_line(billed.quantity, line)} invoiced, nothing shipped or received.", line.key,
                bill.number, of_line(billed.quantity, line), "a ship notice or a receipt",
                price * billed.quantity if price is not None else None,
            )  # fmt: skip
        return
    allowed, came = _allowed(order, line)
    if allowed is None or total <= allowed or agreement.quantity.covers(allowed, total) or _unknown(line):
        return
    over = min(total - allowed, billed.quantity)
    yield Finding(
        kinds.OVER_INVOICED, order.number, f"{named(line)}: {of_line(total, line)} invoiced, {came}.", line.key,
        bill.number, of_line(total, line), of_line(allowed, line), price * over if price is not None else None,
    )  # fmt: skip


def _allowed(order: Order, line: Line) -> tuple[Decimal | None, str]:
    """How much may be invoiced, and why."""
    if order.bill_only:
        return line.ordered, f"{of_line(line.ordered or ZERO, line)} ordered"
    came, word = (line.received, "received well") if line.receipts else (line.shipped, "shipped")
    if line.ordered is not None and line.ordered <= came:
        return line.ordered, f"{of_line(line.ordered, line)} ordered"
    ordered = f"{of_line(line.ordered, line)} ordered and " if line.ordered not in (None, came) else ""
    return came, f"{ordered}{of_line(came, line)} {word}"


def _unknown(line: Line) -> bool:
    """Whether something came in a unit that cannot be compared: then nobody can say that it did not come."""
    return any(each.stage in ("shipped", "received") for each in line.other_units)
