"""Shipped items as HL loops with those of their components and single pieces: the mirror of ``x12_shipped_lines``."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from adapters.mappings.to_x12 import texts
from adapters.mappings.to_x12.hierarchy import Node
from adapters.mappings.to_x12.instances import instance_rows, told_elsewhere
from adapters.mappings.to_x12.item_lines import fill_item, item_row
from adapters.mappings.to_x12.items import description_rows, identifier_pairs
from adapters.mappings.to_x12.measures import quantity_pairs
from adapters.mappings.to_x12.packages import lading_rows, mark_rows
from adapters.mappings.to_x12.parts import (
    GAP,
    Assumed,
    Pair,
    Part,
    Row,
    Style,
    indexed,
    kept_segments,
    row,
    says_something,
)
from canonical.parts import Quantity
from canonical.ship_notice import Component, Instance, ShippedLine

_ITEM, _COMPONENT, _PIECE = "I", "F", "X"
_PARTS_KEPT: Final = frozenset({"K", "F"})
"""HL03 of levels that reading makes components."""


def level_part(at: str) -> Part:
    """An HL loop whose head gets its numbers when all levels are known."""
    return Part.of(Row(["HL"], at))


def line_nodes(line: ShippedLine, at: str, style: Style) -> Iterator[Node]:
    """The level of a line, then those of its components and single pieces."""
    own, levels = _apart(line.extensions)
    line = line.model_copy(update={"extensions": {**line.extensions, "x12": own} if line.extensions else {}})
    part = level_part(at)
    node = Node(part, _ITEM, line.hierarchy_id, line.order_number, line.package, kept_head({"x12": own}))
    numbered = bool(line.item.identifiers)
    if numbered:
        part.add(item_row(line.item, at, ("lineNumber", line.line_number)))
    part.extend(_rows(shipped_row(line, at, "quantity", None if numbered else line.line_number)))
    fill_item(part, line, at, style, depth=1)
    part.extend(lading_rows(line.lading, at))
    part.extend(mark_rows(line.marks, line.sscc, at))
    yield node
    made = [_kept_level(entries, at) for entries in levels]
    inside = _levels_from(line.components, sum(level.kind in _PARTS_KEPT for level in made))
    part.extend(_sub_line(one, indexed(at, "components", index), index) for index, one in enumerate(inside[0]))
    components = iter(enumerate(inside[1], start=len(inside[0])))
    for level in made:
        level.parent = node
        if level.kind in _PARTS_KEPT:
            index, component = next(components)
            _fill_component(level.part, component, indexed(at, "components", index))
        yield level
    for index, component in components:
        here = indexed(at, "components", index)
        level = Node(level_part(here), _COMPONENT, None, parent=node)
        _fill_component(level.part, component, here)
        yield level
    if not _told(line, made):
        yield from _instances(line, node, at)


def shipped_row(line: Any, at: str, shipped: str, number: str | None = None) -> Row:
    """SN1: 01 number, 02 and 03 shipped, 04 shipped so far, 05 and 06 ordered, 08 status."""
    return row(
        "SN1", at, ("lineNumber", number), *quantity_pairs(getattr(line, shipped), _camel(shipped)),
        ("cumulativeQuantity", line.cumulative_quantity), *quantity_pairs(line.ordered_quantity, "orderedQuantity"),
        GAP, ("statusCode", line.status_code),
    )  # fmt: skip


def _camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(word.title() for word in rest)


def _rows(*rows: Row) -> Iterator[Row]:
    return (one for one in rows if says_something(one))


def _apart(extensions: Mapping[str, Any]) -> tuple[list[Any], list[list[Any]]]:
    """What reading kept of the line's own loop, and what of each level inside it, told by the path of its HL loop."""
    paths = list(dict.fromkeys(loop for tag, _, loop in kept_segments(extensions) if tag == "HL" and loop))
    entries = extensions.get("x12") or []
    levels = [[entry for entry in entries if _outermost(entry) == path] for path in paths]
    return [entry for entry in entries if _outermost(entry) not in paths], levels


