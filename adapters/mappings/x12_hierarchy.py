"""The tree of a ship notice, built from its HL segments: HL01, HL02 and HL03.

The guide sees one flat row of HL loops; who stands in whom is told by the parent's number. Where numbers are
missing, repeated, or point nowhere or ahead, the usual order of levels decides: shipment, order, tare, pack,
subpack, item. Source: X12 HL segment; structures by element 1005.
"""

from adapters.formats.x12.tree import Loop, Segment
from adapters.mappings.context import X12Context
from adapters.mappings.problems import HIERARCHY_BROKEN
from canonical.parts import Plain

_RANKS = {"S": 0, "O": 1, "T": 2, "P": 3, "Q": 4, "I": 6, "K": 7, "F": 8, "X": 9}
_UNKNOWN_RANK = 5
_DEEPEST = 16
"""Levels below each other; more than any pallet holds."""


class Level:
    """One HL loop at its place in the tree."""

    __slots__ = (
        "children",
        "depth",
        "head",
        "hierarchy_id",
        "kind",
        "line",
        "loop",
        "order",
        "package",
        "parent",
        "whole",
    )

    def __init__(self, loop: Loop, head: Segment | None, kind: str, hierarchy_id: str) -> None:
        self.loop = loop
        self.head = head
        """The HL segment."""
        self.kind = kind
        """HL03."""
        self.hierarchy_id = hierarchy_id
        """HL01, or ``#n`` where that is missing or came before."""
        self.parent: Level | None = None
        self.depth = 0
        self.children = 0
        self.whole = False
        """Whether the document cannot express all that the HL segment says."""
        self.order: Plain | None = None
        """The order around it, or the order itself."""
        self.package: Plain | None = None
        """The innermost package around it, or the package itself."""
        self.line: Plain | None = None
        """The shipped line around it, or the line itself."""


def levels(tree: Loop, context: X12Context) -> list[Level]:
    """All HL loops in order, each with its parent; parents come before their children."""
    found: list[Level] = []
    by_id: dict[str, Level] = {}
    latest: dict[int, tuple[int, Level]] = {}
    for ordinal, loop in enumerate(tree.loops("HL"), start=1):
        head = loop.first("HL")
        own, above, kind = (head[1], head[2], head[3]) if head else ("", "", "")
        repeated = own in by_id
        level = Level(loop, head, kind, f"#{ordinal}" if repeated or not own else own)
        _adopt(level, above, by_id, latest, repeated=repeated, context=context)
        if repeated or not own or kind not in _RANKS:
            level.whole = True
        if own:
            by_id[own] = level
        latest[_RANKS.get(kind, _UNKNOWN_RANK)] = (ordinal, level)
        found.append(level)
    shipments = sum(level.kind == "S" for level in found)
    for level in found:
        head = level.head
        children = head[4] if head else ""
        if shipments > 1 or (children and children != ("1" if level.children else "0")):
            level.whole = True
    return found


def _tell(level: Level, above: str, by_id: dict[str, Level], *, repeated: bool, context: X12Context) -> None:
    """Names the number that is wrong, and what should stand there."""
    if repeated:
        own = level.head[1] if level.head else ""
        context.report(HIERARCHY_BROKEN, level.head, 1, found=own[:12], expected="a number that no other level has")
        return
    known = by_id.get(above)
    expected = "a level that stands less deep" if known else "the HL01 of a level before this one"
    context.report(HIERARCHY_BROKEN, level.head, 2, found=above[:12] or None, expected=expected)


def _adopt(
    level: Level,
    above: str,
    by_id: dict[str, Level],
    latest: dict[int, tuple[int, Level]],
    *,
    repeated: bool,
    context: X12Context,
) -> None:
    """Finds the level's parent: the one that it names, else the nearest of a higher kind."""
    if level.kind == "S":
        level.whole = above != ""
        return
    parent = by_id.get(above) if above else None
    broken = repeated or parent is None or parent.depth >= _DEEPEST
    if parent is None or parent.depth >= _DEEPEST:
        rank = _RANKS.get(level.kind, _UNKNOWN_RANK)
        higher = [entry for other, entry in latest.items() if other < rank]
        parent = max(higher, key=lambda entry: entry[0])[1] if higher else None
    if broken and (parent is not None or above):
        level.whole = True
        _tell(level, above, by_id, repeated=repeated, context=context)
    if parent is not None:
        level.parent = parent
        level.depth = parent.depth + 1
        parent.children += 1
