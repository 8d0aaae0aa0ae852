"""The same for a ledger on PostgreSQL: the database cares for its own pages, the rows are looked at here."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from sqlalchemy import func, select
from sqlalchemy.exc import DBAPIError

from gateway.care.opening import trail_end
from gateway.care.verify import Bench
from gateway.ledger.blobs_postgres import PostgresBlobs
from gateway.ledger.contract import LedgerError
from gateway.ledger.engine_postgres import PostgresReading, raw_of
from gateway.ledger.open_postgres import confirm
from gateway.ledger.postgres import KEEPING, MIGRATING, PostgresAddress, engine_for, words
from gateway.ledger.schema_postgres import blobs


@contextmanager
def bench(url: str, data: Path, *, deep: bool, tell: Callable[[str, int, int], None]) -> Iterator[Bench]:
    """One state of the ledger. LedgerError where it cannot be read at all."""
    address = PostgresAddress(url)
    # All rows are looked at in one state of the ledger: no time limit of ours ends that.
    reading, large = PostgresReading(engine_for(address, MIGRATING)), PostgresBlobs(engine_for(address, KEEPING), data)
    end = trail_end(data)
    try:
        with reading.snapshot() as connection:
            confirm(raw_of(connection), data)

            def size(sha256: str) -> int | None:
                asked = select(func.sum(func.length(blobs.c.content))).where(blobs.c.sha256 == sha256)
                found: int | None = connection.execute(asked).scalar_one()
                return found

            yield Bench(connection, data, large, size, tuple, deep, tell, trail_end=end)
    except (DBAPIError, psycopg.Error) as error:
        raise LedgerError(f"the ledger at {address} {words(error)}: look at its log") from None
    finally:
        large.close()
        reading.close()
