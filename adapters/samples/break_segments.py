"""Breaking the order of segments: unknown, missing, too many, in the wrong place."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from adapters.formats.x12 import problems
from adapters.formats.x12.cursor import Cursor, grammar
from adapters.formats.x12.guide import LoopUse, SetGuide, Use
from adapters.formats.x12.tree import Loop, Segment
from adapters.samples.draft import Draft, Place, Row, Span
from adapters.samples.rule import Rule, picked
from adapters.samples.values import plain_row

_UNKNOWN: Final = ("PQ1", "ZZZ", "QQ", "X9X")
_ELSEWHERE: Final = ("BIG", "BEG", "BAK", "BSN", "BPR", "BCT", "AK9", "SBR")
_COUNTED: Final = frozenset({"SN1", "TDS", "CTT", "QTY", "HL", "LIN", "AMT", "BPR", "TRN"})
"""Segments that counts and sums look at: a second one would be wrong twice."""
_MOST_COPIES: Final = 210
_ENVELOPE: Final = frozenset({"ST", "SE"})


@dataclass(frozen=True, slots=True)
class _Spot:
    """A row, and where in the guide it stands."""

    row: Row
    holder: tuple[Use | LoopUse, ...]
    """The places of the loop around it."""
    loop: Loop


def _spots(draft: Draft, span: Span) -> list[_Spot]:
    """The rows of a set with their loops, as the guide places them."""
    known = grammar(span.guide.id, draft.release)
    assert known is not None  # noqa: S101 - the span has its guide
    cursor = Cursor(known)
    segments = [Segment(row, at, 0, 0) for at, row in enumerate(span.rows, start=1)]
    for segment in segments:
        cursor.place(segment)
    return list(_inside(cursor.root, span.guide.children))


def _inside(loop: Loop, places: tuple[Use | LoopUse, ...]) -> Iterator[_Spot]:
    inner = {place.id: place.children for place in places if isinstance(place, LoopUse)}
    for child in loop.children:
        if isinstance(child, Segment):
            yield _Spot(child.elements, places, loop)
        elif child.id in inner:
            yield from _inside(child, inner[child.id])


def _rank(spot: _Spot) -> tuple[int, Use] | None:
    """The place of a row among those of its loop; None for one that opens the loop."""
    tag = spot.row[0]
    for at, place in enumerate(spot.holder):
        if isinstance(place, Use) and place.tag == tag:
            return None if at == 0 and spot.loop.trail else (at, place)
    return None


def _tags(places: tuple[Use | LoopUse, ...]) -> Iterator[str]:
    for place in places:
        if isinstance(place, LoopUse):
            yield from _tags(place.children)
        else:
            yield place.tag


def _own_tags(guide: SetGuide) -> set[str]:
    return {_id(place) for place in guide.children}


def _somewhere(draft: Draft, rng: random.Random, row: Row) -> Place | None:
    """Puts a row in front of any but the first of a set."""
    spot = picked(rng, [one for span in draft.spans() for one in span.rows[2:]])
    if spot is None:
        return None
    draft.insert(spot, row)
    return Place(row[0], row)


def unknown(draft: Draft, rng: random.Random) -> Place | None:
    """A segment that no standard knows is put in."""
    return _somewhere(draft, rng, [rng.choice(_UNKNOWN), "1", "X"])


def of_another_set(draft: Draft, rng: random.Random) -> Place | None:
    """A segment of another set is put in."""
    own = {tag for span in draft.spans() for tag in _tags(span.guide.children)}
    rows = (plain_row(tag, draft.release, draft.marks) for tag in _ELSEWHERE if tag not in own)
    row = picked(rng, [row for row in rows if row is not None])
    return _somewhere(draft, rng, row) if row else None


def unexpected(draft: Draft, rng: random.Random) -> Place | None:
    """A segment that stands in loops alone comes behind the first one of the set."""
    found = []
    for span in draft.spans():
        deep = sorted(set(_tags(span.guide.children)) - _own_tags(span.guide) - _COUNTED - {"LS", "LE", "MAN"})
        rows = (plain_row(tag, draft.release, draft.marks) for tag in deep)
        found += [(span.rows[2], row) for row in rows if row is not None]
    chosen = picked(rng, found)
    if chosen is None:
        return None
    before, row = chosen
    draft.insert(before, row)
    return Place(row[0], row)


def missing(draft: Draft, rng: random.Random) -> Place | None:
    """A segment that the guide demands is taken out."""
    found = []
    for span in draft.spans():
        spots = _spots(draft, span)
        for before, spot, after in zip(spots, spots[1:], spots[2:], strict=False):
            rank = _rank(spot)
            alone = sum(1 for _ in spot.loop.segments(spot.row[0])) == 1
            # Where the next segment could go on with the loop before, that is where a reader looks on.
            stays = before.loop is not spot.loop and after.row[0] in _reach(span.guide.children, before.loop)
            if rank is not None and rank[1].required and alone and not stays and spot.row[0] not in _ENVELOPE:
                found.append(spot.row)
    row = picked(rng, found)
    return Place(row[0], draft.remove(row)) if row is not None else None


def _reach(places: tuple[Use | LoopUse, ...], loop: Loop) -> Iterator[str]:
    """What may stand in a loop and in the loops around it, the set itself left out."""
    for step in _steps(loop):
        id = step.partition("[")[0]
        places = next(place.children for place in places if isinstance(place, LoopUse) and place.id == id)
        yield from map(_id, places)


def too_often(draft: Draft, rng: random.Random) -> Place | None:
    """A segment is repeated beyond its limit."""
    found = []
    for span in draft.spans():
        for spot in _spots(draft, span):
            rank = _rank(spot)
            if rank is None or spot.row[0] in _COUNTED | _ENVELOPE:
                continue
            limit = rank[1].max
            same = [row.elements for row in spot.loop.segments(spot.row[0])]
            if limit is not None and limit <= _MOST_COPIES and same[-1] is spot.row:
                found.append((spot.row, limit + 1 - len(same)))
    chosen = picked(rng, found)
    if chosen is None:
        return None
    row, more = chosen
    copies = [list(row) for _ in range(more)]
    draft.insert_after(row, *copies)
    return Place(row[0], copies[-1])


def loop_too_often(draft: Draft, rng: random.Random) -> Place | None:
    """A loop is repeated beyond its limit, one of the smallest of the set, with its first segment alone."""
    found: list[tuple[int, Row, list[Row]]] = []
    for span in draft.spans():
        top = [spot.row for spot in _spots(draft, span) if _is_top(spot)]
        order = {_id(place): at for at, place in reversed(list(enumerate(span.guide.children)))}
        for at, place in enumerate(span.guide.children):
            limit = place.max if isinstance(place, LoopUse) and _opens_alone(place) else None
            row = plain_row(_id(place), draft.release, draft.marks)
            before = next((one for one in top if order.get(one[0], -1) > at), None)
            if limit is not None and limit <= _MOST_COPIES and row is not None and before is not None:
                more = limit + 1 - sum(one[0] == row[0] for one in top)
                found.append((limit, before, [list(row) for _ in range(more)]))
    least = min((limit for limit, _, _ in found), default=0)
    chosen = picked(rng, [entry for entry in found if entry[0] == least])
    if chosen is None:
        return None
    _, before_row, copies = chosen
    draft.insert(before_row, *copies)
    return Place(copies[-1][0], copies[-1])


def _opens_alone(place: LoopUse) -> bool:
    """Whether the first segment of a loop may stand without others, and nothing counts it."""
    return place.id not in _COUNTED and not any(inner.required for inner in place.children[1:])


def _id(place: Use | LoopUse) -> str:
    return place.id if isinstance(place, LoopUse) else place.tag


def _is_top(spot: _Spot) -> bool:
    """Whether the row stands in the set itself, or opens one of its own loops."""
    opens = next(spot.loop.segments()).elements is spot.row
    return not spot.loop.trail or (len(_steps(spot.loop)) == 1 and opens)


def _steps(loop: Loop) -> list[str]:
    return loop.path.split("/") if loop.path else []


def out_of_order(draft: Draft, rng: random.Random) -> Place | None:
    """Two segments of one loop change places, so that the first comes too late."""
    found = []
    for span in draft.spans():
        spots = _spots(draft, span)
        for first, second in pairwise(spots):
            early, late = _rank(first), _rank(second)
            if first.loop is not second.loop or early is None or late is None:
                continue
            alone = sum(1 for _ in first.loop.segments(first.row[0])) == 1
            later = any(_id(place) == first.row[0] for place in first.holder[late[0] + 1 :])
            further = bool(first.loop.trail) and first.row[0] in _own_tags(span.guide)
            if (
                early[0] < late[0]
                and alone
                and not (later or further or early[1].required)
                and not (_ENVELOPE & {first.row[0], second.row[0]})
            ):
                found.append((first.row, second.row))
    chosen = picked(rng, found)
    if chosen is None:
        return None
    early_row, late_row = chosen
    draft.remove(early_row)
    draft.insert_after(late_row, early_row)
    return Place(early_row[0], early_row)


def loop_not_closed(draft: Draft, rng: random.Random) -> Place | None:
    """LS and a lead time come at the end of a line, and no LE."""
    found: list[Row] = []
    for span in draft.spans():
        spots = _spots(draft, span)
        for place in span.guide.children:
            tags = [_id(inner) for inner in place.children] if isinstance(place, LoopUse) else []
            if "LS" in tags and tags.index("LS") < len(tags) - 1 and tags[tags.index("LS") + 1] == "LDT":
                found += _ends(spots, _id(place), tags[: tags.index("LS")])
    row = picked(rng, found)
    lead = plain_row("LDT", draft.release, draft.marks)
    if row is None or lead is None:
        return None
    opening = ["LS", "LDT"]
    draft.insert_after(row, opening, lead)
    return Place("LE", draft.rows[draft.index(lead) + 1])


def _ends(spots: list[_Spot], loop: str, allowed: list[str]) -> Iterator[Row]:
    """The last rows of the occurrences of a loop in which nothing stands but the allowed segments and loops."""
    by_path: dict[str, list[_Spot]] = {}
    for spot in spots:
        path = _steps(spot.loop)
        if path and path[0].partition("[")[0] == loop:
            by_path.setdefault(path[0], []).append(spot)
    for inside in by_path.values():
        tags = {(_steps(spot.loop)[1:] or [spot.row[0]])[0].partition("[")[0] for spot in inside}
        if tags <= set(allowed):
            yield inside[-1].row


def segment_rules() -> Iterator[Rule]:
    """The rules for the segments of a set, in the order of the table of docs/acknowledgments.md."""
    yield Rule("unknown-segment", problems.UNKNOWN_SEGMENT, "a segment that no standard knows is put in", unknown)
    yield Rule("unexpected-segment", problems.UNEXPECTED_SEGMENT, "a segment stands where the set has none",
               unexpected)  # fmt: skip
    yield Rule("mandatory-segment", problems.SEGMENT_MISSING, "a mandatory segment is left out", missing)
    yield Rule("loop-too-often", problems.LOOP_TOO_OFTEN, "a loop repeats beyond its limit", loop_too_often)
    yield Rule("segment-too-often", problems.SEGMENT_TOO_OFTEN, "a segment repeats beyond its limit", too_often)
    yield Rule("segment-of-another-set", problems.SEGMENT_NOT_IN_SET, "a segment of another set is put in",
               of_another_set)  # fmt: skip
    yield Rule("segment-out-of-order", problems.SEGMENT_OUT_OF_ORDER, "two segments have changed places", out_of_order)
    yield Rule("loop-not-closed", problems.LOOP_TRAILER_MISSING, "LS opens a loop and LE is missing", loop_not_closed)
