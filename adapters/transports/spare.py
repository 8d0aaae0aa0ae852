"""Keeps descriptors free for the ledger and for files under way, whatever callers do.

The kernel gives each new file or connection the lowest free number. One that is near the limit tells that nearly all
are taken, without counting them.
"""

import resource
from typing import Final

RESERVE: Final = 64
"""Descriptors that connections of callers never take; where few are allowed, a quarter of them."""


def too_high(descriptor: int) -> bool:
    """Whether a caller's connection with this number takes what is kept for others: then it is closed at once."""
    limit, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return limit != resource.RLIM_INFINITY and descriptor >= limit - min(RESERVE, limit // 4)
