"""How patient sending is."""

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True)
class Limits:
    """The settings of ``[outbound]``, as the sender needs them."""

    attempts: int = 1000
    """Failed attempts at one parcel before it is given up."""
    give_up_after: timedelta = timedelta(days=7)
    """How long one parcel is tried."""
    failures: int = 5
    """Failed attempts in a row, whosever parcels they were, before a destination is left alone."""
    rest: timedelta = timedelta(seconds=30)
    """How long it is left alone at first; twice as long each time that it fails again."""
    longest: timedelta = timedelta(minutes=10)
    """The longest wait: between two attempts at a parcel, and before a destination is tried again."""
    held_blocks: bool = True
    """Whether what a person holds keeps back what is behind it, in channels that keep order."""


def spent(limits: Limits, attempts: int, age: timedelta) -> bool:
    """Whether a parcel with so many failed attempts and of this age is given up."""
    return attempts >= limits.attempts or age >= limits.give_up_after
