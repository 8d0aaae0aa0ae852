"""Prunes what is older than the settings keep: small portions, each in a short transaction of its own."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from gateway.config.retention import RetentionTable
from gateway.ledger.care_records import Candidates, Class
from gateway.ledger.contract import Ledger, Transaction

ORDER: Final = (Class.PAYLOADS, Class.DOCUMENTS, Class.PARCELS, Class.EXCEPTIONS, Class.HISTORY)
"""What others hang on goes last."""
LONGEST: Final = 0.05
"""Seconds that one transaction should hold the writer; the portions follow."""
MOST: Final = 200
"""Rows in one transaction."""


@dataclass(frozen=True, slots=True)
class Pruned:
    """What one class came to."""

    of: Class
    before: datetime
    rows: int
    bytes: int
    """Of their contents, as they were counted in the rows; a document in a file of its own counts 0."""
    longest: float = 0.0
    """Seconds that the longest transaction took."""


class Pruner:
    """Goes through the ledger once for each class that has an age."""

    def __init__(
        self, ledger: Ledger, clock: Callable[[], datetime], *, pause: Callable[[float], None] = time.sleep,
        gentle: float = 1.0, monotonic: Callable[[], float] = time.monotonic,
    ) -> None:  # fmt: skip
        """``gentle``: how many times as long as each transaction took nothing is done after it."""
        self._ledger = ledger
        self._clock = clock
        self._pause = pause
        self._gentle = gentle
        self._monotonic = monotonic
        self._portion = 16

    def prune(self, ages: RetentionTable, going: Callable[[], bool] = lambda: True) -> Iterator[Pruned]:
        """Each class in turn; ends early when ``going`` says so. Raises LedgerError."""
        for of, before in self._edges(ages):
            rows = size = 0
            longest = 0.0
            for found in self._stretches(of, before):
                for ids in self._portions(found.ids):
                    if not going():
                        yield Pruned(of, before, rows, size, longest)
                        return
                    done, took = self._ledger.write(self._pruning(of, ids, before)).result()
                    rows += done
                    longest = max(longest, took)
                    self._fit(took)
                    self._pause(took * self._gentle)
                size += found.bytes
            yield Pruned(of, before, rows, size, longest)

    def look(self, ages: RetentionTable) -> Iterator[Pruned]:
        """What there is to prune, and nothing is changed. What becomes prunable only when other classes are pruned is
        not counted."""
        for of, before in self._edges(ages):
            found = list(self._stretches(of, before))
            yield Pruned(of, before, sum(len(each.ids) for each in found), sum(each.bytes for each in found))

    def _edges(self, ages: RetentionTable) -> Iterator[tuple[Class, datetime]]:
        now = self._clock()
        for of in ORDER:
            age: timedelta | None = getattr(ages, of.value)
            if age is not None:
                yield of, now - age

    def _stretches(self, of: Class, before: datetime) -> Iterator[Candidates]:
        after = 0
        while True:
            place = after
            found = self._ledger.read(lambda reads: reads.care.prunable(of, before, place))  # noqa: B023 - asked at once
            if found.ids:
                yield found
            if found.next is None:
                return
            after = found.next
            self._pause(0)

    def _portions(self, ids: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
        start = 0
        while start < len(ids):
            size = self._portion
            yield ids[start : start + size]
            start += size

    def _fit(self, took: float) -> None:
        """Larger portions where they were quick, smaller ones where they were not."""
        if took > LONGEST:
            self._portion = max(1, self._portion // 2)
        elif took < LONGEST / 4:
            self._portion = min(MOST, self._portion * 2)

    def _pruning(self, of: Class, ids: tuple[str, ...], before: datetime) -> Callable[[Transaction], tuple[int, float]]:
        def work(tx: Transaction) -> tuple[int, float]:
            # On the writer's own thread: waiting for one's turn, and for the disk, holds nobody up.
            began = self._monotonic()
            done = tx.care.prune(of, ids, before, self._clock())
            return done, self._monotonic() - began

        return work
