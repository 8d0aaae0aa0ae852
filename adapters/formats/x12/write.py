"""Writing interchanges: segments, counts and envelopes, strict in what leaves the house.

Source: ASC X12.5 (ISA, IEA) and X12.6 (GS, GE, ST, SE). Data that holds a separator cannot be
escaped in X12, so such characters are replaced by a blank, never written.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from adapters.formats.x12.tree import Delimiters

Row = Sequence[str]
"""A segment: its id, then its elements."""

STANDARD = Delimiters(element="*", component=">", segment="~", repetition="^")


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
    rows: list[str] = [_header(parties, control_number, usage, version, written_at, marks)]
    rows.extend(_segment(row, marks) for row in before_groups)
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
    return "".join(row + end for row in rows).encode("utf-8")


def _header(
    parties: Parties, control_number: int, usage: str, version: str, written_at: datetime, marks: Delimiters
) -> str:
    """ISA, 105 characters without its terminator."""
    standard = (marks.repetition or "^") if version >= "00402" else "U"
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
    unwanted = {marks.element, marks.segment, "\r", "\n"}
    if not keep_components:
        unwanted.add(marks.component)
    if not any(character in text for character in unwanted):
        return text
    return "".join(" " if character in unwanted else character for character in text)


def composite(components: Sequence[str], marks: Delimiters) -> str:
    """A composite element without trailing empty components."""
    kept = [_clean(component, marks) for component in components]
    while kept and not kept[-1]:
        kept.pop()
    return marks.component.join(kept)
