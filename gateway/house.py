"""The running gateway: all loops together under supervision, their state, and a clean end."""

import asyncio
import contextlib
import random
import time
from collections.abc import Callable
from functools import partial

import structlog

from adapters.contracts import Delivery, Receipt, Source
from adapters.transports.drop.source import DropSource
from adapters.transports.mllp.source import MllpSource
from adapters.transports.sftp.source import SftpSource
from adapters.transports.tls import ServerFiles
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
from gateway.notify import Notifier
from gateway.outbound.lanes import LANE
from gateway.problems_running import PART_FAILED
from gateway.serving import serve, write_ports
from gateway.soap.routes import soap_routes
from gateway.status import BrokerStatus, NodeStatus, Status
from gateway.supervision import Part, Supervisor, World

RESUME = 5.0
"""Seconds between looks for deliveries that wait to be read: after a crash, or since a person asked for it."""

INTAKE = 10.0
"""Seconds that intake and sending have to end what is under way: together with publishing less than the half minute
that systemd and Kubernetes give."""
PUBLISHING = 12.0

log = structlog.get_logger(__name__)


class House:
    """Runs the parts of one gateway."""

    def __init__(
        self, parts: Parts, announce: Callable[[int], None] | None = None, notifier: Notifier | None = None
    ) -> None:
        self._parts = parts
        self._notifier = notifier or Notifier()
        self._announce = announce
        """Called with the HTTP port when the gateway is up."""
        self._supervisor = Supervisor(World(time.monotonic, asyncio.sleep, random.random), self._tell_failure)
        self._ending = False
        self._relayed = asyncio.Event()
        """The relay ended because it was asked to."""
        self._resumed = asyncio.Event()
        self._http_port: asyncio.Future[int] = asyncio.Future()

    async def run(self, stop: asyncio.Event) -> None:
        """Runs until ``stop`` is set, or until a part cannot go on; what is under way is finished first."""
        await asyncio.to_thread(self._parts.caution.begin)
        await asyncio.to_thread(self._parts.trail.begin)
        await asyncio.to_thread(self._parts.disk.look)
        with contextlib.suppress(LedgerUnavailable):
            # Else it is done with the others, as soon as it can be.
            await self._parts.keeper.beat()
        leases = asyncio.create_task(self._supervisor.run([Part("leases", self._parts.keeper.run)]), name="leases")
        relay = asyncio.create_task(self._supervisor.run([Part("relay", self._relay)]), name="relay")
        others = asyncio.create_task(self._supervisor.run(self._loops()), name="loops")
        stopped = asyncio.create_task(stop.wait(), name="stop")
        try:
            await asyncio.wait((stopped, leases, relay, others), return_when=asyncio.FIRST_COMPLETED)
        finally:
            stopped.cancel()
            await self._wind_down(leases, relay, others)
        for task in (leases, relay, others):
            if not task.cancelled() and (error := task.exception()) is not None:
                raise error

    def _loops(self) -> list[Part]:
        parts = self._parts
        return [
            Part("outbound", parts.outbound.run),
            Part("clocks", partial(parts.clocks_post.run, parts.clocks.run)),
            Part("resume", self._resume),
            Part("routing", partial(parts.routing_post.run, parts.resuming.run)),
            *([] if parts.keeper.sole else [Part("references", parts.resuming.learn)]),
            Part("http", self._serve),
            Part("ports", self._tell_ports),
            Part("settings", parts.reloader.run),
            Part("audit", parts.trail.run),
            Part("certificates", parts.certificates.run),
            Part("disk", parts.disk.run),
            Part("care", parts.care.run),
            Part("watchdog", self._notifier.keep_alive),
            *([Part("commands", parts.commands.run)] if parts.commands is not None else []),
            *(Part(f"channel {each.name}", partial(self._receive, each), apart=True) for each in parts.sources),
        ]

    async def _relay(self) -> None:
        await self._parts.relay.run()
        if self._ending:
            self._relayed.set()
            await asyncio.Event().wait()

    async def _wind_down(
        self, leases: asyncio.Task[None], relay: asyncio.Task[None], others: asyncio.Task[None]
    ) -> None:  # fmt: skip
        """Intake first, then publishing, then the ledger. What ends gives its lease back; until then they are kept."""
        self._ending = True
        others.cancel()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(INTAKE):
                await asyncio.wait((others,))
        for destination in self._parts.destinations:
            destination.close()
        self._parts.relay.stop()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(PUBLISHING):
                relayed = asyncio.create_task(self._relayed.wait())
                await asyncio.wait((relay, relayed), return_when=asyncio.FIRST_COMPLETED)
        relay.cancel()
        await asyncio.gather(relay, return_exceptions=True)
        with contextlib.suppress(LedgerError):
            await self._parts.inbound.end()
        await asyncio.to_thread(self._parts.trail.end)
        await self._parts.keeper.leave()
        leases.cancel()
        await asyncio.gather(leases, return_exceptions=True)
        await asyncio.to_thread(self._parts.ledger.close)
        await asyncio.to_thread(self._parts.caution.end)

    def _tell_failure(self, part: str, error: BaseException) -> None:
        self._parts.metrics.part_failed(part)
        self._parts.alarms.tell(PART_FAILED.code, f"{part} failed ({type(error).__name__}) and was started again")

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
            replays=parts.replays,
            dead_letters=parts.dead_letters,
        )
        keeper = Doorkeeper(
            parts.ledger, token=config.http_token(), auth=config.http.auth, clock=parts.clock,
            monotonic=time.monotonic, refused=lambda address: parts.trail.refusals.refused("http", address),
        )  # fmt: skip
        soap = soap_routes(parts, self._receive_by_http)
        listen, tls = config.http.listen, config.http.tls
        await serve(
            http_app(
                services,
                keeper,
                others=soap,
                own_doors=[route.path for route in soap],
                most_bytes=config.limits.in_flight_bytes,
            ),
            listen.host,
            self._http_port.result() if self._http_port.done() else listen.port,
            self._listens,
            tls=ServerFiles(tls.certificate, tls.key, tls.client_ca) if tls is not None else None,
            ending=feeds.close,
        )

    def _listens(self, port: int) -> None:
        if not self._http_port.done():
            self._http_port.set_result(port)

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
        self._notifier.say("READY=1")
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
            disks=parts.disk.disks(),
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
            certificates=parts.certificates.ends(),
            connections={source.name: source.connected() for source in parts.sources if isinstance(source, MllpSource)},
            down=self._supervisor.down(),
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
