"""What a running gateway holds: memory, descriptors, threads, its log of writes, its backlog."""

import csv
import json
import os
import time
from dataclasses import asdict, dataclass, fields
from pathlib import Path

from tests.rigs.gateway import Gateway
from tests.soak.load import Load

_PAGE = os.sysconf("SC_PAGE_SIZE")


@dataclass(frozen=True)
class Sample:
    """One look."""

    minute: float
    memory_mb: float
    descriptors: int
    threads: int
    wal_mb: float
    backlog: int
    taken: int


def sample(house: Gateway, load: Load, began: float) -> Sample:
    """Looks at the process from outside, and at what it tells."""
    process = Path(f"/proc/{house.pid}")
    wal = house.data / "ledger.db-wal"
    told = json.loads(house.get("/readyz")[1])["backlog"] or {}
    return Sample(
        minute=round((time.monotonic() - began) / 60, 3),
        memory_mb=round(int((process / "statm").read_text().split()[1]) * _PAGE / 1e6, 1),
        descriptors=_entries(process / "fd"),
        threads=_entries(process / "task"),
        wal_mb=round(wal.stat().st_size / 1e6, 1) if wal.exists() else 0.0,
        backlog=int(told.get("events", 0)),
        taken=sum(load.taken.values()),
    )


def _entries(folder: Path) -> int:
    return sum(1 for _ in folder.iterdir())


def write(samples: list[Sample], path: Path) -> None:
    """As a table for whoever wants to look closer."""
    with path.open("w", newline="") as file:
        table = csv.DictWriter(file, [each.name for each in fields(Sample)])
        table.writeheader()
        table.writerows(asdict(each) for each in samples)


def growth(samples: list[Sample], name: str) -> float:
    """How much the second half of a run lies above its first, by medians, after the first tenth of warming up."""
    values = sorted_halves(samples, name)
    return values[1] / values[0] - 1 if values[0] else 0.0


def sorted_halves(samples: list[Sample], name: str) -> tuple[float, float]:
    """The medians of both halves."""
    warm = samples[len(samples) // 10 :]
    middle = len(warm) // 2
    return _median([getattr(each, name) for each in warm[:middle]]), _median(
        [getattr(each, name) for each in warm[middle:]]
    )


def _median(values: list[float]) -> float:
    return sorted(values)[len(values) // 2] if values else 0.0
