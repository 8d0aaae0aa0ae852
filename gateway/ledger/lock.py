"""One gateway per data folder: a kernel lock held for the process' lifetime."""

import contextlib
import fcntl
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from gateway.ledger.contract import LedgerError

LOCK: Final = "ledger.lock"
"""The file's name in the data folder."""


@dataclass(frozen=True, slots=True)
class ProcessLock:
    """The lock on one folder. The kernel lets go of it when the process ends, however it ends."""

    descriptor: int

    @classmethod
    def take(cls, path: Path, help: str) -> "ProcessLock":
        """Locks, and writes our process id into the file for people. LedgerError, with ``help``, where another process
        has it."""
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = os.pread(descriptor, 20, 0).decode("ascii", "replace").strip() or "unknown"
            os.close(descriptor)
            raise LedgerError(f"another gateway (process {holder}) is running on {path.parent}: {help}") from None
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, f"{os.getpid()}\n".encode("ascii"), 0)
        return cls(descriptor)

    def release(self) -> None:
        """Lets go; the file stays, so that two processes can never lock two different files of that name."""
        with contextlib.suppress(OSError):
            os.close(self.descriptor)


def holder(path: Path) -> int | None:
    """The process that holds the lock now; None where nobody does."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return None
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        text = os.pread(descriptor, 20, 0).decode("ascii", "replace").strip()
        return int(text) if text.isdigit() else None
    finally:
        os.close(descriptor)
    return None
