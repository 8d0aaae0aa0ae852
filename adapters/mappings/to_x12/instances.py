"""Lots and serial numbers that no other field of a line tells, as REF and DTM: the mirror of ``x12_instances``.

What reading gathers stands in the line's identifiers, references and dates as well, and goes back from there. A
document that was made by hand may tell it in ``instances`` alone.
"""

from collections.abc import Sequence
from typing import Final

from adapters.mappings.to_x12 import texts
from adapters.mappings.to_x12.parts import Row, indexed, row
from adapters.mappings.x12_instances import gather
from canonical.line import Line
from canonical.parts import Date, Reference
from canonical.ship_notice import Instance

_LOT, _SERIAL = "LT", "SE"
_EXPIRATION, _MANUFACTURE = "036", "094"
_REFERENCES: Final = (("lot_number", "lotNumber", _LOT), ("serial_number", "serialNumber", _SERIAL))
_DATES: Final = (
    ("expiration_date", "expirationDate", _EXPIRATION),
    ("manufacture_date", "manufactureDate", _MANUFACTURE),
)


def told_elsewhere(line: Line, instances: Sequence[Instance]) -> bool:
    """Whether reading gathers just these instances from the line's other fields."""
    return gather(line.model_dump(by_alias=False, exclude_none=True)) == [
        one.model_dump(by_alias=False, exclude_none=True) for one in instances
    ]


def instance_rows(line: Line, instances: Sequence[Instance], at: str) -> list[Row] | None:
    """The REF and DTM from which reading gathers these instances; None where they cannot tell them.

    They cannot where several lots have quantities of their own, or dates that only some of them have.
    """
    rows: list[Row] = []
    references, dates = list(line.references), list(line.dates)
    numbers = {one.value for one in line.item.identifiers} | {one.value for one in line.references}
    days = {one.date for one in line.dates}
    for index, instance in enumerate(instances):
        here = indexed(at, "instances", index)
        for name, path, code in _REFERENCES:
            value = getattr(instance, name)
            if value and value not in numbers:
                numbers.add(value)
                references.append(Reference(type="", value=value, qualifier=code))
                rows.append(row("REF", here, ("", code), (path, value)))
        for name, path, code in _DATES:
            day = getattr(instance, name)
            if day and (day not in days or len(instances) > 1):
                dates.append(Date(type="", date=day, qualifier=code))
                rows.append(row("DTM", here, ("", code), (path, texts.date(day))))
    full = line.model_copy(update={"references": tuple(references), "dates": tuple(dates)})
    same = told_elsewhere(full, instances) or told_elsewhere(full, _with_quantity(line, instances))
    return rows if same else None


def _with_quantity(line: Line, instances: Sequence[Instance]) -> Sequence[Instance]:
    """A single lot has the quantity of its line, which need not be said."""
    if len(instances) == 1 and instances[0].quantity is None and line.quantity is not None:
        return [instances[0].model_copy(update={"quantity": line.quantity})]
    return instances
