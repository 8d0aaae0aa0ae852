"""Reading an X12 delivery: every transaction set a message, every interchange a closing with its answers."""

import hashlib
import json
from collections.abc import Iterable, Iterator

from adapters.contracts import Content
from adapters.formats.x12 import problems
from adapters.formats.x12.ack_codes import FunctionalKind, speech_for
from adapters.formats.x12.check import Checker
from adapters.formats.x12.delimiters import InterchangeHeader
from adapters.formats.x12.earlier_dates import dates_are_short
from adapters.formats.x12.events import (
    AcknowledgmentRead,
    EnvelopeFault,
    Event,
    GroupBegin,
    GroupEnd,
    InterchangeBegin,
    InterchangeEnd,
    Outside,
    SetRead,
    fault_at,
)
from adapters.formats.x12.guide import RELEASES, functional_id_of, nearest_release
from adapters.formats.x12.places import Places
from adapters.formats.x12.reader import read_x12
from adapters.formats.x12.tree import Segment
from adapters.formats.x12.unwrap import unwrap
from adapters.formats.x12.verdict import acknowledge_group
from adapters.mappings.registry import X12_MAPPINGS
from adapters.partner import UNKNOWN_PARTNER, Partner, PartnerFor
from adapters.reading import Closing, InterchangeKey, Item, Message
from adapters.translation.x12_answers import answers, functional_wanted
from adapters.translation.x12_duplicates import usual_severity
from adapters.translation.x12_foresight import Ahead, Foresight
from adapters.translation.x12_group_answers import GroupAnswer, GroupAnswers
from adapters.translation.x12_sets import (
    MOST_PROBLEMS,
    UNSUPPORTED,
    Surroundings,
    acknowledgment_message,
    envelope_element,
    read_set,
    rejection,
)
from adapters.translation.x12_strictness import strictness_of
from adapters.translation.x12_verdicts import verdict_on
from canonical.functional_acknowledgment import SetAcknowledgment
from canonical.parts import Provenance
from canonical.problem import Problem, Severity
from canonical.rejection import Rejection

_HANDLED_GROUPS = frozenset(functional_id_of(set_id) for set_id in X12_MAPPINGS)
"""GS01 of the groups that hold what has a mapping."""

_DIGESTED = 1 << 20
"""Bytes that are hashed at a time."""


