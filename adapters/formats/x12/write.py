"""Writing interchanges: segments, counts and envelopes, strict in what leaves the house.

Source: ASC X12.5 (ISA, IEA) and X12.6 (GS, GE, ST, SE). Data that holds a separator cannot be
escaped in X12, so such characters are replaced by a blank, never written.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from adapters.formats.x12.element_check import CONTROLS
from adapters.formats.x12.tree import Delimiters

_CONTROL = re.compile(f"[{CONTROLS}]").match

_REPETITIONS = "^!|:>\\`"
"""Characters that separate repetitions, the usual one first."""

Row = Sequence[str]
"""A segment: its id, then its elements."""

FIRST_WITH_REPETITION = "00402"
"""The first version of the envelope (ISA12) in which ISA11 is the repetition separator."""

STANDARD = Delimiters(element="*", component=">", segment="~", repetition="^")


def with_repetition(marks: Delimiters, version: str) -> Delimiters:
    """The separators as ISA declares them: from version 00402 on with one for repetitions, before without.

    Where none is given, it is the usual one that is free.
    """
    used = (marks.element, marks.component, marks.segment)
    repetition = marks.repetition or next(one for one in _REPETITIONS if one not in used)
    return replace(marks, repetition=repetition if version >= FIRST_WITH_REPETITION else None)


@dataclass(frozen=True, slots=True)
class Parties:
    """Who speaks to whom in an interchange: (qualifier, id) each, as in ISA05 to ISA08."""

    sender: tuple[str, str]
    receiver: tuple[str, str]


@dataclass(frozen=True, slots=True)
class GroupToWrite:
    """One functional group: its transaction sets are the rows between ST and SE."""

    functional_id: str
    sender: str
    receiver: str
    control_number: int
    release: str
    sets: tuple[tuple[str, tuple[Row, ...]], ...]
    """(ST01, rows) each; numbered from 0001."""
    implementation: str = ""
    """ST03."""


def write_interchange(
    *,
    parties: Parties,
    control_number: int,
    usage: str,
    version: str,
    written_at: datetime,
    delimiters: Delimiters,
    before_groups: Iterable[Row] = (),
    groups: Sequence[GroupToWrite] = (),
) -> bytes:
    """A whole interchange; ``before_groups`` holds TA1 segments."""
    marks = delimiters
    date, time = written_at.strftime("%Y%m%d"), written_at.strftime("%H%M")
    rows = [_segment(row, marks) for row in before_groups]
    for group in groups:
        number = str(group.control_number)
        rows.append(
            _segment(
                ("GS", group.functional_id, group.sender, group.receiver, date, time, number, "X", group.release), marks
            )
        )
        for ordinal, (set_id, body) in enumerate(group.sets, start=1):
            control = f"{ordinal:04d}"
            rows.append(_segment(("ST", set_id, control, group.implementation), marks))
            rows.extend(_segment(row, marks) for row in body)
            rows.append(_segment(("SE", str(len(body) + 2), control), marks))
        rows.append(_segment(("GE", str(len(group.sets)), number), marks))
    rows.append(_segment(("IEA", str(len(groups)), f"{control_number:09d}"), marks))
    end = marks.segment if marks.segment in ("\r", "\n") else marks.segment + "\n"
    # ISA is of fixed bytes, and the ids in it may be those that a sender gave in some charset of its own: a character
    # of theirs is a byte, as it was read.
    header = _header(parties, control_number, usage, version, written_at, marks) + end
    return header.encode("latin-1", errors="replace") + "".join(row + end for row in rows).encode("utf-8")


def _header(
    parties: Parties, control_number: int, usage: str, version: str, written_at: datetime, marks: Delimiters
) -> str:
    """ISA, 105 bytes in Latin-1 without its terminator."""
    standard = with_repetition(marks, version).repetition or "U"
    (sender_qualifier, sender), (receiver_qualifier, receiver) = parties.sender, parties.receiver
    return marks.element.join(
        (
            "ISA", "00", " " * 10, "00", " " * 10,
            f"{_clean(sender_qualifier, marks):<2.2}", f"{_clean(sender, marks):<15.15}",
            f"{_clean(receiver_qualifier, marks):<2.2}", f"{_clean(receiver, marks):<15.15}",
            written_at.strftime("%y%m%d"), written_at.strftime("%H%M"), standard, version,
            f"{control_number:09d}", "0", usage, marks.component,
        )
    )  # fmt: skip


def _segment(row: Row, marks: Delimiters) -> str:
    """A segment without trailing empty elements (X12.6: they are not sent)."""
    elements = [row[0]]
    elements.extend(_clean(element, marks, keep_components=True) for element in row[1:])
    while len(elements) > 1 and not elements[-1]:
        elements.pop()
    return marks.element.join(elements)


def _clean(text: str, marks: Delimiters, *, keep_components: bool = False) -> str:
    """The text without separators and control characters; nothing that is written here repeats inside an element."""
    unwanted = marks.element + marks.segment + (marks.repetition or "") + ("" if keep_components else marks.component)
    if text.isprintable() and not any(mark in text for mark in unwanted):
        return text
    return "".join(" " if one in unwanted or _CONTROL(one) else one for one in text)


def composite(components: Sequence[str], marks: Delimiters) -> str:
    """A composite element without trailing empty components."""
    kept = [_clean(component, marks) for component in components]
    while kept and not kept[-1]:
        kept.pop()
    return marks.component.join(kept)
