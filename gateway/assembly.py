"""The one place where real parts are chosen and put together."""

import asyncio
import os
import random
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from importlib.metadata import version

from prometheus_client import CollectorRegistry

from adapters.contracts import Destination, Source
from gateway.agreements import Agreements
from gateway.alarms import Alarms
from gateway.api_channels import ApiChannels
from gateway.audit.keeper import TrailKeeper
from gateway.audit.settings_digest import settings_digest
from gateway.care.loop import CareLoop
from gateway.care.oversized import Oversizes
from gateway.caution import Caution
from gateway.certificates import CertificateWatch
from gateway.channels.built import Site
from gateway.channels.doors import doors_of
from gateway.channels.registry import build
from gateway.commands.desk import CommandDesk
from gateway.commands.rabbitmq import CommandQueue
from gateway.config.settings import Config
from gateway.deadletters import DeadLetters
from gateway.depths import Depths
from gateway.disk.levels import Thresholds
from gateway.disk.watch import DATA, DiskWatch
from gateway.ids import Clock, NewId, drawn, id_maker
from gateway.inbound import Inbound
from gateway.ledger.contract import Ledger
from gateway.ledger.opening import files_of, open_configured
from gateway.metrics import Metrics
from gateway.nodes.join import join, steady
from gateway.nodes.keeper import Keeper
from gateway.nodes.post import Post
from gateway.nodes.standing import RelayPost, SourcePost
from gateway.outbound.clocks import Clocks
from gateway.outbound.lanes import Lanes
from gateway.outbound.limits import Limits
from gateway.outbound.preparing import Roads
from gateway.outbound.sender import Outbound
from gateway.outbound.usage import RealThere
from gateway.outgoing import Dispatch
from gateway.patient_key import patient_key
from gateway.publishers.contract import Publisher
from gateway.publishers.embedded import EmbeddedPublisher
from gateway.publishers.letters import Letters
from gateway.publishers.rabbitmq import RabbitPublisher
from gateway.publishers.telling import TellingPublisher
from gateway.readings import Readings
from gateway.relay import Pace, Relay, World
from gateway.reloading import Reloader
from gateway.rendering import Renderer
from gateway.replay.desk import Replays
from gateway.replay.trial import Reading
from gateway.routing.follow import Routing
from gateway.routing.loop import Resuming
from gateway.routing.plan import World as RoutingWorld
from gateway.rows import Naming
from gateway.submission import Submissions

MOST_THREADS = 64
"""For calls of channels that block; made when they are needed."""


@dataclass(frozen=True, slots=True)
class Parts:
    """A gateway, put together and not yet running."""

    config: Config
    ledger: Ledger
    keeper: Keeper
    """Of the leases of this node."""
    inbound: Inbound
    caution: Caution
    disk: DiskWatch
    care: CareLoop
    submissions: Submissions
    resuming: Resuming
    routing_post: Post
    outbound: Outbound
    clocks: Clocks
    clocks_post: Post
    destinations: tuple[Destination, ...]
    relay: RelayPost
    commands: CommandQueue | None
    """None where there is no broker."""
    publisher: Publisher
    sources: tuple[Source, ...]
    http_channels: ApiChannels
    agreements: Agreements
    metrics: Metrics
    alarms: Alarms
    clock: Clock
    new_id: NewId
    reloader: Reloader
    trail: TrailKeeper
    certificates: CertificateWatch
    replays: Replays
    dead_letters: DeadLetters


def utc_now() -> datetime:
    """The system's clock."""
    return datetime.now(UTC)


