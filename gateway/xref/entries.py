"""The rows of the cross-reference tables as frozen values, and what makes two rows the same entry."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from types import MappingProxyType
from typing import ClassVar, Final, get_args

from canonical.parts import ItemScheme, PartyScheme

LONGEST: Final = 200
"""Characters of one cell."""
MOST_DIGITS: Final = 12
"""Digits of a factor."""
ALL: Final = ""
"""The partner of a row that is for all of them; the item of a unit that is for all of them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What every row has: whom it is for, and from when to when it holds, both days included."""

    table: ClassVar[str]
    named_by: ClassVar[tuple[str, ...]]
    """The fields that make two rows of one table the same entry, at different times."""
    partner: str = ALL
    valid_from: date | None = None
    valid_to: date | None = None

    @property
    def key(self) -> tuple[str, ...]:
        """The values of those fields."""
        return tuple([getattr(self, name) for name in self.named_by])

    def holds(self, on: date) -> bool:
        """Whether it is valid on this day."""
        return (self.valid_from is None or self.valid_from <= on) and (self.valid_to is None or on <= self.valid_to)

    def overlaps(self, other: "Entry") -> bool:
        """Whether both are valid on some day."""
        return (self.valid_from or date.min) <= (other.valid_to or date.max) and (other.valid_from or date.min) <= (
            self.valid_to or date.max
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemEntry(Entry):
    """Our number of an item, the partner's number for it, and the unit that the partner sells it by."""

    table: ClassVar[str] = "item"
    named_by: ClassVar[tuple[str, ...]] = ("partner", "ours", "scheme")
    ours: str
    theirs: str = ""
    scheme: str = "SELLER"
    unit: str = ""
    category: str = ""
    description: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitEntry(Entry):
    """One ``from_unit`` is ``factor`` times ``to_unit``."""

    table: ClassVar[str] = "unit"
    named_by: ClassVar[tuple[str, ...]] = ("partner", "item", "from_unit", "to_unit")
    from_unit: str
    to_unit: str
    factor: Fraction
    item: str = ALL


@dataclass(frozen=True, slots=True, kw_only=True)
class VendorEntry(Entry):
    """Which partner sells: by our number of the vendor, by item, by category; with none of them, everything else."""

    table: ClassVar[str] = "vendor"
    named_by: ClassVar[tuple[str, ...]] = ("vendor", "item", "category")
    """The partner is what is found by them."""
    vendor: str = ""
    item: str = ""
    category: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LocationEntry(Entry):
    """Our code of a place, and what the partner knows it by."""

    table: ClassVar[str] = "location"
    named_by: ClassVar[tuple[str, ...]] = ("partner", "ours", "scheme")
    ours: str
    theirs: str
    scheme: str = "GLN"
    name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountEntry(Entry):
    """Our code of an account or a cost center, and the partner's code for it."""

    table: ClassVar[str] = "account"
    named_by: ClassVar[tuple[str, ...]] = ("partner", "ours")
    ours: str
    theirs: str
    description: str = ""


@dataclass(frozen=True, slots=True)
class Wrong:
    """A cell that does not fit: which one, what stands there, what is expected."""

    column: str
    found: str
    expected: str


Cells = Mapping[str, str]
"""Column name to text, without the blanks around it; a column that is not there is empty."""

_DATES: Final = ("valid_from", "valid_to")


@dataclass(frozen=True, slots=True)
class Table:
    """One table: its columns, and how a row is made from cells."""

    name: str
    columns: tuple[str, ...]
    required: tuple[str, ...]
    make: Callable[[Cells], "Entry | Wrong"]


def entry_from(table: Table, cells: Cells) -> "Entry | list[Wrong]":
    """The row that cells make, or everything that is wrong with them."""
    wrong = [
        Wrong(name, "nothing", f"a value: {name} is needed in each row")
        for name in table.required
        if not cells.get(name)
    ]
    wrong += [
        Wrong(name, f"{len(text)} characters", f"at most {LONGEST}")
        for name, text in cells.items()
        if len(text) > LONGEST
    ]
    wrong += [
        Wrong(name, f'"{cells[name]}"', "a day as 2026-11-21, or nothing")
        for name in _DATES
        if cells.get(name) and _day(cells[name]) is None
    ]
    if wrong:
        return wrong
    begin, end = (_day(cells.get(name, "")) for name in _DATES)
    if begin and end and end < begin:
        return [Wrong("valid_to", f'"{end}"', f"no day before valid_from, {begin}")]
    made = table.make(cells)
    return [made] if isinstance(made, Wrong) else made


def cells_of(entry: Entry) -> dict[str, str]:
    """The cells of a row, those that are not empty: what ``entry_from`` makes it from."""
    told = {}
    for name in TABLES[entry.table].columns:
        value = getattr(entry, name)
        if value not in (None, ""):
            told[name] = decimal_of(value) if isinstance(value, Fraction) else str(value)
    return told


