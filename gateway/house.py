"""The running gateway: all loops together, their state, and a clean end.

A loop that ends by an error takes the whole process with it, loudly: the ledger holds everything,
and whoever supervises the process starts it again.
"""

import asyncio
import contextlib
import time
from collections.abc import Callable

import structlog

from adapters.contracts import Delivery, Receipt, Source
from adapters.transports.drop.source import DropSource
from adapters.transports.mllp.source import MllpSource
from adapters.transports.mllp.tls import ServerFiles
from adapters.transports.sftp.source import SftpSource
from gateway.assembly import Parts
from gateway.config.channels import SftpChannel, SoapPollChannel
from gateway.config.doors import HTTP
from gateway.http.api.feeds import Feeds
from gateway.http.app import http_app
from gateway.http.door import Doorkeeper
from gateway.http.services import Services
from gateway.ledger.contract import LedgerError, LedgerUnavailable
from gateway.ledger.outbound_records import Breaker
from gateway.ledger.records import Backlog
from gateway.nodes.standing import SourcePost
from gateway.outbound.lanes import LANE
from gateway.serving import serve, write_ports
from gateway.soap.routes import soap_routes
from gateway.status import BrokerStatus, NodeStatus, Status

RESUME = 5.0
"""Seconds between looks for deliveries that wait to be read: after a crash, or since a person asked for it."""

log = structlog.get_logger(__name__)


