"""Fetches what waits at somebody else's web service: call, hand over, confirm, remember the cursor.

An answer is confirmed only when all of its items are on disk here, and the cursor moves only after that. What comes
again because a crash came between is known by its id, and changes nothing.
"""

import asyncio
import hashlib
from collections.abc import Callable
from datetime import datetime
from typing import Any, Protocol

import structlog

from adapters.contracts import AdapterError, Delivery, Handler
from adapters.transports.soap_calls.caller import Caller
from adapters.transports.soap_calls.settings import Polling
from adapters.transports.soap_calls.values import bytes_of, found, text_at

POLL_WORDS = frozenset({"cursor"})
"""What the arguments of the polled operation can hold."""
CONFIRM_WORDS = frozenset({"ids", "cursor"})
"""What the arguments of the confirming operation can hold."""
_LONGEST = 300.0
"""Seconds between two calls, however often they failed."""
_LONGEST_ID = 200

log = structlog.get_logger(__name__)


class Cursor(Protocol):
    """Where a channel has come to, kept with everything else."""

    async def get(self) -> str:
        """The cursor; empty before the first."""

    async def set(self, value: str) -> None:
        """Returns when it is on disk."""


class SoapPoll:
    """A channel that asks."""

    def __init__(
        self, name: str, caller: Caller, polling: Polling, cursor: Cursor, *, clock: Callable[[], datetime],
        new_id: Callable[[], str], random: Callable[[], float],
    ) -> None:  # fmt: skip
        self.name = name
        self._caller = caller
        self._polling = polling
        self._cursor = cursor
        self._clock = clock
        self._new_id = new_id
        self._random = random

    def listening(self) -> bool:
        """Always: it calls, and a service that is away is told apart in the log."""
        return True

    async def run(self, handle: Handler) -> None:
        """Asks for ever."""
        wait = every = self._polling.every
        try:
            while True:
                try:
                    wait = 0.0 if await self._once(handle) else every
                except AdapterError as error:
                    log.warning("a service was not polled", channel=self.name, reason=str(error))
                    wait = min(max(wait, every) * 2, _LONGEST)
                await asyncio.sleep(wait * (0.75 + self._random() / 2))
        finally:
            await asyncio.shield(asyncio.to_thread(self._caller.close))

    async def _once(self, handle: Handler) -> bool:
        """One call and all that follows; whether there was anything new."""
        polling = self._polling
        before = await self._cursor.get()
        answer = await asyncio.to_thread(self._caller.call, polling.operation, {"cursor": before})
        items = found(answer, polling.items)
        ids = [await self._hand_over(item, handle) for item in items]
        after = (text_at(answer, polling.cursor) if polling.cursor else None) or before
        if ids and polling.confirm is not None:
            await asyncio.to_thread(self._caller.call, polling.confirm, {"ids": ids, "cursor": after})
        if after != before:
            await self._cursor.set(after)
        # Without a cursor or a confirmation the service would tell the same items at once again.
        return bool(ids) and (after != before or polling.confirm is not None)

    async def _hand_over(self, item: Any, handle: Handler) -> str:
        polling = self._polling
        held = found(item, polling.content)
        content = bytes_of(held[0]) if held else None
        if content is None:
            raise AdapterError(f"an item of the answer has no content at {polling.content!r}")
        sha256 = hashlib.sha256(content).hexdigest()
        id = (text_at(item, polling.id) if polling.id else None) or sha256
        name = "".join(letter if letter.isalnum() or letter in "._-" else "_" for letter in id)[:_LONGEST_ID]
        await handle(
            Delivery(
                id=self._new_id(), channel=self.name, name=name, origin=f"id:{id[:_LONGEST_ID]}:{sha256}",
                content=content, sha256=sha256, received_at=self._clock(),
            )
        )  # fmt: skip
        return id
