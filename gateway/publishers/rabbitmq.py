"""The RabbitMQ publisher: windows of persistent, mandatory messages, confirmed each or told why not.

Source of the rules: RabbitMQ, Consumer Acknowledgements and Publisher Confirms; AMQP 0-9-1, basic.publish.
"""

import asyncio
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from canonical.problem import ProblemKind
from gateway.crash import crash_point
from gateway.ledger.records import EventRow
from gateway.publishers import problems
from gateway.publishers.channel import ConfirmChannel
from gateway.publishers.confirms import Answer, Batch
from gateway.publishers.connection import BrokerAddress, Link, connect, failure
from gateway.publishers.contract import Failed, Failure, Published, PublisherError, PublisherState
from gateway.publishers.frames import publishing
from gateway.publishers.message import MessageRefused
from gateway.publishers.topology import PUBLISHING, declare

_WRITE_BYTES = 64 * 1024
"""Frames handed over at a time: between them it is asked whether the broker still takes messages."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds of publishing; seconds, messages and bytes."""

    connect: float = 10.0
    call: float = 10.0
    """For a declaration, a channel, a probe."""
    confirm: float = 30.0
    """For the confirms of what was handed over, since the last of it was."""
    close: float = 2.0
    window: int = 256
    window_bytes: int = 16 * 1024 * 1024
    message_bytes: int = 16 * 1024 * 1024
    """RabbitMQ 4's own default; older ones take more."""


@dataclass(frozen=True, slots=True)
class _Open:
    """One connection with the channel that events go through."""

    link: Link
    channel: ConfirmChannel

    def alive(self) -> bool:
        return self.link.alive() and not self.channel.is_closed


_FAILURES = {
    Answer.NACK: (Failure.NACK, "a queue that is bound to its routing key is full or failed"),
    Answer.RETURNED: (Failure.UNROUTABLE, "no queue takes its routing key, and none keeps the rest"),
}


