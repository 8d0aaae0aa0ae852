"""Fetches what waits at somebody else's web service: call, hand over, confirm, remember the cursor.

Only what is on disk here is confirmed, and the cursor moves only when all of an answer is. What comes again because a
crash came between is known by its id, and changes nothing.
"""

import asyncio
import hashlib
from collections.abc import Callable, Coroutine, Sequence
from datetime import datetime
from typing import Any, Final, Protocol

import structlog
from lxml import etree

from adapters.contracts import AdapterError, Alarm, Delivery, Handler, RefusedError
from adapters.crash import crash_point
from adapters.transports.soap_calls.answer import NotLetInError
from adapters.transports.soap_calls.caller import Caller
from adapters.transports.soap_calls.problems import CALL_REFUSED, ITEMS_NOT_TAKEN, NOT_LET_IN
from adapters.transports.soap_calls.settings import Polling
from adapters.transports.soap_calls.values import bytes_of, elements_at, text_at

POLL_WORDS: Final = frozenset({"cursor"})
"""What the arguments of the polled operation can hold."""
CONFIRM_WORDS: Final = frozenset({"ids", "cursor"})
"""What the arguments of the confirming operation can hold."""
_LONGEST: Final = 300.0
"""Seconds between two calls, however often they failed; but never less than between two that did not."""
_LONGEST_NAME: Final = 200
_LONGEST_CURSOR: Final = 4096

log = structlog.get_logger(__name__)


class UnfitError(AdapterError):
    """An item without what the settings say that it has."""


class Cursor(Protocol):
    """Where a channel has come to, kept with everything else."""

    async def get(self) -> str | None:
        """The cursor; None before the first."""

    async def set(self, value: str) -> None:
        """Returns when it is on disk."""


class SoapPoll:
    """A channel that asks. Ended, it gives items that are being handed over ``grace`` seconds to finish."""

    def __init__(
        self, name: str, caller: Caller, polling: Polling, cursor: Cursor, *, alarm: Alarm,
        clock: Callable[[], datetime], new_id: Callable[[], str], random: Callable[[], float], grace: float = 5.0,
    ) -> None:  # fmt: skip
        self.name = name
        self._caller = caller
        self._polling = polling
        self._cursor = cursor
        self._alarm = alarm
        self._clock = clock
        self._new_id = new_id
        self._random = random
        self._grace = grace
        self._runs = False
        self._failed = False
        self._handing_over = False
        self._last: Sequence[str] = ()
        self._told: set[str] = set()
        self._log = log.bind(channel=name)

    def listening(self) -> bool:
        """Whether it asks, and the last round went well."""
        return self._runs and not self._failed

    async def run(self, handle: Handler) -> None:
        """Asks for ever."""
        every = wait = self._polling.every
        self._runs = True
        try:
            while True:
                try:
                    wait = 0.0 if await self._finished(self._once(handle)) else every
                    if self._failed:
                        self._log.info("the service is polled again")
                        self._told.clear()
                    self._failed = False
                except AdapterError as error:
                    self._tell(error)
                    self._log.warning("the service was not polled to the end", reason=str(error))
                    wait = max(every, min(max(wait, every) * 2, _LONGEST))
                    self._failed = True
                await asyncio.sleep(wait * (0.75 + self._random() / 2))
        finally:
            self._runs = False

    def _tell(self, error: AdapterError) -> None:
        """A person is told once of what only a person can mend, until it went well again."""
        kind = None
        match error:
            case NotLetInError():
                kind = NOT_LET_IN
            case RefusedError():
                kind = CALL_REFUSED
            case UnfitError():
                kind = ITEMS_NOT_TAKEN
        if kind is not None and kind.code not in self._told:
            self._told.add(kind.code)
            self._alarm(kind.code, str(error))

    async def _finished(self, once: Coroutine[Any, Any, bool]) -> bool:
        """The result of one round. A cancellation breaks off a call that waits, not what is being handed over."""
        task = asyncio.create_task(once)
        try:
            return await asyncio.shield(task)
        except asyncio.CancelledError:
            if not self._handing_over:
                self._caller.close()
            await asyncio.wait({task}, timeout=self._grace)
            self._caller.close()
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
            raise

    async def _once(self, handle: Handler) -> bool:
        """One call and all that follows; whether there may be more at once. Raises AdapterError."""
        polling = self._polling
        kept = await self._cursor.get()
        before = kept if kept is not None else polling.start
        answer = await self._caller.ask(polling.operation, {"cursor": before})
        if answer is None:
            return False
        items = elements_at(answer, polling.items)
        after = ((text_at(answer, polling.cursor) or "").strip() if polling.cursor else "") or before
        if len(after) > _LONGEST_CURSOR:
            raise AdapterError(f"the cursor of the answer is longer than {_LONGEST_CURSOR} characters")
        try:
            self._handing_over = True
            return await self._settle(items, before, after, handle)
        finally:
            self._handing_over = False

    async def _settle(self, items: Sequence[etree._Element], before: str, after: str, handle: Handler) -> bool:
        ids: list[str] = []
        failures: list[Exception] = []
        for item in items:
            try:
                ids.append(await self._hand_over(item, handle))
            except Exception as error:  # noqa: BLE001 - it stays where it is, and the others are taken
                failures.append(error)
        crash_point("soap_poll.before_confirm")
        if ids and self._polling.confirm is not None:
            await self._caller.ask(self._polling.confirm, {"ids": ids, "cursor": after})
        crash_point("soap_poll.after_confirm")
        if failures:
            raise _failed(failures, len(items))
        if after != before:
            await self._cursor.set(after)
        # The same items again, and no step forward: a service that forgets confirmations is not asked without a pause.
        moved = after != before or (self._polling.confirm is not None and ids != self._last)
        self._last = ids
        return bool(ids) and moved

    async def _hand_over(self, item: etree._Element, handle: Handler) -> str:
        polling = self._polling
        text = text_at(item, polling.content)
        if not text:
            raise UnfitError(f"an item has no content at {polling.content!r}")
        content = bytes_of(text)
        sha256 = hashlib.sha256(content).hexdigest()
        id = (text_at(item, polling.id) or "").strip() if polling.id else sha256
        if not id:
            raise UnfitError(f"an item has no id at {polling.id!r}")
        told = id if len(id) <= _LONGEST_NAME else hashlib.sha256(id.encode()).hexdigest()
        name = "".join(letter if letter.isascii() and (letter.isalnum() or letter in "._-") else "_" for letter in told)
        await handle(
            Delivery(
                id=self._new_id(), channel=self.name, name=name, origin=f"id:{told}:{sha256}",
                content=content, sha256=sha256, received_at=self._clock(),
            )
        )  # fmt: skip
        return id


def _failed(failures: Sequence[Exception], of: int) -> AdapterError:
    """What is told of items that were not taken; texts of others' errors may hold content."""
    unfit = next((each for each in failures if isinstance(each, UnfitError)), None)
    first = unfit or failures[0]
    reason = str(first) if isinstance(first, AdapterError) else type(first).__name__
    words = f"{len(failures)} of {of} items were not taken: {reason}"
    return UnfitError(words) if unfit is not None else AdapterError(words)
