"""What the ledger knows of nodes and leases, as frozen values."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

NODE: Final = "node "
"""Begins the name of the lease that says a node lives."""


def life(node: str) -> str:
    """The lease that says a node lives."""
    return f"{NODE}{node}"


def label(name: str) -> str:
    """A lease's name without spaces, as ``channel.acme``."""
    return name.replace(" ", ".")


@dataclass(frozen=True, slots=True)
class NodeRow:
    """One gateway that writes into the ledger."""

    id: str
    """Kept in its data folder."""
    name: str
    """For people."""
    version: str
    address: str
    """Where its HTTP port is, as ``host:port``; empty before it listens."""
    started: datetime
    seen: datetime
    """Its last sign of life."""
    alive: bool = True
    """Whether its lease holds, by the ledger's time."""


@dataclass(frozen=True, slots=True)
class Lease:
    """The right of a node to do one thing that only one may do.

    ``token`` is a fencing token: each time the lease changes hands it grows, and a write that shows an older one is
    refused. Source: M. Kleppmann, "How to do distributed locking" (2016), and Burrows, "The Chubby lock service"
    (2006), section 2.4, sequencers.
    """

    name: str
    node: str
    token: int

    @property
    def label(self) -> str:
        """The name without spaces, for logs and metrics."""
        return label(self.name)


@dataclass(frozen=True, slots=True)
class LeaseRow:
    """A lease as it stands in the ledger."""

    name: str
    node: str
    """Empty where it was given back."""
    token: int
    since: datetime
    """When this node got it."""
    expires_at: datetime
    alive: bool
    """Whether it holds, by the ledger's time."""

    @property
    def lease(self) -> Lease:
        """The right itself."""
        return Lease(self.name, self.node, self.token)
