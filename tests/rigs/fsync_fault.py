"""The disk fails: the Nth fsync, write, rename or unlink on chosen paths goes wrong in a process that a test starts.

A small shared library stands between the process and libc (LD_PRELOAD), so that SQLite's own calls are met as well as
Python's. It counts the calls on the chosen paths, over all processes that share the environment, and gives the error
to the Nth of them, or to a stretch from there on; or it ends the process by SIGKILL in place of the Nth call. A test
that begins with N = 1 and goes on until ``Faults.struck`` is 0 has tried every call there is.
"""

import os
import shutil
import struct
import subprocess
from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path

from tests.rigs.mounting import need, run

_SOURCE = Path(__file__).with_suffix(".c")
FOR_EVER = 1 << 40
"""As ``last``: the disk does not come back."""


class Fault(StrEnum):
    """What happens at the call."""

    EIO = "EIO"
    ENOSPC = "ENOSPC"
    KILL = "KILL"
    """The process ends there, before the call."""


class Call(StrEnum):
    """What is counted together."""

    SYNC = "sync"
    """fsync and fdatasync, of files and of folders."""
    WRITE = "write"
    """write and pwrite."""
    RENAME = "rename"
    UNLINK = "unlink"


DURABLE = (Call.SYNC,)
ALL_CALLS = tuple(Call)


class Faults:
    """One plan of faults and what came of it."""

    def __init__(self, library: Path, counter: Path, env: dict[str, str]) -> None:
        self._counter = counter
        self.env = {"LD_PRELOAD": str(library), "FAULT_COUNT": str(counter), **env}
        """For the process that is to meet them; its children meet them too."""

    @property
    def calls(self) -> int:
        """Calls on the chosen paths so far."""
        return self._read()[0]

    @property
    def struck(self) -> int:
        """Calls that met the fault; 0 where the run was never touched."""
        return self._read()[1]

    def _read(self) -> tuple[int, int]:
        calls, struck = struct.unpack("qq", self._counter.read_bytes())
        return calls, struck


class FaultLibrary:
    """The library, made once for a run of tests; makes plans of faults."""

    def __init__(self, folder: Path) -> None:
        need(None if shutil.which("gcc") else "faults of the disk need gcc")
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        self._library = folder / "fsync_fault.so"
        self._plans = 0
        if not self._library.exists():
            partial = folder / f".{os.getpid()}.so"
            run("gcc", "-shared", "-fPIC", "-O1", "-Wall", "-Werror", "-o", partial, _SOURCE, "-ldl")
            partial.rename(self._library)

    @property
    def preloaded(self) -> dict[str, str]:
        """For a process that forks: what it forks may have plans of its own."""
        return {"LD_PRELOAD": str(self._library)}

    def plan(
        self,
        fault: Fault,
        nth: int,
        *paths: str | Path,
        calls: Sequence[Call] = DURABLE,
        last: int | None = None,
    ) -> Faults:
        """The fault at the ``nth`` call (from 1; 0 for none, to count only) on a path that contains one of ``paths``.

        ``last``: the last call that meets it; only the ``nth`` where it is None.
        """
        assert paths, "name the paths, else the test runner's own files are met"
        self._plans += 1
        counter = self._folder / f"count-{os.getpid()}-{self._plans}"
        counter.write_bytes(bytes(16))
        env = {
            "FAULT_DO": fault.value,
            "FAULT_PATHS": ":".join(map(str, paths)),
            "FAULT_CALLS": ",".join(calls),
            "FAULT_FIRST": str(nth),
            "FAULT_LAST": str(nth if last is None else last),
        }
        return Faults(self._library, counter, env)


def ran(command: Sequence[str], faults: Faults, seconds: float = 60) -> "subprocess.CompletedProcess[bytes]":
    """Runs a command to its end under a plan."""
    env = {**os.environ, **faults.env}
    return subprocess.run(command, env=env, capture_output=True, check=False, timeout=seconds)
