"""One generator: a process of its own with a few clients of one door, which survives whatever the gateway goes through.

``python -m tests.chaos.generator SETTINGS.json`` runs until SIGTERM; then each client brings what it has begun to an
end. Each client is serial: it hands in the next unit when it knows the fate of the one before.
"""

import contextlib
import json
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tests.chaos.doors import Answer, DocumentDoor, Door, FolderDoor, MllpDoor, RestDoor, SoapDoor, Verdict
from tests.chaos.journal import Journal
from tests.chaos.messages import Kind, Shares, Talk, Unit

DOORS: Final = ("drop", "sftp", "mllp", "soap", "rest", "documents")
"""``rest`` hands in interchanges, ``documents`` by the same way orders for a supplier."""
SUPPLIER: Final = "chaossftp"
SINGLE: Final = ("mllp", "documents")
"""Doors with one document at a time."""
RETRY_SECONDS: Final = 0.1


@dataclass(frozen=True, slots=True)
class Settings:
    """What a generator is told."""

    seed: int
    door: str
    clients: int
    sets: int
    """Documents in one interchange."""
    rate: float
    """Documents a second of each client; 0 is as fast as it is answered."""
    journal: str
    ports: Sequence[int] = ()
    """Of each gateway; clients are spread over them."""
    folder: str = ""
    """The inbox of doors that have files; ``done`` and ``rejected`` lie beside it or, for ``sftp``, in it."""


class Client:
    """Hands in one unit after another and writes down what it knows."""

    def __init__(
        self, talk: Talk, door: Door, journal: Journal, stop: threading.Event, patience: float = 600.0
    ) -> None:
        self._talk = talk
        self._door = door
        self._journal = journal
        self._stop = stop
        self._patience = patience

    def run(self, pace: Callable[[int], float], sets: int) -> None:
        """Until ``stop``; ``pace`` tells when so many documents may have gone."""
        gone = 0
        name = ""
        for unit in self._talk.units():
            if self._stop.wait(max(0.0, pace(gone) - time.monotonic())):
                return
            if unit.kind is Kind.REPLACED and not isinstance(self._door, FolderDoor):
                continue
            gone += max(1, sets)
            self._journal.write("sent", unit=unit.id, kind=unit.kind, sha256=unit.sha256, content=unit.content.decode())
            name = name or f"{unit.id}.edi"
            if unit.kind is Kind.REPLACED and isinstance(self._door, FolderDoor):
                # The next unit gets the same name, and overwrites it where it is not taken yet.
                with contextlib.suppress(OSError):
                    self._door.put(unit, name)
                continue
            answer = self._until_known(unit, name)
            if answer.verdict in (Verdict.ACKED, Verdict.MOVED) and self._talk.resends():
                self._journal.write("resent", unit=unit.id, sha256=unit.sha256, why="on purpose")
                self._until_known(unit, f"{unit.id}-again.edi")
            name = ""

    def _until_known(self, unit: Unit, name: str) -> Answer:
        deadline = time.monotonic() + self._patience
        wait = RETRY_SECONDS
        while True:
            answer = self._door.hand_in(unit, name)
            self._write(unit, answer)
            if answer.verdict is not Verdict.UNKNOWN or time.monotonic() > deadline:
                return answer
            time.sleep(wait)
            wait = min(0.5, wait * 1.5)
            self._journal.write("resent", unit=unit.id, sha256=unit.sha256, why="unknown")

    def _write(self, unit: Unit, answer: Answer) -> None:
        more = {"answer": answer.content.decode("latin-1")} if answer.content else {}
        self._journal.write(answer.verdict, unit=unit.id, sha256=unit.sha256, code=answer.code, **more)


def door_of(settings: Settings, client: int) -> Door:
    """A fresh client of the door."""
    port = settings.ports[client % len(settings.ports)] if settings.ports else 0
    folder = Path(settings.folder)
    match settings.door:
        case "drop":
            return FolderDoor(folder, folder.parent / "done", folder.parent / "rejected")
        case "sftp":
            return FolderDoor(folder, folder / "done", folder / "rejected")
        case "mllp":
            return MllpDoor(port)
        case "soap":
            return SoapDoor(port, "/soap/erp")
        case "rest":
            return RestDoor(port)
        case "documents":
            return DocumentDoor(port, SUPPLIER)
        case _:
            raise ValueError(f"there is no door {settings.door!r}")


def main(path: str) -> None:
    """Runs all clients of one door."""
    settings = Settings(**json.loads(Path(path).read_text()))
    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    journal = Journal(Path(settings.journal))
    began = time.monotonic()
    sets = settings.sets if settings.door not in SINGLE else 1

    def pace(gone: int) -> float:
        return began + gone / settings.rate if settings.rate else 0.0

    threads = [
        threading.Thread(
            target=Client(
                Talk(settings.seed, settings.door, number, sets, Shares()), door_of(settings, number), journal, stop
            ).run,
            args=(pace, sets),
        )
        for number in range(1, settings.clients + 1)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        while thread.is_alive():
            thread.join(0.5)
    journal.write("ended", door=settings.door)
    os._exit(0)


if __name__ == "__main__":
    main(sys.argv[1])
