"""Where two canonical values differ in meaning: a pure comparison of models, field by field.

Lists are compared by what identifies their entries (``canonical.identity``), never by position. Numbers are compared
as numbers: ``12`` is ``12.00``. What only says where a document came from does not count: ``provenance``, the schema's
version, the ids of hierarchical levels. The two sides may be of different types, as an order and its change; then the
fields that both have are compared, and those that one alone has where it says something there.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Annotated, Any, Final, Literal, get_args, get_origin, get_type_hints

from pydantic import JsonValue
from pydantic.alias_generators import to_camel

from canonical.document import Document
from canonical.identity import identities_of, label_of
from canonical.model import DecimalText, Model
from canonical.parts import Quantity
from canonical.ship_notice import Package, ShipNotice

_UNCOUNTED: Final = frozenset({"document_type", "schema_version", "hierarchy_id"})
MOST_LEVELS: Final = 50
"""Packages that stand in one another."""
_OCCURRENCE: Final = re.compile(r"\[\d+\]")


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the way to a difference."""

    name: str
    """The field, as on the wire: ``lines``."""
    label: str | None = None
    """Which entry of a list; empty where it has no name of its own."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that two documents say differently; ``None`` on the side that does not say it."""

    steps: tuple[Step, ...]
    left: JsonValue
    right: JsonValue

    @property
    def path(self) -> str:
        """The way to it, as ``lines[3].quantity``."""
        return ".".join(step.name + ("" if step.label is None else f"[{step.label}]") for step in self.steps)

    @property
    def kind(self) -> Literal["changed", "onlyLeft", "onlyRight"]:
        """Whether both sides say something, or only one."""
        if self.right is None:
            return "onlyLeft"
        return "onlyRight" if self.left is None else "changed"


class TooDeepError(ValueError):
    """Packages stand in packages beyond MOST_LEVELS: no shipment is packed so, and none is compared."""


def differences(left: Document, right: Document, *, provenance: bool = False) -> tuple[Difference, ...]:
    """What two documents say differently, in the order of their fields; empty where they mean the same.

    ``provenance`` counts the envelopes too. Raises TooDeepError.
    """
    uncounted = _UNCOUNTED if provenance else _UNCOUNTED | {"provenance"}
    return tuple(_Comparison(uncounted).models(_with_named_packages(left), _with_named_packages(right), ()))


class _Comparison:
    def __init__(self, uncounted: frozenset[str]) -> None:
        self._uncounted = uncounted
        self._fingerprints: dict[int, Hashable] = {}
        """By the identity of a model, all of which live as long as the comparison: trees are not gone through again."""

    def models(self, left: Model, right: Model, steps: tuple[Step, ...]) -> Iterator[Difference]:
        names = dict.fromkeys((*type(left).model_fields, *type(right).model_fields))
        numbers = _numbers(type(left)) | _numbers(type(right))
        for name in names:
            if name in self._uncounted:
                continue
            here = (*steps, Step(to_camel(name)))
            yield from self._values(getattr(left, name, None), getattr(right, name, None), here, number=name in numbers)

    def _values(self, left: Any, right: Any, steps: tuple[Step, ...], *, number: bool) -> Iterator[Difference]:
        if left == right:
            return
        if isinstance(left, Quantity) and isinstance(right, Quantity):
            if self.fingerprint(left) != self.fingerprint(right):
                yield Difference(steps, _plain(left), _plain(right))
        elif isinstance(left, Model) and isinstance(right, Model):
            yield from self.models(left, right, steps)
        elif _is_list_of_models(left) or _is_list_of_models(right):
            yield from self._lists(left or (), right or (), steps)
        elif isinstance(left, dict) or isinstance(right, dict):
            yield from self._extensions(left or {}, right or {}, steps)
        elif not (number and left and right and _number(left) == _number(right)):
            yield Difference(steps, _plain(left), _plain(right))

    def _lists(self, left: Sequence[Model], right: Sequence[Model], steps: tuple[Step, ...]) -> Iterator[Difference]:
        pairs, left_alone, right_alone = self._matched(left, right)
        for one, other in pairs:
            yield from self.models(one, other, _entry(steps, label_of(one)))
        for one in left_alone:
            yield Difference(_entry(steps, label_of(one)), _plain(one), None)
        for one in right_alone:
            yield Difference(_entry(steps, label_of(one)), None, _plain(one))

    def _matched(
        self, left: Sequence[Model], right: Sequence[Model]
    ) -> tuple[list[tuple[Model, Model]], list[Model], list[Model]]:
        """Entries that belong together and are not the same, in the order of the left side; those that stand alone."""
        kind = type((left or right)[0])
        found: dict[int, int] = {}
        same: set[int] | None = None
        free = dict.fromkeys(range(len(right)))
        # The same first, so that of several entries with one identity the changed one is told.
        for identity in (self.fingerprint, *identities_of(kind)):
            if len(found) == len(left) or not free:
                break
            waiting: dict[Hashable, list[int]] = defaultdict(list)
            for at in reversed(free):
                if (key := identity(right[at])) is not None:
                    waiting[key].append(at)
            for at, entry in enumerate(left):
                if at not in found and (key := identity(entry)) is not None and waiting.get(key):
                    found[at] = waiting[key].pop()
                    del free[found[at]]
            same = set(found) if same is None else same
        pairs = [(left[at], right[found[at]]) for at in sorted(found.keys() - (same or ()))]
        return pairs, [entry for at, entry in enumerate(left) if at not in found], [right[at] for at in free]

    def _extensions(self, left: dict[str, Any], right: dict[str, Any], steps: tuple[Step, ...]) -> Iterator[Difference]:
        """What no field holds: entries that stand on one side only."""
        for name in dict.fromkeys((*left, *right)):
            ours, theirs = _as_list(left.get(name)), _as_list(right.get(name))
            unmatched = Counter(repr(_loosened(entry)) for entry in theirs)
            for entry in ours:
                key = repr(_loosened(entry))
                if not unmatched[key]:
                    yield Difference((*steps, Step(name, _name_of(entry))), entry, None)
                unmatched[key] -= unmatched[key] > 0
            for entry in reversed(theirs):
                key = repr(_loosened(entry))
                if unmatched[key]:
                    unmatched[key] -= 1
                    yield Difference((*steps, Step(name, _name_of(entry))), None, entry)

    def fingerprint(self, value: Any) -> Hashable:
        """A value that is equal for what means the same."""
        if isinstance(value, Model):
            known = self._fingerprints.get(id(value))
            if known is None:
                known = self._fingerprints[id(value)] = self._fields(value)
            return known
        if _is_list_of_models(value):
            entries = [self.fingerprint(entry) for entry in value]
            return frozenset(Counter(entries).items())
        if isinstance(value, dict):
            return repr(sorted((key, sorted(map(repr, map(_loosened, _as_list(each))))) for key, each in value.items()))
        found: Hashable = value
        return found

    def _fields(self, value: Model) -> Hashable:
        numbers = _numbers(type(value))
        return tuple(
            (name, _number(field) if name in numbers else self.fingerprint(field))
            for name in type(value).model_fields
            if name not in self._uncounted and (field := getattr(value, name)) not in (None, (), {})
        )


