"""A power cut of the rig loses what was not synced, and only that."""

import contextlib
import os
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.rigs.powercut import Disk, power_cuts


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Disk]:
    with power_cuts(tmp_path / "power") as own:
        yield own


def write(path: Path, content: bytes, *, sync: bool) -> None:
    with path.open("wb") as file:
        file.write(content)
        file.flush()
        if sync:
            os.fsync(file.fileno())
    if sync:
        sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    os.fsync(descriptor)
    os.close(descriptor)


def test_what_was_synced_is_there_and_what_was_not_is_gone(disk: Disk) -> None:
    write(disk.folder / "kept", b"kept", sync=True)
    write(disk.folder / "lost", b"lost" * 1000, sync=False)
    disk.cut()
    with pytest.raises(OSError, match="Input/output error"):
        write(disk.folder / "after", b"after", sync=True)
    disk.restore()
    assert (disk.folder / "kept").read_bytes() == b"kept"
    lost = disk.folder / "lost"
    assert not lost.exists() or lost.read_bytes() == b""


def test_a_rename_comes_back_where_its_folder_was_not_synced(disk: Disk) -> None:
    for name in ("synced", "loose"):
        write(disk.folder / name, b"content", sync=True)
    (disk.folder / "synced").rename(disk.folder / "synced-moved")
    sync_folder(disk.folder)
    (disk.folder / "loose").rename(disk.folder / "loose-moved")
    disk.cut()
    disk.restore()
    assert sorted(path.name for path in disk.folder.iterdir() if path.is_file()) == ["loose", "synced-moved"]


@pytest.mark.parametrize(
    ("journal", "synchronous", "kept"),
    [("WAL", "FULL", 20), ("DELETE", "EXTRA", 20), ("DELETE", "FULL", 19), ("WAL", "NORMAL", 0)],
)
def test_a_database_keeps_its_commits_only_where_it_syncs_them(
    disk: Disk, journal: str, synchronous: str, kept: int
) -> None:
    """The negative control of every test that rests on this rig: durability that is switched off is seen."""
    path = disk.folder / "some.db"
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute(f"PRAGMA journal_mode={journal}")
        connection.execute("CREATE TABLE rows (n INTEGER)")
        os.sync()
        connection.execute(f"PRAGMA synchronous={synchronous}")
        for n in range(20):
            connection.execute("INSERT INTO rows VALUES (?)", (n,))
        disk.cut()
    disk.restore()
    with contextlib.closing(sqlite3.connect(path)) as again:
        assert again.execute("SELECT count(*) FROM rows").fetchone() == (kept,)