def assemble(config: Config) -> Parts:
    """Opens the ledger and builds all parts around it. Raises LedgerError, SecretNotFoundError."""
    clock = utc_now
    new_id = id_maker(clock, drawn(os.urandom))
    metrics = Metrics(CollectorRegistry())
    broker = _publisher(config, clock)
    ledger = open_configured(config)
    publisher = TellingPublisher(broker, ledger, clock, new_id)
    world = World(now=clock, monotonic=time.monotonic, sleep=asyncio.sleep, random=random.random)
    keeper = join(config, ledger, clock, new_id)
    pace = Pace(window=config.broker.window)
    relay = RelayPost(
        Post(keeper, "relay", ledger), lambda fenced: Relay(fenced, publisher, world, metrics, pace)
    )  # fmt: skip
    clocks_post, routing_post = Post(keeper, "clocks", ledger), Post(keeper, "routing", ledger)
    care_post = Post(keeper, "care", ledger)
    agreements = Agreements(config.partners)
    http_channels = ApiChannels(config.channels, agreements.all)
    doors = doors_of({**config.channels, **http_channels}, agreements)
    alarms = Alarms(ledger, clock, new_id)
    trail = TrailKeeper(
        ledger, config.data, clock, config.audit.keep_days,
        {"version": version("wharf-gateway"), "settings": settings_digest(config.path)},
        alarms.tell,
    )  # fmt: skip
    naming = Naming(config.gateway.name, config.gateway.event_prefix)
    own = config.gateway.identities
    threads = ThreadPoolExecutor(MOST_THREADS, thread_name_prefix="channels")
    disk = _disk(config, ledger, clock, new_id)
    site = Site(
        doors,
        clock,
        new_id,
        config.data,
        alarms,
        threads,
        ledger,
        random.random,
        disk.open,
        Oversizes(ledger, new_id),
        trail.refusals.refused,
    )
    posts = {
        name: Post(keeper, f"channel {name}", ledger) for name, channel in config.channels.items() if channel.shared
    }
    channels = {
        name: build(name, channel, replace(site, ledger=posts[name].ledger) if name in posts else site)
        for name, channel in {**config.channels, **http_channels}.items()
    }
    render = Renderer(own, agreements.by_name)
    destinations = {name: built.destination for name, built in channels.items() if built.destination is not None}
    caution = Caution(config.data, time.monotonic)
    in_order = frozenset(name for name, channel in config.channels.items() if channel.keeps_order)
    outbound = Outbound(
        ledger=ledger,
        destinations=destinations,
        render=render,
        roads=Roads(
            in_order=in_order,
            collected=lambda: frozenset(
                name for name, channel in {**config.channels, **http_channels}.items() if channel.collected
            ),
        ),
        limits=_limits(config),
        clock=clock,
        new_id=new_id,
        random=random.random,
        metrics=metrics,
        lanes=None if keeper.sole else Lanes(keeper, in_order, steady),
    )

    def recorded() -> None:
        relay.wake()
        outbound.wake()

    real_there = RealThere(
        agreements.all, frozenset(name for name, channel in config.channels.items() if channel.apart)
    )
    dispatch = Dispatch(own=own, naming=naming, new_id=new_id, real_there=real_there, hl7_alone=config.callers())
    routing = Routing(
        routes=config.routes,
        files=config.references,
        by_name=agreements.by_name,
        world=RoutingWorld(agreements.find, own),
        dispatch=dispatch,
        new_id=new_id,
    )
    ledger.read(routing.prepare)

    def rerouted(read: Config) -> None:
        ledger.read(lambda reads: routing.replace(read.routes, read.references, reads))

    key = patient_key(config)
    inbound = Inbound(
        ledger=ledger,
        doors=doors,
        naming=naming,
        clock=clock,
        new_id=new_id,
        metrics=metrics,
        recorded=recorded,
        patient_key=key,
        follow=routing.follow,
        careful=caution.careful,
        readings=Readings(keeper.node.id, sole=keeper.sole, others=keeper.others),
        admit=disk.admit,
    )
    submissions = Submissions(
        ledger=ledger,
        dispatch=dispatch,
        by_name=agreements.by_name,
        clock=clock,
        new_id=new_id,
        metrics=metrics,
        recorded=recorded,
        follow=routing.follow,
        admit=disk.admit,
    )

    def posted(name: str, source: Source) -> Source:
        return SourcePost(source, posts[name], inbound.resume) if name in posts else source

    return Parts(
        config=config,
        ledger=ledger,
        keeper=keeper,
        inbound=inbound,
        caution=caution,
        disk=disk,
        care=CareLoop(ledger, files_of(config), config.retention, clock, owner=lambda: care_post.held),
        submissions=submissions,
        resuming=Resuming(
            ledger=routing_post.ledger, routing=routing, clock=clock, resumed=recorded, shared=not keeper.sole
        ),
        routing_post=routing_post,
        outbound=outbound,
        clocks=Clocks(clocks_post.ledger, clock, new_id),
        clocks_post=clocks_post,
        destinations=tuple(destinations.values()),
        relay=relay,
        commands=_commands(config, CommandDesk(submissions, new_id), Depths(ledger, clock, new_id)),
        publisher=publisher,
        sources=tuple(posted(name, built.source) for name, built in channels.items() if built.source is not None),
        http_channels=http_channels,
        agreements=agreements,
        metrics=metrics,
        alarms=alarms,
        clock=clock,
        new_id=new_id,
        reloader=Reloader(config, agreements, clock, os.environ, rerouted, trail.note),
        trail=trail,
        certificates=CertificateWatch(config, ledger, clock),
        replays=Replays(ledger, Reading(doors, key), naming, clock, new_id, recorded),
        dead_letters=DeadLetters(ledger, _letters(config), clock, recorded),
    )


def _disk(config: Config, ledger: Ledger, clock: Clock, new_id: NewId) -> DiskWatch:
    limits = config.limits
    folders = {DATA: config.data} | {name: channel.path.parent for name, channel in config.drops().items()}
    thresholds = Thresholds(limits.free_bytes, limits.free_percent, limits.ballast_bytes)
    return DiskWatch(folders, thresholds, ledger=ledger, clock=clock, new_id=new_id)


def _limits(config: Config) -> Limits:
    table = config.outbound
    return Limits(
        attempts=table.attempts,
        give_up_after=table.give_up_after,
        failures=table.failures,
        rest=table.rest,
        longest=table.longest_wait,
        held_blocks=table.held == "wait",
    )


def _publisher(config: Config, clock: Clock) -> Publisher:
    if config.embedded():
        return EmbeddedPublisher(clock)
    url = config.broker_url().get_secret_value()
    return RabbitPublisher(url, now=clock, name=f"wharf {config.gateway.name}")


def _commands(config: Config, desk: CommandDesk, depths: Depths) -> CommandQueue | None:
    if config.embedded():
        return None
    url = config.broker_url().get_secret_value()
    return CommandQueue(url, desk, name=f"wharf {config.gateway.name} commands", random=random.random, depth=depths)


def _letters(config: Config) -> Letters | None:
    if config.embedded():
        return None
    return Letters(config.broker_url().get_secret_value(), name=f"wharf {config.gateway.name} dead letters")
