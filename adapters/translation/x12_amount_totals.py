"""Amounts that must add up: an invoice's TDS01, and AMT*TT of an order.

Senders count in more than one way: a line's price is sent before or after the allowances of its line, taxes stand at
the lines or in the summary or both. All usual readings are tried, and only a total that fits none is told; where a
part cannot be added up (a percentage without its amount, a price by the pound for pieces), nothing is told.
Sources: X12 IT1, PO1, SAC, TXI, TDS, AMT; element 639 (price basis), 331 (handling), 662 (relation).
"""

from collections.abc import Iterator, Mapping
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from itertools import product
from types import MappingProxyType
from typing import Final

from adapters.formats.x12 import problems
from adapters.formats.x12.likely import implied_number
from adapters.formats.x12.tree import Loop, Segment
from adapters.mappings.context import Finding
from adapters.mappings.x12_values import decimal_text, implied_text

_CENT: Final = Decimal("0.01")
_LARGEST: Final = Decimal(10) ** 15
"""Amounts above it are typing errors, and not worth adding up."""

_BY_SIZE: Final[Mapping[int, tuple[str, tuple[str, ...]]]] = {
    10: ("PN", ("TP", "U3")),
    12: ("LD PD RD TD WD", ("DZ",)),
    100: ("HP LC QH RC TC WC", ("HU", "HC")),
    1_000: ("LM QS RM TM TP WM", ("TH", "T3")),
    10_000: ("TT", ()),
    100_000: ("HT", ()),
}
"""How many units a price is for, to the codes of element 639, and the units (355) that are that many themselves."""
_PLAIN: Final = "BD CA CP CT DI DR DS ES FX LE LR NE NT PE PQ PR PV QE QR QT RE RS RT SR ST SW TE UM VQ WE WH AW"
"""Codes of element 639 that say nothing of how many: the price is for one unit."""
_SIZES: Final[Mapping[str, tuple[int, tuple[str, ...]]]] = MappingProxyType(
    {code: (size, units) for size, (codes, units) in _BY_SIZE.items() for code in codes.split()}
    | dict.fromkeys(("", *_PLAIN.split()), (1, ()))
)

_NOT_BILLED: Final = frozenset({"01", "03", "04", "05", "08", "09", "10", "11", "12", "15", "18", "20", "21"})
"""Element 331: allowances and charges that are told here and settled elsewhere."""
_TAX_ADDED: Final = frozenset({"", "A"})
_TAX_TOLD: Final = frozenset({"I", "O"})
"""Element 662: the tax is in the prices already, or stands for information."""


class _Unknown(Exception):  # noqa: N818 - says that a sum is not known, which is no error
    """A part of a total cannot be added up."""


def amount_findings(tree: Loop) -> Iterator[Finding]:
    """What an invoice or an order says of its total otherwise than its parts."""
    match tree.id:
        case "810":
            yield from _invoice(tree)
        case "850":
            yield from _order(tree)


def _invoice(tree: Loop) -> Iterator[Finding]:
    total = tree.first("TDS")
    claimed = _implied(total[1]) if total else None
    if total is None or claimed is None or not (lines := list(tree.loops("IT1"))):
        return
    try:
        goods = _goods(lines)
        own, taxes = _allowances(tree), _taxes(tree)
        within = sum(map(_allowances, lines), Decimal(0))
        line_taxes = sum(map(_taxes, lines), Decimal(0))
    except _Unknown:
        return
    every_tax = [taxes + line_taxes, taxes, line_taxes]
    if any(_is_tax(segment[2]) for holder in (tree, *lines) for segment in _own(holder, "SAC")):
        every_tax.append(Decimal(0))
    readings = [goods + own + inner + tax for inner, tax in product((within, Decimal(0)), every_tax)]
    if not _fits(claimed, readings, len(lines)):
        shown = _shown(readings[0])
        told = f"{implied_number(shown, 2)}, for {shown} added up"
        yield Finding(problems.INVOICE_TOTAL_WRONG, total, 1, total[1].strip(), told)


