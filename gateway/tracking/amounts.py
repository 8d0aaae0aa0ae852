"""Quantities and prices that can be compared: in one unit, and never converted without a known factor."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Final, Protocol

from canonical.parts import Price as PricePart
from canonical.parts import Quantity

ZERO: Final = Decimal(0)

_PER: Final = {
    "PN": 10, "DZ": 12, "LD": 12, "PD": 12, "RD": 12, "TD": 12, "WD": 12, "HP": 100, "LC": 100, "QH": 100, "RC": 100,
    "TC": 100, "WC": 100, "LM": 1000, "QS": 1000, "RM": 1000, "TM": 1000, "TP": 1000, "WM": 1000, "TT": 10_000,
    "HT": 100_000,
}  # fmt: skip
"""Price bases (X12 639) that are for many units: for how many. All others are for one."""


@dataclass(frozen=True, slots=True)
class Item:
    """What a line is about: identifiers as (scheme, value), in the order in which they were told."""

    identifiers: tuple[tuple[str, str], ...] = ()
    description: str | None = None

    def shares(self, other: Iterable[tuple[str, str]]) -> bool:
        """Whether one identifier is in both."""
        return bool(set(self.identifiers) & set(other))

    def contradicts(self, other: Iterable[tuple[str, str]]) -> bool:
        """Whether both name identifiers of one scheme, and none is the same."""
        known = set(other)
        if not known or set(self.identifiers) & known:
            return False
        return bool({scheme for scheme, _ in self.identifiers} & {scheme for scheme, _ in known})


@dataclass(frozen=True, slots=True)
class Amount:
    """A quantity as it was told. ``unit`` is the X12 355 code; None where none was told."""

    value: Decimal
    unit: str | None = None


@dataclass(frozen=True, slots=True)
class UnitPrice:
    """A price for one unit, whatever its basis was."""

    amount: Decimal
    unit: str | None = None
    """What it is the price of one of, where the document told a unit."""


class Converter(Protocol):
    """Knows how many of one unit are one of another, for this item."""

    def __call__(self, value: Decimal, unit: str, to: str, item: Item) -> Decimal | None:
        """The same quantity in the unit ``to``; None where no factor is known."""


def refuse(value: Decimal, unit: str, to: str, item: Item) -> Decimal | None:  # noqa: ARG001 - the signature of a Converter
    """Knows no factor: only quantities of the same unit are compared."""
    return None


def amount_of(quantity: Quantity | None) -> Amount | None:
    """A document's quantity."""
    return Amount(Decimal(quantity.value), quantity.unit_code) if quantity is not None else None


def price_of(price: PricePart | None, unit: str | None) -> UnitPrice | None:
    """A document's price, for one unit; a price for a hundred (X12 639 ``HP``) is divided."""
    if price is None:
        return None
    return UnitPrice(Decimal(price.amount) / _PER.get(price.basis or "", 1), unit)


def converted(amount: Amount, to: str | None, item: Item, convert: Converter) -> Decimal | None:
    """The quantity in the unit ``to``; None where it cannot be told. A missing unit is taken for the line's own."""
    if amount.unit is None or to is None or amount.unit == to:
        return amount.value
    return convert(amount.value, amount.unit, to, item)


def price_in(price: UnitPrice, to: str | None, item: Item, convert: Converter) -> Decimal | None:
    """The price of one ``to``; None where it cannot be told."""
    if price.unit is None or to is None or price.unit == to:
        return price.amount
    count = convert(Decimal(1), to, price.unit, item)
    if count is not None and count == count.to_integral_value():
        return price.amount * count
    # A twelfth has no end as a decimal: where the price's unit is the larger one, dividing is exact.
    parts = convert(Decimal(1), price.unit, to, item)
    return price.amount / parts if parts else None


def plain(value: Decimal) -> str:
    """A number for people: no exponent, no zeros behind that say nothing."""
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def money(value: Decimal) -> str:
    """An amount of money for people: two decimals, more where they say something."""
    cents = value.quantize(Decimal("0.01"))
    return format(cents, "f") if cents == value else plain(value)
