"""What a rule makes of a document: documents for partners, or why not. Pure, and the same each time."""

import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, get_args

from adapters.partner import Identity, Partner
from canonical.document import Document
from canonical.parts import Identifier, Party, PartyScheme
from canonical.problem import ProblemKind
from canonical.purchase_order import PurchaseOrder
from canonical.requisition import Requisition
from gateway.config.routes import VENDOR, Route
from gateway.routing import problems as kinds
from gateway.routing.convert import NotConvertibleError, orders_of
from gateway.routing.match import Facts
from gateway.routing.translate import NotExactError, Translator
from gateway.routing.withheld import without_patients
from gateway.xref.book import Key, Lookup

_NAMESPACE: Final = uuid.UUID("3b1f7a52-6c0e-5f0a-8a53-1d2b9a4c7e10")
"""Namespace of the ids of routed documents. It never changes: a new one would send old documents again."""
_ENVELOPES: Final = frozenset({"ISA", "GS", "MSH"})


@dataclass(frozen=True, slots=True)
class Source:
    """A document that is routed."""

    id: str
    document: Document
    facts: Facts


@dataclass(frozen=True, slots=True)
class Made:
    """A document for a partner. ``id`` is the same whenever the same document is routed to the same partner."""

    id: str
    partner: str
    document: Document
    test: bool


@dataclass(frozen=True, slots=True)
class Obstacle:
    """Why nothing was made, though all keys are known."""

    kind: ProblemKind
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Plan:
    """What a rule makes of a document: all of it, or nothing and why."""

    made: tuple[Made, ...] = ()
    missing: tuple[Key, ...] = ()
    obstacle: Obstacle | None = None


@dataclass(frozen=True, slots=True)
class World:
    """What stands still while documents are routed."""

    find: Callable[[str, str | None, str], Partner | None]
    """The partner with an identity."""
    own: Sequence[Identity] = ()
    """Our identities."""

    @property
    def buyer(self) -> Party | None:
        """We, as the buyer of an order: by those of our identities that are no envelope's."""
        schemes = get_args(PartyScheme)
        named = [
            Identifier.model_validate({"scheme": each.scheme, "value": each.id})
            for each in self.own
            if each.scheme in schemes and each.scheme not in _ENVELOPES
        ]
        return Party(identifiers=tuple(named), role="buyer") if named else None


def plan(route: Route, source: Source, lookup: Lookup, world: World) -> Plan:
    """What this rule makes of this document with the cross references of a day."""
    missing: dict[Key, None] = {}
    try:
        told = _told(route, source, lookup, world, missing)
    except NotConvertibleError:
        return Plan(obstacle=Obstacle(kinds.NOT_CONVERTIBLE))
    except NotExactError as error:
        return Plan(obstacle=Obstacle(kinds.QUANTITY_NOT_EXACT, str(error)))
    if missing:
        return Plan(missing=tuple(missing))
    return Plan(made=told)


def _told(route: Route, source: Source, lookup: Lookup, world: World, missing: dict[Key, None]) -> tuple[Made, ...]:
    document, facts = source.document, source.facts
    if isinstance(document, Requisition) and route.then.convert == "purchase_order":
        return tuple(
            Made(_id(source.id, "purchase_order", order.vendor, order.part), order.vendor, order.document, facts.test)
            for order in orders_of(document, route, lookup, facts.partner, world.buyer, missing)
        )
    to = route.then.to
    if to == VENDOR:
        found = _seller(document, lookup, world)
        if isinstance(found, Key):
            missing[found] = None
            return ()
        to = found
    if to == facts.partner and facts.event == "received":
        # Nothing goes back to the one that it came from.
        return ()
    translator = Translator(lookup, facts.partner, to, route.then.translate, missing)
    sent = translator.document(document if route.then.patients else without_patients(document))
    return (Made(_id(source.id, sent.document_type, to, ""), to, sent, facts.test),)


def _seller(document: Document, lookup: Lookup, world: World) -> str | Key:
    """The partner that an order is for: by the seller's identifiers, else by our number of the vendor."""
    seller = document.seller if isinstance(document, PurchaseOrder) else None
    identifiers = seller.identifiers if seller is not None else ()
    for each in identifiers:
        partner = world.find(each.scheme, None, each.value)
        if partner is not None and not partner.catch_all:
            return partner.name
    named = [each.value for each in identifiers if each.scheme in ("BUYER", "SELLER")]
    found = lookup.vendor(named, ()) if named else None
    if found is not None:
        return found
    told = next((f"{each.scheme} {each.value}" for each in identifiers), "(the order names no seller)")
    return Key("vendor", "", (f"vendor {named[0]}" if named else told)[:120])


def _id(source: str, document_type: str, partner: str, part: str) -> str:
    """One document can make one of a kind for a partner, however many rules and times."""
    return str(uuid.uuid5(_NAMESPACE, f"{source}:{document_type}:{partner}:{part}"))
