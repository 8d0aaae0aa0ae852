"""An SFTP channel under test on a private server: its source and destination, its sender, and who is called."""

import asyncio
import itertools
import os
from collections.abc import Iterator
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from adapters.contracts import Delivery, Outcome, Receipt
from adapters.transports.sftp.destination import SftpDestination
from adapters.transports.sftp.line import Line, Pauses
from adapters.transports.sftp.server import SftpServer
from adapters.transports.sftp.settings import InboxSettings, OutboxSettings
from adapters.transports.sftp.source import SftpSource
from tests.rigs.sshd import Sshd

QUICK = Pauses(lost=0.1, lost_longest=0.2, refused=0.3, refused_longest=3600)


@contextmanager
def threads(most: int = 8) -> Iterator[Executor]:
    """The threads that all channels share; all must have come back at the end."""
    pool = ThreadPoolExecutor(most)
    try:
        yield pool
    finally:
        pool.shutdown(wait=True)


@dataclass
class Channel:
    """One folder on the server with what the gateway has of it."""

    sshd: Sshd
    pool: Executor
    name: str = "acme"
    server: SftpServer | None = None
    pauses: Pauses = QUICK
    keeps: bool = True
    settings: dict[str, object] = field(default_factory=dict)
    seen: list[Delivery] = field(default_factory=list)
    alarms: list[tuple[str, str]] = field(default_factory=list)
    outcome: Outcome = Outcome.ACCEPTED

    def __post_init__(self) -> None:
        self.inbox = self.sshd.inbox / self.name
        self.outbox = self.sshd.outbox / self.name
        self.spool = self.sshd.folder / "spool" / self.name
        self.inbox.mkdir()
        self.outbox.mkdir()

    def line(self, most: int = 5) -> Line:
        def alarm(code: str, text: str) -> None:
            self.alarms.append((code, text))

        server = self.server or self.sshd.server()
        return Line(server, threads=self.pool, most=most, alarm=alarm, pauses=self.pauses)

    def source(self, line: Line | None = None) -> SftpSource:
        numbers = itertools.count(1)
        values = {"poll": 0.1, "settle": 0.1, **self.settings}
        return SftpSource(
            self.name,
            InboxSettings(str(self.inbox), **values),  # type: ignore[arg-type]
            line or self.line(),
            spool=self.spool,
            threads=self.pool,
            alarm=lambda code, text: self.alarms.append((code, text)),
            clock=lambda: datetime.now(UTC),
            new_id=lambda: f"d{os.getpid()}-{id(numbers)}-{next(numbers)}",
        )

    def destination(self, line: Line | None = None) -> SftpDestination:
        return SftpDestination(
            line or self.line(),
            OutboxSettings(str(self.outbox)),
            alarm=lambda code, text: self.alarms.append((code, text)),
        )

    async def handle(self, delivery: Delivery) -> Receipt:
        self.seen.append(delivery)
        return Receipt(delivery.id, self.outcome)

    def put(self, name: str, content: bytes) -> Path:
        hidden = self.inbox / f".{name}"
        hidden.write_bytes(content)
        return hidden.rename(self.inbox / name)

    async def send(self, name: str, content: bytes) -> None:
        await asyncio.to_thread(self.put, name, content)

    async def answer(self, name: str) -> str | None:
        if (self.inbox / name).exists():
            return None
        if (self.inbox / "done" / name).exists():
            return "taken"
        return "refused" if (self.inbox / "rejected" / name).exists() else None

    def left(self) -> set[str]:
        """What still lies in the inbox."""
        return {path.name for path in self.inbox.iterdir() if path.is_file()}

    def done(self) -> dict[str, bytes]:
        folder = self.inbox / "done"
        return {path.name: path.read_bytes() for path in folder.iterdir()} if folder.is_dir() else {}
