"""What the gateway's process keeps to itself: its memory holds keys, passwords and patients."""

import ctypes
import resource
import sys

import structlog

_PR_SET_DUMPABLE = 4
"""prctl(2): no core is dumped, and no process of the same user may look into the memory (ptrace(2), /proc/PID/mem)."""

log = structlog.get_logger(__name__)


def keep_memory_private() -> bool:
    """No core dumps, and no debugger that was not there before; false where the system does not let us."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform != "linux":
        return False
    libc = ctypes.CDLL(None, use_errno=True)
    private: bool = libc.prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0) == 0
    if not private:
        log.warning("the memory of this process can be dumped")
    return private
