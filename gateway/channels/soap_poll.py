"""A channel of kind ``soap-poll``: somebody else's web service that is asked for what waits there."""

import asyncio

from adapters.contracts import AdapterError
from adapters.transports.soap_calls.caller import Caller
from adapters.transports.soap_calls.settings import Polling
from adapters.transports.soap_calls.source import SoapPoll
from gateway.channels.built import Built, Site
from gateway.channels.soap_calls import operation, service
from gateway.config.channels import SoapPollChannel
from gateway.ids import Clock
from gateway.ledger.contract import Ledger, LedgerUnavailable


class LedgerCursor:
    """The cursor of a channel, in the ledger. AdapterError where that can do nothing now, and will again by itself."""

    def __init__(self, channel: str, ledger: Ledger, clock: Clock) -> None:
        self._channel = channel
        self._ledger = ledger
        self._clock = clock

    async def get(self) -> str | None:
        """None before the first."""
        try:
            return await asyncio.to_thread(self._ledger.read, lambda reads: reads.cursor(self._channel))
        except LedgerUnavailable as error:
            raise AdapterError(f"the cursor cannot be read: {error}") from error

    async def set(self, value: str) -> None:
        """Returns when it is on disk."""
        now = self._clock()
        try:
            await asyncio.wrap_future(self._ledger.write(lambda tx: tx.move_cursor(self._channel, value, now)))
        except LedgerUnavailable as error:
            raise AdapterError(f"the cursor cannot be kept: {error}") from error


def build(name: str, channel: SoapPollChannel, site: Site) -> Built:
    """The one end that it has. Raises SecretNotFoundError."""
    polling = Polling(
        operation=operation(channel),
        items=channel.items,
        content=channel.content or "",
        id=channel.id or "",
        cursor=channel.cursor or "",
        start=channel.start,
        confirm=operation(channel.confirm) if channel.confirm is not None else None,
        every=channel.poll,
    )
    return Built(
        SoapPoll(
            name, Caller(service(channel), site.threads), polling, LedgerCursor(name, site.ledger, site.clock),
            alarm=site.alarms.of(name, channel.partner), clock=site.clock, new_id=site.new_id, random=site.random,
        )
    )  # fmt: skip
