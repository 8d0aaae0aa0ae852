"""What an item is: pairs of qualifier and value (PO1, IT1, LIN, SLN, ACK), and its description (PID)."""

from adapters.formats.x12.tree import Segment
from adapters.mappings import x12_words as words
from adapters.mappings.context import X12Context
from adapters.mappings.x12_sections import rule
from canonical.parts import Plain

_SCHEMES = words.ITEM_SCHEMES
_PLAIN_CHARACTERISTICS = ("", "08")
"""PID02 that say no more than that the text describes the product."""


def item_of(owner: Plain) -> Plain:
    """The owner's item, made on first asking."""
    item = owner.get("item")
    if item is None:
        owner["item"] = item = {"identifiers": []}
    found: Plain = item
    return found


def read_identifiers(elements: list[str], start: int, stop: int, identifiers: list[Plain]) -> bool:
    """Appends the pairs from element ``start`` up to before ``stop``, in order; true where one is half.

    A qualifier may come more than once, so the pairs are a list and not a mapping.
    """
    length = len(elements)
    if length > stop:
        length = stop
    lost = False
    # By place: slices of codes and values take longer than the few pairs that there are.
    for at in range(start + 1, length, 2):
        code, value = elements[at - 1], elements[at]
        if value:
            if code:
                identifiers.append({"scheme": _SCHEMES.get(code, "OTHER"), "value": value, "qualifier": code})
            else:
                identifiers.append({"scheme": "OTHER", "value": value})
        elif code:
            lost = True
    if length > start and (length - start) % 2 and elements[length - 1]:
        lost = True
    return lost


def read_item(segment: Segment, owner: Plain, _context: X12Context) -> bool:
    """LIN: 01 the line's number where none is known yet, then the pairs."""
    elements = segment.elements
    lost = read_identifiers(elements, 2, 32, item_of(owner)["identifiers"])
    number = elements[1] if len(elements) > 1 else ""
    if number and owner.setdefault("line_number", number) != number:
        lost = True
    return lost


ITEM = rule(read_item, *range(1, 32))
"""LIN."""


def _read_description(segment: Segment, owner: Plain, _context: X12Context) -> bool:
    """PID05 into the item's description; several of them in order, with a blank between.

    Of the codes only "free text" (01 is F) and "product" (02 is 08) are what the field itself says.
    """
    elements = segment.elements
    text = elements[5] if len(elements) > 5 else ""
    if not text:
        return True
    item = item_of(owner)
    earlier = item.get("description")
    item["description"] = f"{earlier} {text}" if earlier else text
    return elements[1] != "F" or elements[2] not in _PLAIN_CHARACTERISTICS


DESCRIPTION = rule(_read_description, 1, 2, 5)
"""PID."""