class X12Reading:
    """One pass over an X12 delivery."""

    def __init__(self, content: Content, sha256: str, partner_for: PartnerFor, *, foresee: bool = True) -> None:
        unwrapped = unwrap(content)
        self._content = unwrapped.content if unwrapped else content
        self._foresight = (
            Foresight(lambda: X12Reading(content, sha256, partner_for, foresee=False)) if foresee else None
        )
        self._sha256 = sha256
        self._partner_for = partner_for
        self._places = Places(content, unwrapped)
        self._position = 0
        self.groups = 0
        """Functional groups that were begun so far."""
        self._outside: list[Problem] = []

    def items(self) -> Iterator[Item]:
        """The messages of each interchange, then its closing; what stands outside all comes last."""
        interchange: _Interchange | None = None
        for event in read_x12(self._content):
            if isinstance(event, InterchangeBegin):
                interchange = self._begin(event)
            elif isinstance(event, Outside):
                if len(self._outside) < MOST_PROBLEMS:
                    self._outside.append(self._problem(event.fault, None))
            elif interchange is None:
                continue
            elif isinstance(event, InterchangeEnd):
                interchange.late.extend(self._problems(event.faults, interchange))
                yield from self._close(interchange)
                interchange = None
            else:
                yield from self._inside(interchange, event)
        if self._outside:
            yield from self._close_outside()

    def _begin(self, event: InterchangeBegin) -> "_Interchange":
        header = event.header
        partner = self._partner_for("ISA", header[5], header[6])
        interchange = _Interchange(header, event.end, partner or UNKNOWN_PARTNER)
        interchange.early = self._problems(event.faults, interchange)
        if partner is None:
            interchange.early.append(self._unknown_sender(header, interchange))
            interchange.unknown = True
        if self._foresight is not None:
            known = {(problem.code, problem.offset) for problem in interchange.early}
            interchange.ahead = self._foresight.of_next(interchange.partner)
            interchange.early += [
                problem for problem in interchange.ahead.fatal if (problem.code, problem.offset) not in known
            ]
        interchange.fatal = [problem for problem in interchange.early if problem.severity is Severity.ERROR]
        return interchange

    def _unknown_sender(self, header: InterchangeHeader, interchange: "_Interchange") -> Problem:
        """Names the identity as a partner file would, so that it can be copied there."""
        segment = Segment(list(header.elements), 1, header.offset, sum(map(len, header.elements)) + 16)
        separator = header.delimiters.element
        fault = fault_at(problems.UNKNOWN_SENDER, segment, 6, separator, header.sender, "an identity of a partner")
        qualifier, id = json.dumps(header[5][:2]), json.dumps(header[6][:35])
        identity = f'{{ scheme = "ISA", qualifier = {qualifier}, id = {id} }}'
        return self._problem(fault, interchange).model_copy(
            update={
                "help": f"If this sender is yours, add {identity} to its file in partners/ and replay the delivery. "
                "If not, ask who put the file there."
            }
        )

    def _inside(self, interchange: "_Interchange", event: Event) -> Iterator[Message]:
        match event:
            case GroupBegin():
                self.groups += 1
                interchange.group = event
                interchange.answerable = interchange.answerable or (event.segment is not None)
                interchange.headless = []
                interchange.sets = []
                interchange.numbers = set()
                interchange.group_problems = self._problems(event.faults, interchange)
                if event.segment is not None and event.control_number in interchange.group_numbers:
                    fault = EnvelopeFault(
                        problems.GROUP_NUMBER_REPEATED, event.segment.offset, event.segment.length,
                        event.control_number, "a number not used in this interchange", "GS",
                    )  # fmt: skip
                    interchange.group_problems += self._problems([fault], interchange)
                interchange.group_numbers.add(event.control_number)
                self._judge_kind(interchange, event)
            case SetRead():
                yield self._set(interchange, event)
            case AcknowledgmentRead():
                self._position += 1
                interchange.messages += 1
                interchange.answerable = True
                yield acknowledgment_message(event.segment, self._surroundings(interchange), interchange.fatal)
            case GroupEnd():
                interchange.group_problems += self._problems(event.faults, interchange)
                self._end_group(interchange, event)
            case _:
                pass

    def _judge_kind(self, interchange: "_Interchange", group: GroupBegin) -> None:
        """Tells where a group's kind is not handled, or its release has no guides of its own."""
        release, segment = group.release, group.segment
        if segment is not None and group.functional_id not in _HANDLED_GROUPS:
            separator, found = interchange.header.delimiters.element, group.functional_id
            fault = fault_at(
                problems.GROUP_NOT_SUPPORTED, segment, 1, separator, found, "a kind of group that is handled"
            )
            interchange.group_problems += self._problems([fault], interchange)
        if segment is None or release[:6] in RELEASES:
            return
        known = len(release) >= 6 and release[:6].isdecimal()
        kind = problems.RELEASE_APPROXIMATED if known else problems.GROUP_RELEASE_UNKNOWN
        fault = EnvelopeFault(kind, segment.offset, segment.length, release[:12], nearest_release(release), "GS")
        interchange.group_problems += self._problems([fault], interchange)

    def _surroundings(self, interchange: "_Interchange") -> Surroundings:
        around = interchange.around
        if around is None or around.group is not interchange.group:
            around = interchange.around = Surroundings(
                header=interchange.header,
                group=interchange.group,
                partner=interchange.partner,
                sha256=self._sha256,
                places=self._places,
                checker=interchange.checker(),
            )
        around.position = self._position
        return around

    def _set(self, interchange: "_Interchange", event: SetRead) -> Message:
        self._position += 1
        interchange.messages += 1
        first = event.segments[0]
        number = first[2].strip()
        surroundings = self._surroundings(interchange)
        if event.headless:
            found = [self._problem(fault, interchange) for fault in event.faults]
            interchange.headless.extend(found)
            return rejection(UNSUPPORTED, interchange.header.control_number, found, surroundings)
        overriding = [
            *interchange.fatal,
            *(problem for problem in interchange.group_problems if problem.severity is Severity.ERROR),
        ]
        taken_along = self._taken_along(interchange)
        if taken_along:
            sibling = EnvelopeFault(
                problems.SIBLING_REJECTED, first.offset, first.length, None, "no error in any of them", "ST"
            )
            named = {"transaction": number, "message_type": first[1].strip()}
            overriding.append(self._problem(sibling, interchange).model_copy(update=named))
        repeated = number in interchange.numbers
        interchange.numbers.add(number)
        message, own = read_set(event, surroundings, overriding, repeated=repeated)
        wanted = interchange.partner.acknowledgments
        if wanted.functional != "never":
            verdict = verdict_on(event, own, taken_along=taken_along)
            if verdict.status == "accepted" and not wanted.detail:
                # Only counted in the 997, so that one value stands for all: half a million would take 400 MB.
                verdict = interchange.unlisted = interchange.unlisted or verdict
            interchange.sets.append(verdict)
        return message

    def _taken_along(self, interchange: "_Interchange") -> bool:
        """Whether another set's error rejects the present one."""
        group = interchange.group
        if group is None or not interchange.ahead.takes_along(self._position, self.groups, interchange.partner):
            return False
        return group.functional_id != "FA"

    def _end_group(self, interchange: "_Interchange", event: GroupEnd) -> None:
        group = interchange.group
        interchange.group = None
        interchange.late.extend(interchange.group_problems[: MOST_PROBLEMS - len(interchange.late)])
        # Acknowledgments are never acknowledged: two translators would answer each other for ever (X12 997).
        if group is None or group.segment is None or group.functional_id in ("", "FA"):
            return
        wanted = interchange.partner.acknowledgments
        if wanted.functional == "never":
            return
        document = acknowledge_group(
            functional_id=group.functional_id,
            control_number=group.control_number,
            release=group.release,
            claimed=event.claimed,
            sets=interchange.sets,
            problems=[*interchange.group_problems, *interchange.headless],
            rejected=any(problem.severity is Severity.ERROR for problem in interchange.group_problems),
            detail=wanted.detail,
        )
        if functional_wanted(wanted, document):
            kind = speech_for(group.release, wanted.functional_kind).kind
            answer = GroupAnswer(sender=group[2], receiver=group[3], document=document)
            interchange.answers.setdefault(kind, GroupAnswers()).append(answer)

    def _close(self, interchange: "_Interchange") -> Iterator[Item]:
        header = interchange.header
        wanted = interchange.partner.acknowledgments
        known = {(problem.code, problem.offset) for problem in interchange.early}
        late = (problem for problem in interchange.late if (problem.code, problem.offset) not in known)
        told = [*interchange.early, *late][:MOST_PROBLEMS]
        refused = bool(interchange.fatal) or not interchange.messages or not interchange.answerable
        if not interchange.messages:
            # Whatever came in that envelope, it does not go by without a word.
            empty = EnvelopeFault(problems.EMPTY_INTERCHANGE, header.offset, header.length, None, None, "ISA")
            told.append(self._problem(empty, interchange))
            self._position += 1
            yield rejection("interchange", header.control_number, told, self._surroundings(interchange))
        reused = EnvelopeFault(
            problems.CONTROL_NUMBER_REUSED, header.offset, header.length, header.control_number,
            "a control number that was not used before", "ISA",
        )  # fmt: skip
        conflict = self._problem(reused, interchange)
        again = EnvelopeFault(problems.RESEND, header.offset, header.length, header.control_number, None, "ISA")
        # A group's own faults are told in its 997; only those of the interchange stand in the TA1, and what keeps a
        # group from getting a 997 at all.
        own = [problem for problem in told if problem.group is None or (problem.ack or "").startswith("TA105")]
        yield Closing(
            partner=interchange.partner,
            key=InterchangeKey(header.sender, header.receiver, header.control_number, header.usage),
            sha256=self._digest(header.offset, interchange.end),
            fatal=bool(interchange.fatal),
            quarantine=interchange.unknown,
            problems=tuple(told),
            answers=answers(header, wanted, interchange.answers, own, rejected=refused),
            repeat=self._problem(again, interchange),
            conflict=conflict,
            conflict_answers=answers(header, wanted, {}, [conflict], rejected=True),
        )

    def _digest(self, start: int, end: int) -> str:
        """SHA-256 of a stretch of the bytes, hexadecimal; a large interchange is not copied for it."""
        found = hashlib.sha256()
        for position in range(start, end, _DIGESTED):
            found.update(self._content[position : min(position + _DIGESTED, end)])
        return found.hexdigest()

    def _close_outside(self) -> Iterator[Item]:
        """What stands outside all interchanges; where there is none at all, the delivery itself is rejected."""
        found = tuple(self._outside)
        unreadable = any(problem.severity is Severity.ERROR for problem in found)
        if unreadable and self._position == 0:
            self._position += 1
            document = Rejection(
                document_type="interchange",
                number="unreadable",
                problems=found,
                provenance=Provenance(standard="UNKNOWN", sha256=self._sha256),
            )
            yield Message(self._position, document, False, found, UNKNOWN_PARTNER, False)
        yield Closing(partner=UNKNOWN_PARTNER, key=None, sha256=self._sha256, fatal=unreadable, problems=found)

    def _problems(self, faults: Iterable[EnvelopeFault], interchange: "_Interchange") -> list[Problem]:
        """Faults of the envelopes as their partner's rules judge them."""
        found = [self._problem(fault, interchange) for fault in faults]
        strictness = strictness_of(interchange.partner)
        return found if strictness is None else strictness.judged(found)

    def _problem(self, fault: EnvelopeFault, interchange: "_Interchange | None") -> Problem:
        group = interchange.group if interchange else None
        number, name = envelope_element(fault)
        offset, length = self._places.span(fault.offset, fault.length)
        return Problem(
            code=fault.kind.code,
            severity=usual_severity(fault.kind, interchange.partner) if interchange else fault.kind.severity,
            message=fault.kind.title,
            line=self._places.line(offset),
            offset=offset,
            length=length,
            interchange=interchange.header.control_number if interchange else None,
            group=(group.control_number or None) if group else None,
            segment=fault.segment,
            element=fault.element,
            element_number=number,
            element_name=name,
            found=fault.found,
            expected=fault.expected,
            help=fault.kind.help,
            ack=_ack(fault),
        )


