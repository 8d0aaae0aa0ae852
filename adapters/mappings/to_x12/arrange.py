"""Puts what was built in the order of the guide, and what reading kept back at its place.

A part's children are ordered by their place in the guide of the release, those of one place as they were added; a row
whose segment opens a loop there becomes a loop. What the guide has no place for is told.

What reading kept is a segment as it was sent, with the loop where it stood. Often a part of it also stands in fields
(a segment is kept whole as soon as one of its elements has no field), so the row that those fields make is looked for
and replaced: it is the one whose elements all stand in the kept segment, with the most of them.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final, TypeVar

from adapters.formats.x12.guide import LoopUse, SetGuide, Use
from adapters.mappings.to_x12.characters import COMPONENT_MARKS
from adapters.mappings.to_x12.parts import Part, Row
from adapters.mappings.x12_values import decimal_text, implied_text, iso_date

_STEP: Final = re.compile(r"([A-Z0-9]{2,3})\[([0-9]{1,9})\]", re.ASCII).fullmatch
_JOINED: Final = {"TD3": ((2, 3), ""), "CAD": ((2, 3), ""), "MTX": ((2, 3), " "), "NTE": ((2, 3), " ")}
"""Segments in which reading makes one text of two elements, and what it puts between them."""
_IMPLIED: Final = frozenset({("SAC", 5), ("ITD", 8)})
"""Elements with two implied decimals."""
_ELSEWHERE: Final = {("DTM", 2): 6}
"""Elements whose field is read from another one where they are empty."""
_UNITS: Final = frozenset({("CTP", 5), ("MEA", 4), ("POC", 5), ("QTY", 3), ("RCD", 3), ("RCD", 5), ("SLN", 5)})
"""Elements that are a composite unit (C001), of which fields hold the first component."""
_PAIRS: Final = {"PO1": 6, "IT1": 6, "POC": 8, "SLN": 9, "LIN": 2, "ACK": 7}
"""The element from which pairs of qualifier and number stand, of which reading takes those that have a number."""
_ONCE: Final = frozenset({"CTT"})
"""Loops of which there is one: what fields say of it and what was kept of it are one segment."""
_ENVELOPE: Final = frozenset({"ST", "SE"})
"""Segments of the set's envelope, which is written around what a document says and never taken from it."""
_MESSAGE, _TEXT = "MSG", "MTX"

Guide = Use | LoopUse
_Candidate = TypeVar("_Candidate")


def misshapen(value: Any, path: str = "") -> Iterator[str]:
    """The paths of extensions in a document's plain data that are no segments of a transaction set."""
    if isinstance(value, dict):
        for name, inner in value.items():
            here = f"{path}.{name}" if path else name
            if name != "extensions":
                yield from misshapen(inner, here)
            elif isinstance(inner, dict) and not _are_segments(inner.get("x12", [])):
                yield here
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from misshapen(inner, f"{path}[{index}]")


def _are_segments(kept: Any) -> bool:
    return isinstance(kept, list) and all(
        isinstance(entry, dict)
        and isinstance(entry.get("segment"), str)
        and isinstance(entry.get("loop", ""), str)
        and isinstance(entry.get("elements"), list)
        and all(isinstance(element, str) for element in entry["elements"])
        for entry in kept
    )


class Misplaced(ValueError):  # noqa: N818
    """An entry of the extensions names a loop that cannot be; the text names no content."""


def arrange(root: Part, guide: SetGuide) -> list[Row]:
    """Orders the whole set in place, and tells the rows that the guide has no place for."""
    restore(root)
    return list(_order(root, guide.children))


