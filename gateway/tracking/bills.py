"""Invoices and credit memos beside the lines of the order."""

from collections.abc import Iterable

from gateway.tracking.amounts import ZERO
from gateway.tracking.order import Bill, BilledLine
from gateway.tracking.papers import Kind, Paper, PaperLine
from gateway.tracking.sheet import Sheet


def bills_of(sheet: Sheet, papers: Iterable[Paper], payments: Iterable[Paper]) -> tuple[Bill, ...]:
    """Counts what is invoiced, and gives each line of each bill with what it is for."""
    paid = {number for paper in payments for number in paper.paid}
    return tuple(
        Bill(
            id=paper.id, number=paper.number, day=paper.day, at=paper.at, credit=paper.kind is Kind.CREDIT,
            lines=tuple(_billed(sheet, told, paper) for told in paper.lines), paid=paper.number in paid,
        )
        for paper in papers
    )  # fmt: skip


def _billed(sheet: Sheet, told: PaperLine, paper: Paper) -> BilledLine:
    line = sheet.meant(told)
    strange = len(line.other_units)
    count = sheet.count(line, told.amount, paper, "invoiced")
    known = told.amount is not None and len(line.other_units) == strange
    # Some write what they give back with a minus, some without.
    signed = -abs(count) if paper.kind is Kind.CREDIT else count
    line.invoiced += signed if known else ZERO
    sheet.substitute(line, told.item)
    price = sheet.price(line, told.price)
    return BilledLine(
        number=told.number, line=None if line.added_by_others else line.key, item=told.item, amount=told.amount,
        price=told.price, quantity=signed if known else None, line_price=price.amount if price else None,
    )  # fmt: skip
