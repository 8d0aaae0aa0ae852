"""The next message of a queue, or the news that its connection is gone."""

import asyncio

from aio_pika import exceptions
from aio_pika.abc import AbstractIncomingMessage

from gateway.publishers.connection import Link, bounded

_LOOK = 1.0
"""Seconds between two looks whether the connection still stands."""

Inbox = asyncio.Queue[AbstractIncomingMessage]


async def next_message(inbox: Inbox, link: Link, call: float) -> AbstractIncomingMessage:
    """Waits for it. PublisherError where the connection is gone: the library tells a consumer nothing of that."""
    while True:
        try:
            async with asyncio.timeout(_LOOK):
                return await inbox.get()
        except TimeoutError:
            if not link.alive():
                await bounded(_lost(), call, link.address)


async def _lost() -> None:
    raise exceptions.AMQPConnectionError("the connection is gone")
