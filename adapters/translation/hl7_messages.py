"""One HL7 message: its header judged, mapped to a canonical document, its problems placed."""

import json
from dataclasses import dataclass
from typing import Final

from pydantic import ValidationError

from adapters.formats.hl7 import problems
from adapters.formats.hl7.message import Fault, Hl7Message
from adapters.formats.hl7.names import field_name
from adapters.formats.hl7.places import Lines
from adapters.hl7_settings import PATIENT_SEGMENTS
from adapters.mappings.hl7.context import Finding, Hl7Context
from adapters.mappings.hl7.registry import UNMAPPED, mapping_of
from adapters.mappings.problems import NOT_EXPRESSIBLE
from adapters.partner import UNKNOWN_PARTNER, Partner
from adapters.reading import Message
from canonical.checked import AnyDocument, checked
from canonical.parts import Plain, Provenance
from canonical.problem import Problem, Severity
from canonical.registry import DOCUMENTS
from canonical.rejection import Rejection

MOST_PROBLEMS: Final = 500
"""Problems that are told of one message."""
_LONGEST_NUMBER: Final = 200
_VERSIONS: Final = frozenset({"2.1", "2.2", "2.3", "2.4", "2.5", "2.6", "2.7", "2.8", "2.9"})
_PROCESSING: Final = frozenset("PTD")
_TESTS: Final = frozenset("TD")
"""MSH-11: training and debugging are not to be booked."""


@dataclass(frozen=True, slots=True)
class Given:
    """A message and where it stands."""

    message: Hl7Message
    partner: Partner | None
    position: int
    sha256: str
    batch: str | None
    """BHS-11 of the batch around it."""
    secret: bytes | None
    lines: Lines
    parties: tuple[str, str]
    """Sender and receiver."""
    cut_off: bool
    too_large: bool


def read_message(given: Given) -> Message:
    """The message as a document, or as a rejection with its problems. Never raises on the content."""
    report = _Report(given)
    message = given.message
    partner = given.partner or UNKNOWN_PARTNER
    for fault in message.faults:
        report.fault(fault)
    _judge_header(given, report)
    document_type, mapping = mapping_of(message, partner.hl7)
    if document_type == UNMAPPED and partner.hl7.unmapped == "reject" and not report.rejects:
        report.fault(Fault(problems.TYPE_NOT_TAKEN, 1, 9, message.type[:20], "a supply message"))
    number = message.control_id[:_LONGEST_NUMBER] or f"{message.type or 'HL7'}-{given.sha256[:12]}-{given.position}"
    document: AnyDocument | None = None
    if not report.rejects:
        context = Hl7Context(message, partner.hl7, given.secret, number)
        plain = mapping(context)
        for finding in context.findings:
            report.finding(finding)
        number = str(plain.get("number") or number)
        document = _document(document_type, plain, given, report)
    found = tuple(report.problems)
    test = message.header.value(11).strip().upper() in _TESTS
    if document is not None:
        return Message(given.position, document, True, found, partner, test)
    rejection = Rejection(
        document_type=document_type, number=number, problems=found, provenance=_provenance(given)
    )  # fmt: skip
    return Message(given.position, rejection, False, found, partner, test)


def _document(document_type: str, plain: Plain, given: Given, report: "_Report") -> AnyDocument | None:
    """The document, unless something rejects it."""
    if report.rejects:
        return None
    try:
        return checked(DOCUMENTS[document_type], {**plain, "provenance": _plain_provenance(given)})
    except ValidationError as error:
        # The message says something that the canonical form has no words for.
        for each in error.errors(include_input=False, include_url=False, include_context=False)[:20]:
            path = ".".join(map(str, each["loc"]))
            report.finding(Finding(NOT_EXPRESSIBLE, given.message.header, path=path, expected=each["msg"]))
        return None


def parties_of(message: Hl7Message) -> tuple[str, str]:
    """Sender and receiver as ``APPLICATION|FACILITY``; without a facility ``APPLICATION`` alone.

    Where one has no name, its universal id stands there.
    """
    header = message.header
    names = [header.value(field).strip() or header.value(field, 2).strip() for field in (3, 4, 5, 6)]
    return "|".join(names[:2]).removesuffix("|"), "|".join(names[2:]).removesuffix("|")


