"""Carriers as TD5 and TD3, freight terms as FOB: the mirror of ``x12_carriers``."""

from collections.abc import Iterator, Sequence

from adapters.mappings.to_x12.parties import identifier_pairs
from adapters.mappings.to_x12.parts import GAP, Pair, Row, indexed, row, says_something
from canonical.parts import Carrier, FreightTerms

_SCAC = "2"
_LONGEST_NUMBER = 10
_INITIALS = 4


def carrier_rows(carriers: Sequence[Carrier], at: str) -> Iterator[Row]:
    """TD5: 01 its place, 02 and 03 who, 04 by what, 05 the route in words, 12 the service level; TD3 the equipment."""
    for index, carrier in enumerate(carriers):
        here = indexed(at, "carriers", index)
        who: tuple[Pair, Pair]
        if carrier.scac:
            who = ("", _SCAC), ("scac", carrier.scac)
        else:
            who = identifier_pairs(next(iter(carrier.identifiers), None), "identifiers[0].")
        route = row(
            "TD5", here, ("sequence", carrier.sequence), *who, ("mode", carrier.mode),
            ("routing", carrier.routing or carrier.name),
            GAP, GAP, GAP, GAP, GAP, GAP, ("serviceLevel", carrier.service_level),
        )  # fmt: skip
        if says_something(route):
            yield route
        equipment = _equipment_row(carrier, here)
        if says_something(equipment):
            yield equipment


def freight_terms_rows(terms: Sequence[FreightTerms], at: str) -> Iterator[Row]:
    """FOB: 01 who pays, 02 and 03 up to where, 04 and 05 terms, 06 and 07 where title passes."""
    for index, entry in enumerate(terms):
        yield row(
            "FOB", indexed(at, "freightTerms", index), ("payment", entry.payment),
            ("locationType", entry.location_type), ("location", entry.location), ("termsSource", entry.terms_source),
            ("terms", entry.terms), ("titleLocationType", entry.title_location_type),
            ("titleLocation", entry.title_location),
        )  # fmt: skip


def _equipment_row(carrier: Carrier, at: str) -> Row:
    """TD3: 01 kind, 02 and 03 initials and number, 09 seal.

    Initials and number are one text to reading; initials are split off only where the number alone is too long.
    """
    equipment = carrier.equipment or ""
    split = _INITIALS if len(equipment) > _LONGEST_NUMBER else 0
    return row(
        "TD3", at, ("equipmentType", carrier.equipment_type), ("equipment", equipment[:split]),
        ("equipment", equipment[split:]), GAP, GAP, GAP, GAP, GAP, ("seal", carrier.seal),
    )  # fmt: skip
