"""Messages that lie in the broker's queues of dead letters and of events that nobody was bound for: seen without being
taken, sent back to where they came from, or taken off.

Source of ``x-death``: RabbitMQ, Dead Letter Exchanges, "Dead-Lettered Messages".
"""

import hashlib
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

import aio_pika
from aio_pika import exceptions
from aio_pika.abc import AbstractChannel, AbstractIncomingMessage
from pamqp.commands import Basic

from gateway.publishers import problems
from gateway.publishers.connection import BrokerAddress, bounded, connect, failure
from gateway.publishers.contract import PublisherError
from gateway.publishers.rabbitmq import Limits
from gateway.publishers.topology import (
    COMMAND_EXCHANGE,
    COMMAND_QUEUE,
    DEAD_LETTERS,
    EVENTS,
    UNROUTED,
)

QUEUES: Final = (DEAD_LETTERS, UNROUTED)
MOST: Final = 1_000
"""Messages of one queue that are looked at."""
MOST_BYTES: Final = 64 << 20
REASON: Final = "x-wharf-reason"
"""The header in which the gateway itself says why it refused a command."""
_OF_DEATH: Final = ("x-death", "x-first-death-exchange", "x-first-death-queue", "x-first-death-reason",
                    "x-last-death-exchange", "x-last-death-queue", "x-last-death-reason", REASON)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Letter:
    """One message in one of these queues."""

    id: str
    """Made of the message and of where it lies: the same as long as it lies there."""
    queue: str
    """That it lies in."""
    origin: str | None
    """The queue that gave it up; None for what was never in one."""
    exchange: str
    """To which it goes back; empty for the one that leads straight into a queue."""
    routing_key: str
    """With which it goes back."""
    reason: str
    message_id: str | None
    since: datetime | None
    headers: dict[str, Any]
    """As text and numbers."""
    body: bytes


class Letters:
    """The two queues of one broker; a connection for each call."""

    def __init__(self, url: str, *, name: str, limits: Limits | None = None) -> None:
        """``url`` with its secret stays inside; ``name`` is shown in the broker's console."""
        self._address = BrokerAddress(url)
        self._name = name
        self._limits = limits or Limits()

    async def look(self, limit: int = MOST) -> list[Letter]:
        """What lies there, as it lies there: nothing is taken. Raises PublisherError."""
        found: list[Letter] = []
        for queue in QUEUES:
            async with self._channel() as channel:
                found += [letter for letter, _ in await self._got(channel, queue, limit)]
        return found

    async def send_back(self, ids: Collection[str]) -> list[Letter]:
        """Sends each to where it came from, under its own message id; what is confirmed there is taken off here.
        Returns those. Raises PublisherError."""
        return await self._settle(ids, self._return)

    async def take_off(self, ids: Collection[str], keep: Callable[[Letter], Awaitable[None]]) -> list[Letter]:
        """Takes each off once it is kept elsewhere. Raises PublisherError, and what ``keep`` raises."""

        async def kept(letter: Letter, message: AbstractIncomingMessage, _: AbstractChannel) -> bool:
            await keep(letter)
            await message.ack()
            return True

        return await self._settle(ids, kept)

    async def put_back(self, letter: Letter) -> None:
        """Sends one that was taken off to where it came from. Raises PublisherError."""
        async with self._channel() as channel:
            if not await bounded(self._sent(letter, channel, _message_of(letter)), self._limits.call, self._address):
                raise failure(problems.REFUSED_BY_BROKER, self._address, f"no queue {letter.routing_key}")

    async def _settle(
        self, ids: Collection[str],
        work: Callable[[Letter, AbstractIncomingMessage, AbstractChannel], Awaitable[bool]],
    ) -> list[Letter]:  # fmt: skip
        done: list[Letter] = []
        for queue in QUEUES:
            async with self._channel() as channel, self._channel() as out:
                for letter, message in await self._got(channel, queue, MOST):
                    if letter.id in ids and await bounded(work(letter, message, out), self._limits.call, self._address):
                        done.append(letter)
        return done

    async def _return(self, letter: Letter, message: AbstractIncomingMessage, out: AbstractChannel) -> bool:
        if not await self._sent(letter, out, _again(message)):
            return False
        await message.ack()
        return True

    async def _sent(self, letter: Letter, out: AbstractChannel, message: aio_pika.Message) -> bool:
        """Whether a queue has it, confirmed."""
        exchange = (
            await out.get_exchange(letter.exchange, ensure=False) if letter.exchange else out.default_exchange
        )  # fmt: skip
        try:
            answer = await exchange.publish(message, letter.routing_key, mandatory=True)
        except exceptions.DeliveryError:
            return False
        return isinstance(answer, Basic.Ack)

    async def _got(
        self, channel: AbstractChannel, queue: str, limit: int
    ) -> list[tuple[Letter, AbstractIncomingMessage]]:
        """Messages in the order of the queue; those that are not acknowledged go back when the channel closes."""
        found: list[tuple[Letter, AbstractIncomingMessage]] = []
        size = 0
        try:
            own = await bounded(channel.declare_queue(queue, passive=True), self._limits.call, self._address)
        except PublisherError:
            if channel.is_closed:
                return []  # There is no such queue yet.
            raise
        while len(found) < limit and size < MOST_BYTES:
            message = await bounded(own.get(fail=False), self._limits.call, self._address)
            if message is None:
                break
            size += len(message.body)
            found.append((_letter(queue, message), message))
        return found

    @asynccontextmanager
    async def _channel(self) -> AsyncIterator[AbstractChannel]:
        limits = self._limits
        link = await connect(self._address, self._name, limits.connect, limits.call)
        try:
            yield await link.channel()
        finally:
            await link.close(limits.close)


