"""Breaking the interchange itself: ISA, IEA, separators, the bytes around it, the end of the file."""

import random
from collections.abc import Callable, Iterator
from typing import Final

from adapters.formats.x12 import problems
from adapters.samples.draft import Draft, Place
from adapters.samples.rule import Rule
from canonical.problem import ProblemKind

_LONGER_THAN_ALLOWED: Final = (1 << 20) + (1 << 16)
"""Bytes of a segment beyond what a reader takes."""
_HALF_A_SEGMENT: Final = (
    problems.ELEMENT_MISSING, problems.CONDITION_MISSING, problems.TOO_SHORT, problems.BAD_CODE, problems.BAD_DATE,
    problems.BAD_TIME, problems.NOT_A_NUMBER, problems.TRAILING_SEPARATORS, problems.UNKNOWN_SEGMENT,
    problems.UNEXPECTED_SEGMENT, problems.SEGMENT_NOT_IN_SET, problems.SEGMENT_MISSING, problems.SEGMENT_OUT_OF_ORDER,
)  # fmt: skip
"""What may be wrong with the segment in which a file breaks off."""
_HEADER: Final[tuple[tuple[str, int, str, str], ...]] = (
    ("senders-qualifier", 5, "X1", "ISA05 is X1"),
    ("receivers-qualifier", 7, "X1", "ISA07 is X1"),
    ("receiver", 8, " " * 15, "ISA08 is blank"),
    ("authorization-qualifier", 1, "99", "ISA01 is 99"),
    ("security-qualifier", 3, "99", "ISA03 is 99"),
    ("interchange-date", 9, "261131", "ISA09 is no day of the calendar"),
    ("interchange-time", 10, "2561", "ISA10 is no time of day"),
    ("interchange-standard", 11, "X", "ISA11 is X"),
    ("interchange-version", 12, "00040", "ISA12 is no version"),
    ("acknowledgment-requested", 14, "7", "ISA14 is 7"),
    ("test-indicator", 15, "Q", "ISA15 is Q"),
)


def _header_value(element: int, value: str) -> Callable[[Draft, random.Random], Place | None]:
    def breaks(draft: Draft, _: random.Random) -> Place | None:
        header = draft.first("ISA")
        if element in (11, 12) and draft.repeating:
            # There ISA11 is a separator, and without its version it would be none.
            return None
        header[element] = value
        return Place("ISA", header, element)

    return breaks


def numbers_differ(draft: Draft, _: random.Random) -> Place | None:
    """IEA02 is another number than ISA13."""
    trailer = draft.first("IEA")
    trailer[2] = f"{(int(trailer[2]) + 1) % 10**9:09d}"
    return Place("IEA", trailer, 2)


def bad_number(draft: Draft, _: random.Random) -> Place | None:
    """ISA13 holds a letter."""
    header, trailer = draft.first("ISA"), draft.first("IEA")
    header[13] = trailer[2] = f"{header[13][:8]}A"
    return Place("ISA", header, 13)


def group_count(draft: Draft, _: random.Random) -> Place | None:
    """IEA01 counts one group too many."""
    trailer = draft.first("IEA")
    trailer[1] = str(int(trailer[1]) + 1)
    return Place("IEA", trailer, 1)


def stray(draft: Draft, _: random.Random) -> Place | None:
    """A segment stands in front of GS."""
    lost = ["REF", "ZZ", "LOST"]
    draft.insert(draft.first("GS"), lost)
    return Place("REF", lost)


def no_group(draft: Draft, _: random.Random) -> Place | None:
    """GS is misspelt, so that nothing opens the group. A 999 would be read as one of 004010 then, which has none."""
    if draft.first("ST")[1] == "999":
        return None
    draft.first("GS")[0] = "GZ"
    draft.first("IEA")[1] = "0"
    return Place("ST", draft.first("ST"))


def no_trailer(draft: Draft, _: random.Random) -> Place | None:
    """IEA is missing."""
    last = draft.rows[draft.index(draft.first("IEA")) - 1]
    draft.remove(draft.first("IEA"))
    return Place("IEA", last)


def cut_off(draft: Draft, rng: random.Random) -> Place | None:
    """The transfer breaks off somewhere in the last transaction set."""
    start, end = draft.offset(draft.spans()[-1].rows[2]), draft.offset(draft.spans()[-1].rows[-1])
    draft.cut = rng.randrange(start, end)
    return Place("IEA")


def empty(draft: Draft, _: random.Random) -> Place | None:
    """GS and GE, and nothing between them."""
    start, end = draft.index(draft.first("GS")), draft.index(draft.first("GE"))
    del draft.rows[start : end + 1]
    draft.first("IEA")[1] = "0"
    return Place("ISA", draft.first("ISA"))


