"""The collector: a process of its own on another client library, which writes down each message before it confirms it.

``python -m tests.chaos.collector SETTINGS.json`` runs until SIGTERM. It takes from the queue that everything published
goes to and from ``supply.unrouted``, and connects again whenever the broker goes away. It marks in its journal when
it is idle, so that others know that nothing more comes.
"""

import contextlib
import hashlib
import json
import signal
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pika
import pika.exceptions

from tests.chaos.journal import Entry, Journal
from tests.chaos.reference import POSITIVE, canary_of, digest_of

BATCH: Final = 200
"""Messages that share one sync."""
QUEUE: Final = "chaos.collected"
UNROUTED: Final = "supply.unrouted"


@dataclass(frozen=True, slots=True)
class Settings:
    """What the collector is told."""

    url: str
    journal: str
    idle: str
    """A file that holds the time of the last message."""


class Collector:
    """Consumes until it is stopped."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._journal = Journal(Path(settings.journal))
        self._order = 0
        self._stopping = False
        signal.signal(signal.SIGTERM, self._stop)

    def run(self) -> None:
        """Until SIGTERM."""
        while not self._stopping:
            with contextlib.suppress(pika.exceptions.AMQPError, OSError):
                self._consume()
            time.sleep(0.2)

    def _stop(self, *_: object) -> None:
        self._stopping = True

    def _consume(self) -> None:
        parameters = pika.URLParameters(self._settings.url)
        parameters.heartbeat = 10
        parameters.socket_timeout = parameters.stack_timeout = parameters.blocked_connection_timeout = 10
        with contextlib.closing(pika.BlockingConnection(parameters)) as connection:
            channel = connection.channel()
            channel.basic_qos(prefetch_count=2 * BATCH)
            waiting: list[tuple[int, Entry]] = []

            def take(queue: str) -> Any:
                def taken(_: Any, method: Any, properties: Any, body: bytes) -> None:
                    waiting.append((method.delivery_tag, _entry(queue, method, properties, body)))

                return taken

            for queue in (QUEUE, UNROUTED):
                channel.basic_consume(queue, take(queue))
            while not self._stopping:
                connection.process_data_events(time_limit=0.05)
                for batch in _batches(waiting):
                    self._keep([entry for _, entry in batch])
                    # One acknowledgment for all up to here.
                    channel.basic_ack(batch[-1][0], multiple=True)
                waiting.clear()

    def _keep(self, entries: list[Entry]) -> None:
        for entry in entries:
            self._order += 1
            entry["order"] = self._order
        self._journal.write_all(entries)
        Path(self._settings.idle).write_text(str(time.time()))


def _batches(waiting: list[tuple[int, Entry]]) -> Iterator[list[tuple[int, Entry]]]:
    for start in range(0, len(waiting), BATCH):
        yield waiting[start : start + BATCH]


def _entry(queue: str, method: Any, properties: Any, body: bytes) -> Entry:
    """One message as evidence."""
    headers = dict(properties.headers or {})
    routing = str(method.routing_key).split(".")
    event = routing[2] if len(routing) > 2 else ""
    try:
        data = json.loads(body)
    except ValueError:
        data = {}
    return {
        "what": "collected",
        "queue": queue,
        "key": method.routing_key,
        "id": properties.message_id,
        "event": event,
        "canary": canary_of(data) if event in POSITIVE else str(data.get("number", "")),
        "number": str(data.get("number", "")),
        "digest": digest_of(data),
        "sha256": hashlib.sha256(body).hexdigest(),
        "told": str(headers.get("x-body-sha256", "")),
        "attempt": int(headers.get("x-attempt", 0)),
        "replay": str(headers.get("x-replay-of", "") or ""),
        "redelivered": bool(method.redelivered),
        "body": body.decode("utf-8", "replace"),
    }


if __name__ == "__main__":
    Collector(Settings(**json.loads(Path(sys.argv[1]).read_text()))).run()
