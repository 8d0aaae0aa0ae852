"""Which node reads an accepted delivery: the one that took it in, and another one only when that one lives no more."""

from collections.abc import Callable, Collection

from gateway.ledger.contract import Transaction
from gateway.ledger.records import DeliveryRow


class Readings:
    """Of one node. Where it is alone, every delivery is its own."""

    def __init__(self, node: str = "", *, sole: bool = True, others: Callable[[], Collection[str]] = tuple) -> None:
        """``others`` are the nodes that lived at the last look."""
        self._node = node or None
        self._sole = sole
        self._others = others

    @property
    def node(self) -> str | None:
        """Whose attempts are taken back at a clean end; None for all."""
        return None if self._sole else self._node

    def besides(self) -> Collection[str]:
        """Nodes whose deliveries need not be looked at."""
        return () if self._sole else self._others()

    def elsewhere(self, tx: Transaction, row: DeliveryRow) -> bool:
        """Whether another node is reading it, and lives."""
        if self._sole or row.reader in (None, self._node):
            return False
        return tx.nodes.alive(row.reader or "")

    def begin(self, tx: Transaction, delivery: str) -> int:
        """Counts one more attempt, by this node. From now on what another one makes of it is refused."""
        return tx.begin_reading(delivery, self._node)

    def claim(self, tx: Transaction, delivery: str) -> None:
        """Takes it without an attempt, which comes later."""
        if not self._sole:
            tx.nodes.read_by(delivery, self._node or "")

    def require(self, tx: Transaction, delivery: str) -> None:
        """Raises LeaseLost where another node has begun to read it since: it took this one for dead."""
        if not self._sole:
            tx.nodes.require_reader(delivery, self._node or "")
