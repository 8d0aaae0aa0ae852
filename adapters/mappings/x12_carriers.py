"""How goods travel: TD5, TD3 and CAD; who pays for it: FOB; and how many packages travel: TD1."""

from adapters.formats.x12.tree import Segment
from adapters.mappings import x12_words as words
from adapters.mappings.context import X12Context
from adapters.mappings.x12_measures import measure
from adapters.mappings.x12_parties import identifier
from adapters.mappings.x12_sections import Rule, Section, inside, put, rule
from adapters.mappings.x12_values import number
from canonical.parts import Plain

_SCAC = "2"
"""Element 66: the identifier is a Standard Carrier Alpha Code."""


def _read_route(segment: Segment, owner: Plain, _context: X12Context) -> bool:
    """TD5 into ``carriers``: 01 its place, 02 and 03 who, 04 by what, 05 the route in words, 12 the service level."""
    elements = segment.elements
    length = len(elements)
    found: Plain = {}
    lost = False
    code = elements[2] if length > 2 else ""
    value = elements[3] if length > 3 else ""
    if value and code == _SCAC:
        found["scac"] = value
    elif value:
        found["identifiers"] = [identifier(code, value)]
    else:
        lost = bool(code)
    if length > 1 and elements[1]:
        found["sequence"] = elements[1]
    if length > 4 and elements[4]:
        found["mode"] = elements[4]
    if length > 5 and elements[5]:
        found["routing"] = elements[5]
    if length > 12 and elements[12]:
        found["service_level"] = elements[12]
    if found:
        put(owner, "carriers", found)
    return lost


ROUTE = rule(_read_route, 1, 2, 3, 4, 5, 12)
"""TD5: status and transit times have no field."""


def _read_equipment(segment: Segment, owner: Plain, _context: X12Context) -> bool:
    """TD3: 01 kind, 02 and 03 number, 09 seal: of the carrier in front of it, or of one without a name."""
    texts = {"equipment_type": segment[1], "equipment": segment[2] + segment[3], "seal": segment[9]}
    found: Plain = {name: text for name, text in texts.items() if text}
    if not found:
        return True
    carriers = owner.get("carriers")
    if carriers and not texts.keys() & carriers[-1].keys():
        carriers[-1].update(found)
    else:
        put(owner, "carriers", found)
    return False


EQUIPMENT = rule(_read_equipment, 1, 2, 3, 9)
"""TD3: weight and ownership have no field."""

read_equipment = inside(Section({"TD3": EQUIPMENT}))
"""The TD3 loop of ship notices since 005010; its heat treatment has no field."""

_FREIGHT_TERMS = (
    "payment", "location_type", "location", "terms_source", "terms", "title_location_type", "title_location",
)  # fmt: skip
"""FOB01 to FOB07."""


def _read_freight_terms(segment: Segment, owner: Plain, _context: X12Context) -> bool:
    """FOB into ``freight_terms``: 01 who pays, 02 and 03 up to where, 04 and 05 terms, 06 and 07 where title passes."""
    if not segment[1]:
        return True
    found = {name: text for name, text in zip(_FREIGHT_TERMS, segment.elements[1:], strict=False) if text}
    put(owner, "freight_terms", found)
    return False


FREIGHT_TERMS = rule(_read_freight_terms, 1, 2, 3, 4, 5, 6, 7)
"""FOB: who bears the risk (08, 09) has no field."""


def _read_carrier(segment: Segment, owner: Plain, _context: X12Context) -> bool:
    """CAD into ``carriers``, its reference (07, 08) into ``references``."""
    found = {
        "mode": segment[1],
        "equipment": segment[2] + segment[3],
        "scac": segment[4],
        "routing": segment[5],
        "service_level": segment[9],
    }
    found = {name: value for name, value in found.items() if value}
    if found:
        put(owner, "carriers", found)
    code, value = segment[7], segment[8]
    if value:
        reference = {"type": words.REFERENCES.get(code, code) or "other", "value": value}
        put(owner, "references", {**reference, "qualifier": code} if code else reference)
        return False
    return code != ""


CARRIER = rule(_read_carrier, 1, 2, 3, 4, 5, 7, 8, 9)
"""CAD."""


def _lading(field: str) -> Rule:
    """TD1 into this field: 01 kind, 02 how many, 06-08 weight, 09 and 10 volume; the commodity has no field."""

    def read(segment: Segment, owner: Plain, context: X12Context) -> bool:
        found: Plain = {
            "packaging_code": segment[1] or None,
            "count": number(segment, 2, context),
            "weight": measure(segment, 7, 8, context, 6),
            "volume": measure(segment, 9, 10, context),
        }
        if any(found.values()):
            put(owner, field, found)
        return False

    return rule(read, 1, 2, 6, 7, 8, 9, 10)


SHIPMENT_LADING = _lading("packaging")
"""TD1 of a whole shipment."""

LADING = _lading("lading")
"""TD1 of an order, a package or a line."""
