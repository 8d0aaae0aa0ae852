"""Reads the body of a request, with a limit on its size and on the time that it takes."""

import asyncio

from starlette.requests import ClientDisconnect, Request

from gateway import problems_http as kinds
from gateway.http.budget import Account
from gateway.http.problems import ApiError

STALL = 30.0
"""Seconds for which nothing may come."""
SLOWEST = 4096
"""Bytes a second that all of it must come at, once ``STALL`` is over."""


async def body_of(request: Request, media: tuple[str, ...], most: int, stall: float = STALL) -> bytes:
    """The body, where it is of one of these media types. Raises ApiError."""
    told = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if told not in media:
        raise ApiError(415, kinds.WRONG_TYPE, headers={"Accept-Post": ", ".join(media)})
    if request.headers.get("content-encoding", "identity").lower() != "identity":
        # What is packed may be a thousand times as large: nothing is unpacked here.
        raise ApiError(415, kinds.WRONG_TYPE, detail="Send it as it is, without a Content-Encoding.")
    length = request.headers.get("content-length", "")
    if length.isdigit() and int(length) > most:
        raise _too_large(most)
    loop = asyncio.get_running_loop()
    found: list[bytes] = []
    began, size = loop.time(), 0
    stream = request.stream()
    account = account_of(request)
    while True:
        try:
            async with asyncio.timeout(stall):
                chunk = await anext(stream, None)
        except (TimeoutError, ClientDisconnect):
            raise ApiError(408, kinds.TOO_SLOW, headers={"Connection": "close"}) from None
        if chunk is None:
            return b"".join(found)
        size += len(chunk)
        if size > most:
            raise _too_large(most)
        if account is not None and not account.take(len(chunk)):
            raise ApiError(503, kinds.BUSY, headers={"Retry-After": "1", "Connection": "close"})
        if loop.time() - began > stall + size / SLOWEST:
            raise ApiError(408, kinds.TOO_SLOW, headers={"Connection": "close"})
        found.append(chunk)


def account_of(request: Request) -> Account | None:
    """What this request holds of the memory of all; None where nobody counts."""
    found = getattr(request.state, "account", None)
    return found if isinstance(found, Account) else None


def _too_large(most: int) -> ApiError:
    return ApiError(413, kinds.TOO_LARGE, headers={"Connection": "close"}, more={"maxBytes": most})
