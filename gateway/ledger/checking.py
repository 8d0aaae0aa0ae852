"""A look at the whole database before anything is received: damage is found at the start, not in the middle of a day.

Source: SQLite documentation, ``PRAGMA quick_check``. It reads every page, so a large ledger is not looked at to its
end: the time is bounded, and what is read later is compared with its digest anyway.
"""

import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

import structlog
from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError

from gateway.ledger.contract import LedgerError

SECONDS: Final = 5.0
"""For the whole look."""
STEPS: Final = 20_000
"""Steps of SQLite's machine between two looks at the clock: some milliseconds."""
_INTERRUPTED: Final = 9

log = structlog.get_logger(__name__)


def refuse_damage(
    engine: Engine, path: Path, seconds: float = SECONDS, monotonic: Callable[[], float] = time.monotonic,
    steps: int = STEPS,
) -> bool:  # fmt: skip
    """Whether the look came to its end. LedgerError, with what to do, where the file contradicts itself.

    ``steps``: of SQLite between two looks at the clock.
    """
    if seconds <= 0:
        return False
    until = monotonic() + seconds
    with engine.connect() as connection:
        own = connection.connection.dbapi_connection
        if own is None:
            raise LedgerError(f"{path} cannot be opened")
        own.set_progress_handler(lambda: int(monotonic() > until), steps)
        try:
            found = str(connection.exec_driver_sql("PRAGMA quick_check(1)").scalar_one())
        except DBAPIError as error:
            if getattr(error.orig, "sqlite_errorcode", 0) & 0xFF != _INTERRUPTED:
                raise
            log.info("the ledger is too large to be looked at as a whole now", seconds=seconds)
            return False
        finally:
            own.set_progress_handler(None, 0)
    if found != "ok":
        raise damaged(path, f"is damaged ({' '.join(found.split())[:200]})")
    return True


def damaged(path: Path, words: str) -> LedgerError:
    """What is told of a database that cannot be used, and what to do."""
    return LedgerError(
        f"{path} {words}, so nothing is received and nothing was changed: keep a copy of the whole data folder, check "
        "the disk, put the ledger back from a backup, then start again"
    )
