"""What differs between an order and its answers, shipments and receipts. Pure: the same order, the same findings."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from gateway import problems_tracking as kinds
from gateway.tracking.agreement import Agreement
from gateway.tracking.amounts import ZERO, plain
from gateway.tracking.clocks import late
from gateway.tracking.finding import Finding, amount_words, named, of_line, price_words
from gateway.tracking.match import match
from gateway.tracking.order import Line, LotSeen, Order
from gateway.tracking.papers import Kind


def findings(order: Order, agreement: Agreement, now: datetime) -> tuple[Finding, ...]:
    """All that a person should know, what concerns the whole order first, then line by line."""
    matched = match(order, agreement).findings
    billed = {(each.line, each.code) for each in matched}
    found = [*_whole(order, agreement), *late(order, agreement, now)]
    rejected = rejected_whole(order)
    for line in order.lines:
        found += [each for each in _line(order, line, agreement, rejected) if not _told_by_bill(each, billed)]
    found += matched
    places = {line.key: place for place, line in enumerate(order.lines)}
    return tuple(sorted(found, key=lambda each: places.get(each.line or "", -1)))


def _told_by_bill(finding: Finding, billed: set[tuple[str | None, str]]) -> bool:
    """A price that the invoice has too is told once, where it costs money."""
    return finding.kind is kinds.PRICE_CONFIRMED and (finding.line, kinds.PRICE_INVOICED.code) in billed


def _whole(order: Order, agreement: Agreement) -> Iterator[Finding]:
    for told in order.acknowledged:
        if told.verdict == "rejected":
            yield Finding(
                kinds.REFUSED_AS_UNREADABLE, order.number,
                f"The seller's system refused the order with its {told.kind}.", paper=told.id, found=told.kind,
            )  # fmt: skip
    if rejected_whole(order):
        yield Finding(kinds.ORDER_REJECTED, order.number, "The seller rejects the whole order.")
    for number in order.refused_changes:
        change = f"Change {number}" if number else "The change"
        yield Finding(kinds.CHANGE_REFUSED, order.number, f"{change} of the order, or a line of it, is refused.",
                      found=number or None)  # fmt: skip
    for number in order.open_changes:
        change = f"Change {number}" if number else "A change"
        yield Finding(kinds.CHANGE_NOT_ANSWERED, order.number, f"{change} of the order is not answered.",
                      found=number or None)  # fmt: skip
    for paper in order.papers:
        last = agreement.contracts.get(paper.contract or "") if paper.kind is Kind.ORDER else None
        if last is not None and paper.day is not None and paper.day > last:
            yield Finding(
                kinds.CONTRACT_EXPIRED, order.number, f"Contract {paper.contract} ended on {last}, before the order.",
                paper=paper.number, found=str(paper.day), expected=f"until {last}",
            )  # fmt: skip


def rejected_whole(order: Order) -> bool:
    """Whether the seller rejects all of it."""
    own = [line for line in order.lines if not line.added_by_others and not line.cancelled]
    return bool(own) and all(line.answered and line.rejected > 0 and line.due <= 0 for line in own)


def _line(order: Order, line: Line, agreement: Agreement, whole_order: bool) -> Iterator[Finding]:
    for strange in line.other_units:
        told = amount_words(strange.amount)
        yield Finding(
            kinds.UNIT_DIFFERS, order.number,
            f"{named(line)}: {told} {strange.stage}, ordered in {line.unit}; no factor is known.", line.key,
            strange.paper, strange.amount.unit, line.unit,
        )  # fmt: skip
    if line.added_by_others:
        what = line.item.description or ", ".join(value for _, value in line.item.identifiers) or "no item named"
        yield Finding(kinds.NOT_ON_ORDER, order.number, f"{named(line)} is not on the order: {what}.", line.key,
                      found=what)  # fmt: skip
        return
    if line.cancelled:
        return
    yield from _answered(order, line, agreement, whole_order)
    for other in line.substitutes:
        told = ", ".join(value for _, value in other.identifiers)
        yield Finding(
            kinds.SUBSTITUTED, order.number, f"{named(line)}: {told} comes in place of {_item(line)}.", line.key,
            found=told, expected=_item(line),
        )  # fmt: skip
    yield from _delivered(order, line, agreement)
    for seen in line.lots:
        yield from _lot(order, line, seen, agreement)


def _item(line: Line) -> str:
    return ", ".join(value for _, value in line.item.identifiers) or "the ordered item"


def _answered(order: Order, line: Line, agreement: Agreement, whole_order: bool) -> Iterator[Finding]:
    whole = line.ordered or ZERO
    if not line.answered:
        answers = [paper for paper in order.papers if paper.kind is Kind.ANSWER and not paper.to_change]
        if answers and line.ordered is not None and not line.changed and not line.delivered:
            yield Finding(kinds.LINE_NOT_ANSWERED, order.number, f"{named(line)}: the answer does not mention it.",
                          line.key, answers[-1].number, expected=of_line(whole, line))  # fmt: skip
        return
    codes = ", ".join(line.codes)
    if line.rejected > 0 and not whole_order:
        told = of_line(line.rejected, line)
        yield Finding(kinds.LINE_REJECTED, order.number, f"{named(line)}: {told} rejected by the seller ({codes}).",
                      line.key, found=told, expected=of_line(whole, line))  # fmt: skip
    open_ = min(line.backordered, max(line.due - line.delivered, ZERO))
    if open_ > 0:
        later = [each.day for each in line.promises]
        until = f", promised for {max(later)}" if later else ""
        yield Finding(
            kinds.BACKORDERED, order.number,
            f"{named(line)}: {of_line(open_, line)} of {of_line(whole, line)} on backorder{until}.", line.key,
            found=of_line(open_, line), expected=of_line(whole, line),
        )  # fmt: skip
    if line.held > 0:
        yield Finding(kinds.ON_HOLD, order.number, f"{named(line)}: {of_line(line.held, line)} on hold ({codes}).",
                      line.key, found=of_line(line.held, line))  # fmt: skip
    if line.changed or line.ordered is None:
        return
    said = line.accepted + line.backordered + line.rejected + line.held
    if said != whole and not any(each.stage == "confirmed" for each in line.other_units):
        yield Finding(
            kinds.QUANTITY_CONFIRMED, order.number,
            f"{named(line)}: {of_line(said, line)} answered, {of_line(whole, line)} ordered.", line.key,
            found=of_line(said, line), expected=of_line(whole, line),
        )  # fmt: skip
    named_price, asked = line.confirmed_price, line.price
    if named_price is None or asked is None:
        return
    price = named_price.amount
    if not agreement.price.covers(asked.amount, price):
        yield Finding(
            kinds.PRICE_CONFIRMED, order.number,
            f"{named(line)}: confirmed {price_words(price, asked.amount)}.", line.key,
            found=plain(price), expected=plain(asked.amount),
            money=(price - asked.amount) * (line.accepted + line.backordered),
        )  # fmt: skip


def _delivered(order: Order, line: Line, agreement: Agreement) -> Iterator[Finding]:
    over = line.delivered - (line.ordered or ZERO)
    if line.ordered is not None and over > 0 and not agreement.quantity.covers(line.ordered, line.delivered):
        price = line.price.amount if line.price else None
        yield Finding(
            kinds.OVER_SHIPPED, order.number,
            f"{named(line)}: {of_line(line.delivered, line)} shipped or received, "
            f"{of_line(line.ordered, line)} ordered.", line.key, found=of_line(line.delivered, line),
            expected=of_line(line.ordered, line), money=price * over if price is not None else None,
        )  # fmt: skip
    bad = sum((count for _, count in line.questioned), ZERO)
    # Where a further shipment is on its way, nobody can say yet that something is missing.
    short = max(line.shipped - line.received - bad, ZERO) if line.receipts >= line.shipments > 0 else ZERO
    if bad or short:
        parts = [f"{of_line(count, line)} {condition}" for condition, count in line.questioned if count]
        parts += [f"{of_line(short, line)} missing"] if short else []
        yield Finding(
            kinds.SHORT_RECEIVED, order.number, f"{named(line)}: {' and '.join(parts)} on arrival.", line.key,
            found=of_line(line.received, line), expected=of_line(max(line.shipped, line.received + bad), line),
            money=line.price.amount * (bad + short) if line.price else None,
        )  # fmt: skip


def _lot(order: Order, line: Line, seen: LotSeen, agreement: Agreement) -> Iterator[Finding]:
    lot, arrives = seen.lot, seen.arrives
    if lot.expires is None or arrives is None:
        return
    name = f"lot {lot.number}" if lot.number else f"serial {lot.serial}" if lot.serial else "the lot"
    if lot.expires < arrives:
        yield Finding(
            kinds.LOT_EXPIRED, order.number,
            f"{named(line)}: {name} expired on {lot.expires}, before it arrives on {arrives}.", line.key, seen.paper,
            str(lot.expires), f"after {arrives}",
        )  # fmt: skip
        return
    least = _after(arrives, agreement.shelf_life)
    if lot.expires < least:
        days = (lot.expires - arrives).days
        yield Finding(
            kinds.LOT_SHORT_DATED, order.number,
            f"{named(line)}: {name} expires on {lot.expires}, {days} days after it arrives; agreed are "
            f"{(least - arrives).days}.", line.key, seen.paper, str(lot.expires), f"from {least} on",
        )  # fmt: skip


def _after(day: date, time: timedelta | None) -> date:
    return day + time if time is not None else day