def same_separators(draft: Draft, _: random.Random) -> Place | None:
    """ISA16 is the segment terminator."""
    header = draft.first("ISA")
    header[16] = draft.marks.segment
    return Place("ISA", header)


def header_incomplete(draft: Draft, _: random.Random) -> Place | None:
    """The file ends in ISA."""
    header = draft.first("ISA")
    draft.whole = draft.marks.element.join(header[:9]).encode()
    return Place("ISA", header)


def header_not_fixed(draft: Draft, _: random.Random) -> Place | None:
    """The ids in ISA are not filled with blanks."""
    header = draft.first("ISA")
    header[6], header[8] = header[6].rstrip(), header[8].rstrip()
    return Place("ISA", header)


def byte_order_mark(draft: Draft, _: random.Random) -> Place | None:
    """A text editor has marked the file."""
    draft.lead = b"\xef\xbb\xbf"
    return Place()


def outside(draft: Draft, _: random.Random) -> Place | None:
    """A mainframe's line stands behind IEA."""
    draft.tail = b"END OF TRANSMISSION\n"
    return Place()


def no_interchange(draft: Draft, _: random.Random) -> Place | None:
    """The file is an archive."""
    draft.whole = b"PK\x03\x04\x14\x00\x00\x00\x08\x00 order.edi"
    return Place()


def nothing(draft: Draft, _: random.Random) -> Place | None:
    """The file is empty."""
    draft.whole = b""
    return Place()


def endless_segment(draft: Draft, rng: random.Random) -> Place | None:
    """The terminator of a segment is lost in so much text that no reader looks for it any longer."""
    span = rng.choice(draft.spans())
    row = ["NTE", "GEN", "X" * _LONGER_THAN_ALLOWED]
    draft.insert(span.rows[-1], row)
    return Place(None, row)


def envelope_rules() -> Iterator[Rule]:
    """The rules for the interchange, those of the table of docs/acknowledgments.md first."""
    p = problems

    def rule(name: str, kind: ProblemKind, what: str, breaks: Callable[[Draft, random.Random], Place | None],
             *follows: ProblemKind) -> Rule:  # fmt: skip
        return Rule(name, kind, what, breaks, follows)

    yield rule("numbers-of-isa-and-iea-differ", p.INTERCHANGE_NUMBERS_DIFFER, "IEA02 is another number than ISA13",
               numbers_differ)  # fmt: skip
    for name, element, value, what in _HEADER:
        yield rule(name, p.HEADER_VALUE_BAD, what, _header_value(element, value))
    yield rule("interchange-control-number", p.CONTROL_NUMBER_BAD, "ISA13 holds a letter", bad_number)
    yield rule("number-of-groups", p.GROUP_COUNT_WRONG, "IEA01 counts one group too many", group_count)
    yield rule("segment-between-sets", p.STRAY_SEGMENT, "a segment stands in front of GS", stray)
    yield rule("set-outside-a-group", p.GROUP_HEADER_MISSING, "GS is misspelt", no_group, p.STRAY_SEGMENT)
    yield rule("interchange-ends-early", p.INTERCHANGE_TRAILER_MISSING, "IEA is missing", no_trailer)
    yield rule("file-cut-off", p.INTERCHANGE_TRAILER_MISSING, "the file ends in the middle", cut_off,
               p.GROUP_TRAILER_MISSING, p.SET_TRAILER_MISSING, *_HALF_A_SEGMENT)  # fmt: skip
    yield rule("empty-interchange", p.EMPTY_INTERCHANGE, "nothing stands between ISA and IEA", empty)
    yield rule("same-separators", p.BAD_DELIMITERS, "ISA16 is the segment terminator", same_separators,
               p.JUNK_BETWEEN)  # fmt: skip
    yield rule("header-cut-off", p.HEADER_INCOMPLETE, "the file ends in ISA", header_incomplete, p.JUNK_BETWEEN)
    yield rule("header-not-padded", p.HEADER_NOT_FIXED, "the ids in ISA are not filled with blanks", header_not_fixed)
    yield rule("byte-order-mark", p.BYTE_ORDER_MARK, "a text editor has marked the file", byte_order_mark)
    yield rule("text-behind-iea", p.JUNK_BETWEEN, "a mainframe's line stands behind IEA", outside)
    yield rule("another-kind-of-file", p.NO_INTERCHANGE, "the file is an archive", no_interchange, p.JUNK_BETWEEN)
    yield rule("empty-file", p.EMPTY_DELIVERY, "the file is empty", nothing)
    yield rule("endless-segment", p.SEGMENT_TOO_LONG, "a segment is longer than a million bytes", endless_segment,
               p.SET_TRAILER_MISSING, p.SEGMENT_COUNT_WRONG)  # fmt: skip
