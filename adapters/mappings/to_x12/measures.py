"""Measures as MEA, packaging as PO4: the mirror of ``x12_measures``."""

from collections.abc import Iterator, Sequence

from adapters.mappings.to_x12.parts import Pair, Row, indexed, row
from canonical.parts import Dimensions, Measure, Packaging, Quantity


def quantity_pairs(quantity: Quantity | None, name: str = "quantity") -> tuple[Pair, Pair]:
    """The value, then its unit."""
    value, unit = (quantity.value, quantity.unit_code) if quantity is not None else (None, None)
    return (f"{name}.value", value), (f"{name}.unitCode", unit)


def measure_rows(measures: Sequence[Measure], at: str) -> Iterator[Row]:
    """MEA: 01 of what, 02 which, 03 the value, 04 its unit."""
    for index, measure in enumerate(measures):
        yield row(
            "MEA", indexed(at, "measures", index), ("type", measure.type), ("qualifier", measure.qualifier),
            ("value", measure.value), ("unitCode", measure.unit_code),
        )  # fmt: skip


def packaging_rows(packaging: Sequence[Packaging], at: str) -> Iterator[Row]:
    """PO4: 01 packs, 02 size, 03 unit, 04 kind, 05-13 weight, volume, dimensions, 14 inner packs."""
    for index, pack in enumerate(packaging):
        size = pack.dimensions or Dimensions()
        yield row(
            "PO4", indexed(at, "packaging", index), ("pack", pack.pack), ("size", pack.size),
            ("unitCode", pack.unit_code), ("packagingCode", pack.packaging_code),
            *measure_triple(pack.weight, "weight"), *measure_triple(pack.volume, "volume")[1:],
            ("dimensions.length", size.length), ("dimensions.width", size.width), ("dimensions.height", size.height),
            ("dimensions.unitCode", size.unit_code), ("innerPack", pack.inner_pack),
        )  # fmt: skip


def measure_triple(measure: Measure | None, name: str) -> tuple[Pair, Pair, Pair]:
    """Which measure, its value, its unit."""
    found = measure or Measure()
    return (f"{name}.qualifier", found.qualifier), (f"{name}.value", found.value), (f"{name}.unitCode", found.unit_code)
