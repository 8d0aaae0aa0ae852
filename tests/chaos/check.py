"""The oracle: which promises a history breaks. A pure function of the evidence; ``test_check`` breaks each on purpose.

I1 no loss, I2 no silent duplicate, I3 nothing invented, I4 integrity, I5 acknowledgments are true, I6 order,
I7 nothing is stuck, I8 privacy.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from tests.chaos.evidence import Evidence, Sent
from tests.chaos.generator import SINGLE
from tests.chaos.messages import Kind
from tests.chaos.reference import POSITIVE

ACCEPTED: Final = frozenset({"acked", "moved"})
FINISHED_PARCELS: Final = frozenset({"delivered", "acknowledged"})
FINISHED_EVENTS: Final = frozenset({"published"})


@dataclass(frozen=True, slots=True)
class Violation:
    """A broken promise; ``at`` is when it could first be seen (seconds since 1970, 0 where that is not known)."""

    invariant: str
    subject: str
    text: str
    at: float = 0.0

    def __str__(self) -> str:
        return f"{self.invariant} {self.subject}: {self.text}"


class History:
    """The evidence with the questions that several invariants ask."""

    def __init__(self, evidence: Evidence) -> None:
        self.evidence = evidence
        self.received = {one.canary for one in evidence.collected if one.event in POSITIVE}
        self.quarantined = {one.sha256 for one in evidence.ledger.deliveries if one.outcome == "quarantined"}
        self.units = {one.unit: one for one in evidence.sent}

    def missing(self, unit: Sent) -> list[str]:
        """Canaries of a unit that nobody got and nobody holds."""
        if unit.sha256 in self.quarantined:
            return []
        return [one.canary for one in unit.documents if one.canary not in self.received]


Invariant = Callable[[History], Iterator[Violation]]


def no_loss(history: History) -> Iterator[Violation]:
    """I1: what was accepted is with a consumer, or held where a person sees it."""
    known = {one.sha256 for one in history.evidence.ledger.deliveries}
    first: dict[str, float] = {}
    for answer in history.evidence.answered:
        if answer.verdict in ACCEPTED:
            first.setdefault(answer.unit, answer.at)
    for unit, at in first.items():
        sent = history.units.get(unit)
        if sent is None or sent.kind is Kind.MALFORMED:
            continue
        if sent.sha256 not in known:
            yield Violation("I1", unit, "accepted, and not in the ledger", at)
        for canary in history.missing(sent):
            yield Violation("I1", canary, f"lost: {unit} was accepted by {sent.door}", at)


def no_silent_duplicate(history: History) -> Iterator[Violation]:
    """I2: one canary has one id, and a repeat of it says that it is one."""
    ids: dict[tuple[str, str], str] = {}
    seen: set[str] = set()
    for one in history.evidence.collected:
        if ids.setdefault((one.event, one.canary), one.id) != one.id:
            yield Violation("I2", one.canary, "came under two ids", one.at)
        if one.id in seen and one.attempt < 2 and not one.redelivered:
            yield Violation("I2", one.canary, "came again and did not say so", one.at)
        seen.add(one.id)


def nothing_invented(history: History) -> Iterator[Violation]:
    """I3: what came was sent, was not refused, and stands in the ledger under its id."""
    canaries: dict[str, Kind] = {}
    numbers: set[str] = set()
    for unit in history.evidence.sent:
        numbers.update(unit.numbers)
        # Of a rejected envelope nothing is known but its control number.
        numbers.add(unit.control.zfill(9))
        for document in unit.documents:
            canaries[document.canary] = unit.kind
    known = {id for id, _ in history.evidence.ledger.events}
    for one in history.evidence.collected:
        if one.event in POSITIVE:
            kind = canaries.get(one.canary)
            if kind is None:
                yield Violation("I3", one.canary, "nobody sent it", one.at)
            elif kind is Kind.MALFORMED:
                yield Violation("I3", one.canary, "it is malformed, and was received all the same", one.at)
        elif one.canary not in numbers:
            yield Violation("I3", one.canary, f"nobody sent what was {one.event or 'published'}", one.at)
        if one.id not in known:
            yield Violation("I3", one.canary, "published under an id that is not in the ledger", one.at)


def integrity(history: History) -> Iterator[Violation]:
    """I4: each body is what the reference makes of the bytes, and its digest is the one that was told."""
    expected = {document.canary: document.digest for unit in history.evidence.sent for document in unit.documents}
    for one in history.evidence.collected:
        if one.event in POSITIVE and one.canary in expected and one.digest != expected[one.canary]:
            yield Violation("I4", one.canary, "the body is not what was sent", one.at)
        if one.sha256 != one.told:
            yield Violation("I4", one.canary, "the body's digest is not the one in its header", one.at)


def acknowledgments_are_true(history: History) -> Iterator[Violation]:
    """I5: each acknowledgment is of something sent, one for each, and true; control numbers are used once."""
    yield from _answers(history)
    yield from _files(history)
    yield from _orders(history)


def _answers(history: History) -> Iterator[Violation]:
    told: dict[str, str] = {}
    sound = {
        unit.unit
        for unit in history.evidence.sent
        if unit.kind is Kind.PLAIN and unit.sha256 not in history.quarantined
    }
    for answer in history.evidence.answered:
        if answer.verdict == "unknown" and answer.code == "wrong MSA-2":
            yield Violation("I5", answer.unit, "was answered with the acknowledgment of another message", answer.at)
        if answer.verdict == "rejected" and answer.unit in sound:
            yield Violation("I5", answer.unit, "was refused, and nothing is wrong with it", answer.at)
        if answer.answer and told.setdefault(answer.sha256, answer.answer) != answer.answer:
            yield Violation("I5", answer.unit, "the same bytes got two different acknowledgments", answer.at)


def _files(history: History) -> Iterator[Violation]:
    units: dict[tuple[str, str], list[Sent]] = defaultdict(list)
    for unit in history.evidence.sent:
        units[unit.door, unit.control].append(unit)
    controls: dict[tuple[str, str], set[str]] = defaultdict(set)
    groups: dict[tuple[str, str], set[str]] = defaultdict(set)
    for file in history.evidence.outbound:
        controls[file.place, file.control].add(file.sha256)
        if not file.answers:
            continue
        groups[file.place, file.answers].add(file.sha256)
        of = units.get((file.place, file.answers))
        if of is None:
            yield Violation("I5", file.name, f"acknowledges group {file.answers}, which nobody sent")
        elif file.accepts and all(history.missing(unit) for unit in of):
            yield Violation("I5", file.name, f"accepts group {file.answers}, of which something is missing")
    yield from _twice(controls, "a control number stands in two different interchanges")
    yield from _twice(groups, "a group got two different acknowledgments")
    accepted = {answer.unit for answer in history.evidence.answered if answer.verdict in ACCEPTED}
    for unit in history.evidence.sent:
        answerable = unit.door not in SINGLE and unit.kind is Kind.PLAIN and unit.sha256 not in history.quarantined
        if answerable and unit.unit in accepted and (unit.door, unit.control) not in groups:
            yield Violation("I5", unit.unit, "was accepted and never acknowledged")


def _orders(history: History) -> Iterator[Violation]:
    """What was handed in for a supplier lies there once, in the order in which a serial client handed it in."""
    accepted = {answer.unit for answer in history.evidence.answered if answer.verdict in ACCEPTED}
    contents: dict[tuple[str, str], set[str]] = defaultdict(set)
    controls: dict[str, str] = {}
    for file in history.evidence.outbound:
        for number in file.orders:
            contents[file.place, number].add(file.sha256)
            controls[number] = file.control
    yield from _twice(contents, "an order left in two different interchanges")
    handed = {number: unit for unit in history.evidence.sent if unit.door == "documents" for number in unit.numbers}
    for number in controls.keys() - handed.keys():
        yield Violation("I5", number, "an order left that nobody handed in")
    last: dict[str, str] = {}
    for number, unit in handed.items():
        control = controls.get(number)
        client = unit.unit.partition("-")[0]
        if control is None:
            if unit.unit in accepted:
                yield Violation("I1", number, "was accepted for a supplier, and never left")
        elif control < last.get(client, ""):
            yield Violation("I6", number, "left before an order that was handed in earlier")
        last[client] = control or last.get(client, "")


def _twice(contents: Mapping[tuple[str, str], set[str]], text: str) -> Iterator[Violation]:
    for (place, name), different in contents.items():
        if len(different) > 1:
            yield Violation("I5", f"{place} {name}", text)


def order(history: History) -> Iterator[Violation]:
    """I6: what a serial client sent of one key came in that order; each queue is judged by itself."""
    place: dict[str, tuple[str, int]] = {}
    counts: Counter[str] = Counter()
    for unit in history.evidence.sent:
        for document in unit.documents:
            counts[document.key] += 1
            place.setdefault(document.canary, (document.key, counts[document.key]))
    reached: dict[tuple[str, str], int] = {}
    firsts: set[tuple[str, str]] = set()
    for one in sorted(history.evidence.collected, key=lambda one: one.order):
        if one.event not in POSITIVE or one.canary not in place or (one.queue, one.canary) in firsts:
            continue
        firsts.add((one.queue, one.canary))
        key, ordinal = place[one.canary]
        if ordinal < reached.get((one.queue, key), 0):
            yield Violation("I6", one.canary, f"came after a later document of {key}", one.at)
        reached[one.queue, key] = max(ordinal, reached.get((one.queue, key), 0))


def nothing_stuck(history: History) -> Iterator[Violation]:
    """I7: all is settled, nothing is left over, and the ledger is whole."""
    evidence, ledger = history.evidence, history.evidence.ledger
    told = [("settle", text) for text in evidence.stuck]
    told += [(name, "left over") for name in evidence.leftovers]
    told += [("ledger", text) for text in ledger.damage]
    told += [
        (one.sha256[:12], f"a delivery is still {one.state}") for one in ledger.deliveries if one.state != "recorded"
    ]
    told += [(id, f"an event is still {state}") for id, state in ledger.events if state not in FINISHED_EVENTS]
    told += [(id, f"a transmission is still {state}") for id, state in ledger.parcels if state not in FINISHED_PARCELS]
    last = {answer.unit: answer.verdict for answer in evidence.answered}
    told += [(unit, "its sender never got an answer") for unit, verdict in last.items() if verdict == "unknown"]
    for subject, text in told:
        yield Violation("I7", subject, text)


def privacy(history: History) -> Iterator[Violation]:
    """I8: no patient's canary where none may be."""
    for name in history.evidence.exposed:
        yield Violation("I8", name, "holds a patient's name")


INVARIANTS: Final[tuple[Invariant, ...]] = (
    no_loss, no_silent_duplicate, nothing_invented, integrity, acknowledgments_are_true, order, nothing_stuck, privacy,
)  # fmt: skip


def check(evidence: Evidence) -> list[Violation]:
    """Every broken promise, in the order of the invariants."""
    history = History(evidence)
    return [violation for invariant in INVARIANTS for violation in invariant(history)]
