"""Loops between LS and LE: once LS was sent, LE must follow.

The guides have both as optional segments around their loop, because whether LE is missing depends on LS.
Source: X12.6, control segments LS and LE.
"""

from collections.abc import Iterator, Sequence

from adapters.formats.x12 import problems
from adapters.formats.x12.cursor import StructureFault
from adapters.formats.x12.tree import Loop, Segment


def unclosed_loops(tree: Loop, segments: Sequence[Segment]) -> Iterator[StructureFault]:
    """An LE that is missing, at each place where it should stand; ``segments`` are those of the tree in order.

    One that stands at the wrong place is not missing; its place is told by the cursor.
    """
    bounds = [segment for segment in segments if segment.elements[0] in ("LS", "LE")]
    if any(segment.elements[0] == "LS" for segment in bounds):
        for fault, opened in _in_loop(tree, segments):
            if not _closed(opened, bounds):
                yield fault


def _closed(opened: Segment, bounds: Sequence[Segment]) -> bool:
    """Whether an LE of the same id comes before its LS comes again."""
    following = (segment for segment in bounds if segment.index > opened.index and segment[1] == opened[1])
    return next((segment.elements[0] for segment in following), "") == "LE"


def _in_loop(loop: Loop, segments: Sequence[Segment]) -> Iterator[tuple[StructureFault, Segment]]:
    opened: Segment | None = None
    inside: str | None = None
    """The loop that LS stands around, once its first occurrence has come."""
    for child in loop.children:
        tag = child.id if isinstance(child, Loop) else child.elements[0]
        if opened is not None:
            if isinstance(child, Loop) and inside in (None, tag):
                inside = tag
            else:
                if tag != "LE":
                    yield _missing(opened, _first(child), loop), opened
                opened = inside = None
        if isinstance(child, Loop):
            yield from _in_loop(child, segments)
        elif tag == "LS":
            opened = child
    if opened is not None:
        yield _missing(opened, _after(loop, segments), loop), opened


def _missing(opened: Segment, place: Segment, loop: Loop) -> StructureFault:
    told = f"LE to close LS*{opened[1][:10]}"
    return StructureFault(problems.LOOP_TRAILER_MISSING, "LE", place.index, place, loop.path, told)


def _first(node: Loop | Segment) -> Segment:
    while isinstance(node, Loop):
        node = node.children[0]
    return node


def _after(loop: Loop, segments: Sequence[Segment]) -> Segment:
    """The segment behind a loop, which stands where the missing one should; else the loop's last."""
    node: Loop | Segment = loop
    while isinstance(node, Loop):
        node = node.children[-1]
    return next((segment for segment in segments if segment.index > node.index), node)
