"""Breaking what a document says: counts, sums, check digits, the tree of a shipment."""

import random
from collections.abc import Callable, Iterable, Iterator
from typing import Final

from adapters.formats.x12 import problems
from adapters.mappings import problems as mapping
from adapters.samples.draft import Draft, Place, Row
from adapters.samples.rule import Rule, picked
from adapters.samples.values import sent

_ITEM_PAIRS: Final = {"PO1": 6, "IT1": 6, "POC": 8, "LIN": 2}
"""The element of the first pair of qualifier and number."""
_GS1_QUALIFIER: Final = "UK"


def _all(draft: Draft, tag: str) -> list[Row]:
    return [row for row, _ in draft.segments() if row[0] == tag]


def _next_digit(text: str) -> str:
    """The same with another last digit or letter."""
    last = text[-1]
    return text[:-1] + (str((int(last) + 1) % 10) if last.isdigit() else "0")


def _wrong(rng: random.Random, rows: Iterable[Row], element: int, change: Callable[[str], str]) -> Place | None:
    row = picked(rng, [row for row in rows if sent(row, element)])
    if row is None:
        return None
    row[element] = change(row[element])
    return Place(row[0], row, element)


def line_count(draft: Draft, rng: random.Random) -> Place | None:
    """CTT01 counts one line too many."""
    return _wrong(rng, _all(draft, "CTT"), 1, lambda text: str(int(text) + 1))


def hash_total(draft: Draft, rng: random.Random) -> Place | None:
    """CTT02 is not the sum of the quantities."""
    return _wrong(rng, _all(draft, "CTT"), 2, lambda text: str(int(text) + 10))


def _numbered(draft: Draft, qualifier: str) -> list[tuple[Row, int]]:
    """The item numbers of one kind, by row and element."""
    return [
        (row, at + 1)
        for tag, first in _ITEM_PAIRS.items()
        for row in _all(draft, tag)
        for at in range(first, len(row) - 1, 2)
        if row[at] == qualifier
    ]


def _item(qualifier: str, change: Callable[[str], str]) -> Callable[[Draft, random.Random], Place | None]:
    def breaks(draft: Draft, rng: random.Random) -> Place | None:
        chosen = picked(rng, _numbered(draft, qualifier))
        if chosen is None:
            return None
        row, element = chosen
        row[element] = change(row[element])
        return Place(row[0], row, element)

    return breaks


def _party(change: Callable[[str], str]) -> Callable[[Draft, random.Random], Place | None]:
    def breaks(draft: Draft, rng: random.Random) -> Place | None:
        return _wrong(rng, (row for row in _all(draft, "N1") if sent(row, 3) and row[3] == "UL"), 4, change)

    return breaks


def sscc(draft: Draft, rng: random.Random) -> Place | None:
    """The last digit of an SSCC is wrong."""
    return _wrong(rng, (row for row in _all(draft, "MAN") if row[1] == "GM"), 2, _next_digit)


def invoice_total(draft: Draft, rng: random.Random) -> Place | None:
    """TDS01 is ten dollars too much."""
    return _wrong(rng, _all(draft, "TDS"), 1, lambda text: str(int(text) + 1000))


def order_total(draft: Draft, rng: random.Random) -> Place | None:
    """AMT*TT is ten dollars too much."""
    totals = (row for row in _all(draft, "AMT") if row[1] == "TT")
    return _wrong(rng, totals, 2, lambda text: f"{float(text) + 10:.2f}")


def _levels(draft: Draft, *kinds: str) -> list[Row]:
    return [row for row in _all(draft, "HL") if row[3] in kinds]


def parent_unknown(draft: Draft, rng: random.Random) -> Place | None:
    """HL02 names a level that does not exist."""
    return _wrong(rng, _levels(draft, "I"), 2, lambda _: "999999")


def level_twice(draft: Draft, rng: random.Random) -> Place | None:
    """An item gets the number of the shipment."""
    return _wrong(rng, _levels(draft, "I"), 1, lambda _: "1")


def level_misplaced(draft: Draft, rng: random.Random) -> Place | None:
    """The order's level calls itself a shipment, which then stands under another one."""
    told = _wrong(rng, _levels(draft, "O"), 3, lambda _: "S")
    return Place(told.segment, told.row, 2) if told is not None else None


def children_wrong(draft: Draft, rng: random.Random) -> Place | None:
    """HL04 denies what follows."""
    return _wrong(rng, _levels(draft, "O", "T", "P", "I"), 4, lambda text: "0" if text == "1" else "1")


def unit_missing(draft: Draft, rng: random.Random) -> Place | None:
    """In PO1 the standard lets the unit be left out, and nobody knows of what so many are meant."""
    return _wrong(rng, _all(draft, "PO1"), 3, lambda _: "")


def content_rules() -> Iterator[Rule]:
    """What a document may say that cannot be; no acknowledgment tells the sender of it."""
    p = problems
    yield Rule("number-of-lines", p.LINE_COUNT_WRONG, "CTT01 counts one line too many", line_count)
    yield Rule("hash-total", p.HASH_TOTAL_WRONG, "CTT02 is not the sum of the quantities", hash_total)
    yield Rule("item-check-digit", p.ITEM_CHECK_DIGIT_WRONG, "the last digit of a GTIN is wrong",
               _item(_GS1_QUALIFIER, _next_digit))  # fmt: skip
    yield Rule("item-number-form", p.ITEM_FORM_WRONG, "a GTIN-14 lost its first digit",
               _item(_GS1_QUALIFIER, lambda text: text[1:]))  # fmt: skip
    yield Rule("drug-code-form", p.ITEM_FORM_WRONG, "a national drug code lost a digit",
               _item("N4", lambda text: text[:-1]))  # fmt: skip
    yield Rule("hibc-check-character", p.HIBC_CHECK_WRONG, "the last character of a HIBC is wrong",
               _item("HI", _next_digit))  # fmt: skip
    yield Rule("party-check-digit", p.PARTY_CHECK_DIGIT_WRONG, "the last digit of a GLN is wrong",
               _party(_next_digit))  # fmt: skip
    yield Rule("party-id-form", p.PARTY_FORM_WRONG, "a GLN has twelve digits", _party(lambda text: text[1:]))
    yield Rule("container-check-digit", p.SSCC_WRONG, "the last digit of an SSCC is wrong", sscc)
    yield Rule("invoice-total", p.INVOICE_TOTAL_WRONG, "TDS01 is ten dollars too much", invoice_total)
    yield Rule("order-total", p.ORDER_TOTAL_WRONG, "AMT*TT is ten dollars too much", order_total)
    yield Rule("parent-unknown", mapping.HIERARCHY_BROKEN, "HL02 names a level that does not exist", parent_unknown)
    yield Rule("level-number-twice", mapping.HIERARCHY_BROKEN, "HL01 repeats a number", level_twice)
    yield Rule("level-misplaced", p.LEVEL_MISPLACED, "a shipment stands under a shipment", level_misplaced)
    yield Rule("children-of-a-level", p.LEVEL_CHILDREN_WRONG, "HL04 denies what follows", children_wrong)
    yield Rule("unit-missing", mapping.UNIT_MISSING, "a quantity comes without its unit", unit_missing)
