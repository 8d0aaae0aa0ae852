"""Gives room that pruning left inside the database back to the disk."""

import shutil
from pathlib import Path

from gateway.disk.levels import size_words
from gateway.ledger.contract import LedgerError
from gateway.ledger.identity import require_existing
from gateway.ledger.lock import LOCK, ProcessLock
from gateway.ledger.sqlite import INTO_FILE, Opening, best_driver, engine_for, outside_transactions
from gateway.ledger.store import FILE


def compact(data: Path) -> tuple[int, int]:
    """Writes the database anew without its free pages; its bytes before and after.

    LedgerError where a gateway runs on it, or there is no room for the second copy that SQLite makes meanwhile
    (SQLite documentation, "VACUUM").
    """
    path = data / FILE
    require_existing(path)
    lock = ProcessLock.take(data / LOCK, "stop it first")
    try:
        before, free = path.stat().st_size, shutil.disk_usage(data).free
        if free < 2 * before:
            raise LedgerError(
                f"{size_words(2 * before)} must be free to compact the ledger, and {size_words(free)} are: "
                "room that was pruned is used again without it"
            )
        engine = engine_for(Opening(path, best_driver(), read_only=False, checkpoints=True))
        try:
            outside_transactions(engine, "VACUUM", INTO_FILE)
        finally:
            engine.dispose()
        return before, path.stat().st_size
    finally:
        lock.release()
