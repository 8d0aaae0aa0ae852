"""An order on a terminal: words first, then documents, lines and invoices. Fits 80 columns."""

import sys
from collections.abc import Iterable
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, Final

from rich.console import Console
from rich.table import Table
from rich.text import Text

from canonical.problem import Severity
from gateway.cli.plain import in_markup, plain
from gateway.ledger.records import ParcelRow, ParcelState
from gateway.orders import Chain, Link
from gateway.outgoing_words import SUBMITTED
from gateway.tracking import amounts
from gateway.tracking.agreement import Agreement
from gateway.tracking.clocks import Clock, clocks
from gateway.tracking.finding import Finding
from gateway.tracking.findings import findings
from gateway.tracking.match import match
from gateway.tracking.order import Line, Order
from gateway.tracking.papers import Kind
from gateway.tracking.state import state

_WIDEST: Final = 120
_STYLES: Final = {"rejected": "red", "cancelled": "red", "matched": "green", "closed": "green"}
_NAMES: Final = {
    "requisition": "requisition", "purchase_order": "850 order", "purchase_order_change": "860 change",
    "purchase_order_acknowledgment": "855 answer", "ship_notice": "856 ship notice", "receipt": "861 receipt",
    "invoice": "810 invoice", "remittance_advice": "820 payment",
}  # fmt: skip
_COLUMN: Final = 11


def print_order(chain: Chain, agreement: Agreement, now: datetime) -> None:
    """The whole page."""
    console = Console(width=None if sys.stdout.isatty() else 100, highlight=False)
    if console.width > _WIDEST:
        console.width = _WIDEST
    order = chain.order
    word = state(order, agreement).value
    title = Text(f"Order {plain(order.number)}  ", "bold")
    console.print(title.append(word, _STYLES.get(word, "bold")))
    console.print(plain(_opening(order)))
    _findings(console, findings(order, agreement, now))
    _clocks(console, clocks(order, agreement), now)
    _documents(console, chain.links)
    _lines(console, order)
    _invoices(console, order, agreement)


def print_list(rows: Iterable[dict[str, Any]]) -> None:
    """Orders, one a line."""
    table = Table(box=None, header_style="bold", pad_edge=False)
    for column in ("RECORDED", "ORDER", "PARTNER", "STATE", "LINES", "WHAT DIFFERS"):
        table.add_column(column, overflow="fold", no_wrap=column in ("RECORDED", "STATE"),
                         justify="right" if column == "LINES" else "left")  # fmt: skip
    for row in rows:
        found = row["findings"]
        worst = next((each for each in found if each["severity"] == "error"), found[0] if found else None)
        told = in_markup(worst["words"]) if worst else ""
        more = f" (and {len(found) - 1} more)" if len(found) > 1 else ""
        style = _STYLES.get(row["state"], "default")
        table.add_row(
            row["recordedAt"][:16].replace("T", " "), in_markup(row["number"]), in_markup(row["partner"] or ""),
            f"[{style}]{row['state']}[/]", str(row["lines"]), told + more,
        )  # fmt: skip
    if not table.row_count:
        sys.stdout.write("no orders\n")
        return
    Console(width=None if sys.stdout.isatty() else 120, highlight=False).print(table)


def _opening(order: Order) -> str:
    """Who ordered what from whom, in one sentence."""
    asked = [paper for paper in order.papers if paper.kind is Kind.ORDER]
    if not asked:
        return f"The order itself is not in the ledger. Documents of {', '.join(order.partners) or 'nobody'}."
    paper = asked[-1]
    own = [line for line in order.lines if not line.added_by_others]
    worth = [line.price.amount * line.ordered for line in own if line.price is not None and line.ordered is not None]
    way = "to" if paper.direction == "sent" else "from"
    told = f"Ordered {paper.day or paper.at.date()}, {way} {paper.partner}, {len(own)} line{'s' * (len(own) != 1)}"
    if worth and len(worth) == len(own):
        told += f", {amounts.money(sum(worth, amounts.ZERO))} {paper.currency or ''}".rstrip()
    return told + (f", contract {paper.contract}" if paper.contract else "") + "."


