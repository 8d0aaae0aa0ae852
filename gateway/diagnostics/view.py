"""An X12 delivery on the terminal: an outline of raw segments, beside each what it says and what is wrong with it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from adapters.formats.x12.events import GroupBegin
from adapters.formats.x12.outline import Branch
from adapters.formats.x12.phrases import in_words, phrases
from adapters.formats.x12.tree import Segment
from adapters.translation.x12_inspect import Inspected, Part
from canonical.problem import Problem
from gateway.diagnostics.place import Excerpt
from gateway.diagnostics.spans import Line, Look, Span, clipped, flow, hung, width_of
from gateway.diagnostics.text import SEVERITY_STYLES, clean
from gateway.diagnostics.window import paint, window

_STEP: Final = 2
_RAW_SHARE: Final = 0.42
"""Of the width, what raw segments may take before their words begin on a line of their own."""
_LEAST_WORDS: Final = 24
"""Cells that the words have at the least, however deep a segment stands."""
_LONGEST_VALUE: Final = 240
"""Characters of one value that are shown."""
_QUIET: Final = "dim"
_TIE: Final = "\u00a0"
_BASE: Final = {"interchange": 0, "interchangeEnd": 0, "group": 1, "groupEnd": 1, "answer": 1, "set": 2}


@dataclass(frozen=True, slots=True)
class ViewOptions:
    """What is shown of a delivery."""

    raw: bool = False
    """Only the segments, one a line, whole."""
    problems_only: bool = False
    """Only segments with problems, with what stands around them."""
    number: int | None = None
    """Only this transaction set or message, counted from 1."""
    patients: bool = False
    """What HL7 says about patients in clear."""


class View:
    """Lays out the parts of one delivery, one after the other."""

    def __init__(self, look: Look, options: ViewOptions) -> None:
        self._look = look
        self._options = options
        self._waiting: list[tuple[Line, ...]] = []
        """Headings that are shown when something below them is."""
        self._column = max(min(int(look.width * _RAW_SHARE), look.width - _LEAST_WORDS), 0)

    def lines(self, part: Part) -> Iterator[Line]:
        """The lines of one part."""
        depth = _BASE[part.kind]
        chosen = self._options.number is None or part.number == self._options.number
        heading = _heading(part)
        del self._waiting[depth if heading else depth + 1 :]
        if heading and not self._options.raw:
            self._waiting += [()] * (depth - len(self._waiting))
            self._waiting.append(tuple(hung(heading, _STEP * depth, self._look.width)))
        if not chosen:
            return
        if self._options.problems_only and not part.has_problems:
            return
        if not self._options.raw:
            yield from self._headings()
        for problem in () if self._options.raw else part.loose:
            yield from self._problem(problem, _STEP * (depth + 1))
        if part.left_out:
            yield (Span(f"{part.left_out:,} further problems are not shown here", "bold"),)
        yield from self._few(part, depth) if self._options.problems_only else self._all(part, depth)

    def _headings(self) -> Iterator[Line]:
        for heading in self._waiting:
            yield from heading
        self._waiting = [()] * len(self._waiting)

    def _all(self, part: Part, depth: int) -> Iterator[Line]:
        for entry in part.segments:
            shown = _shown(entry.branches)
            indent = _STEP * (depth + 1 + len(shown))
            if self._options.raw:
                yield (Span(" " * indent + clean(part.raw(entry.segment)) + clean(part.delimiters.segment)),)
                continue
            if entry.opens and shown and shown[-1] is entry.branches[-1]:
                yield self._branch(shown[-1], indent - _STEP)
            yield from self._segment(part, entry, indent)

    def _few(self, part: Part, depth: int) -> Iterator[Line]:
        """Segments with problems, each below its loops and between its neighbours."""
        told: tuple[Branch, ...] = ()
        last = -1
        for at, entry in enumerate(part.segments):
            if not entry.problems:
                continue
            shown = _shown(entry.branches)
            indent = _STEP * (depth + 1 + len(shown))
            fresh = at - 1 > last
            for level, branch in enumerate(shown):
                if level >= len(told) or told[level] is not branch:
                    told = shown[: level + 1]
                    if not self._options.raw:
                        yield self._branch(branch, _STEP * (depth + 1 + level))
            if fresh and at and not entry.opens:
                yield self._neighbour(part, part.segments[at - 1], indent)
            if self._options.raw:
                yield (Span(" " * indent + clean(part.raw(entry.segment)) + clean(part.delimiters.segment)),)
            else:
                yield from self._segment(part, entry, indent)
            last = at
            following = at + 1
            if following < len(part.segments) and not part.segments[following].problems:
                yield self._neighbour(part, part.segments[following], indent)
                last = following

    def _branch(self, branch: Branch, indent: int) -> Line:
        """The heading of a loop: what it is, what tells it from its siblings, and its path."""
        path = f"  {branch.path}"
        room = self._look.width - indent - width_of(branch.name) - len(path)
        told = clipped(clean(f": {branch.told}"), room, self._look.gap) if branch.told else ""
        return (Span(" " * indent), Span(branch.name, "bold"), Span(told), Span(path, _QUIET))

    def _neighbour(self, part: Part, entry: Inspected, indent: int) -> Line:
        text = clean(part.raw(entry.segment)) + clean(part.delimiters.segment)
        return (Span(" " * indent), Span(clipped(text, self._look.width - indent, self._look.gap), _QUIET))

    def _segment(self, part: Part, entry: Inspected, indent: int) -> Iterator[Line]:
        raw = clean(part.raw(entry.segment)) + clean(part.delimiters.segment)
        words = list(flow(_words(part, entry), self._look.width - self._column))
        column = Span(" " * self._column)
        if entry.problems:
            yield from self._marked(part, entry, indent)
        elif indent + width_of(raw) + _STEP <= self._column:
            pad = Span(" " * (self._column - indent - width_of(raw)))
            yield (Span(" " * indent), *paint(raw, part.delimiters.element), pad, *(words[0] if words else ()))
            words = words[1:]
        else:
            shown = clipped(raw, self._look.width - indent, self._look.gap)
            yield (Span(" " * indent), *paint(shown, part.delimiters.element))
        yield from ((column, *line) for line in words)

    def _marked(self, part: Part, entry: Inspected, indent: int) -> Iterator[Line]:
        """The segment with its first wrong place marked, and all that is wrong with it."""
        first = entry.problems[0]
        style = SEVERITY_STYLES[first.severity]
        start, length = _place(entry.segment, first, part.delimiters.element)
        raw = part.raw(entry.segment) + part.delimiters.segment
        separator = part.delimiters.element.encode()
        seen = window(
            Excerpt(raw.encode(errors="replace"), start, length, None, None, separator),
            self._look.width - indent,
            self._look,
            style,
        )
        yield (Span(" " * indent), *seen.spans)
        if seen.carets:
            yield (Span(" " * (indent + seen.caret)), Span("^" * seen.carets, style))
        for problem in entry.problems:
            yield from self._problem(problem, indent)

    def _problem(self, problem: Problem, indent: int) -> Iterator[Line]:
        label = Span(f"{problem.severity.value}[{problem.code}]", SEVERITY_STYLES[problem.severity])
        yield from hung([label, Span(" " + _told(problem), "bold")], indent, self._look.width)


def _heading(part: Part) -> tuple[Span, ...]:
    group = part.group
    match part.kind:
        case "interchange" if part.header is not None:
            header = part.header
            usage = {"T": "test", "P": "production", "I": "information"}.get(header.usage, header.usage)
            return (
                Span(f"interchange {clean(header.control_number)}", "bold"),
                Span(clean(f" from {header.sender} to {header.receiver} · {usage}"), _QUIET),
            )
        case "group" if group is not None:
            return (
                Span(f"group {clean(group.control_number) or '(without header)'}", "bold"),
                Span(clean(f" · {_kind_of_group(part, group)} · {group.release}"), _QUIET),
            )
        case "set" if part.segments:
            first = part.segments[0].segment
            named = next((value.meaning for value in part.values_of(first) if value.element == 1), None)
            title = f"{first[1].strip()} {named or 'transaction set'}" if first.tag == "ST" else "segments without ST"
            return (Span(clean(title), "bold"), Span(clean(f" #{first[2].strip()} · set {part.number}"), _QUIET))
        case _:
            return ()


def _kind_of_group(part: Part, group: GroupBegin) -> str:
    values = part.values_of(group.segment) if group.segment else ()
    return next((in_words(value) for value in values if value.element == 1), "of no kind")


def _shown(branches: Sequence[Branch]) -> tuple[Branch, ...]:
    """The loops that get a heading: one that holds a single segment is told by that segment."""
    return tuple(branch for branch in branches if branch.size > 1 or branch.id == "HL")


def _words(part: Part, entry: Inspected) -> Iterator[Span]:
    """The segment's name and its phrases; those with a problem in the problem's style."""
    wrong = {problem.element: SEVERITY_STYLES[problem.severity] for problem in reversed(entry.problems)}
    name = part.name_of(entry.segment) or "a segment that the guides do not know"
    said = list(phrases(part.values_of(entry.segment)))
    yield Span(f"{name}{_TIE}—" if said else name, "cyan")
    for number, phrase in enumerate(said, start=1):
        style = next((wrong[value.element] for value in phrase.values if value.element in wrong), "")
        text = phrase.text if len(phrase.text) <= _LONGEST_VALUE else phrase.text[: _LONGEST_VALUE - 1] + "…"
        yield Span(f" {clean(phrase.name)}: ", _QUIET)
        # The mark belongs to the word before it, so that no line begins with one.
        yield Span(clean(text) + (f"{_TIE}·" if number < len(said) else ""), style)


def _place(segment: Segment, problem: Problem, separator: str) -> tuple[int, int]:
    """Where in the segment's bytes the problem stands, and how long; a whole segment is marked by its id."""
    elements = segment.elements
    if problem.segment not in (None, segment.tag):
        return 0, 0
    at = problem.element
    if at is None:
        return 0, len(segment.tag.encode())
    if at >= len(elements):
        return len(separator.join(elements).encode(errors="replace")), 0
    before = separator.join(elements[:at]) + separator
    return len(before.encode(errors="replace")), len(elements[at].encode(errors="replace"))


def _told(problem: Problem) -> str:
    place = problem.segment or ""
    if problem.element is not None:
        place += f"{problem.element:02d}" + (f"-{problem.component}" if problem.component else "")
    details = [
        f'found "{problem.found}"' if problem.found is not None else "",
        f"expected {problem.expected}" if problem.expected is not None else "",
    ]
    told = ", ".join(detail for detail in details if detail)
    if problem.message.startswith(place):
        place = ""
    return clean(" ".join(part for part in (place, problem.message, f"({told})" if told else "") if part))
