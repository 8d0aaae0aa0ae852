"""Writing canonical documents as an X12 interchange, strict in what leaves the house.

Nothing is written that our own checker would not take: the transaction sets are built, put in the order of their guide,
and then walked and checked like inbound ones. What is wrong comes back as problems that name the place in the document;
then no control number is used.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from adapters.formats.x12 import problems as x12
from adapters.formats.x12.check import Checker
from adapters.formats.x12.cursor import Cursor, StructureFault, grammar
from adapters.formats.x12.element_check import Fault
from adapters.formats.x12.guide import SetGuide, nearest_release
from adapters.formats.x12.overlay_check import set_rules
from adapters.formats.x12.tree import Delimiters, Segment
from adapters.formats.x12.write import STANDARD, GroupToWrite, Parties, with_repetition, write_interchange
from adapters.mappings import problems as mapping
from adapters.mappings.to_x12.arrange import Misplaced, arrange, misshapen
from adapters.mappings.to_x12.characters import Characters, clean_document, fit_row
from adapters.mappings.to_x12.partner_words import in_words_of, with_aliases
from adapters.mappings.to_x12.parts import Row, Style
from adapters.mappings.to_x12.registry import X12_BUILDERS
from adapters.overlay import X12Overlay
from adapters.translation.x12_answers import NextNumber
from adapters.translation.x12_strictness import PARTNER_CODES
from canonical.document import Document
from canonical.problem import Problem, ProblemKind, Severity

VERSIONS: Final = {"004010": "00401", "005010": "00501"}
"""GS08 to ISA12, the version of the envelope."""


@dataclass(frozen=True, slots=True)
class OutboundProfile:
    """Who we are to a partner, who it is, and how it wants its files."""

    sender: tuple[str, str]
    """Our ISA05 and ISA06."""
    receiver: tuple[str, str]
    """The partner's ISA07 and ISA08."""
    group_sender: str | None = None
    """GS02; the id of ISA06 where none is named."""
    group_receiver: str | None = None
    usage: str = "P"
    release: str = "004010"
    """GS08: the release, with an industry's suffix where the partner wants one."""
    version: str | None = None
    """ISA12; that of the release where none is named."""
    delimiters: Delimiters = STANDARD
    characters: Characters = field(default_factory=Characters)
    implementation: str = ""
    """ST03 in 005010: the implementation convention, where one is agreed."""
    count_always: bool = True
    """Whether CTT is sent where the document tells no totals."""
    strict: bool = True
    """Whether what a partner would only note as an error keeps a document from being sent."""
    overlay: X12Overlay | None = None
    """What was agreed beyond the standard: the partner's words and codes are used, and its rules kept."""

    @property
    def isa12(self) -> str:
        """The version of the envelope."""
        return self.version or VERSIONS[nearest_release(self.release)]

    @property
    def marks(self) -> Delimiters:
        """The separators as they will be read: repetitions are there from version 00402 on."""
        return with_repetition(self.delimiters, self.isa12)


@dataclass(frozen=True, slots=True)
class Written:
    """An interchange that is ready to be sent."""

    content: bytes
    control_number: str
    """ISA13."""
    groups: tuple[str, ...]
    """GS06 of each group, in order."""
    problems: tuple[Problem, ...] = ()
    """Worth knowing; nothing that keeps it from being sent."""
    functional_ids: tuple[str, ...] = ()
    """GS01 of each group, in order."""


@dataclass(frozen=True, slots=True)
class NotWritten:
    """Why documents were not written; no control number was used."""

    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class _Set:
    guide: SetGuide
    rows: tuple[tuple[str, ...], ...]


def write(
    documents: Document | Sequence[Document], profile: OutboundProfile, next_number: NextNumber, written_at: datetime
) -> Written | NotWritten:
    """One interchange with these documents: a group for each kind, in the order in which the kinds first come."""
    given = (documents,) if isinstance(documents, Document) else tuple(documents)
    sets: list[_Set] = []
    told: list[Problem] = []
    for document in given:
        made, found = build_set(document, profile)
        told += found
        if made is not None:
            sets.append(made)
    if len(sets) < len(given) or not given:
        return NotWritten(tuple(told))
    groups: dict[str, list[_Set]] = {}
    for made in sets:
        groups.setdefault(made.guide.functional_id, []).append(made)
    (_, us), (_, them) = profile.sender, profile.receiver
    pair = f"{':'.join(profile.sender)}>{':'.join(profile.receiver)}"
    number = next_number(f"ISA {pair} {profile.usage}")
    to_write = [
        GroupToWrite(
            functional_id=functional_id,
            sender=profile.group_sender or us,
            receiver=profile.group_receiver or them,
            control_number=next_number(f"GS {pair} {functional_id}"),
            release=profile.release,
            sets=tuple((made.guide.id, made.rows) for made in members),
            implementation=profile.implementation if nearest_release(profile.release) >= "005010" else "",
        )
        for functional_id, members in groups.items()
    ]
    content = write_interchange(
        parties=Parties(profile.sender, profile.receiver), control_number=number, usage=profile.usage,
        version=profile.isa12, written_at=written_at, delimiters=profile.marks, groups=to_write,
    )  # fmt: skip
    return Written(
        content, f"{number:09d}", tuple(str(group.control_number) for group in to_write), tuple(told),
        tuple(group.functional_id for group in to_write),
    )  # fmt: skip


