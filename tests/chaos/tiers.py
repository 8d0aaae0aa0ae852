"""The tiers: a minute for every change, half an hour for a night, and what a control needs."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from tests.chaos.schedule import Kind, Lane, Weights
from tests.chaos.site import SQLITE


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
    ledger: str = SQLITE
    """``sqlite`` or ``postgres``."""
    nodes: int = 1
    """Gateways on one ledger."""


GATEWAY: Final = {
    Kind.KILL: 84.0, Kind.TERM: 4.0, Kind.CRASH: 5.0, Kind.FREEZE: 3.0, Kind.POWER: 12.0, Kind.SYNC: 2.0,
}  # fmt: skip
BROKER: Final = {
    Kind.BROKER_KILL: 14.0, Kind.BROKER_STOP: 1.0, Kind.BROKER_CLOSE: 3.0, Kind.BROKER_ALARM: 2.0,
    Kind.BROKER_FREEZE: 1.0, Kind.UNBIND: 2.0, Kind.UNROUTABLE: 2.0,
}  # fmt: skip
NETWORK: Final = {Kind.RESET: 3.0, Kind.HALF_OPEN: 1.0, Kind.TRICKLE: 1.0, Kind.LATENCY: 1.0}


DATABASE: Final = {Kind.DATABASE_CRASH: 1.0, Kind.DATABASE_RESET: 3.0, Kind.DATABASE_SILENT: 1.0}


def night(minutes: float, ledger: str = SQLITE, nodes: int = 1) -> Tier:
    """Everything, for so many minutes."""
    weights = {
        Lane.GATEWAY: Weights(0.6, GATEWAY),
        Lane.BROKER: Weights(7.0, BROKER),
        Lane.NETWORK: Weights(8.0, NETWORK),
        Lane.DISK: Weights(45.0, {Kind.DISK_FULL: 1.0}),
    }
    if ledger != SQLITE:
        weights[Lane.DATABASE] = Weights(15.0, DATABASE)
    if nodes > 1:
        weights[Lane.SECOND] = Weights(2.0, {Kind.KILL: 10.0, Kind.TERM: 2.0, Kind.CRASH: 2.0, Kind.FREEZE: 2.0})
    return Tier(
        "night", minutes * 60, weights, CLIENTS, sets=60, rate=0.0, settle_limit=180.0, ledger=ledger, nodes=nodes
    )


CLIENTS: Final[Mapping[str, int]] = {"drop": 4, "sftp": 3, "mllp": 4, "soap": 2, "rest": 2, "documents": 2}

ONE_EACH: Final[Mapping[str, int]] = dict.fromkeys(CLIENTS, 1)

MINUTE: Final = Tier(
    "minute",
    35.0,
    {
        Lane.GATEWAY: Weights(1.0, {Kind.KILL: 17.0, Kind.TERM: 1.0, Kind.CRASH: 2.0}),
        Lane.BROKER: Weights(8.0, {Kind.BROKER_CLOSE: 2.0, Kind.UNROUTABLE: 1.0}),
        Lane.NETWORK: Weights(4.0, {Kind.RESET: 2.0, Kind.LATENCY: 1.0}),
    },
    ONE_EACH,
    sets=5,
    rate=40.0,
    settle_limit=60.0,
    disk_megabytes=256,
)


def control(name: str) -> Tier:
    """What brings a defect to light, and no more."""
    gateway, broker = _PROVOKING[name]
    weights = {Lane.GATEWAY: Weights(1.5, gateway)} if gateway else {}
    weights |= {Lane.BROKER: Weights(3.0, broker)} if broker else {}
    # Over HTTP the gateway reads what it recorded before it answers: there it cannot be too early.
    clients = {door: 1 for door in CLIENTS if name != "ack-before-commit" or door not in ("soap", "rest")}
    return Tier(f"control {name}", 45.0, weights, clients, sets=5, rate=0.0, settle_limit=60.0, disk_megabytes=256)


_PROVOKING: Final[Mapping[str, tuple[Mapping[Kind, float], Mapping[Kind, float]]]] = {
    "ack-before-commit": ({Kind.KILL: 1.0}, {}),
    "synchronous-normal": ({Kind.POWER: 1.0}, {}),
    "ignored-return": ({}, {Kind.UNROUTABLE: 1.0}),
    "random-ids": ({Kind.KILL: 1.0}, {Kind.BROKER_CLOSE: 1.0}),
}
