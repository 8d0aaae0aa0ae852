"""A partner's verdict on a functional group: X12 997, and 999 with its IK segments, to canonical."""

from adapters.formats.x12.guide import code_name
from adapters.formats.x12.tree import Loop, Segment
from adapters.mappings import x12_words as words
from adapters.mappings.context import X12Context
from adapters.mappings.problems import NUMBER_NOT_UNDERSTOOD
from adapters.mappings.x12_sections import ENVELOPE, ReadLoop, Section, fill, hand_over, keep_loop, put, rule
from adapters.mappings.x12_values import count
from canonical.parts import Plain

_MANY = range(5, 100)
"""Codes from here on: the standard allows five, some senders more."""


def _read_codes(segment: Segment, start: int, found: Plain, number: str) -> None:
    """The codes from an element on, and what each means in words; ``number`` is their list."""
    codes = [code for code in segment.elements[start:] if code]
    found["codes"] = codes
    found["reasons"] = [_reason(number, code) for code in codes]


def _reason(number: str, code: str) -> str:
    return code_name(number, code) or "other"


def _read_group(segment: Segment, answer: Plain, _context: X12Context) -> bool:
    """AK1: 01 functional id, 02 control number, 03 release of the acknowledged group."""
    if "number" in answer:
        return True
    for name, value in zip(("functional_id", "number", "release"), segment.elements[1:4], strict=False):
        if value:
            answer[name] = value
    return False


def _read_group_verdict(segment: Segment, answer: Plain, context: X12Context) -> bool:
    """AK9: 01 verdict, 02-04 how many sets were claimed, received, accepted, from 05 codes."""
    code = segment[1]
    if not code or "status_code" in answer:
        return True
    answer["status"] = words.VERDICTS.get(code, "other")
    answer["status_code"] = code
    answer["claimed"] = count(segment, 2, context)
    answer["received"] = count(segment, 3, context)
    answer["accepted"] = count(segment, 4, context)
    _read_codes(segment, 5, answer, "716")
    return False


def _read_set(segment: Segment, found: Plain, _context: X12Context) -> bool:
    """AK2: 01 set id, 02 control number, 03 implementation."""
    for name, value in zip(("message_type", "control_number", "implementation"), segment.elements[1:4], strict=False):
        if value:
            found[name] = value
    return False


def _read_set_verdict(segment: Segment, found: Plain, _context: X12Context) -> bool:
    """AK5 or IK5: 01 verdict, from 02 codes."""
    code = segment[1]
    if not code or "status_code" in found:
        return True
    found["status"] = words.VERDICTS.get(code, "other")
    found["status_code"] = code
    _read_codes(segment, 2, found, "718" if segment.tag == "AK5" else "618")
    return False


def _read_segment(segment: Segment, found: Plain, context: X12Context) -> bool:
    """AK3 or IK3: 01 segment id, 02 its position, 03 its loop, from 04 codes."""
    position = count(segment, 2, context)
    if position is None or not segment[1]:
        return True
    found["segment"] = segment[1]
    found["position"] = position
    found["loop"] = segment[3] or None
    _read_codes(segment, 4, found, "720" if segment.tag == "AK3" else "620")
    return False


def _read_element(segment: Segment, found: Plain, context: X12Context) -> bool:
    """AK4 or IK4: 01 element, component and repetition, 02 data element, 03 code, 04 copy of the value."""
    place = _place(segment[1], context)
    if not segment[3] or place is None:
        if segment[1]:
            context.report(NUMBER_NOT_UNDERSTOOD, segment, 1)
        return True
    if place["element"] is None:
        return True
    put(
        found,
        "elements",
        {
            **place,
            "element_number": segment[2] or None,
            "code": segment[3],
            "reason": _reason("723" if segment.tag == "AK4" else "621", segment[3]),
            "value": segment[4] or None,
        },
    )
    return False


def _place(text: str, context: X12Context) -> dict[str, int | None] | None:
    """A position in a segment (C030): element, component, repetition; None where one is no number."""
    places = text.split(context.delimiters.component)
    if len(places) > 3 or not all(place == "" or _is_count(place) for place in places):
        return None
    numbers = [int(place) if place else None for place in places] + [None, None]
    return {"element": numbers[0], "component": numbers[1], "repetition": numbers[2]}


