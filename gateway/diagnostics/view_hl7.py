"""An HL7 delivery on the terminal: raw segments, beside each what it says and what is wrong with it."""

from collections.abc import Iterator
from itertools import groupby
from typing import Final

from adapters.formats.hl7.meaning import name_of_field, phrase, segment_name, type_of_field, values_of
from adapters.translation.hl7_inspect import Hl7Inspected, Hl7Part
from canonical.problem import Problem
from gateway.diagnostics.place import Excerpt
from gateway.diagnostics.spans import Line, Look, Span, clipped, flow, hung, width_of
from gateway.diagnostics.text import SEVERITY_STYLES, clean
from gateway.diagnostics.view import ViewOptions
from gateway.diagnostics.window import paint, window

_STEP: Final = 2
_RAW_SHARE: Final = 0.42
"""Of the width, what raw segments may take before their words begin on a line of their own."""
_LEAST_WORDS: Final = 24
"""Cells that the words have at the least."""
_LONGEST_VALUE: Final = 240
"""Characters of one value that are shown."""
_QUIET: Final = "dim"
_TIE: Final = "\u00a0"


class Hl7View:
    """Lays out the parts of one delivery, one after the other, and counts what it hides."""

    def __init__(self, look: Look, options: ViewOptions) -> None:
        self._look = look
        self._options = options
        self.hidden = 0
        """Segments of which something about a patient was hidden so far."""
        self._column = max(min(int(look.width * _RAW_SHARE), look.width - _LEAST_WORDS), 0)

    def lines(self, part: Hl7Part) -> Iterator[Line]:
        """The lines of one part."""
        if self._options.number not in (None, part.number):
            return
        if self._options.problems_only and not part.has_problems:
            return
        depth = 1 if part.batch is not None and part.kind == "message" else 0
        if not self._options.raw:
            if part.kind == "message":
                yield from hung(_heading(part), _STEP * depth, self._look.width)
            for problem in part.loose:
                yield from self._problem(problem, _STEP * (depth + 1))
        if part.left_out:
            yield (Span(f"{part.left_out:,} further problems are not shown here", "bold"),)
        indent = 0 if self._options.raw else _STEP * (depth + (part.kind == "message"))
        yield from self._few(part, indent) if self._options.problems_only else self._all(part, indent)

    def _all(self, part: Hl7Part, indent: int) -> Iterator[Line]:
        for entry in part.segments:
            yield from self._segment(entry, indent)

    def _few(self, part: Hl7Part, indent: int) -> Iterator[Line]:
        """Segments with problems, each between its neighbours."""
        last = -1
        entries = part.segments
        for at, entry in enumerate(entries):
            if not entry.problems:
                continue
            if at and at - 1 > last:
                yield self._neighbour(entries[at - 1], indent)
            yield from self._segment(entry, indent)
            last = at
            if at + 1 < len(entries) and not entries[at + 1].problems:
                yield self._neighbour(entries[at + 1], indent)
                last = at + 1

    def _neighbour(self, entry: Hl7Inspected, indent: int) -> Line:
        text = clipped(self._raw(entry), self._look.width - indent, self._look.gap)
        return (Span(" " * indent), Span(text, _QUIET))

    def _raw(self, entry: Hl7Inspected) -> str:
        if entry.patient_fields and not self._options.patients:
            self.hidden += 1
        return clean(entry.raw(patients=self._options.patients))

    def _segment(self, entry: Hl7Inspected, indent: int) -> Iterator[Line]:
        raw = self._raw(entry)
        if self._options.raw:
            yield (Span(" " * indent + raw),)
            return
        mark = entry.segment.encoding.field
        words = list(flow(self._words(entry), self._look.width - self._column))
        if entry.problems:
            yield from self._marked(entry, indent)
        elif indent + width_of(raw) + _STEP <= self._column:
            pad = Span(" " * (self._column - indent - width_of(raw)))
            yield (Span(" " * indent), *paint(raw, mark), pad, *(words[0] if words else ()))
            words = words[1:]
        else:
            shown = clipped(raw, self._look.width - indent, self._look.gap)
            yield (Span(" " * indent), *paint(shown, mark))
        column = Span(" " * self._column)
        yield from ((column, *line) for line in words)

    def _words(self, entry: Hl7Inspected) -> Iterator[Span]:
        """The segment's name and its values; those with a problem in the problem's style."""
        segment = entry.segment
        name = segment_name(segment.tag) or "a segment of the sender's own"
        hidden = () if self._options.patients else entry.patient_fields
        if entry.about_patient and hidden:
            name += ", hidden"
        wrong = {problem.element: SEVERITY_STYLES[problem.severity] for problem in reversed(entry.problems)}
        said = list(_phrases(entry, hidden))
        yield Span(f"{name}{_TIE}—" if said else name, "cyan")
        for number, (field, told) in enumerate(said, start=1):
            label = name_of_field(segment.tag, field) or f"{segment.tag}-{field}"
            text = told if len(told) <= _LONGEST_VALUE else told[: _LONGEST_VALUE - 1] + "…"
            yield Span(f" {clean(label)}: ", _QUIET)
            # The mark belongs to the word before it, so that no line begins with one.
            yield Span(clean(text) + (f"{_TIE}·" if number < len(said) else ""), wrong.get(field, ""))

    def _marked(self, entry: Hl7Inspected, indent: int) -> Iterator[Line]:
        """The segment with its first wrong place marked, and all that is wrong with it."""
        first, segment = entry.problems[0], entry.segment
        style = SEVERITY_STYLES[first.severity]
        sent = segment.text.encode(segment.encoding.codec, "replace")
        at = min(max((first.offset or 0) - entry.offset, 0), len(sent))
        # Places count the bytes that were sent; what is shown may have others.
        parts = [sent[:at], sent[at : at + (first.length or 0)]]
        start, length = (len(part.decode(segment.encoding.codec, "replace").encode()) for part in parts)
        if first.element is None or (entry.patient_fields and not self._options.patients):
            # Among hidden fields only the segment itself can be marked.
            start, length = 0, min(3, len(segment.text))
        raw = entry.raw(patients=self._options.patients).encode()
        separator = segment.encoding.field.encode()
        seen = window(Excerpt(raw, start, length, None, None, separator), self._look.width - indent, self._look, style)
        yield (Span(" " * indent), *seen.spans)
        if seen.carets:
            yield (Span(" " * (indent + seen.caret)), Span("^" * seen.carets, style))
        for problem in entry.problems:
            yield from self._problem(problem, indent)

    def _problem(self, problem: Problem, indent: int) -> Iterator[Line]:
        label = Span(f"{problem.severity.value}[{problem.code}]", SEVERITY_STYLES[problem.severity])
        yield from hung([label, Span(" " + _told(problem), "bold")], indent, self._look.width)


