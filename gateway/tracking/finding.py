"""Something about an order that a buyer or accounts payable should know."""

from dataclasses import dataclass
from decimal import Decimal

from canonical.problem import ProblemKind
from gateway.tracking.amounts import Amount, money, plain
from gateway.tracking.order import Line


@dataclass(frozen=True, slots=True)
class Finding:
    """One difference between what was agreed and what came."""

    kind: ProblemKind
    order: str
    words: str
    """One sentence for a buyer."""
    line: str | None = None
    """Key of the order's line; None where it is about the whole order."""
    paper: str | None = None
    """Number of the document that it is seen in."""
    found: str | None = None
    expected: str | None = None
    money: Decimal | None = None
    """What it costs, or would cost if paid, in the order's currency; None where that cannot be told."""

    @property
    def code(self) -> str:
        """``BUS-E0141``; ``wharf explain`` tells more."""
        return self.kind.code


def counted(value: Decimal, unit: str | None) -> str:
    """``12 BX``."""
    return f"{plain(value)} {unit}" if unit else plain(value)


def of_line(value: Decimal, line: Line) -> str:
    """The same, in a line's unit."""
    return counted(value, line.unit)


def amount_words(amount: Amount) -> str:
    """A quantity as it was told."""
    return counted(amount.value, amount.unit)


def price_words(found: Decimal, expected: Decimal) -> str:
    """``price 14.02, ordered 13.45 (+4.2 %)``."""
    share = f" ({(found - expected) / expected * 100:+.1f} %)" if expected else ""
    return f"price {money(found)}, ordered {money(expected)}{share}"


def named(line: Line) -> str:
    """The line for a sentence's beginning."""
    return f"Line {line.key}"