def _entry(steps: tuple[Step, ...], label: str) -> tuple[Step, ...]:
    return (*steps[:-1], Step(steps[-1].name, label))


def _is_list_of_models(value: Any) -> bool:
    return isinstance(value, tuple) and bool(value) and isinstance(value[0], Model)


@cache
def _numbers(kind: type[Model]) -> frozenset[str]:
    """The fields that hold numbers as text."""
    hints = get_type_hints(kind, include_extras=True)
    return frozenset(
        name
        for name, hint in hints.items()
        if hint == DecimalText or (get_origin(hint) is not Annotated and DecimalText in get_args(hint))
    )


def _number(text: str) -> str:
    """The same text for the same number: ``12`` for ``012.00``. As text, because no digit may be rounded away."""
    sign, digits = ("-", text[1:]) if text.startswith("-") else ("", text)
    whole, _, fraction = digits.partition(".")
    whole, fraction = whole.lstrip("0") or "0", fraction.rstrip("0")
    number = f"{whole}.{fraction}" if fraction else whole
    return number if number == "0" else sign + number


def _as_list(value: Any) -> list[Any]:
    return list(value) if isinstance(value, list) else [] if value is None else [value]


def _loosened(entry: Any) -> Any:
    """An extension without the counts of the loops around it, which depend on the order of their siblings."""
    if isinstance(entry, dict) and isinstance(entry.get("loop"), str):
        return {**entry, "loop": _OCCURRENCE.sub("", entry["loop"])}
    return entry


def _name_of(entry: Any) -> str:
    return str(entry.get("segment", "")) if isinstance(entry, dict) else ""


def _plain(value: Any) -> JsonValue:
    if isinstance(value, Model):
        data: JsonValue = value.to_data()
        return data
    if isinstance(value, tuple):
        return [_plain(each) for each in value] or None
    found: JsonValue = value
    return found


def _with_named_packages(document: Document) -> Document:
    """A ship notice whose lines name their package by its SSCC, else by its place among those without one.

    Ids of hierarchical levels are counted anew in each message and say nothing themselves.
    """
    if not isinstance(document, ShipNotice):
        return document
    names: dict[str, str] = {}
    unnamed = 0
    for package in _packages(document.packages):
        unnamed += package.sscc is None
        if package.hierarchy_id is not None:
            names[package.hierarchy_id] = package.sscc or f"{package.type} #{unnamed}"
    lines = tuple(
        line.model_copy(update={"package": names.get(line.package, line.package)}) if line.package else line
        for line in document.lines
    )
    return document.model_copy(update={"lines": lines})


def _packages(packages: Sequence[Package]) -> Iterator[Package]:
    """All packages, each before those in it. Raises TooDeepError."""
    waiting = [(package, 1) for package in reversed(packages)]
    while waiting:
        package, level = waiting.pop()
        if level > MOST_LEVELS:
            raise TooDeepError(f"packages stand in one another more than {MOST_LEVELS} times")
        yield package
        waiting.extend((inner, level + 1) for inner in reversed(package.packages))
