"""Which target does which fault, in which lane."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from tests.chaos.around import Around
from tests.chaos.nemesis import Target
from tests.chaos.schedule import Kind, Lane
from tests.chaos.supervisor import Supervisor
from tests.chaos.targets import DatabaseTarget, DiskTarget, GatewayTarget, NetworkTarget
from tests.rigs.fsync_fault import FaultLibrary

PROCESS: Final = (Kind.KILL, Kind.FREEZE, Kind.TERM, Kind.CRASH, Kind.SYNC)
BROKER: Final = (
    Kind.BROKER_KILL, Kind.BROKER_STOP, Kind.BROKER_CLOSE, Kind.BROKER_ALARM, Kind.BROKER_FREEZE, Kind.UNBIND,
    Kind.UNROUTABLE,
)  # fmt: skip
NETWORK: Final = (Kind.RESET, Kind.HALF_OPEN, Kind.TRICKLE, Kind.LATENCY)
DISK: Final = (Kind.POWER, Kind.DISK_FULL)
DATABASE: Final = (Kind.DATABASE_CRASH, Kind.DATABASE_RESET, Kind.DATABASE_SILENT)


def targets_of(world: Around, supervisors: Sequence[Supervisor], faults: Path) -> Mapping[Lane, Mapping[Kind, Target]]:
    """Everything that can be done here; ``faults`` is a folder for the library of disk faults."""
    library = FaultLibrary(faults)
    gateways: list[Target] = [GatewayTarget(own, library, own.node.data) for own in supervisors]
    disk: dict[Kind, Target] = {}
    if world.disk is not None:
        disk = dict.fromkeys(DISK, DiskTarget(world.disk, supervisors))
    targets: dict[Lane, Mapping[Kind, Target]] = {
        # The power goes between two other ends of the gateway, not while one is under way.
        Lane.GATEWAY: {**dict.fromkeys(PROCESS, gateways[0]), **disk},
        Lane.BROKER: dict.fromkeys(BROKER, world.queues),
        Lane.NETWORK: dict.fromkeys(NETWORK, NetworkTarget(world.proxies)),
        Lane.DISK: disk,
    }
    if len(gateways) > 1:
        targets[Lane.SECOND] = dict.fromkeys(PROCESS, gateways[1])
    if world.database is not None:
        targets[Lane.DATABASE] = dict.fromkeys(DATABASE, DatabaseTarget(world.database, world.proxies["ledger"][0]))
    return targets
