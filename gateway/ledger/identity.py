"""Which ledger this is: an id in the database and beside it, so that one that vanished is never taken for a new one."""

import os
import uuid
from pathlib import Path

from sqlalchemy import Connection, Engine, inspect, select
from sqlalchemy.dialects.postgresql import insert

from gateway.crash import crash_point
from gateway.ledger.blobs import write_durably
from gateway.ledger.contract import LedgerError
from gateway.ledger.schema import meta

_NAME = "identity"


def sidecar_of(path: Path) -> Path:
    """The file beside the database that holds its id."""
    return path.with_suffix(".id")


def require_existing(path: Path) -> None:
    """LedgerError where there is no ledger yet, or no more."""
    if _vanished(path):
        raise _missing(path)
    if path.exists():
        return
    raise LedgerError(f"there is no ledger in {path.parent} yet: start the gateway once")


def create_if_new(path: Path) -> None:
    """Makes the empty file, for its owner alone. LedgerError where there was a ledger that is gone."""
    if _vanished(path):
        raise _missing(path)
    if path.exists():
        return
    os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600))


def read_identity(connection: Connection) -> str | None:
    """The id in the database."""
    if not inspect(connection).has_table(meta.name):
        return None
    found: str | None = connection.execute(select(meta.c.value).where(meta.c.name == _NAME)).scalar_one_or_none()
    return found


def confirm_identity(engine: Engine, path: Path) -> None:
    """LedgerError where the database is not the one that was here before."""
    sidecar = sidecar_of(path)
    if not sidecar.exists():
        return
    expected = sidecar.read_text("ascii", "replace").strip()
    with engine.connect() as connection:
        found = read_identity(connection)
    if found != expected:
        raise LedgerError(
            f"{path} is not the ledger that {sidecar.name} tells of: "
            "put the right file back, from a backup if need be. To begin a new ledger on purpose, use an empty folder."
        )


def give_identity(engine: Engine) -> str:
    """Sets the id once in the database; the one that it has."""
    with engine.begin() as connection:
        connection.execute(
            insert(meta).values(name=_NAME, value=str(uuid.uuid4())).on_conflict_do_nothing(index_elements=["name"])
        )
        return read_identity(connection) or ""


def keep_identity(path: Path, identity: str) -> None:
    """Writes it beside the file, after it is in there: a crash between both leaves a ledger that starts."""
    crash_point("ledger.identity_given")
    sidecar = sidecar_of(path)
    if not sidecar.exists():
        write_durably(sidecar, f"{identity}\n".encode("ascii"))


def _vanished(path: Path) -> bool:
    """Whether a ledger was here and is gone. Asked before anything opens, and thereby writes, the file."""
    return sidecar_of(path).exists() and not (path.exists() and path.stat().st_size)


def _missing(path: Path) -> LedgerError:
    return LedgerError(
        f"{path} is missing or empty, and {sidecar_of(path).name} tells that it was there: put it back, "
        "from a backup if need be. To begin a new ledger on purpose, use an empty folder."
    )