def build_set(document: Document, profile: OutboundProfile) -> tuple[_Set | None, list[Problem]]:
    """The transaction set of a document, or nothing where an error keeps it from being written; and all problems."""
    marks = profile.marks
    release = nearest_release(profile.release)
    build = X12_BUILDERS.get(document.document_type)
    if build is None:
        return None, [_problem(mapping.SET_NOT_WRITABLE, None, found=document.document_type)]
    misshaped = list(misshapen(document.to_data()))
    if misshaped:
        told = "segment, elements and loop as texts"
        return None, [_problem(mapping.DOCUMENT_NOT_VALID, None, path=path, expected=told) for path in misshaped]
    overlay = profile.overlay
    worded = in_words_of(document, overlay) if overlay is not None else document
    cleaned, unsuited = clean_document(worded, marks, profile.characters)
    part = build(cleaned, Style(release, count_always=profile.count_always))
    known = grammar(part.id, release)
    if known is None:
        return None, [_problem(mapping.SET_NOT_WRITABLE, part.id, found=f"{part.id} in {release}")]
    report = _Report(part.id, profile.strict)
    for path in unsuited:
        report.add(mapping.FORBIDDEN_CHARACTER, path=path)
    try:
        for stray in arrange(part, known.guide):
            report.add(mapping.NO_PLACE, stray)
    except Misplaced:
        report.add(mapping.DOCUMENT_NOT_VALID, path="extensions", expected="a loop as PO1[3]/N1[1]")
        return None, report.problems
    said = (
        part.rows()
        if overlay is None
        else (with_aliases(row, overlay, release, marks.component) for row in part.rows())
    )
    rows = [fit_row(row, release, marks, profile.characters) for row in said]
    for row, unfit in rows:
        for position in unfit:
            report.add(mapping.FORBIDDEN_CHARACTER, row, position)
        for position, cannot in row.cannot:
            report.add(cannot.kind, row, position, found=cannot.found, expected=cannot.expected)
    # A segment without elements says nothing, and other readers take it for a fault.
    made = [row for row, _ in rows if len(row.elements) > 1]
    _compare_counts(document, made, report)
    _look_again(made, known.guide, marks, overlay, report)
    if any(problem.severity is Severity.ERROR for problem in report.problems):
        return None, report.problems
    return _Set(known.guide, tuple(tuple(row.elements) for row in made)), report.problems


def _compare_counts(document: Document, rows: Sequence[Row], report: "_Report") -> None:
    """Tells where CTT01, which is counted here, is not what the document says."""
    totals = document.to_data().get("totals")
    for row in rows:
        if row.tag == "CTT" and row.at == "totals" and row.names and isinstance(totals, dict):
            told = totals.get(row.names[0])
            if told is not None and str(told) != row.elements[1]:
                report.add(mapping.COUNT_REPLACED, row, 1, found=str(told)[:20], expected=row.elements[1])


def _look_again(
    rows: Sequence[Row], guide: SetGuide, marks: Delimiters, overlay: X12Overlay | None, report: "_Report"
) -> None:
    """Walks and checks the set as if it came in."""
    known = grammar(guide.id, guide.release)
    rules = set_rules(overlay, guide.id, guide.release) if overlay is not None else None
    assert known is not None  # noqa: S101 - asked before
    cursor = Cursor(known)
    checker = Checker(guide.release, marks)
    cursor.place(Segment(["ST", guide.id, "0001"], 1, 0, 0))
    for index, row in enumerate(rows, start=2):
        segment = Segment(list(row.elements), index, 0, 0)
        cursor.place(segment)
        for fault in checker.faults(segment, marks.element.join(row.elements)):
            if rules is None or not rules.agreed(segment, fault):
                report.fault(fault, row)
    last = Segment(["SE", str(len(rows) + 2), "0001"], len(rows) + 2, 0, 0)
    cursor.place(last)
    cursor.finish(last)
    for misplaced in (*cursor.faults, *(rules.uses(cursor.root) if rules is not None else ())):
        report.structure(misplaced, rows[misplaced.index - 2] if 2 <= misplaced.index < last.index else None)
    for segment, _, deviation in rules.elements(cursor.root, marks) if rules is not None else ():
        if 2 <= segment.index < last.index:
            report.fault(deviation, rows[segment.index - 2])


