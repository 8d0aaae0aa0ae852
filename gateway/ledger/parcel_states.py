"""Which way a parcel can go: its states and the steps between them, as one table. No clock, no ledger.

    queued ─rendered─> ready ─started─> sending ─sent─> delivered ─acknowledged─> acknowledged
                         ^                 │                 └──late──> overdue ──┘
                         └─interrupted─────┤                 └──rejected──> rejected
                                           ├─failed──> retrying ─started─> sending
                                           ├─refused─> refused
                                           └─gave up─> dead

Whatever waits can be held and released. Whatever left, or will not leave, can be sent again as the same bytes.
"""

from enum import StrEnum
from types import MappingProxyType
from typing import Final

from gateway.ledger.records import ParcelState


class ParcelStep(StrEnum):
    """What happens to a parcel."""

    RENDERED = "rendered"
    """It has its bytes and its control numbers."""
    STARTED = "started"
    """An attempt began."""
    INTERRUPTED = "interrupted"
    """The attempt never ended, or was never begun: it stands where it stood."""
    FAILED = "failed"
    """The attempt failed; there will be another."""
    SENT = "sent"
    """The destination has it, or its partner collected it."""
    REFUSED = "refused"
    """The destination said no for good."""
    GAVE_UP = "gave up"
    """There were too many attempts, or it took too long."""
    HELD = "held"
    """A person keeps it back."""
    RELEASED = "released"
    """A person lets it go."""
    RESENT = "resent"
    """A person wants the same bytes sent again."""
    ACKNOWLEDGED = "acknowledged"
    """The partner's acknowledgment took it."""
    REJECTED = "rejected"
    """The partner's acknowledgment did not take it."""
    LATE = "late"
    """The acknowledgment did not come in time."""


_S = ParcelState
_UNSENT: Final = (_S.READY, _S.SENDING, _S.RETRYING)
_LEFT: Final = (_S.DELIVERED, _S.ACKNOWLEDGED, _S.REJECTED, _S.OVERDUE)
_WITH_BYTES: Final = (*_UNSENT, _S.HELD, *_LEFT, _S.DEAD, _S.REFUSED)
"""An acknowledgment proves that it arrived, whatever we know of it: also where a crash came before our own note."""

_BY_STEP: Final = {
    ParcelStep.RENDERED: ((_S.QUEUED,), _S.READY),
    ParcelStep.STARTED: ((_S.READY, _S.RETRYING), _S.SENDING),
    ParcelStep.INTERRUPTED: ((_S.SENDING,), _S.READY),
    ParcelStep.FAILED: (_UNSENT, _S.RETRYING),
    ParcelStep.SENT: (_UNSENT, _S.DELIVERED),
    ParcelStep.REFUSED: (_UNSENT, _S.REFUSED),
    ParcelStep.GAVE_UP: ((_S.QUEUED, *_UNSENT), _S.DEAD),
    ParcelStep.HELD: ((_S.QUEUED, _S.READY, _S.RETRYING), _S.HELD),
    ParcelStep.RELEASED: ((_S.HELD,), _S.READY),
    ParcelStep.RESENT: ((*_LEFT, _S.DEAD, _S.REFUSED), _S.READY),
    ParcelStep.ACKNOWLEDGED: (_WITH_BYTES, _S.ACKNOWLEDGED),
    ParcelStep.REJECTED: (_WITH_BYTES, _S.REJECTED),
    ParcelStep.LATE: ((_S.DELIVERED,), _S.OVERDUE),
}
_TABLE: Final = MappingProxyType(
    {(state, step): target for step, (sources, target) in _BY_STEP.items() for state in sources}
)

OUTSTANDING: Final = frozenset({_S.QUEUED, _S.READY, _S.SENDING, _S.RETRYING, _S.HELD})
"""States in which something is still to be done by us."""


class IllegalStepError(ValueError):
    """A parcel cannot go this way from where it is."""

    def __init__(self, state: ParcelState, step: ParcelStep) -> None:
        super().__init__(f"a parcel that is {state.value} cannot be {step.value}")
        self.state = state
        self.step = step


def after(state: ParcelState, step: ParcelStep, *, rendered: bool) -> ParcelState:
    """Where a step leads. Raises IllegalStepError.

    ``rendered`` says whether it has its bytes: without them it is queued again when it is released, and cannot be sent
    again or acknowledged.
    """
    target = _TABLE.get((state, step))
    needs_bytes = step in (ParcelStep.RESENT, ParcelStep.ACKNOWLEDGED, ParcelStep.REJECTED)
    if target is None or (needs_bytes and not rendered):
        raise IllegalStepError(state, step)
    return ParcelState.QUEUED if step is ParcelStep.RELEASED and not rendered else target


def allowed(state: ParcelState) -> frozenset[ParcelStep]:
    """The steps that are possible from a state."""
    return frozenset(step for source, step in _TABLE if source is state)
