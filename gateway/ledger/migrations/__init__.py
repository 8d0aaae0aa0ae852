"""The ledger's tables over time: brought up to date at start, in one transaction.

A change of ``schema`` comes with a new file in ``versions``; a test compares both.
"""

from pathlib import Path

from sqlalchemy import Connection, Engine, inspect, text

from gateway.ledger.contract import LedgerError

HEAD = "0014"
"""The revision that this code reads and writes."""


def revision_of(connection: Connection) -> str | None:
    """The revision that a ledger has; None before the first."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    found: str | None = connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one_or_none()
    return found


def require_current(connection: Connection) -> None:
    """LedgerError where the tables are not those of HEAD."""
    found = revision_of(connection)
    if found is None:
        raise LedgerError("there is no ledger yet: start the gateway once")
    if found != HEAD:
        raise LedgerError("the ledger was written by another version of the gateway: start this version once")


def upgrade(engine: Engine, lock: str | None = None) -> None:
    """Brings the tables to HEAD. Two processes that start at once wait for each other: by the statement ``lock``, or
    where there is none the transaction is the lock.

    LedgerError where a newer version of the gateway has written here.
    """
    with engine.begin() as connection:
        if lock is not None:
            connection.exec_driver_sql(lock)
        found = revision_of(connection)
        if found == HEAD:
            return
        # Imported here: a start that finds its tables up to date is quicker without.
        from alembic import command
        from alembic.config import Config
        from alembic.script import ScriptDirectory

        config = Config()
        config.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
        config.attributes["connection"] = connection
        known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
        if found is not None and found not in known:
            raise LedgerError("a newer version of the gateway has written this ledger: install that version")
        command.upgrade(config, HEAD)
