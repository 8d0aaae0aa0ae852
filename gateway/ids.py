"""Ids of things that happen once: deliveries, parcels, exceptions.

They are UUIDs of version 7 (RFC 9562, section 5.7): the time in front, so that they sort as they came.
Event ids are not made here: those are computed from content (``canonical.event.event_id``).
"""

import uuid
from collections.abc import Callable
from datetime import datetime

Clock = Callable[[], datetime]
"""The time now, with its zone."""

NewId = Callable[[], str]


def id_maker(clock: Clock, random_bytes: Callable[[int], bytes]) -> NewId:
    """A maker of ids from a clock and a source of random bytes (``os.urandom``)."""

    def new_id() -> str:
        milliseconds = int(clock().timestamp() * 1000) & ((1 << 48) - 1)
        raw = bytearray(milliseconds.to_bytes(6, "big") + random_bytes(10))
        raw[6] = (raw[6] & 0x0F) | 0x70
        raw[8] = (raw[8] & 0x3F) | 0x80
        return str(uuid.UUID(bytes=bytes(raw)))

    return new_id
