"""Care beside the work: prunes and sweeps a few times a day, gently."""

import asyncio
import threading
from collections.abc import Callable
from datetime import datetime
from typing import Final

import structlog

from gateway.audit.entry import GATEWAY
from gateway.audit.record import audit
from gateway.care.prune import Pruned, Pruner
from gateway.care.sweep import Swept, sweep
from gateway.care.told import pruned_entry
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
        pruned: list[Pruned] = []
        swept: Swept | None = None
        try:
            for done in pruner.prune(self._ages, self._going):
                pruned.append(done)
                if done.rows:
                    log.info("pruned", kind=done.of.value, count=done.rows, bytes=done.bytes)
            swept = sweep(self._ledger, self._blobs, going=self._going) if self._blobs is not None else None
            if swept is not None and swept.files:
                log.info("files of pruned content removed", count=swept.files, bytes=swept.bytes)
        except (LedgerError, OSError) as error:
            log.warning("pruning waits for the next round", reason=str(error))
        self._put_on_record(pruned, swept)

    def _put_on_record(self, pruned: list[Pruned], swept: Swept | None) -> None:
        if (entry := pruned_entry(GATEWAY, pruned, swept)) is None:
            return
        try:
            self._ledger.write(lambda tx: audit(tx, entry)).result()
        except LedgerError as error:
            log.warning("what was pruned is not on record", reason=str(error))

    def _going(self) -> bool:
        return not self._stop.is_set()

    def _wait(self, seconds: float) -> None:
        self._stop.wait(seconds)
