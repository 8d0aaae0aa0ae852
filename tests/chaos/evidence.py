"""What is known at the end of a campaign: journals, what was collected, what lies in folders, what the ledger holds.

Values only. ``gather`` fills them, ``check`` judges them.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from tests.chaos.messages import Kind
from tests.chaos.reference import Expected


@dataclass(frozen=True, slots=True)
class Sent:
    """A unit that was handed in at least once."""

    unit: str
    door: str
    kind: Kind
    sha256: str
    documents: tuple[Expected, ...]
    """What must come of it where it is accepted."""
    numbers: tuple[str, ...]
    """The numbers of its documents."""
    control: str
    """GS06 of an interchange, MSH-10 of a message."""
    at: float


@dataclass(frozen=True, slots=True)
class Answered:
    """What a client was told after one attempt; ``verdict`` as ``doors.Verdict`` has it."""

    unit: str
    sha256: str
    verdict: str
    code: str
    answer: str = ""
    """The bytes of the answer, where they must be the same each time."""
    at: float = 0.0


@dataclass(frozen=True, slots=True)
class Collected:
    """One message that a consumer got; ``order`` counts from 1 in order of arrival."""

    order: int
    queue: str
    id: str
    event: str
    canary: str
    digest: str
    sha256: str
    told: str
    """The header ``x-body-sha256``."""
    attempt: int
    redelivered: bool
    at: float = 0.0


@dataclass(frozen=True, slots=True)
class Outbound:
    """A file that the gateway sent to a partner."""

    place: str
    name: str
    sha256: str
    control: str
    """ISA13."""
    answers: str
    """GS06 of the group that it acknowledges; empty for what is no acknowledgment."""
    accepts: bool
    """AK901 is A."""
    orders: tuple[str, ...] = ()
    """BEG03 of the orders in it."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """A row of the ledger."""

    sha256: str
    state: str
    outcome: str


@dataclass(frozen=True, slots=True)
class Ledger:
    """What the ledger holds after a clean end."""

    deliveries: Sequence[Delivery] = ()
    events: Sequence[tuple[str, str]] = ()
    """Id and state."""
    parcels: Sequence[tuple[str, str]] = ()
    """Id and state."""
    damage: Sequence[str] = ()
    """What the integrity check found."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """All of it."""

    sent: Sequence[Sent] = ()
    answered: Sequence[Answered] = ()
    collected: Sequence[Collected] = ()
    outbound: Sequence[Outbound] = ()
    ledger: Ledger = field(default_factory=Ledger)
    leftovers: Sequence[str] = ()
    """Temporary files and claims that nobody took away."""
    exposed: Sequence[str] = ()
    """Files and answers in which a patient's canary stands that may not be there."""
    stuck: Sequence[str] = ()
    """What did not settle in time."""
