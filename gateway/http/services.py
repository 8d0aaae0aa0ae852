"""What requests are answered with: the parts of the gateway, as far as they are asked over HTTP."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from adapters.contracts import Handler
from gateway.agreements import Agreements
from gateway.api_channels import ApiChannels
from gateway.deadletters import DeadLetters
from gateway.http.api.feeds import Feeds
from gateway.ids import Clock, NewId
from gateway.ledger.contract import Ledger
from gateway.metrics import Metrics
from gateway.replay.desk import Replays
from gateway.status import StatusSource
from gateway.submission import Submission, Submitted


@dataclass(frozen=True, slots=True)
class Services:
    """One gateway's."""

    name: str
    """Of the gateway."""
    ledger: Ledger
    status: StatusSource
    metrics: Metrics
    clock: Clock
    new_id: NewId
    receive: Handler
    """Takes deliveries; the receipt is the answer."""
    submit: Callable[[Submission], Awaitable[Submitted]]
    """Takes documents to be sent."""
    partners: Agreements
    channels: ApiChannels
    feeds: Feeds
    """Who follows the published events."""
    replays: Replays
    dead_letters: DeadLetters
