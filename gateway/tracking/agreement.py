"""What was agreed with a partner, as far as an order can keep it or not."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, timedelta, tzinfo
from decimal import Decimal

from gateway.tracking.amounts import ZERO


@dataclass(frozen=True, slots=True)
class Tolerance:
    """A difference up to one of these, either way, is none."""

    absolute: Decimal = ZERO
    percent: Decimal = ZERO
    """Of what was expected: 2 is 2 %."""

    def covers(self, expected: Decimal, found: Decimal) -> bool:
        """Whether the difference is small enough."""
        difference = abs(found - expected)
        return difference <= self.absolute or difference * 100 <= self.percent * abs(expected)


@dataclass(frozen=True, slots=True)
class Agreement:
    """What is due when, and what is tolerated. None: nothing was agreed, so nothing is ever late."""

    functional: timedelta | None = timedelta(hours=24)
    """From sending to the 997, 999 or TA1."""
    answer: timedelta | None = None
    """From sending to the 855."""
    shipment: timedelta | None = timedelta(0)
    """After the end of the day that was promised, or else asked for, to the ship notice."""
    invoice: timedelta | None = None
    """From the end of the day of shipment to the invoice."""
    price: Tolerance = Tolerance()
    """For one unit."""
    quantity: Tolerance = Tolerance()
    """Of what is shipped or invoiced beyond what was ordered."""
    shelf_life: timedelta | None = None
    """How long a lot must keep from its arrival on."""
    contracts: Mapping[str, date] = field(default_factory=dict)
    """Contract number to its last day."""
    zone: tzinfo = UTC
    """Where days end."""
