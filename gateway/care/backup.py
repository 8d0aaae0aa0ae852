"""A copy of the ledger beside a running gateway: the database as of one moment, the files that its rows name, a
manifest with the digest of each. Whole or not there at all: it is made under another name, synced, then renamed.
"""

import hashlib
import json
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Connection, func, select

from gateway.care.sweep import names_in
from gateway.ledger.blobs import Blobs, sync_folder, write_durably
from gateway.ledger.contract import LedgerError
from gateway.ledger.identity import read_identity, sidecar_of
from gateway.ledger.migrations import revision_of
from gateway.ledger.schema import deliveries, documents, events
from gateway.ledger.sealing import head_of
from gateway.ledger.sqlite import Driver, Opening, best_driver, engine_for
from gateway.ledger.store import BLOBS, FILE, open_ledger

MANIFEST: Final = "manifest.json"
FORMAT: Final = 1
BESIDE: Final = ("patient.key",)
"""Files of the data folder without which the ledger is not what it was."""
_PAGES: Final = 256
_CHUNK: Final = 1 << 20
PARTIAL: Final = ".partial"

Tell = Callable[[int, int], None]
"""Called with bytes done and bytes in all, as far as they are known."""


@dataclass(frozen=True, slots=True)
class Backup:
    """What a copy is of."""

    folder: Path
    identity: str
    revision: str
    made_at: str
    sequence: dict[str, int]
    """The last delivery, document and event, and the end of the feed."""
    files: dict[str, tuple[str, int]]
    """Path in the copy to SHA-256 and size."""

    @property
    def bytes(self) -> int:
        """Of all files."""
        return sum(size for _, size in self.files.values())