def _read_context(segment: Segment, found: Plain, context: X12Context) -> bool:
    """CTX: 01 what by name and value, many times; 02-04 segment, position, loop; 05 element; 06 data elements."""
    marks = context.delimiters
    identifiers = []
    for text in segment[1].split(marks.repetition) if marks.repetition else [segment[1]]:
        name, _, value = text.partition(marks.component)
        if name:
            identifiers.append({"name": name, "value": value or None})
    before = len(context.findings)
    position = count(segment, 3, context)
    place = _place(segment[5], context) if segment[5] else {}
    if place is None:
        context.report(NUMBER_NOT_UNDERSTOOD, segment, 5)
    numbers = segment[6].split(marks.component)
    if len(context.findings) > before or place is None or len(numbers) > 2:
        return True
    entry = {
        "identifiers": identifiers,
        "segment": segment[2] or None,
        "position": position,
        "loop": segment[4] or None,
        **place,
        "element_number": numbers[0] or None,
        "component_number": numbers[1] or None if len(numbers) > 1 else None,
    }
    put(found, "contexts", entry)
    return False


def _is_count(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 6


_SEGMENT_RULE = rule(_read_segment, 1, 2, 3, 4, *_MANY)
_ELEMENT_RULE = rule(_read_element, 1, 2, 3, 4)
_SET_VERDICT = rule(_read_set_verdict, 1, 2, 3, 4, *_MANY)

_CONTEXT_RULE = rule(_read_context, 1, 2, 3, 4, 5, 6)

_ELEMENT_LOOP = Section({"IK4": _ELEMENT_RULE, "CTX": _CONTEXT_RULE})


def _read_element_loop(loop: Loop, found: Plain, context: X12Context) -> None:
    """The IK4 loop into the segment's ``elements``, with what its fault has to do with."""
    part: Plain = {}
    fill(loop, part, _ELEMENT_LOOP, context, inner=True)
    hand_over(part, found)
    entry = next(iter(part.get("elements", ())), None)
    contexts = part.get("contexts")
    if entry is None:
        found.setdefault("contexts", []).extend(contexts or ())
        return
    if contexts:
        entry["contexts"] = contexts
    put(found, "elements", entry)


_SEGMENT_LOOP = Section(
    {
        "AK3": _SEGMENT_RULE,
        "IK3": _SEGMENT_RULE,
        "AK4": _ELEMENT_RULE,
        "IK4": _ELEMENT_RULE,
        "CTX": _CONTEXT_RULE,
    },
    {"IK4": _read_element_loop},
)


def _read_segment_loop(loop: Loop, found: Plain, context: X12Context) -> None:
    """The AK3 or IK3 loop into the set's ``segments``; one that names no segment is kept whole."""
    error: Plain = {}
    fill(loop, error, _SEGMENT_LOOP, context, inner=True)
    if "segment" in error:
        hand_over(error, found)
        put(found, "segments", error)
    else:
        keep_loop(found, loop)


_SET_LOOPS: dict[str, ReadLoop] = {"AK3": _read_segment_loop, "IK3": _read_segment_loop}
_SET = Section({"AK2": rule(_read_set, 1, 2, 3), "AK5": _SET_VERDICT, "IK5": _SET_VERDICT}, _SET_LOOPS)


def _read_set_loop(loop: Loop, answer: Plain, context: X12Context) -> None:
    """The AK2 loop into ``sets``."""
    found: Plain = {}
    fill(loop, found, _SET, context, inner=True)
    hand_over(found, answer)
    put(answer, "sets", found)


_ANSWER = Section(
    {
        "ST": ENVELOPE,
        "SE": ENVELOPE,
        "AK1": rule(_read_group, 1, 2, 3),
        "AK9": rule(_read_group_verdict, 1, 2, 3, 4, *_MANY),
    },
    {"AK2": _read_set_loop},
)


def functional_acknowledgment(tree: Loop, context: X12Context) -> Plain:
    """The verdict in a 997 or 999; ``number`` is the control number of the group it is about."""
    answer: Plain = {}
    fill(tree, answer, _ANSWER, context)
    return answer
