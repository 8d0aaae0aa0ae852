"""Care beside the work: prunes and sweeps a few times a day, gently."""

import asyncio
import threading
from collections.abc import Callable
from datetime import datetime
from typing import Final

import structlog

from gateway.care.prune import Pruner
from gateway.care.sweep import sweep
from gateway.config.retention import RetentionTable
from gateway.ledger.blobs import Blobs
from gateway.ledger.contract import Ledger, LedgerError

FIRST: Final = 120.0
"""Seconds after the start until the first round."""
EVERY: Final = 6 * 3600.0
"""Seconds between two rounds."""
GENTLE: Final = 9.0
"""Times as long as each transaction took nothing is done after it: pruning takes a tenth of the writer's time."""

log = structlog.get_logger(__name__)


class CareLoop:
    """Prunes by the settings. ``owner`` tells whether it is this process that cares for the ledger now.
    Without ``blobs`` nothing is swept."""

    def __init__(
        self, ledger: Ledger, blobs: Blobs | None, ages: RetentionTable, clock: Callable[[], datetime], *,
        first: float = FIRST, every: float = EVERY, owner: Callable[[], bool] = lambda: True,
    ) -> None:  # fmt: skip
        self._ledger = ledger
        self._blobs = blobs
        self._ages = ages
        self._clock = clock
        self._first = first
        self._every = every
        self._owner = owner
        self._stop = threading.Event()

    async def run(self) -> None:
        """Ends by cancellation alone; the portion under way is finished."""
        try:
            await asyncio.sleep(self._first)
            while True:
                if self._owner():
                    await asyncio.to_thread(self._round)
                await asyncio.sleep(self._every)
        finally:
            self._stop.set()

    def _round(self) -> None:
        pruner = Pruner(self._ledger, self._clock, pause=self._wait, gentle=GENTLE)
        try:
            for done in pruner.prune(self._ages, self._going):
                if done.rows:
                    log.info("pruned", kind=done.of.value, count=done.rows, bytes=done.bytes)
            swept = sweep(self._ledger, self._blobs, going=self._going) if self._blobs is not None else None
            if swept is not None and swept.files:
                log.info("files of pruned content removed", count=swept.files, bytes=swept.bytes)
        except (LedgerError, OSError) as error:
            log.warning("pruning waits for the next round", reason=str(error))

    def _going(self) -> bool:
        return not self._stop.is_set()

    def _wait(self, seconds: float) -> None:
        self._stop.wait(seconds)
