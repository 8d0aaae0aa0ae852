"""What rejects more than the transaction set it stands in, known before the first one comes out.

Where a partner's rules say ``fatal`` of something inside, or ``on_error`` says that one error takes its group or
interchange with it, a set must not be accepted before all others were looked at. So a delivery with such a partner is
read twice: once for these faults, once for what comes out.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Final, Protocol

from adapters.partner import Partner
from adapters.reading import Closing, Item, Message
from adapters.translation.x12_strictness import Strictness, strictness_of
from canonical.problem import Problem, Severity

MOST_FATAL = 20
"""Fatal faults that are told of one interchange."""

_ACKNOWLEDGMENTS: Final = ("997", "999", "TA1")
"""Never answered, so that nobody could be told why they were rejected: they take nothing along and are not taken."""


class _Reading(Protocol):
    groups: int

    def items(self) -> Iterator[Item]: ...


@dataclass(slots=True)
class Ahead:
    """What was seen of one interchange."""

    fatal: list[Problem] = field(default_factory=list)
    """Its fatal faults, as faults of the interchange itself."""
    rejected: set[int] = field(default_factory=set)
    """Positions of the messages that are rejected for their own sake."""
    groups: set[int] = field(default_factory=set)
    """The groups, counted through the delivery, that hold one of them."""
    spoiled: bool = False
    """Whether anything in the interchange was rejected."""

    def takes_along(self, position: int, group: int, partner: Partner) -> bool:
        """Whether a message that is good in itself is rejected with another one."""
        if position in self.rejected:
            return False
        return group in self.groups if partner.on_error == "group" else partner.on_error != "set" and self.spoiled


class Foresight:
    """Looks ahead through a delivery, once, when the first partner needs it."""

    def __init__(self, read: Callable[[], _Reading]) -> None:
        self._read = read
        self._asked = 0
        self._found: list[Ahead] | None = None

    def of_next(self, partner: Partner) -> Ahead:
        """What is to be known of the next interchange; asked for each in order."""
        number = self._asked
        self._asked += 1
        strictness = strictness_of(partner)
        if partner.on_error == "set" and (strictness is None or not strictness.fatal):
            return Ahead()
        if self._found is None:
            self._found = list(self._look())
        return self._found[number]

    def _look(self) -> Iterator[Ahead]:
        reading = self._read()
        found = Ahead()
        for item in reading.items():
            strictness = strictness_of(item.partner)
            if strictness is not None and len(found.fatal) < MOST_FATAL:
                found.fatal.extend(_own(item, strictness)[: MOST_FATAL - len(found.fatal)])
            if isinstance(item, Message):
                _note(item, reading.groups, found)
            elif item.key is not None:
                found.spoiled = found.spoiled or any(problem.severity is Severity.ERROR for problem in item.problems)
                yield found
                found = Ahead()


def _note(message: Message, group: int, found: Ahead) -> None:
    provenance = message.body.provenance
    if message.accepted or (provenance is not None and provenance.message_type in _ACKNOWLEDGMENTS):
        return
    found.rejected.add(message.position)
    found.groups.add(group)
    found.spoiled = True


def _own(item: Message | Closing, strictness: Strictness) -> list[Problem]:
    """A message's own fatal faults (those of envelopes are told by the closing), or those of an interchange."""
    if isinstance(item, Message):
        return strictness.fatal_among(problem for problem in item.problems if problem.message_type is not None)
    return strictness.fatal_among(item.problems)