def _judge_header(given: Given, report: "_Report") -> None:
    """What MSH must say, and what the frame around the message says."""
    message = given.message
    header = message.header
    if given.cut_off:
        report.fault(Fault(problems.CUT_OFF, 1))
    if given.too_large:
        report.fault(Fault(problems.TOO_LARGE, 1))
    if not header.value(9).strip():
        report.fault(Fault(problems.HEADER_INCOMPLETE, 1, 9, expected="a message type in MSH-9"))
    elif not message.control_id:
        report.fault(Fault(problems.CONTROL_ID_MISSING, 1, 10))
    processing = header.value(11).strip()
    if processing and processing.upper() not in _PROCESSING:
        report.fault(Fault(problems.PROCESSING_UNKNOWN, 1, 11, processing[:10], "P, T or D"))
    version = message.version
    if version and not (version[:3] in _VERSIONS and version[3:4] in ("", ".")):
        report.fault(Fault(problems.VERSION_UNKNOWN, 1, 12, version[:10], "2.1 to 2.9"))
    pointer = message.first("DSC")
    fragment = message.first("ADD") or (pointer if pointer and pointer.value(1) and pointer.value(2) != "I" else None)
    if fragment is not None:
        report.fault(Fault(problems.FRAGMENT, fragment.index))
    if given.partner is None:
        report.unknown_sender()


def _provenance(given: Given) -> Provenance:
    return Provenance.model_validate(_plain_provenance(given))


def _plain_provenance(given: Given) -> Plain:
    message = given.message
    sender, receiver = given.parties
    return {
        "standard": "HL7",
        "release": message.version or None,
        "message_type": message.type or None,
        "interchange": given.batch or None,
        "transaction": message.control_id or None,
        "sender": sender,
        "receiver": receiver,
        "sha256": given.sha256,
    }


class _Report:
    """Collects the problems of one message, and finds their places."""

    def __init__(self, given: Given) -> None:
        self._given = given
        self.problems: list[Problem] = []
        self._errors = 0

    @property
    def rejects(self) -> bool:
        """Whether one of them is an error."""
        return self._errors > 0

    def fault(self, fault: Fault) -> None:
        """A fault of the way it is written."""
        segments = self._given.message.segments
        segment = segments[(fault.segment or 1) - 1]
        self.finding(Finding(fault.kind, segment, fault.field, None, fault.found, fault.expected))

    def unknown_sender(self) -> None:
        """Names the identity as a partner file would, so that it can be copied there."""
        sender, _ = self._given.parties
        identity = f'{{ scheme = "MSH", id = {json.dumps(sender[:_LONGEST_NUMBER])} }}'
        help = (
            f"If this sender is yours, add {identity} to its file in partners/ and replay the delivery. If not, ask "
            "who has sent it."
        )
        header = self._given.message.header
        finding = Finding(problems.UNKNOWN_SENDER, header, 3, None, sender[:80], "an identity of a partner")
        self.finding(finding, help)

    def finding(self, finding: Finding, help: str | None = None) -> None:
        """A problem of the message; of a segment about the patient no value is told."""
        kind, segment = finding.kind, finding.segment
        self._errors += kind.severity is Severity.ERROR
        if len(self.problems) >= MOST_PROBLEMS:
            return
        message = self._given.message
        offset, length = message.place(segment, finding.field, component=finding.component)
        about_patient = segment.tag in PATIENT_SEGMENTS
        self.problems.append(
            Problem(
                code=kind.code,
                severity=kind.severity,
                message=kind.title,
                line=self._given.lines.line(offset),
                offset=offset,
                length=length,
                interchange=self._given.batch or None,
                transaction=message.control_id or None,
                message_type=message.type or "?",
                segment=segment.tag,
                segment_index=segment.index,
                element=finding.field,
                component=finding.component,
                element_name=field_name(segment.tag, finding.field),
                found=None if about_patient else finding.found,
                expected=finding.expected,
                path=finding.path,
                help=help or kind.help,
                ack=problems.ACK_CODES.get(kind.code) or _mapped_ack(kind.code),
            )
        )


def _mapped_ack(code: str) -> str | None:
    condition = problems.ERROR_CODES.get(code)
    return f"ERR-3={condition}" if condition else None
