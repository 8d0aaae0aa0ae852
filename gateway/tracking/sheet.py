"""The lines of an order while its papers are laid upon each other, and how a paper's line finds its own."""

from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import date
from decimal import Decimal

from gateway.tracking.amounts import ZERO, Amount, Converter, Item, UnitPrice, converted, price_in
from gateway.tracking.order import Line, LotSeen, OtherUnit, Promise
from gateway.tracking.papers import Paper, PaperLine


@dataclass(slots=True, eq=False)
class Draft:
    """A line that is being made. The fields are those of ``Line``."""

    key: str
    item: Item
    unit: str | None = None
    wanted: date | None = None
    requested: Decimal | None = None
    ordered: Decimal | None = None
    price: UnitPrice | None = None
    added_by_others: bool = False
    cancelled: bool = False
    answered: bool = False
    accepted: Decimal = ZERO
    backordered: Decimal = ZERO
    rejected: Decimal = ZERO
    held: Decimal = ZERO
    codes: tuple[str, ...] = ()
    confirmed_price: UnitPrice | None = None
    changed: bool = False
    promises: tuple[Promise, ...] = ()
    substitutes: tuple[Item, ...] = ()
    shipped: Decimal = ZERO
    shipments: int = 0
    received: Decimal = ZERO
    receipts: int = 0
    questioned: tuple[tuple[str, Decimal], ...] = ()
    invoiced: Decimal = ZERO
    lots: tuple[LotSeen, ...] = ()
    other_units: tuple[OtherUnit, ...] = ()

    def done(self) -> Line:
        """The line."""
        return Line(**{each.name: getattr(self, each.name) for each in fields(Line)})


class Sheet:
    """All lines of one order."""

    def __init__(self, convert: Converter) -> None:
        self.lines: list[Draft] = []
        self.ordered = False
        """Whether an order was seen: only then a line can be missing on it."""
        self._convert = convert
        self._by_key: dict[str, Draft] = {}
        self._by_name: dict[tuple[str, str], dict[str, Draft]] = {}
        """Lines by the identifiers that they go by, those of substitutes among them; then by key."""

    def add(self, told: PaperLine, *, by_others: bool = False) -> Draft:
        """A new line with a key of its own."""
        wanted = bare(told.number) or f"#{len(self.lines) + 1}"
        key, again = wanted, 2
        while key in self._by_key:
            key, again = f"{wanted}#{again}", again + 1
        draft = Draft(key, told.item, unit=told.amount.unit if told.amount else None, added_by_others=by_others)
        self.lines.append(draft)
        self._by_key[key] = draft
        self.name(draft, told.item)
        return draft

    def name(self, line: Draft, item: Item) -> None:
        """From now on the line goes by these identifiers too."""
        for identifier in item.identifiers:
            self._by_name.setdefault(identifier, {}).setdefault(line.key, line)

    def find(self, told: PaperLine) -> Draft | None:
        """The line that a paper's line is about.

        Its number and its item together say it best. Where they disagree the item wins: sellers number their lines
        anew. A number alone is enough where the item is told in other words, or is a substitute.
        """
        numbered = self._by_key.get(bare(told.number) or "")
        alike = [found for name in told.item.identifiers if (found := self._by_name.get(name))]
        if numbered is not None and (not alike or any(numbered.key in found for found in alike)):
            return numbered
        return next(iter(alike[0].values())) if alike else None

    def meant(self, told: PaperLine) -> Draft:
        """The same; a line that the order does not have is added."""
        return self.find(told) or self.add(told, by_others=self.ordered)

    def count(self, line: Draft, amount: Amount | None, paper: Paper, stage: str) -> Decimal:
        """A quantity in the line's unit; zero, and noted, where its unit cannot be compared."""
        if amount is None:
            return ZERO
        if line.unit is None:
            line.unit = amount.unit
        value = converted(amount, line.unit, line.item, self._convert)
        if value is None:
            line.other_units += (OtherUnit(paper.number, stage, amount),)
            return ZERO
        return value

    def price(self, line: Draft, price: UnitPrice | None) -> UnitPrice | None:
        """A price for one of the line's unit; None where there is none, or its unit cannot be compared."""
        amount = price_in(price, line.unit, line.item, self._convert) if price is not None else None
        return UnitPrice(amount, line.unit) if amount is not None else None

    def substitute(self, line: Draft, item: Item) -> None:
        """Notes the item of another paper, which may be another one than the ordered."""
        self.name(line, item)
        if item.contradicts(line.item.identifiers) and not any(
            known.shares(item.identifiers) for known in line.substitutes
        ):
            line.substitutes += (item,)

    def done(self) -> tuple[Line, ...]:
        """The lines: the order's own first, in its order."""
        return tuple(line.done() for line in sorted(self.lines, key=lambda line: line.added_by_others))


def merged(pairs: Iterable[tuple[str, Decimal]]) -> tuple[tuple[str, Decimal], ...]:
    """Quantities added up by their word."""
    found: dict[str, Decimal] = {}
    for word, count in pairs:
        found[word] = found.get(word, ZERO) + count
    return tuple(found.items())


def bare(number: str | None) -> str | None:
    """A line number without zeros in front: systems fill them up differently."""
    return number and (number.strip().lstrip("0") or number.strip())
