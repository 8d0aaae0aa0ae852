"""Names of places in a message: ``RQD-5``, ``PID-3[2].4.1``, ``OBX[3]-5``.

A segment id with its occurrence, a field with its repetition, a component and a subcomponent, each counted from 1;
what is left out is the first.
"""

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

_PATH: Final = re.compile(
    r"(?P<tag>[A-Z][A-Z0-9]{2})(?:\[(?P<occurrence>[1-9][0-9]{0,4})\])?"
    r"-(?P<field>[1-9][0-9]{0,3})(?:\[(?P<repetition>[1-9][0-9]{0,4})\])?"
    r"(?:\.(?P<component>[1-9][0-9]{0,3})(?:\.(?P<subcomponent>[1-9][0-9]{0,3}))?)?"
)


@dataclass(frozen=True, slots=True)
class Path:
    """A place in a message."""

    tag: str
    field: int
    occurrence: int = 1
    repetition: int = 1
    component: int | None = None
    """None where the name ends before it."""
    subcomponent: int | None = None

    def __str__(self) -> str:
        text = self.tag
        if self.occurrence > 1:
            text += f"[{self.occurrence}]"
        text += f"-{self.field}"
        if self.repetition > 1:
            text += f"[{self.repetition}]"
        if self.component is not None:
            text += f".{self.component}"
        if self.subcomponent is not None:
            text += f".{self.subcomponent}"
        return text


@lru_cache(maxsize=4096)
def path_of(name: str) -> Path:
    """The place that a name means. Raises ValueError."""
    found = _PATH.fullmatch(name)
    if found is None:
        raise ValueError("a place as RQD-5, PID-3[2].4.1 or OBX[3]-5")
    number = {key: int(text) if text else None for key, text in found.groupdict().items() if key != "tag"}
    return Path(
        found["tag"],
        int(found["field"]),
        number["occurrence"] or 1,
        number["repetition"] or 1,
        number["component"],
        number["subcomponent"],
    )
