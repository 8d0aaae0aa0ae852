"""Opens a ledger for its verification: no matter of which version, and for reading only."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path

from sqlalchemy.exc import DBAPIError

from gateway.audit.entry import Head
from gateway.audit.sidecar import kept_head
from gateway.care.verify import Bench
from gateway.config.settings import SQLITE, Config
from gateway.ledger.blobs import Blobs
from gateway.ledger.contract import LedgerError
from gateway.ledger.identity import require_existing
from gateway.ledger.sqlite import Driver, Opening, best_driver, engine_for, fault_words
from gateway.ledger.store import BLOBS, FILE
from gateway.ledger_keys import sealer_of

Tell = Callable[[str, int, int], None]


@contextmanager
def bench_of(config: Config, *, deep: bool = False, tell: Tell = lambda _check, _done, _all: None) -> Iterator[Bench]:
    """That of the ledger of these settings, whichever database it lies in."""
    url = config.ledger_url().get_secret_value()
    if url == SQLITE:
        with bench(config.data, deep=deep, tell=tell) as found:
            yield replace(found, sealer=sealer_of(config))
        return
    # Loaded only where it is needed: the driver comes as an extra.
    from gateway.care.opening_postgres import bench as bench_on_postgres

    with bench_on_postgres(url, config.data, deep=deep, tell=tell) as found:
        yield replace(found, sealer=sealer_of(config))


def trail_end(data: Path) -> Head | str | None:
    """Where the audit trail was seen to end; words where that cannot be told."""
    try:
        return kept_head(data)
    except ValueError as error:
        return str(error)


@contextmanager
def bench(
    data: Path, *, deep: bool = False, tell: Tell = lambda _check, _done, _all: None,
    driver: Driver | None = None,
) -> Iterator[Bench]:  # fmt: skip
    """One state of the ledger, beside a gateway that may be running. LedgerError where it cannot be read at all."""
    require_existing(data / FILE)
    # Asked first: the trail may grow behind it, and never ends before it.
    end = trail_end(data)
    blobs = Blobs(data / BLOBS)
    engine = engine_for(Opening(data / FILE, driver or best_driver(), read_only=True))
    try:
        with engine.connect() as connection:
            connection.begin()
            try:
                yield Bench(connection, data, blobs, blobs.size, blobs.files, deep, tell, trail_end=end)
            finally:
                # Of a damaged ledger, even the end of a question fails.
                with suppress(DBAPIError):
                    connection.rollback()
    except DBAPIError as error:
        raise LedgerError(f"the ledger in {data} {fault_words(error)}: restore a copy (wharf ledger restore)") from None
    finally:
        engine.dispose()
