"""The work of `wharf broker setup`: declares what Wharf publishes to, and ready-made queues for consumers."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from canonical.registry import DOCUMENTS
from gateway.publishers.connection import BrokerAddress, Link, connect
from gateway.publishers.contract import PublisherError
from gateway.publishers.rabbitmq import Limits
from gateway.publishers.topology import COMMANDS, PUBLISHING, Exchange, Part, declare, exists, ready_made_queues


class Step(StrEnum):
    """What happened to one exchange or queue."""

    CREATED = "created"
    KEPT = "was there"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Done:
    """One line of what setup did."""

    kind: str
    name: str
    step: Step
    detail: str
    """The binding of a queue, or why it failed."""


async def set_up(url: str, *, queues: bool = True, limits: Limits | None = None) -> list[Done]:
    """Declares everything and tells what it did, part by part; what fails does not stop the rest.

    Without ``queues`` only what the gateway itself needs. Raises PublisherError where the broker cannot be reached,
    ValueError where the url is none.
    """
    bounds = limits or Limits()
    parts: Sequence[Part] = (
        *PUBLISHING,
        *(part for part in COMMANDS if part not in PUBLISHING),
        *(ready_made_queues(tuple(DOCUMENTS)) if queues else ()),
    )
    link = await connect(BrokerAddress(url), "wharf broker setup", bounds.connect, bounds.call)
    try:
        return [await _do(link, part, bounds.call) for part in parts]
    finally:
        await link.close(bounds.close)


async def _do(link: Link, part: Part, call: float) -> Done:
    kind = "exchange" if isinstance(part, Exchange) else "queue"
    try:
        known = await exists(link, part, call)
        await declare(link, (part,), call)
    except PublisherError as error:
        if not link.alive():
            raise
        return Done(kind, part.name, Step.FAILED, str(error))
    detail = str(part.type.value) if isinstance(part, Exchange) else _binding(part.exchange, part.routing_key)
    return Done(kind, part.name, Step.KEPT if known else Step.CREATED, detail)


def _binding(exchange: str, routing_key: str) -> str:
    return f"from {exchange}, {routing_key}" if routing_key else f"from {exchange}"
