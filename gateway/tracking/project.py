"""From the facts to the order. Facts are laid out by what they say and when they were written, never by arrival."""

from collections.abc import Iterable, Sequence
from typing import Final

from gateway.tracking.amounts import ZERO, Converter, refuse
from gateway.tracking.answers import answer
from gateway.tracking.bills import bills_of
from gateway.tracking.changes import changes_of, lay
from gateway.tracking.events import Came, Event
from gateway.tracking.extract import paper_of
from gateway.tracking.order import Fact, LotSeen, Order
from gateway.tracking.papers import Kind, Paper
from gateway.tracking.sheet import Sheet, merged

_NO_GOODS: Final = frozenset({"bill_only"})


def apply(order: Order, event: Event, convert: Converter = refuse) -> Order:
    """The order with one more event. A repeated id, and what is about another order, changes nothing."""
    return replay(order, (event,), convert)


def replay(order: Order, events: Iterable[Event], convert: Converter = refuse) -> Order:
    """The order with more events; what comes out does not depend on their order."""
    known = {fact.id: fact for fact in order.facts}
    for event in events:
        fact = paper_of(event, order.number) if isinstance(event, Came) else event
        if fact is not None and fact.id not in known:
            known[fact.id] = fact
    if len(known) == len(order.facts):
        return order
    return _projected(order.number, tuple(known[id] for id in sorted(known)), convert)


def _projected(number: str, facts: tuple[Fact, ...], convert: Converter) -> Order:
    papers = sorted((fact for fact in facts if isinstance(fact, Paper)), key=lambda paper: paper.place)
    by_kind = {kind: [paper for paper in papers if paper.kind is kind] for kind in Kind}
    orders = _originals(by_kind[Kind.ORDER], "sent")
    base = [paper for paper in orders if not paper.cancels and paper.purpose != "duplicate"][-1:]
    answers = _originals(by_kind[Kind.ANSWER], "received")
    changes = changes_of(_numbered(_originals(by_kind[Kind.CHANGE], "sent")), answers)
    shipments = _in_force(_originals(by_kind[Kind.SHIPMENT], "received"))
    receipts = _in_force(_originals(by_kind[Kind.RECEIPT], "received"))
    invoices, repeated = _invoices(by_kind)
    sheet = Sheet(convert)
    for paper in base:
        _order(sheet, paper)
    _requested(sheet, by_kind[Kind.REQUISITION])
    lay(sheet, changes)
    for paper in answers:
        answer(sheet, paper)
    for paper in shipments:
        _ship(sheet, paper)
    for paper in receipts:
        _receive(sheet, paper)
    bills = bills_of(sheet, invoices, by_kind[Kind.PAYMENT])
    cancelled = bool(orders) and (orders[-1].cancels or changes.cancels or _all_gone(sheet))
    return Order(
        number=number, facts=facts, lines=sheet.done(), bills=bills,
        papers=(*by_kind[Kind.REQUISITION], *base, *changes.papers, *answers, *shipments, *receipts, *invoices,
                *by_kind[Kind.PAYMENT]),
        repeated=tuple(repeated), refused_changes=tuple(paper.change_number or "" for paper in changes.refused),
        open_changes=tuple(paper.change_number or "" for paper in changes.unanswered), cancelled=cancelled,
        bill_only=any(paper.order_purpose in _NO_GOODS for paper in base),
    )  # fmt: skip


def _originals(papers: Sequence[Paper], direction: str) -> list[Paper]:
    """Without copies: what a seller sent us and we passed on stands in the ledger twice, and so does an order that we
    got from our own system and sent to the seller. What crossed the house's outer door counts."""
    crossed = [paper for paper in papers if paper.direction == direction]
    return crossed or list(papers)


def _numbered(changes: Sequence[Paper]) -> list[Paper]:
    """Changes, the last of each number; those without a number all."""
    last = {paper.change_number or paper.id: paper for paper in changes}
    return [paper for paper in changes if last[paper.change_number or paper.id] is paper]


def _in_force(papers: Sequence[Paper]) -> list[Paper]:
    """The last of each number, unless it cancels."""
    last = {(paper.partner, paper.number): paper for paper in papers}
    return [paper for paper in papers if last[paper.partner, paper.number] is paper and not paper.cancels]


def _invoices(by_kind: dict[Kind, list[Paper]]) -> tuple[list[Paper], list[Paper]]:
    """Those that count: the first of each number, or one that replaces it; and those that repeat a number."""
    counted: dict[str, Paper] = {}
    repeated = []
    both = sorted((*by_kind[Kind.INVOICE], *by_kind[Kind.CREDIT]), key=lambda paper: paper.place)
    for paper in _originals(both, "received"):
        if paper.number not in counted or paper.purpose in ("replace", "corrected") or paper.cancels:
            counted[paper.number] = paper
        else:
            repeated.append(paper)
    return [paper for paper in counted.values() if not paper.cancels], repeated


def _order(sheet: Sheet, paper: Paper) -> None:
    for told in paper.lines:
        line = sheet.add(told)
        line.ordered = told.amount.value if told.amount else None
        line.price = told.price
        line.wanted = told.wanted or paper.wanted
    sheet.ordered = True


def _requested(sheet: Sheet, papers: Iterable[Paper]) -> None:
    for paper in papers:
        for told in paper.lines:
            line = sheet.find(told) if sheet.ordered else sheet.meant(told)
            if line is None or told.amount is None:
                continue
            same = line.unit is None or told.amount.unit in (None, line.unit)
            # A ward counts in its own units; the order is what binds, so that is not worth a word.
            if same:
                line.requested = (line.requested or ZERO) + told.amount.value


def _ship(sheet: Sheet, paper: Paper) -> None:
    seen: set[str] = set()
    for told in paper.lines:
        line = sheet.meant(told)
        line.shipped += sheet.count(line, told.amount, paper, "shipped")
        line.shipments += line.key not in seen
        seen.add(line.key)
        line.lots += tuple(LotSeen(lot, paper.number, paper.arrives) for lot in told.lots)
        sheet.substitute(line, told.item)


def _receive(sheet: Sheet, paper: Paper) -> None:
    named: set[str] = set()
    for told in paper.lines:
        line = sheet.meant(told)
        line.received += sheet.count(line, told.amount, paper, "received")
        line.receipts += line.key not in named
        named.add(line.key)
        bad = ((word, sheet.count(line, amount, paper, "received")) for word, amount in told.questioned)
        line.questioned = merged((*line.questioned, *bad))
        seen = {(known.lot.number, known.lot.serial) for known in line.lots}
        line.lots += tuple(
            LotSeen(lot, paper.number, paper.arrives) for lot in told.lots if (lot.number, lot.serial) not in seen
        )
        sheet.substitute(line, told.item)


def _all_gone(sheet: Sheet) -> bool:
    own = [line for line in sheet.lines if not line.added_by_others]
    return bool(own) and all(line.cancelled for line in own)
