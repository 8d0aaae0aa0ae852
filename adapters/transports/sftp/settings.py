"""What an SFTP channel needs to know besides its server: its folders, its patience, its limits."""

import math
from dataclasses import dataclass
from enum import StrEnum

MIB = 1024 * 1024


class After(StrEnum):
    """What becomes of a file on the server once it has its receipt."""

    RENAME = "rename"
    DELETE = "delete"


@dataclass(frozen=True, slots=True)
class InboxSettings:
    """The folder that files are fetched from. Raises ValueError, with a text for a person."""

    folder: str
    poll: float = 30.0
    """Seconds between two looks into the folder."""
    settle: float = 5.0
    """Seconds that a file rests unchanged before it counts as whole."""
    after: After = After.RENAME
    done: str = "done"
    """A folder, in the inbox where it is relative; or, with a dot in front, a suffix that taken files get."""
    rejected: str = "rejected"
    """The same, for refused and quarantined files."""
    pattern: tuple[str, ...] = ()
    """Names to take, as ``*.edi``; empty for all."""
    ignore: tuple[str, ...] = ()
    """Names to leave, besides those of unfinished files."""
    max_bytes: int = 2048 * MIB
    workers: int = 4
    """Files fetched and handed in at the same time, each over a connection of its own."""
    memory_limit: int = 64 * MIB
    """A larger file is not held in memory; its copy on the disk is mapped."""

    def __post_init__(self) -> None:
        for name, value in (("poll", self.poll), ("settle", self.settle)):
            if not (math.isfinite(value) and 0 < value <= 86_400):
                raise ValueError(f"{name} is {value}; it takes seconds, above 0 and up to 86400")
        if not 1 <= self.workers <= 16:
            raise ValueError(f"workers is {self.workers}; it takes 1 to 16")
        if self.max_bytes < 1 or self.memory_limit < 1:
            raise ValueError("max_bytes and memory_limit take at least 1 byte")


@dataclass(frozen=True, slots=True)
class OutboxSettings:
    """The folder that files are put into. Raises ValueError, with a text for a person."""

    folder: str
    temporary: str = ".{name}.part"
    """What a file is called until it is whole."""

    def __post_init__(self) -> None:
        if self.temporary.count("{name}") != 1 or "/" in self.temporary or self.temporary == "{name}":
            raise ValueError(f"{self.temporary!r} is no temporary name; it takes {{name}} and something around it")
