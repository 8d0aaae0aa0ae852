"""Reading the files that a command is given: bytes, names, and what comes of them."""

import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from adapters.contracts import Content
from adapters.hl7_settings import Hl7Settings
from adapters.partner import Acknowledgments, Partner
from adapters.reading import Closing, Item, Message
from adapters.translate import digest, read_delivery
from canonical.problem import Problem
from gateway.mapped import map_file

STANDARD_INPUT = "(standard input)"
"""What it is called where a file has its name."""

MAPPED = 1 << 20
"""Bytes from which on a file is mapped instead of read."""

ALL_ACCEPTED, SOME_REJECTED, NOT_READABLE = 0, 1, 2


@dataclass(frozen=True, slots=True)
class Input:
    """One file or standard input."""

    name: str
    content: Content
    sha256: str


def open_input(name: str) -> Input:
    """The bytes of a file, or of standard input for ``-``. Raises OSError where it cannot be read."""
    if name == "-":
        content: Content = sys.stdin.buffer.read()
        return Input(STANDARD_INPUT, content, digest(content))
    path = Path(name)
    if path.stat().st_size >= MAPPED:
        mapped = map_file(path)
        return Input(name, mapped, mapped.sha256())
    content = path.read_bytes()
    return Input(name, content, digest(content))


def open_inputs(names: Sequence[str], tell: Callable[[str], None]) -> Iterator[Input | None]:
    """The inputs in order; None, with a line to ``tell``, for one that cannot be opened: the others are still read."""
    for name in names:
        try:
            yield open_input(name)
        except OSError as error:
            tell(f"wharf: {name}: {(error.strerror or 'cannot be read').lower()}")
            yield None


def anybody(acknowledgments: Acknowledgments | None = None, hl7: Hl7Settings | None = None) -> Partner:
    """The partner that stands for every sender where no settings are asked for."""
    return Partner(
        name="unlisted",
        catch_all=True,
        acknowledgments=acknowledgments or Acknowledgments(),
        hl7=hl7 or Hl7Settings(),
    )


def read_input(given: Input, partner: Partner, *, live: bool = False) -> Iterator[Item]:
    """The messages and closings of a file, whoever sent it; ``live`` as if the sender of HL7 waited for the answer."""
    return read_delivery(given.content, given.sha256, lambda *_: partner, live=live)


@dataclass(slots=True)
class Tally:
    """Counts what became of the messages of a file, for the exit code."""

    accepted: int = 0
    rejected: int = 0
    unreadable: bool = False

    def add(self, item: Item) -> None:
        """Counts one item."""
        if isinstance(item, Message):
            self.accepted += item.accepted
            self.rejected += not item.accepted
        elif item.key is None and item.fatal:
            self.unreadable = True
        elif item.fatal and not self.rejected:
            self.rejected = 1

    @property
    def code(self) -> int:
        """0 all accepted, 1 some message rejected, 2 not readable as any known format."""
        if self.unreadable:
            return NOT_READABLE
        return SOME_REJECTED if self.rejected else ALL_ACCEPTED


def problems_of(items: Iterator[Item], tally: Tally) -> Iterator[Problem]:
    """All problems of a file, each once: those of an envelope reject its messages, and are told for it alone."""
    for item in items:
        tally.add(item)
        if isinstance(item, Closing):
            yield from item.problems
        else:
            yield from (problem for problem in item.problems if problem.message_type is not None)
