"""Reads the queue ``wharf.commands``: one command at a time, answered, and only then taken off the queue.

It has a connection of its own, so that a broker that blocks publishers does not stop it, nor it them. A command whose
answer was lost comes again, and gets the same answer.
"""

import asyncio
from collections.abc import Callable
from typing import Final

import aio_pika
import structlog
from aio_pika import exceptions
from aio_pika.abc import AbstractChannel, AbstractIncomingMessage

from gateway.commands.desk import Command, CommandDesk, Done
from gateway.crash import crash_point
from gateway.depths import WATCHED
from gateway.ledger.contract import LedgerError, LedgerUnavailable
from gateway.publishers.connection import BrokerAddress, Link, bounded, connect
from gateway.publishers.consuming import Inbox, next_message
from gateway.publishers.contract import PublisherError
from gateway.publishers.message import SHORT_STRING
from gateway.publishers.rabbitmq import Limits
from gateway.publishers.topology import COMMAND_QUEUE, COMMANDS, DEAD_LETTERS, declare, depth_of

_WAITING: Final = 8
"""Commands that the broker may hand over ahead of the one that is worked on."""
_LONGEST: Final = 30.0
"""Seconds between two attempts to connect."""
_LEDGER_WAIT: Final = 1.0
_WATCH: Final = 15.0
"""Seconds between two looks at the queues that nobody reads."""

log = structlog.get_logger(__name__)


class CommandQueue:
    """Takes commands from RabbitMQ for ever, connecting again when the broker goes away."""

    def __init__(
        self,
        url: str,
        desk: CommandDesk,
        *,
        name: str,
        random: Callable[[], float],
        limits: Limits | None = None,
        depth: Callable[[str, int], None] = lambda _queue, _count: None,
    ) -> None:
        """``url`` with its secret stays inside; ``name`` is shown in the broker's console."""
        self._address = BrokerAddress(url)
        self._desk = desk
        self._name = name
        self._random = random
        self._limits = limits or Limits()
        self._depth = depth
        """Told how much lies in the queues that nobody reads; called on a thread."""
        self._reading = False

    def reading(self) -> bool:
        """Whether commands are being taken now."""
        return self._reading

    async def run(self) -> None:
        """Ends by cancellation alone."""
        wait = 1.0
        while True:
            try:
                await self._life()
            except PublisherError as error:
                if self._reading:
                    wait = 1.0
                log.warning("commands are not read", reason=str(error))
            finally:
                self._reading = False
            await asyncio.sleep(wait * (0.5 + self._random()))
            wait = min(wait * 2, _LONGEST)

    async def _life(self) -> None:
        """One connection, until it fails with PublisherError."""
        limits, address = self._limits, self._address
        link = await connect(address, self._name, limits.connect, limits.call)
        try:
            await declare(link, COMMANDS, limits.call, as_found=True)
            channel, answers = await link.channel(), await link.channel()
            await bounded(channel.set_qos(prefetch_count=_WAITING), limits.call, address)
            queue = await bounded(channel.get_queue(COMMAND_QUEUE, ensure=False), limits.call, address)
            inbox = Inbox()
            await bounded(queue.consume(inbox.put), limits.call, address)
            self._reading = True
            log.info("commands are read", queue=COMMAND_QUEUE)
            watching = asyncio.create_task(self._watch(link), name="depths")
            try:
                while True:
                    message = await next_message(inbox, link, limits.call)
                    await self._handle(message, answers)
            finally:
                watching.cancel()
                await asyncio.gather(watching, return_exceptions=True)
        finally:
            await link.close(limits.close)

    async def _watch(self, link: Link) -> None:
        """Looks at the queues that nobody reads, as long as the connection stands."""
        while True:
            for queue in WATCHED:
                try:
                    depth = await depth_of(link, queue, self._limits.call)
                    if depth is not None:
                        await asyncio.to_thread(self._depth, queue, depth)
                except (PublisherError, LedgerError) as error:
                    log.warning("the depth of a queue is not known", queue=queue, reason=str(error))
            await asyncio.sleep(_WATCH)

    async def _handle(self, message: AbstractIncomingMessage, answers: AbstractChannel) -> None:
        command = Command(
            message.routing_key or "", message.body, message.message_id, test=message.headers.get("test") == "true"
        )
        while True:
            try:
                done = await self._desk(command)
                break
            except LedgerUnavailable as error:
                log.warning("a command waits", reason=str(error))
                await asyncio.sleep(_LEDGER_WAIT)
        if done.reason is not None:
            log.warning("a command was refused", reason=done.reason)
        crash_point("commands.before_settle")
        await bounded(self._settle(message, done, answers), self._limits.call, self._address)

    async def _settle(self, message: AbstractIncomingMessage, done: Done, answers: AbstractChannel) -> None:
        """The dead letter first, then the answer, then it leaves the queue: nothing of it can get lost between."""
        if done.reason is not None:
            dead = await answers.get_exchange(DEAD_LETTERS, ensure=False)
            await dead.publish(_dead_letter(message, done.reason), message.routing_key or COMMAND_QUEUE, mandatory=True)
        if message.reply_to and len(message.reply_to.encode()) <= SHORT_STRING:
            try:
                await answers.default_exchange.publish(_answer(message, done), message.reply_to, mandatory=True)
            except exceptions.PublishError:
                log.info("nobody waits for the answer to a command any more")
        await message.ack()


def _answer(message: AbstractIncomingMessage, done: Done) -> aio_pika.Message:
    return aio_pika.Message(
        done.answer,
        content_type="application/json",
        delivery_mode=aio_pika.DeliveryMode.PERSISTENT,
        correlation_id=message.correlation_id or message.message_id,
        type="wharf.command.accepted" if done.accepted else "wharf.command.refused",
    )


def _dead_letter(message: AbstractIncomingMessage, reason: str) -> aio_pika.Message:
    return aio_pika.Message(
        message.body,
        headers={**message.headers, "x-wharf-reason": reason},
        content_type=message.content_type,
        delivery_mode=aio_pika.DeliveryMode.PERSISTENT,
        message_id=message.message_id,
        correlation_id=message.correlation_id,
    )
