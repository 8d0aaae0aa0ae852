"""Dead letters from a real broker and a real ledger: seen as they lie, sent back as they were, never thrown away."""

import asyncio
import contextlib
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pika
import pytest

from gateway.audit.entry import Actor, ActorKind
from gateway.commands.desk import CommandDesk
from gateway.commands.rabbitmq import CommandQueue
from gateway.deadletters import DeadLetters
from gateway.deadletters_found import Kind
from gateway.depths import Depths
from gateway.ledger.outbound_records import ParcelMove
from gateway.ledger.parcel_states import ParcelStep
from gateway.ledger.records import EventState, ParcelState
from gateway.ledger.store import SqlLedger, open_ledger
from gateway.publishers.contract import Failed, Failure, Published, PublisherState
from gateway.publishers.letters import Letters
from gateway.publishers.rabbitmq import Limits
from gateway.publishers.setup import set_up
from gateway.publishers.telling import TellingPublisher
from tests.rigs.ledger_rows import NOW, delivery, later, parcel, record
from tests.rigs.submissions import Counter

QUICK = Limits(connect=5, call=5, close=1)
INVOICES = "supply.invoice"
SOMEBODY = Actor("somebody", ActorKind.PERSON)


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[SqlLedger]:
    own = open_ledger(tmp_path / "data")
    yield own
    own.close()


def desk(ledger: SqlLedger, url: str | None = None) -> DeadLetters:
    letters = Letters(url, name="test", limits=QUICK) if url is not None else None
    return DeadLetters(ledger, letters, lambda: datetime.now(UTC))


class Consumer:
    """A downstream system on another client library, which gives up on everything."""

    def __init__(self, url: str) -> None:
        self._connection = pika.BlockingConnection(pika.URLParameters(url))
        self.channel = self._connection.channel()
        self.channel.confirm_delivery()

    def publish(self, key: str, id: str, body: bytes = b"{}") -> None:
        properties = pika.BasicProperties(
            message_id=id, delivery_mode=2, content_type="application/json",
            headers={"cloudEvents_partnerid": "acme", "cloudEvents_id": id},
        )  # fmt: skip
        self.channel.basic_publish("supply.events", key, body, properties)

    def reject(self, queue: str) -> None:
        for method, _, _ in self.channel.consume(queue, inactivity_timeout=15):
            assert method is not None, f"nothing came to {queue}"
            self.channel.basic_reject(method.delivery_tag, requeue=False)
            self.channel.cancel()
            return

    def take(self, queue: str) -> tuple[pika.BasicProperties, bytes]:
        for method, properties, body in self.channel.consume(queue, inactivity_timeout=15):
            assert method is not None, f"nothing came to {queue}"
            self.channel.basic_ack(method.delivery_tag)
            self.channel.cancel()
            return properties, body
        raise AssertionError

    def waiting(self, queue: str) -> int:
        count: int = self.channel.queue_declare(queue, passive=True).method.message_count
        return count

    def close(self) -> None:
        with contextlib.suppress(pika.exceptions.AMQPError):
            self._connection.close()


@pytest.fixture
def consumer(broker_url: str) -> Iterator[Consumer]:
    asyncio.run(set_up(broker_url, limits=QUICK))
    own = Consumer(broker_url)
    yield own
    own.close()


async def so(done: Callable[[], bool]) -> None:
    async with asyncio.timeout(30):
        while not done():  # noqa: ASYNC110 - what is awaited tells nobody
            await asyncio.sleep(0.1)


def until(done: Callable[[], bool]) -> None:
    asyncio.run(so(done))


@pytest.mark.broker
def test_what_a_consumer_gave_up_on_goes_back_to_its_queue(
    ledger: SqlLedger, broker_url: str, consumer: Consumer
) -> None:
    for id in ("e1", "e2"):
        consumer.publish("supply.invoice.received.acme", id, b'{"number": "I-1"}')
        consumer.reject(INVOICES)
    own = desk(ledger, broker_url)
    until(lambda: consumer.waiting("supply.dlx") == 2)
    for _ in range(2):
        found = asyncio.run(own.find_all())
        assert [(each.kind, each.partner, each.reason) for each in found] == [
            (Kind.CONSUMER, "acme", "a consumer rejected it")
        ] * 2, "looking takes nothing"
    chosen = next(each for each in found if (each.more or {})["messageId"] == "e2")
    assert (chosen.more or {})["origin"] == INVOICES
    (done,) = asyncio.run(own.retry([chosen.id], "mended", "anna", SOMEBODY))
    assert done.done, done.told
    properties, body = consumer.take(INVOICES)
    assert (properties.message_id, body, properties.delivery_mode) == ("e2", b'{"number": "I-1"}', 2)
    assert properties.headers["cloudEvents_id"] == "e2"
    assert "x-death" not in properties.headers
    until(lambda: consumer.waiting("supply.dlx") == 1)
    assert [(each.more or {})["messageId"] for each in asyncio.run(own.find_all())] == ["e1"]


