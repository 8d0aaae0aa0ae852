"""All cross references at one time: the one place that answers what corresponds to what.

Which row answers: the most specific one. A row for the partner goes before one for all, a factor for the item before
one for all items; among those the imported row goes before that of a file, then the one that began to hold last.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import TypeVar

from gateway.xref.entries import ALL, AccountEntry, Entry, ItemEntry, LocationEntry, UnitEntry, VendorEntry
from gateway.xref.units import factor_between

E = TypeVar("E", bound=Entry)


@dataclass(frozen=True, slots=True)
class Key:
    """A correspondence that is asked for and may be missing."""

    table: str
    partner: str
    """Whose; empty where it is no partner's."""
    key: str
    """What is looked up, as a person would write it: ``S10442``, ``BX to EA of S10442``, ``item S10442``."""

    @property
    def words(self) -> str:
        """What is missing: ``item S10442 of acme``, ``partner for item S10442``."""
        if self.table == "vendor":
            return f"partner for {self.key}"
        return f"{self.table} {self.key}" + (f" of {self.partner}" if self.partner else "")


class CrossReferences:
    """A snapshot of all tables, of all times. ``files`` and ``imported`` are the two layers."""

    def __init__(self, files: Iterable[Entry] = (), imported: Iterable[Entry] = ()) -> None:
        self._found: defaultdict[tuple[str, ...], list[Entry]] = defaultdict(list)
        self._count = 0
        for layer in (imported, files):
            self._add(layer)

    def _add(self, layer: Iterable[Entry]) -> None:
        # Where rows of one layer hold on the same day, which the checks refuse, the last to begin goes first.
        for entry in sorted(layer, key=lambda each: each.valid_from or date.min, reverse=True):
            self._count += 1
            for place in _places(entry):
                self._found[place].append(entry)

    def __len__(self) -> int:
        return self._count

    def on(self, day: date) -> "Lookup":
        """What holds on a day."""
        return Lookup(self._found, day)


def _places(entry: Entry) -> Iterable[tuple[str, ...]]:
    """Under what an entry is found."""
    match entry:
        case ItemEntry():
            yield "item", entry.partner, entry.ours
            if entry.theirs:
                yield "item back", entry.partner, entry.scheme, entry.theirs
        case UnitEntry():
            yield "unit", entry.partner, entry.item
        case VendorEntry():
            yield "vendor", entry.vendor, entry.item, entry.category
        case LocationEntry():
            yield "location", entry.partner, entry.ours
            yield "location back", entry.partner, entry.scheme, entry.theirs
        case AccountEntry():
            yield "account", entry.partner, entry.ours


class Lookup:
    """Answers for one day. The same question always has the same answer."""

    def __init__(self, found: "dict[tuple[str, ...], list[Entry]]", day: date) -> None:
        self._found = found
        self.day = day

    def item(self, partner: str, numbers: Sequence[str]) -> tuple[ItemEntry, ...]:
        """The rows of the first of our numbers that the partner has one for, one for each scheme; of all partners'
        rows those in schemes that the partner's do not have."""
        for number in numbers:
            if rows := self._by_scheme("item", partner, number, ItemEntry):
                return rows
        return ()

    def our_item(self, partner: str, identifiers: Iterable[tuple[str, str]]) -> str | None:
        """Our number of an item that the partner names by scheme and number."""
        for scheme, number in identifiers:
            for whose in (partner, ALL):
                if rows := self._held("item back", whose, scheme, number, kind=ItemEntry):
                    return rows[0].ours
        return None

    def factor(self, partner: str, numbers: Sequence[str], from_unit: str, to_unit: str) -> Fraction | None:
        """How many ``to_unit`` one ``from_unit`` of an item is.

        All rows of one answer are of one scope: partner and item, item, partner, all; the first that tells it.
        """
        if from_unit == to_unit:
            return Fraction(1)
        scopes = [(whose, item) for item in numbers for whose in (partner, ALL)] + [(partner, ALL), (ALL, ALL)]
        for whose, item in dict.fromkeys(scopes):
            rows = _standing(self._held("unit", whose, item, kind=UnitEntry))
            found = factor_between(rows, from_unit, to_unit) if rows else None
            if found is not None:
                return found
        return None

    def vendor(self, named: Sequence[str], numbers: Sequence[str]) -> str | None:
        """The partner that sells an item: the vendor that the line names, by our number; where it names none, by item,
        by the item's category, or the one that sells everything else."""
        if named:
            return next((rows[0].partner for name in named if (rows := self._vendor(name))), None)
        categories = [entry.category for number in numbers for entry in self._categorized(number)]
        asked = [("", number, "") for number in numbers] + [("", "", each) for each in categories] + [("", "", "")]
        return next((rows[0].partner for one in asked if (rows := self._vendor(*one))), None)

    def location(self, partner: str, ours: str) -> tuple[LocationEntry, ...]:
        """What the partner knows a place by, one row for each scheme."""
        return self._by_scheme("location", partner, ours, LocationEntry)

    def our_location(self, partner: str, identifiers: Iterable[tuple[str, str]]) -> str | None:
        """Our code of a place that the partner names by scheme and code."""
        for scheme, code in identifiers:
            for whose in (partner, ALL):
                if rows := self._held("location back", whose, scheme, code, kind=LocationEntry):
                    return rows[0].ours
        return None

    def account(self, partner: str, ours: str) -> str | None:
        """The partner's code for an account or a cost center of ours."""
        for whose in (partner, ALL):
            if rows := self._held("account", whose, ours, kind=AccountEntry):
                return rows[0].theirs
        return None

    def _vendor(self, vendor: str = "", item: str = "", category: str = "") -> list[VendorEntry]:
        return self._held("vendor", vendor, item, category, kind=VendorEntry)

    def _categorized(self, number: str) -> list[ItemEntry]:
        return [entry for entry in self._held("item", ALL, number, kind=ItemEntry) if entry.category]

    def _by_scheme(self, table: str, partner: str, ours: str, kind: type[E]) -> tuple[E, ...]:
        chosen: dict[str, E] = {}
        for whose in (partner, ALL):
            for entry in self._held(table, whose, ours, kind=kind):
                chosen.setdefault(entry.key[-1], entry)
        return tuple(chosen[scheme] for scheme in sorted(chosen))

    def _held(self, *place: str, kind: type[E]) -> list[E]:
        rows = self._found.get(place, ())
        return [entry for entry in rows if isinstance(entry, kind) and entry.holds(self.day)]


def _standing(rows: Iterable[UnitEntry]) -> list[UnitEntry]:
    """Of rows between the same two units, in either direction, the first."""
    first: dict[frozenset[str], UnitEntry] = {}
    for entry in rows:
        first.setdefault(frozenset((entry.from_unit, entry.to_unit)), entry)
    return list(first.values())
