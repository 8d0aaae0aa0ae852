"""The levels of a ship notice: does each stand where it can, and does HL04 tell the truth?

Whether parents exist is told where the tree is built. Source: X12 HL segment, elements 735 (level), 736 (child code)
and 1005 (structures).
"""

from collections.abc import Iterator, Mapping
from typing import Final

from adapters.formats.x12 import problems
from adapters.formats.x12.tree import Loop, Segment
from adapters.mappings.context import Finding

_NEVER_ABOVE: Final[Mapping[str, str]] = {"O": "OIKF", "T": "QKF", "P": "QKF", "Q": "KF", "I": "F", "S": "SOTPQIKF"}
"""A level (HL03) to those that it never stands under, whichever structure (BSN05) was agreed; packages may stand under
items, as in the structure shipment, order, item, pack."""
_TOLD: Final[Mapping[str, str]] = {
    "S": "shipment", "O": "order", "T": "tare", "P": "pack", "Q": "inner pack", "I": "item", "K": "kit",
    "F": "component",
}  # fmt: skip


def level_findings(tree: Loop) -> Iterator[Finding]:
    """What is wrong with the levels of an 856."""
    if tree.id != "856":
        return
    heads = [head for loop in tree.loops("HL") if (head := loop.first("HL")) is not None]
    by_id: dict[str, Segment] = {}
    for head in heads:
        by_id.setdefault(head[1], head)
    if len(by_id) < len(heads):
        # Numbers that repeat are told where the tree is built, and say nothing of who stands in whom.
        return
    parents = {head[2] for head in heads if head[2]}
    if heads and heads[0][3] != "S" and heads[0][3] in _TOLD:
        yield Finding(problems.LEVEL_MISPLACED, heads[0], 3, heads[0][3][:4], "S, the shipment, at the top")
    for head in heads:
        above = by_id.get(head[2])
        if above is not None and above[3] and above[3] in _NEVER_ABOVE.get(head[3], ""):
            yield Finding(problems.LEVEL_MISPLACED, head, 2, head[2][:12], _never(head[3], above[3]))
        wanted = "1" if head[1] in parents else "0"
        if head[4] in ("0", "1") and head[4] != wanted and parents:
            yield Finding(problems.LEVEL_CHILDREN_WRONG, head, 4, head[4], f"{wanted}, by what was sent")


def _never(level: str, above: str) -> str:
    return f"{_TOLD[level]} ({level}) never stands under {_TOLD[above]} ({above})"
