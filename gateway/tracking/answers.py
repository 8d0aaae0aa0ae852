"""The seller's answers (855, 865) laid upon the order's lines. A line stands as it was told last."""

from typing import Final

from gateway.tracking.amounts import ZERO
from gateway.tracking.changes import refuses_change
from gateway.tracking.order import Promise
from gateway.tracking.papers import Paper, PaperLine
from gateway.tracking.sheet import Draft, Sheet

_TAKEN: Final = frozenset({"accepted", "acceptedWithChanges", "rescheduled", "shipped", "substituted"})
_REFUSED: Final = frozenset({"rejected", "cancelled"})
_ONLY_EXCEPTIONS: Final = "AE"
"""X12 587: only what is not as ordered is listed, so what is not listed is accepted."""


def answer(sheet: Sheet, paper: Paper) -> None:
    """One answer. Parts of a line's quantity are added up; a line that a full acceptance leaves out is accepted."""
    named = set()
    for told in paper.lines:
        if paper.to_change and refuses_change(told):
            # The change of the line is refused: the line itself stays as it was.
            continue
        line = sheet.meant(told)
        named.add(line.key)
        _line(sheet, line, told, paper)
    whole = not paper.lines or paper.status_code == _ONLY_EXCEPTIONS
    if paper.status == "accepted" or (whole and paper.status == "acceptedWithChanges"):
        for line in sheet.lines:
            if line.key not in named and not line.added_by_others and not line.cancelled:
                _all(line, "accepted")
    elif paper.status == "rejected" and not paper.lines and not paper.to_change:
        for line in sheet.lines:
            _all(line, "rejected")


def _all(line: Draft, status: str) -> None:
    quantity = line.ordered or ZERO
    line.answered, line.promises, line.codes = True, (), ()
    line.backordered, line.held = ZERO, ZERO
    line.accepted, line.rejected = (quantity, ZERO) if status == "accepted" else (ZERO, quantity)


def _line(sheet: Sheet, line: Draft, told: PaperLine, paper: Paper) -> None:
    if not told.said:
        if paper.status == "onHold":
            line.answered, line.held = True, line.ordered or ZERO
        elif paper.status in ("accepted", "rejected"):
            _all(line, paper.status)
        line.confirmed_price = sheet.price(line, told.price)
        return
    line.answered = True
    line.accepted = line.backordered = line.rejected = line.held = ZERO
    line.promises, line.codes = (), tuple(dict.fromkeys(each.code for each in told.said))
    strange = len(line.other_units)
    counts = [sheet.count(line, each.amount, paper, "confirmed") for each in told.said]
    if any(each.amount is None for each in told.said) and len(line.other_units) == strange:
        whole = sheet.count(line, told.amount, paper, "confirmed") if told.amount else line.ordered or ZERO
        rest = max(whole - sum(counts, ZERO), ZERO)
        first = next(place for place, each in enumerate(told.said) if each.amount is None)
        counts[first] = rest
    for each, count in zip(told.said, counts, strict=True):
        if each.status in _TAKEN:
            line.accepted += count
        elif each.status == "backordered":
            line.backordered += count
        elif each.status in _REFUSED:
            line.rejected += count
        else:
            line.held += count
        if each.day is not None and each.status not in _REFUSED:
            line.promises += (Promise(each.day, each.day_type or "", count),)
        if each.status == "substituted" and each.item is not None:
            sheet.substitute(line, each.item)
    line.confirmed_price = sheet.price(line, told.price)
