"""What a drop channel needs to know: its folder, its patience, its limits."""

import math
from dataclasses import dataclass
from pathlib import Path

MIB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class DropSettings:
    """The settings of one drop channel; ``done/``, ``rejected/`` and ``out/`` are siblings of its folder.

    Raises ValueError, with a text for a person, where a value makes no sense.
    """

    path: Path
    """The folder that senders write into."""
    poll: float = 1.0
    """Seconds between two looks into the folder; a watch only makes them sooner."""
    settle: float = 1.0
    """Seconds that a file rests unchanged before it counts as whole."""
    workers: int = 8
    """Files handed in at the same time."""
    max_bytes: int = 2048 * MIB
    """A larger file is not read; it goes to ``rejected/`` with a note."""
    memory_limit: int = 64 * MIB
    """A larger file is not held in memory; a private copy of it is mapped."""

    def __post_init__(self) -> None:
        for name, value in (("poll", self.poll), ("settle", self.settle)):
            if not (math.isfinite(value) and 0 < value <= 3600):
                raise ValueError(f"{name} is {value}; it takes seconds, above 0 and up to 3600")
        if not 1 <= self.workers <= 64:
            raise ValueError(f"workers is {self.workers}; it takes 1 to 64")
        if self.max_bytes < 1 or self.memory_limit < 1:
            raise ValueError("max_bytes and memory_limit take at least 1 byte")
        if self.path.name in ("", "..", "done", "rejected", "out"):
            raise ValueError(
                f"the folder {self.path} needs a name of its own, other than its siblings done, rejected and out"
            )

    @property
    def done(self) -> Path:
        """Where taken files go."""
        return self.path.parent / "done"

    @property
    def rejected(self) -> Path:
        """Where refused and quarantined files go, each with its problems beside it."""
        return self.path.parent / "rejected"

    @property
    def out(self) -> Path:
        """Where outbound files lie, one folder for each partner."""
        return self.path.parent / "out"
