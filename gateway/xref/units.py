"""Factors between units: exact, in both directions, over as many steps as rows of one scope make."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from fractions import Fraction

from gateway.xref.entries import UnitEntry


class ContradictionError(ValueError):
    """Two ways between the same units give different factors; ``entry`` is the row that does not fit the others."""

    def __init__(self, entry: UnitEntry, other: Fraction) -> None:
        super().__init__(f"{entry.from_unit} to {entry.to_unit}")
        self.entry = entry
        self.other = other
        """The factor that the other rows give."""


def factors(entries: Iterable[UnitEntry]) -> dict[str, tuple[str, Fraction]]:
    """Each unit with the first unit of its family, and how many of that one it is.

    Raises ContradictionError.
    """
    ways: defaultdict[str, list[tuple[str, Fraction]]] = defaultdict(list)
    given = list(entries)
    for entry in given:
        ways[entry.from_unit].append((entry.to_unit, entry.factor))
        ways[entry.to_unit].append((entry.from_unit, 1 / entry.factor))
    known: dict[str, tuple[str, Fraction]] = {}
    for root in ways:
        if root in known:
            continue
        known[root] = root, Fraction(1)
        waiting = [root]
        while waiting:
            here = waiting.pop()
            for there, factor in ways[here]:
                if there not in known:
                    # One `here` is `factor` of `there`, so `there` is the smaller by that much.
                    known[there] = root, known[here][1] / factor
                    waiting.append(there)
    for entry in given:
        other = known[entry.from_unit][1] / known[entry.to_unit][1]
        if other != entry.factor:
            raise ContradictionError(entry, other)
    return known


def factor_between(entries: Iterable[UnitEntry], from_unit: str, to_unit: str) -> Fraction | None:
    """How many ``to_unit`` one ``from_unit`` is; None where the rows do not tell, or contradict each other."""
    try:
        known = factors(entries)
    except ContradictionError:
        return None
    if from_unit not in known or to_unit not in known or known[from_unit][0] != known[to_unit][0]:
        return None
    return known[from_unit][1] / known[to_unit][1]


def contradictions(entries: Iterable[UnitEntry]) -> Iterator[ContradictionError]:
    """One for each scope (partner and item) whose rows contradict each other on some day."""
    scopes: defaultdict[tuple[str, str], list[UnitEntry]] = defaultdict(list)
    for entry in entries:
        scopes[entry.partner, entry.item].append(entry)
    for members in scopes.values():
        # What holds changes only on days on which some row begins to hold.
        for day in {entry.valid_from for entry in members}:
            try:
                factors(e for e in members if (e.holds(day) if day is not None else e.valid_from is None))
            except ContradictionError as error:
                yield error
                break
