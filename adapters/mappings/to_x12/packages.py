"""Marks of packages as MAN, how many packages travel as TD1: the mirror of ``x12_packages`` and of the lading."""

from collections.abc import Iterator, Sequence

from adapters.mappings.to_x12.codes import MARKS, code
from adapters.mappings.to_x12.measures import measure_triple
from adapters.mappings.to_x12.parts import GAP, Row, indexed, row
from adapters.mappings.x12_packages import sscc as container_code
from canonical.parts import Lading, Reference

_SERIAL_CONTAINER = "GM"
_APPLICATION_IDENTIFIER = "00"
_RANGE = "to "
"""What reading puts in front of the last mark of a range."""


def mark_rows(marks: Sequence[Reference], sscc: str | None, at: str) -> Iterator[Row]:
    """MAN: 01 which mark, 02 the mark, 03 the last one of a range; the SSCC first, where no mark tells it.

    An SSCC goes with its application identifier, 20 digits, as the GS1 guidelines for the ship notice write it.
    """
    told = [code(mark.type, MARKS, mark.qualifier) for mark in marks]
    if sscc and not any(
        container_code(qualifier if isinstance(qualifier, str) else "", mark.value or "") == sscc
        for qualifier, mark in zip(told, marks, strict=True)
    ):
        yield row("MAN", at, ("sscc", _SERIAL_CONTAINER), ("sscc", _APPLICATION_IDENTIFIER + sscc))
    for index, (qualifier, mark) in enumerate(zip(told, marks, strict=True)):
        last = (mark.description or "").removeprefix(_RANGE)
        yield row(
            "MAN", indexed(at, "marks", index), ("type", qualifier), ("value", mark.value), ("description", last)
        )  # fmt: skip


def lading_rows(lading: Sequence[Lading], at: str, name: str = "lading") -> Iterator[Row]:
    """TD1: 01 kind of package, 02 how many, 06-08 weight, 09 and 10 volume."""
    for index, entry in enumerate(lading):
        yield row(
            "TD1", indexed(at, name, index), ("packagingCode", entry.packaging_code), ("count", entry.count),
            GAP, GAP, GAP, *measure_triple(entry.weight, "weight"), *measure_triple(entry.volume, "volume")[1:],
        )  # fmt: skip