def _letter(queue: str, message: AbstractIncomingMessage) -> Letter:
    death = _death(message.headers)
    key = message.routing_key or ""
    told = message.headers.get(REASON)
    if queue == UNROUTED:
        origin, exchange, reason = None, EVENTS, f"no queue is bound for {key}"
    elif told is not None or death.get("queue") == COMMAND_QUEUE:
        origin, exchange = COMMAND_QUEUE, COMMAND_EXCHANGE
        reason = _text(told) if told is not None else _why(death)
    else:
        origin, exchange, reason = _text(death.get("queue")) or None, "", _why(death)
    if exchange == COMMAND_EXCHANGE and told is None:
        keys = death.get("routing-keys")
        key = _text(keys[0]) if isinstance(keys, list) and keys else key
    body = hashlib.sha256(message.body).hexdigest()
    named = f"{queue}\x1f{origin}\x1f{message.message_id}\x1f{body}".encode()
    time = death.get("time")
    return Letter(
        id=hashlib.sha256(named).hexdigest()[:32],
        queue=queue,
        origin=origin,
        exchange=exchange,
        routing_key=origin if exchange == "" and origin else key,
        reason=reason,
        message_id=message.message_id,
        since=time.replace(tzinfo=time.tzinfo or UTC) if isinstance(time, datetime) else message.timestamp,
        headers={name: _plain(value) for name, value in message.headers.items()},
        body=message.body,
    )


def _death(headers: Mapping[str, Any]) -> Mapping[str, Any]:
    """The newest death; RabbitMQ writes it first."""
    deaths = headers.get("x-death")
    first = deaths[0] if isinstance(deaths, list) and deaths else {}
    return first if isinstance(first, dict) else {}


def _why(death: Mapping[str, Any]) -> str:
    words = {
        "rejected": "a consumer rejected it",
        "expired": "it was not consumed in time",
        "maxlen": "its queue was full",
        "delivery_limit": "it was delivered too often and never acknowledged",
    }
    reason = _text(death.get("reason"))
    count = death.get("count")
    often = f", {count} times" if isinstance(count, int) and count > 1 else ""
    return words.get(reason, reason or "it says nothing of why") + often


def _again(message: AbstractIncomingMessage) -> aio_pika.Message:
    """The same message without the marks of its death."""
    return aio_pika.Message(
        message.body,
        headers={name: value for name, value in message.headers.items() if name not in _OF_DEATH},
        content_type=message.content_type,
        content_encoding=message.content_encoding,
        delivery_mode=aio_pika.DeliveryMode.PERSISTENT,
        message_id=message.message_id,
        correlation_id=message.correlation_id,
        reply_to=message.reply_to,
        type=message.type,
        timestamp=message.timestamp,
        app_id=message.app_id,
    )


def _message_of(letter: Letter) -> aio_pika.Message:
    """One that was kept in the ledger."""
    return aio_pika.Message(
        letter.body,
        headers={name: value for name, value in letter.headers.items() if name not in _OF_DEATH},
        content_type="application/json",
        delivery_mode=aio_pika.DeliveryMode.PERSISTENT,
        message_id=letter.message_id,
    )


def _text(value: object) -> str:
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value or "")


def _plain(value: object) -> Any:
    """A header as JSON has it."""
    match value:
        case None | bool() | int() | float() | str():
            return value
        case list():
            return [_plain(each) for each in value]
        case dict():
            return {str(name): _plain(each) for name, each in value.items()}
        case datetime():
            return value.isoformat()
        case _:
            return _text(value)
