"""What comes out of reading X12 bytes, in their order: an interchange begins, a group, sets, and their ends."""

from dataclasses import dataclass

from adapters.formats.x12.delimiters import InterchangeHeader
from adapters.formats.x12.places import element_place
from adapters.formats.x12.tree import Segment
from canonical.problem import ProblemKind


@dataclass(frozen=True, slots=True)
class EnvelopeFault:
    """A problem of an envelope, with its place."""

    kind: ProblemKind
    offset: int
    length: int
    found: str | None = None
    expected: str | None = None
    segment: str | None = None
    element: int | None = None
    """The element at fault; ``offset`` and ``length`` are its own."""


def fault_at(
    kind: ProblemKind, segment: Segment, element: int, separator: str, found: str, expected: str
) -> EnvelopeFault:
    """A problem of one element of an envelope segment."""
    offset, length = element_place(segment, element, separator)
    return EnvelopeFault(kind, offset, length, found[:40], expected, segment.tag, element)


@dataclass(frozen=True, slots=True)
class InterchangeBegin:
    """An ISA segment, and how far its interchange reaches."""

    header: InterchangeHeader
    end: int
    """The first byte after the IEA segment, or after the last byte that belongs to the interchange."""
    faults: tuple[EnvelopeFault, ...]
    """Those that are known at the beginning, the missing or contradicting trailer among them."""


@dataclass(frozen=True, slots=True)
class GroupBegin:
    """A GS segment (or none, where transaction sets stand outside a group)."""

    segment: Segment | None
    faults: tuple[EnvelopeFault, ...]

    def __getitem__(self, position: int) -> str:
        """An element of GS; position 1 is GS01."""
        return self.segment[position].strip() if self.segment else ""

    @property
    def functional_id(self) -> str:
        """GS01."""
        return self[1]

    @property
    def control_number(self) -> str:
        """GS06."""
        return self[6]

    @property
    def release(self) -> str:
        """GS08: version, release and industry code."""
        return self[8]


@dataclass(frozen=True, slots=True)
class SetRead:
    """One transaction set, ST to SE."""

    segments: list[Segment]
    """With ST and, where it was sent, SE."""
    texts: list[str]
    """The segments' raw texts, for checking."""
    faults: tuple[EnvelopeFault, ...]
    offset: int
    length: int
    headless: bool = False
    """Segments of a group that stand behind no ST: what was left of a transaction set."""


@dataclass(frozen=True, slots=True)
class AcknowledgmentRead:
    """A TA1 segment."""

    segment: Segment


@dataclass(frozen=True, slots=True)
class GroupEnd:
    """The end of a group: what its trailer claims, and what came."""

    claimed: int | None
    received: int
    faults: tuple[EnvelopeFault, ...]
    segment: Segment | None = None
    """GE, where it was sent."""


@dataclass(frozen=True, slots=True)
class InterchangeEnd:
    """The end of an interchange, with the faults found on the way."""

    faults: tuple[EnvelopeFault, ...]
    segment: Segment | None = None
    """IEA, where it was sent."""


@dataclass(frozen=True, slots=True)
class Outside:
    """Bytes that belong to no interchange, or a delivery without any."""

    fault: EnvelopeFault


Event = InterchangeBegin | GroupBegin | SetRead | AcknowledgmentRead | GroupEnd | InterchangeEnd | Outside
