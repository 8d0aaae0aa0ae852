"""The library meets exactly the call that was asked for, on the paths that were asked for."""

import signal
import sys
from pathlib import Path

import pytest

from tests.rigs.fsync_fault import ALL_CALLS, FOR_EVER, Call, Fault, FaultLibrary, ran

SYNCS = """
import os, sys
from pathlib import Path
for n in range(4):
    file = os.open(Path(sys.argv[1]) / "file", os.O_WRONLY | os.O_CREAT)
    try:
        os.write(file, b"x")
        os.fsync(file)
        print("ok")
    except OSError as error:
        print(error.strerror)
"""
COMMITS = """
import sys
from gateway.ledger.sqlite import best_driver
module = best_driver().module
connection = module.connect(sys.argv[1] + "/some.db", isolation_level=None)
connection.execute("PRAGMA journal_mode=WAL")
connection.execute("CREATE TABLE rows (n INTEGER)")
for n in range(3):
    try:
        connection.execute("INSERT INTO rows VALUES (?)", (n,))
    except module.Error as error:
        print(error.sqlite_errorname)
"""
MOVES = """
import os, sys
from pathlib import Path
from adapters.transports.drop.moving import rename_exclusive
folder = Path(sys.argv[1])
(folder / "a").write_bytes(b"a")
here = os.open(folder, os.O_RDONLY)
rename_exclusive("a", "b", here, here)
(folder / "b").rename(folder / "c")
(folder / "c").unlink()
"""


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> FaultLibrary:
    return FaultLibrary(tmp_path_factory.mktemp("library"))


def outcome(library: FaultLibrary, folder: Path, *plan: object, **more: object) -> tuple[list[str], int]:
    faults = library.plan(*plan, folder, **more)  # type: ignore[arg-type]
    done = ran([sys.executable, "-c", SYNCS, str(folder)], faults)
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout.decode().split("\n")[:-1], faults.struck


def test_the_nth_sync_fails_and_no_other(tmp_path: Path, library: FaultLibrary) -> None:
    assert outcome(library, tmp_path, Fault.EIO, 2) == (["ok", "Input/output error", "ok", "ok"], 1)
    assert outcome(library, tmp_path, Fault.EIO, 5) == (["ok"] * 4, 0)
    assert outcome(library, tmp_path, Fault.ENOSPC, 3, last=FOR_EVER) == (
        ["ok", "ok", "No space left on device", "No space left on device"], 2
    )  # fmt: skip


def test_writes_are_met_where_they_are_asked_for(tmp_path: Path, library: FaultLibrary) -> None:
    lines, struck = outcome(library, tmp_path, Fault.ENOSPC, 1, calls=(Call.WRITE, Call.SYNC))
    assert (lines, struck) == (["No space left on device", "ok", "ok", "ok"], 1)


def test_other_paths_are_left_alone(tmp_path: Path, library: FaultLibrary) -> None:
    faults = library.plan(Fault.EIO, 1, tmp_path / "elsewhere")
    done = ran([sys.executable, "-c", SYNCS, str(tmp_path)], faults)
    assert (done.stdout.decode().split(), faults.calls, faults.struck) == (["ok"] * 4, 0, 0)


def test_the_ledgers_own_sqlite_is_met(tmp_path: Path, library: FaultLibrary) -> None:
    counted = library.plan(Fault.EIO, 0, tmp_path)
    ran([sys.executable, "-c", COMMITS, str(tmp_path)], counted)
    faults = library.plan(Fault.EIO, counted.calls, tmp_path)
    (tmp_path / "some.db").unlink()
    done = ran([sys.executable, "-c", COMMITS, str(tmp_path)], faults)
    assert counted.calls >= 4
    assert faults.struck == 1
    assert b"IOERR" in done.stdout or done.stdout == b""


def test_the_process_dies_at_each_call_in_turn(tmp_path: Path, library: FaultLibrary) -> None:
    """Renames by renameat2 are met too, as those of the drop channel."""
    reached = []
    for nth in range(1, 12):
        folder = tmp_path / str(nth)
        folder.mkdir()
        faults = library.plan(Fault.KILL, nth, folder, calls=ALL_CALLS)
        done = ran([sys.executable, "-c", MOVES, str(folder)], faults)
        assert done.returncode == (-signal.SIGKILL if faults.struck else 0), done.stderr.decode()
        if not faults.struck:
            break
        reached.append(sorted(path.name for path in folder.iterdir()))
    assert reached == [["a"], ["a"], ["b"], ["c"]]
