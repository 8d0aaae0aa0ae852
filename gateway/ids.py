"""Ids of things that happen once: deliveries, parcels, exceptions.

They are UUIDs of version 7 (RFC 9562, section 5.7): the time in front, so that they sort as they came.
Event ids are not made here: those are computed from content (``canonical.event.event_id``).
"""

import threading
from collections.abc import Callable
from datetime import datetime

Clock = Callable[[], datetime]
"""The time now, with its zone."""

NewId = Callable[[], str]

_MARKS = 7 << 76 | 2 << 62
_CHANCE = (1 << 80) - 1 & ~(0xF << 76) & ~(3 << 62)


def id_maker(clock: Clock, random_bytes: Callable[[int], bytes]) -> NewId:
    """A maker of ids from a clock and a source of random bytes (``os.urandom``)."""

    def new_id() -> str:
        milliseconds = int(clock().timestamp() * 1000) & ((1 << 48) - 1)
        chance = int.from_bytes(random_bytes(10), "big")
        # Version 7 in bits 48 to 51, variant 10 in bits 64 and 65.
        id = f"{milliseconds << 80 | chance & _CHANCE | _MARKS:032x}"
        return f"{id[:8]}-{id[8:12]}-{id[12:16]}-{id[16:20]}-{id[20:]}"

    return new_id


def drawn(random_bytes: Callable[[int], bytes], at_a_time: int = 4096) -> Callable[[int], bytes]:
    """The same source, asked seldom: every call of the system lets another thread go first."""
    lock = threading.Lock()
    left = memoryview(b"")

    def draw(count: int) -> bytes:
        nonlocal left
        with lock:
            if len(left) < count:
                left = memoryview(random_bytes(max(at_a_time, count)))
            found, left = left[:count], left[count:]
        return bytes(found)

    return draw