def _heading(console: Console, text: str) -> None:
    console.print()
    console.print(Text(text, "bold"))


def _findings(console: Console, found: Iterable[Finding]) -> None:
    rows = list(found)
    _heading(console, "What differs" if rows else "Nothing differs")
    table = Table(box=None, show_header=False, pad_edge=False, padding=(0, 1, 0, 1))
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold", ratio=1)
    table.add_column(justify="right", no_wrap=True)
    for each in rows:
        style = "red" if each.kind.severity is Severity.ERROR else "yellow"
        money = f"{'+' if each.money > 0 else ''}{amounts.money(each.money)}" if each.money is not None else ""
        table.add_row(Text(each.code, style), Text(plain(each.words)), money)
    if rows:
        console.print(table)


def _clocks(console: Console, found: Iterable[Clock], now: datetime) -> None:
    waiting = [clock for clock in found if clock.done is None]
    if not waiting:
        return
    _heading(console, "Awaited")
    for clock in sorted(waiting, key=lambda clock: clock.due):
        about = f" for line{'s' * (len(clock.lines) != 1)} {', '.join(clock.lines)}" if clock.lines else ""
        late = clock.state(now) == "overdue"
        left = _long(now - clock.due if late else clock.due - now)
        line = Text(f" {clock.step}{plain(about)}, due {clock.due:%Y-%m-%d %H:%M %Z}: ")
        line.append(f"{left} over" if late else f"in {left}", "red" if late else "")
        console.print(line)


