"""How long to wait before the next attempt: exponential backoff with full jitter. No clock.

Source: Brooker, "Exponential Backoff And Jitter", AWS Architecture Blog, 2015.
"""

from datetime import timedelta

LEAST = timedelta(seconds=1)


def wait(attempts: int, random: float, longest: timedelta) -> timedelta:
    """After so many failed attempts: between one second and one second more than 2^attempts seconds, up to ``longest``.

    ``random`` is from 0 to 1: waits are spread, so that many parcels do not come back at once.
    """
    top = min(timedelta(seconds=2.0 ** min(attempts, 24)), longest)
    return min(LEAST + top * random, longest)


def rest(trips: int, first: timedelta, random: float, longest: timedelta) -> timedelta:
    """How long a destination is left alone when it failed for the ``trips``-th time in a row, from 1.

    Half of it is certain: a destination that is away is not called at once because of a small random number.
    """
    top = min(first * (2.0 ** min(max(trips - 1, 0), 16)), longest)
    return top / 2 + top / 2 * random
