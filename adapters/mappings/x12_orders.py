"""The order that another document is about: PRF."""

from collections.abc import Iterable

from adapters.formats.x12.tree import Segment
from adapters.mappings.context import X12Context
from adapters.mappings.x12_sections import put, rule
from adapters.mappings.x12_values import date
from canonical.parts import Plain


def _read_order(segment: Segment, owner: Plain, context: X12Context) -> bool:
    """PRF into ``orders``: 01 number, 02 release, 03 change, 04 date, 05 line, 06 contract, 07 kind of order."""
    if not segment[1]:
        return True
    found = {
        "order_number": segment[1],
        "release_number": segment[2],
        "change_number": segment[3],
        "order_date": date(segment, 4, context),
        "line_number": segment[5],
        "contract_number": segment[6],
        "order_type": segment[7],
    }
    put(owner, "orders", {name: value for name, value in found.items() if value})
    return False


ORDER = rule(_read_order, 1, 2, 3, 4, 5, 6, 7)
"""PRF."""


def only_order(parts: Iterable[Plain]) -> str | None:
    """The order's number, where all ``orders`` of these parts are one."""
    numbers = {order["order_number"] for part in parts for order in part.get("orders", ())}
    return numbers.pop() if len(numbers) == 1 else None
