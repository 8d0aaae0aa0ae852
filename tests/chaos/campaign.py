"""One campaign: everything is set up, broken for its time, healed and settled; then all evidence is judged."""

import contextlib
import threading
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from gateway.crash import CRASH_POINTS
from tests.chaos import collector, generator
from tests.chaos.actors import Actors
from tests.chaos.around import Around, around
from tests.chaos.arsenal import targets_of
from tests.chaos.check import Violation, check
from tests.chaos.evidence import Evidence
from tests.chaos.gather import gather, tally
from tests.chaos.journal import Journal
from tests.chaos.nemesis import Nemesis
from tests.chaos.schedule import Fault, Kind, Lane, make_schedule, write_schedule
from tests.chaos.settle import settle, told_of
from tests.chaos.site import Site
from tests.chaos.supervisor import Counts, Supervisor
from tests.chaos.tiers import Tier
from tests.rigs.rabbitmq import RabbitNode

PATIENT_KEY = "a key for the patients of a campaign"
NEEDS_SETTLED = frozenset({Kind.BROKER_KILL, Kind.BROKER_STOP})


@dataclass(slots=True)
class Result:
    """What a campaign came to."""

    tier: Tier
    seed: int
    control: str | None
    evidence: Evidence
    violations: list[Violation]
    done: Counter[str]
    """Faults by kind."""
    not_run: dict[str, str]
    """Kinds of faults that could not be done, with the reason."""
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
    journals = folder / "journals"
    journals.mkdir(parents=True)
    plan = schedule or make_schedule(seed, tier.seconds, tier.weights, sorted(CRASH_POINTS))
    write_schedule(folder / "schedule.json", plan)
    journal = Journal(journals / "nemesis.jsonl")
    with around(folder, tier, node) as world, ExitStack() as stack:
        env = {"CHAOS_PATIENT_KEY": PATIENT_KEY, **world.env}
        supervisors = [Supervisor(world.site, each, env, journal, seed, control) for each in world.site.nodes]
        for own in supervisors:
            stack.callback(own.close)
        targets = targets_of(world, supervisors, folder / "faults")
        actors = stack.enter_context(contextlib.closing(Actors(folder / "actors")))
        for own in supervisors:
            own.begin()
            assert own.wait_ready(), f"the gateway is never ready: {own.node.log.read_text()[-2000:]}"
        idle = folder / "idle"
        actors.collect(collector.Settings(world.broker_url, str(journals / "collector.jsonl"), str(idle)))
        for settings in _generators(tier, seed, world, journals):
            actors.generate(settings)
        began = time.time()
        if any(fault.kind in NEEDS_SETTLED for fault in plan.get(Lane.BROKER, [])):
            # A queue that was declared just now may come back without a leader (RabbitMQ 3.10).
            time.sleep(max(0.0, 25.0 - (time.monotonic() - world.declared)))
        nemesis = Nemesis(targets, journal, threading.Event(), Counter(), world.not_run)
        nemesis.play(plan, tier.seconds)
        healed = time.monotonic()
        actors.stop_sending()
        stuck = settle(supervisors, idle, actors.sending, tier.settle_limit)
        settled = time.monotonic() - healed
        stuck += actors.failed()
        telling = [told for own in supervisors for told in told_of(own.node)] if not stuck else []
        stuck += _stopped(supervisors)
        actors.close()
        evidence = gather(world.site, env, journals, stuck, telling)
    return Result(
        tier, seed, control, evidence, check(evidence), nemesis.done, world.not_run,
        _together([own.counts for own in supervisors]), began, time.time() - began, settled, tally(journals),
    )  # fmt: skip


def _stopped(supervisors: Sequence[Supervisor]) -> list[str]:
    """Ends all gateways as an operator does; tells whose end was not clean."""
    codes = {own.node.name: own.stop() for own in supervisors}
    return [f"a clean end of {name} gave exit code {code}" for name, code in codes.items() if code != 0]


def _together(each: Sequence[Counts]) -> Counts:
    ends: Counter[str] = Counter()
    for counts in each:
        ends.update(counts.ends)
    recoveries = [seconds for counts in each for seconds in counts.recoveries]
    return Counts(sum(counts.starts for counts in each), dict(ends), recoveries)


def _generators(tier: Tier, seed: int, world: Around, journals: Path) -> Iterator[generator.Settings]:
    site: Site = world.site
    http = [node.http for node in site.nodes]
    ports = {"mllp": world.mllp_ports, "soap": http, "rest": http, "documents": http}
    folders = {"drop": str(site.drop / "in"), "sftp": str(site.server.inbox)}
    for door, clients in tier.clients.items():
        yield generator.Settings(
            seed, door, clients, tier.sets, tier.rate, str(journals / f"{door}.jsonl"), ports.get(door, []),
            folders.get(door, ""),
        )  # fmt: skip
