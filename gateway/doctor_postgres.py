"""The doctor's look at a ledger on PostgreSQL; it changes nothing there."""

from collections.abc import Iterable

import psycopg

from gateway.config import Config
from gateway.doctor_findings import Finding, Verdict
from gateway.ledger.contract import LedgerError
from gateway.ledger.engine_postgres import one
from gateway.ledger.open_postgres import confirm, prove
from gateway.ledger.postgres import READING, PostgresAddress, connect, words
from gateway.ledger.store import FILE

NEEDED = 20
"""Connections that a node takes at most, with some for its short commands."""
_ROOM = (
    "SELECT current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int"
    " - (SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend')::int"
)
_STANDBY = "SELECT current_setting('synchronous_standby_names') <> '', current_setting('server_version')"
_RIGHTS = "SELECT has_schema_privilege(current_schema(), 'CREATE') AND has_schema_privilege(current_schema(), 'USAGE')"


def postgres(config: Config) -> Iterable[Finding]:
    """Whether the database can be reached, is safe, is ours and has room."""
    address = PostgresAddress(config.ledger_url().get_secret_value())
    try:
        with connect(address, READING) as connection:
            prove(connection, writes=True)
            confirm(connection, config.data)
            standby, version = one(connection, _STANDBY)
            (free,) = one(connection, _ROOM)
            (allowed,) = one(connection, _RIGHTS)
    except LedgerError as error:
        yield Finding(Verdict.BAD, "ledger", str(error), f"wharf explain {str(error).split()[0]} tells more.")
        return
    except psycopg.Error as error:
        yield Finding(Verdict.BAD, "ledger", f"{address} {words(error)}", "Look at the log of the server.")
        return
    kept = "with a synchronous standby" if standby else "without a synchronous standby"
    yield Finding(Verdict.GOOD, "ledger", f"{address}, PostgreSQL {version}, {kept}")
    if not allowed:
        help = "GRANT CREATE ON SCHEMA public TO the role, or make it the owner of the database."
        yield Finding(Verdict.BAD, "ledger", "the role may make no tables in the database", help)
    if free < NEEDED:
        help = f"Raise max_connections of the server; a node takes up to {NEEDED}."
        yield Finding(Verdict.NOTE, "ledger", f"{free} connections are free", help)
    if (config.data / FILE).exists():
        detail = f"{config.data / FILE} is there too, and is not used: what waits in it waits for ever"
        help = 'Start once with [ledger] url = "sqlite" until nothing waits, then move the file away.'
        yield Finding(Verdict.NOTE, "ledger", detail, help)
