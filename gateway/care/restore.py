"""A data folder out of a copy, fit to be run: numbers jump forward, and what may have left since is kept back.

The copy knows nothing of what came after it. Control numbers given since must not be given again, readers of the feed
have come further, and transmissions that were waiting may have left. Sources: the failure model, "Outbound control
numbers".
"""

import json
import os
import shutil
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from sqlalchemy import Connection, insert, select, text, update

from gateway.audit.entry import GATEWAY, Action, Actor, Entry, Head
from gateway.audit.sidecar import FILE as HEAD_FILE
from gateway.audit.sidecar import keep_head, kept_head, set_aside
from gateway.care.backup import Backup, Pace, Tell, copied, faults_of
from gateway.care.problems import RESTORED
from gateway.ids import NewId
from gateway.ledger.audit_book import SqlAuditChanges
from gateway.ledger.blobs import sync_folder, write_durably
from gateway.ledger.contract import LedgerError
from gateway.ledger.identity import sidecar_of
from gateway.ledger.migrations import upgrade
from gateway.ledger.rows import microseconds
from gateway.ledger.schema import events, exceptions, meta, numbers
from gateway.ledger.schema_outbound import parcel_history, parcels
from gateway.ledger.sqlite import INTO_FILE, Driver, Opening, best_driver, engine_for, outside_transactions
from gateway.ledger.statements import COUNT, LAST_NUMBER
from gateway.ledger.store import FILE

JUMP: Final = 10_000
"""How far control numbers jump: more than are given out between two copies."""
FEED_JUMP: Final = 10_000_000
"""The same for places in the feed and the order of events, which cost nothing."""
_FEED: Final = "wharf.feed"
_WAITING: Final = ("queued", "ready", "sending", "retrying")
WHY: Final = "restored from a copy: it may have left since"


@dataclass(frozen=True, slots=True)
class Restored:
    """What came of it."""

    folder: Path
    numbers: int
    """Control numbers that jumped, by scope."""
    held: int
    """Transmissions that are kept back for a person."""
    events: int
    """Events that are published again, marked as repeats."""


def restore(
    made: Backup, to: Path, now: datetime, new_id: NewId, *, hold: bool = True, tell: Tell = lambda _done, _all: None,
    driver: Driver | None = None, actor: Actor = GATEWAY,
) -> Restored:  # fmt: skip
    """Makes the data folder ``to``, which must be empty or not be there; only the end of the audit trail that was here
    may be left, and is set aside. LedgerError where the copy is damaged."""
    if to.exists() and (not to.is_dir() or any(not path.name.startswith(HEAD_FILE) for path in to.iterdir())):
        raise LedgerError(f"{to} is not empty: a ledger is restored into an empty folder only")
    found = list(faults_of(made))
    if found:
        raise LedgerError(f"the copy in {made.folder} is damaged: {found[0]}")
    to.parent.mkdir(parents=True, exist_ok=True)
    partial = to.with_name(f".{to.name}.restored")
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir(mode=0o700)
    done, pace = 0, Pace(None)
    for name, (sha256, size) in made.files.items():
        (partial / name).parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        if copied(made.folder / name, partial / name, pace) != (sha256, size):
            raise LedgerError(f"{name} changed while it was copied")
        done += size
        tell(done, made.bytes)
    write_durably(sidecar_of(partial / FILE), f"{made.identity}\n".encode("ascii"))
    known = _known_end(to)
    *counts, head = _made_fit(made, partial, now, new_id, hold, driver or best_driver(), actor, known)
    keep_head(partial, head, now)
    for folder in {(partial / name).parent for name in made.files}:
        sync_folder(folder)
    if to.exists():
        set_aside(to, now)
        for path in to.iterdir():
            path.rename(partial / path.name)
        to.rmdir()
    partial.rename(to)
    sync_folder(to.parent)
    return Restored(to, *counts)


def _made_fit(
    made: Backup, folder: Path, now: datetime, new_id: NewId, hold: bool, driver: Driver, actor: Actor, known: str
) -> tuple[int, int, int, Head]:
    engine = engine_for(Opening(folder / FILE, driver, read_only=False, checkpoints=True))
    try:
        upgrade(engine)
        with engine.begin() as connection:
            told = json.dumps({"at": now.isoformat(), "copy": made.made_at})
            connection.execute(meta.delete().where(meta.c.name == "restored"))
            connection.execute(insert(meta).values(name="restored", value=told))
            jumped = _jump(connection)
            repeated = connection.execute(
                update(events).where(events.c.state != "published").values(attempts=events.c.attempts + 1)
            ).rowcount
            held = _hold(connection, now) if hold else 0
            _tell(connection, made, now, new_id, held)
            trail = SqlAuditChanges(connection, now)
            details: dict[str, str | int | bool] = {
                "made": made.made_at,
                "numbers": jumped,
                "held": held,
                "events": repeated,
                "known": known,
            }
            row = trail.record(Entry(Action.LEDGER_RESTORED, actor, f"copy {made.folder}", details=details))
        outside_transactions(engine, INTO_FILE)
    finally:
        engine.dispose()
    with (folder / FILE).open("rb") as file:
        os.fsync(file.fileno())
    return jumped, held, repeated, Head(row.position, row.digest)


def _known_end(to: Path) -> str:
    """Where the trail was seen to end in the folder that is restored to."""
    try:
        return str(kept_head(to) or "none")
    except ValueError:
        return "unreadable"


def _jump(connection: Connection) -> int:
    """Numbers wrap where they would have wrapped."""
    jumped = 0
    for row in connection.execute(select(numbers)).all():
        value = row.value + FEED_JUMP if row.scope == _FEED else (row.value + JUMP - 1) % LAST_NUMBER + 1
        connection.execute(update(numbers).where(numbers.c.scope == row.scope).values(value=value))
        jumped += row.scope.partition(" ")[0] in ("ISA", "GS", "HL7")
    if connection.dialect.name == "sqlite":
        # The order of events is told to consumers, too.
        connection.execute(
            text("UPDATE sqlite_sequence SET seq = seq + :jump WHERE name = 'events'"), {"jump": FEED_JUMP}
        )
    return jumped


def _hold(connection: Connection, now: datetime) -> int:
    """Business documents only: an acknowledgment that is sent twice does no harm."""
    waiting = connection.execute(
        select(parcels.c.id, parcels.c.state).where(parcels.c.state.in_(_WAITING), parcels.c.document_type.is_not(None))
    ).all()
    at = microseconds(now)
    for row in waiting:
        connection.execute(update(parcels).where(parcels.c.id == row.id).values(state="held"))
        values = {"parcel": row.id, "at": at, "from_state": row.state, "to_state": "held", "why": WHY, "by": "restore"}
        connection.execute(insert(parcel_history).values(values))
    return len(waiting)


def _tell(connection: Connection, made: Backup, now: datetime, new_id: NewId, held: int) -> None:
    message = f"restored from the copy of {made.made_at[:19]}; {held} transmissions are held"
    connection.execute(
        insert(exceptions).values(
            id=new_id(), kind="technical", code=RESTORED.code, message=message, opened_at=microseconds(now)
        )
    )
    COUNT.run(connection, [{"counter": "waiting.exceptions", "change": 1}])
