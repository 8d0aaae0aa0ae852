"""The ledger's contract, the part of nodes that share it and of leases."""

from collections.abc import Collection
from datetime import datetime
from typing import Protocol

from gateway.ledger.node_records import Lease, LeaseRow, NodeRow


class NodeReads(Protocol):
    """Questions of nodes and leases."""

    def all(self) -> list[NodeRow]:
        """Every node that is known, by name, those that are away too."""

    def leases(self) -> list[LeaseRow]:
        """By name, those that nobody has too."""

    def alive(self, node: str) -> bool:
        """Whether its lease holds."""


class NodeChanges(NodeReads, Protocol):
    """Questions and changes of nodes and leases."""

    def enter(self, row: NodeRow) -> None:
        """A node that starts, or whose address is known now. Its times are the ledger's."""

    def seen(self, node: str) -> None:
        """A sign of life."""

    def forget(self, before: datetime) -> int:
        """Strikes out nodes that were not seen since; returns how many."""

    def claim(self, name: str, node: str, seconds: float, *, force: bool = False) -> Lease | None:
        """The lease, with a new token, where nobody else's holds; None where somebody's does.

        A node gets what it has itself: it was started anew. ``force`` is for whoever knows that it is alone.
        """

    def renew(self, held: Collection[Lease], node: str, seconds: float) -> set[str]:
        """Makes all of them hold for so long from now, in one statement; the names of those that are still the
        node's. One that ran out and that nobody took is."""

    def release(self, lease: Lease) -> bool:
        """Gives it back; false where it was lost before."""

    def require(self, lease: Lease) -> None:
        """Raises LeaseLost where another node, or another start of this one, has the lease since: whoever calls this
        first in a transaction writes nothing that it may not. One that only ran out still holds."""

    def read_by(self, delivery: str, node: str) -> None:
        """This node reads the delivery from now on; what another one makes of it is refused."""

    def require_reader(self, delivery: str, node: str) -> None:
        """Raises LeaseLost where another node has begun to read the delivery since."""
