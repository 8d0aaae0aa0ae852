"""One campaign: everything is set up, broken for its time, healed and settled; then all evidence is judged."""

import contextlib
import threading
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from gateway.crash import CRASH_POINTS
from tests.chaos import collector, generator
from tests.chaos.actors import Actors
from tests.chaos.check import Violation, check
from tests.chaos.evidence import Evidence
from tests.chaos.gather import gather, tally
from tests.chaos.journal import Journal
from tests.chaos.nemesis import Nemesis, Target
from tests.chaos.schedule import Fault, Kind, Lane, Weights, make_schedule, write_schedule
from tests.chaos.settle import settle, told_of
from tests.chaos.site import Site, make_site
from tests.chaos.supervisor import Counts, Supervisor
from tests.chaos.targets import BrokerTarget, DiskTarget, GatewayTarget, NetworkTarget
from tests.rigs.fsync_fault import FaultLibrary
from tests.rigs.gateway import wharf
from tests.rigs.powercut import Disk, not_possible
from tests.rigs.rabbitmq import RabbitNode, rabbit_node
from tests.rigs.sshd import sshd
from tests.rigs.tcp_proxy import tcp_proxy


@dataclass(frozen=True, slots=True)
class Tier:
    """How long a campaign takes, how much is sent and what is broken how often."""

    name: str
    seconds: float
    weights: Mapping[Lane, Weights]
    clients: Mapping[str, int]
    """By door."""
    sets: int
    """Documents in an interchange."""
    rate: float
    """Documents a second of each client; 0 is as fast as answers come."""
    settle_limit: float = 120.0
    disk_megabytes: int = 2048


@dataclass(slots=True)
class Result:
    """What a campaign came to."""

    tier: Tier
    seed: int
    control: str | None
    evidence: Evidence
    violations: list[Violation]
    done: Counter[str]
    not_run: dict[str, str]
    counts: Counts
    began: float
    seconds: float
    settled: float
    """Seconds from the last fault to rest."""
    tallies: dict[str, Counter[str]]
    """What the generators wrote down, by door."""


def run(
    tier: Tier,
    seed: int,
    folder: Path,
    *,
    control: str | None = None,
    schedule: Mapping[Lane, list[Fault]] | None = None,
    node: RabbitNode | None = None,
) -> Result:
    """Runs one; ``folder`` is empty and its own. ``node`` is a broker that runs already, whose queues are its own."""
    (folder / "journals").mkdir(parents=True)
    plan = schedule or make_schedule(seed, tier.seconds, tier.weights, sorted(CRASH_POINTS))
    write_schedule(folder / "schedule.json", plan)
    not_run: dict[str, str] = {}
    with ExitStack() as stack:
        broker = node or stack.enter_context(rabbit_node(_made(folder / "rabbit")))
        url = broker.add_vhost()
        disk = _disk(stack, folder, tier, not_run)
        server = stack.enter_context(sshd(folder / "partner"))
        site = make_site(folder / "site", disk.folder if disk else _made(folder / "disk"), server)
        proxies = {
            "broker": stack.enter_context(tcp_proxy(broker.port)),
            "mllp": stack.enter_context(tcp_proxy(site.mllp)),
        }
        env = {"CHAOS_BROKER": url.replace(f":{broker.port}/", f":{proxies['broker'].port}/")}
        assert wharf("broker", "setup", "--url", url, "--no-queues").returncode == 0
        journal = Journal(folder / "journals" / "nemesis.jsonl")
        supervisor = Supervisor(site, env, journal, seed, control)
        stack.callback(supervisor.close)
        queues = BrokerTarget(broker, url)
        queues.bind()
        declared = time.monotonic()
        targets = _targets(supervisor, site, disk, queues, NetworkTarget(proxies), folder)
        actors = stack.enter_context(contextlib.closing(Actors(folder / "actors")))
        supervisor.begin()
        assert supervisor.wait_ready(), f"the gateway is never ready: {site.log.read_text()[-2000:]}"
        idle = folder / "idle"
        actors.collect(collector.Settings(url, str(folder / "journals" / "collector.jsonl"), str(idle)))
        for settings in _generators(tier, seed, site, proxies["mllp"].port, folder):
            actors.generate(settings)
        began = time.time()
        if any(fault.kind in _NEEDS_SETTLED for fault in plan.get(Lane.BROKER, [])):
            # A queue that was declared just now may come back without a leader (RabbitMQ 3.10).
            threading.Event().wait(max(0.0, 25.0 - (time.monotonic() - declared)))
        nemesis = Nemesis(targets, journal, threading.Event(), Counter(), not_run)
        nemesis.play(plan, tier.seconds)
        healed = time.monotonic()
        actors.stop_sending()
        stuck = settle(site, supervisor, idle, actors.sending, tier.settle_limit)
        settled = time.monotonic() - healed
        stuck += actors.failed()
        telling = told_of(site) if not stuck else []
        code = supervisor.stop()
        if code != 0:
            stuck.append(f"a clean end gave exit code {code}")
        actors.close()
        evidence = gather(site, folder / "journals", stuck, telling)
    violations = check(evidence)
    return Result(
        tier, seed, control, evidence, violations, nemesis.done, not_run, supervisor.counts, began,
        time.time() - began, settled, tally(folder / "journals"),
    )  # fmt: skip


_NEEDS_SETTLED = frozenset({Kind.BROKER_KILL, Kind.BROKER_STOP})


def _made(folder: Path) -> Path:
    folder.mkdir(parents=True)
    return folder


def _disk(stack: ExitStack, folder: Path, tier: Tier, not_run: dict[str, str]) -> Disk | None:
    """A disk of the gateway's own, where this machine can make one."""
    why = not_possible()
    if why is not None:
        not_run |= {Kind.POWER: why, Kind.DISK_FULL: why}
        return None
    disk = Disk(folder / "mount", tier.disk_megabytes)
    stack.callback(disk.close)
    return disk


def _targets(
    supervisor: Supervisor, site: Site, disk: Disk | None, queues: BrokerTarget, network: NetworkTarget, folder: Path
) -> dict[Kind, Target]:
    own = GatewayTarget(supervisor, FaultLibrary(folder / "faults"), site.data)
    targets: dict[Kind, Target] = dict.fromkeys((Kind.KILL, Kind.FREEZE, Kind.TERM, Kind.CRASH, Kind.SYNC), own)
    targets |= dict.fromkeys(
        (
            Kind.BROKER_KILL, Kind.BROKER_STOP, Kind.BROKER_CLOSE, Kind.BROKER_ALARM, Kind.BROKER_FREEZE, Kind.UNBIND,
            Kind.UNROUTABLE,
        ),
        queues,
    )  # fmt: skip
    targets |= dict.fromkeys((Kind.RESET, Kind.HALF_OPEN, Kind.TRICKLE, Kind.LATENCY), network)
    if disk is not None:
        targets |= dict.fromkeys((Kind.POWER, Kind.DISK_FULL), DiskTarget(disk, supervisor))
    return targets


def _generators(tier: Tier, seed: int, site: Site, mllp: int, folder: Path) -> Iterator[generator.Settings]:
    ports = {"mllp": mllp, "soap": site.http, "rest": site.http, "documents": site.http}
    folders = {"drop": str(site.drop / "in"), "sftp": str(site.server.inbox)}
    for door, clients in tier.clients.items():
        yield generator.Settings(
            seed, door, clients, tier.sets, tier.rate, str(folder / "journals" / f"{door}.jsonl"), ports.get(door, 0),
            folders.get(door, ""),
        )  # fmt: skip
