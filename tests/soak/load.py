"""Senders at a steady pace through three doors: a folder, MLLP and the API."""

import http.client
import itertools
import json
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

from tests.rigs.gateway import Gateway
from tests.rigs.hl7_messages import message
from tests.rigs.mllp_sender import MllpSender
from tests.rigs.x12_bytes import order

_ORDER_NUMBER = b"4500012345"


class Load:
    """Hands in so many messages a second together, a third by each door, until it is stopped."""

    def __init__(self, house: Gateway, rate: float) -> None:
        self.taken: Counter[str] = Counter()
        """Messages that were answered or moved, by door."""
        self._house = house
        self._ports = house.data / "ports.json"
        self._pause = 3 / rate
        self._stopping = threading.Event()
        self._control = itertools.count(1)
        doors: tuple[Callable[[], None], ...] = (self._files, self._lines, self._requests)
        self._threads = [threading.Thread(target=door, daemon=True) for door in doors]

    def __enter__(self) -> "Load":
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stopping.set()
        for thread in self._threads:
            thread.join(30)

    def _turns(self) -> Iterator[int]:
        """A number of its own for each turn, at the pace; what comes late is made up for."""
        due = time.monotonic()
        while not self._stopping.is_set():
            yield next(self._control)
            due += self._pause
            time.sleep(max(0.0, due - time.monotonic()))

    def _files(self) -> None:
        folder = self._house.drop / "in"
        for number in self._turns():
            # A person who empties done/ is part of a long run, else the folder grows and not the gateway.
            if number % 500 == 0:
                _empty(self._house.drop / "done")
            while len(list(folder.glob("*.edi"))) > 200 and not self._stopping.is_set():
                time.sleep(0.2)
            self._house.put(f"{number}.edi", _interchange(number))
            self.taken["drop"] += 1

    def _lines(self) -> None:
        sender = MllpSender(self._ports, "ehr")
        for number in self._turns():
            rows = (f"ORC|NW|PO{number}", "RQD|1|GLV-M-200^GLOVE^L|||12|BX")
            answer = sender.ask(message("OMS^O05", *rows, control=f"S{number}"), self._stopping.is_set)
            self.taken["mllp"] += bool(answer and b"MSA|AA" in answer)
        sender.close()

    def _requests(self) -> None:
        connection: http.client.HTTPConnection | None = None
        for number in self._turns():
            connection = connection or http.client.HTTPConnection("127.0.0.1", self._port("http"), timeout=30)
            connection.request(
                "POST", "/api/v1/interchanges", _interchange(number), {"content-type": "application/edi-x12"}
            )
            answer = connection.getresponse()
            answer.read()
            self.taken["http"] += answer.status < 300

    def _port(self, name: str) -> int:
        return int(json.loads(self._ports.read_text())[name])


def _interchange(number: int) -> bytes:
    return order(f"{number % 10**9:09d}").replace(_ORDER_NUMBER, b"46%08d" % (number % 10**8))


def _empty(folder: Path) -> None:
    for path in folder.glob("*"):
        path.unlink(missing_ok=True)
