"""Company: deliveries are read side by side, but one that is under suspicion reads with nobody beside it.

Where the process ends, whatever was being read might have ended it. Read alone, a delivery is blamed for nothing but
its own doing.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TypeVar

T = TypeVar("T")


class Company:
    """Says who may read now, among the threads of this process."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._together = 0
        self._alone = 0
        """Those that read alone or wait for it; nobody begins a step beside them."""

    def steps(self, items: Iterator[T]) -> Iterator[T]:
        """The same items, each taken while nobody reads alone. What the taker does between them hinders nobody."""
        while True:
            self._enter()
            try:
                item = next(items)
            except StopIteration:
                return
            finally:
                self._leave()
            yield item

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Begins when all steps under way are done; until it ends no other one begins."""
        with self._changed:
            self._alone += 1
            self._changed.wait_for(lambda: self._together == 0)
            self._together += 1
        try:
            yield
        finally:
            with self._changed:
                self._together -= 1
                self._alone -= 1
                self._changed.notify_all()

    def _enter(self) -> None:
        with self._changed:
            self._changed.wait_for(lambda: self._alone == 0)
            self._together += 1

    def _leave(self) -> None:
        with self._changed:
            self._together -= 1
            if self._together == 0:
                self._changed.notify_all()
