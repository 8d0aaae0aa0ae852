"""Whoever reads alone has nobody beside it, and everybody comes to an end."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.company import Company


class Room:
    """Counts who is inside."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._together = 0
        self._alone = 0
        self.faults: list[str] = []

    def step(self, count: int) -> Iterator[int]:
        for number in range(count):
            with self._lock:
                self._together += 1
                if self._alone:
                    self.faults.append("a step beside one that reads alone")
            with self._lock:
                self._together -= 1
            yield number

    def alone(self) -> None:
        with self._lock:
            self._alone += 1
            if self._alone > 1 or self._together:
                self.faults.append("not alone")
        with self._lock:
            self._alone -= 1


@settings(max_examples=30, deadline=None)
@given(st.lists(st.integers(-1, 30), min_size=1, max_size=12))
def test_nobody_reads_beside_one_that_reads_alone(readings: list[int]) -> None:
    """-1 reads alone, any other number takes so many steps."""
    company, room = Company(), Room()

    def read(steps: int) -> int:
        if steps < 0:
            with company.alone():
                room.alone()
            return 0
        return len(list(company.steps(room.step(steps))))

    with ThreadPoolExecutor(len(readings)) as pool:
        done = list(pool.map(read, readings, timeout=30))

    assert done == [max(0, steps) for steps in readings]
    assert room.faults == []


def test_what_is_done_between_two_steps_lets_others_read_alone() -> None:
    company = Company()
    steps = company.steps(iter([1, 2]))
    assert next(steps) == 1
    with company.alone():
        pass
    assert next(steps) == 2