@pytest.mark.broker
def test_what_is_dropped_leaves_the_broker_and_is_kept(ledger: SqlLedger, broker_url: str, consumer: Consumer) -> None:
    consumer.publish("supply.invoice.received.acme", "e1", b'{"number": "I-1"}')
    consumer.reject(INVOICES)
    own = desk(ledger, broker_url)
    until(lambda: consumer.waiting("supply.dlx") == 1)
    (found,) = asyncio.run(own.find_all())
    (done,) = asyncio.run(own.drop([found.id], "booked by hand", "anna", SOMEBODY))
    assert done.done, done.told
    assert consumer.waiting("supply.dlx") == 0
    assert asyncio.run(own.find_all()) == []
    (kept,) = asyncio.run(own.find_all(dropped=True))
    assert kept.mark is not None
    assert (kept.id, kept.mark.why, kept.mark.by) == (found.id, "booked by hand", "anna")
    assert not asyncio.run(own.drop([found.id], "again", "anna", SOMEBODY))[0].done
    assert asyncio.run(own.retry([found.id], "it was not", "ben", SOMEBODY))[0].done
    properties, body = consumer.take(INVOICES)
    assert (properties.message_id, body) == ("e1", b'{"number": "I-1"}')
    assert asyncio.run(own.find_all(dropped=True)) == []


@pytest.mark.broker
def test_events_that_nobody_was_bound_for_go_on_when_somebody_is(
    ledger: SqlLedger, broker_url: str, consumer: Consumer
) -> None:
    consumer.publish("supply.novelty.received.acme", "e1")
    own = desk(ledger, broker_url)
    until(lambda: consumer.waiting("supply.unrouted") == 1)
    (found,) = asyncio.run(own.find_all())
    assert (found.kind, found.reason) == (Kind.UNROUTED, "no queue is bound for supply.novelty.received.acme")
    consumer.channel.queue_declare("novelties", durable=True)
    consumer.channel.queue_bind("novelties", "supply.events", "supply.novelty.#")
    assert asyncio.run(own.retry([found.id], "bound", "anna", SOMEBODY))[0].done
    assert consumer.take("novelties")[0].message_id == "e1"
    assert asyncio.run(own.find_all()) == []


@pytest.mark.broker
def test_a_refused_command_goes_to_the_commands_once_more(
    ledger: SqlLedger, broker_url: str, consumer: Consumer
) -> None:
    headers = {"x-wharf-reason": "BUS-E0101 there is no partner of this name"}
    properties = pika.BasicProperties(message_id="c1", headers=headers, delivery_mode=2)
    consumer.channel.basic_publish("supply.dlx", "supply.purchase_order.send.nobody", b"{}", properties)
    own = desk(ledger, broker_url)
    until(lambda: consumer.waiting("supply.dlx") == 1)
    (found,) = asyncio.run(own.find_all())
    assert (found.kind, found.reason) == (Kind.COMMAND, headers["x-wharf-reason"])
    assert asyncio.run(own.retry([found.id], "the partner is there now", "anna", SOMEBODY))[0].done
    taken, _ = consumer.take("wharf.commands")
    assert taken.message_id == "c1"
    assert "x-wharf-reason" not in (taken.headers or {})


@pytest.mark.broker
def test_what_lies_in_the_brokers_queues_is_told_while_it_lies_there(
    ledger: SqlLedger, broker_url: str, consumer: Consumer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gateway.commands.rabbitmq._WATCH", 0.1)
    consumer.publish("supply.novelty.received.acme", "e1")
    counter = Counter(tmp_path / "counter")
    ids = iter(f"x{number}" for number in range(100))
    queue = CommandQueue(
        broker_url, CommandDesk(counter.submissions, counter.new_id), name="test", random=lambda: 0.0, limits=QUICK,
        depth=Depths(ledger, lambda: datetime.now(UTC), lambda: next(ids)),
    )  # fmt: skip

    def told() -> list[str]:
        return [row.message for row in ledger.read(lambda reads: reads.exceptions())]

    async def watch() -> None:
        task = asyncio.create_task(queue.run())
        await so(lambda: told() == ["1 message lies in the broker's queue supply.unrouted"])
        await asyncio.to_thread(consumer.take, "supply.unrouted")
        await so(lambda: not told())
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)

    asyncio.run(watch())
    (row,) = ledger.read(lambda reads: reads.exceptions(open_only=False))
    assert (row.code, row.note) == ("BUS-E0302", "the queue is empty")


