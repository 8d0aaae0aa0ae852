"""Checking one segment against its guide, slowly and completely: every fault at its exact place.

Never raises, whatever the text is. ``check`` has the fast way that most segments go.
"""

from collections.abc import Sequence

from adapters.formats.x12 import problems
from adapters.formats.x12.element_check import (
    ERROR,
    INFO,
    UNDIVIDED,
    WARNING,
    Fault,
    Place,
    is_free,
    value_fault,
)
from adapters.formats.x12.guide import ElementUse, Rule, SegmentGuide
from adapters.formats.x12.tree import Delimiters, Segment
from canonical.problem import ProblemKind, Severity


def segment_faults(segment: Segment, guide: SegmentGuide, delimiters: Delimiters) -> list[Fault]:
    """Every fault of the segment: elements in order, then the rules between them, then what is too much."""
    values = segment.elements[1:]
    sent = _without_trailing(values)
    faults: list[Fault] = []
    for use in guide.elements:
        value = sent[use.position - 1] if use.position <= len(sent) else ""
        if use.required and _is_blank(value, use):
            faults.append(Place(use, use.position).fault(problems.ELEMENT_MISSING, ERROR, None, use.element.name))
        elif value:
            faults.extend(_element_faults(use, value, guide.release, delimiters))
    faults.extend(_rule_faults(guide.rules, guide.elements, sent, guide.tag, None))
    limit = len(guide.elements)
    if len(sent) > limit:
        told = f"at most {limit} elements"
        faults.append(Fault(problems.TOO_MANY_ELEMENTS, WARNING, limit + 1, expected=told))
    if len(sent) < len(values):
        told = f"the segment to end after {guide.tag}{len(sent):02d}" if sent else "no separators after the segment id"
        faults.append(Fault(problems.TRAILING_SEPARATORS, INFO, len(sent) + 1, expected=told))
    return faults


def _element_faults(use: ElementUse, value: str, release: str, delimiters: Delimiters) -> list[Fault]:
    """What is wrong with an element that was sent, all its repetitions and components."""
    element = use.element
    place = Place(use, use.position)
    if element.number in UNDIVIDED:
        fault = value_fault(place, value, release)
        return [fault] if fault else []
    repeats = delimiters.repetition is not None and delimiters.repetition in value
    if repeats and use.repeats == 1 and element.type != "composite":
        if is_free(element):
            return [place.fault(problems.TOO_MANY_REPETITIONS, WARNING, value, "one value")]
        repeats = False
    repetitions = value.split(delimiters.repetition) if repeats else [value]
    faults: list[Fault] = []
    if len(repetitions) > use.repeats:
        over = Place(use, use.position, None, use.repeats + 1)
        faults.append(over.fault(problems.TOO_MANY_REPETITIONS, WARNING, None, f"at most {use.repeats}"))
    for number, text in enumerate(repetitions, 1):
        here = Place(use, use.position, None, number if repeats else None)
        if not text:
            faults.append(here.fault(problems.TRAILING_SEPARATORS, INFO, None, "no separators around nothing"))
        elif element.type == "composite":
            faults.extend(_composite_faults(here, text, release, delimiters))
        elif delimiters.component in text and is_free(element):
            faults.append(here.fault(problems.TOO_MANY_COMPONENTS, WARNING, text, "one value"))
        elif fault := value_fault(here, text, release):
            faults.append(fault)
    return faults


def _composite_faults(place: Place, text: str, release: str, delimiters: Delimiters) -> list[Fault]:
    composite = place.use.element
    values = text.split(delimiters.component)
    sent = _without_trailing(values)
    faults: list[Fault] = []
    for use in composite.components:
        value = sent[use.position - 1] if use.position <= len(sent) else ""
        here = Place(use, place.element, use.position, place.repetition)
        if use.required and _is_blank(value, use):
            faults.append(here.fault(problems.ELEMENT_MISSING, ERROR, None, use.element.name))
        elif value and (fault := value_fault(here, value, release)):
            faults.append(fault)
    faults.extend(_rule_faults(composite.rules, composite.components, sent, "component ", place))
    limit = len(composite.components)
    if len(sent) > limit:
        faults.append(place.fault(problems.TOO_MANY_COMPONENTS, WARNING, None, f"at most {limit} components"))
    if len(sent) < len(values):
        faults.append(place.fault(problems.TRAILING_SEPARATORS, INFO, None, "no separators after the last component"))
    return faults


def _rule_faults(
    rules: Sequence[Rule], uses: Sequence[ElementUse], sent: Sequence[str], name: str, around: Place | None
) -> list[Fault]:
    """What the relational rules find; an element is told as missing once, however many rules ask for it."""
    by_place: dict[int, Fault] = {}

    def note(kind: ProblemKind, position: int, expected: str, severity: Severity = WARNING) -> None:
        use = uses[position - 1]
        if use.required and kind is problems.CONDITION_MISSING:
            return
        place = Place(use, around.element, position, around.repetition) if around else Place(use, position)
        by_place.setdefault(position, place.fault(kind, severity, None, expected))

    for rule in rules:
        present = [at for at in rule.positions if at <= len(sent) and sent[at - 1]]
        first, *others = rule.positions
        missing = [at for at in rule.positions if at not in present]
        match rule.kind:
            case "P" if present and missing:
                for at in missing:
                    note(problems.CONDITION_MISSING, at, f"a value, because {_named(name, present[0])} is sent")
            case "C" if first in present:
                for at in missing:
                    note(problems.CONDITION_MISSING, at, f"a value, because {_named(name, first)} is sent")
            case "L" if present == [first]:
                told = f"one of {_listed(name, others)}, because {_named(name, first)} is sent"
                note(problems.CONDITION_MISSING, others[0], told)
            case "R" if not present:
                note(problems.CONDITION_MISSING, first, f"one of {_listed(name, rule.positions)}")
            case "E" if len(present) > 1:
                note(problems.EXCLUSION_VIOLATED, present[1], f"not both {_listed(name, present, 'and')}")
    return list(by_place.values())


def _without_trailing(values: Sequence[str]) -> Sequence[str]:
    end = len(values)
    while end and not values[end - 1]:
        end -= 1
    return values[:end]


def _is_blank(value: str, use: ElementUse) -> bool:
    """Whether nothing was sent; in the interchange header blanks are values (its fields have fixed widths)."""
    return not value or (not use.element.number.startswith("I") and not value.strip(" "))


def _named(name: str, position: int) -> str:
    return f"{name}{position:02d}"


def _listed(name: str, positions: Sequence[int], word: str = "or") -> str:
    *most, last = (_named(name, position) for position in positions)
    return f"{', '.join(most)} {word} {last}" if most else last
