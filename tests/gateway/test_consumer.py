"""Those who consume: each event takes effect once, whatever comes twice and whoever is killed."""

import asyncio
import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pika
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.consumer import Event, Seen, consume
from gateway.ledger.records import EventRow
from gateway.publishers.rabbitmq import RabbitPublisher
from gateway.publishers.setup import set_up
from gateway.publishers.topology import DEAD_LETTERS
from tests.rigs.events import event_row

QUEUE = "supply.purchase_order"
EXAMPLE = Path(__file__).parents[2] / "docs" / "examples" / "consumers" / "orders_sqlite.py"
NOW = datetime(2026, 11, 20, 8, 30, tzinfo=UTC)
SEEN = Seen("sqlite")


@given(st.lists(st.tuples(st.integers(0, 5), st.booleans())))
def test_an_effect_and_its_mark_are_one(came: list[tuple[int, bool]]) -> None:
    """Each arrival ends by a commit, or by a crash in front of it."""
    db = sqlite3.connect(":memory:", isolation_level=None)
    SEEN.create(db)
    db.execute("CREATE TABLE effects (number INTEGER)")
    for number, commits in came:
        db.execute("BEGIN IMMEDIATE")
        if SEEN.first_time(db, f"event-{number}"):
            db.execute("INSERT INTO effects VALUES (?)", (number,))
        db.execute("COMMIT" if commits else "ROLLBACK")
    effects = [number for (number,) in db.execute("SELECT number FROM effects ORDER BY number")]
    assert effects == sorted({number for number, commits in came if commits})


def test_what_is_older_than_any_repeat_is_forgotten() -> None:
    db = sqlite3.connect(":memory:", isolation_level=None)
    SEEN.create(db)
    assert SEEN.first_time(db, "old", NOW - timedelta(days=36))
    assert SEEN.first_time(db, "new", NOW - timedelta(days=34))
    assert SEEN.forget(db, NOW) == 1
    assert not SEEN.first_time(db, "new", NOW)
    assert SEEN.first_time(db, "old", NOW)


def publish(url: str, events: list[EventRow]) -> None:
    async def story() -> None:
        publisher = RabbitPublisher(url, now=lambda: NOW, name="a test")
        await publisher.open()
        for event in events:
            outcome = await publisher.publish([event])
            assert not outcome.failed
        await publisher.close()

    asyncio.run(story())


@pytest.fixture
def queue_url(broker_url: str) -> str:
    asyncio.run(set_up(broker_url))
    return broker_url


def consumed(url: str, handle: Callable[[Event], None], done: Callable[[], bool]) -> None:
    """Consumes until it is done."""

    async def story() -> None:
        consuming = asyncio.create_task(consume(url, QUEUE, handle, attempts=3, pause=0.01))
        async with asyncio.timeout(30):
            while not done():  # noqa: ASYNC110 - what is waited for lies on the broker
                await asyncio.sleep(0.01)
        await asyncio.sleep(0.1)
        consuming.cancel()
        await asyncio.wait((consuming,))

    asyncio.run(story())


def waiting(url: str, queue: str) -> int:
    with pika.BlockingConnection(pika.URLParameters(url)) as connection:
        return int(connection.channel().queue_declare(queue, passive=True).method.message_count)


@pytest.mark.broker
@pytest.mark.xdist_group("broker")
def test_an_event_is_told_as_it_was_published(queue_url: str) -> None:
    publish(queue_url, [event_row(1), event_row(2, attempts=2, replay_of="an-earlier-one", test="true")])
    came: list[Event] = []
    consumed(queue_url, came.append, lambda: len(came) == 2)
    first, second = came
    assert first.id == event_row(1).id
    assert (first.type, first.subject) == ("org.wharf.supply.purchase_order.received.v1", "PO-1")
    assert (first.partner, first.correlation) == ("acme", "acme/PO-1")
    assert (first.attempt, first.replay_of, first.test) == (1, None, False)
    assert first.data == {"documentType": "purchase_order", "number": "PO-1"}
    assert (second.attempt, second.replay_of, second.test) == (2, "an-earlier-one", True)
    assert waiting(queue_url, QUEUE) == 0


@pytest.mark.broker
@pytest.mark.xdist_group("broker")
def test_one_that_cannot_be_handled_goes_to_the_dead_letters_and_the_others_go_on(queue_url: str) -> None:
    publish(queue_url, [event_row(number) for number in (1, 2, 3)])
    tries: list[str] = []

    def handle(event: Event) -> None:
        tries.append(event.subject)
        if event.subject == "PO-2":
            raise ValueError("the ERP does not know this supplier")

    consumed(queue_url, handle, lambda: "PO-3" in tries)
    assert tries == ["PO-1", "PO-2", "PO-2", "PO-2", "PO-3"]
    deadline = time.monotonic() + 20
    while not waiting(queue_url, DEAD_LETTERS) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert waiting(queue_url, DEAD_LETTERS) == 1


@pytest.mark.broker
@pytest.mark.xdist_group("broker")
def test_the_example_books_each_order_once_though_it_is_killed_and_events_come_twice(
    queue_url: str, tmp_path: Path
) -> None:
    path = tmp_path / "orders.db"
    orders = [with_lines(event_row(number)) for number in range(1, 41)]
    publish(queue_url, orders + orders[:20])
    for _ in range(3):
        example = subprocess.Popen([sys.executable, EXAMPLE, queue_url, path], stderr=subprocess.DEVNULL)
        booked_before = booked(path)
        deadline = time.monotonic() + 30
        while booked(path) < min(booked_before + 12, 40) and time.monotonic() < deadline:
            time.sleep(0.005)
        os.kill(example.pid, signal.SIGKILL)
        example.wait()
    publish(queue_url, orders[20:])
    example = subprocess.Popen([sys.executable, EXAMPLE, queue_url, path], stderr=subprocess.DEVNULL)
    try:
        deadline = time.monotonic() + 30
        while waiting(queue_url, QUEUE) or booked(path) < 40:
            assert time.monotonic() < deadline, "not all orders are booked"
            time.sleep(0.05)
    finally:
        example.kill()
        example.wait()
    with sqlite3.connect(path) as db:
        numbers = [number for (number,) in db.execute("SELECT number FROM orders ORDER BY rowid")]
    assert sorted(numbers) == sorted(f"PO-{number}" for number in range(1, 41))


def with_lines(event: EventRow) -> EventRow:
    return replace(event, body=event.body[:-1] + b', "lines": []}')


def booked(path: Path) -> int:
    if not path.exists():
        return 0
    try:
        with sqlite3.connect(path) as db:
            (count,) = db.execute("SELECT count(*) FROM orders").fetchone()
            return int(count)
    except sqlite3.OperationalError:
        return 0
