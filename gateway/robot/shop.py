"""The robot's shop: looks for orders at a counter, and puts the answers there when their time has come."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Protocol

from adapters.contracts import AdapterError
from gateway.robot.supplier import Refused, Reply, Supplier


class Counter(Protocol):
    """Where hospital and supplier exchange files. All calls raise AdapterError where the world fails."""

    def waiting(self) -> list[str]:
        """Names of the files for the supplier that are whole, oldest first."""

    def take(self, name: str) -> bytes:
        """The content of one, which is gone from the counter then."""

    def put(self, name: str, content: bytes) -> None:
        """A file for the hospital, there as a whole or not at all."""


@dataclass(frozen=True, slots=True)
class Told:
    """One line about what the robot did."""

    at: datetime
    what: str
    """``took``, ``put``, ``no order``, ``cannot write`` or ``waits``."""
    name: str
    detail: str = ""


@dataclass(slots=True)
class Shop:
    """Serves one counter."""

    counter: Counter
    supplier: Supplier
    clock: Callable[[], datetime]
    _due: list[tuple[float, int, Reply]] = field(default_factory=list)
    _count: int = 0

    def step(self, elapsed: float) -> Iterator[Told]:
        """One look: takes what waits, and puts what is due after so many seconds since the shop opened."""
        for name in self.counter.waiting():
            content = self.counter.take(name)
            now = self.clock()
            answers = list(self.supplier.replies(content, now))
            yield Told(now, "took" if answers else "no order", name, f"{len(content)} bytes")
            for answer in answers:
                if isinstance(answer, Refused):
                    yield Told(now, "cannot write", answer.kind, answer.reason)
                else:
                    self._count += 1
                    self._due.append((elapsed + answer.delay, self._count, answer))
        self._due.sort(key=lambda entry: entry[:2])
        while self._due and self._due[0][0] <= elapsed:
            reply = self._due[0][2]
            self.counter.put(reply.name, reply.content)
            self._due.pop(0)
            yield Told(self.clock(), "put", reply.name)

    @property
    def idle(self) -> bool:
        """Whether nothing is waiting for its time."""
        return not self._due


def serve(
    shop: Shop, tell: Callable[[Told], None], *, every: float, orders: int | None, stop: Callable[[], bool]
) -> None:
    """Serves until told to stop, or until so many orders were answered in full. ``every``: seconds between looks."""
    began = time.monotonic()
    taken = 0
    while not stop():
        try:
            for told in shop.step(time.monotonic() - began):
                taken += told.what == "took"
                tell(told)
        except AdapterError as error:
            tell(Told(shop.clock(), "waits", str(error)))
        if orders is not None and taken >= orders and shop.idle:
            return
        time.sleep(every)


class FolderCounter:
    """A pair of folders: of a drop channel, or of an SFTP server that the supplier runs itself."""

    def __init__(self, orders: Path, answers: Path) -> None:
        """``orders`` is what the hospital writes into, ``answers`` what it reads from."""
        self._orders = orders
        self._answers = answers

    def waiting(self) -> list[str]:
        """Files that are not on their way any more: those have a dot in front, or a suffix that says so."""
        if not self._orders.is_dir():
            return []
        files = [path for path in self._orders.iterdir() if path.is_file() and is_whole(path.name)]
        return [path.name for path in sorted(files, key=lambda path: (path.stat().st_mtime_ns, path.name))]

    def take(self, name: str) -> bytes:
        """Reads and removes it."""
        path = self._orders / name
        content = path.read_bytes()
        path.unlink()
        return content

    def put(self, name: str, content: bytes) -> None:
        """Writes under a temporary name, then renames."""
        self._answers.mkdir(parents=True, exist_ok=True)
        temporary = self._answers / f".{name}.part"
        temporary.write_bytes(content)
        temporary.rename(self._answers / name)


def is_whole(name: str) -> bool:
    """Whether the name is that of a finished file."""
    return not name.startswith(".") and not name.endswith((".part", ".tmp", ".filepart"))
