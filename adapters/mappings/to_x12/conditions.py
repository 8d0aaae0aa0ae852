"""Restrictions as CTB, lead times as LDT, what became of an item's record as G53: mirrors ``x12_conditions``."""

from collections.abc import Iterator, Sequence

from adapters.mappings.to_x12 import texts
from adapters.mappings.to_x12.parts import Row, indexed, row
from canonical.catalog import Condition
from canonical.parts import LeadTime


def condition_rows(conditions: Sequence[Condition], at: str) -> Iterator[Row]:
    """CTB: 01 on what, 02 in words, 03 and 04 a quantity, 05 and 06 an amount with two implied decimals."""
    for index, entry in enumerate(conditions):
        yield row(
            "CTB", indexed(at, "conditions", index), ("type", entry.type), ("description", entry.description),
            ("quantityType", entry.quantity_type), ("quantity", entry.quantity), ("amountType", entry.amount_type),
            ("amount", texts.implied(entry.amount)),
        )  # fmt: skip


def lead_time_rows(times: Sequence[LeadTime], at: str) -> Iterator[Row]:
    """LDT: 01 from what to what, 02 how long, 03 the unit of time, 04 the date that it holds for."""
    for index, entry in enumerate(times):
        yield row(
            "LDT", indexed(at, "leadTimes", index), ("type", entry.type), ("value", entry.value),
            ("unitCode", entry.unit_code), ("date", texts.date(entry.date)),
        )  # fmt: skip


def maintenance_rows(code: str | None, at: str) -> Iterator[Row]:
    """G53: whether the item is new, changed or withdrawn."""
    if code:
        yield row("G53", at, ("maintenanceCode", code))
