"""The feed of published events: page by page as lines of JSON, or as it grows as server-sent events."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import suppress
from urllib.parse import urlencode

from starlette.responses import Response, StreamingResponse
from starlette.types import Message, Receive, Scope, Send

from gateway.feed import structured
from gateway.http.api import parameters
from gateway.http.api.look import ask
from gateway.http.operations import Call
from gateway.ledger.contract import LedgerError, Reads
from gateway.ledger.records import EventRow

NDJSON = "application/x-ndjson"
SSE = "text/event-stream"
CURSOR = "Wharf-Cursor"
HEARTBEAT = 15.0
"""Seconds without an event after which a sign of life is sent, with the place where a client would go on."""
LIFE = 900.0
"""Seconds after which a stream ends, so that its key is looked at again; a client goes on where it was."""
STALLED = 60.0
"""Seconds in which a client must take what it is sent."""
_AT_ONCE = 50
"""Events in memory for one client."""


async def events(call: Call) -> Response:
    """The feed, in the form that the client asks for."""
    asked, feeds = call.asked(parameters.Events), call.services.feeds
    follow = SSE in call.request.headers.get("accept", "")
    last = call.told(parameters.LastEventId).last
    after = int(last if follow and last is not None else asked.after)
    watch = _Watch(call, asked.type, call.partner(asked.partner), asked.limit)
    if follow:
        if call.request.method == "HEAD":
            return Response(media_type=SSE)
        feeds.enter()
        return _Patient(watch.forever(after), media_type=SSE, left=feeds.leave)
    positions = await watch.positions(after)
    if not positions and asked.wait:
        feeds.enter()
        try:
            positions = await watch.first(after, asked.wait)
        finally:
            feeds.leave()
    end = positions[-1] if positions else after
    following = {**call.request.query_params, "after": str(end)}
    headers = {CURSOR: str(end), "Link": f'<{call.request.url.path}?{urlencode(following)}>; rel="next"'}
    return _Patient(watch.lines(after, end), media_type=NDJSON, headers=headers)


class _Watch:
    """One client's view of the feed."""

    def __init__(self, call: Call, document_type: str | None, partner: str | None, limit: int) -> None:
        self._call = call
        self._type = document_type
        self._partner = partner
        self._limit = limit
        self._feeds = call.services.feeds

    async def positions(self, after: int) -> list[int]:
        """The places of the next events."""
        return await ask(
            self._call,
            lambda reads: reads.feed_positions(
                after=after, limit=self._limit, document_type=self._type, partner=self._partner
            ),
        )

    async def first(self, after: int, seconds: float) -> list[int]:
        """The same, waiting for the first one."""
        loop = asyncio.get_running_loop()
        until, place = loop.time() + seconds, after
        while (left := until - loop.time()) > 0 and await self._feeds.more(place, left):
            place = await ask(self._call, lambda reads: reads.feed_end())
            if found := await self.positions(after):
                return found
        return []

    async def lines(self, after: int, end: int) -> AsyncIterator[bytes]:
        """Events up to a place, one a line."""
        while after < end:
            _, rows = await self._read(after)
            for row in rows:
                place = row.feed_position or 0
                if place > end:
                    return
                yield structured(row) + b"\n"
                after = place
            if not rows:
                return

    async def forever(self, after: int) -> AsyncIterator[bytes]:
        """Events as they come, as server-sent events whose ids are places in the feed."""
        loop = asyncio.get_running_loop()
        until = loop.time() + LIFE
        yield b"retry: 2000\n\n"
        while not self._feeds.closing and loop.time() < until:
            try:
                end, rows = await self._read(after)
            except LedgerError:
                return
            for row in rows:
                after = row.feed_position or after
                yield b"id: %d\ndata: %b\n\n" % (after, structured(row))
            if rows:
                continue
            # Up to there nothing was for this client: it need not look at that part again.
            after = max(after, end)
            pause = min(HEARTBEAT, max(0.0, until - loop.time()))
            if not await self._feeds.more(after, pause) and not self._feeds.closing:
                yield b": still here\nid: %d\n\n" % after

    async def _read(self, after: int) -> tuple[int, list[EventRow]]:
        def work(reads: Reads) -> tuple[int, list[EventRow]]:
            # One state of the ledger: what is not found up to the end will never be there.
            return reads.feed_end(), reads.published(
                after=after, limit=_AT_ONCE, document_type=self._type, partner=self._partner
            )

        return await ask(self._call, work)


class _Patient(StreamingResponse):
    """A stream that is given up when its client takes nothing for a while. ``left`` is called at its end."""

    def __init__(
        self, content: AsyncIterator[bytes], media_type: str, headers: Mapping[str, str] | None = None,
        left: Callable[[], None] = lambda: None,
    ) -> None:  # fmt: skip
        super().__init__(content, headers=headers, media_type=media_type)
        self._left = left

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def within(message: Message) -> None:
            async with asyncio.timeout(STALLED):
                await send(message)

        try:
            with suppress(TimeoutError):
                await super().__call__(scope, receive, within)
        finally:
            self._left()
