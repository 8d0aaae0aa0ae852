"""Problems on the terminal: what, where, why and what to do, with the raw segment and carets under the wrong place."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace

from adapters.contracts import Content
from canonical.problem import Problem, Severity
from gateway import catalogue
from gateway.diagnostics.answer import Told, answer
from gateway.diagnostics.place import Excerpt, excerpt, position
from gateway.diagnostics.spans import Line, Look, Span, width_of, wrap
from gateway.diagnostics.spelling import spell, visible
from gateway.diagnostics.window import neighbour, window

MANY = 20
"""Problems of one code up to which each is shown; of more, only the first few are."""
FEW = 3

PLAIN_WIDTH = 100
NARROWEST = 40

SEVERITY_STYLES = {Severity.ERROR: "bold red", Severity.WARNING: "bold yellow", Severity.INFO: "bold blue"}
_QUIET = "dim"
_TIE = "\u00a0"
_KEYS = {"help": "bold cyan"}
_ASIDE = frozenset({"more", "all", "path"})
_ENVELOPE = frozenset({"ISA", "IEA", "GS", "GE", "TA1"})


def render_text(
    problems: Sequence[Problem],
    content: Content,
    name: str,
    *,
    width: int,
    color: bool,
    ascii: bool = False,
    summary: bool = True,
) -> str:
    """The problems of one delivery for a person, in the order given, with a line at the end that counts them.

    ``width`` is in cells. ``ascii`` is for terminals that show nothing else. Without ``summary`` the caller counts,
    over several files, with ``render_summary``. Shows the raw segments: for the eyes of who has the file, not for logs.
    """
    look = Look(max(width, NARROWEST), color, ascii)
    lines = [line for block in _blocks(problems, content, clean(name), look) for line in (*block, ())]
    text = look.print(lines)
    return text + render_summary([problems], color=color, ascii=ascii) if summary else text


def render_plain(problems: Sequence[Problem], content: Content, name: str) -> bytes:
    """The same as a text file in UTF-8, 100 columns, no colour: what lies beside a rejected file."""
    return render_text(problems, content, name, width=PLAIN_WIDTH, color=False).encode()


def render_summary(files: Sequence[Iterable[Problem]], *, color: bool, ascii: bool = False) -> str:
    """One line: how many problems in how many files, and of which severity."""
    counts = Counter(problem.severity for problems in files for problem in problems)
    where = _count(len(files), "file")
    if not counts:
        spans = [Span("no problems", "bold green"), Span(f" in {where}")]
    else:
        spans = [Span(f"{_count(counts.total(), 'problem')} in {where}: ", "bold")]
        words = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "note"}
        for severity, word in words.items():
            if counts[severity]:
                comma = [Span(", ")] if len(spans) > 1 else []
                spans += [*comma, Span(_count(counts[severity], word), SEVERITY_STYLES[severity])]
    return Look(NARROWEST, color, ascii).print([tuple(spans)])


def _count(number: int, word: str) -> str:
    return f"{number:,} {word}{'' if number == 1 else 's'}"


def _blocks(problems: Sequence[Problem], content: Content, name: str, look: Look) -> Iterable[list[Line]]:
    rejected = {_envelope(problem) for problem in problems if problem.severity is Severity.ERROR}
    # A refused interchange gets a TA1 and no 997: what a 997 would say of its sets is not said.
    refused = {problem.interchange for problem in problems if problem.severity is Severity.ERROR and _in_ta1(problem)}
    mixed = {(interchange, group) for interchange, group, transaction in rejected if transaction is not None}
    by_code: dict[str, list[Problem]] = defaultdict(list)
    for problem in problems:
        by_code[problem.code].append(problem)
    gutter = max([3, *(len(str((problem.segment_index or 0) + 1)) + 1 for problem in problems)])
    shown: Counter[str] = Counter()
    for problem in problems:
        same = by_code[problem.code]
        shown[problem.code] += 1
        if len(same) <= MANY or shown[problem.code] <= FEW:
            page = _Page(look, gutter, SEVERITY_STYLES[problem.severity])
            first = shown[problem.code] == 1
            told = None
            if _in_ta1(problem) or problem.interchange not in refused:
                interchange, group, _ = place = _envelope(problem)
                told = answer(problem, rejected=place in rejected, mixed=(interchange, group) in mixed)
            yield page.problem(problem, content, name, told=told, first=first)
        elif shown[problem.code] == FEW + 1:
            page = _Page(look, gutter, SEVERITY_STYLES[problem.severity])
            yield page.folded(same[FEW:], name)


def _envelope(problem: Problem) -> tuple[str | None, str | None, str | None]:
    return problem.interchange, problem.group, problem.transaction


def _in_ta1(problem: Problem) -> bool:
    return (problem.ack or "").startswith("TA105")


class _Page:
    """Sets one problem: the same gutter and width for every line of it."""

    def __init__(self, look: Look, gutter: int, style: str) -> None:
        self.look = look
        self.gutter = gutter
        self.style = style

    def problem(self, problem: Problem, content: Content, name: str, *, told: Told, first: bool) -> list[Line]:
        lines = self._title(problem)
        lines += self._where(problem, content, name)
        lines += self._data(problem, content)
        lines += self._notes(_facts(problem, told=told, first=first))
        return lines

    def folded(self, rest: Sequence[Problem], name: str) -> list[Line]:
        lines = self._title(rest[0], f"{_count(len(rest), 'more')[:-1]} like the {FEW} above")
        places = [f"{problem.line}" for problem in rest if problem.line is not None]
        distinct = list(dict.fromkeys(places))
        if len(distinct) > 1:
            shown = ", ".join(distinct[:MANY]) + (", …" if len(distinct) > MANY else "")
            lines += self._notes([("in", f"{name}, lines {shown}")])
        lines += self._notes([("all", f"wharf check --format json {name}")])
        return lines

    def _title(self, problem: Problem, message: str | None = None) -> list[Line]:
        label = f"{problem.severity.value}[{problem.code}]"
        first, *rest = wrap(clean(message or problem.message), self.look.width - len(label) - 2)
        indent = Span(" " * (len(label) + 2))
        head: Line = (Span(label, self.style), Span(": ", "bold"), Span(first, "bold"))
        return [head, *((indent, Span(line, "bold")) for line in rest)]

    def _where(self, problem: Problem, content: Content, name: str) -> list[Line]:
        indent = " " * self.gutter
        place = name
        if problem.offset is not None and 0 <= problem.offset <= len(content):
            found = position(content, problem.offset)
            place = f"{name}:{problem.line or found.line}:{found.column}"
        elif problem.line is not None:
            place = f"{name}:{problem.line}"
        arrow: Line = (Span(f"{indent}--> ", _QUIET), Span(place))
        context = " · ".join(_context(problem))
        if not context:
            return [arrow]
        if len(indent) + 4 + width_of(place) + 3 + width_of(context) <= self.look.width:
            return [(*arrow, Span(f"   {context}", _QUIET))]
        margin = " " * (len(indent) + 4)
        tied = " · ".join(part.replace(" ", _TIE) for part in _context(problem))
        rest = wrap(tied, self.look.width - len(margin))
        return [arrow, *((Span(margin + line.replace(_TIE, " "), _QUIET),) for line in rest)]

    def _data(self, problem: Problem, content: Content) -> list[Line]:
        if problem.offset is None:
            return []
        found = excerpt(content, problem.offset, problem.length or 0)
        if found is None:
            return []
        if problem.element is None:
            found = _on_tag(found)
        width = self.look.width - self.gutter - 3
        view = window(found, width, self.look, self.style)
        index = problem.segment_index
        lines = [self._row(None)]
        if found.before and (spans := neighbour(found.before, width, self.look)):
            lines.append(self._row(_number(index, -1, found.before), *spans))
        lines.append(self._row(index, *view.spans))
        lines += self._carets(view.caret, view.carets, _label(problem), width)
        if found.after and (spans := neighbour(found.after, width, self.look)):
            lines.append(self._row(_number(index, 1, found.after), *spans))
        return [*lines, self._row(None)]

    def _carets(self, caret: int, carets: int, label: str, width: int) -> list[Line]:
        if not carets:
            return []
        marks = Span(" " * caret + "^" * carets, self.style)
        if not label:
            return [self._row(None, marks)]
        if caret + carets + 1 + width_of(label) <= width:
            return [self._row(None, marks, Span(f" {label}", self.style))]
        start = max(0, min(caret, width - width_of(label)))
        texts = wrap(label, width - start)
        return [self._row(None, marks), *(self._row(None, Span(" " * start + text, self.style)) for text in texts)]

    def _row(self, number: int | None, *spans: Span) -> Line:
        label = "" if number is None else str(number)
        return (Span(f"{label:>{self.gutter}} |", _QUIET), Span(" "), *spans)

    def _notes(self, facts: Sequence[tuple[str, str]]) -> list[Line]:
        lines: list[Line] = []
        column = max((len(key) for key, _ in facts), default=0) + 2
        margin = " " * (self.gutter + 3 + column)
        for key, value in facts:
            first, *rest = wrap(value, self.look.width - len(margin))
            head = Span(f"{' ' * self.gutter} = ", _QUIET)
            label = Span(f"{key + ':':<{column}}", _KEYS.get(key, _QUIET))
            style = _QUIET if key in _ASIDE else ""
            lines.append((head, label, Span(first, style)))
            lines += [(Span(margin), Span(line, style)) for line in rest]
        return lines


def _facts(problem: Problem, *, told: Told, first: bool) -> list[tuple[str, str]]:
    kind = catalogue.find(problem.code)
    facts: list[tuple[str, str]] = []
    if problem.found is not None:
        spelled = spell(problem.found)
        facts.append(("found", f'"{clean(problem.found)}"' + (f" ({spelled})" if spelled else "")))
    if problem.expected is not None:
        facts.append(("expected", clean(problem.expected)))
    if problem.path is not None:
        facts.append(("path", problem.path))
    advice = problem.help or (kind.help if kind else None)
    if advice:
        facts.append(("help", clean(advice)))
    if told:
        facts.append((told[0], clean(told[1])))
    if first and kind:
        facts.append(("more", f"wharf explain {problem.code}"))
    return facts


def _context(problem: Problem) -> Iterable[str]:
    if problem.interchange:
        yield f"interchange {clean(problem.interchange)}"
    if problem.group:
        yield f"group {clean(problem.group)}"
    if problem.transaction:
        yield f"{clean(problem.message_type or 'set')} #{clean(problem.transaction)}"
    if problem.loop:
        steps = (step.rstrip("]").partition("[") for step in problem.loop.split("/"))
        yield " › ".join(f"{tag} loop {count or 1}" for tag, _, count in steps)


def _on_tag(found: Excerpt) -> Excerpt:
    """A whole segment is wrong: its id is marked, not all of it."""
    tag = found.segment.find(found.separator) if found.separator else -1
    return replace(found, length=tag) if found.start == 0 and 0 < tag < found.length else found


def _label(problem: Problem) -> str:
    if problem.element is None:
        return f"segment {clean(problem.segment)}" if problem.segment else ""
    if _of_hl7(problem):
        place = f"{clean(problem.segment or '')}-{problem.element}"
        return f"field {place}" + (f" ({problem.element_name})" if problem.element_name else "")
    place = f"{clean(problem.segment or '')}{problem.element:02d}"
    if problem.component is not None:
        place += f"-{problem.component}"
    meaning = " ".join(part for part in (problem.element_number, problem.element_name) if part)
    again = f", repetition {problem.repetition}" if problem.repetition and problem.repetition > 1 else ""
    return f"element {place}{f' ({meaning})' if meaning else ''}{again}"


def _of_hl7(problem: Problem) -> bool:
    return problem.code.startswith("HL7-") or "^" in (problem.message_type or "")


def _number(index: int | None, step: int, segment: bytes) -> int | None:
    """The number of a neighbour in its transaction set; envelope segments have none."""
    if index is None or index + step < 1:
        return None
    tag = segment[:3].decode("latin-1")
    return None if tag in _ENVELOPE or tag[:2] in _ENVELOPE else index + step


def clean(text: str) -> str:
    """What a partner sent, safe for a terminal: no control characters, no line breaks."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(visible(character) for character in text)