def _ack(fault: EnvelopeFault) -> str | None:
    """How an acknowledgment tells a fault of an envelope; it is the same in all releases."""
    if fault.kind is problems.HEADER_VALUE_BAD:
        return problems.HEADER_NOTES.get(fault.element or 0)
    return problems.ACK_CODES.get(fault.kind.code)


class _Interchange:
    """What is known of the interchange that is being read."""

    def __init__(self, header: InterchangeHeader, end: int, partner: Partner) -> None:
        self.header = header
        self.end = end
        self.partner = partner
        self.unknown = False
        self.early: list[Problem] = []
        self.late: list[Problem] = []
        self.fatal: list[Problem] = []
        self.messages = 0
        self.answerable = False
        """Whether a GS was seen, whose 997 tells what became of its sets, or a TA1. Without, the TA1 alone tells."""
        self.ahead = Ahead()
        self.group: GroupBegin | None = None
        self.headless: list[Problem] = []
        """What is told of segments of the group so far that stand behind no ST."""
        self.group_numbers: set[str] = set()
        self.group_problems: list[Problem] = []
        self.sets: list[SetAcknowledgment] = []
        self.unlisted: SetAcknowledgment | None = None
        """Stands among ``sets`` for each accepted one that the 997 does not list."""
        self.numbers: set[str] = set()
        """ST02 of the group so far."""
        self.answers: dict[FunctionalKind, GroupAnswers] = {}
        """Of the groups so far, by what answers them."""
        self.around: Surroundings | None = None
        """Of the sets of the present group."""
        self._checkers: dict[tuple[str, bool], Checker] = {}

    def checker(self) -> Checker:
        """The checker for the release of the current group."""
        version = (self.group.release if self.group else "") or self.header[12]
        release, short_dates = kept = nearest_release(version), dates_are_short(version)
        if kept not in self._checkers:
            self._checkers[kept] = Checker(release, self.header.delimiters, short_dates=short_dates)
        return self._checkers[kept]
