"""The loop over a named place: the gateway dies at the first pass, the next start at the second, until none dies."""

import contextlib
import signal
import time

import pytest

from tests.rigs.gateway import Gateway
from tests.rigs.traffic import Traffic

MOST = 40
"""Starts after which something goes in a circle."""
QUIET = 0.15
"""Seconds for which nothing more may come, when all seems done."""


def ends_untouched(own: Gateway, traffic: Traffic) -> bool:
    """Waits for the end of all that is to be done, or of the process; whether the process lived."""
    deadline = time.monotonic() + 30
    while own.exit_code is None:
        assert time.monotonic() < deadline, f"it comes to no end\n{own.log[-3000:]}"
        with contextlib.suppress(OSError):
            if traffic.step(own):
                time.sleep(QUIET)
                if own.exit_code is None and traffic.step(own):
                    return True
        time.sleep(0.01)
    return False


def crashed_until_untouched(own: Gateway, traffic: Traffic, point: str | None) -> int:
    """Starts it again and again, each time dying one pass later; how often it died."""
    for nth in range(1, MOST + 1):
        own.arm(f"{point}:{nth}" if point else None)
        own.launch()
        if ends_untouched(own, traffic):
            return nth - 1
        assert own.exit_code == -signal.SIGKILL, own.log[-3000:]
    pytest.fail(f"after {MOST} starts it was not through")
