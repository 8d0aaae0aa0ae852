"""How the robot behaves: well, unless it is told otherwise."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal, InvalidOperation
from typing import Final


@dataclass(frozen=True, slots=True)
class Behaviour:
    """What the supplier does with an order. Lines are counted from 1."""

    functional: str = "accept"
    """The 997: ``accept``, ``reject`` or ``none``."""
    interchange_rejected: bool = False
    """Whether all it says is a TA1 that rejects the envelope."""
    functional_delay: float = 0.0
    """Seconds until the 997 is there."""
    rejected: frozenset[int] = frozenset()
    substituted: frozenset[int] = frozenset()
    backordered: frozenset[int] = frozenset()
    prices: Mapping[int, Decimal] = field(default_factory=dict)
    """Line to the factor that its price is changed by."""
    split: bool = False
    """Whether goods come in two shipments."""
    wrong_lot: bool = False
    """Whether the notice names a lot with an expiry that is past."""
    duplicate_envelope: bool = False
    """Whether the 855 is sent again under its own control number with other content."""
    over_invoice: Decimal = Decimal(0)
    """By how much of it the invoice exceeds what was shipped, as 0.1."""
    silent: frozenset[str] = frozenset()
    """Sets that are not sent at all: ``855``, ``856``, ``810``."""


class UnknownBehaviourError(ValueError):
    """There is no such behaviour, or its value is none that it takes; the message is for a person."""


def behaviour_from(words: Iterable[str]) -> Behaviour:
    """From words as ``backorder=2`` or ``split``. Raises UnknownBehaviourError."""
    told = Behaviour()
    for word in words:
        name, _, value = word.partition("=")
        change = _WAYS.get(name)
        if change is None:
            raise UnknownBehaviourError(f"{name!r} is none of {', '.join(WAYS)}")
        told = change(told, value)
    return told


def _line(name: str, value: str) -> int:
    if not re.fullmatch(r"[1-9][0-9]{0,4}", value):
        raise UnknownBehaviourError(f"{name} takes a line, counted from 1, as {name}=2")
    return int(value)


def _factor(name: str, value: str) -> Decimal:
    try:
        percent = Decimal(value.removesuffix("%"))
    except InvalidOperation:
        raise UnknownBehaviourError(f"{name} takes a percentage, as 10%") from None
    if not -99 <= percent <= 1000:
        raise UnknownBehaviourError(f"{name} takes a percentage from -99 to 1000")
    return percent / 100


def _priced(told: Behaviour, value: str) -> Behaviour:
    line, colon, percent = value.partition(":")
    if not colon:
        raise UnknownBehaviourError("price takes a line and a percentage, as price=1:+5%")
    return replace(told, prices={**told.prices, _line("price", line): 1 + _factor("price", percent)})


def _late(told: Behaviour, value: str) -> Behaviour:
    if not re.fullmatch(r"[0-9]{1,6}", value):
        raise UnknownBehaviourError("late-997 takes seconds, as late-997=60")
    return replace(told, functional_delay=float(value))


def _silent(name: str) -> Callable[[Behaviour, str], Behaviour]:
    return lambda told, _: replace(told, silent=told.silent | {name})


_WAYS: Final[Mapping[str, Callable[[Behaviour, str], Behaviour]]] = {
    "no-997": lambda told, _: replace(told, functional="none"),
    "late-997": _late,
    "reject-997": lambda told, _: replace(told, functional="reject"),
    "reject-ta1": lambda told, _: replace(told, interchange_rejected=True),
    "reject-line": lambda told, value: replace(told, rejected=told.rejected | {_line("reject-line", value)}),
    "substitute": lambda told, value: replace(told, substituted=told.substituted | {_line("substitute", value)}),
    "backorder": lambda told, value: replace(told, backordered=told.backordered | {_line("backorder", value)}),
    "price": _priced,
    "split": lambda told, _: replace(told, split=True),
    "wrong-lot": lambda told, _: replace(told, wrong_lot=True),
    "duplicate-isa": lambda told, _: replace(told, duplicate_envelope=True),
    "over-invoice": lambda told, value: replace(told, over_invoice=_factor("over-invoice", value)),
    "no-855": _silent("855"),
    "no-856": _silent("856"),
    "no-810": _silent("810"),
}
WAYS: Final[Mapping[str, str]] = {
    "no-997": "sends no 997",
    "late-997=SECONDS": "sends the 997 late",
    "reject-997": "rejects the order with its 997, and sends nothing else",
    "reject-ta1": "rejects the envelope with a TA1, and sends nothing else",
    "reject-line=N": "rejects a line",
    "substitute=N": "ships another item for a line",
    "backorder=N": "has half of a line, and ships no more",
    "price=N:+5%": "changes the price of a line",
    "split": "ships in two shipments",
    "wrong-lot": "ships a lot that has expired",
    "duplicate-isa": "sends its 855 again, changed, under the same control number",
    "over-invoice=10%": "invoices more than it shipped",
    "no-855": "sends no 855",
    "no-856": "sends no 856",
    "no-810": "sends no 810",
}
"""What a person types, and what it does."""