def _order(tree: Loop) -> Iterator[Finding]:
    total = next((amount for amount in _summary(tree) if amount[1] == "TT"), None)
    claimed = _decimal(total[2]) if total else None
    if total is None or claimed is None or not (lines := list(tree.loops("PO1"))):
        return
    try:
        goods = _goods(lines)
        if _fits(claimed, [goods], len(lines)):
            return
        own = _allowances(tree)
        within = sum(map(_allowances, lines), Decimal(0))
    except _Unknown:
        return
    readings = [goods, goods + own, goods + within, goods + own + within]
    if not _fits(claimed, readings, len(lines)):
        yield Finding(problems.ORDER_TOTAL_WRONG, total, 2, total[2].strip(), f"{_shown(goods)} added up")


def _fits(claimed: Decimal, readings: list[Decimal], lines: int) -> bool:
    """A cent a line is rounding. A credit may be sent with or without its sign."""
    tolerance = _CENT * lines
    return any(min(abs(claimed - reading), abs(claimed + reading)) <= tolerance for reading in readings)


def _summary(tree: Loop) -> Iterator[Segment]:
    """AMT under CTT."""
    for loop in tree.loops("CTT"):
        yield from loop.segments("AMT")


def _goods(lines: list[Loop]) -> Decimal:
    """The amounts of all lines, each to the cent."""
    total = Decimal(0)
    for line in lines:
        head = line.first(line.id)
        if head is None:
            raise _Unknown
        total += _line_amount(head)
    return total


def _line_amount(head: Segment) -> Decimal:
    """Quantity (02) times price (04), by its basis (05), to the cent."""
    price, count = _decimal(head[4]), _decimal(head[2])
    if price == 0 or count == 0:
        return Decimal(0)
    size, units = _SIZES.get(head[5].strip(), (0, ()))
    if price is None or count is None or not size:
        raise _Unknown
    amount = count * price / (1 if head[3] in units else size)
    if abs(amount) >= _LARGEST:
        raise _Unknown
    return amount.quantize(_CENT, ROUND_HALF_UP)


def _allowances(loop: Loop) -> Decimal:
    """SAC of the loop, whether it stands alone or opens a loop of its own: charges added, allowances taken off."""
    total = Decimal(0)
    for segment in _own(loop, "SAC"):
        if segment[1] not in ("A", "C") or segment[12] in _NOT_BILLED:
            continue
        amount = _implied(segment[5])
        if amount is None:
            raise _Unknown
        total += amount if segment[1] == "C" else -amount
    return total


def _taxes(loop: Loop) -> Decimal:
    """TXI of the loop, and of its allowances and charges."""
    holders = [loop, *loop.loops("SAC")]
    total = Decimal(0)
    for segment in (found for holder in holders for found in _own(holder, "TXI")):
        if segment[7] in _TAX_TOLD or (not segment[2] and segment[6] not in ("", "2")):
            continue
        amount = _decimal(segment[2])
        if amount is None or segment[7] not in _TAX_ADDED:
            raise _Unknown
        total += amount
    return total


def _is_tax(code: str) -> bool:
    """Whether a charge (element 1300) is a tax; where one stands, TXI may tell the same amount once more."""
    return code == "D360" or "H610" <= code <= "H850"


def _own(loop: Loop, tag: str) -> Iterator[Segment]:
    yield from loop.segments(tag)
    for inner in loop.loops(tag):
        yield from inner.segments(tag)


def _implied(text: str) -> Decimal | None:
    return _bounded(implied_text(text.strip()))


@lru_cache(maxsize=4096)
def _decimal(text: str) -> Decimal | None:
    return _bounded(decimal_text(text.strip(), exponent=True))


def _bounded(text: str | None) -> Decimal | None:
    number = Decimal(text) if text and len(text) <= 40 else None
    return number if number is not None and abs(number) < _LARGEST else None


def _shown(amount: Decimal) -> str:
    return f"{amount:.2f}"
