"""Durations as people write them in settings: 30s, 5m, 4h, 2d."""

import re
from datetime import timedelta
from typing import Annotated, Any

from pydantic import BeforeValidator

_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}
_TEXT = re.compile(r"([0-9]{1,6})([smhd])")


def duration(value: Any) -> Any:
    """The duration in a text; anything else as it is. Raises ValueError for a text that is none, or nothing at all."""
    if not isinstance(value, str):
        if isinstance(value, timedelta):
            return value
        raise ValueError("not a duration")
    found = _TEXT.fullmatch(value)
    if found is None or not int(found[1]):
        raise ValueError("not a duration")
    return timedelta(**{_UNITS[found[2]]: int(found[1])})


def in_words(seconds: int) -> str:
    """The shortest text for a number of seconds, in the largest unit that is whole."""
    for unit, size in (("d", 86400), ("h", 3600), ("m", 60)):
        if seconds and seconds % size == 0:
            return f"{seconds // size}{unit}"
    return f"{seconds}s"


Duration = Annotated[timedelta, BeforeValidator(duration)]
"""As ``4h``: a whole number of seconds, minutes, hours or days, more than none."""
