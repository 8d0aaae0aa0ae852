"""Negative controls: the gateway with one deliberate defect, patched in here and nowhere else, which must be caught.

``python -m tests.chaos.broken CONTROL run -c wharf.toml`` runs it. A campaign that finds nothing wrong with it has not
looked.
"""

import sys
import time
import uuid
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, replace
from typing import Any, Final

from gateway.ledger import sqlite
from gateway.ledger.contract import Transaction
from gateway.ledger.records import EventRow
from gateway.ledger.writer import Writer
from gateway.publishers.contract import Failure, Published
from gateway.publishers.rabbitmq import RabbitPublisher

WINDOW: Final = 0.05
"""Seconds between the answer and the commit that should have come before it."""


def answer_before_commit() -> None:
    """Senders are answered and files are moved before the commit is on disk."""
    submit = Writer.submit

    def early(self: Writer, work: Callable[[Transaction], Any]) -> Future[Any]:
        told: Future[Any] = Future()

        def eager(transaction: Transaction) -> Any:
            value = work(transaction)
            told.set_result(value)
            time.sleep(WINDOW)
            return value

        def failed(done: Future[Any]) -> None:
            if not told.done():
                told.set_exception(done.exception() or RuntimeError("no result"))

        submit(self, eager).add_done_callback(failed)
        return told

    Writer.submit = early  # type: ignore[method-assign]


def commit_without_sync() -> None:
    """SQLite with synchronous=NORMAL: a commit returns before it is on disk."""
    setting = sqlite._set

    def weak(connection: Any, pragma: str, value: object, word: str | None = None) -> None:
        if pragma == "synchronous":
            setting(connection, pragma, 1, "NORMAL")
        else:
            setting(connection, pragma, value, word)

    sqlite._set = weak


def ignored_return() -> None:
    """What the broker sends back because no queue takes it counts as published."""
    publish = RabbitPublisher.publish

    async def careless(self: RabbitPublisher, events: Sequence[EventRow]) -> Published:
        told = await publish(self, events)
        returned = {one.id for one in told.failed if one.failure is Failure.UNROUTABLE}
        confirmed = (*told.confirmed, *returned)
        return Published(confirmed, tuple(one for one in told.failed if one.id not in returned))

    RabbitPublisher.publish = careless  # type: ignore[method-assign]


def random_ids() -> None:
    """Each publish has an id of its own, so that a repeat cannot be known as one."""
    publish = RabbitPublisher.publish

    async def nameless(self: RabbitPublisher, events: Sequence[EventRow]) -> Published:
        names = {str(uuid.uuid4()): event for event in events}
        told = await publish(self, [replace(event, id=name) for name, event in names.items()])
        return Published(
            tuple(names[name].id for name in told.confirmed),
            tuple(replace(one, id=names[one.id].id) for one in told.failed),
        )

    RabbitPublisher.publish = nameless  # type: ignore[method-assign]


@dataclass(frozen=True, slots=True)
class Control:
    """A defect and the promise that it breaks."""

    defect: Callable[[], None]
    invariant: str


CONTROLS: Final = {
    "ack-before-commit": Control(answer_before_commit, "I1"),
    "synchronous-normal": Control(commit_without_sync, "I1"),
    "ignored-return": Control(ignored_return, "I1"),
    "random-ids": Control(random_ids, "I2"),
}

if __name__ == "__main__":
    CONTROLS[sys.argv.pop(1)].defect()
    from gateway.cli.main import run

    sys.exit(run())
