"""Commands from a real broker: answered, sent once however often they come, and never lost without a trace."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pika
import pytest

from gateway.commands.desk import CommandDesk
from gateway.commands.rabbitmq import CommandQueue
from gateway.publishers.rabbitmq import Limits
from tests.rigs.rabbitmq import RabbitNode
from tests.rigs.submissions import ORDER, Counter

pytestmark = pytest.mark.broker
KEY = "supply.purchase_order.send.acme"


class Sender:
    """An ERP that knows AMQP and nothing of us, on another client library."""

    def __init__(self, url: str) -> None:
        self._connection = pika.BlockingConnection(pika.URLParameters(url))
        self._channel = self._connection.channel()
        self._channel.confirm_delivery()
        self.inbox = self._channel.queue_declare("", exclusive=True).method.queue

    def send(self, body: bytes, id: str | None, key: str = KEY, **headers: str) -> None:
        properties = pika.BasicProperties(
            message_id=id, correlation_id=id, reply_to=self.inbox, headers=dict(headers), delivery_mode=2
        )
        self._channel.basic_publish("supply.commands", key, body, properties, mandatory=True)

    def receive(self, queue: str, seconds: float = 15) -> tuple[pika.BasicProperties, bytes]:
        """The next message of a queue."""
        for method, properties, body in self._channel.consume(queue, inactivity_timeout=seconds):
            self._channel.cancel()
            assert method is not None, f"nothing came to {queue} within {seconds} s"
            self._channel.basic_ack(method.delivery_tag)
            return properties, body
        raise AssertionError

    def answer(self) -> dict[str, object]:
        found: dict[str, object] = json.loads(self.receive(self.inbox)[1])
        return found

    def waiting(self, queue: str) -> int:
        count: int = self._channel.queue_declare(queue, passive=True).method.message_count
        return count

    def close(self) -> None:
        with contextlib.suppress(pika.exceptions.AMQPError):
            self._connection.close()


@contextlib.asynccontextmanager
async def reading(counter: Counter, url: str) -> AsyncIterator[CommandQueue]:
    """A queue that is being read."""
    queue = CommandQueue(
        url, CommandDesk(counter.submissions, counter.new_id), name="test", random=lambda: 0.0,
        limits=Limits(connect=5, call=5, close=1),
    )  # fmt: skip
    task = asyncio.create_task(queue.run())
    try:
        await until(queue.reading)
        yield queue
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


async def until(done: Callable[[], bool], seconds: float = 30) -> None:
    async with asyncio.timeout(seconds):
        while not done():  # noqa: ASYNC110 - what is awaited tells nobody
            await asyncio.sleep(0.05)


def run(tmp_path: Path, url: str, ask: Callable[[Sender, Counter], None]) -> None:
    """Has a sender ask, in a thread of its own, while commands are read."""

    async def life() -> None:
        counter = Counter(tmp_path / "data")
        try:
            async with reading(counter, url):
                await asyncio.to_thread(_asked, url, counter, ask)
        finally:
            counter.ledger.close()

    asyncio.run(life())


def _asked(url: str, counter: Counter, ask: Callable[[Sender, Counter], None]) -> None:
    sender = Sender(url)
    try:
        ask(sender, counter)
    finally:
        sender.close()


def test_an_order_is_sent_and_its_sender_told(tmp_path: Path, broker_url: str) -> None:
    def ask(sender: Sender, counter: Counter) -> None:
        sender.send(json.dumps(ORDER).encode(), "m-1")
        properties, body = sender.receive(sender.inbox)
        answer = json.loads(body)
        assert (properties.correlation_id, answer["accepted"], answer["repeated"]) == ("m-1", True, False)
        (parcel,) = counter.ledger.read(lambda reads: reads.parcels())
        assert (parcel.id, parcel.kind, parcel.partner) == (answer["parcel"], "850", "acme")

    run(tmp_path, broker_url, ask)


@pytest.mark.failure("P1")
def test_a_command_that_comes_twice_is_sent_once_and_answered_twice(tmp_path: Path, broker_url: str) -> None:
    def ask(sender: Sender, counter: Counter) -> None:
        for _ in range(2):
            sender.send(json.dumps(ORDER).encode(), "m-1")
        first, second = sender.answer(), sender.answer()
        assert (first["repeated"], second["repeated"]) == (False, True)
        assert first["parcel"] == second["parcel"]
        assert counter.sent() == 1

    run(tmp_path, broker_url, ask)


@pytest.mark.parametrize(
    ("body", "key", "code"),
    [
        (b"{not json", KEY, "BUS-E0012"),
        (json.dumps([ORDER, ORDER]).encode(), KEY, "BUS-E0012"),
        (json.dumps(ORDER).encode(), "supply.invoice.send.acme", "BUS-E0011"),
        (json.dumps(ORDER).encode(), "supply.purchase_order.send.nobody", "BUS-E0001"),
        (json.dumps({**ORDER, "colour": "blue"}).encode(), KEY, "MAP-E0020"),
    ],
)
def test_what_cannot_be_sent_goes_to_the_dead_letters_with_the_reason(
    tmp_path: Path, broker_url: str, body: bytes, key: str, code: str
) -> None:
    def ask(sender: Sender, counter: Counter) -> None:
        sender.send(body, "m-1", key)
        answer = sender.answer()
        assert answer["accepted"] is False
        properties, dead = sender.receive("supply.dlx")
        assert dead == body
        assert properties.headers["x-wharf-reason"].startswith(code)
        assert counter.sent() == 0
        assert sender.waiting("wharf.commands") == 0
        # The bytes are in the ledger, whatever they are.
        kept = counter.ledger.read(lambda reads: reads.delivery_content(str(answer["delivery"])))
        assert kept is not None
        assert kept[:] == body

    run(tmp_path, broker_url, ask)


def test_a_test_command_leaves_as_a_test(tmp_path: Path, broker_url: str) -> None:
    def ask(sender: Sender, counter: Counter) -> None:
        sender.send(json.dumps(ORDER).encode(), "m-1", test="true")
        sender.answer()
        (parcel,) = counter.rendered()
        assert parcel.content.split(b"*")[15][:1] == b"T"

    run(tmp_path, broker_url, ask)


@pytest.mark.failure("B1")
def test_commands_are_read_again_when_the_broker_is_back(tmp_path: Path, rabbitmq: RabbitNode, broker_url: str) -> None:
    async def life() -> None:
        counter = Counter(tmp_path / "data")
        try:
            async with reading(counter, broker_url) as queue:
                rabbitmq.settle()
                await asyncio.to_thread(rabbitmq.kill)
                await until(lambda: not queue.reading())
                await asyncio.to_thread(rabbitmq.restart)
                await until(queue.reading, 60)
                await asyncio.to_thread(_asked, broker_url, counter, _one_order)
        finally:
            counter.ledger.close()

    asyncio.run(life())


def _one_order(sender: Sender, counter: Counter) -> None:
    sender.send(json.dumps(ORDER).encode(), "m-9")
    assert sender.answer()["accepted"] is True
    assert counter.sent() == 1
