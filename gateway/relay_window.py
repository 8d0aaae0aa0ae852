"""What the relay knows without asking: what is on its way, what is confirmed, who rests, what to ask for next. No I/O.

Its rules: an event that is on its way is not claimed again, and the ledger gives the next one of an ordering key only
when the one before is marked, so that order holds with any number on their way. After a lost answer nothing is asked
for until all that shared the connection has landed; it may be sent again then, and no sooner.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from gateway.ledger.records import EventRow
from gateway.publishers.contract import Failed, Failure, Published

K = TypeVar("K", str, int)

PARTS = 8
"""Parts of a window that are sent each by itself: a message whose answer is late holds up the marks of its part alone.
"""
CLAIMS = 2
"""A claim waits until this part of the window is free: a small one costs nearly as much as a large one."""

REASONS: Mapping[Failure, str] = {
    Failure.NACK: "the broker refuses some events: a queue is full or failed",
    Failure.UNROUTABLE: "no queue takes some events, and none keeps them",
    Failure.UNKNOWN: "the broker's answer to some events was lost",
    Failure.REFUSED: "some events break a limit of the broker",
    Failure.UNAVAILABLE: "the broker takes no messages now",
}
"""Each failure in a few words, without address or secret."""
_REFUSALS = frozenset({Failure.NACK, Failure.UNROUTABLE, Failure.REFUSED})


@dataclass(frozen=True, slots=True)
class Ask:
    """What the next transaction does: marks, and claims."""

    confirmed: tuple[str, ...]
    limit: int
    resting: tuple[str, ...]
    """Routing keys that are left alone."""
    besides: frozenset[int]
    """Sequences of what is on its way, or rests alone."""


@dataclass(slots=True)
class _Rest:
    failures: int
    until: float


class Rests(Generic[K]):
    """What is left alone for a while after it failed, longer each time."""

    def __init__(self, wait: Callable[[int], float]) -> None:
        """``wait`` says for how many seconds, after so many failures."""
        self._wait = wait
        self.until: dict[K, _Rest] = {}

    def now(self, time: float) -> tuple[K, ...]:
        """Those that rest."""
        return tuple(key for key, rest in self.until.items() if rest.until > time)

    def next_end(self, time: float) -> float | None:
        """Seconds until one of them may be tried again; None where none rests."""
        return min((rest.until - time for rest in self.until.values() if rest.until > time), default=None)

    def judge(self, well: set[K], failed: set[K], time: float) -> None:
        """Who did well rests no more. Who failed rests; who rests already was on its way before that."""
        for key in well:
            self.until.pop(key, None)
        for key in failed:
            rest = self.until.get(key)
            if rest is None or rest.until <= time:
                failures = rest.failures + 1 if rest is not None else 1
                self.until[key] = _Rest(failures, time + self._wait(failures))


class Window:
    """The events between their claim and their mark."""

    def __init__(self, most: int, wait: Callable[[int], float]) -> None:
        self.rests: Rests[str] = Rests(wait)
        """Routing keys of which everything failed: a queue that refuses must not hold up the others."""
        self._events: Rests[int] = Rests(wait)
        """Sequences of events that failed beside others of their routing key, as many as the window at most."""
        self._most = most
        self._limit = most
        self._flying: dict[str, EventRow] = {}
        self._unmarked: list[str] = []
        self._lost = False
        """An answer was lost, and not all has landed since."""

    def room(self, *, any: bool = False) -> int:
        """How many more may be claimed now: nothing where it is less than pays, unless ``any`` room is asked for."""
        room = self._limit - len(self._flying)
        return room if not self._lost and (any or room >= max(1, self._limit // CLAIMS)) else 0

    def ask(self, time: float, limit: int) -> Ask:
        """What to do next in the ledger: marks, and a claim of so many."""
        return Ask(
            tuple(self._unmarked),
            limit,
            self.rests.now(time),
            frozenset((*(event.sequence for event in self._flying.values()), *self._events.now(time))),
        )

    def given(self, ask: Ask, events: Sequence[EventRow]) -> list[Sequence[EventRow]]:
        """The transaction is on disk, and gave these; they come back in parts to be sent."""
        del self._unmarked[: len(ask.confirmed)]
        self._flying.update((event.id, event) for event in events)
        size = max(1, self._limit // PARTS)
        return [events[start : start + size] for start in range(0, len(events), size)]

    def landed(self, events: Sequence[EventRow], outcome: Published, time: float) -> None:
        """What became of events that were on their way. Those that failed may be claimed again."""
        for event in events:
            self._flying.pop(event.id, None)
        self._unmarked.extend(outcome.confirmed)
        self._judge({event.id: event for event in events}, outcome, time)
        if any(one.failure is Failure.UNKNOWN for one in outcome.failed):
            self._lost = True
        elif not outcome.failed:
            self._limit = min(self._most, self._limit * 2)
        if self._lost and not self._flying:
            # One message that breaks the channel takes its whole window along: smaller ones corner it.
            self._limit = max(1, self._limit // 2)
            self._lost = False

    def grounded(self) -> None:
        """Nothing is on its way any more; of what was, nothing is known."""
        self._flying.clear()
        self._lost = False

    def next_end(self, time: float) -> float | None:
        """Seconds until something that rests may be tried again; None where nothing rests."""
        ends = (self.rests.next_end(time), self._events.next_end(time))
        return min((end for end in ends if end is not None), default=None)

    def rested(self) -> None:
        """Nothing is left that failed."""
        self.rests.until.clear()
        self._events.until.clear()

    def _judge(self, events: Mapping[str, EventRow], outcome: Published, time: float) -> None:
        well = {events[id].routing_key for id in outcome.confirmed}
        failed = [events[one.id] for one in outcome.failed]
        self.rests.judge(well, {event.routing_key for event in failed} - well, time)
        refused = [events[one.id] for one in outcome.failed if one.failure in _REFUSALS]
        alone = [event.sequence for event in refused if event.routing_key in well]
        room = max(0, self._most - len(self._events.until))
        self._events.judge({events[id].sequence for id in outcome.confirmed}, set(alone[:room]), time)


def lost(events: Sequence[EventRow]) -> Published:
    """The outcome where there is none: every answer is lost."""
    return Published(failed=tuple(Failed(event.id, Failure.UNKNOWN, "publishing was cut off") for event in events))
