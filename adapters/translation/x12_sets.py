"""One transaction set: placed by its guide, checked, and mapped to a canonical document."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from pydantic import ValidationError

from adapters.formats.x12 import problems
from adapters.formats.x12.ack_codes import Speech, speech_for, spoken
from adapters.formats.x12.bounded_loops import unclosed_loops
from adapters.formats.x12.check import Checker, Fault
from adapters.formats.x12.cursor import Cursor, StructureFault, grammar
from adapters.formats.x12.delimiters import InterchangeHeader
from adapters.formats.x12.events import EnvelopeFault, GroupBegin, SetRead, fault_at
from adapters.formats.x12.guide import RELEASES, functional_id_of, nearest_release, segment_guide
from adapters.formats.x12.overlay_check import set_rules
from adapters.formats.x12.places import Places, element_place
from adapters.formats.x12.tree import Loop, Segment
from adapters.mappings.context import Finding, X12Context
from adapters.mappings.interchange_acknowledgment import interchange_acknowledgment
from adapters.mappings.problems import NOT_EXPRESSIBLE
from adapters.mappings.registry import X12_DOCUMENT_TYPES, X12_MAPPINGS, number_of
from adapters.mappings.x12_overlay import mapped
from adapters.partner import Partner
from adapters.reading import Message
from adapters.translation.x12_contents import content_findings
from adapters.translation.x12_duplicates import usual_severity
from adapters.translation.x12_padding import give_back, take_padding
from adapters.translation.x12_strictness import strictness_of
from canonical.checked import AnyDocument, checked
from canonical.interchange_acknowledgment import InterchangeAcknowledgment
from canonical.parts import Plain, Provenance
from canonical.problem import Problem, Severity
from canonical.registry import DOCUMENTS
from canonical.rejection import Rejection

MOST_PROBLEMS: Final = 500
"""Problems that are told of one transaction set; a file of nothing but faults must not fill the ledger."""

_SEGMENT_ID: Final = re.compile(r"[A-Za-z0-9]{1,3}", re.ASCII)
_SET_ID: Final = re.compile(r"[0-9]{3}")

UNSUPPORTED: Final = "unsupported"
"""The document type of a rejected transaction set that we have no word for."""


@dataclass(slots=True)
class Surroundings:
    """Where a transaction set stands. One serves all sets of a group, so that most is worked out once."""

    header: InterchangeHeader
    group: GroupBegin | None
    partner: Partner
    sha256: str
    places: Places
    checker: Checker
    position: int = 0
    """Of the set that is being read."""
    release: str = field(init=False)
    """The release of the guides that read it, from GS08, else from ISA12."""
    group_number: str | None = field(init=False)
    """GS06, where there is a group."""
    test: bool = field(init=False)
    """Whether ISA15 says that this is a test."""
    _origin: Plain = field(init=False)

    def __post_init__(self) -> None:
        header, group = self.header, self.group
        self.release = nearest_release((group.release if group else "") or header[12])
        self.group_number = group.control_number if group else None
        self.test = header.usage == "T"
        self._origin = {
            "standard": "X12",
            "release": (group.release if group else "") or None,
            "interchange": header.control_number,
            "group": self.group_number or None,
            "sender": header.sender,
            "receiver": header.receiver,
            "sha256": self.sha256,
        }

    @property
    def speech(self) -> Speech:
        """The acknowledgment that its group gets."""
        return speech_for(self.group.release if self.group else "", self.partner.acknowledgments.functional_kind)

    @property
    def separator(self) -> str:
        """What stands between elements."""
        return self.header.delimiters.element

    def provenance(self, message_type: str | None, transaction: str | None) -> Provenance:
        """Where a message comes from."""
        return Provenance.model_validate(self.plain_provenance(message_type, transaction))

    def plain_provenance(self, message_type: str | None, transaction: str | None) -> Plain:
        """The same as plain data."""
        return {**self._origin, "message_type": message_type, "transaction": transaction}


def read_set(
    event: SetRead, around: Surroundings, overriding: Sequence[Problem], *, repeated: bool
) -> tuple[Message, list[Problem]]:
    """A transaction set as a message, and its own problems.

    ``overriding`` are errors of the envelopes around it, which reject it whatever it holds;
    ``repeated`` says that its control number stood in the group before.
    """
    first = event.segments[0]
    message_type, control = first[1].strip(), first[2].strip()
    report = _Report(around, message_type, control)
    for fault in event.faults:
        report.envelope(fault)
    if repeated:
        told = "a number that no other set of the group has"
        report.envelope(fault_at(problems.SET_NUMBER_REPEATED, first, 2, around.separator, control, told))
    if not (control.isalnum() and 4 <= len(control) <= 9):
        told = "four to nine letters or digits in ST02"
        report.envelope(fault_at(problems.SET_NUMBER_BAD, first, 2, around.separator, control, told))
    tree = _place(event, around, report, message_type)
    document: AnyDocument | None = None
    if tree is not None and not overriding and not report.rejects:
        document = _map(event, tree, around, report, message_type, control)
    if document is None:
        all_told = (*overriding, *report.problems)
        number = number_of(message_type, event.segments) or control or around.header.control_number
        return rejection(
            X12_DOCUMENT_TYPES.get(message_type, UNSUPPORTED), number, all_told, around, message_type, control
        ), report.problems
    return (
        Message(around.position, document, True, tuple(report.problems), around.partner, around.test),
        report.problems,
    )


def acknowledgment_message(segment: Segment, around: Surroundings, overriding: Sequence[Problem]) -> Message:
    """A TA1 segment as a message."""
    report = _Report(around, "TA1", None)
    report.elements(segment, "", around.checker.faults(segment, ""))
    provenance = around.provenance("TA1", None)
    if not overriding and not report.rejects:
        plain = interchange_acknowledgment(segment)
        document = InterchangeAcknowledgment.model_validate({**plain, "provenance": provenance})
        return Message(around.position, document, True, tuple(report.problems), around.partner, around.test)
    told = (*overriding, *report.problems)
    return rejection("interchange_acknowledgment", segment[1].strip() or "TA1", told, around, "TA1")


def rejection(
    document_type: str,
    number: str,
    told: Sequence[Problem],
    around: Surroundings,
    message_type: str | None = None,
    transaction: str | None = None,
) -> Message:
    """A message of an interchange that is not accepted."""
    provenance = around.provenance(message_type, transaction or None)
    document = Rejection(document_type=document_type, number=number, problems=tuple(told), provenance=provenance)
    return Message(around.position, document, False, tuple(told), around.partner, around.test)


def _place(event: SetRead, around: Surroundings, report: "_Report", message_type: str) -> Loop | None:
    """The set as a tree, checked; None where no guide knows it."""
    first = event.segments[0]
    known = grammar(message_type, around.release)
    if known is None:
        kind = problems.SET_NOT_SUPPORTED if _SET_ID.fullmatch(message_type) else problems.SET_ID_BAD
        report.envelope(EnvelopeFault(kind, first.offset, first.length, message_type[:20], None, "ST"))
        return None
    expected = functional_id_of(message_type)
    group = around.group
    if group is not None and group.segment is not None and expected and group.functional_id != expected:
        report.envelope(
            EnvelopeFault(
                problems.SET_NOT_IN_GROUP, first.offset, first.length,
                f"{message_type} in a group {group.functional_id!r}"[:60], f"GS01 {expected}", "ST",
            )
        )  # fmt: skip
    overlay = around.partner.x12
    rules = set_rules(overlay, message_type, around.release) if overlay is not None else None
    cursor = Cursor(known)
    placed = 0
    for at, found in around.checker.faulty(event.segments, event.texts):
        cursor.place_all(event.segments[placed : at + 1])
        placed = at + 1
        segment = event.segments[at]
        told = found if rules is None else [fault for fault in found if not rules.agreed(segment, fault)]
        report.elements(segment, cursor.loop.path, told)
    cursor.place_all(event.segments[placed:])
    if event.segments[-1].elements[0] == "SE":
        cursor.finish(event.segments[-1])
    for fault in (*cursor.faults, *unclosed_loops(cursor.root, event.segments)):
        report.structure(fault)
    if rules is not None:
        for fault in rules.uses(cursor.root):
            report.structure(fault)
        for segment, path, deviation in rules.elements(cursor.root, around.header.delimiters):
            report.element(segment, deviation, path)
    return cursor.root


def _map(
    event: SetRead, tree: Loop, around: Surroundings, report: "_Report", message_type: str, control: str
) -> AnyDocument | None:
    document_type, mapping = X12_MAPPINGS.get(message_type, (UNSUPPORTED, None))
    if mapping is None:
        first = next(tree.segments())
        report.envelope(
            EnvelopeFault(problems.SET_NOT_SUPPORTED, first.offset, first.length, message_type[:20], None, "ST")
        )
        return None
    context = X12Context(message_type, around.release, around.header.delimiters, around.partner)
    sent = take_padding(event.segments, event.texts, around.header.delimiters.element)
    plain = mapped(mapping, tree, context)
    contents = content_findings(tree, around.release, event.segments)
    give_back(sent)
    for finding in (*context.findings, *contents):
        report.finding(finding)
    if report.rejects:
        return None
    plain["provenance"] = around.plain_provenance(message_type, control)
    try:
        return checked(DOCUMENTS[document_type], plain)
    except ValidationError as error:
        # The message is accepted by its guide and yet says something that the canonical form has no words for.
        first = next(tree.segments())
        for fault in error.errors(include_input=False, include_url=False, include_context=False)[:20]:
            path = ".".join(map(str, fault["loc"]))
            report.finding(Finding(NOT_EXPRESSIBLE, first, path=path, expected=fault["msg"]))
        return None


def envelope_element(fault: EnvelopeFault) -> tuple[str | None, str | None]:
    """Number and name of the element at fault in an envelope segment; envelopes are alike in all releases."""
    return _named(fault.segment or "", fault.element, RELEASES[0])


def _named(tag: str, position: int | None, release: str) -> tuple[str | None, str | None]:
    """Number and name of an element; nothing where the segment as a whole is meant, or its guide does not know it."""
    guide = segment_guide(tag, release) if position is not None else None
    if guide is None or position is None or not 1 <= position <= len(guide.elements):
        return None, None
    element = guide.elements[position - 1].element
    return element.number, element.name


def _segment_id(tag: str) -> str:
    """The id as it can be told: what is none, as the rest of a text, is shortened to the length of one."""
    return tag if _SEGMENT_ID.fullmatch(tag) else tag[:3]


class _Report:
    """Collects the problems of one transaction set."""

    def __init__(self, around: Surroundings, message_type: str, transaction: str | None) -> None:
        self._around = around
        self._message_type = message_type
        self._transaction = transaction
        self._strictness = strictness_of(around.partner)
        self.problems: list[Problem] = []
        self.rejects = False

    def _add(self, code: str, severity: Severity, ack: str | None, **fields: object) -> None:
        if self._strictness is not None:
            judged = self._strictness.severity(code, severity)
            if judged is None:
                return
            severity = judged
        if severity is Severity.ERROR:
            self.rejects = True
        if len(self.problems) >= MOST_PROBLEMS:
            return
        around = self._around
        place, size = fields["offset"], fields["length"]
        assert isinstance(place, int) and isinstance(size, int)  # noqa: S101 - problems of a set have a place
        offset, length = around.places.span(place, size)
        self.problems.append(
            Problem.model_validate(
                {
                    **fields,
                    "ack": spoken(ack, code, around.speech),
                    "code": code,
                    "severity": severity,
                    "offset": offset,
                    "length": length,
                    "line": around.places.line(offset),
                    "interchange": around.header.control_number,
                    "group": around.group_number,
                    "transaction": self._transaction,
                    "message_type": self._message_type,
                }
            )
        )

    def envelope(self, fault: EnvelopeFault) -> None:
        """A fault of ST, SE or of the set as a whole."""
        kind = fault.kind
        number, name = envelope_element(fault)
        self._add(
            code=kind.code, severity=usual_severity(kind, self._around.partner), message=kind.title,
            offset=fault.offset, length=fault.length, segment=fault.segment, element=fault.element,
            element_number=number, element_name=name, found=fault.found, expected=fault.expected, help=kind.help,
            ack=problems.ACK_CODES.get(kind.code),
        )  # fmt: skip

    def structure(self, fault: StructureFault) -> None:
        """A segment that is missing, unknown, misplaced or too many."""
        kind, segment = fault.kind, fault.segment
        self._add(
            code=kind.code, severity=kind.severity, message=kind.title, offset=segment.offset, length=segment.length,
            segment=_segment_id(fault.tag), segment_index=fault.index, loop=fault.loop or None, expected=fault.expected,
            help=kind.help, ack=problems.ACK_CODES.get(kind.code),
        )  # fmt: skip

    def elements(self, segment: Segment, loop: str, faults: Sequence[Fault]) -> None:
        """What is wrong inside a segment. ST and SE are judged as envelopes, not element by element."""
        if segment.tag in ("ST", "SE"):
            return
        for fault in faults:
            self.element(segment, fault, loop)

    def element(self, segment: Segment, fault: Fault, loop: str = "") -> None:
        """One fault inside a segment."""
        if self.rejects and len(self.problems) >= MOST_PROBLEMS:
            # Neither told nor of any further consequence.
            return
        kind, use = fault.kind, fault.use
        title = kind.title
        if use is not None and title.startswith("value "):
            title = use.element.name + title.removeprefix("value")
        offset, length = element_place(segment, fault.element, self._around.header.delimiters.element)
        self._add(
            code=kind.code, severity=fault.severity, message=title, offset=offset, length=length,
            segment=segment.tag, segment_index=segment.index, loop=loop or None, element=fault.element,
            component=fault.component, repetition=fault.repetition,
            element_number=use.element.number if use else None, element_name=use.element.name if use else None,
            found=fault.found, expected=fault.expected, help=kind.help, ack=problems.ACK_CODES.get(kind.code),
        )  # fmt: skip

    def finding(self, finding: Finding) -> None:
        """What a mapping met."""
        kind, segment = finding.kind, finding.segment
        offset = length = 0
        number = name = None
        if segment is not None:
            number, name = _named(segment.tag, finding.element, self._around.release)
            offset, length = element_place(segment, finding.element, self._around.header.delimiters.element)
        self._add(
            code=kind.code, severity=finding.severity or kind.severity, message=kind.title, offset=offset,
            length=length, segment=segment.tag if segment else None, segment_index=segment.index if segment else None,
            element=finding.element, element_number=number, element_name=name, found=finding.found,
            expected=finding.expected, path=finding.path, help=kind.help,
            ack="AK502=5" if kind.severity is Severity.ERROR else None,
        )  # fmt: skip
