"""The publishers' contract: a window of events in, what became of each one out.

Whoever implements it is examined by ``tests/conformance_publisher.py``.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from adapters.contracts import AdapterError
from gateway.ledger.records import EventRow


class PublisherError(AdapterError):
    """The publisher cannot take events now. Its text is for an operator, and holds no secret."""

    def __init__(self, code: str, title: str, message: str) -> None:
        """``title`` says it in a few words without any address; ``message`` says all, with what to do."""
        super().__init__(f"{code} {message}")
        self.code = code
        self.title = title


class Failure(StrEnum):
    """Why an event is not confirmed."""

    NACK = "nack"
    """The broker refused it: a queue is full, or failed."""
    UNROUTABLE = "unroutable"
    """The broker has no queue for it, and no alternate exchange kept it."""
    UNKNOWN = "unknown"
    """Sent, and the answer was lost: it may be in the queue. The same id is sent again, marked as a repeat."""
    REFUSED = "refused"
    """Never sent: the message breaks a limit of the broker, and will the next time too."""
    UNAVAILABLE = "unavailable"
    """Never sent: the publisher was not connected, or the broker takes no messages now."""


@dataclass(frozen=True, slots=True)
class Failed:
    """One event that is not confirmed, with the reason in words."""

    id: str
    failure: Failure
    reason: str


@dataclass(frozen=True, slots=True)
class Published:
    """What became of a window: every event of it stands in exactly one of both, in the window's order."""

    confirmed: tuple[str, ...] = ()
    failed: tuple[Failed, ...] = ()


@dataclass(frozen=True, slots=True)
class PublisherState:
    """How a publisher is, for readiness and people."""

    kind: str
    """``embedded`` or ``rabbitmq``."""
    connected: bool
    since: datetime | None = None
    """Since when it is so; absent before the first ``open``."""
    last_error: str | None = None
    """The newest failure in words, without secrets; kept after recovery, for history."""


class Publisher(Protocol):
    """A place that events are published to."""

    async def open(self) -> None:
        """Ready for a window when it returns. Called before every window: does nothing where it is ready already.
        Raises PublisherError, after a bounded time, where it cannot be."""

    async def publish(self, events: Sequence[EventRow]) -> Published:
        """Sends a window and waits for what becomes of it, for a bounded time. An event counts as confirmed only
        when it is safe with the publisher. Never raises for the world's faults; ids in a window are distinct."""

    async def close(self) -> None:
        """Lets go within a bounded time; nothing that is still unsent is sent afterwards. May be called twice."""

    def state(self) -> PublisherState:
        """How it is now, without asking anybody."""
