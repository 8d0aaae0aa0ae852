"""How many files the process may open, and how many it has open."""

import contextlib
import resource
from pathlib import Path
from typing import Final

_OPEN: Final = Path("/proc/self/fd")
FULL_SHARE: Final = 0.9
"""Share of the allowed files from which on they run out."""


def raise_limit() -> int:
    """Allows this process as many open files as the system lets it have; returns how many those are."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft != hard:
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    return resource.getrlimit(resource.RLIMIT_NOFILE)[0]


def nearly_out() -> bool:
    """Whether nearly all are open. Where they cannot even be counted, they are."""
    limit, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    if limit == resource.RLIM_INFINITY:
        return False
    try:
        return sum(1 for _ in _OPEN.iterdir()) > limit * FULL_SHARE
    except FileNotFoundError:
        return False
    except OSError:
        return True
