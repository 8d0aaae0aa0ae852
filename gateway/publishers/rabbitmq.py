"""The RabbitMQ publisher: windows of persistent, mandatory messages, confirmed each or told why not.

Source of the rules: RabbitMQ, Consumer Acknowledgements and Publisher Confirms; AMQP 0-9-1, basic.publish.
"""

import asyncio
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from aio_pika import exceptions
from aio_pika.abc import AbstractChannel, AbstractExchange
from pamqp.commands import Basic

from canonical.problem import ProblemKind
from gateway.crash import crash_point
from gateway.ledger.records import EventRow
from gateway.publishers import problems
from gateway.publishers.connection import BROKER_FAILURES, BrokerAddress, Link, bounded, connect, failure, in_words
from gateway.publishers.contract import Failed, Failure, Published, PublisherError, PublisherState
from gateway.publishers.message import message_for, refusal
from gateway.publishers.topology import EVENTS, PUBLISHING, declare


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds of publishing; seconds, messages and bytes."""

    connect: float = 10.0
    call: float = 10.0
    """For a declaration, a channel, a probe."""
    confirm: float = 30.0
    """For all confirms of a window together."""
    close: float = 2.0
    window: int = 256
    window_bytes: int = 16 * 1024 * 1024
    message_bytes: int = 16 * 1024 * 1024
    """RabbitMQ 4's own default; older ones take more."""


@dataclass(frozen=True, slots=True)
class _Open:
    """One connection with the channel and exchange that events go through."""

    link: Link
    channel: AbstractChannel
    exchange: AbstractExchange

    def alive(self) -> bool:
        return self.link.alive() and not self.channel.is_closed


class RabbitPublisher:
    """Publishes to ``supply.events`` over one connection. After an answer was lost, the connection is closed before
    anything is sent again, so that no id is ever in flight twice."""

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
        """Sends windows of bounded count and size, each only when the one before is settled."""
        if len({event.id for event in events}) != len(events):
            raise ValueError("an id stands twice in one window")
        confirmed: list[str] = []
        failed: list[Failed] = []
        async with self._turn:
            for window in self._windows(events):
                outcome = await self._window(window)
                confirmed.extend(outcome.confirmed)
                failed.extend(outcome.failed)
        return Published(tuple(confirmed), tuple(failed))

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
            channel = await link.channel()
            exchange = await bounded(channel.get_exchange(EVENTS, ensure=False), limits.call, self._address)
        except BaseException:
            link.cut()
            raise
        return _Open(link, channel, exchange)

    def _windows(self, events: Sequence[EventRow]) -> Iterator[list[EventRow]]:
        window: list[EventRow] = []
        size = 0
        for event in events:
            if window and (len(window) >= self._limits.window or size + len(event.body) > self._limits.window_bytes):
                yield window
                window, size = [], 0
            window.append(event)
            size += len(event.body)
        if window:
            yield window

    async def _window(self, events: Sequence[EventRow]) -> Published:
        """Hands all frames over, awaits all answers together, and closes the connection when one is unknown."""
        current = self._open
        outcomes: dict[str, Failed | None] = {}
        sending: dict[str, asyncio.Task[Failed | None]] = {}
        try:
            for event in events:
                if reason := refusal(event, self._limits.message_bytes):
                    outcomes[event.id] = Failed(event.id, Failure.REFUSED, reason)
                elif current is None or not current.alive():
                    outcomes[event.id] = self._unsent(event, problems.UNREACHABLE)
                elif await current.link.blocked():
                    outcomes[event.id] = self._unsent(event, problems.BLOCKED)
                else:
                    sending[event.id] = asyncio.create_task(self._send(current.exchange, event))
                    await asyncio.sleep(0)  # It hands its frames over before the next looks whether it may.
            if sending:
                crash_point("publisher.before_confirm")
                await asyncio.wait(sending.values(), timeout=self._limits.confirm)
        finally:
            unsettled = [task for task in sending.values() if not task.done()]
            for task in unsettled:
                task.cancel()
            if unsettled and current is not None:
                self._open = None
                self._turned(connected=False)
                current.link.cut()
        if unsettled:
            await asyncio.wait(unsettled, timeout=self._limits.close)
        late = failure(problems.SILENT, self._address) if unsettled else failure(problems.UNREACHABLE, self._address)
        for id, task in sending.items():
            outcomes[id] = self._settled(id, task, late)
        return await self._judged(events, outcomes)

    async def _judged(self, events: Sequence[EventRow], outcomes: dict[str, Failed | None]) -> Published:
        failed = tuple(failed for event in events if (failed := outcomes[event.id]) is not None)
        unknown = [one for one in failed if one.failure is Failure.UNKNOWN]
        if failed:
            self._last_error = failed[0].reason
        if unknown:
            self._last_error = unknown[0].reason
            await self._drop()
        return Published(tuple(event.id for event in events if outcomes[event.id] is None), failed)

    async def _send(self, exchange: AbstractExchange, event: EventRow) -> Failed | None:
        """Sends one event and awaits the broker's answer; nothing is returned where it is a confirm."""
        try:
            answer = await exchange.publish(message_for(event), event.routing_key, mandatory=True)
        except exceptions.PublishError:
            return Failed(event.id, Failure.UNROUTABLE, f"no queue takes {event.routing_key}, and none keeps the rest")
        except exceptions.DeliveryError:
            return Failed(event.id, Failure.NACK, f"a queue bound to {event.routing_key} is full or failed")
        except BROKER_FAILURES as error:
            return Failed(event.id, Failure.UNKNOWN, str(in_words(error, self._address)))
        if not isinstance(answer, Basic.Ack):
            return Failed(event.id, Failure.UNKNOWN, "the broker's answer is not a confirm")
        return None

    def _settled(self, id: str, task: asyncio.Task[Failed | None], late: PublisherError) -> Failed | None:
        # A task that is cancelled or not done has no answer: by our patience, or by the library on a stuck connection.
        if task.done() and not task.cancelled():
            return task.result()
        return Failed(id, Failure.UNKNOWN, str(late))

    def _unsent(self, event: EventRow, kind: ProblemKind) -> Failed:
        return Failed(event.id, Failure.UNAVAILABLE, str(failure(kind, self._address)))

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
