"""Reads a queue of events: one at a time and in order, acknowledged only after the handler has returned."""

import asyncio
import hashlib
import inspect
import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import structlog
from aio_pika.abc import AbstractIncomingMessage

from gateway.publishers.connection import BrokerAddress, Link, bounded, connect
from gateway.publishers.consuming import Inbox, next_message
from gateway.publishers.contract import PublisherError

_CALL: Final = 15.0
"""Seconds for each call of the broker."""
_LONGEST: Final = 30.0
"""Seconds between two attempts, to connect as well as to handle."""

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Event:
    """One event as it came from the broker."""

    id: str
    """The same each time it comes: what ``Seen`` remembers."""
    type: str
    """As ``org.wharf.supply.purchase_order.received.v1``."""
    subject: str
    """The document's number."""
    partner: str
    correlation: str
    """The order's number, the same in 850, 855, 856 and 810."""
    attempt: int
    """Above 1 where it may have been published before."""
    replay_of: str | None
    """Set where a person had it published again."""
    test: bool
    """From a test interchange: not for real work."""
    headers: Mapping[str, Any] = field(repr=False)
    body: bytes = field(repr=False)

    @property
    def data(self) -> dict[str, Any]:
        """The document. Numbers are text, exactly as precise as they were sent."""
        found: dict[str, Any] = json.loads(self.body)
        return found


Handler = Callable[[Event], Awaitable[None] | None]


async def consume(
    url: str, queue: str, handle: Handler, *, attempts: int = 5, pause: float = 1.0, prefetch: int = 20,
    name: str = "wharf consumer",
) -> None:  # fmt: skip
    """Hands every event of a queue to ``handle``, until cancelled; connects again when the broker goes away.

    ``handle`` may be a plain function, which then runs on a thread, or a coroutine function. What it raises is tried
    again after a pause that doubles, with the events behind it waiting; after ``attempts`` the event goes to the
    queue's dead letters. So does one whose bytes are not what was published.
    """
    address, wait = BrokerAddress(url), pause
    while True:
        try:
            link = await connect(address, name, _CALL, _CALL)
            try:
                wait = pause
                await _read(link, address, queue, _Handling(handle, attempts, pause), prefetch)
            finally:
                await link.close(_CALL)
        except PublisherError as error:
            log.warning("events are not read", reason=str(error))
        await asyncio.sleep(wait)
        wait = min(wait * 2, _LONGEST)


@dataclass(frozen=True, slots=True)
class _Handling:
    handle: Handler
    attempts: int
    pause: float

    async def __call__(self, message: AbstractIncomingMessage) -> bool:
        """Whether the event had its effect."""
        event = event_of(message)
        if hashlib.sha256(event.body).hexdigest() != event.headers.get("x-body-sha256"):
            log.error("an event is not what was published", event_id=event.id)
            return False
        for attempt in range(1, self.attempts + 1):
            try:
                if inspect.iscoroutinefunction(self.handle):
                    await self.handle(event)
                else:
                    await asyncio.to_thread(self.handle, event)
            except Exception as error:  # noqa: BLE001 - the handler is somebody else's
                log.warning("an event was not handled", event_id=event.id, attempt=attempt, error=type(error).__name__)
                if attempt < self.attempts:
                    await asyncio.sleep(min(_LONGEST, self.pause * 2.0 ** (attempt - 1)))
            else:
                return True
        return False


def event_of(message: AbstractIncomingMessage) -> Event:
    """The event in a message (CloudEvents AMQP binding, binary mode)."""
    headers = message.headers

    def attribute(name: str) -> str:
        return str(headers.get(f"cloudEvents_{name}", ""))

    replay = headers.get("x-replay-of")
    attempt = headers.get("x-attempt")
    return Event(
        id=message.message_id or "",
        type=attribute("type"),
        subject=attribute("subject"),
        partner=attribute("partnerid"),
        correlation=attribute("correlationid"),
        attempt=attempt if isinstance(attempt, int) else 1,
        replay_of=str(replay) if replay is not None else None,
        test=attribute("test") == "true",
        headers=headers,
        body=message.body,
    )


async def _read(link: Link, address: BrokerAddress, queue: str, handling: _Handling, prefetch: int) -> None:
    """One connection, until it fails with PublisherError."""
    channel = await link.channel()
    await bounded(channel.set_qos(prefetch_count=prefetch), _CALL, address)
    source = await bounded(channel.get_queue(queue), _CALL, address)
    inbox = Inbox()
    await bounded(source.consume(inbox.put), _CALL, address)
    log.info("events are read", source=queue)
    while True:
        message = await next_message(inbox, link, _CALL)
        done = await handling(message)
        await bounded(message.ack() if done else message.reject(requeue=False), _CALL, address)