class Pace:
    """Keeps copying to so many bytes a second, so that the gateway's own disk work goes on."""

    def __init__(
        self,
        rate: int | None,
        monotonic: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._rate = rate
        self._monotonic = monotonic
        self._sleep = sleep
        self._began = monotonic()
        self._done = 0

    def passed(self, size: int) -> None:
        """So many more bytes were copied; waits where that was too fast."""
        self._done += size
        if self._rate:
            ahead = self._done / self._rate - (self._monotonic() - self._began)
            if ahead > 0:
                self._sleep(ahead)


def back_up(
    data: Path, to: Path, now: datetime, *, rate: int | None = None, tell: Tell = lambda _done, _all: None,
    driver: Driver | None = None,
) -> Backup:  # fmt: skip
    """Copies the ledger of a data folder to a new folder; what an earlier attempt left is gone on with.

    LedgerError where there is no ledger, or the folder is there already; OSError where the disk says no.
    """
    if to.exists():
        raise LedgerError(f"{to} is there already: name a new folder for each copy")
    to.parent.mkdir(parents=True, exist_ok=True)
    partial, pace = to.with_name(f".{to.name}{PARTIAL}"), Pace(rate)
    partial.mkdir(mode=0o700, exist_ok=True)
    blobs = Blobs(data / BLOBS)
    with blobs.kept():
        (partial / FILE).unlink(missing_ok=True)
        driver = driver or best_driver()
        _copy_database(data, partial / FILE, driver, pace, tell)
        files = {FILE: _hashed(partial / FILE)}
        with _opened(partial, driver) as connection:
            identity, revision = read_identity(connection), revision_of(connection)
            sequence = _sequence(connection)
        for name in sorted(_names(partial, driver)):
            place = f"{BLOBS}/{name[:2]}/{name}"
            files[place] = _copied_blob(data / place, partial / place, name, pace)
    for name in BESIDE:
        if (data / name).exists():
            files[name] = copied(data / name, partial / name, pace)
    if identity is None or revision is None:
        raise LedgerError(f"{data / FILE} has no identity: start the gateway once")
    write_durably(sidecar_of(partial / FILE), f"{identity}\n".encode("ascii"))
    made = Backup(to, identity, revision, now.isoformat(), sequence, files)
    write_durably(partial / MANIFEST, _manifest(made))
    for folder in sorted({(partial / place).parent for place in files}, reverse=True):
        sync_folder(folder)
    partial.rename(to)
    sync_folder(to.parent)
    return made


def read_manifest(folder: Path) -> Backup:
    """What a copy says of itself. LedgerError where it is none."""
    try:
        found = json.loads((folder / MANIFEST).read_bytes())
        if found["format"] != FORMAT:
            raise LedgerError(f"{folder} was made by another version: its format is {found['format']!r}")
        files = {str(name): (str(each["sha256"]), int(each["size"])) for name, each in found["files"].items()}
        sequence = {str(name): int(value) for name, value in found["sequence"].items()}
        made = Backup(folder, found["identity"], found["revision"], found["madeAt"], sequence, files)
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        raise LedgerError(f"{folder} is no copy of a ledger, or its {MANIFEST} is damaged") from None
    if FILE not in files or any(Path(name).is_absolute() or ".." in Path(name).parts for name in files):
        raise LedgerError(f"{folder / MANIFEST} names files that no copy has")
    return made


def faults_of(made: Backup, pace: Pace | None = None, tell: Tell = lambda _done, _all: None) -> Iterator[str]:
    """What is not as the manifest says, in words: missing, too short, changed."""
    done = 0
    for name, (sha256, size) in made.files.items():
        path = made.folder / name
        try:
            found = _hashed(path, pace)
        except OSError as error:
            yield f"{name}: {(error.strerror or 'cannot be read').lower()}"
            continue
        if found != (sha256, size):
            yield f"{name}: changed ({found[1]} bytes, {size} were written)"
        done += size
        tell(done, made.bytes)


def _copy_database(data: Path, to: Path, driver: Driver, pace: Pace, tell: Tell) -> None:
    """By SQLite's own way, page by page, out of one read transaction: what is written meanwhile is not in it, and does
    not make it begin anew."""
    source = data / FILE
    if not source.exists():
        raise LedgerError(f"there is no ledger in {data} yet: start the gateway once")
    engine = engine_for(Opening(source, driver, read_only=True))
    page = 4096
    try:
        with engine.connect() as connection, connection.begin():
            connection.execute(select(func.max(deliveries.c.position))).scalar_one()
            page = int(connection.exec_driver_sql("PRAGMA page_size").scalar_one())
            target = driver.module.connect(str(to))
            to.chmod(0o600)
            left = 0

            def step(_status: int, remaining: int, total: int) -> None:
                nonlocal left
                if left:
                    pace.passed((left - remaining) * page)
                left = remaining
                tell((total - remaining) * page, total * page)

            try:
                raw: Any = connection.connection.driver_connection
                raw.backup(target, pages=_PAGES, progress=step)
            finally:
                target.close()
    finally:
        engine.dispose()
    with to.open("rb") as file:
        os.fsync(file.fileno())


@contextmanager
def _opened(folder: Path, driver: Driver) -> Iterator[Connection]:
    engine = engine_for(Opening(folder / FILE, driver, read_only=True))
    try:
        with engine.connect() as connection, connection.begin():
            yield connection
    finally:
        engine.dispose()
        for tail in ("-wal", "-shm"):
            (folder / f"{FILE}{tail}").unlink(missing_ok=True)


def _names(folder: Path, driver: Driver) -> set[str]:
    """Files that the rows of a copy name."""
    ledger = open_ledger(folder, exclusive=False, read_only=True, driver=driver)
    try:
        return names_in(ledger)
    finally:
        ledger.close()
        for tail in ("-wal", "-shm"):
            (folder / f"{FILE}{tail}").unlink(missing_ok=True)


def _sequence(connection: Connection) -> dict[str, int]:
    asked = {
        "delivery": deliveries.c.position, "document": documents.c.sequence, "event": events.c.sequence,
        "feed": events.c.feed_position,
    }  # fmt: skip
    return {name: connection.execute(select(func.max(column))).scalar_one() or 0 for name, column in asked.items()}


def _copied_blob(source: Path, to: Path, sha256: str, pace: Pace) -> tuple[str, int]:
    if to.exists() and _hashed(to)[0] == sha256:
        return sha256, to.stat().st_size
    to.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        found = copied(source, to, pace)
    except FileNotFoundError:
        raise LedgerError(f"the content {sha256} is missing from the ledger's blobs: see wharf ledger verify") from None
    if found[0] != sha256 and not _sealed(to):
        raise LedgerError(f"the content {sha256} has changed on disk: see wharf ledger verify")
    return found


def _sealed(path: Path) -> bool:
    """Whether it is encrypted: then its name is the digest of what is in it, and only its key can tell."""
    with path.open("rb") as file:
        return head_of(file.read(64)) is not None


def copied(source: Path, to: Path, pace: Pace) -> tuple[str, int]:
    with source.open("rb") as stream, to.open("wb") as copy:
        to.chmod(0o600)
        while chunk := stream.read(_CHUNK):
            copy.write(chunk)
            pace.passed(len(chunk))
        copy.flush()
        os.fsync(copy.fileno())
    return _hashed(to)


def _hashed(path: Path, pace: Pace | None = None) -> tuple[str, int]:
    found, size = hashlib.sha256(), 0
    with path.open("rb") as stream:
        while chunk := stream.read(_CHUNK):
            found.update(chunk)
            size += len(chunk)
            if pace is not None:
                pace.passed(len(chunk))
    return found.hexdigest(), size


def _manifest(made: Backup) -> bytes:
    told = {
        "format": FORMAT, "identity": made.identity, "revision": made.revision, "madeAt": made.made_at,
        "sequence": made.sequence,
        "files": {name: {"sha256": sha256, "size": size} for name, (sha256, size) in made.files.items()},
    }  # fmt: skip
    return json.dumps(told, indent=1).encode() + b"\n"
