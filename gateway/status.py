"""How the gateway is doing, as one value that readiness, metrics and people are told from."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from gateway.disk.levels import Level
from gateway.disk.watch import Disk
from gateway.ledger.outbound_records import Breaker
from gateway.ledger.records import Backlog


@dataclass(frozen=True, slots=True)
class BrokerStatus:
    """How publishing goes, from the publisher and the relay together."""

    kind: str
    """``embedded`` or ``rabbitmq``."""
    confirmed: bool
    """Whether events are being taken and confirmed now."""
    since: datetime | None = None
    """When this state began."""
    reason: str | None = None
    """Why not, in a few words without address or secret."""
    standby: bool = False
    """Whether another node publishes, and this one takes over when that one is gone."""


@dataclass(frozen=True, slots=True)
class NodeStatus:
    """What this node does, of what only one node does at a time."""

    id: str
    name: str
    owns: tuple[str, ...] = ()
    """Names of leases."""
    stands_by: tuple[str, ...] = ()
    lanes: int = 0
    """Outbound lanes in which it sends now."""
    alone: bool = True
    """Whether no other node can share the ledger."""


@dataclass(frozen=True, slots=True)
class Status:
    """The state of the parts at one moment."""

    ledger_writable: bool
    channels: Mapping[str, bool]
    """Channel name to whether it can receive now."""
    broker: BrokerStatus
    backlog: Backlog | None = None
    """None where the ledger cannot be read."""
    last_scans: Mapping[str, datetime] = field(default_factory=dict)
    """Channel name to when its folder was last looked at."""
    breakers: Mapping[str, Breaker] = field(default_factory=dict)
    """Channel name to its breaker, where it failed since it was last well."""
    connections: Mapping[str, int] = field(default_factory=dict)
    """Channel name to how many senders are connected."""
    certificates: Mapping[str, datetime] = field(default_factory=dict)
    """Where the settings name a certificate, to when the first of those in its file ends."""
    disks: tuple[Disk, ...] = ()
    """What was found at the last look at them."""
    node: NodeStatus | None = None
    standby: frozenset[str] = frozenset()
    """Channels by which another node receives."""
    elsewhere: frozenset[str] = frozenset()
    """Channels whose folder is on a server of somebody else: when that is away, we are as ready as before."""
    down: tuple[str, ...] = ()
    """Parts that failed and are about to be started again."""

    @property
    def intake(self) -> bool:
        """Whether there is room enough to take anything new."""
        return all(disk.level is not Level.STOPPED for disk in self.disks)

    @property
    def ready(self) -> bool:
        """Whether deliveries can be accepted. No outage of a broker or of a partner's server stops that."""
        besides = self.elsewhere | self.standby
        return (
            self.ledger_writable
            and self.intake
            and all(good for name, good in self.channels.items() if name not in besides)
        )

    @property
    def word(self) -> str:
        """``ok``, ``degraded`` (accepting, but the disk fills, not publishing, not reaching a partner's server, or with
        a part that failed) or ``not ready``."""
        if not self.ready:
            return "not ready"
        room = all(disk.level is Level.PLENTY for disk in self.disks)
        publishes = self.broker.confirmed or self.broker.standby
        receives = all(good for name, good in self.channels.items() if name not in self.standby)
        return "ok" if room and publishes and receives and not self.down else "degraded"


class StatusSource(Protocol):
    """Whoever knows how the gateway is doing."""

    async def status(self) -> Status:
        """The state now; never raises for a part that fails, but tells it."""
