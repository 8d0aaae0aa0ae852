"""The tree of a ship notice as HL loops: who stands in whom, in which order, under which number.

The mirror of ``x12_hierarchy``. A document tells the tree by what belongs together: a line names its order and its
package, packages hold packages. Numbers go out as they came in; where a document has none, or not everywhere, all
levels are numbered anew from 1. A level whose HL segment reading has kept stands where that says.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Final

from adapters.mappings.to_x12.parts import Part

SHIPMENT: Final = "S"
_PACKAGING_FIRST: Final = "0003"
"""Element 1005: shipment, packaging, order, item."""


@dataclass(slots=True, eq=False)
class Node:
    """One HL loop in the making, at its place in the tree."""

    part: Part
    kind: str
    """HL03."""
    hierarchy_id: str | None
    """HL01 as the document has it; ``#n`` where that is no key."""
    order_number: str | None = None
    """Of an order, or of the order that a line was shipped for."""
    package: str | None = None
    """The package that a line names."""
    kept: Sequence[str] | None = None
    """HL01 to HL04 as reading has kept them."""
    parent: "Node | None" = None
    number: str = ""
    """HL01 as it is written."""

    @property
    def position(self) -> int | None:
        """Where its number puts it among all levels."""
        digits = (self.hierarchy_id or "").removeprefix("#")
        return int(digits) if digits.isascii() and digits.isdecimal() else None


@dataclass(slots=True)
class Tree:
    """All levels of a shipment, lists in the order of the document."""

    shipment: Node
    structure: str | None = None
    """X12 1005."""
    orders: list[Node] = field(default_factory=list)
    packages: list[Node] = field(default_factory=list)
    """Each before those inside it, which have it as parent."""
    lines: list[Node] = field(default_factory=list)
    pieces: list[Node] = field(default_factory=list)
    """Components and single pieces, which have their line as parent."""

    def nodes(self) -> Iterator[Node]:
        """All levels."""
        yield self.shipment
        yield from self.orders
        yield from self.packages
        yield from self.lines
        yield from self.pieces


def placed(tree: Tree) -> list[Node]:
    """All levels in the order in which they are written, each with its parent, its number and whether it has children.

    The parts get their HL segments here.
    """
    _find_parents(tree)
    sequence = _sequence(tree)
    _number(sequence)
    parents = {id(node.parent) for node in sequence if node.parent is not None}
    for node in sequence:
        _write_head(node, has_children=id(node) in parents)
    return sequence


def _order_of(tree: Tree, line: Node) -> Node | None:
    """The order level of a line's order: of several, the last one in front of the line.

    Reading keeps the HL segment of a line in an order that has no number.
    """
    if line.order_number is None and line.kept is None:
        return None
    same = [order for order in tree.orders if order.order_number == line.order_number]
    at = line.position
    before = [order for order in same if at is not None and order.position is not None and order.position < at]
    return before[-1] if before else same[0] if same else None


def _find_parents(tree: Tree) -> None:
    """Hangs every level where its kept segment says, else where what belongs together says."""
    by_id = {node.hierarchy_id: node for node in tree.nodes() if node.hierarchy_id}
    by_id |= {node.kept[0]: node for node in tree.nodes() if node.kept and node.kept[0] not in by_id}
    packages = {node.hierarchy_id: node for node in tree.packages if node.hierarchy_id}
    orders = {id(line): _order_of(tree, line) for line in tree.lines}
    homes = {id(line): packages.get(line.package) if line.package else None for line in tree.lines}
    _hang_packages(tree, orders, homes)
    for order in tree.orders:
        order.parent = tree.shipment
        held = {id(homes[id(line)]): homes[id(line)] for line in tree.lines if orders[id(line)] is order}
        around = next(iter(held.values())) if len(held) == 1 else None
        if around is not None and order_above(around) is None:
            order.parent = around
    for line in tree.lines:
        own, home = orders[id(line)], homes[id(line)]
        inside = own is not None and (home is None or own.parent is home)
        line.parent = own if inside else home or tree.shipment
    for node in tree.nodes():
        if node.kept is not None and node.kind != SHIPMENT:
            told = by_id.get(node.kept[1])
            if told is not None and not _stands_in(told, node):
                node.parent = told


