"""The one place where real parts are chosen and put together."""

import asyncio
import os
import random
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from prometheus_client import CollectorRegistry

from adapters.contracts import Destination, Source
from adapters.translation.hl7_refusals import too_large
from adapters.translation.hl7_verdicts import verdict_on
from adapters.transports.drop.outbox import DropOutbox
from adapters.transports.drop.settings import DropSettings
from adapters.transports.drop.source import DropSource
from adapters.transports.mllp.destination import CallSettings, MllpDestination
from adapters.transports.mllp.settings import MllpSettings
from adapters.transports.mllp.source import MllpSource
from adapters.transports.mllp.tls import ClientFiles, ServerFiles
from gateway.config.settings import Config, DropChannel, Listen, MllpChannel
from gateway.doors import Doors
from gateway.ids import Clock, NewId, drawn, id_maker
from gateway.inbound import Inbound
from gateway.ledger.contract import Ledger
from gateway.ledger.store import open_ledger
from gateway.metrics import Metrics
from gateway.outbound import Outbound
from gateway.partners import PartnerBook
from gateway.patient_key import patient_key
from gateway.publishers.contract import Publisher
from gateway.publishers.embedded import EmbeddedPublisher
from gateway.publishers.rabbitmq import RabbitPublisher
from gateway.relay import Pace, Relay, World
from gateway.rows import Naming


@dataclass(frozen=True, slots=True)
class Parts:
    """A gateway, put together and not yet running."""

    config: Config
    ledger: Ledger
    inbound: Inbound
    outbound: Outbound
    relay: Relay
    publisher: Publisher
    sources: tuple[Source, ...]
    metrics: Metrics
    clock: Clock


def utc_now() -> datetime:
    """The system's clock."""
    return datetime.now(UTC)


def assemble(config: Config) -> Parts:
    """Opens the ledger and builds all parts around it. Raises LedgerError, SecretNotFoundError."""
    clock = utc_now
    new_id = id_maker(clock, drawn(os.urandom))
    metrics = Metrics(CollectorRegistry())
    publisher = _publisher(config, clock)
    ledger = open_ledger(config.data)
    world = World(now=clock, monotonic=time.monotonic, sleep=asyncio.sleep, random=random.random)
    relay = Relay(ledger, publisher, world, metrics, Pace(window=config.broker.window))
    outbound = Outbound(
        ledger=ledger, destinations=_destinations(config), in_order=config.callers(), clock=clock, new_id=new_id,
        random=random.random, metrics=metrics,
    )  # fmt: skip

    def recorded() -> None:
        relay.wake()
        outbound.wake()

    doors = _doors(config)
    inbound = Inbound(
        ledger=ledger,
        doors=doors,
        naming=Naming(config.gateway.name, config.gateway.event_prefix),
        clock=clock,
        new_id=new_id,
        metrics=metrics,
        recorded=recorded,
        patient_key=patient_key(config),
    )
    return Parts(
        config=config,
        ledger=ledger,
        inbound=inbound,
        outbound=outbound,
        relay=relay,
        publisher=publisher,
        sources=_sources(config, doors, clock, new_id),
        metrics=metrics,
        clock=clock,
    )


def _doors(config: Config) -> Doors:
    book = PartnerBook(config.partners)
    return Doors(
        book.find,
        book.by_name,
        reserved={name: channel.partner for name, channel in config.channels.items() if channel.partner},
        waiting=frozenset(config.listeners()),
    )


def _publisher(config: Config, clock: Clock) -> Publisher:
    if config.embedded():
        return EmbeddedPublisher(clock)
    url = config.broker_url().get_secret_value()
    return RabbitPublisher(url, now=clock, name=f"wharf {config.gateway.name}")


def _sources(config: Config, doors: Doors, clock: Clock, new_id: NewId) -> tuple[Source, ...]:
    sources: list[Source] = []
    for name, channel in config.channels.items():
        if isinstance(channel, DropChannel):
            sources.append(_drop(name, channel, config, clock, new_id))
        elif channel.listen is not None:
            sources.append(_mllp(name, channel, channel.listen, doors, clock, new_id))
    return tuple(sources)


def _drop(name: str, channel: DropChannel, config: Config, clock: Clock, new_id: NewId) -> Source:
    settings = DropSettings(
        path=channel.path,
        poll=channel.poll,
        settle=channel.settle,
        workers=channel.workers,
        max_bytes=channel.max_bytes,
    )
    return DropSource(name, settings, spool=_spool(config), clock=clock, new_id=new_id)


def _mllp(name: str, channel: MllpChannel, listen: Listen, doors: Doors, clock: Clock, new_id: NewId) -> Source:
    tls = channel.tls
    settings = MllpSettings(
        host=listen.host,
        port=listen.port,
        allow=channel.allow,
        max_bytes=channel.max_bytes,
        connections=channel.connections,
        per_peer=channel.per_peer,
        stall=channel.stall,
        tls=ServerFiles(tls.certificate, tls.key, tls.client_ca) if tls is not None else None,
    )

    def refuse(beginning: bytes) -> bytes | None:
        return too_large(beginning, doors.partner_for, clock())

    return MllpSource(name, settings, clock=clock, new_id=new_id, refuse=refuse)


def _destinations(config: Config) -> dict[str, Destination]:
    destinations: dict[str, Destination] = {}
    for name, channel in config.channels.items():
        if isinstance(channel, DropChannel):
            destinations[name] = DropOutbox(channel.path.parent / "out")
        elif channel.connect is not None:
            destinations[name] = _caller(channel, channel.connect)
    return destinations


def _caller(channel: MllpChannel, address: Listen) -> Destination:
    tls = channel.connect_tls
    settings = CallSettings(
        host=address.host,
        port=address.port,
        connect_seconds=channel.connect_seconds,
        answer_seconds=channel.answer_seconds,
        tls=ClientFiles(tls.ca, tls.certificate, tls.key, tls.server_name) if tls is not None else None,
    )
    return MllpDestination(settings, verdict_on)


def _spool(config: Config) -> Path:
    """Where copies of large files stand while they are read."""
    return config.data / "spool"
