"""The schedule: which faults come, how long each lasts and how long the pause before it is; all of it from the seed.

Each lane has faults of one kind of thing, one after another, with pauses of an exponential distribution: a Poisson
process. Written to a file, a schedule can be read and played again.
"""

import itertools
import json
import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from pathlib import Path


class Lane(StrEnum):
    """What is broken; lanes run side by side."""

    GATEWAY = "gateway"
    SECOND = "second gateway"
    """Where two share a ledger."""
    BROKER = "broker"
    NETWORK = "network"
    DISK = "disk"
    DATABASE = "database"


class Kind(StrEnum):
    """How it is broken."""

    KILL = "kill -9"
    FREEZE = "SIGSTOP"
    TERM = "SIGTERM"
    CRASH = "crash point"
    POWER = "power cut"
    SYNC = "fsync error"
    BROKER_KILL = "broker kill -9"
    BROKER_STOP = "broker stop_app"
    BROKER_CLOSE = "broker closes all connections"
    BROKER_ALARM = "broker memory alarm"
    BROKER_FREEZE = "broker frozen"
    UNBIND = "binding deleted"
    UNROUTABLE = "no queue at all"
    RESET = "connections reset"
    HALF_OPEN = "half-open connections"
    TRICKLE = "slow connections"
    LATENCY = "late connections"
    DISK_FULL = "disk full"
    DATABASE_CRASH = "database crash"
    DATABASE_RESET = "database connections reset"
    DATABASE_SILENT = "database silent"


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault; ``pause`` seconds pass since the one before it in its lane."""

    kind: Kind
    pause: float
    seconds: float
    argument: str = ""
    """The crash point with its count, the call that fails, which proxy."""


@dataclass(frozen=True, slots=True)
class Weights:
    """How often what comes in one lane."""

    pause: float
    """Mean seconds between two faults."""
    shares: Mapping[Kind, float]


LONGEST: Mapping[Kind, tuple[float, float]] = {
    Kind.FREEZE: (1, 8), Kind.BROKER_STOP: (1, 4), Kind.BROKER_ALARM: (1, 8), Kind.BROKER_FREEZE: (2, 20),
    Kind.UNBIND: (1, 5), Kind.UNROUTABLE: (1, 5), Kind.HALF_OPEN: (2, 10), Kind.TRICKLE: (1, 5), Kind.LATENCY: (1, 8),
    Kind.DISK_FULL: (1, 6), Kind.DATABASE_SILENT: (1, 8), Kind.POWER: (0, 1), Kind.SYNC: (3, 6), Kind.CRASH: (2, 5),
}  # fmt: skip
"""Seconds, shortest and longest, of faults that last."""


def make_schedule(
    seed: int, seconds: float, weights: Mapping[Lane, Weights], points: Sequence[str]
) -> dict[Lane, list[Fault]]:
    """Faults for so many seconds, more than can come; the nemesis ends with its time."""
    return {lane: _lane(random.Random(f"{seed}/{lane}"), seconds, own, points) for lane, own in weights.items()}


def _lane(rng: random.Random, seconds: float, weights: Weights, points: Sequence[str]) -> list[Fault]:
    faults: list[Fault] = []
    passed = 0.0
    kinds = list(weights.shares)
    # Each crash point in its turn, so that none is left out.
    turns = itertools.cycle(rng.sample(points, len(points)))
    while kinds and passed < seconds:
        kind = rng.choices(kinds, [weights.shares[one] for one in kinds])[0]
        pause = rng.expovariate(1 / weights.pause)
        lasts = rng.uniform(*LONGEST.get(kind, (0, 0)))
        faults.append(Fault(kind, round(pause, 3), round(lasts, 3), _argument(rng, kind, turns)))
        passed += pause
    return faults


def _argument(rng: random.Random, kind: Kind, points: Iterator[str]) -> str:
    match kind:
        case Kind.CRASH:
            return f"{next(points)}:{rng.randint(1, 40)}"
        case Kind.KILL:
            # Some come while it is still starting.
            return "early" if rng.random() < 0.3 else ""
        case Kind.SYNC:
            return str(rng.randint(1, 60))
        case Kind.RESET | Kind.HALF_OPEN | Kind.TRICKLE | Kind.LATENCY:
            return rng.choice(("broker", "mllp"))
        case _:
            return ""


def write_schedule(path: Path, schedule: Mapping[Lane, Sequence[Fault]]) -> None:
    """As JSON, for people and for ``read_schedule``."""
    path.write_text(json.dumps({lane: [asdict(one) for one in faults] for lane, faults in schedule.items()}, indent=1))


def read_schedule(path: Path) -> dict[Lane, list[Fault]]:
    """A schedule from its file."""
    return {
        Lane(lane): [Fault(Kind(one["kind"]), one["pause"], one["seconds"], one["argument"]) for one in faults]
        for lane, faults in json.loads(path.read_text()).items()
    }