def _hang_packages(tree: Tree, orders: dict[int, Node | None], homes: dict[int, Node | None]) -> None:
    """Outer packages stand in the order that all their lines are of, where the order comes first."""
    inside: dict[int, dict[int, Node | None]] = {}
    for line in tree.lines:
        around = homes[id(line)]
        while around is not None:
            inside.setdefault(id(around), {})[id(orders[id(line)])] = orders[id(line)]
            around = around.parent
    for package in tree.packages:
        if package.parent is not None:
            continue
        package.parent = tree.shipment
        held = list(inside.get(id(package), {}).values())
        if len(held) == 1 and held[0] is not None and _comes_first(held[0], package, tree.structure):
            package.parent = held[0]


def _comes_first(order: Node, package: Node, structure: str | None) -> bool:
    if order.position is not None and package.position is not None:
        return order.position < package.position
    return structure != _PACKAGING_FIRST


def order_above(node: Node) -> Node | None:
    """The order level in which a level stands."""
    above = node.parent
    while above is not None and above.kind != "O":
        above = above.parent
    return above


def _stands_in(node: Node, outer: Node) -> bool:
    at: Node | None = node
    while at is not None:
        if at is outer:
            return True
        at = at.parent
    return False


def _sequence(tree: Tree) -> list[Node]:
    """By their numbers, where these put parents before children and keep the document's order; else depth first."""
    first, *others = tree.nodes()
    if all(node.position is not None for node in others):
        by_number = [first, *sorted(others, key=lambda node: node.position or 0)]
        if _keeps_order(by_number, tree):
            return by_number
    return _by_lines(tree)


def _keeps_order(sequence: Sequence[Node], tree: Tree) -> bool:
    place = {id(node): at for at, node in enumerate(sequence)}
    if any(node.parent is not None and place[id(node.parent)] > place[id(node)] for node in sequence):
        return False
    return all(
        [place[id(node)] for node in group] == sorted(place[id(node)] for node in group)
        for group in (tree.orders, tree.lines, *_siblings(tree.packages))
    )


def _siblings(packages: Sequence[Node]) -> list[list[Node]]:
    """Packages that stand in the same list: those of one outer package, and the outermost."""
    found: dict[int, list[Node]] = {}
    for package in packages:
        outer = package.parent
        found.setdefault(id(outer) if outer is not None and outer in packages else 0, []).append(package)
    return list(found.values())


def _by_lines(tree: Tree) -> list[Node]:
    """Lines in order, each behind the levels around it, and all lists in the order of the document."""
    before: dict[int, Node] = {}
    for group in (tree.orders, *_siblings(tree.packages)):
        before |= {id(later): earlier for earlier, later in pairwise(group)}
    sequence: list[Node] = []
    done: set[int] = set()

    def put(node: Node | None) -> None:
        if node is None or id(node) in done:
            return
        done.add(id(node))
        put(before.get(id(node)))
        put(node.parent)
        sequence.append(node)

    put(tree.shipment)
    for line in tree.lines:
        put(line)
        for piece in tree.pieces:
            if piece.parent is line:
                put(piece)
    for node in (*tree.orders, *tree.packages, *tree.pieces):
        put(node)
    return sequence


def _number(sequence: Sequence[Node]) -> None:
    """Numbers as they came in; from 1 where one of them is missing or comes twice.

    The shipment's own is no part of a document.
    """
    told = [node.hierarchy_id for node in sequence[1:]]
    if not told or not all(told) or len(set(told)) < len(told):
        for ordinal, node in enumerate(sequence, start=1):
            node.number = str(ordinal)
            if node.kept is not None:
                node.part.kept = [entry for entry in node.part.kept if entry.get("segment") != "HL"]
                node.kept = ["", "", node.kept[2]] if len(node.kept) > 2 else None
        return
    taken = {node.hierarchy_id for node in sequence[1:]}
    for node in sequence[1:]:
        own = node.hierarchy_id or ""
        node.number = node.kept[0] if node.kept is not None and own.startswith("#") else own
    shipment = sequence[0]
    own = shipment.kept[0] if shipment.kept else ""
    shipment.number = own or next(str(one) for one in range(1, len(taken) + 2) if str(one) not in taken)


def _write_head(node: Node, *, has_children: bool) -> None:
    """HL: 01 own number, 02 that of the level around it, 03 kind, 04 whether levels stand in it."""
    head = node.part.head
    assert head is not None  # noqa: S101 - levels are made with their HL segment
    kept = node.kept
    if kept is not None and kept[0]:
        head.elements = ["HL", *kept]
    else:
        kind = kept[2] if kept is not None else node.kind
        above = node.parent.number if node.parent is not None else ""
        head.elements = ["HL", node.number, above, kind, "1" if has_children else "0"]
