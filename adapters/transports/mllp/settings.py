"""What an MLLP channel needs to know: where it listens, who may come, how much, and how slowly."""

import math
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network

from adapters.transports.tls import ServerFiles

MIB = 1024 * 1024
Network = IPv4Network | IPv6Network


@dataclass(frozen=True, slots=True)
class MllpSettings:
    """The settings of one MLLP listener. Raises ValueError, with a text for a person, where a value makes no sense."""

    host: str
    port: int
    """0 takes any free one."""
    allow: tuple[Network, ...] = ()
    """Who may come; empty for anybody."""
    max_bytes: int = 16 * MIB
    """A larger message is refused and its connection closed."""
    connections: int = 1000
    """At the same time, in total."""
    per_peer: int = 100
    """At the same time, from one address (IPv6: from one network of 64 bits)."""
    stall: float = 30.0
    """Seconds without progress, in the middle of a message or of an answer, after which a connection is closed."""
    tls: ServerFiles | None = None
    """None for plain TCP."""

    def __post_init__(self) -> None:
        if not (math.isfinite(self.stall) and 0 < self.stall <= 3600):
            raise ValueError(f"stall is {self.stall}; it takes seconds, above 0 and up to 3600")
        for name, value in (("max_bytes", self.max_bytes), ("connections", self.connections),
                            ("per_peer", self.per_peer)):  # fmt: skip
            if value < 1:
                raise ValueError(f"{name} is {value}; it takes at least 1")

    @property
    def memory(self) -> int:
        """Bytes of messages held at the same time by all connections together, before large unfinished ones must go."""
        return max(256 * MIB, 4 * self.max_bytes)
