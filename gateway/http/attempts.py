"""Counts attempts with wrong keys by address, so that whoever tries many is slowed down. Small, and bounded."""

import math
from collections import OrderedDict
from collections.abc import Callable

MOST = 10
"""Wrong attempts from one address at once; after that one a second."""
_ADDRESSES = 4096
_GOOD = 1024


class Attempts:
    """Remembers wrong attempts, and keys that were right shortly before: these are never held up by others that come
    from the same address."""

    def __init__(self, monotonic: Callable[[], float]) -> None:
        self._monotonic = monotonic
        self._wrong: OrderedDict[str, tuple[float, float]] = OrderedDict()
        """Address to how many, one less each second, and when that was so."""
        self._good: OrderedDict[str, None] = OrderedDict()

    def wait(self, address: str, digest: str) -> int:
        """Seconds that this address has to wait with this key; 0 for none."""
        if digest in self._good:
            return 0
        return max(0, math.ceil(self._count(address) - MOST + 1))

    def wrong(self, address: str, digest: str) -> None:
        """One more wrong attempt."""
        self._good.pop(digest, None)
        self._wrong[address] = (self._count(address) + 1, self._monotonic())
        self._wrong.move_to_end(address)
        while len(self._wrong) > _ADDRESSES:
            self._wrong.popitem(last=False)

    def right(self, digest: str) -> None:
        """The key opened the door."""
        self._good[digest] = None
        self._good.move_to_end(digest)
        while len(self._good) > _GOOD:
            self._good.popitem(last=False)

    def _count(self, address: str) -> float:
        count, at = self._wrong.get(address, (0.0, 0.0))
        return max(0.0, count - (self._monotonic() - at))
