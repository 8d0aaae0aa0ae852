"""Which leases a node may work under now, as a state machine without ledger and clock.

A lease holds in the ledger for so many seconds from when it was asked for. Here it holds for less: by the node's own
monotonic clock, from before it was asked for, and with a margin in which the work is stopped. So the work of one node
ends before another one's can begin, as long as the node runs at all; one that was frozen meanwhile is refused by its
token.
"""

from collections.abc import Collection
from dataclasses import dataclass

from gateway.ledger.node_records import Lease


@dataclass(frozen=True, slots=True)
class Terms:
    """How long leases hold; seconds."""

    seconds: float = 10.0

    @property
    def every(self) -> float:
        """Between two renewals: two may fail before anything is lost."""
        return self.seconds / 3

    @property
    def margin(self) -> float:
        """For stopping the work before another node may begin it."""
        return self.seconds * 0.15


@dataclass(slots=True)
class _Held:
    lease: Lease
    until: float


class Tenures:
    """The leases of one node, by its monotonic clock. ``sole``: nobody else can have any, so that none runs out."""

    def __init__(self, terms: Terms, *, sole: bool) -> None:
        self._terms = terms
        self._sole = sole
        self._held: dict[str, _Held] = {}

    def take(self, lease: Lease, began: float) -> None:
        """It was claimed; ``began`` is when the claim was handed in, not when the answer came."""
        self._held[lease.name] = _Held(lease, self._until(began))

    def renewed(self, asked: Collection[Lease], kept: Collection[str], began: float) -> list[Lease]:
        """What a renewal came to: those ``asked`` that were not ``kept`` are lost. Returns those."""
        lost = []
        for lease in asked:
            held = self._held.get(lease.name)
            if held is None or held.lease != lease:
                # It ran out here, or was given back, while the answer was under way: it is not taken up again.
                continue
            if lease.name in kept:
                held.until = max(held.until, self._until(began))
            else:
                lost.append(self._held.pop(lease.name).lease)
        return lost

    def lapse(self, now: float) -> list[Lease]:
        """Those that may not be worked under any more, since nobody heard of their renewal in time."""
        if self._sole:
            return []
        gone = [name for name, held in self._held.items() if held.until <= now]
        return [self._held.pop(name).lease for name in gone]

    def drop(self, lease: Lease) -> bool:
        """It is lost, or given back. False where it was not held."""
        held = self._held.get(lease.name)
        if held is None or held.lease != lease:
            return False
        del self._held[lease.name]
        return True

    def lease(self, name: str, now: float) -> Lease | None:
        """The lease under which the node may work now."""
        held = self._held.get(name)
        return held.lease if held is not None and (self._sole or now < held.until) else None

    def held(self) -> list[Lease]:
        """All of them, also those that run out at this moment."""
        return [held.lease for held in self._held.values()]

    def next_end(self) -> float | None:
        """When the first of them may not be worked under any more; None where that never comes."""
        return None if self._sole else min((held.until for held in self._held.values()), default=None)

    def _until(self, began: float) -> float:
        return began + self._terms.seconds - self._terms.margin