_FAULTS: Final[Mapping[str, ProblemKind]] = {
    x12.ELEMENT_MISSING.code: mapping.ELEMENT_LACKING,
    x12.SEGMENT_MISSING.code: mapping.ELEMENT_LACKING,
    x12.TOO_SHORT.code: mapping.TOO_LONG_TO_WRITE,
    x12.TOO_LONG.code: mapping.TOO_LONG_TO_WRITE,
    x12.BAD_CODE.code: mapping.NO_CODE,
    x12.BAD_DATE.code: mapping.NOT_WRITABLE,
    x12.BAD_TIME.code: mapping.NOT_WRITABLE,
    x12.NOT_A_NUMBER.code: mapping.NOT_WRITABLE,
    x12.BAD_CHARACTER.code: mapping.FORBIDDEN_CHARACTER,
    x12.CONDITION_MISSING.code: mapping.RULE_NOT_MET,
    x12.EXCLUSION_VIOLATED.code: mapping.RULE_NOT_MET,
    x12.TOO_MANY_ELEMENTS.code: mapping.NOT_WRITABLE,
    x12.TOO_MANY_COMPONENTS.code: mapping.NOT_WRITABLE,
    x12.TOO_MANY_REPETITIONS.code: mapping.NOT_WRITABLE,
    x12.SEGMENT_TOO_OFTEN.code: mapping.TOO_MANY_TO_WRITE,
    x12.LOOP_TOO_OFTEN.code: mapping.TOO_MANY_TO_WRITE,
    x12.SEGMENT_OUT_OF_ORDER.code: mapping.NO_PLACE,
    x12.UNEXPECTED_SEGMENT.code: mapping.NO_PLACE,
    x12.SEGMENT_NOT_IN_SET.code: mapping.NO_PLACE,
    x12.UNKNOWN_SEGMENT.code: mapping.NO_PLACE,
}
"""What a fault of inbound data is called where it keeps a document from being written."""

_REQUIRED_FIELDS: Final[Mapping[str, str]] = {"PO1": "lines", "POC": "lines", "IT1": "lines", "LIN": "lines"}
"""The field that a missing segment would be written from."""


class _Report:
    """Collects the problems of one document."""

    def __init__(self, set_id: str, strict: bool) -> None:
        self._set_id = set_id
        self._strict = strict
        self.problems: list[Problem] = []

    def add(
        self, kind: ProblemKind, row: Row | None = None, position: int | None = None, *, path: str | None = None,
        found: str | None = None, expected: str | None = None,
    ) -> None:  # fmt: skip
        """A problem that keeps the document from being written."""
        self.problems.append(
            _problem(
                kind, self._set_id, path=path or (row.path(position) if row else None), found=found, expected=expected,
                segment=row.tag if row else None, element=position,
            )
        )  # fmt: skip

    def fault(self, fault: Fault, row: Row) -> None:
        """One fault inside a segment."""
        if any(position == fault.element for position, _ in row.cannot):
            return
        kind = _FAULTS.get(fault.kind.code, fault.kind)
        known = fault.kind.code in _FAULTS
        use = fault.use
        self.problems.append(
            _problem(
                kind, self._set_id,
                severity=self._severity(fault.severity, row) if known or kind.code in PARTNER_CODES else fault.severity,
                path=row.path(fault.element), found=fault.found, expected=fault.expected, segment=row.tag,
                element=fault.element, component=fault.component,
                element_number=use.element.number if use else None, element_name=use.element.name if use else None,
            )
        )  # fmt: skip

    def structure(self, fault: StructureFault, row: Row | None) -> None:
        """A segment that is missing, has no place or comes too often."""
        missing = fault.kind is x12.SEGMENT_MISSING
        path = _REQUIRED_FIELDS.get(fault.tag) if missing else row.path(None) if row else None
        kind = _FAULTS.get(fault.kind.code, fault.kind)
        severity = self._severity(fault.kind.severity, row)
        self.problems.append(
            _problem(kind, self._set_id, severity=severity, path=path, expected=fault.expected, segment=fault.tag)
        )

    def _severity(self, usual: Severity, row: Row | None) -> Severity:
        """What a partner would only note is an error of ours, unless a partner sent it so itself."""
        if usual is Severity.WARNING and self._strict and not (row and row.kept):
            return Severity.ERROR
        return usual


def _problem(
    kind: ProblemKind, set_id: str | None, *, severity: Severity | None = None, path: str | None = None,
    found: str | None = None, expected: str | None = None, segment: str | None = None, element: int | None = None,
    component: int | None = None, element_number: str | None = None, element_name: str | None = None,
) -> Problem:  # fmt: skip
    return Problem(
        code=kind.code, severity=severity or kind.severity, message=kind.title, message_type=set_id, path=path,
        found=found, expected=expected, segment=segment, element=element, component=component,
        element_number=element_number, element_name=element_name, help=kind.help,
    )  # fmt: skip
