"""The story behind a chain of documents: one order from the day it is written to the day it is paid."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Final

from adapters.samples import identifiers as ids
from adapters.samples.goods import BUYERS, DEPARTMENTS, DRUGS, HOSPITALS, IMPLANTS, SELLERS, SUPPLIES, Company, Good

_FIRST_DAY: Final = date(2026, 11, 16)
"""A Monday."""
_WEEKS: Final = 8
_FREE_LOTS: Final = "ABCDEFGHJKLMNPRSTUVWXYZ"
_LINES_IN_A_CARTON: Final = 4


@dataclass(frozen=True, slots=True)
class StoryLine:
    """One line of the order and what became of it; quantities in the line's unit."""

    number: int
    good: Good
    item: int
    """What its numbers are made from."""
    price: Decimal
    ordered: int
    shipped: int
    """The rest is backordered."""
    damaged: int
    """Of those shipped."""
    lot: str
    serial: str
    expires: date
    carton: int
    """Which carton it travels in, from 0."""

    @property
    def gtin(self) -> str:
        """Of the unit that is ordered."""
        return ids.gtin(self.item, 0 if self.good.unit == "EA" else 1)

    @property
    def amount(self) -> Decimal:
        """What is billed for it."""
        return self.price * self.shipped


@dataclass(frozen=True, slots=True)
class Story:
    """Who ordered what from whom, and how it went."""

    seed: int
    ordinal: int
    """Which of the seed's stories it is, from 1."""
    hospital: Company
    seller: Company
    buyer: str
    department: str
    order: str
    contract: str
    sales_order: str
    shipment: str
    invoice: str
    receipt: str
    payment: str
    tracking: str
    serial: int
    """What package labels are made from."""
    freight: Decimal
    ordered_on: date
    lines: tuple[StoryLine, ...]

    @property
    def acknowledged_on(self) -> date:
        """The next day; the other days follow in the same way."""
        return self.ordered_on + timedelta(days=1)

    @property
    def shipped_on(self) -> date:
        """Two days after the order."""
        return self.ordered_on + timedelta(days=2)

    @property
    def received_on(self) -> date:
        """Four days after the order, a Friday at the latest where it was written on a Monday."""
        return self.ordered_on + timedelta(days=4)

    @property
    def wanted_on(self) -> date:
        """The day asked for."""
        return self.received_on

    @property
    def backorder_on(self) -> date:
        """When the rest is promised for."""
        return self.ordered_on + timedelta(days=11)

    @property
    def paid_on(self) -> date:
        """Thirty days after the invoice."""
        return self.shipped_on + timedelta(days=30)

    @property
    def shipped_lines(self) -> tuple[StoryLine, ...]:
        """Those of which anything was shipped."""
        return tuple(line for line in self.lines if line.shipped)

    @property
    def goods(self) -> Decimal:
        """What all shipped lines cost."""
        return sum((line.amount for line in self.lines), Decimal(0))

    @property
    def billed(self) -> Decimal:
        """What the invoice asks for."""
        return self.goods + self.freight

    @property
    def claimed(self) -> Decimal:
        """What is not paid, because it arrived damaged."""
        return sum((line.price * line.damaged for line in self.lines), Decimal(0))

    def place(self, ordinal: int) -> int:
        """A place of the hospital: 0 the house, 1 the dock, 2 the payers."""
        return self.hospital.place + ordinal


def rng_of(seed: int, *purpose: str | int) -> random.Random:
    """Chance that is the same for the same seed and purpose, on every machine."""
    return random.Random("/".join(map(str, (seed, *purpose))))  # noqa: S311 - made-up goods, not secrets


def first_number(seed: int, set_id: str) -> int:
    """The control number of a seed's interchange of a kind: files of several kinds and seeds do not clash."""
    return rng_of(seed, "number", set_id).randrange(1000, 99_999_999)


def story_of(seed: int, ordinal: int, lines: int) -> Story:
    """The story that a seed tells; ``ordinal`` counts the stories of one file, from 1."""
    parties = rng_of(seed, "parties")
    hospital, seller = parties.choice(HOSPITALS), parties.choice(SELLERS)
    contract = f"HC-{parties.randrange(100, 999)}-{parties.randrange(10, 99)}"
    rng = rng_of(seed, "story", ordinal)
    week = timedelta(weeks=rng_of(seed, "week").randrange(_WEEKS))
    number = rng.randrange(10_000, 99_999)
    return Story(
        seed=seed, ordinal=ordinal, hospital=hospital, seller=seller, buyer=rng.choice(BUYERS),
        department=rng.choice(DEPARTMENTS),
        order=f"45{seed % 1000:03d}{number}", contract=contract,
        sales_order=f"SO-{rng.randrange(100_000, 999_999)}", shipment=f"SH{rng.randrange(1_000_000, 9_999_999)}",
        invoice=f"INV-{rng.randrange(100_000, 999_999)}", receipt=f"RCV-{rng.randrange(100_000, 999_999)}",
        payment=f"26{rng.randrange(10**9, 10**10 - 1)}", tracking=f"1Z999AA1{rng.randrange(10**9, 10**10 - 1)}",
        serial=rng.randrange(10**6, 10**9), freight=Decimal(rng.randrange(900, 4900)) / 100,
        ordered_on=_FIRST_DAY + week, lines=tuple(_lines(rng, lines)),
    )  # fmt: skip


def _lines(rng: random.Random, count: int) -> Iterator[StoryLine]:
    backordered = rng.randrange(count)
    damaged = rng.randrange(count)
    for index, good in enumerate(_basket(rng, count)):
        low, high = good.usual
        ordered = rng.randint(low, high)
        kept_back = rng.randint(1, ordered - 1) if index == backordered and ordered > 1 else 0
        shipped = ordered - kept_back
        yield StoryLine(
            number=index + 1, good=good, item=_item(good), price=Decimal(rng.randint(*good.cents)) / 100,
            ordered=ordered, shipped=shipped, damaged=1 if index == damaged and shipped > 1 else 0,
            lot=f"{rng.choice(_FREE_LOTS)}{rng.randrange(100_000, 999_999)}",
            serial=f"{rng.choice(_FREE_LOTS)}{rng.randrange(1_000_000, 9_999_999)}" if good.kind == "implant" else "",
            expires=date(2028 + rng.randrange(4), rng.randint(1, 12), 28), carton=index // _LINES_IN_A_CARTON,
        )  # fmt: skip


def _basket(rng: random.Random, count: int) -> Iterator[Good]:
    """A supply, an implant and a drug first, so that even a short order shows each; then mostly supplies."""
    for index in range(count):
        yield _pick(rng, index)


def _pick(rng: random.Random, index: int) -> Good:
    shelves: Sequence[Sequence[Good]] = (SUPPLIES, IMPLANTS, DRUGS)
    if index < len(shelves):
        return rng.choice(shelves[index])
    return rng.choice(rng.choices(shelves, weights=(8, 1, 2))[0])


def _item(good: Good) -> int:
    """A number that is the item's in every story."""
    shelf = (SUPPLIES, IMPLANTS, DRUGS)
    return next((1 + shelf.index(goods)) * 1000 + 7 * goods.index(good) + 3 for goods in shelf if good in goods)
