"""Named places at which tests kill the gateway, to prove that nothing is lost there.

``WHARF_CRASH="name:N"`` ends the process with SIGKILL at the Nth pass of that place.
Unset, a pass costs one comparison.
"""

import itertools
import os
import signal
from collections.abc import Iterator
from dataclasses import dataclass

VARIABLE = "WHARF_CRASH"

CRASH_POINTS = frozenset(
    {
        "inbound.after_accept",
        "inbound.after_record",
        "inbound.before_record",
        "ledger.after_blob",
        "ledger.after_commit",
        "ledger.before_commit",
        "outbound.after_send",
        "outbound.before_mark",
    }
)
"""Every place that exists. Each one is exercised by a test."""


@dataclass(frozen=True, slots=True)
class _Armed:
    name: str
    at: int
    passes: Iterator[int]


def _armed(setting: str | None) -> _Armed | None:
    """What the setting asks for; ValueError where it names no place, so that no test passes by a slip."""
    if not setting:
        return None
    name, _, count = setting.partition(":")
    if name not in CRASH_POINTS or not (count or "1").isdigit():
        raise ValueError(f"{VARIABLE} names no crash point: {setting!r}")
    return _Armed(name, int(count or "1"), itertools.count(1))


_ARMED = _armed(os.environ.get(VARIABLE))


def crash_point(name: str) -> None:
    """Ends this process here, where a test asked for it."""
    if _ARMED is not None and _ARMED.name == name and next(_ARMED.passes) == _ARMED.at:
        os.kill(os.getpid(), signal.SIGKILL)