def _order(part: Part, places: tuple[Guide, ...]) -> Iterator[Row]:
    """Orders one part and those inside; yields what has no place."""
    ranks: dict[str, int] = {}
    for rank, place in enumerate(places):
        ranks.setdefault(_tag(place), rank)
    placed: list[tuple[int, Row | Part]] = []
    for child in part.children:
        tag = child.tag if isinstance(child, Row) else child.id
        rank = -1 if tag in _ENVELOPE else ranks.get(tag, -1)
        if rank < 0:
            yield from (child.rows() if isinstance(child, Part) else (child,))
            continue
        place = places[rank]
        if isinstance(place, LoopUse):
            loop = child if isinstance(child, Part) else Part.of(child)
            yield from _order(loop, place.children[1:])
            placed.append((rank, loop))
        elif isinstance(child, Part):
            # A loop elsewhere, a lone segment here: what stands in it belongs to the loop around.
            if child.head is not None:
                placed.append((rank, child.head))
            for inner in child.children:
                other = ranks.get(inner.tag if isinstance(inner, Row) else inner.id, -1)
                if other < 0:
                    yield from (inner.rows() if isinstance(inner, Part) else (inner,))
                else:
                    placed.append((other, inner))
        else:
            placed.append((rank, child))
    placed.sort(key=lambda pair: pair[0])
    part.children = [child for _, child in placed]


def _tag(place: Guide) -> str:
    return place.id if isinstance(place, LoopUse) else place.tag


def restore(part: Part) -> None:
    """Puts back what reading kept of a part and of all parts inside it."""
    for child in part.children:
        if isinstance(child, Part):
            restore(child)
    loops: dict[tuple[str, ...], Part] = {(): part}
    entries = [_entry(kept, part) for kept in part.kept]
    heads = {steps: made for steps, made in entries if steps and made.tag == _step(steps[-1])[0]}
    for steps, made in entries:
        for end in range(1, len(steps) + 1):
            if steps[:end] not in loops:
                loops[steps[:end]] = _loop(loops[steps[: end - 1]], steps[end - 1], heads.get(steps[:end]), loops)
        home = loops[steps]
        if heads.get(steps) is made:
            home.head = _merged(home.head, made) if home.id in _ONCE and home.head is not None else made
        elif heads.get(steps) is not None and made.tag == home.id:
            raise Misplaced
        else:
            _put_row(home, made, part)
    part.kept = []


def _entry(kept: Mapping[str, Any], part: Part) -> tuple[tuple[str, ...], Row]:
    """The steps from the part to the loop where the segment stood, and its row."""
    tag, elements, loop = kept["segment"], kept["elements"], kept.get("loop", "")
    steps = tuple(loop.split("/")) if loop else ()
    at = f"{part.at}.extensions" if part.at else "extensions"
    return steps[part.depth :], Row([tag, *elements], at, kept=True)


def _step(text: str) -> tuple[str, int]:
    match = _STEP(text)
    if match is None:
        raise Misplaced
    return match.group(1), int(match.group(2))


def _loop(home: Part, step: str, head: Row | None, loops: Mapping[tuple[str, ...], Part]) -> Part:
    """The inner loop that a step leads to: the one that fields made, or a new one at its occurrence."""
    tag, occurrence = _step(step)
    taken = {id(loop) for loop in loops.values()}
    home.children = [
        Part.of(child) if isinstance(child, Row) and child.tag == tag and not child.kept else child
        for child in home.children
    ]
    same = [child for child in home.children if isinstance(child, Part) and child.id == tag]
    if head is not None:
        found = _best(head, ((loop, loop.head) for loop in same if id(loop) not in taken and loop.head is not None))
        if found is not None:
            return found
        if tag in _ONCE and same:
            return same[0]
    elif same:
        return same[min(occurrence, len(same)) - 1]
    made = Part(tag, head or Row([tag], home.at, kept=True), at=home.at)
    before = same[occurrence - 1] if 1 <= occurrence <= len(same) else None
    at = next((at for at, child in enumerate(home.children) if child is before), len(home.children))
    home.children.insert(at, made)
    return made


