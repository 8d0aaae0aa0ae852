"""Opens a ledger for its verification: no matter of which version, and for reading only."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from sqlalchemy.exc import DBAPIError

from gateway.care.verify import Bench
from gateway.ledger.blobs import Blobs
from gateway.ledger.contract import LedgerError
from gateway.ledger.identity import require_existing
from gateway.ledger.sqlite import Driver, Opening, best_driver, engine_for, fault_words
from gateway.ledger.store import BLOBS, FILE


@contextmanager
def bench(
    data: Path, *, deep: bool = False, tell: Callable[[str, int, int], None] = lambda _check, _done, _all: None,
    driver: Driver | None = None,
) -> Iterator[Bench]:  # fmt: skip
    """One state of the ledger, beside a gateway that may be running. LedgerError where it cannot be read at all."""
    require_existing(data / FILE)
    engine = engine_for(Opening(data / FILE, driver or best_driver(), read_only=True))
    try:
        with engine.connect() as connection:
            connection.begin()
            try:
                yield Bench(connection, data, Blobs(data / BLOBS), deep, tell)
            finally:
                # Of a damaged ledger, even the end of a question fails.
                with suppress(DBAPIError):
                    connection.rollback()
    except DBAPIError as error:
        raise LedgerError(f"the ledger in {data} {fault_words(error)}: restore a copy (wharf ledger restore)") from None
    finally:
        engine.dispose()
