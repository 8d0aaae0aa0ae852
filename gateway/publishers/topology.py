"""What Wharf needs on the broker, as data, and its declaration: safe to repeat, and never a change of what is there."""

import asyncio
import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from aio_pika import ExchangeType
from aio_pika.abc import AbstractChannel
from aio_pika.exceptions import ChannelNotFoundEntity, ChannelPreconditionFailed

from gateway.publishers.connection import BROKER_FAILURES, Link, bounded, in_words

EVENTS = "supply.events"
UNROUTED = "supply.unrouted"
DEAD_LETTERS = "supply.dlx"
COMMAND_EXCHANGE = "supply.commands"
COMMAND_QUEUE = "wharf.commands"

ENDLESS = 1_000_000_000
"""Deliveries before a quorum queue gives a message up. RabbitMQ 4 drops after 20 where nothing is said."""
PATIENCE = 20
"""Deliveries before a consumer's queue hands a message to the dead letters."""

_KIND_DIFFERS = re.compile(r"inequivalent arg '(type|durable|auto_delete|internal|exclusive|x-queue-type)'")
"""In RabbitMQ's text of a 406: something of another kind has the name; other arguments do not stand in the way."""


@dataclass(frozen=True, slots=True)
class Exchange:
    """A durable exchange."""

    name: str
    type: ExchangeType
    arguments: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Queue:
    """A durable quorum queue with its one binding. No length limit: nothing is dropped to make room."""

    name: str
    exchange: str
    routing_key: str
    arguments: dict[str, str | int] = field(default_factory=dict)


Part = Exchange | Queue

PUBLISHING: tuple[Part, ...] = (
    Exchange(UNROUTED, ExchangeType.FANOUT),
    Queue(UNROUTED, UNROUTED, "", {"x-delivery-limit": ENDLESS}),
    Exchange(DEAD_LETTERS, ExchangeType.TOPIC),
    Exchange(EVENTS, ExchangeType.TOPIC, {"alternate-exchange": UNROUTED}),
)
"""What publishing needs. What no queue takes is kept in ``supply.unrouted``."""

_DEAD_QUEUE = Queue(DEAD_LETTERS, DEAD_LETTERS, "#", {"x-delivery-limit": ENDLESS})
_TO_DEAD_LETTERS: dict[str, str | int] = {
    "x-delivery-limit": PATIENCE,
    "x-dead-letter-exchange": DEAD_LETTERS,
    # A dead letter leaves its queue only when the other one has confirmed it; that asks for this overflow.
    "x-dead-letter-strategy": "at-least-once",
    "x-overflow": "reject-publish",
}

COMMANDS: tuple[Part, ...] = (
    Exchange(DEAD_LETTERS, ExchangeType.TOPIC),
    _DEAD_QUEUE,
    Exchange(COMMAND_EXCHANGE, ExchangeType.TOPIC),
    Queue(COMMAND_QUEUE, COMMAND_EXCHANGE, "supply.*.send.*", _TO_DEAD_LETTERS),
)
"""What reading commands needs. A key that fits none is not taken at all, so that its sender learns of it."""


def ready_made_queues(document_types: Sequence[str]) -> tuple[Part, ...]:
    """Queues for consumers who want a ready start: one per document type."""
    return tuple(_document_queue(document_type) for document_type in document_types)


def _document_queue(document_type: str) -> Queue:
    return Queue(
        name=f"supply.{document_type}",
        exchange=EVENTS,
        routing_key=f"supply.{document_type}.#",
        arguments=_TO_DEAD_LETTERS,
    )


async def declare(link: Link, parts: Sequence[Part], call: float, *, as_found: bool = False) -> None:
    """Declares the parts in order; each broker call takes at most ``call`` seconds.

    With ``as_found`` a part that exists with other arguments is used as it is: the broker's people may have set it up
    by policy, or an older version of ours may have. Raises PublisherError (CFG-E0301) for other arguments without it,
    and always where something of another kind exists under a name; the connection stays usable.
    """
    channel = await link.channel()
    for part in parts:
        if not await bounded(_declared(channel, part, as_found), call, link.address):
            channel = await link.channel()
            await bounded(_bind(channel, part), call, link.address)
    await bounded(channel.close(), call, link.address)


async def _declared(channel: AbstractChannel, part: Part, as_found: bool) -> bool:
    """False where it is used as it was found; the broker has closed the channel then."""
    try:
        if isinstance(part, Exchange):
            await channel.declare_exchange(part.name, part.type, durable=True, arguments=dict(part.arguments))
        else:
            queue_type = {"x-queue-type": "quorum"}
            await channel.declare_queue(part.name, durable=True, arguments={**queue_type, **part.arguments})
            await _bind(channel, part)
    except ChannelPreconditionFailed as error:
        if not as_found or _KIND_DIFFERS.search(str(error)):
            raise
        return False
    return True


async def _bind(channel: AbstractChannel, part: Part) -> None:
    if isinstance(part, Queue):
        queue = await channel.declare_queue(part.name, passive=True)
        await queue.bind(part.exchange, part.routing_key)


async def exists(link: Link, part: Part, call: float) -> bool:
    """Whether an exchange or queue of this name is there, whatever its settings."""
    channel = await link.channel()
    try:
        async with asyncio.timeout(call):
            if isinstance(part, Exchange):
                await channel.declare_exchange(part.name, passive=True)
            else:
                await channel.declare_queue(part.name, passive=True)
    except ChannelNotFoundEntity:
        return False
    except BROKER_FAILURES as error:
        raise in_words(error, link.address) from None
    await bounded(channel.close(), call, link.address)
    return True


async def depth_of(link: Link, queue: str, call: float) -> int | None:
    """How many messages wait in a queue; None where there is none of this name."""
    channel = await link.channel()
    try:
        async with asyncio.timeout(call):
            found = await channel.declare_queue(queue, passive=True)
    except ChannelNotFoundEntity:
        return None
    except BROKER_FAILURES as error:
        raise in_words(error, link.address) from None
    await bounded(channel.close(), call, link.address)
    return found.declaration_result.message_count or 0
