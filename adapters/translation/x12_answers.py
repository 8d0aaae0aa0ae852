"""The answers to an X12 interchange: which acknowledgments are due, and how they are rendered."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from adapters.formats.x12.ack_codes import FunctionalKind, Speech, speech_for
from adapters.formats.x12.acknowledge import functional_rows, interchange_row
from adapters.formats.x12.delimiters import InterchangeHeader
from adapters.formats.x12.guide import RELEASES, segment_guide
from adapters.formats.x12.tree import Delimiters
from adapters.formats.x12.verdict import ack_code
from adapters.formats.x12.write import STANDARD, GroupToWrite, Parties, Row, with_repetition, write_interchange
from adapters.partner import Acknowledgments
from adapters.translation.x12_group_answers import GroupAnswers
from canonical.functional_acknowledgment import FunctionalAcknowledgment
from canonical.interchange_acknowledgment import InterchangeAcknowledgment
from canonical.problem import Problem, Severity

_VERSION = 12
"""The element of ISA that holds the version of the envelope."""

NextNumber = Callable[[str], int]
"""Gives the next control number of a scope, 1 to 999999999, never one twice."""


class Address(BaseModel):
    """Where an answer goes: the inbound envelope, with the parties still as they were sent."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    sender: tuple[str, str]
    """ISA05 and ISA06 of the inbound interchange: whom the answer is for."""
    receiver: tuple[str, str]
    usage: str
    version: str
    date: str
    time: str
    element: str
    component: str
    segment: str
    repetition: str | None = None


class Answer(BaseModel):
    """One acknowledgment to send: everything that rendering needs but the control numbers and the time."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: Literal["997", "999", "TA1"]
    address: Address
    groups: GroupAnswers = Field(default_factory=GroupAnswers)
    interchange: InterchangeAcknowledgment | None = None


def answers(
    header: InterchangeHeader,
    wanted: Acknowledgments,
    groups: Mapping[FunctionalKind, GroupAnswers],
    problems: Sequence[Problem],
    *,
    rejected: bool,
) -> tuple[Answer, ...]:
    """The acknowledgments that are due to an interchange: a TA1 where asked for, then a 997 or 999 for its groups.

    ``groups`` are those that are answered, by what answers them. ``rejected``: nothing in the envelope was accepted.
    Then there is neither 997 nor 999: nothing was looked at for acceptance.
    """
    address = _address(header)
    told = [problem for problem in problems if (ack_code(problem) or ("",))[0] == "TA105"]
    due: list[Answer] = []
    if _interchange_wanted(wanted, header, rejected=rejected, noted=bool(told)):
        due.append(Answer(kind="TA1", address=address, interchange=_interchange(header, told, rejected=rejected)))
    if not rejected:
        due.extend(Answer(kind=kind, address=address, groups=members) for kind, members in groups.items())
    return tuple(due)


def _interchange_wanted(wanted: Acknowledgments, header: InterchangeHeader, *, rejected: bool, noted: bool) -> bool:
    match wanted.interchange:
        case "always":
            return True
        case "never":
            return False
        case "rejected":
            return rejected or noted
        case _:
            return rejected or header[14] == "1"


def functional_wanted(wanted: Acknowledgments, document: FunctionalAcknowledgment) -> bool:
    """Whether a group with this verdict is answered."""
    if wanted.functional == "rejected":
        return document.status != "accepted"
    return wanted.functional == "always"


def _interchange(
    header: InterchangeHeader, problems: Sequence[Problem], *, rejected: bool
) -> InterchangeAcknowledgment:
    worst = sorted(problems, key=lambda problem: problem.severity is not Severity.ERROR)
    note = "000"
    if worst:
        _, note = ack_code(worst[0]) or ("", "024")
    elif rejected:
        note = "024"
    return InterchangeAcknowledgment(
        number=header.control_number,
        status="rejected" if rejected else "acceptedWithErrors" if worst else "accepted",
        status_code="R" if rejected else "E" if worst else "A",
        note_code=note,
    )


def _address(header: InterchangeHeader) -> Address:
    marks = header.delimiters
    if not _presentable(marks):
        marks = STANDARD
    version = _version(header[12])
    marks = with_repetition(marks, version)
    return Address(
        sender=(header[5], header[6]),
        receiver=(header[7], header[8]),
        usage=header.usage if header.usage in ("P", "T", "I") else "P",
        version=version,
        date=_unwrapped(header[9]),
        time=_unwrapped(header[10]),
        element=marks.element,
        component=marks.component,
        segment=marks.segment,
        repetition=marks.repetition,
    )


def _version(sent: str) -> str:
    """ISA12 of the answer: the sender's own where the standard knows it and it is not older than what we write."""
    guide = segment_guide("ISA", RELEASES[0])
    known = (guide.elements[_VERSION - 1].element.codes if guide else None) or frozenset()
    return sent if sent in known and sent >= "00400" else "00401"


def _unwrapped(text: str) -> str:
    """Without the line end that a file wrapped after so many columns may have inside its header."""
    return text.replace("\r", "").replace("\n", "")


def _presentable(marks: Delimiters) -> bool:
    """Whether we would write these separators ourselves: the sender can read them, and so can a person."""
    plain = (marks.element, marks.component, *filter(None, (marks.repetition,)))
    return (
        bool(marks.component)
        and all(len(mark) == 1 and mark.isascii() and mark.isprintable() and mark not in " .,-/0" for mark in plain)
        and (marks.segment in ("\n", "\r") or (marks.segment.isascii() and marks.segment.isprintable()))
    )


def render_answer(answer: Answer, next_number: NextNumber, written_at: datetime) -> tuple[bytes, str]:
    """An acknowledgment as bytes, with its own control numbers, and its ISA13.

    Parties are swapped; a 997 speaks the release of the group that it acknowledges (GS08), a 999 that or 005010, so
    that groups of several releases get a group of answers each.
    """
    address = answer.address
    us, them = address.receiver, address.sender
    pair = f"{us[0]}:{us[1]}>{them[0]}:{them[1]}"
    number = next_number(f"ISA {pair} {address.usage}")
    marks = Delimiters(address.element, address.component, address.segment, address.repetition)
    groups: list[GroupToWrite] = []
    for (sender, receiver, speech), members in _by_speech(answer).items():
        groups.append(
            GroupToWrite(
                functional_id="FA",
                sender=receiver,
                receiver=sender,
                control_number=next_number(f"GS {pair} FA"),
                release=speech.release,
                sets=tuple((speech.kind, functional_rows(document, speech, marks)) for document in members),
                implementation=speech.implementation,
            )
        )
    before: tuple[Row, ...] = ()
    if answer.interchange is not None:
        before = (interchange_row(answer.interchange, address.date, address.time, written_at),)
    content = write_interchange(
        parties=Parties(us, them), control_number=number, usage=address.usage, version=address.version,
        written_at=written_at, delimiters=marks, before_groups=before, groups=groups,
    )  # fmt: skip
    return content, f"{number:09d}"


def _by_speech(answer: Answer) -> dict[tuple[str, str, Speech], list[FunctionalAcknowledgment]]:
    together: dict[tuple[str, str, Speech], list[FunctionalAcknowledgment]] = {}
    for group in answer.groups:
        speech = speech_for(group.document.release or "", "999" if answer.kind == "999" else "997")
        together.setdefault((group.sender, group.receiver, speech), []).append(group.document)
    return together
