"""A document in the words of another partner: item numbers, units, places, accounts. Pure; what is missing is told.

What a seller sends (invoices, ship notices, answers) is put into our words: our number of an item and our code of a
place are added beside the seller's. Everything else is put into the words of the partner that it goes to.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, Final, TypeVar

from canonical.document import Document
from canonical.line import Line
from canonical.model import Model
from canonical.parts import Identifier, Item, ItemIdentifier, Party, Price, Quantity
from gateway.config.routes import Translated
from gateway.xref.book import Key, Lookup
from gateway.xref.entries import ItemEntry, exact_decimal

OF_SELLERS: Final = frozenset(
    {
        "purchase_order_acknowledgment", "ship_notice", "invoice", "catalog", "inventory_report",
    }
)  # fmt: skip
"""Types that sellers send to buyers."""
OURS: Final = "BUYER"
"""The scheme of numbers that we give: of items, and of places."""

L = TypeVar("L", bound=Line)


class NotExactError(ValueError):
    """A quantity does not come out in the other unit; the message names it."""


@dataclass(slots=True)
class Translator:
    """Translates the parts of one document for one partner, and collects what is missing."""

    lookup: Lookup
    source: str
    """Who sent the document."""
    target: str
    """Whom it goes to."""
    what: Sequence[Translated]
    missing: dict[Key, None] = field(default_factory=dict)

    def document(self, document: Document) -> Document:
        """The document in other words. Raises NotExactError."""
        inward = document.document_type in OF_SELLERS
        update: dict[str, Any] = {}
        place = getattr(document, "ship_to", None)
        if isinstance(place, Party):
            update["ship_to"] = self.our_party(place) if inward else self.party(place)
        lines = getattr(document, "lines", None)
        if isinstance(lines, tuple):
            told = [self._inward(each) if inward else self.line(each) for each in lines]
            update["lines"] = tuple(told)
            if any(one.quantity != other.quantity for one, other in zip(lines, told, strict=True)):
                update |= _uncounted(document)
        return document.model_copy(update=update)

    def line(self, line: L) -> L:
        """A line in the target's words: its number, its unit, its codes of accounts and places."""
        numbers = ours(line.item)
        update: dict[str, Any] = {}
        rows: tuple[ItemEntry, ...] = ()
        if numbers and ("item" in self.what or "unit" in self.what):
            rows = self.lookup.item(self.target, numbers)
        if "item" in self.what:
            update["item"] = self._item(line.item, numbers, rows)
        if "unit" in self.what:
            update |= self._unit(line, numbers, next((each.unit for each in rows if each.unit), ""))
        if "account" in self.what:
            update |= self._accounts(line)
        place = getattr(line, "deliver_to", None)
        if "location" in self.what and place is not None and (code := place.code or place.station):
            found = self.lookup.location(self.target, code)
            if found:
                update["deliver_to"] = place.model_copy(
                    update={"code": found[0].theirs, "name": found[0].name or place.name}
                )
            else:
                self._lacks("location", self.target, code)
        return line.model_copy(update=update) if update else line

    def party(self, party: Party) -> Party:
        """A place of ours with what the target knows it by. Without a code of ours there is nothing to look up."""
        if "location" not in self.what:
            return party
        codes = [each.value for each in party.identifiers if each.scheme == OURS]
        if not codes:
            return party
        for code in codes:
            if rows := self.lookup.location(self.target, code):
                theirs = tuple(Identifier.model_validate({"scheme": row.scheme, "value": row.theirs}) for row in rows)
                kept = _others(party.identifiers, theirs, besides=OURS)
                return party.model_copy(update={"identifiers": (*theirs, *kept), "name": rows[0].name or party.name})
        self._lacks("location", self.target, codes[-1])
        return party

    def our_party(self, party: Party) -> Party:
        """A place that the seller names, with our code for it."""
        if "location" not in self.what or any(each.scheme == OURS for each in party.identifiers):
            return party
        named = [(each.scheme, each.value) for each in party.identifiers]
        code = self.lookup.our_location(self.source, named)
        if code is None:
            if named:
                self._lacks("location", self.source, " ".join(named[0]))
            return party
        ours = Identifier(scheme="BUYER", value=code)
        return party.model_copy(update={"identifiers": (ours, *party.identifiers)})

    def _inward(self, line: L) -> L:
        if "item" not in self.what or ours(line.item):
            return line
        named = [(each.scheme, each.value) for each in line.item.identifiers]
        number = self.lookup.our_item(self.source, named)
        if number is None:
            if named:
                self._lacks("item", self.source, " ".join(named[0]))
            return line
        own = ItemIdentifier(scheme="BUYER", value=number)
        item = line.item.model_copy(update={"identifiers": (own, *line.item.identifiers)})
        return line.model_copy(update={"item": item})

    def _item(self, item: Item, numbers: Sequence[str], rows: Sequence[ItemEntry]) -> Item:
        """The item with the partner's numbers in front. One that carries the seller's number already needs none."""
        theirs = tuple(
            ItemIdentifier.model_validate({"scheme": row.scheme, "value": row.theirs}) for row in rows if row.theirs
        )
        if not theirs:
            if not any(each.scheme == "SELLER" for each in item.identifiers):
                self._lacks("item", self.target, numbers[-1] if numbers else "(no number of ours)")
            return item
        description = next((row.description for row in rows if row.description), item.description)
        # The number that was found goes before other numbers of ours: it is what the partner's answers are matched by.
        kept = sorted(_others(item.identifiers, theirs), key=lambda each: each.value != rows[0].ours)
        return item.model_copy(update={"identifiers": (*theirs, *kept), "description": description})

    def _unit(self, line: Line, numbers: Sequence[str], wanted: str) -> dict[str, Any]:
        """Quantity and price in the unit that the partner sells by; unchanged where no row names one."""
        quantity = line.quantity
        if quantity is None or not wanted or not quantity.unit_code or quantity.unit_code == wanted:
            return {}
        factor = self.lookup.factor(self.target, numbers, quantity.unit_code, wanted)
        if factor is None:
            self._lacks("unit", self.target, f"{quantity.unit_code} to {wanted} of {numbers[-1]}")
            return {}
        update: dict[str, Any] = {"quantity": converted(quantity, factor, wanted)}
        if line.price is not None:
            update["price"] = _price(line.price, factor)
        if line.prices:
            # A price that begins at a quantity is of that quantity in the old unit.
            prices = (_price(each, factor) for each in line.prices if each.quantity is None)
            update["prices"] = tuple(each for each in prices if each is not None)
        if schedules := getattr(line, "schedules", ()):
            update["schedules"] = tuple(
                each.model_copy(update={"quantity": converted(each.quantity, factor, wanted)})
                if each.quantity.unit_code in (None, quantity.unit_code)
                else each
                for each in schedules
            )
        return update

    def _accounts(self, line: Line) -> dict[str, Any]:
        update: dict[str, Any] = {}
        for name in ("cost_center", "account"):
            code = getattr(line, name, None)
            if code is None or not code.code:
                continue
            found = self.lookup.account(self.target, code.code)
            if found is None:
                self._lacks("account", self.target, code.code)
            else:
                update[name] = code.model_copy(update={"code": found})
        return update

    def _lacks(self, table: str, partner: str, key: str) -> None:
        self.missing[Key(table, partner, key[:120])] = None