def _put_row(home: Part, kept: Row, owner: Part) -> None:
    """Replaces the row that fields made of the same segment, or adds the kept one."""
    tag = kept.tag
    if home.head is not None and home.head.tag == tag and not home.head.kept:
        home.head = _merged(home.head, kept)
        return
    alike = (tag, _TEXT if tag == _MESSAGE else _MESSAGE if tag == _TEXT else tag)
    rows = [child for child in home.children if isinstance(child, Row) and child.tag in alike and not child.kept]
    found = _best(kept, ((row, row) for row in rows))
    if found is not None:
        _replace(home, found, kept)
        return
    loops = [child for child in home.children if isinstance(child, Part) and child.id == tag]
    opened = _best(kept, ((loop, loop.head) for loop in loops if loop.head is not None and not loop.head.kept))
    if opened is not None:
        opened.head = kept
        return
    if (home.id, tag) == ("PID", "MEA"):
        # Measures under a description are read into the line's own.
        rows = [child for child in owner.children if isinstance(child, Row) and child.tag == tag and not child.kept]
        stray = _best(kept, ((row, row) for row in rows))
        owner.children = [child for child in owner.children if child is not stray]
    home.children.append(kept)


def _replace(home: Part, made: Row, kept: Row) -> None:
    home.children = [kept if child is made else child for child in home.children]


def _merged(made: Row, kept: Row) -> Row:
    """The kept segment, with what the fields say now where they say something else."""
    if _held(made, kept) is not None:
        return kept
    width = max(len(made.elements), len(kept.elements))
    texts = [made.tag]
    for position in range(1, width):
        own = made.elements[position] if position < len(made.elements) and position not in made.assumed else ""
        texts.append(own or (kept.elements[position] if position < len(kept.elements) else ""))
    return Row(texts, made.at, made.names, made.assumed, made.cannot)


def _best(kept: Row, candidates: Iterable[tuple[_Candidate, Row]]) -> _Candidate | None:
    """The candidate whose row has the most elements, all of which the kept segment has too; the first of equals."""
    best: _Candidate | None = None
    most = -1
    for candidate, made in candidates:
        held = None if made.kept else _held(made, kept)
        if held is not None and held > most:
            best, most = candidate, held
    return best


def _held(made: Row, kept: Row) -> int | None:
    """How many elements of the made row stand in the kept one; None where one does not."""
    own, sent = _joined(made.elements, kept.tag), _joined(kept.elements, kept.tag)
    count = 0
    for position, text in enumerate(own[1:], start=1):
        if not text or position in made.assumed:
            continue
        there = sent[position] if position < len(sent) else ""
        other = _ELSEWHERE.get((kept.tag, position), 0)
        if not there and other and other < len(sent):
            there = sent[other]
        if not _same(text, there, (kept.tag, position)):
            return None
        count += 1
    return count


def _joined(elements: list[str], tag: str) -> list[str]:
    """The elements with those joined that reading joins, and a message of either segment told as ``tag``."""
    if elements[0] == _TEXT and tag == _MESSAGE:
        return [tag, " ".join(filter(None, elements[2:4])), *elements[1:2]] if not elements[1] else elements
    if elements[0] == _MESSAGE and tag == _TEXT:
        return [tag, "", *elements[1:2]]
    if tag in _PAIRS:
        start = _PAIRS[tag]
        pairs = zip(elements[start::2], elements[start + 1 :: 2], strict=False)
        return elements[:start] + [text for pair in pairs if pair[1] for text in pair]
    if tag not in _JOINED:
        return elements
    (first, second), between = _JOINED[tag]
    if len(elements) <= second:
        return elements
    both = between.join(filter(None, (elements[first], elements[second])))
    return [*elements[:first], both, "", *elements[second + 1 :]]


def _same(text: str, sent: str, place: tuple[str, int]) -> bool:
    """Whether reading makes the same of both: numbers with and without a leading zero, dates of two lengths."""
    if text == sent:
        return True
    if not sent:
        return False
    if place in _IMPLIED:
        return implied_text(text) is not None and implied_text(text) == implied_text(sent)
    if place in _UNITS and sent.startswith(text) and sent[len(text)] in COMPONENT_MARKS:
        return True
    number = decimal_text(text, exponent=True)
    other = decimal_text(sent, exponent=True)
    if number is not None and other is not None and number.lstrip("0") == other.lstrip("0"):
        return True
    day = iso_date(text)
    return day is not None and day == iso_date(sent)
