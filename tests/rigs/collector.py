"""An independent consumer on another client library (pika): what it has seen is the evidence of a test.

It acknowledges each message after recording it, and connects again when the broker goes away.
"""

import contextlib
import hashlib
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pika
import pika.exceptions


@dataclass(frozen=True)
class Seen:
    """One message as it came."""

    message_id: str
    routing_key: str
    headers: dict[str, Any]
    properties: dict[str, Any]
    body: bytes = field(repr=False)
    body_sha256: str
    redelivered: bool


class Collector:
    """Consumes one queue in a thread from ``start`` to ``stop``."""

    def __init__(self, url: str, queue: str, *, remember: bool = True) -> None:
        """Without ``remember`` it only empties the queue."""
        self._url = url
        self._remember = remember
        self._queue = queue
        self._seen: list[Seen] = []
        self._lock = threading.Lock()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name=f"collector {queue}", daemon=True)

    def __enter__(self) -> "Collector":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stopping.set()
        self._thread.join(timeout=30)
        assert not self._thread.is_alive(), "the collector does not end"

    @property
    def seen(self) -> list[Seen]:
        """Everything so far, in order of arrival."""
        with self._lock:
            return list(self._seen)

    def wait(self, done: Callable[[list[Seen]], bool], seconds: float = 60.0) -> list[Seen]:
        """Waits until what was seen is enough; fails with the count where it never is."""
        deadline = time.monotonic() + seconds
        while not done(seen := self.seen):
            assert time.monotonic() < deadline, f"{len(seen)} messages came from {self._queue}, not enough"
            time.sleep(0.02)
        return seen

    def wait_for_ids(self, ids: set[str], seconds: float = 60.0) -> list[Seen]:
        """Waits until each of these ids came at least once."""
        return self.wait(lambda seen: ids <= {one.message_id for one in seen}, seconds)

    def _run(self) -> None:
        while not self._stopping.is_set():
            with contextlib.suppress(pika.exceptions.AMQPError, OSError):
                self._consume()
            self._stopping.wait(0.2)

    def _consume(self) -> None:
        with contextlib.closing(_connection(self._url)) as connection:
            channel = connection.channel()
            channel.basic_qos(prefetch_count=200)
            for method, properties, body in channel.consume(self._queue, inactivity_timeout=0.1):
                if self._stopping.is_set():
                    return
                if method is not None:
                    if self._remember:
                        with self._lock:
                            self._seen.append(_seen(method, properties, body))
                    channel.basic_ack(method.delivery_tag)


def _seen(method: Any, properties: Any, body: bytes) -> Seen:
    native = {name: value for name, value in vars(properties).items() if value is not None and name != "headers"}
    return Seen(
        message_id=properties.message_id,
        routing_key=method.routing_key,
        headers=dict(properties.headers or {}),
        properties=native,
        body=body,
        body_sha256=hashlib.sha256(body).hexdigest(),
        redelivered=method.redelivered,
    )


def _connection(url: str) -> pika.BlockingConnection:
    parameters = pika.URLParameters(url)
    parameters.heartbeat = 10
    parameters.socket_timeout = parameters.stack_timeout = parameters.blocked_connection_timeout = 10
    return pika.BlockingConnection(parameters)


def bind_queue(url: str, queue: str, routing_key: str, *, exchange: str = "supply.events", **arguments: Any) -> None:
    """Declares a durable classic queue and binds it; arguments with ``_`` for ``-``: ``x_max_length=1``."""
    with contextlib.closing(_connection(url)) as connection:
        channel = connection.channel()
        channel.queue_declare(
            queue, durable=True, arguments={name.replace("_", "-"): value for name, value in arguments.items()}
        )
        channel.queue_bind(queue, exchange, routing_key)


def on_channel(url: str, work: Callable[[Any], None]) -> None:
    """Runs some work on a channel of its own: what an operator does to a broker."""
    with contextlib.closing(_connection(url)) as connection:
        work(connection.channel())


def drain(url: str, queue: str) -> list[Seen]:
    """Takes everything that is in a queue now."""
    seen: list[Seen] = []

    def take(channel: Any) -> None:
        while True:
            method, properties, body = channel.basic_get(queue, auto_ack=True)
            if method is None:
                return
            seen.append(_seen(method, properties, body))

    on_channel(url, take)
    return seen
