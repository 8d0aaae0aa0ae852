"""A replay tried: kept bytes read with the settings of today, beside what was made of them then. Writes nothing."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from adapters.reading import Closing, Message
from adapters.translate import read_delivery
from canonical.difference import Difference, TooDeepError, differences
from canonical.document import Document
from canonical.problem import Problem, Severity
from canonical.registry import DOCUMENTS
from gateway.doors import Doors
from gateway.ledger.contract import Reads
from gateway.ledger.records import DeliveryRow, DocumentHead
from gateway.outgoing_words import SUBMITTED
from gateway.replay.choosing import Batch
from gateway.reread import delivery_of


class Verdict(StrEnum):
    """What became of a message when it was read again."""

    SAME = "same"
    CHANGED = "changed"
    """Accepted then and now; it says something else."""
    ACCEPTED = "newly accepted"
    REJECTED = "newly rejected"
    """It was accepted, and would not be today. What was published stays as it is."""
    STILL = "still rejected"
    NOT_TRIED = "not tried"
    """Its bytes cannot be read here: they were pruned, or reading them never ended, so that only the gateway does."""


@dataclass(frozen=True, slots=True)
class Tried:
    """One message, then and now."""

    delivery: str
    head: DocumentHead | None
    """As it is known; None for what was not told apart then."""
    verdict: Verdict
    message: Message | None = None
    """As it reads today."""
    differences: tuple[Difference, ...] = ()
    problems: tuple[Problem, ...] = ()
    """Why it is rejected today."""


@dataclass(frozen=True, slots=True)
class Trial:
    """All messages of a replay, tried."""

    tried: tuple[Tried, ...]

    @property
    def counts(self) -> dict[str, int]:
        """How many of each verdict, in the order of the verdicts."""
        found = Counter(each.verdict for each in self.tried)
        return {verdict.value: found[verdict] for verdict in Verdict if found[verdict]}


@dataclass(frozen=True, slots=True)
class Reading:
    """What reading needs."""

    doors: Doors
    patient_key: bytes | None


def trial(
    reads: Reads, batch: Batch, reading: Reading, now: datetime, going: Callable[[], None] = lambda: None
) -> Iterator[Tried]:
    """Reads one delivery, once, and tells what became of each of its messages that are meant. ``going`` is called as it
    goes on, and may raise."""
    row = batch.delivery
    ours = [head for head in batch.publish if head.direction == SUBMITTED]
    received = [head for head in batch.publish if head.direction != SUBMITTED]
    # What we made was not read from bytes: it is what it is.
    yield from (Tried(row.id, head, Verdict.SAME) for head in ours)
    if not received and not batch.read and not batch.bare:
        return
    if row.held or row.pruned_at is not None:
        yield from (Tried(row.id, head, Verdict.NOT_TRIED) for head in (*received, *batch.read))
        if batch.bare:
            yield Tried(row.id, None, Verdict.NOT_TRIED)
        return
    going()
    found = _messages(reads, row, reading, now, going)
    for head in received:
        yield _accepted_then(reads, row, head, found.get(head.position))
    known = {head.position for head in reads.document_heads(row.id)}
    for head in batch.read:
        yield _rejected_then(row, head, found.get(head.position))
    if batch.bare or any(head.position < 1 for head in batch.read):
        # The interchange was refused as a whole: what is in it was not told apart then.
        new = [(place, each) for place, each in found.items() if place not in known]
        yield from (_rejected_then(row, None, each) for _, each in new)
        if batch.bare and not new:
            yield Tried(row.id, None, Verdict.STILL)


def _messages(
    reads: Reads, row: DeliveryRow, reading: Reading, now: datetime, going: Callable[[], None]
) -> Mapping[int, Message | None]:
    """What is in a delivery today, by place; None where its interchange is refused as a whole."""
    content = reads.delivery_content(row.id)
    if content is None:
        return {}
    delivery = delivery_of(row, content)
    live = reading.doors.waits(row.channel)
    partner_for = reading.doors.partners_of(delivery)
    found: dict[int, Message | None] = {}
    waiting: list[Message] = []
    for item in read_delivery(content, row.sha256, partner_for, secret=reading.patient_key, live=live):
        going()
        if isinstance(item, Message):
            waiting.append(item)
        else:
            stands = _stands(reads, row, item, now)
            found.update((message.position, message if stands else None) for message in waiting)
            waiting.clear()
    return found


def _stands(reads: Reads, row: DeliveryRow, closing: Closing, now: datetime) -> bool:
    """Whether the ledger lets it stand beside what else came under its control number."""
    key = closing.key
    if key is None or closing.fatal:
        return True
    own = [each.id for each in reads.interchanges_of(row.id)]
    since = now - timedelta(days=closing.partner.duplicates.days)
    standing = (key.sender, key.receiver, key.control_number, key.usage, since)
    newest = reads.interchange(*standing, besides=own)
    if newest is None:
        return True
    if reads.interchange(*standing, sha256=closing.sha256, besides=own) is not None:
        return False
    quarantined = closing.conflict is not None and closing.partner.duplicates.interchange == "quarantine"
    return not (quarantined and newest.verdict == "accepted")


def _accepted_then(reads: Reads, row: DeliveryRow, head: DocumentHead, message: Message | None) -> Tried:
    if message is None or not message.accepted:
        return Tried(row.id, head, Verdict.REJECTED, message, (), _errors(message))
    stored = reads.document(head.id)
    kind = DOCUMENTS.get(head.document_type)
    if stored is None or kind is None:
        return Tried(row.id, head, Verdict.SAME, message)
    found = _compared(kind.model_validate_json(stored.body), message.document)
    return Tried(row.id, head, Verdict.CHANGED if found else Verdict.SAME, message, found)


def _compared(before: Document, today: Document) -> tuple[Difference, ...]:
    try:
        return differences(before, today)
    except TooDeepError:
        # Nobody packs so: what cannot be compared is told as the same, as it reads from the same bytes.
        return ()


def _rejected_then(row: DeliveryRow, head: DocumentHead | None, message: Message | None) -> Tried:
    if message is not None and message.accepted:
        return Tried(row.id, head, Verdict.ACCEPTED, message)
    return Tried(row.id, head, Verdict.STILL, message, (), _errors(message))


def _errors(message: Message | None) -> tuple[Problem, ...]:
    problems: Sequence[Problem] = message.problems if message is not None else ()
    return tuple(each for each in problems if each.severity is Severity.ERROR)
