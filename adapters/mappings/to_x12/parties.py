"""Parties as N1 loops, contacts as PER: the mirror of ``x12_parties``."""

from collections.abc import Iterator, Sequence
from typing import Final

from adapters.mappings import x12_words as words
from adapters.mappings.to_x12.codes import CHANNELS, PARTY_SCHEMES, ROLES, code
from adapters.mappings.to_x12.parts import Pair, Part, Row, indexed, join, keep, row, says_something
from adapters.mappings.to_x12.references import reference_rows
from adapters.mappings.to_x12.wrap import pieces
from canonical.document import TradeDocument
from canonical.parts import Address, Contact, Identifier, Party

PARTY_ROLES: Final = {
    "buyer": "BY",
    "seller": "SE",
    "ship_to": "ST",
    "bill_to": "BT",
    "ship_from": "SF",
    "remit_to": "RI",
}
"""The document's own fields and the role that each has where its party tells none."""

_LONGEST_NAME = 60
_CONTACT_CHANNELS = 3


def party_parts(document: TradeDocument, depth: int = 1) -> Iterator[Part]:
    """An N1 loop for each of the document's parties: those of its own fields first, as reading fills them."""
    for name, role in PARTY_ROLES.items():
        party: Party | None = getattr(document, name)
        if party is not None:
            told = ROLES.get(party.role or "", party.role)
            own = told if told and words.PARTY_FIELDS.get(told) == name else role
            yield party_part(party, _camel(name), depth, own)
    yield from other_party_parts(document.other_parties, "", "otherParties", depth)


def other_party_parts(parties: Sequence[Party], at: str, name: str, depth: int) -> Iterator[Part]:
    """An N1 loop for each party of a list; ``depth`` is that of the N1 loop."""
    for index, party in enumerate(parties):
        yield party_part(party, indexed(at, name, index), depth)


def party_part(party: Party, at: str, depth: int, role: str | None = None) -> Part:
    """N1: 01 role, 02 name, 03 and 04 the identifier; N2 further lines of it; N3, N4; REF; PER."""
    names = pieces(party.name or "", _LONGEST_NAME)
    first, *others = party.identifiers or (None,)
    who = ("role", role or code(party.role, ROLES))
    part = Part.of(row("N1", at, who, ("name", next(names, None)), *identifier_pairs(first, "identifiers[0].")))
    part.at = at
    more = [*(("name", text) for text in names), *_more_names(party)]
    for start in range(0, len(more), 2):
        part.add(row("N2", at, *more[start : start + 2]))
    if party.address is not None:
        part.extend(_address_rows(party.address, join(at, "address")))
    part.extend(reference_rows(party.references, at))
    part.extend(contact_rows(party.contacts, at))
    for index, other in enumerate(others, start=1):
        # N1 holds one identifier; others stand in REF where the standard has a code for them there.
        part.add(_further_identifier(other, indexed(at, "identifiers", index)))
    return keep(part, party.extensions, depth)


def _more_names(party: Party) -> Iterator[Pair]:
    for index, name in enumerate(party.additional_names):
        yield f"additionalNames[{index}]", name


def identifier_pairs(identifier: Identifier | None, name: str = "") -> tuple[Pair, Pair]:
    """Qualifier (X12 66) and value."""
    if identifier is None:
        return (name + "scheme", None), (name + "value", None)
    return (
        (name + "scheme", code(identifier.scheme, PARTY_SCHEMES, identifier.qualifier)),
        (name + "value", identifier.value),
    )


def _further_identifier(identifier: Identifier, at: str) -> Row | None:
    return row("REF", at, ("scheme", "ZZ"), ("value", identifier.value), ("scheme", identifier.scheme))


def _address_rows(address: Address, at: str) -> Iterator[Row]:
    for index, line in enumerate(_in_pairs(list(address.lines))):
        yield row("N3", at, *((f"lines[{2 * index + offset}]", text) for offset, text in enumerate(line)))
    qualifier, _, place = (address.location or "").partition(":")
    city = row(
        "N4", at, ("city", address.city), ("state", address.state), ("postalCode", address.postal_code),
        ("country", address.country), ("location", qualifier), ("location", place),
    )  # fmt: skip
    if says_something(city):
        yield city


def contact_rows(contacts: Sequence[Contact], at: str, name: str = "contacts") -> Iterator[Row]:
    """PER: 01 function, 02 name, then up to three ways to reach it; further ones in a PER of their own."""
    for index, contact in enumerate(contacts):
        here = indexed(at, name, index)
        function: Pair = ("function", contact.function)
        channels: list[tuple[Pair, Pair]] = [
            (
                (f"channels[{number}].type", code(channel.type, CHANNELS)),
                (f"channels[{number}].value", channel.value),
            )
            for number, channel in enumerate(contact.channels)
        ]
        for start in range(0, max(len(channels), 1), _CONTACT_CHANNELS):
            told = (pair for channel in channels[start : start + _CONTACT_CHANNELS] for pair in channel)
            yield row("PER", here, function, ("name", contact.name), *told)


def _in_pairs(texts: list[str]) -> Iterator[list[str]]:
    for start in range(0, len(texts), 2):
        yield texts[start : start + 2]


def _camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(word.title() for word in rest)