def _long(time: timedelta) -> str:
    hours = int(time.total_seconds() // 3600)
    return f"{hours // 24} d {hours % 24} h" if hours >= 24 else f"{hours} h {int(time.total_seconds() // 60) % 60} min"


def _documents(console: Console, links: Iterable[Link]) -> None:
    _heading(console, "Documents")
    table = Table(box=None, pad_edge=False, padding=(0, 1, 0, 1), header_style="dim")
    for column in ("TIME (UTC)", "DOCUMENT", "NUMBER", "WAY", "CONTROL", "BESIDE IT"):
        table.add_column(column, overflow="fold", no_wrap=column in ("TIME (UTC)", "DOCUMENT", "CONTROL"))
    for link in links:
        head = link.head
        ours = head.direction == SUBMITTED
        control = next((row.control_number for row in link.parcels if ours and row.control_number), None)
        control = control or (None if ours else head.interchange or head.transaction)
        name = _NAMES.get(head.document_type, head.document_type)
        if head.message_type == "865":
            name = "865 answer"
        style = "red" if head.status == "rejected" else ""
        table.add_row(
            f"{head.recorded_at:%m-%d %H:%M}", Text(name, style), Text(plain(head.number)),
            Text(f"{'to' if ours else 'from'} {plain(head.partner)}"), Text(plain(control or "-")), _beside(link),
        )  # fmt: skip
    console.print(table)


def _beside(link: Link) -> Text:
    """What carried it, and what was said of it."""
    told = Text()
    if link.head.status == "rejected":
        told.append("not accepted", "red")
    ours = link.head.direction == SUBMITTED
    for parcel in link.parcels:
        told.append(", " if told else "")
        told.append(*_parcel(parcel, ours))
    for each in link.acknowledged:
        told.append(", " if told else "")
        told.append(f"{each.kind} {each.verdict} {each.at:%m-%d %H:%M}", "red" if each.verdict == "rejected" else "")
    return told


def _parcel(parcel: ParcelRow, ours: bool) -> tuple[str, str]:
    at = f" {parcel.delivered_at:%m-%d %H:%M}" if parcel.delivered_at else ""
    done = parcel.delivered_at is not None or parcel.state is ParcelState.DELIVERED
    if ours:
        overdue = parcel.state is ParcelState.OVERDUE
        if done:
            return f"sent{at}{', 997 overdue' if overdue else ''}", "yellow" if overdue else ""
        return f"{parcel.state.value}, attempt {parcel.attempts}", "yellow"
    return (f"our {parcel.kind} sent", "") if done else (f"our {parcel.kind} {parcel.state.value}", "yellow")


def _lines(console: Console, order: Order) -> None:
    _heading(console, "Lines")
    names = ("ordered", "confirmed", "shipped", "received", "invoiced", "price", "billed")
    console.print(Text("   " + "".join(f"{name:>{_COLUMN}}" for name in names), "dim"))
    billed = {each.line: each.line_price for bill in order.bills for each in bill.lines if not bill.credit}
    for line in order.lines:
        own = dict(line.item.identifiers)
        ids = own.get("SELLER") or next(iter(own.values()), "")
        lots = ", ".join(dict.fromkeys(each.lot.number for each in line.lots if each.lot.number))
        told = [line.item.description or "", ids, f"lot {lots}" if lots else ""]
        note = " (not on the order)" if line.added_by_others else " (cancelled)" if line.cancelled else ""
        head = Text(f"{plain(line.key)}  ", "bold")
        head.append(plain(" · ".join(part for part in told if part)), "")
        head.append(note, "yellow")
        console.print(head, overflow="ellipsis", no_wrap=True)
        console.print(_figures(line, billed.get(line.key)))


def _figures(line: Line, billed: Decimal | None) -> Text:
    wanted = line.due
    ordered = f"{amounts.plain(line.ordered)} {line.unit or ''}".strip() if line.ordered is not None else "-"
    row = Text("   " + f"{ordered:>{_COLUMN}}")
    said = line.accepted + line.backordered
    confirmed = f"{amounts.plain(line.accepted)}+{amounts.plain(line.backordered)}" if line.backordered else None
    _cell(row, confirmed or (amounts.plain(said) if line.answered else "-"), line.answered and line.accepted != wanted)
    _cell(row, amounts.plain(line.shipped) if line.shipped else "-", 0 < line.shipped != wanted)
    bad = sum((count for _, count in line.questioned), amounts.ZERO)
    got = amounts.plain(line.received) if line.receipts else "-"
    _cell(row, got, bool(line.receipts) and (line.received != wanted or bool(bad)))
    due = line.received if line.receipts else line.shipped
    _cell(row, amounts.plain(line.invoiced) if line.invoiced else "-", bool(line.invoiced) and line.invoiced > due)
    _cell(row, amounts.money(line.price.amount) if line.price else "-", False)
    differs = billed is not None and line.price is not None and billed != line.price.amount
    _cell(row, amounts.money(billed) if billed is not None else "-", differs)
    return row


def _cell(row: Text, text: str, differs: bool) -> None:
    row.append(f"{text:>{_COLUMN}}", "yellow" if differs else "")


def _invoices(console: Console, order: Order, agreement: Agreement) -> None:
    if not order.bills:
        return
    _heading(console, "Invoices")
    verdicts = match(order, agreement).lines
    totals = {paper.id: paper for paper in order.papers}
    for bill in order.bills:
        mine = [each for each in verdicts if each.invoice == bill.number]
        good = sum(each.matches for each in mine)
        paper = totals[bill.id]
        total = f", {amounts.money(paper.total)} {paper.currency or ''}".rstrip() if paper.total is not None else ""
        word = "credit memo" if bill.credit else "invoice"
        line = Text(f" {word} {plain(bill.number)}{f' of {bill.day}' if bill.day else ''}{plain(total)}: ")
        line.append(f"{good} of {len(mine)} lines match", "green" if good == len(mine) else "yellow")
        line.append(", paid" if bill.paid else "")
        console.print(line)
        for each in mine:
            if not each.matches:
                console.print(Text(f"   line {plain(each.number or '?')}: {', '.join(each.reasons)}"))
