"""What the connections of one MLLP channel share: the handler, the limits, the counts, and how failures are told."""

import asyncio
import hashlib
import traceback
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Protocol

from structlog.typing import FilteringBoundLogger

from adapters.contracts import AdapterError, Delivery, Handler, Receipt, Sender
from adapters.crash import crash_point
from adapters.transports.mllp.peers import Seldom
from adapters.transports.mllp.settings import MllpSettings

Refuse = Callable[[bytes], bytes | None]
"""Makes the answer to a message beyond the limit from its first bytes; None where nothing can be said."""

LARGE = 64 * 1024
"""Bytes from which an unfinished message is worth breaking off for want of memory."""
_HASHED_HERE = 1024 * 1024
"""Bytes up to which a digest is taken on the event loop."""


@dataclass(slots=True)
class Counts:
    """What has happened since the start."""

    connections: int = 0
    turned_away: int = 0
    """Connections beyond a limit, or from where nobody may come."""
    messages: int = 0
    answers: int = 0
    failures: int = 0
    """Messages that the handler did not accept, for whatever reason; their senders send them again."""
    too_large: int = 0
    broken_off: int = 0
    """Connections closed because nothing moved, or for want of memory."""
    junk: int = 0
    """Bytes between frames, line ends not counted."""
    stubs: int = 0
    """Frames that were begun and never ended."""


class Kept(Protocol):
    """A connection, as the others see it."""

    @property
    def unfinished(self) -> int:
        """Bytes of a message that is not whole."""

    def check(self, now: float) -> None:
        """Ends what does not move."""

    def break_off(self, why: str) -> None:
        """Takes no more from it, and says why."""

    def part(self) -> None:
        """Takes no more from it; what is under way is answered."""

    def abort(self) -> None:
        """Closes it at once."""


@dataclass(slots=True)
class Desk:
    """One channel's, while it runs."""

    channel: str
    port: int
    settings: MllpSettings
    handle: Handler
    refuse: Refuse
    clock: Callable[[], datetime]
    new_id: Callable[[], str]
    monotonic: Callable[[], float]
    log: FilteringBoundLogger
    seldom: Seldom
    leave: Callable[[str], None]
    """Told the address when a connection is over altogether."""
    counts: Counts = field(default_factory=Counts)
    open: set[Kept] = field(default_factory=set)
    empty: asyncio.Event = field(default_factory=asyncio.Event)
    """Set where none is open."""
    watched: set[Kept] = field(default_factory=set)
    """Connections in which something should move soon."""
    workers: set[asyncio.Task[None]] = field(default_factory=set)
    held: int = 0
    """Bytes of messages in memory, whole or not."""

    def __post_init__(self) -> None:
        self.empty.set()

    def come(self, connection: Kept) -> None:
        """It is open."""
        self.open.add(connection)
        self.empty.clear()

    def go(self, connection: Kept) -> None:
        """It is closed."""
        self.open.discard(connection)
        self.watched.discard(connection)
        if not self.open:
            self.empty.set()

    def spawn(self, work: Coroutine[None, None, None]) -> asyncio.Task[None]:
        """Runs the work of one connection."""
        task = asyncio.create_task(work)
        self.workers.add(task)
        task.add_done_callback(self.workers.discard)
        return task

    def hold(self, change: int) -> None:
        """Counts memory; where it is too much, the largest unfinished messages are broken off."""
        self.held += change
        while change > 0 and self.held > self.settings.memory:
            largest = max(self.open, key=_unfinished, default=None)
            if largest is None or largest.unfinished < LARGE:
                return
            largest.break_off("messages under way take too much memory")

    async def deliver(self, content: bytes, sender: Sender, origin: str, name: str) -> Receipt:
        """Hands one message in; returns what the handler says, and raises what it raises."""
        received_at = self.clock()
        if len(content) <= _HASHED_HERE:
            digest = hashlib.sha256(content).hexdigest()
        else:
            digest = (await asyncio.to_thread(hashlib.sha256, content)).hexdigest()
        self.counts.messages += 1
        crash_point("mllp.after_receive")
        return await self.handle(
            Delivery(
                id=self.new_id(), channel=self.channel, name=name, origin=origin, content=content, sha256=digest,
                received_at=received_at, sender=sender,
            )
        )  # fmt: skip

    def tell(self, what: str, host: str, **numbers: int | str) -> None:
        """A line about a peer, each kind at most once in a while."""
        if times := self.seldom.due((what, host)):
            self.log.warning(what, host=host, **numbers, **({"count": times} if times > 1 else {}))

    def tell_failure(self, host: str, error: BaseException) -> None:
        """Why a message got no answer. The text of an unknown error may hold content, so only its place is told."""
        self.counts.failures += 1
        known = isinstance(error, AdapterError)
        if not (times := self.seldom.due((type(error), host))):
            return
        frames = traceback.extract_tb(error.__traceback__)
        tell = self.log.warning if known else self.log.error
        tell(
            "a message was not accepted; its connection is closed without an answer",
            host=host, count=times, error_type=type(error).__name__, reason=str(error) if known else None,
            component=f"{Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames and not known else None,
        )  # fmt: skip


def _unfinished(connection: Kept) -> int:
    return connection.unfinished
