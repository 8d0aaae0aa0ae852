"""Which document can be written as which transaction set, and by which function."""

from collections.abc import Callable, Mapping
from typing import Any

from adapters.mappings.to_x12.parts import Part, Style
from adapters.mappings.to_x12.purchase_order import purchase_order_part
from adapters.mappings.to_x12.purchase_order_acknowledgment import purchase_order_acknowledgment_part
from adapters.mappings.to_x12.purchase_order_change import purchase_order_change_part

BuildPart = Callable[[Any, Style], Part]
"""Builds the transaction set of a document of its kind."""

X12_BUILDERS: Mapping[str, BuildPart] = {
    "purchase_order": purchase_order_part,
    "purchase_order_acknowledgment": purchase_order_acknowledgment_part,
    "purchase_order_change": purchase_order_change_part,
}
"""Document type to the function that builds its transaction set."""