def _phrases(entry: Hl7Inspected, hidden: tuple[int, ...]) -> Iterator[tuple[int, str]]:
    """Each field that was sent, in words; of a hidden one only how long it is."""
    segment = entry.segment
    for field, values in groupby(values_of(segment), key=lambda value: value.field):
        if field in hidden:
            count = len(segment[field])
            yield field, f"{count} character{'s' if count != 1 else ''}"
            continue
        repetitions = groupby(values, key=lambda value: value.repetition)
        yield field, "; ".join(phrase(list(group), type_of_field(segment.tag, field)) for _, group in repetitions)


def _heading(part: Hl7Part) -> tuple[Span, ...]:
    message = part.message
    if message is None:
        return ()
    header = message.header
    sender, receiver = ("|".join(filter(None, (header.value(at), header.value(at + 1)))) for at in (3, 5))
    meaning = next((value.meaning for value in values_of(header) if value.field == 9 and value.meaning), None)
    title = " ".join(filter(None, (message.type or "message without type", meaning)))
    told = f" #{message.control_id}" if message.control_id else ""
    told += f" from {sender or '?'} to {receiver or '?'} · {message.version or 'no version'} · message {part.number}"
    return (Span(clean(title), "bold"), Span(clean(told), _QUIET))


def _told(problem: Problem) -> str:
    place = problem.segment or ""
    if problem.element is not None:
        place += f"-{problem.element}" + (f".{problem.component}" if problem.component else "")
    place += f" ({problem.element_name})" if problem.element_name else ""
    details = [
        f'found "{problem.found}"' if problem.found is not None else "",
        f"expected {problem.expected}" if problem.expected is not None else "",
    ]
    told = ", ".join(detail for detail in details if detail)
    return clean(" ".join(part for part in (f"{place}:" if place else "", problem.message, f"({told})" if told else "")
                          if part))  # fmt: skip
