"""Handing a file in: its receipt is awaited, and by a stop that comes meanwhile for a while longer."""

import asyncio
from collections.abc import Callable
from typing import Final

from adapters.contracts import Delivery, Handler, Outcome, Receipt

REFUSED: Final = frozenset({Outcome.REJECTED, Outcome.QUARANTINED})
"""Outcomes of files that are put apart, for a person."""

INTAKE_LOOK: Final = 1.0
"""Seconds between two questions whether anything new is taken again."""

Settle = Callable[[Receipt | BaseException], None]
"""Takes the receipt, or why there is none."""


async def hand_in(handle: Handler, delivery: Delivery, settle: Settle, grace: float) -> None:
    """Hands a delivery in and has it settled. A stop waits ``grace`` seconds for the receipt, then breaks off, and
    again as long for that; what has no receipt by then is not settled."""
    handling = asyncio.ensure_future(handle(delivery))
    try:
        await asyncio.wait({handling})
    except asyncio.CancelledError:
        try:
            await asyncio.wait({handling}, timeout=grace)
        finally:
            if handling.done():
                settle(_result(handling))
            else:
                handling.cancel()
                await asyncio.wait({handling}, timeout=grace)
        raise
    settle(_result(handling))


async def taking(intake: Callable[[], bool]) -> None:
    """Returns while the gateway takes anything new. It is asked, since who stops intake looks at the world by asking
    too."""
    while not intake():  # noqa: ASYNC110
        await asyncio.sleep(INTAKE_LOOK)


def _result(handling: "asyncio.Future[Receipt]") -> Receipt | BaseException:
    if handling.cancelled():
        # A client library may end a call by cancelling it; nobody cancelled this channel.
        return asyncio.CancelledError()
    return handling.exception() or handling.result()
