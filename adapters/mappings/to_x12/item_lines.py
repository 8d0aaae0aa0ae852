"""Lines whose loop is not opened by PO1 or IT1: their item stands in LIN."""

from adapters.mappings.problems import NO_PLACE
from adapters.mappings.to_x12.amounts import price_parts
from adapters.mappings.to_x12.items import identifier_pairs
from adapters.mappings.to_x12.lines import fill_line
from adapters.mappings.to_x12.parts import Cannot, Pair, Part, Row, Style, row
from canonical.line import Line
from canonical.parts import Item


def item_row(item: Item, at: str, number: Pair) -> Row:
    """LIN: 01 the line's number, then pairs that tell the item."""
    return row("LIN", at, number, *identifier_pairs(item.identifiers))


def item_part(line: Line, at: str) -> Part:
    """A loop that LIN opens. A quantity of the line itself has no place there, which is told."""
    part = Part.of(item_row(line.item, at, ("lineNumber", line.line_number)))
    if line.quantity is not None:
        part.add(row("QTY", at, ("quantity", Cannot(NO_PLACE))))
    return part


def fill_item(
    part: Part, line: Line, at: str, style: Style, *, depth: int, notes_in: str | None = None, prices: bool = True
) -> None:
    """Adds what stands under a line, but its item's numbers; ``prices`` unless the caller adds those itself.

    The price of a line has no element here and goes among its other prices.
    """
    rest = {"item": Item(description=line.item.description), "price": None, "prices": ()}
    fill_line(part, line.model_copy(update=rest), at, style, depth=depth, notes_in=notes_in)
    if line.price is not None:
        part.extend(price_parts([line.price], at))
    if prices:
        part.extend(price_parts(line.prices, at))
