"""File systems of a test's own: who may mount them, and an unmount that is sure.

Mounting needs root, and power cuts need a loop device too. Where they are missing, tests that need them are skipped
with that reason; a run that says ``CI`` fails instead, so that nothing is left out in silence.
"""

import os
import subprocess
import time
from pathlib import Path

import pytest

UNMOUNT_SECONDS = 20.0


def need(missing: str | None) -> None:
    """Skips, or fails in CI, where something is missing."""
    if missing is None:
        return
    if "CI" in os.environ:
        pytest.fail(f"not possible here: {missing}; CI runs as root on a machine that has it")
    pytest.skip(f"not possible here: {missing}")


def no_root() -> str | None:
    """Why nothing can be mounted; None where it can."""
    return None if os.geteuid() == 0 else "mounting needs root"


def run(*command: str | Path) -> None:
    """One command of the system; its own words where it fails."""
    done = subprocess.run([str(part) for part in command], capture_output=True, check=False)
    assert done.returncode == 0, f"{command[0]}: {done.stderr.decode(errors='replace')}"


def unmount(folder: Path) -> None:
    """Waits until nobody holds the file system any more, and lets go of it. What holds it is told where it lasts."""
    deadline = time.monotonic() + UNMOUNT_SECONDS
    while folder.is_mount():
        done = subprocess.run(["umount", str(folder)], capture_output=True, check=False)
        if done.returncode == 0:
            continue
        if time.monotonic() > deadline:
            subprocess.run(["umount", "-l", str(folder)], check=False)
            pytest.fail(f"{folder} is still in use: {done.stderr.decode(errors='replace')}")
        time.sleep(0.05)
