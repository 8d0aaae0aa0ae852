"""A partner's verdict on an interchange: X12 TA1 to canonical."""

from adapters.formats.x12.guide import code_name
from adapters.formats.x12.tree import Segment
from adapters.mappings import x12_words as words
from adapters.mappings.x12_sections import keep
from adapters.mappings.x12_values import iso_date, iso_time
from canonical.parts import Plain

_ELEMENTS = 5


def interchange_acknowledgment(segment: Segment) -> Plain:
    """TA1: 01-03 number, date and time of the interchange it is about, 04 the verdict, 05 why.

    A date or time that is none, and anything after 05, is kept with the whole segment.
    """
    day, clock = iso_date(segment[2]), iso_time(segment[3])
    found = {
        "number": segment[1],
        "issue_date": day,
        "interchange_time": clock,
        "status": words.INTERCHANGE_VERDICTS.get(segment[4], "other"),
        "status_code": segment[4],
        "note_code": segment[5],
        "reason": code_name("I18", segment[5]),
    }
    answer: Plain = {name: value for name, value in found.items() if value}
    unread = (segment[2] and not day) or (segment[3] and not clock)
    if unread or any(segment.elements[_ELEMENTS + 1 :]):
        keep(answer, segment)
    return answer