class RabbitPublisher:
    """Publishes to ``supply.events`` over one connection; calls of ``publish`` share its window. After an answer was
    lost, the connection is cut before anything is sent again, so that no id is ever in flight twice."""

    def __init__(self, url: str, *, now: Callable[[], datetime], name: str = "wharf", limits: Limits | None = None):
        """``url`` with its secret stays inside; ``name`` is shown in the broker's console. ValueError: not a URL."""
        self._address = BrokerAddress(url)
        self._now = now
        self._name = name
        self._limits = limits or Limits()
        self._open: _Open | None = None
        self._turn = asyncio.Lock()
        self._since: datetime | None = None
        self._was_connected = False
        self._last_error: str | None = None

    def __repr__(self) -> str:
        return f"RabbitPublisher({self._address})"

    async def open(self) -> None:
        """Connects and declares where that is not done, and has the broker prove that it takes messages."""
        async with self._turn:
            if self._open is not None and self._open.alive():
                if await self._open.link.blocked():
                    raise self._note(failure(problems.BLOCKED, self._address))
                return
            await self._drop()
            try:
                self._open = await self._connect()
            except PublisherError as error:
                raise self._note(error) from None
            self._turned(connected=True)

    async def publish(self, events: Sequence[EventRow]) -> Published:
        """Hands the frames over, as far as the window has room, and waits until all are answered, or none comes."""
        if len({event.id for event in events}) != len(events):
            raise ValueError("an id stands twice in one window")
        current = self._open
        failed: dict[str, Failed] = {}
        if current is None:
            return self._told(events, [self._unsent(event, problems.UNREACHABLE) for event in events])
        news = asyncio.Event()
        with current.channel.batch(news.set) as batch:
            late = problems.UNREACHABLE
            try:
                async with asyncio.timeout(self._limits.confirm) as patience:
                    await self._hand_over(current, events, batch, failed, patience, news)
                    await self._answered(current, batch, news)
            except TimeoutError:
                late = problems.SILENT
            except OSError:
                pass  # The connection is gone. What was written is unknown, which the batch tells.
            finally:
                if batch.open:
                    self._cut(current)
        unconfirmed = [
            failed.get(event.id) or self._unconfirmed(event, batch, late)
            for event in events
            if batch.answers.get(event.id) is not Answer.CONFIRMED
        ]
        if batch.open:
            await self._let_go(current.link)
        return self._told(events, unconfirmed)

    async def close(self) -> None:
        """Closes the connection politely within its bound, and cuts it then."""
        async with self._turn:
            await self._drop()

    def state(self) -> PublisherState:
        """Whether the connection stands; ``since`` is when that was first seen."""
        self._turned(connected=self._open is not None and self._open.alive())
        return PublisherState("rabbitmq", self._was_connected, self._since, self._last_error)

    async def _connect(self) -> _Open:
        limits = self._limits
        link = await connect(self._address, self._name, limits.connect, limits.call)
        try:
            await declare(link, PUBLISHING, limits.call, as_found=True)
            await link.prove()
            return _Open(link, await link.confirming())
        except BaseException:
            link.cut()
            raise

    async def _hand_over(
        self, current: _Open, events: Sequence[EventRow], batch: Batch, failed: dict[str, Failed],
        patience: asyncio.Timeout, news: asyncio.Event,
    ) -> None:  # fmt: skip
        """Writes frames until the broker takes no more; each write begins the time for its confirms anew."""
        channel = current.channel
        for messages, size in self._writes(channel, events, failed):
            while current.alive() and not self._room(channel, len(messages), size):
                channel.crowded(batch)
                await news.wait()
                news.clear()
            if not current.alive():
                return
            if await current.link.blocked():
                blocked = failure(problems.BLOCKED, self._address)
                for event in events:
                    if event.id not in batch.open and event.id not in batch.answers:
                        failed.setdefault(event.id, Failed(event.id, Failure.UNAVAILABLE, str(blocked)))
                return
            channel.send(messages, batch)
            crash_point("publisher.before_confirm")
            patience.reschedule(asyncio.get_running_loop().time() + self._limits.confirm)
            await channel.drain()

    async def _answered(self, current: _Open, batch: Batch, news: asyncio.Event) -> None:
        while batch.open and current.alive():
            await news.wait()
            news.clear()

    def _writes(
        self, channel: ConfirmChannel, events: Sequence[EventRow], failed: dict[str, Failed]
    ) -> Iterator[tuple[list[tuple[str, bytes]], int]]:
        """Messages in portions for one write with their bytes; what is refused goes to the failed."""
        messages: list[tuple[str, bytes]] = []
        size = 0
        for event in events:
            try:
                frames = publishing(event, channel.number, channel.frame_max, self._limits.message_bytes)
            except MessageRefused as error:
                failed[event.id] = Failed(event.id, Failure.REFUSED, str(error))
                continue
            messages.append((event.id, frames))
            size += len(frames)
            if size >= _WRITE_BYTES or len(messages) >= self._limits.window:
                yield messages, size
                messages, size = [], 0
        if messages:
            yield messages, size

    def _room(self, channel: ConfirmChannel, count: int, size: int) -> bool:
        confirms = channel.confirms
        return not len(confirms) or (
            len(confirms) + count <= self._limits.window and confirms.bytes + size <= self._limits.window_bytes
        )

    def _unconfirmed(self, event: EventRow, batch: Batch, late: ProblemKind) -> Failed:
        if (answer := batch.answers.get(event.id)) is not None:
            return Failed(event.id, *_FAILURES[answer])
        if event.id in batch.open:
            return Failed(event.id, Failure.UNKNOWN, str(failure(late, self._address)))
        return self._unsent(event, late)

    def _told(self, events: Sequence[EventRow], failed: Sequence[Failed]) -> Published:
        """All that did not fail is confirmed."""
        if failed:
            self._last_error = next((one for one in failed if one.failure is Failure.UNKNOWN), failed[0]).reason
        away = {one.id for one in failed}
        return Published(tuple(event.id for event in events if event.id not in away), tuple(failed))

    def _unsent(self, event: EventRow, kind: ProblemKind) -> Failed:
        return Failed(event.id, Failure.UNAVAILABLE, str(failure(kind, self._address)))

    def _cut(self, current: _Open) -> None:
        """At once, so that nothing of what is open is delivered later; every other call learns of it."""
        current.link.cut()
        if self._open is current:
            self._open = None
            self._turned(connected=False)

    async def _let_go(self, link: Link) -> None:
        """Tidies up after a connection that was cut, before anybody may connect again."""
        async with self._turn:
            await link.close(self._limits.close)

    async def _drop(self) -> None:
        current, self._open = self._open, None
        if current is not None:
            self._turned(connected=False)
            await current.link.close(self._limits.close)

    def _note(self, error: PublisherError) -> PublisherError:
        self._last_error = str(error)
        self._turned(connected=False)
        return error

    def _turned(self, *, connected: bool) -> None:
        if self._since is None or connected is not self._was_connected:
            self._since = self._now()
            self._was_connected = connected
