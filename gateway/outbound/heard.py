"""What an acknowledgment says about what we sent: canonical 997, 999, TA1, 824 and HL7 ACK in one form. No ledger.

Sources: X12 997 (AK1, AK2, AK5, AK9), X12.5 (TA1), X12 824 (OTI), HL7 v2.9.1 section 2.13.8 (MSA).
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Final

from canonical.application_acknowledgment import ApplicationAcknowledgment, MessageAcknowledgment
from canonical.document import Document
from canonical.functional_acknowledgment import FunctionalAcknowledgment, SegmentError, SetAcknowledgment
from canonical.interchange_acknowledgment import InterchangeAcknowledgment

ACCEPTED: Final = "accepted"
WITH_ERRORS: Final = "accepted_with_errors"
PARTIALLY: Final = "partially_accepted"
REJECTED: Final = "rejected"
UNCLEAR: Final = "other"

_VERDICTS: Final[Mapping[str, str]] = {
    "accepted": ACCEPTED,
    "acceptedWithErrors": WITH_ERRORS,
    "acceptedWithChanges": WITH_ERRORS,
    "partiallyAccepted": PARTIALLY,
    "rejected": REJECTED,
}
TYPES: Final = frozenset({"functional_acknowledgment", "interchange_acknowledgment", "application_acknowledgment"})
"""Documents that acknowledge."""
_MOST_SAID: Final = 12
"""Faults that a summary names."""


class About(Enum):
    """By what an acknowledgment names what it is about."""

    GROUP = "group"
    """GS06."""
    INTERCHANGE = "interchange"
    """ISA13."""
    MESSAGE = "message"
    """MSH-10."""
    DOCUMENT = "document"
    """The document's own number."""


@dataclass(frozen=True, slots=True)
class Heard:
    """One verdict on one transmission."""

    about: About
    number: str
    """As we write it: ISA13 with nine digits, GS06 without leading zeros."""
    kind: str
    """``997``, ``TA1``, ``824`` or ``ACK``."""
    verdict: str
    """``accepted``, ``accepted_with_errors``, ``partially_accepted``, ``rejected`` or ``other``."""
    said: str
    """The codes, in words for a person, without content."""
    functional_id: str | None = None
    sets: tuple[tuple[str, str], ...] = ()
    """(ST02, verdict); empty where the verdict holds for all."""
    usage: str | None = None

    @property
    def final(self) -> bool:
        """Whether it is what was awaited: an accepted envelope (TA1) says nothing about the documents in it."""
        return self.about is not About.INTERCHANGE or self.verdict == REJECTED

    def of_set(self, number: str | None) -> str:
        """The verdict on one transaction set."""
        return next((verdict for control, verdict in self.sets if control == number), self.verdict)


def heard(document: Document) -> Iterator[Heard]:
    """The verdicts in an acknowledgment; nothing where the document is none."""
    match document:
        case FunctionalAcknowledgment():
            yield _functional(document)
        case InterchangeAcknowledgment():
            note = f" {document.note_code}" if document.note_code != "000" else ""
            number = document.number.strip()
            yield Heard(
                About.INTERCHANGE, number.zfill(9), "TA1", _VERDICTS.get(document.status, UNCLEAR),
                f"TA1 {document.status_code}{note}",
            )  # fmt: skip
        case ApplicationAcknowledgment() if document.provenance and document.provenance.standard == "HL7":
            yield from _message(document)
        case ApplicationAcknowledgment():
            yield from (found for message in document.messages if (found := _application(message)) is not None)
        case _:
            pass


def plain_number(text: str) -> str:
    """A control number without leading zeros, as partners send it or not."""
    return text.strip().lstrip("0") or "0"


def _functional(document: FunctionalAcknowledgment) -> Heard:
    said = [f"AK9 {document.status_code}{_codes(document.codes)}", *_faults(document.sets)]
    return Heard(
        About.GROUP,
        plain_number(document.number),
        _kind(document, "997"),
        _overall(
            _VERDICTS.get(document.status, UNCLEAR), [_VERDICTS.get(each.status, UNCLEAR) for each in document.sets]
        ),
        _together(said),
        functional_id=document.functional_id,
        sets=tuple((each.control_number, _VERDICTS.get(each.status, UNCLEAR)) for each in document.sets),
    )


def _overall(group: str, sets: list[str]) -> str:
    """The worst of what is said: some partners accept a group (AK9 A) in which they reject a set (AK5 R)."""
    if group == ACCEPTED and sets and any(each == REJECTED for each in sets):
        return REJECTED if all(each == REJECTED for each in sets) else PARTIALLY
    if group == ACCEPTED and WITH_ERRORS in sets:
        return WITH_ERRORS
    return group


def _faults(sets: Iterable[SetAcknowledgment]) -> Iterator[str]:
    for each in sets:
        if each.status == "accepted":
            continue
        yield f"{each.message_type} {each.control_number}: AK5 {each.status_code}{_codes(each.codes)}"
        for segment in each.segments:
            yield f"{segment.segment} at {segment.position}{_segment(segment)}"


def _segment(segment: SegmentError) -> str:
    """Codes and element numbers alone: a copy of the value may be patient data."""
    told = f" (AK304{_codes(segment.codes)})" if segment.codes else ""
    for error in segment.elements:
        told += f", element {error.element:02d} (AK403 {error.code})"
    return told


def _message(document: ApplicationAcknowledgment) -> Iterator[Heard]:
    first = next(iter(document.messages), None)
    if first is None or not first.control_number:
        return
    errors = [f"ERR {error.code}" for error in first.errors]
    said = _together([f"MSA {first.status_code}", *errors])
    yield Heard(About.MESSAGE, first.control_number, "ACK", _VERDICTS.get(document.status, UNCLEAR), said)


def _application(message: MessageAcknowledgment) -> Heard | None:
    """One OTI of an 824: by the group that it names, or else by the document's own number."""
    verdict = _VERDICTS.get(message.status, UNCLEAR)
    said = _together([f"824 {message.status_code}", *(f"TED {error.code}" for error in message.errors)])
    if message.group:
        sets = ((message.control_number, verdict),) if message.control_number else ()
        return Heard(About.GROUP, plain_number(message.group), "824", verdict, said, sets=sets)
    if message.references:
        return Heard(About.DOCUMENT, message.references[0].value or "", "824", verdict, said)
    return None


def _kind(document: Document, usual: str) -> str:
    provenance = document.provenance
    return (provenance.message_type if provenance else None) or usual


def _codes(codes: Iterable[str]) -> str:
    told = ", ".join(codes)
    return f" {told}" if told else ""


def _together(said: list[str]) -> str:
    more = len(said) - _MOST_SAID
    return "; ".join(said[:_MOST_SAID]) + (f"; and {more} more" if more > 0 else "")
