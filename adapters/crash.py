"""Named places at which tests kill the process, to prove that nothing is lost there.

``WHARF_CRASH="name:N"`` ends the process with SIGKILL at the Nth pass of that place. Unset, a pass costs one
comparison. The places of the gateway itself, and the check of the setting, are in ``gateway/crash.py``.
"""

import itertools
import os
import signal
from collections.abc import Iterator
from dataclasses import dataclass, field

VARIABLE = "WHARF_CRASH"

TRANSPORT_POINTS = frozenset(
    {
        "drop.after_move",
        "drop.after_note",
        "drop.after_sync",
        "drop.after_take",
        "drop.before_move",
        "drop.parcel_named",
        "drop.parcel_written",
        "mllp.after_answer",
        "mllp.after_receive",
        "mllp.before_answer",
        "mllp.parcel_sent",
        "sftp.after_fetch",
        "sftp.after_move",
        "sftp.before_move",
        "sftp.parcel_named",
        "sftp.parcel_written",
        "soap_poll.after_confirm",
        "soap_poll.before_confirm",
    }
)
"""The places in transports."""


@dataclass(slots=True)
class _Trap:
    """The one place that is armed in this process; none as a rule."""

    name: str | None = None
    at: int = 0
    passes: Iterator[int] = field(default_factory=itertools.count)


_TRAP = _Trap()


def arm(setting: str | None) -> None:
    """Sets the trap as the setting says; nothing where it says nothing. ValueError where it is not ``name:N``."""
    name, _, count = (setting or "").partition(":")
    if not (count or "1").isdigit():
        raise ValueError(f"{VARIABLE} is not name:N, but {setting!r}")
    _TRAP.name, _TRAP.at, _TRAP.passes = name or None, int(count or "1"), itertools.count(1)


def crash_point(name: str) -> None:
    """Ends this process here, where a test asked for it."""
    if _TRAP.name is not None and _TRAP.name == name and next(_TRAP.passes) == _TRAP.at:
        os.kill(os.getpid(), signal.SIGKILL)


arm(os.environ.get(VARIABLE))