class House:
    """Runs the parts of one gateway."""

    def __init__(self, parts: Parts, announce: Callable[[int], None] | None = None) -> None:
        self._parts = parts
        self._announce = announce
        """Called with the HTTP port when the gateway is up."""
        self._resumed = asyncio.Event()
        self._http_port: asyncio.Future[int] = asyncio.Future()

    async def run(self, stop: asyncio.Event) -> None:
        """Runs until ``stop`` is set, or until a part fails; what is under way is finished first."""
        parts = self._parts
        await asyncio.to_thread(parts.caution.begin)
        with contextlib.suppress(LedgerUnavailable):
            # Else it is done with the others, as soon as it can be.
            await parts.keeper.beat()
        tasks = [
            asyncio.create_task(parts.relay.run(), name="relay"),
            asyncio.create_task(parts.keeper.run(), name="leases"),
            asyncio.create_task(parts.outbound.run(), name="outbound"),
            asyncio.create_task(parts.clocks_post.run(parts.clocks.run), name="clocks"),
            asyncio.create_task(self._resume(), name="resume"),
            asyncio.create_task(parts.routing_post.run(parts.resuming.run), name="routing"),
            *([] if parts.keeper.sole else [asyncio.create_task(parts.resuming.learn(), name="references")]),
            asyncio.create_task(self._serve(), name="http"),
            asyncio.create_task(self._tell_ports(), name="ports"),
            asyncio.create_task(parts.reloader.run(), name="settings"),
            *([asyncio.create_task(parts.commands.run(), name="commands")] if parts.commands is not None else []),
            *(asyncio.create_task(self._receive(source), name=f"channel {source.name}") for source in parts.sources),
        ]
        stopped = asyncio.create_task(stop.wait(), name="stop")
        ended = ""
        try:
            await asyncio.wait((stopped, *tasks), return_when=asyncio.FIRST_COMPLETED)
            ended = next((task.get_name() for task in tasks if task.done()), "")
        finally:
            stopped.cancel()
            await self._wind_down(tasks)
        for task in tasks:
            if not task.cancelled() and (error := task.exception()) is not None:
                log.error("a part failed", component=task.get_name(), exc_info=error)
                raise error
        if not stop.is_set():
            raise RuntimeError(f"{ended} ended by itself")

    async def _wind_down(self, tasks: list[asyncio.Task[None]]) -> None:
        """Intake first, then publishing, then the ledger."""
        relay, leases, *others = tasks
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)
        for destination in self._parts.destinations:
            destination.close()
        self._parts.relay.stop()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(15):
                await asyncio.wait((relay,))
        relay.cancel()
        await asyncio.gather(relay, return_exceptions=True)
        with contextlib.suppress(LedgerError):
            await self._parts.inbound.end()
        await self._parts.keeper.leave()
        leases.cancel()
        await asyncio.gather(leases, return_exceptions=True)
        await asyncio.to_thread(self._parts.ledger.close)
        await asyncio.to_thread(self._parts.caution.end)

    async def _serve(self) -> None:
        parts, config = self._parts, self._parts.config
        feeds = Feeds(parts.ledger)
        services = Services(
            name=config.gateway.name,
            ledger=parts.ledger,
            status=self,
            metrics=parts.metrics,
            clock=parts.clock,
            new_id=parts.new_id,
            receive=self._receive_by_http,
            submit=parts.submissions.submit,
            partners=parts.agreements,
            channels=parts.http_channels,
            feeds=feeds,
        )
        keeper = Doorkeeper(
            parts.ledger, token=config.http_token(), auth=config.http.auth, clock=parts.clock, monotonic=time.monotonic
        )
        soap = soap_routes(parts, self._receive_by_http)
        listen, tls = config.http.listen, config.http.tls
        await serve(
            http_app(services, keeper, others=soap, own_doors=[route.path for route in soap]),
            listen.host,
            listen.port,
            self._http_port.set_result,
            tls=ServerFiles(tls.certificate, tls.key, tls.client_ca) if tls is not None else None,
            ending=feeds.close,
        )

    async def _receive_by_http(self, delivery: Delivery) -> Receipt:
        await self._resumed.wait()
        return await self._parts.inbound(delivery)

    async def _tell_ports(self) -> None:
        """Writes ``ports.json`` when everything listens, so that whoever finds it can call anywhere at once."""
        ports = {HTTP: await self._http_port}
        for source in self._parts.sources:
            if isinstance(source, MllpSource):
                ports[source.name] = await source.port()
        with contextlib.suppress(LedgerUnavailable):
            host = self._parts.config.http.listen.host
            await self._parts.keeper.enter(f"[{host}]:{ports[HTTP]}" if ":" in host else f"{host}:{ports[HTTP]}")
        write_ports(self._parts.config.data, ports)
        log.info("running", port=ports[HTTP], broker=self._parts.publisher.state().kind)
        if self._announce is not None:
            self._announce(ports[HTTP])
        await asyncio.Event().wait()

    async def _receive(self, source: Source) -> None:
        # What a crash left unread came before anything that waits at the doors now.
        await self._resumed.wait()
        await source.run(self._parts.inbound)

    async def _resume(self) -> None:
        while True:
            try:
                if done := await self._parts.inbound.resume():
                    log.info("deliveries read again", count=done)
                    continue
                self._resumed.set()
                if not self._parts.keeper.sole:
                    await self._parts.inbound.refresh()
            except LedgerUnavailable as error:
                log.warning("reading again waits", reason=str(error))
            await self._parts.keeper.changed(RESUME)

    async def status(self) -> Status:
        """The state of the parts now."""
        parts = self._parts
        backlog: Backlog | None = None
        breakers: list[Breaker] = []
        writable = True
        try:
            await asyncio.to_thread(parts.ledger.check)
            backlog, breakers = await asyncio.to_thread(
                parts.ledger.read, lambda reads: (reads.backlog(), reads.breakers())
            )
        except LedgerError:
            writable = False
        return Status(
            ledger_writable=writable,
            channels={source.name: source.listening() for source in parts.sources}
            | dict.fromkeys(parts.config.soap(), self._http_port.done()),
            broker=self._broker(),
            backlog=backlog,
            last_scans={
                source.name: source.last_scan
                for source in map(_inner, parts.sources)
                if isinstance(source, DropSource | SftpSource) and source.last_scan is not None
            },
            node=self._node(),
            standby=frozenset(
                source.name for source in parts.sources if isinstance(source, SourcePost) and source.stands_by
            ),
            breakers={each.channel: each for each in breakers},
            connections={source.name: source.connected() for source in parts.sources if isinstance(source, MllpSource)},
            elsewhere=frozenset(
                name
                for name, channel in parts.config.channels.items()
                if isinstance(channel, SftpChannel | SoapPollChannel)
            ),
        )

    def _node(self) -> NodeStatus:
        keeper = self._parts.keeper
        owned = [lease.name for lease in keeper.held()]
        owns = tuple(sorted(name for name in owned if not name.startswith(LANE)))
        return NodeStatus(
            id=keeper.node.id,
            name=keeper.node.name,
            owns=owns,
            stands_by=tuple(sorted(keeper.waits_for())),
            lanes=len(owned) - len(owns),
            alone=keeper.sole,
        )

    def _broker(self) -> BrokerStatus:
        publisher, relay = self._parts.publisher.state(), self._parts.relay.state()
        confirmed = publisher.connected and relay.degraded_since is None
        return BrokerStatus(
            kind=publisher.kind,
            confirmed=confirmed,
            since=relay.degraded_since or publisher.since,
            reason=None if confirmed else relay.reason or publisher.last_error,
            standby=self._parts.relay.stands_by,
        )


def _inner(source: Source) -> Source:
    """The channel itself, of one that stands by or not."""
    return source.inner if isinstance(source, SourcePost) else source
