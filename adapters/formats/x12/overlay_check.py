"""Checking a transaction set against what its partner agreed on beyond the standard.

It works on the tree that the cursor built, after the standard's own checks, and only for partners that have rules.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from adapters.formats.x12 import problems
from adapters.formats.x12.cursor import StructureFault
from adapters.formats.x12.element_check import Fault
from adapters.formats.x12.element_check import Place as ValuePlace
from adapters.formats.x12.guide import ElementUse, LoopUse, SetGuide, Use, segment_guide
from adapters.formats.x12.tree import Delimiters, Loop, Segment
from adapters.overlay import Place, SetOverlay, Step, X12Overlay, place_of
from adapters.overlay_pattern import compile_value_pattern, meets
from canonical.problem import ProblemKind

_QUALIFIER_OF_LEVELS = 3
"""HL03 tells what a level is; every other segment has its qualifier in 01."""
_CODES_TOLD = 8


@dataclass(frozen=True, slots=True)
class _ElementRule:
    """What one element must be."""

    place: Place
    kind: Literal["require", "forbid", "codes", "pattern"]
    codes: frozenset[str] = frozenset()
    pattern: re.Pattern[str] | None = None


@dataclass(frozen=True, slots=True)
class _UseRule:
    """How often a segment or loop may stand in each of the loops around it."""

    step: Step
    least: int
    most: int | None


class SetRules:
    """The rules of one partner for one kind of transaction set, made ready for use."""

    def __init__(self, overlay: X12Overlay, own: SetOverlay, release: str) -> None:
        self._release = release
        self._aliases = overlay.aliases
        self._codes = {place_of(name): frozenset(codes) for name, codes in own.codes.items()}
        self._anywhere: dict[str, list[_ElementRule]] = {}
        self._inside: dict[tuple[Step, ...], list[_ElementRule]] = {}
        self._uses: dict[tuple[Step, ...], list[_UseRule]] = {}
        for rule in self._element_rules(own):
            if len(rule.place.steps) > 1:
                self._inside.setdefault(rule.place.steps[:-1], []).append(rule)
            else:
                self._anywhere.setdefault(rule.place.last.tag, []).append(rule)
        for name in own.require:
            self._add_use(place_of(name), 1, None)
        for name in own.forbid:
            self._add_use(place_of(name), 0, 0)
        for name, most in own.max_uses.items():
            self._add_use(place_of(name), 0, most)

    def _element_rules(self, own: SetOverlay) -> Iterator[_ElementRule]:
        yield from (_ElementRule(place, "require") for place in map(place_of, own.require) if place.element)
        yield from (_ElementRule(place, "forbid") for place in map(place_of, own.forbid) if place.element)
        yield from (_ElementRule(place, "codes", codes=codes) for place, codes in self._codes.items())
        for name, text in own.patterns.items():
            yield _ElementRule(place_of(name), "pattern", pattern=compile_value_pattern(text))

    def _add_use(self, place: Place, least: int, most: int | None) -> None:
        if place.element is None:
            self._uses.setdefault(place.steps[:-1], []).append(_UseRule(place.last, least, most))

    def agreed(self, segment: Segment, fault: Fault) -> bool:
        """Whether a fault of the standard is none here: the value is an alias, or a code that was agreed on."""
        if fault.use is None or fault.kind not in _OF_CODES or fault.found is None:
            return False
        if fault.found in self._aliases.get(fault.use.element.number, ()):
            return True
        return any(
            fault.found in codes
            and place.last.tag == segment.tag
            and (place.element, place.component) == (fault.element, fault.component)
            for place, codes in self._codes.items()
        )

    def uses(self, root: Loop) -> Iterator[StructureFault]:
        """Segments and loops that are missing, forbidden or too many."""
        for around, rules in self._uses.items():
            for loop in _loops(root, around):
                yield from self._uses_in(loop, rules)

    @staticmethod
    def _uses_in(loop: Loop, rules: Sequence[_UseRule]) -> Iterator[StructureFault]:
        counts = Counter(_id(child) for child in loop.children)
        for rule in rules:
            count = counts[rule.step.tag]
            if not (count < rule.least or (rule.most is not None and count > rule.most) or rule.step.code):
                continue
            found = [child for child in loop.children if _is(child, rule.step)]
            if len(found) < rule.least:
                head = next(loop.segments())
                told = f"{rule.step.tag} with {rule.step.code}" if rule.step.code else rule.step.tag
                yield StructureFault(problems.PARTNER_SEGMENT_MISSING, rule.step.tag, head.index, head, loop.path, told)
            if rule.most is None:
                continue
            for child in found[rule.most :]:
                yield _too_many(child, loop, rule.most)

    def elements(self, root: Loop, delimiters: Delimiters) -> list[tuple[Segment, str, Fault]]:
        """What is wrong in elements, in their order, each with its segment and the path of the loop around."""
        return sorted(self._elements(root, delimiters), key=lambda each: (each[0].index, each[2].element))

    def _elements(self, root: Loop, delimiters: Delimiters) -> Iterator[tuple[Segment, str, Fault]]:
        if self._anywhere:
            for segment, path in _walk(root):
                for rule in self._anywhere.get(segment.elements[0], ()):
                    yield from self._element(segment, path, rule, delimiters)
        for around, rules in self._inside.items():
            for loop in _loops(root, around):
                for child in loop.children:
                    segment, path = _head(child, loop)
                    for rule in rules:
                        if rule.place.last.tag == segment.elements[0]:
                            yield from self._element(segment, path, rule, delimiters)

    def _element(
        self, segment: Segment, path: str, rule: _ElementRule, delimiters: Delimiters
    ) -> Iterator[tuple[Segment, str, Fault]]:
        place = rule.place
        assert place.element is not None  # noqa: S101 - a rule of an element has one
        if place.last.code is not None and not _qualified(segment, place.last.code):
            return
        text = segment[place.element]
        if not text and rule.kind != "require":
            return
        use = use_of(place, self._release)
        if use is None:
            return
        values = text.split(delimiters.repetition) if delimiters.repetition and use.repeats > 1 else [text]
        for number, value in enumerate(values, 1):
            part = value
            if place.component is not None:
                parts = value.split(delimiters.component)
                part = parts[place.component - 1] if place.component <= len(parts) else ""
            here = ValuePlace(use, place.element, place.component, number if len(values) > 1 else None)
            if fault := _fault(rule, here, part):
                yield segment, path, fault


_OF_CODES = (problems.BAD_CODE, problems.TOO_SHORT, problems.TOO_LONG)


def _fault(rule: _ElementRule, here: ValuePlace, value: str) -> Fault | None:
    kind: ProblemKind
    match rule.kind:
        case "require" if not value.strip(" "):
            kind, expected, found = problems.PARTNER_ELEMENT_MISSING, here.use.element.name, None
        case "forbid" if value:
            kind, expected, found = problems.PARTNER_ELEMENT_FORBIDDEN, "nothing", value
        case "codes" if value and value not in rule.codes:
            codes = sorted(rule.codes)
            more = ", …" if len(codes) > _CODES_TOLD else ""
            told = f"one of {', '.join(codes[:_CODES_TOLD])}{more}"
            kind, expected, found = problems.PARTNER_CODE_NOT_AGREED, told, value
        case "pattern" if value and rule.pattern is not None and not meets(rule.pattern, value):
            told = f"a value of the form {rule.pattern.pattern}"
            kind, expected, found = problems.PARTNER_PATTERN_NOT_MET, told, value
        case _:
            return None
    return here.fault(kind, kind.severity, found, expected)


def _too_many(child: Segment | Loop, loop: Loop, most: int) -> StructureFault:
    segment, path = _head(child, loop)
    often = problems.PARTNER_LOOP_TOO_OFTEN if isinstance(child, Loop) else problems.PARTNER_SEGMENT_TOO_OFTEN
    kind = often if most else problems.PARTNER_SEGMENT_FORBIDDEN
    expected = f"at most {most}" if most else "none"
    return StructureFault(kind, segment.elements[0], segment.index, segment, path, expected)


def _head(child: Segment | Loop, around: Loop) -> tuple[Segment, str]:
    """The segment, or the one that opens the loop, and the path of the innermost loop that it stands in."""
    return (next(child.segments()), child.path) if isinstance(child, Loop) else (child, around.path)


def _id(child: Segment | Loop) -> str:
    return child.id if isinstance(child, Loop) else child.elements[0]


def _is(child: Segment | Loop, step: Step) -> bool:
    if _id(child) != step.tag:
        return False
    if step.code is None:
        return True
    return _qualified(_head(child, child)[0] if isinstance(child, Loop) else child, step.code)


def _qualified(segment: Segment, code: str) -> bool:
    return segment[_QUALIFIER_OF_LEVELS if segment.elements[0] == "HL" else 1] == code


def _loops(root: Loop, steps: Sequence[Step]) -> Iterator[Loop]:
    """The loops that a way from the top of the set leads to."""
    if not steps:
        yield root
        return
    for child in root.children:
        if isinstance(child, Loop) and _is(child, steps[0]):
            yield from _loops(child, steps[1:])


def _walk(loop: Loop) -> Iterator[tuple[Segment, str]]:
    for child in loop.children:
        if isinstance(child, Loop):
            yield from _walk(child)
        else:
            yield child, loop.path


@lru_cache(maxsize=1024)
def set_rules(overlay: X12Overlay, set_id: str, release: str) -> SetRules | None:
    """The rules for a kind of transaction set; None where nothing was agreed on it."""
    own = overlay.sets.get(set_id)
    if own is None and not overlay.aliases:
        return None
    return SetRules(overlay, own or SetOverlay(), release)


def use_of(place: Place, release: str) -> ElementUse | None:
    """The element, or component, that a place means in a release; None where there is no such."""
    guide = segment_guide(place.last.tag, release)
    if guide is None or place.element is None or place.element > len(guide.elements):
        return None
    use = guide.elements[place.element - 1]
    if place.component is None:
        return use
    components = use.element.components
    return components[place.component - 1] if place.component <= len(components) else None


def stands_in(place: Place, guide: SetGuide) -> bool:
    """Whether a transaction set has such a place."""
    if place.element is not None:
        if use_of(place, guide.release) is None:
            return False
        if len(place.steps) == 1:
            return _anywhere(guide.children, place.last.tag)
    return _leads(guide.children, place.steps)


def _leads(children: Sequence[Use | LoopUse], steps: Sequence[Step]) -> bool:
    if not steps:
        return True
    return any(
        _tag(child) == steps[0].tag and _leads(child.children if isinstance(child, LoopUse) else (), steps[1:])
        for child in children
    )


def _anywhere(children: Sequence[Use | LoopUse], tag: str) -> bool:
    return any(_anywhere(child.children, tag) if isinstance(child, LoopUse) else child.tag == tag for child in children)


def _tag(child: Use | LoopUse) -> str:
    return child.id if isinstance(child, LoopUse) else child.tag