def ours(item: Item) -> list[str]:
    """Our numbers of an item, in order."""
    return list(dict.fromkeys(each.value for each in item.identifiers if each.scheme == OURS))


def converted(quantity: Quantity, factor: Fraction, unit: str) -> Quantity:
    """The same amount in another unit, exactly. Raises NotExactError where a whole number would not stay whole."""
    before = Fraction(quantity.value)
    after = before * factor
    text = exact_decimal(after)
    if text is None or (before.denominator == 1 and after.denominator != 1):
        raise NotExactError(f"{quantity.value} {quantity.unit_code or ''} in {unit}")
    return quantity.model_copy(update={"value": text, "unit_code": unit})


def _price(price: Price, factor: Fraction) -> Price | None:
    """The price of the other unit; none where it would have to be rounded: the partner's own price holds then."""
    text = exact_decimal(Fraction(price.amount) / factor)
    return price.model_copy(update={"amount": text}) if text is not None else None


def _others(present: Iterable[Any], theirs: Sequence[Any], besides: str = "") -> tuple[Any, ...]:
    """Identifiers of schemes that the partner's own do not have."""
    schemes = {each.scheme for each in theirs} | {besides}
    return tuple(each for each in present if each.scheme not in schemes)


def _uncounted(document: Document) -> dict[str, Any]:
    """The totals without a sum over quantities, which are other ones now."""
    totals = getattr(document, "totals", None)
    if not isinstance(totals, Model) or "hash_total" not in type(totals).model_fields:
        return {}
    return {"totals": totals.model_copy(update={"hash_total": None})}
