"""The public client libraries for RabbitMQ, each in a loop that keeps a window of confirms open."""

import asyncio
import itertools
import time
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass
from typing import Any

import aio_pika
import aiormq
from pamqp.commands import Basic
from pamqp.header import ContentHeader

from gateway.ledger.records import EventRow
from gateway.publishers.message import content_header
from gateway.publishers.topology import EVENTS


@dataclass(frozen=True, slots=True)
class Took:
    """What sending all messages took, in seconds."""

    wall: float
    cpu: float
    """Processor time of this process, all of its threads together."""


class UnconfirmedError(Exception):
    """The figure would not be one of confirmed messages."""


class Clock:
    """Runs from when it is made."""

    def __init__(self) -> None:
        self._wall = time.perf_counter()
        self._cpu = time.process_time()

    def took(self) -> Took:
        """Until now."""
        return Took(time.perf_counter() - self._wall, time.process_time() - self._cpu)


async def aio_pika_loop(url: str, events: Sequence[EventRow], window: int) -> Took:
    """As many tasks as the window has places, each of which awaits the confirm of its message.

    The messages are made before the clock runs.
    """
    messages = [(_message(event), event.routing_key) for event in events]
    async with await aio_pika.connect(url) as connection:
        channel = await connection.channel(publisher_confirms=True, on_return_raises=True)
        exchange = await channel.get_exchange(EVENTS, ensure=False)
        waiting = iter(messages)

        async def work() -> None:
            for message, routing_key in waiting:
                answer = await exchange.publish(message, routing_key, mandatory=True)
                _require_ack(answer)

        return await _timed(work, window)


async def aiormq_loop(url: str, events: Sequence[EventRow], window: int) -> Took:
    """The same, one floor below, without objects for exchange and message."""
    prepared = [(event.body, event.routing_key, properties(event)) for event in events]
    async with aiormq.connect(url) as connection:
        channel = await connection.channel(publisher_confirms=True, on_return_raises=True)
        waiting = iter(prepared)

        async def work() -> None:
            for body, routing_key, properties in waiting:
                answer = await channel.basic_publish(
                    body, exchange=EVENTS, routing_key=routing_key, properties=properties, mandatory=True
                )
                _require_ack(answer)

        return await _timed(work, window)


def pika_loop(url: str, events: Sequence[EventRow], window: int) -> Took:
    """pika's SelectConnection: frames are handed over from callbacks, confirms counted by their tag.

    ImportError where pika is not installed.
    """
    import pika

    sender = _Select(pika, [_for_pika(pika, event) for event in events], window)
    connection = pika.SelectConnection(pika.URLParameters(url), on_open_callback=sender.opened)
    connection.ioloop.start()
    if sender.took is None:
        raise UnconfirmedError("a message was not confirmed")
    return sender.took


async def _timed(work: Callable[[], Coroutine[Any, Any, None]], window: int) -> Took:
    clock = Clock()
    await asyncio.gather(*(work() for _ in range(window)))
    return clock.took()


def _require_ack(answer: object) -> None:
    if not isinstance(answer, Basic.Ack):
        raise UnconfirmedError("a message was not confirmed")


def properties(event: EventRow) -> Basic.Properties:
    """What our publisher sends with this event, read back."""
    header = ContentHeader()
    header.unmarshal(content_header(event, len(event.body)))
    return header.properties


def _message(event: EventRow) -> aio_pika.Message:
    made = properties(event)
    return aio_pika.Message(
        event.body, headers=made.headers, content_type=made.content_type, correlation_id=made.correlation_id,
        delivery_mode=made.delivery_mode, message_id=made.message_id, type=made.message_type,
        timestamp=made.timestamp, app_id=made.app_id,
    )  # fmt: skip


def _for_pika(pika: Any, event: EventRow) -> tuple[bytes, str, Any]:
    made = properties(event)
    return (
        event.body,
        event.routing_key,
        pika.BasicProperties(
            content_type=made.content_type, headers=made.headers, delivery_mode=made.delivery_mode,
            correlation_id=made.correlation_id, message_id=made.message_id, type=made.message_type,
            timestamp=int(made.timestamp.timestamp()) if made.timestamp else None, app_id=made.app_id,
        ),
    )  # fmt: skip


class _Select:
    """The callbacks of one run."""

    def __init__(self, pika: Any, messages: Sequence[tuple[bytes, str, Any]], window: int) -> None:
        self._pika = pika
        self._waiting = iter(messages)
        self._left = len(messages)
        self._window = window
        self._open: set[int] = set()
        self._tags = itertools.count(1)
        self.took: Took | None = None

    def opened(self, connection: Any) -> None:
        self._connection = connection
        connection.channel(on_open_callback=self._channel_open)

    def _channel_open(self, channel: Any) -> None:
        self._channel = channel
        channel.add_on_return_callback(self._returned)
        channel.confirm_delivery(self._confirmed, lambda _: self._begin())

    def _begin(self) -> None:
        self._clock = Clock()
        self._send()

    def _send(self) -> None:
        for body, routing_key, properties in itertools.islice(self._waiting, self._window - len(self._open)):
            self._open.add(next(self._tags))
            self._channel.basic_publish(EVENTS, routing_key, body, properties, mandatory=True)

    def _confirmed(self, frame: Any) -> None:
        method = frame.method
        if not isinstance(method, self._pika.spec.Basic.Ack):
            return self._returned()
        settled = (
            {tag for tag in self._open if tag <= method.delivery_tag} if method.multiple else {method.delivery_tag}
        )
        self._open -= settled
        self._left -= len(settled)
        if self._left:
            return self._send()
        self.took = self._clock.took()
        return self._end()

    def _returned(self, *_: Any) -> None:
        self._end()

    def _end(self) -> None:
        self._connection.add_on_close_callback(lambda *_: self._connection.ioloop.stop())
        self._connection.close()
