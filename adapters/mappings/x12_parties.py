"""Parties with their addresses and contacts: the N1 loop, and PER."""

from collections.abc import Mapping

from adapters.formats.x12.tree import Loop, Segment
from adapters.mappings import x12_words as words
from adapters.mappings.context import X12Context
from adapters.mappings.x12_references import REFERENCE
from adapters.mappings.x12_sections import ReadLoop, Section, fill, put, rule
from canonical.parts import Plain


def identifier(code: str, value: str) -> Plain:
    """A party's identifier from its qualifier (X12 66) and value."""
    found = {"scheme": words.PARTY_SCHEMES.get(code, "OTHER"), "value": value}
    if code:
        found["qualifier"] = code
    return found


def _read_name(segment: Segment, party: Plain, _context: X12Context) -> bool:
    """N1: 01 role, 02 name, 03 and 04 the identifier."""
    elements = segment.elements
    length = len(elements)
    role = elements[1] if length > 1 else ""
    if role:
        party["role"] = words.ROLES.get(role, role)
    if length > 2 and elements[2]:
        party["name"] = elements[2]
    if length > 4 and elements[4]:
        party["identifiers"] = [identifier(elements[3], elements[4])]
        return False
    return length > 3 and elements[3] != ""


def _read_more_name(segment: Segment, party: Plain, _context: X12Context) -> bool:
    """N2: further lines of the name."""
    for name in filter(None, segment.elements[1:3]):
        put(party, "additional_names", name)
    return False


def _address(party: Plain) -> Plain:
    address = party.get("address")
    if address is None:
        party["address"] = address = {"lines": []}
    found: Plain = address
    return found


def _read_street(segment: Segment, party: Plain, _context: X12Context) -> bool:
    """N3: lines of the address."""
    _address(party)["lines"] += filter(None, segment.elements[1:3])
    return False


def _read_city(segment: Segment, party: Plain, _context: X12Context) -> bool:
    """N4: 01 city, 02 state, 03 postal code, 04 country, 05 and 06 a location code."""
    address = _address(party)
    if "city" in address or "postal_code" in address:
        return True
    elements = segment.elements
    for name, value in zip(("city", "state", "postal_code", "country"), elements[1:5], strict=False):
        if value:
            address[name] = value
    if len(elements) > 6 and elements[6]:
        address["location"] = f"{elements[5]}:{elements[6]}"
        return False
    return len(elements) > 5 and elements[5] != ""


def read_contact(segment: Segment, owner: Plain, _context: X12Context) -> bool:
    """PER into ``contacts``: 01 function, 02 name, then up to three ways to reach it."""
    elements = segment.elements
    length = len(elements)
    entry: Plain = {}
    if length > 1 and elements[1]:
        entry["function"] = elements[1]
    if length > 2 and elements[2]:
        entry["name"] = elements[2]
    channels = []
    lost = False
    for at in range(3, min(length, 9), 2):
        code, value = elements[at], elements[at + 1] if at + 1 < length else ""
        if code and value:
            channels.append({"type": words.CHANNELS.get(code, code), "value": value})
        elif code or value:
            lost = True
    if channels:
        entry["channels"] = channels
    if entry:
        put(owner, "contacts", entry)
    return lost


CONTACT = rule(read_contact, 1, 2, 3, 4, 5, 6, 7, 8)
"""PER."""

_PARTY = Section(
    {
        "N1": rule(_read_name, 1, 2, 3, 4),
        "N2": rule(_read_more_name, 1, 2),
        "N3": rule(_read_street, 1, 2),
        "N4": rule(_read_city, 1, 2, 3, 4, 5, 6),
        "REF": REFERENCE,
        "PER": CONTACT,
    }
)


def parties(fields: Mapping[str, str]) -> ReadLoop:
    """Reads the N1 loop into the field for its role; others, and a second one of a role, into ``other_parties``."""

    def read(loop: Loop, owner: Plain, context: X12Context) -> None:
        party: Plain = {}
        fill(loop, party, _PARTY, context)
        head = loop.first("N1")
        name = fields.get(head[1]) if head else None
        if name is None or name in owner:
            put(owner, "other_parties", party)
        else:
            owner[name] = party

    return read


read_party = parties(words.PARTY_FIELDS)
"""The N1 loop of documents between a buyer and a seller."""


def read_line_party(loop: Loop, owner: Plain, context: X12Context) -> None:
    """The N1 loop into ``parties`` of a line or an order."""
    party: Plain = {}
    fill(loop, party, _PARTY, context)
    put(owner, "parties", party)
