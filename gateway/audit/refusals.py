"""Refused logins and keys, counted: whoever tries many times fills neither the disk nor the trail."""

import threading
from collections import Counter

from gateway.audit.entry import Action, Actor, ActorKind, Entry

_MOST = 50
"""Addresses told apart in one row."""
FIRST = 60.0
"""Seconds between rows, while nobody tries for long."""
LONGEST = 3600.0
"""The same, while somebody goes on trying."""


class Refusals:
    """Counts by door and address, and becomes one row from time to time."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._counts: Counter[tuple[str, str]] = Counter()
        self._others = 0
        self._due = 0.0
        self._rest = FIRST

    def refused(self, door: str, address: str) -> None:
        """One more, at the door ``http`` or that of a channel. Never blocks."""
        with self._lock:
            key = (door, address or "unknown")
            if key in self._counts or len(self._counts) < _MOST:
                self._counts[key] += 1
            else:
                self._others += 1

    def entry(self, now: float, *, last: bool = False) -> Entry | None:
        """What is to be put on record now (monotonic seconds); None where nothing is, or not yet."""
        with self._lock:
            if not self._counts:
                if now >= self._due:
                    self._rest = FIRST
                return None
            if now < self._due and not last:
                return None
            counts, others = self._counts, self._others
            self._counts, self._others = Counter(), 0
            self._due, self._rest = now + self._rest, min(self._rest * 2, LONGEST)
        details: dict[str, str | int | bool] = {f"{door} {address}": count for (door, address), count in counts.items()}
        if others:
            details["others"] = others
        addresses = {address for _, address in counts}
        source = next(iter(addresses)) if len(addresses) == 1 and not others else None
        doors = ", ".join(sorted({door for door, _ in counts}))
        return Entry(
            Action.ACCESS_REFUSED, Actor("unknown", ActorKind.UNKNOWN, source), f"door {doors}",
            reason=f"{counts.total() + others} refused", details=details,
        )  # fmt: skip