def decimal_of(number: Fraction) -> str:
    """A number as a decimal, where it ends; else as a fraction, ``1/3``."""
    return exact_decimal(number) or f"{number.numerator}/{number.denominator}"


def exact_decimal(number: Fraction) -> str | None:
    """A number as a decimal text without an exponent; None where it never ends."""
    rest, places = number.denominator, 0
    for prime in (2, 5):
        count = 0
        while rest % prime == 0:
            rest //= prime
            count += 1
        places = max(places, count)
    if rest != 1:
        return None
    digits = str(abs(number.numerator) * 10**places // number.denominator).rjust(places + 1, "0")
    text = f"{digits[:-places]}.{digits[-places:]}" if places else digits
    return f"-{text}" if number < 0 else text


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if len(text) == len("2026-11-21") else None
    except ValueError:
        return None


def _common(cells: Cells) -> tuple[str, date | None, date | None]:
    return cells.get("partner", ""), _day(cells.get("valid_from", "")), _day(cells.get("valid_to", ""))


def _item(cells: Cells) -> Entry | Wrong:
    partner, begin, end = _common(cells)
    scheme = cells.get("scheme") or "SELLER"
    if scheme not in get_args(ItemScheme):
        return Wrong("scheme", f'"{scheme}"', "SELLER, MANUFACTURER, GTIN, NDC or another scheme of item numbers")
    if not (cells.get("theirs") or cells.get("category") or cells.get("unit")):
        return Wrong("theirs", "nothing", "the partner's number, or at least a unit or a category")
    return ItemEntry(
        partner=partner, valid_from=begin, valid_to=end, ours=cells["ours"], theirs=cells.get("theirs", ""),
        scheme=scheme, unit=cells.get("unit", ""), category=cells.get("category", ""),
        description=cells.get("description", ""),
    )  # fmt: skip


def _unit(cells: Cells) -> Entry | Wrong:
    partner, begin, end = _common(cells)
    factor = _factor(cells["factor"])
    if factor is None:
        return Wrong(
            "factor", f'"{cells["factor"]}"', f"a number above 0 of at most {MOST_DIGITS} digits, as 100 or 0.5"
        )
    if cells["from_unit"] == cells["to_unit"] and factor != 1:
        return Wrong("factor", f'"{cells["factor"]}"', "1, since both units are the same")
    return UnitEntry(
        partner=partner, valid_from=begin, valid_to=end, item=cells.get("item", ""), from_unit=cells["from_unit"],
        to_unit=cells["to_unit"], factor=factor,
    )  # fmt: skip


def _factor(text: str) -> Fraction | None:
    whole, _, fraction = text.partition(".")
    digits = whole + fraction
    if not (digits.isascii() and digits.isdigit() and whole and len(digits) <= MOST_DIGITS) or text.endswith("."):
        return None
    return Fraction(text) or None


def _vendor(cells: Cells) -> Entry | Wrong:
    partner, begin, end = _common(cells)
    named = [name for name in ("vendor", "item", "category") if cells.get(name)]
    if len(named) > 1:
        return Wrong(
            named[1], f'"{cells[named[1]]}"', f"nothing, since {named[0]} is given: one of them finds the vendor"
        )
    return VendorEntry(
        partner=partner, valid_from=begin, valid_to=end, vendor=cells.get("vendor", ""), item=cells.get("item", ""),
        category=cells.get("category", ""),
    )  # fmt: skip


def _location(cells: Cells) -> Entry | Wrong:
    partner, begin, end = _common(cells)
    scheme = cells.get("scheme") or "GLN"
    if scheme not in get_args(PartyScheme):
        return Wrong("scheme", f'"{scheme}"', "GLN, SELLER, HIN, DUNS or another scheme of places")
    return LocationEntry(
        partner=partner, valid_from=begin, valid_to=end, ours=cells["ours"], theirs=cells["theirs"], scheme=scheme,
        name=cells.get("name", ""),
    )  # fmt: skip


def _account(cells: Cells) -> Entry | Wrong:
    partner, begin, end = _common(cells)
    return AccountEntry(
        partner=partner, valid_from=begin, valid_to=end, ours=cells["ours"], theirs=cells["theirs"],
        description=cells.get("description", ""),
    )  # fmt: skip


_ALL: Final = (
    Table(
        "item", ("partner", "ours", "theirs", "scheme", "unit", "category", "description", *_DATES), ("ours",), _item
    ),
    Table(
        "unit",
        ("partner", "item", "from_unit", "to_unit", "factor", *_DATES),
        ("from_unit", "to_unit", "factor"),
        _unit,
    ),
    Table("vendor", ("vendor", "item", "category", "partner", *_DATES), ("partner",), _vendor),
    Table("location", ("partner", "ours", "theirs", "scheme", "name", *_DATES), ("ours", "theirs"), _location),
    Table("account", ("partner", "ours", "theirs", "description", *_DATES), ("ours", "theirs"), _account),
)

TABLES: Final[Mapping[str, Table]] = MappingProxyType({table.name: table for table in _ALL})
"""The tables by name; a CSV file has the name of its table."""
