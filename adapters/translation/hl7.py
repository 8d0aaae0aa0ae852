"""Reading an HL7 delivery: every message a message, and behind it, or behind its batch, a closing with the answers."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from adapters.contracts import Content
from adapters.formats.hl7 import problems
from adapters.formats.hl7.message import Hl7Message, parse_message
from adapters.formats.hl7.places import Lines
from adapters.formats.hl7.reader import EnvelopeBytes, Junk, MessageBytes, is_wide, read_hl7
from adapters.partner import UNKNOWN_PARTNER, Partner, PartnerFor
from adapters.reading import Closing, InterchangeKey, Item, Message
from adapters.translation.hl7_answers import Due, answers_to
from adapters.translation.hl7_messages import Given, parties_of, read_message
from adapters.translation.hl7_render import Hl7Answer, batch_answer
from adapters.translation.hl7_senders import partner_named, partner_of
from canonical.parts import Provenance
from canonical.problem import Problem, ProblemKind, Severity
from canonical.rejection import Rejection

MOST_OUTSIDE: Final = 500
"""Problems outside messages that are told of one delivery."""
_DIGESTED: Final = 1 << 20
"""Bytes that are hashed at a time."""
MOST_MEMBERS: Final = 10_000
"""Answers that are kept for one batch; a larger one is answered for those alone."""


class Hl7Reading:
    """One pass over an HL7 delivery.

    ``secret`` is the key of the tokens for patients. ``live`` says that the sender waits for the answer on the line;
    otherwise a file is answered only where the partner's settings ask for it.
    """

    def __init__(
        self, content: Content, sha256: str, partner_for: PartnerFor, *, secret: bytes | None = None, live: bool = False
    ) -> None:
        self._content = content
        self._sha256 = sha256
        self._partner_for = partner_for
        self._secret = secret
        self._live = live
        self._lines = Lines(content)
        self._position = 0
        self._outside: list[Problem] = []
        self._batch: _Batch | None = None
        self._file: _File | None = None
        self._whole = False
        """Whether a batch or file came with header, trailer and the right count: it may be empty."""

    def items(self) -> Iterator[Item]:
        """The messages, each followed by its closing, or by that of its batch; what stands outside all comes last."""
        if is_wide(self._content):
            yield from self._unreadable(problems.WIDE_CHARACTERS, 0, len(self._content))
            return
        for found in read_hl7(self._content):
            match found:
                case Junk():
                    self._note(problems.JUNK_BETWEEN, found.offset, found.length)
                case EnvelopeBytes():
                    yield from self._envelope(found)
                case MessageBytes():
                    yield from self._message(found)
        yield from self._close_batch(len(self._content), None)
        self._close_file(None)
        if not self._position and (self._outside or not self._whole):
            first = next((each for each in self._outside if each.offset is not None), None)
            at, length = (first.offset or 0, first.length or 0) if first else (0, len(self._content))
            yield from self._unreadable(problems.NO_MESSAGE, at, length)
        elif self._outside:
            yield Closing(partner=UNKNOWN_PARTNER, key=None, sha256=self._sha256, problems=tuple(self._outside))

    def _message(self, found: MessageBytes) -> Iterator[Item]:
        self._position += 1
        message = parse_message(found.raw, found.offset)
        parties = parties_of(message)
        partner = partner_named(parties[0], self._partner_for)
        settings = (partner or UNKNOWN_PARTNER).hl7
        if settings.codec is not None:
            message = parse_message(found.raw, found.offset, settings.codec)
            parties = parties_of(message)
        batch = self._batch
        given = Given(
            message=message,
            partner=partner,
            position=self._position,
            sha256=self._sha256,
            batch=batch.control_id if batch else None,
            secret=self._secret,
            lines=self._lines,
            parties=parties,
            cut_off=found.cut_off,
            too_large=found.length > len(found.raw),
        )
        read = read_message(given)
        yield read
        due = Due(None, None, None)
        if self._live or settings.ack_files != "never":
            file = batch is not None or not self._live
            due = answers_to(message, settings, read.problems, accepted=read.accepted, file=file)
        if batch is not None:
            batch.count += 1
            batch.partner = batch.partner or partner
            if due.application is not None and len(batch.members) < MOST_MEMBERS:
                batch.members.append(due.application)
            return
        if self._file is not None:
            self._file.messages += 1
        yield self._close(given, read, found, due)

    def _close(self, given: Given, read: Message, found: MessageBytes, due: Due) -> Closing:
        """The closing of a message that stands in no batch."""
        message, partner = given.message, given.partner
        sender, receiver = given.parties
        control_id = message.control_id
        place = (found.offset, len(message.header.text), "MSH", control_id or None)
        return Closing(
            partner=partner or UNKNOWN_PARTNER,
            key=InterchangeKey(sender, receiver, control_id, message.header.value(11)),
            sha256=self._digest(found.offset, found.offset + found.length),
            fatal=partner is None,
            quarantine=partner is None,
            messages=self._messages(due, read, partner),
            reply=due.reply if self._live else None,
            repeat=self._problem(problems.RESEND, *place),
            reuse=self._problem(problems.CONTROL_ID_REUSED, *place) if control_id else None,
        )

    def _messages(self, due: Due, read: Message, partner: Partner | None) -> tuple[Hl7Answer, ...]:
        """What goes out as a message of its own: what was asked for in enhanced mode, or the answer to a file."""
        if self._live:
            return (due.later,) if due.later is not None else ()
        wanted = (partner or UNKNOWN_PARTNER).hl7.ack_files
        if due.application is None or wanted == "never" or (wanted == "errors" and read.accepted):
            return ()
        return (due.application,)

    def _envelope(self, found: EnvelopeBytes) -> Iterator[Item]:
        read = parse_message(found.raw, found.offset)
        match found.tag:
            case "FHS":
                yield from self._close_batch(found.offset, None)
                self._close_file(None)
                self._file = _File(found.offset, len(found.raw))
            case "BHS":
                yield from self._close_batch(found.offset, None)
                self._batch = _Batch(read, found.offset, len(found.raw))
                if self._file is not None:
                    self._file.batches += 1
            case "BTS":
                if self._batch is None:
                    self._note(problems.BATCH_NOT_OPENED, found.offset, len(found.raw))
                yield from self._close_batch(found.offset + len(found.raw), read)
            case _:
                yield from self._close_batch(found.offset, None)
                if self._file is None:
                    self._note(problems.BATCH_NOT_OPENED, found.offset, len(found.raw))
                self._close_file(read)

    def _close_batch(self, end: int, trailer: Hl7Message | None) -> Iterator[Item]:
        batch, self._batch = self._batch, None
        if batch is None:
            return
        header = batch.header
        found: list[Problem] = []
        if trailer is None:
            found.append(self._problem(problems.BATCH_NOT_CLOSED, batch.offset, batch.length))
        else:
            found += self._count(trailer, batch.count, "messages")
            self._whole = not found
        partner = partner_of(header, self._partner_for) if header.header.value(3) else batch.partner
        sender, receiver = parties_of(header)
        answer = batch_answer(header, batch.members) if batch.members else None
        wanted = (partner or UNKNOWN_PARTNER).hl7.ack_files
        told = answer is not None and (wanted == "always" or (wanted == "errors" and not answer.positive))
        at = (batch.offset, batch.length)
        yield Closing(
            partner=partner or batch.partner or UNKNOWN_PARTNER,
            key=InterchangeKey(sender, receiver, batch.control_id, "P"),
            sha256=self._digest(batch.offset, end),
            problems=tuple(found),
            messages=(answer,) if answer is not None and told and not self._live else (),
            reply=answer if self._live else None,
            repeat=self._problem(problems.RESEND, *at),
            reuse=self._problem(problems.CONTROL_ID_REUSED, *at) if batch.control_id else None,
        )

    def _close_file(self, trailer: Hl7Message | None) -> None:
        file = self._file
        if file is None or file.closed:
            return
        file.closed = True
        if trailer is None:
            self._note(problems.BATCH_NOT_CLOSED, file.offset, file.length)
        elif file.batches:
            self._outside += self._count(trailer, file.batches, "batches")
        else:
            self._whole = True

    def _count(self, trailer: Hl7Message, counted: int, what: str) -> list[Problem]:
        """BTS-1 or FTS-1 against what came; where it is no number, nothing is claimed."""
        claimed = trailer.header.value(1).strip()
        if not (claimed.isascii() and claimed.isdigit() and len(claimed) < 10) or int(claimed) == counted:
            return []
        offset, length = trailer.place(trailer.header, 1)
        problem = self._problem(problems.BATCH_COUNT_WRONG, offset, length, trailer.header.tag)
        return [problem.model_copy(update={"found": claimed, "expected": f"{counted} {what}", "element": 1})]

    def _digest(self, start: int, end: int) -> str:
        """SHA-256 of a stretch of the bytes, hexadecimal; a large batch is not copied for it."""
        found = hashlib.sha256()
        for position in range(start, end, _DIGESTED):
            found.update(self._content[position : min(position + _DIGESTED, end)])
        return found.hexdigest()

    def _note(self, kind: ProblemKind, offset: int, length: int) -> None:
        if len(self._outside) < MOST_OUTSIDE:
            self._outside.append(self._problem(kind, offset, length))

    def _problem(
        self, kind: ProblemKind, offset: int, length: int, segment: str | None = None, transaction: str | None = None
    ) -> Problem:
        return Problem(
            code=kind.code,
            severity=kind.severity,
            message=kind.title,
            line=self._lines.line(offset),
            offset=offset,
            length=length,
            segment=segment,
            transaction=transaction,
            interchange=(self._batch.control_id or None) if self._batch else None,
            help=kind.help,
            ack=problems.ACK_CODES.get(kind.code),
        )

    def _unreadable(self, kind: ProblemKind, offset: int, length: int) -> Iterator[Item]:
        """A delivery without any message: one rejection."""
        self._position += 1
        problem = self._problem(kind, offset, length)
        found = (problem, *(each for each in self._outside if each.severity is Severity.ERROR))
        document = Rejection(
            document_type="interchange",
            number="unreadable",
            problems=found,
            provenance=Provenance(standard="HL7", sha256=self._sha256),
        )
        yield Message(self._position, document, False, found, UNKNOWN_PARTNER, False)
        yield Closing(partner=UNKNOWN_PARTNER, key=None, sha256=self._sha256, fatal=True, problems=found)


@dataclass(slots=True)
class _Batch:
    """What is known of the batch that is being read."""

    header: Hl7Message
    offset: int
    length: int
    count: int = 0
    partner: Partner | None = None
    members: list[Hl7Answer] = field(default_factory=list)

    @property
    def control_id(self) -> str:
        """BHS-11."""
        return self.header.header.value(11)


@dataclass(slots=True)
class _File:
    """What is known of the file (FHS) that is being read."""

    offset: int
    length: int
    batches: int = 0
    messages: int = 0
    closed: bool = False