def _outermost(entry: Any) -> str:
    """The outermost loop in which a kept segment stood."""
    return str(entry.get("loop") or "").partition("/")[0] if isinstance(entry, dict) else ""


def kept_head(extensions: Mapping[str, Any]) -> list[str] | None:
    """HL01 to HL04 of a level whose HL segment reading has kept."""
    heads = (elements for tag, elements, _ in kept_segments(extensions) if tag == "HL")
    return next(map(head_elements, heads), None)


def head_elements(elements: Sequence[str]) -> list[str]:
    """HL01 to HL04, those that were not sent as well."""
    return [*elements, "", "", "", ""][:4]


def _kept_level(entries: list[Any], at: str) -> Node:
    """A level that reading has kept, with its own segments."""
    head = kept_head({"x12": entries}) or ["", "", _PIECE, ""]
    part = level_part(at)
    part.kept = entries
    part.depth = 1
    return Node(part, head[2], head[0] or None, kept=head)


def _levels_from(components: Sequence[Component], kept: int) -> tuple[Sequence[Component], Sequence[Component]]:
    """Components that SLN can tell, and those that need a level: the kept ones, and from the first description on."""
    first = len(components) - min(kept, len(components))
    described = next((index for index, one in enumerate(components) if one.item.description), first)
    at = min(first, described)
    return components[:at], components[at:]


def _sub_line(component: Component, at: str, index: int) -> Row:
    """SLN: 01 number, 03 "included", 04 and 05 quantity, from 09 pairs that tell the item."""
    number = component.line_number or Assumed(str(index + 1))
    return row(
        "SLN", at, ("lineNumber", number), GAP, ("", Assumed("I")), *quantity_pairs(component.quantity), GAP, GAP, GAP,
        *identifier_pairs(component.item.identifiers),
    )  # fmt: skip


def _fill_component(part: Part, component: Component, at: str) -> None:
    """LIN, SN1 and PID of a component's own level."""
    numbered = bool(component.item.identifiers)
    if numbered:
        part.add(item_row(component.item, at, ("lineNumber", component.line_number)))
    number: Pair = ("lineNumber", None if numbered else component.line_number)
    part.extend(_rows(row("SN1", at, number, *quantity_pairs(component.quantity))))
    part.extend(description_rows(component.item, at, {}))


def _told(line: ShippedLine, inside: Sequence[Node]) -> bool:
    """Whether the instances stand in other fields, or in segments that were kept."""
    if not line.instances or told_elsewhere(line, line.instances):
        return True
    kept = any(tag == "SLN" for tag, _, _ in kept_segments(line.extensions))
    return kept or any(level.kind == _PIECE for level in inside)


def _instances(line: ShippedLine, node: Node, at: str) -> Iterator[Node]:
    """REF and DTM of the line, or a level for each instance where these cannot tell which belong together."""
    rows = instance_rows(line, line.instances, at)
    if rows is not None:
        node.part.extend(rows)
        return
    for index, instance in enumerate(line.instances):
        here = indexed(at, "instances", index)
        level = Node(level_part(here), _PIECE, None, parent=node)
        level.part.extend(_instance_rows(instance, line.quantity, here))
        yield level


def _instance_rows(instance: Instance, whole: Quantity | None, at: str) -> Iterator[Row]:
    """LIN: the lot and the serial number; SN1: how many of it; DTM: its dates."""
    pairs: list[Pair] = []
    for code, name, value in (("LT", "lotNumber", instance.lot_number), ("SN", "serialNumber", instance.serial_number)):
        if value:
            pairs += [("", code), (name, value)]
    if pairs:
        yield row("LIN", at, GAP, *pairs)
    amount = instance.quantity
    if amount is not None and amount.unit_code is None and whole is not None:
        amount = Quantity(value=amount.value, unit_code=whole.unit_code)
    yield from _rows(row("SN1", at, GAP, *quantity_pairs(amount)))
    for code, name, day in (
        ("036", "expirationDate", instance.expiration_date),
        ("094", "manufactureDate", instance.manufacture_date),
    ):
        if day:
            yield row("DTM", at, ("", code), (name, texts.date(day)))
