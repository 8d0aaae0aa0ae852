"""Lines of orders, changes, answers and invoices with what stands under them: the mirror of ``x12_lines``."""

from collections.abc import Iterator, Sequence
from itertools import groupby

from adapters.mappings.to_x12 import texts
from adapters.mappings.to_x12.amounts import allowance_parts, currency_row, price_parts, tax_rows
from adapters.mappings.to_x12.carriers import carrier_rows
from adapters.mappings.to_x12.codes import DATES, LINE_CHANGES, PARTY_SCHEMES, code
from adapters.mappings.to_x12.dates import date_rows
from adapters.mappings.to_x12.items import description_rows, further_item_rows, identifier_pairs, share
from adapters.mappings.to_x12.measures import measure_rows, packaging_rows, quantity_pairs
from adapters.mappings.to_x12.parties import contact_rows, other_party_parts
from adapters.mappings.to_x12.parts import GAP, Assumed, Pair, Part, Row, Style, indexed, keep, row
from adapters.mappings.to_x12.references import noted_references
from canonical.line import Line
from canonical.parts import Date, Price, Schedule
from canonical.purchase_order_acknowledgment import AcknowledgedLine
from canonical.purchase_order_change import ChangedLine

IDENTIFIERS_HELD = 10
"""Pairs of qualifier and number in PO1, IT1, POC and SLN."""
_PLACES_HELD = 10
_DATES_HELD = 2


def price_pairs(price: Price | None) -> tuple[Pair, Pair]:
    """The amount, then its basis."""
    amount, basis = (price.amount, price.basis) if price is not None else (None, None)
    return ("price.amount", amount), ("price.basis", basis)


def head_identifiers(line: Line) -> Iterator[Pair]:
    """The pairs that stand in the line's own segment."""
    own, _ = share(line.item, IDENTIFIERS_HELD, line.extensions)
    return identifier_pairs(line.item.identifiers[:own])


def line_part(line: Line, tag: str, at: str, style: Style, *, depth: int = 1, notes_in: str | None = None) -> Part:
    """PO1 or IT1: 01 number, 02 and 03 quantity, 04 and 05 price with its basis, then pairs that tell the item."""
    head = row(
        tag, at, ("lineNumber", line.line_number), *quantity_pairs(line.quantity), *price_pairs(line.price),
        *head_identifiers(line),
    )  # fmt: skip
    part = Part.of(head)
    fill_line(part, line, at, style, depth=depth, notes_in=notes_in)
    return part


def changed_line_part(
    line: ChangedLine | AcknowledgedLine, at: str, style: Style, *, notes_in: str | None = None
) -> Part:
    """POC: 01 number, 02 what changes, 03 new quantity, 04 still to come, 05 unit, 06 and 07 price, then ids."""
    value, unit = quantity_pairs(line.quantity)
    head = row(
        "POC", at, ("lineNumber", line.line_number),
        ("change", code(line.change, LINE_CHANGES, line.change_code)), value, ("quantityLeft", line.quantity_left),
        unit, *price_pairs(line.price), *head_identifiers(line),
    )  # fmt: skip
    part = Part.of(head)
    fill_line(part, line, at, style, depth=1, notes_in=notes_in)
    return part


def sub_line_part(line: Line, at: str, style: Style, *, depth: int = 2) -> Part:
    """SLN: 01 number, 03 "included", 04 and 05 quantity, 06 and 07 price with its basis, from 09 pairs."""
    head = row(
        "SLN", at, ("lineNumber", line.line_number), GAP, ("", Assumed("I")), *quantity_pairs(line.quantity),
        *price_pairs(line.price), GAP, *head_identifiers(line),
    )  # fmt: skip
    part = Part.of(head)
    fill_line(part, line, at, style, depth=depth, notes_in="MSG", plain_references=False)
    return part


def fill_line(
    part: Part, line: Line, at: str, style: Style, *, depth: int, notes_in: str | None, plain_references: bool = True
) -> None:
    """Adds what stands under a line of any kind; ``notes_in`` is the segment that holds its notes outside N9."""
    part.extend(further_item_rows(line.item, at, IDENTIFIERS_HELD, line.extensions))
    if line.price is not None and line.price.currency:
        part.add(currency_row(line.price.currency, at, "price.currency"))
    part.extend(price_parts(line.prices, at))
    part.extend(measure_rows(line.measures, at))
    part.extend(description_rows(line.item, at, line.extensions))
    part.extend(packaging_rows(line.packaging, at))
    part.extend(
        noted_references(
            line.references, line.notes, at, style, line.extensions, alone=notes_in, plain=plain_references
        )
    )
    part.extend(contact_rows(line.contacts, at))
    part.extend(allowance_parts(line.allowances, at))
    part.extend(tax_rows(line.taxes, at))
    part.extend(date_rows(line.dates, at))
    part.extend(carrier_rows(line.carriers, at))
    part.extend(other_party_parts(line.parties, at, "parties", depth + 1))
    keep(part, line.extensions, depth)


def schedule_parts(schedules: Sequence[Schedule], at: str) -> Iterator[Row | Part]:
    """SDQ for quantities by place, ten to a segment; SCH for quantities by date."""
    numbered = list(enumerate(schedules))
    by_place = [(index, entry) for index, entry in numbered if not entry.dates]
    for (unit, qualifier), group in groupby(by_place, key=lambda pair: _place_key(pair[1])):
        members = list(group)
        for start in range(0, len(members), _PLACES_HELD):
            first = f"schedules[{members[start][0]}]"
            pairs: list[Pair] = [(f"{first}.quantity.unitCode", unit), (f"{first}.location.scheme", qualifier)]
            for index, entry in members[start : start + _PLACES_HELD]:
                here = f"schedules[{index}]"
                place = entry.location.value if entry.location else None
                pairs += [(f"{here}.location.value", place), (f"{here}.quantity.value", entry.quantity.value)]
            yield row("SDQ", at, *pairs)
    for index, entry in numbered:
        if entry.dates:
            yield from _schedule(entry, indexed(at, "schedules", index))


def _place_key(entry: Schedule) -> tuple[str | None, str | None]:
    place = entry.location
    told = code(place.scheme, PARTY_SCHEMES, place.qualifier) if place is not None else None
    bare = place is not None and place.scheme == "OTHER" and place.qualifier is None
    return entry.quantity.unit_code, told if isinstance(told, str) and not bare else None


def _schedule(entry: Schedule, at: str) -> Iterator[Part]:
    """SCH: 01 and 02 quantity, 03 and 04 the place, 05-07 and 08-10 dates; more dates in SCH of their own."""
    for start in range(0, len(entry.dates), _DATES_HELD):
        pairs = [
            pair
            for index, told in enumerate(entry.dates[start : start + _DATES_HELD], start=start)
            for pair in _scheduled(told, f"dates[{index}]")
        ]
        yield Part.of(row("SCH", at, *quantity_pairs(entry.quantity), GAP, GAP, *pairs))


def _scheduled(told: Date, name: str) -> tuple[Pair, Pair, Pair]:
    return (
        (f"{name}.type", code(told.type, DATES, told.qualifier)),
        (f"{name}.date", texts.date(told.date) or told.text),
        (f"{name}.time", texts.time(told.time)),
    )
