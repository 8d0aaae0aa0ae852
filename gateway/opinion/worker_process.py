"""Another library's reader, asked in a process of its own: whatever it does there harms nobody."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any


def run_worker(whose: str, worker: Path, sent: bytes, patience: float) -> dict[str, Any] | str:
    """What the worker says, or why it says nothing. Its script sets its own limits; ``patience`` is in seconds."""
    command = [sys.executable, "-I", str(worker)]
    try:
        done = subprocess.run(command, input=sent, capture_output=True, timeout=patience, check=False)
    except subprocess.TimeoutExpired:
        return f"{whose} was given up after {patience:g} seconds"
    if done.returncode:
        return f"{whose} was stopped: it went beyond its limits or crashed"
    found: dict[str, Any] = json.loads(done.stdout)
    return found
