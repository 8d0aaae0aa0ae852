"""Acknowledgments as X12 segments: the 997 and the TA1.

Source: X12 997 (AK1 to AK9) in 004010 and 005010, and the TA1 segment of X12.5. A 997 says only that
the gateway could read and accept the syntax; whether the order is taken, an 855 says.
"""

from collections.abc import Iterator

from adapters.formats.x12.tree import Delimiters
from adapters.formats.x12.write import Row, composite
from canonical.functional_acknowledgment import ElementError, FunctionalAcknowledgment, SetAcknowledgment
from canonical.interchange_acknowledgment import InterchangeAcknowledgment

_NOT_IN_004010 = {("AK502", "18"): "6", ("AK403", "12"): "3", ("AK403", "13"): "3"}
"""Codes that came with 005010, and what says it nearest before."""


def functional_rows(document: FunctionalAcknowledgment, release: str, marks: Delimiters) -> tuple[Row, ...]:
    """The segments of one 997 between ST and SE; ``release`` is that of the 997 itself."""
    newer = release >= "005010"
    return tuple(_functional(document, newer, marks))


def _functional(document: FunctionalAcknowledgment, newer: bool, marks: Delimiters) -> Iterator[Row]:
    yield ("AK1", document.functional_id, document.number, (document.release or "") if newer else "")
    for entry in document.sets:
        yield ("AK2", entry.message_type, entry.control_number, (entry.implementation or "") if newer else "")
        yield from _segment_errors(entry, newer, marks)
        yield ("AK5", entry.status_code, *(_code("AK502", code, newer) for code in entry.codes))
    yield (
        "AK9", document.status_code, str(document.received or 0 if document.claimed is None else document.claimed),
        str(document.received or 0), str(document.accepted or 0), *document.codes,
    )  # fmt: skip


def _segment_errors(entry: SetAcknowledgment, newer: bool, marks: Delimiters) -> Iterator[Row]:
    for segment in entry.segments:
        for code in segment.codes:
            yield ("AK3", segment.segment, str(segment.position), segment.loop or "", code)
            if code == "8":
                for error in segment.elements:
                    yield _element_error(error, newer, marks)


def _element_error(error: ElementError, newer: bool, marks: Delimiters) -> Row:
    place = [str(error.element)]
    if error.component is not None or (newer and error.repetition is not None):
        place.append(str(error.component) if error.component is not None else "")
    if newer and error.repetition is not None:
        place.append(str(error.repetition))
    copy = error.value if error.value and error.value.isprintable() else ""
    for mark in (marks.element, marks.component, marks.segment, marks.repetition or ""):
        if mark and mark in copy:
            copy = ""
    number = error.element_number if error.element_number and error.element_number.isdigit() else ""
    return ("AK4", composite(place, marks), number, _code("AK403", error.code, newer), copy)


def _code(element: str, code: str, newer: bool) -> str:
    return code if newer else _NOT_IN_004010.get((element, code), code)


def interchange_row(document: InterchangeAcknowledgment, date: str, time: str) -> Row:
    """The TA1 segment; ``date`` and ``time`` are ISA09 and ISA10 of the acknowledged interchange, as sent,
    and left out where they are none."""
    day = date if len(date) == 6 and date.isascii() and date.isdigit() else ""
    clock = time if len(time) == 4 and time.isascii() and time.isdigit() else ""
    return ("TA1", document.number, day, clock, document.status_code, document.note_code)
