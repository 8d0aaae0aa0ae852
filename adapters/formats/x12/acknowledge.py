"""Acknowledgments as X12 segments: the 997, the 999 and the TA1.

Source: X12 997 (AK1 to AK9) in 004010 and 005010, 999 (IK3 to IK5, CTX) in 005010, and the TA1 segment of X12.5.
Both say only that the gateway could read and accept the syntax; whether the order is taken, an 855 says.
"""

from collections.abc import Iterator
from datetime import datetime

from adapters.formats.x12.ack_codes import Speech
from adapters.formats.x12.tree import Delimiters
from adapters.formats.x12.write import Row, composite
from canonical.functional_acknowledgment import Context, ElementError, FunctionalAcknowledgment, SetAcknowledgment
from canonical.interchange_acknowledgment import InterchangeAcknowledgment

LONGEST_ID = 3
"""AK301."""
LONGEST_RELEASE = 12
"""AK103."""
LONGEST_IMPLEMENTATION = 35
"""AK203."""

_CUT = "…"
"""Ends a value that was shortened where a person reads it; no part of what was sent."""


def functional_rows(document: FunctionalAcknowledgment, speech: Speech, marks: Delimiters) -> tuple[Row, ...]:
    """The segments of one 997 or 999 between ST and SE."""
    return tuple(_functional(document, speech, marks))


def _functional(document: FunctionalAcknowledgment, speech: Speech, marks: Delimiters) -> Iterator[Row]:
    release = _repeated(document.release, LONGEST_RELEASE, marks) if speech.newer else ""
    yield ("AK1", composite((document.functional_id,), marks), composite((document.number,), marks), release)
    for entry in document.sets:
        implementation = _repeated(entry.implementation, LONGEST_IMPLEMENTATION, marks) if speech.newer else ""
        yield ("AK2", entry.message_type, composite((entry.control_number,), marks), implementation)
        yield from segment_rows(entry, speech, marks)
        yield (_tag("AK5", speech), entry.status_code, *entry.codes)
    yield (
        "AK9", document.status_code, str(document.received or 0 if document.claimed is None else document.claimed),
        str(document.received or 0), str(document.accepted or 0), *document.codes,
    )  # fmt: skip


def segment_rows(entry: SetAcknowledgment, speech: Speech, marks: Delimiters) -> Iterator[Row]:
    """AK3 and AK4, or IK3, CTX and IK4, of one transaction set.

    A segment with several faults gets an AK3 for each: AK304 stands once and does not repeat, in both releases. An id
    that is too long is cut for AK301, and what has no name that can stand there is told by AK5 alone.
    """
    for segment in entry.segments:
        name = segment.segment[:LONGEST_ID]
        if not (name.isascii() and name.isalnum() and len(name) > 1):
            continue
        for code in segment.codes:
            yield (_tag("AK3", speech), name, str(segment.position), segment.loop or "", code)
            if speech.kind == "999":
                for context in segment.contexts:
                    yield from _context(context, marks)
            if code == "8":
                for error in segment.elements:
                    yield _element_error(error, speech, marks)


def _element_error(error: ElementError, speech: Speech, marks: Delimiters) -> Row:
    place = [str(error.element), str(error.component) if error.component is not None else ""]
    if speech.newer and error.repetition is not None:
        place.append(str(error.repetition))
    number = error.element_number if error.element_number and error.element_number.isdigit() else ""
    return (_tag("AK4", speech), composite(place, marks), number, error.code, _copy(error.value, marks))


def _repeated(value: str | None, longest: int, marks: Delimiters) -> str:
    """An optional value that the answer repeats, left out where it cannot stand there as it was sent."""
    return value if value and len(value) <= longest and _copy(value, marks) == value else ""


def _copy(value: str | None, marks: Delimiters) -> str:
    """A value as it may stand in AK404 and CTX: what cannot be written as it was sent is not written at all."""
    copy = (value or "").removesuffix(_CUT)
    separators = filter(None, (marks.element, marks.component, marks.segment, marks.repetition))
    if not (copy.isascii() and copy.isprintable()) or any(mark in copy for mark in separators):
        return ""
    return copy.strip()


def _context(context: Context, marks: Delimiters) -> Iterator[Row]:
    """CTX with the business document that a fault is in; none where its number cannot be written."""
    for entry in context.identifiers:
        value = _copy(entry.value, marks)
        if value:
            yield ("CTX", composite((entry.name, value), marks))


def _tag(tag: str, speech: Speech) -> str:
    return tag if speech.kind == "997" else "I" + tag[1:]


def interchange_row(document: InterchangeAcknowledgment, date: str, time: str, written_at: datetime) -> Row:
    """The TA1 segment; ``date`` and ``time`` are ISA09 and ISA10 of the acknowledged interchange, as sent.

    TA102 has six digits and TA103 four, whatever was sent: a longer date or time is shortened, and where none can be
    made out, those of the acknowledgment itself stand in.
    """
    number = document.number.zfill(9) if document.number.isdigit() else document.number
    day = date[-6:] if date.isascii() and date.isdigit() and len(date) in (6, 8) else written_at.strftime("%y%m%d")
    clock = time[:4] if time.isascii() and time.isdigit() and len(time) >= 4 else written_at.strftime("%H%M")
    return ("TA1", number, day, clock, document.status_code, document.note_code)
