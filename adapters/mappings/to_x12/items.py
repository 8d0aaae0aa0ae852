"""Items as pairs of qualifier and number, and as PID: the mirror of ``x12_items``."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from adapters.mappings.to_x12.codes import ITEM_SCHEMES, code
from adapters.mappings.to_x12.parts import GAP, Assumed, Pair, Row, indexed, row
from adapters.mappings.to_x12.wrap import pieces
from canonical.parts import Item, ItemIdentifier

_LONGEST_DESCRIPTION = 80
_ITEM_PAIRS = 15
"""Pairs that LIN holds."""


def identifier_pairs(
    identifiers: Sequence[ItemIdentifier], name: str = "item.identifiers", start: int = 0
) -> Iterator[Pair]:
    """Qualifier (X12 235) and value of each; ``start`` is the index of the first."""
    for index, identifier in enumerate(identifiers, start=start):
        here = indexed("", name, index)
        # A number that came without its qualifier goes back without it.
        bare = identifier.scheme == "OTHER" and identifier.qualifier is None
        yield f"{here}.scheme", None if bare else code(identifier.scheme, ITEM_SCHEMES, identifier.qualifier)
        yield f"{here}.value", identifier.value


def share(item: Item, held: int, extensions: Mapping[str, Any]) -> tuple[int, int]:
    """How many identifiers the line's own segment gets, and how many stand in kept LIN segments at the end."""
    apart = 0
    for entry in reversed(extensions.get("x12") or ()):
        if entry.get("segment") == "LIN" and not entry.get("loop"):
            pairs = _pairs(entry.get("elements") or [])
            end = len(item.identifiers) - apart
            told = [(one.qualifier or "", one.value) for one in item.identifiers[max(0, end - len(pairs)) : end]]
            if told == pairs:
                apart += len(pairs)
    return min(held, len(item.identifiers) - apart), apart


def _pairs(elements: Sequence[str]) -> list[tuple[str, str]]:
    return [(code, value) for code, value in zip(elements[1::2], elements[2::2], strict=False) if value]


def further_item_rows(item: Item, at: str, held: int, extensions: Mapping[str, Any]) -> Iterator[Row]:
    """LIN for the identifiers that do not stand in the line's own segment.

    Those that kept LIN segments tell are left to them: reading has put them behind the others.
    """
    own, apart = share(item, held, extensions)
    end = len(item.identifiers) - apart
    for start in range(own, end, _ITEM_PAIRS):
        stop = min(start + _ITEM_PAIRS, end)
        yield row("LIN", at, GAP, *identifier_pairs(item.identifiers[start:stop], start=start))


def description_rows(item: Item, at: str, extensions: Mapping[str, Any]) -> Iterator[Row]:
    """PID for the description: in pieces of 80 characters, and around what kept PID segments say of it.

    Reading joins all PID05 with blanks, also those of a PID that is kept whole for its codes.
    """
    rest = item.description or ""
    for text in _kept_texts(extensions):
        before, found, after = f" {rest} ".partition(f" {text} ")
        if not found:
            continue
        yield from _described(before.strip(" "), at)
        yield from _described(text, at)
        rest = after.strip(" ")
    yield from _described(rest, at)


def _described(text: str, at: str) -> Iterator[Row]:
    for piece in pieces(text, _LONGEST_DESCRIPTION):
        yield row("PID", at, ("", Assumed("F")), GAP, GAP, GAP, ("item.description", piece))


def _kept_texts(extensions: Mapping[str, Any]) -> Iterator[str]:
    for entry in extensions.get("x12") or ():
        elements = entry.get("elements") or []
        if entry.get("segment") == "PID" and len(elements) > 4 and elements[4]:
            yield elements[4]
