"""Counts attempts with wrong keys by address, so that whoever tries many is slowed down. Small, and bounded."""

from collections import OrderedDict
from collections.abc import Callable

MOST = 10
"""Wrong attempts from one address in a window."""
WINDOW = 60.0
"""Seconds."""
_ADDRESSES = 4096
_GOOD = 1024


class Attempts:
    """Remembers wrong attempts, and keys that were right shortly before: these are never held up by others that come
    from the same address."""

    def __init__(self, monotonic: Callable[[], float]) -> None:
        self._monotonic = monotonic
        self._wrong: OrderedDict[str, tuple[int, float]] = OrderedDict()
        """Address to how many, and when its window began."""
        self._good: OrderedDict[str, None] = OrderedDict()

    def wait(self, address: str, digest: str) -> int:
        """Seconds that this address has to wait with this key; 0 for none."""
        if digest in self._good:
            return 0
        count, began = self._wrong.get(address, (0, 0.0))
        left = began + WINDOW - self._monotonic()
        return max(1, int(left)) if count >= MOST and left > 0 else 0

    def wrong(self, address: str, digest: str) -> None:
        """One more wrong attempt."""
        self._good.pop(digest, None)
        now = self._monotonic()
        count, began = self._wrong.pop(address, (0, now))
        self._wrong[address] = (count + 1, began) if now - began < WINDOW else (1, now)
        while len(self._wrong) > _ADDRESSES:
            self._wrong.popitem(last=False)

    def right(self, digest: str) -> None:
        """The key opened the door."""
        self._good[digest] = None
        self._good.move_to_end(digest)
        while len(self._good) > _GOOD:
            self._good.popitem(last=False)
