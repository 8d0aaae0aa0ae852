"""How much one request may have read again: bytes and time, so that the gateway's own work goes on."""

import time
from collections.abc import Callable
from dataclasses import dataclass


class TooMuchError(ValueError):
    """Reading would take more than was allowed. Its text is for a person."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """Of one look."""

    bytes: int = 64 << 20
    """Of all deliveries together."""
    seconds: float = 20.0


class Watched:
    """One look under way."""

    def __init__(self, bounds: Bounds | None, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._bounds = bounds
        self._monotonic = monotonic
        self._began = monotonic()

    def sized(self, size: int) -> None:
        """So many bytes are to be read. Raises TooMuchError."""
        if self._bounds is not None and size > self._bounds.bytes:
            raise TooMuchError(
                f"the deliveries that fit have {size / 1e6:,.1f} MB, and one request reads "
                f"{self._bounds.bytes / 1e6:,.1f} MB: {_INSTEAD}"
            )

    def going(self) -> None:
        """Called between messages. Raises TooMuchError."""
        if self._bounds is not None and self._monotonic() - self._began > self._bounds.seconds:
            raise TooMuchError(f"reading took more than {self._bounds.seconds:g} seconds: {_INSTEAD}")


_INSTEAD = "narrow it, as by since and until, or use wharf messages replay beside the gateway"
