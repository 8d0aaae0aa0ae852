"""Caution: whether the gateway before this one ended without a word, and for how long that makes this one careful.

A message from a line is read before it is durable, so one that ends the process leaves no trace: its sender sends it
again, and the process ends again. After such an end live messages are made durable and counted first, as files are.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Final

import structlog

MARKER: Final = "running"
"""A file in the data folder: there while the gateway runs, and after an end that was not clean. It holds how many
ends were not clean since the last that was."""

FIRST: Final = 3600.0
"""Seconds of care after one such end. Each further one doubles them: whoever ends the process sends again by its own
clock, and that may be once a night."""
LONGEST: Final = 7 * 24 * 3600.0

log = structlog.get_logger(__name__)


class Caution:
    """Knows the marker, and tells whether to be careful now."""

    def __init__(self, data: Path, monotonic: Callable[[], float]) -> None:
        self._marker = data / MARKER
        self._monotonic = monotonic
        self._until = 0.0

    def begin(self) -> None:
        """Called once before anything is received."""
        ends = self._ends()
        if ends:
            seconds = min(FIRST * 2 ** min(ends - 1, 20), LONGEST)
            self._until = self._monotonic() + seconds
            log.warning("the last end was not clean; live messages are kept before they are read", seconds=int(seconds))
        try:
            self._marker.write_text(f"{ends}\n", "ascii")
        except OSError as error:
            log.warning("an end that is not clean will not be known", reason=error.strerror)

    def careful(self) -> bool:
        """Whether what arrives on a line is made durable before it is read."""
        return self._monotonic() < self._until

    def end(self) -> None:
        """A clean end: nothing was wrong with what was read."""
        try:
            self._marker.unlink(missing_ok=True)
        except OSError as error:
            log.warning("the next start will be a careful one", reason=error.strerror)

    def _ends(self) -> int:
        """How many ends were not clean since the last that was."""
        try:
            text = self._marker.read_text("ascii").strip()
        except FileNotFoundError:
            return 0
        except (OSError, ValueError):
            return 1
        return int(text) + 1 if text.isdigit() and len(text) < 9 else 1
