"""Notes for the trail from commands that may not write to the ledger: files that the running gateway takes in.

With a SQLite that has the WAL-reset bug only one process may write. A command beside the gateway then leaves a note
before it shows anything; the gateway puts it on record within seconds, or the next one does that is started.
"""

import contextlib
import json
import os
import uuid
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from gateway.audit.entry import Action, Actor, ActorKind, Entry
from gateway.ledger.blobs import sync_folder, write_durably

FOLDER = "audit-inbox"
_LARGEST = 16 * 1024
_MOST = 10_000
"""Notes that may wait; then nobody is shown anything any more."""


def leave(data: Path, entry: Entry, now: datetime) -> Path:
    """Writes a note; durable when it returns. Raises OSError."""
    folder = data / FOLDER
    if not folder.is_dir():
        folder.mkdir(mode=0o700, exist_ok=True)
        sync_folder(data)
    if sum(1 for _ in os.scandir(folder)) >= _MOST:
        raise OSError(0, "too many notes wait; start the gateway, which takes them in")
    actor = entry.actor
    note = {
        "action": entry.action.value, "actor": actor.name, "kind": actor.kind.value, "source": actor.source,
        "object": entry.object, "partner": entry.partner, "reason": entry.reason, "details": dict(entry.details),
        "at": (entry.at or now).isoformat(),
    }  # fmt: skip
    path = folder / f"{(entry.at or now):%Y%m%dT%H%M%S%f}-{uuid.uuid4().hex[:8]}.json"
    write_durably(path, json.dumps(note, ensure_ascii=True).encode())
    return path


def waiting(data: Path) -> Iterator[tuple[Path, Entry]]:
    """The notes that wait, oldest first. One that is not readable is told as such, and not dropped without a word."""
    folder = data / FOLDER
    with contextlib.suppress(FileNotFoundError):
        names = sorted(each.name for each in os.scandir(folder) if each.name.endswith(".json"))
        for name in names[:1000]:
            yield folder / name, _entry(folder / name)


def _entry(path: Path) -> Entry:
    try:
        if path.is_symlink() or path.stat().st_size > _LARGEST:
            raise ValueError("not a note")
        found = json.loads(path.read_bytes())
        details = {str(name): value for name, value in found["details"].items() if isinstance(value, (str, int))}
        return Entry(
            Action(found["action"]), Actor(str(found["actor"]), ActorKind(found["kind"]), found["source"]),
            str(found["object"]), found["partner"], str(found["reason"]),
            {**details, "note": path.stem}, datetime.fromisoformat(found["at"]),
        )  # fmt: skip
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return Entry(
            Action.ACCESS_REFUSED, Actor("unknown", ActorKind.UNKNOWN), f"note {path.name}", reason="it is not readable"
        )