def test_held_deliveries_and_refused_parcels_are_listed_and_go_on(ledger: SqlLedger) -> None:
    ledger.write(lambda tx: tx.add_delivery(delivery("d1"), b"ISA*00*")).result()
    for _ in range(6):
        ledger.write(lambda tx: tx.begin_reading("d1")).result()
    finish = {"partner": None, "outcome": "quarantined", "accepted": 0, "rejected": 1, "summary": "never read"}
    ledger.write(lambda tx: tx.finish_delivery("d1", **finish)).result()  # type: ignore[arg-type]
    row = replace(parcel("p1", content=b"ISA", state=ParcelState.READY), created_at=later(-60))
    ledger.write(lambda tx: tx.add_parcel(row)).result()
    ledger.write(lambda tx: tx.move_parcel(ParcelMove("p1", ParcelStep.REFUSED, NOW, "AE 101"))).result()
    own = desk(ledger)
    found = asyncio.run(own.find_all())
    assert [(each.kind, each.id, each.reason) for each in found] == [
        (Kind.DELIVERY, "d1", "never read"), (Kind.PARCEL, "p1", "refused: AE 101"),
    ]  # fmt: skip
    assert asyncio.run(own.drop(["p1"], "sent by telephone", "anna", SOMEBODY))[0].done
    assert [each.id for each in asyncio.run(own.find_all())] == ["d1"]
    assert asyncio.run(own.retry(["p1", "d1", "no-such"], "mended", "ben", SOMEBODY))[2].done is False
    assert asyncio.run(own.find_all(dropped=True)) == []
    state, waiting = ledger.read(lambda reads: (reads.parcel("p1"), reads.unread_deliveries()))
    assert state is not None
    assert (state.state, [each.id for each in waiting]) == (ParcelState.READY, ["d1"])


class Refusing:
    """A publisher that never takes some events, as long as it is told so."""

    def __init__(self) -> None:
        self.refuses: set[str] = set()

    async def open(self) -> None:
        """Always open."""

    async def close(self) -> None:
        """Holds nothing."""

    async def publish(self, events: list[object]) -> Published:
        ids = [str(event.id) for event in events]  # type: ignore[attr-defined]
        failed = [Failed(id, Failure.REFUSED, "it is too large") for id in ids if id in self.refuses]
        return Published(tuple(id for id in ids if id not in self.refuses), tuple(failed))

    def state(self) -> PublisherState:
        return PublisherState("test", True)


def test_an_event_that_the_broker_never_takes_is_set_aside_and_those_behind_it_go_on(ledger: SqlLedger) -> None:
    ids = iter(f"x{number}" for number in range(100))
    inner = Refusing()
    publisher = TellingPublisher(inner, ledger, lambda: NOW, lambda: next(ids))  # type: ignore[arg-type]
    first, second = ledger.write(lambda tx: record(tx, "d1", 2)).result()
    inner.refuses = {first}

    def turn() -> tuple[str, ...]:
        """As the relay does it; returns what is published."""
        rows = ledger.write(lambda tx: tx.claim_events(10)).result()

        async def publish() -> Published:
            await publisher.open()
            return await publisher.publish(rows)

        done = asyncio.run(publish()).confirmed
        ledger.write(lambda tx: tx.mark_published(done, NOW)).result()
        return done

    assert turn() == turn() == ()
    (found,) = asyncio.run(desk(ledger).find_all())
    assert (found.kind, found.id, found.reason) == (Kind.EVENT, first, "it is too large")
    (told,) = ledger.read(lambda reads: reads.exceptions())
    assert (told.code, told.document, told.seen) == ("BUS-E0304", first, 1)
    assert asyncio.run(desk(ledger).drop([first], "nobody needs it", "anna", SOMEBODY))[0].done
    assert turn() == (second,), "what waited behind it goes on"
    event = ledger.read(lambda reads: reads.event(first))
    assert event is not None
    assert event.state is EventState.DROPPED
    assert ledger.read(lambda reads: reads.exceptions()) == []
    on_record = ledger.read(lambda reads: reads.trail.rows(action="dead_letter."))
    assert [(row.action, row.actor, row.object, row.reason) for row in on_record] == [
        ("dead_letter.dropped", "somebody", f"dead letter {first}", "nobody needs it")
    ]
    inner.refuses = set()
    assert asyncio.run(desk(ledger).retry([first], "the limit was raised", "anna", SOMEBODY))[0].done
    assert turn() == (first,)
    assert asyncio.run(desk(ledger).find_all(dropped=True)) == []
    assert ledger.read(lambda reads: reads.backlog()).events == 0
