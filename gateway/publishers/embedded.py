"""The embedded feed: an event that the ledger marks as published is published."""

from collections.abc import Callable, Sequence
from datetime import datetime

from gateway.ledger.records import EventRow
from gateway.publishers.contract import Published, PublisherState


class EmbeddedPublisher:
    """Publishes to the feed that readers take from the ledger (`wharf tap`, the HTTP feed)."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._since: datetime | None = None

    async def open(self) -> None:
        """Always ready: the ledger is here."""
        self._since = self._since or self._now()

    async def publish(self, events: Sequence[EventRow]) -> Published:
        """Confirms at once; the commit that marks the events is the publication."""
        return Published(confirmed=tuple(event.id for event in events))

    async def close(self) -> None:
        """Holds nothing, so there is nothing to let go."""

    def state(self) -> PublisherState:
        """Connected, since it was opened."""
        return PublisherState(kind="embedded", connected=True, since=self._since)
