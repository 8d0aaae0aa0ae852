"""Nothing is lost and nothing is doubled: a stream of files while broker and gateway are killed.

What must arrive is computed from the files alone: event ids are deterministic, so a document that
came under a second id, or one that nobody sent, would show as an id that is not expected.
"""

import random
import threading
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from adapters.translate import digest
from canonical.event import event_id
from tests.rigs.collector import Collector, Seen
from tests.rigs.gateway import Gateway, gateway, wharf
from tests.rigs.rabbitmq import RabbitNode
from tests.rigs.x12_bytes import order

pytestmark = [pytest.mark.broker, pytest.mark.slow, pytest.mark.xdist_group("broker")]

FILES = 2000
KILLS = 20


@pytest.fixture
def house(tmp_path: Path, broker_url: str) -> Iterator[Gateway]:
    with gateway(tmp_path / "st", {"WHARF__BROKER__URL": broker_url}) as own:
        assert wharf("broker", "setup", "-c", own.config, env={"WHARF__BROKER__URL": broker_url}).returncode == 0
        yield own


def content_of(ordinal: int) -> bytes:
    """The file with this ordinal: its own control number and its own order number."""
    return order(f"{ordinal:09d}").replace(b"4500012345", b"45%08d" % ordinal)


EXPECTED = {event_id(digest(content_of(ordinal)), 1): ordinal for ordinal in range(1, FILES + 1)}


def stream(house: Gateway, pause: float, last: threading.Event) -> None:
    """Drops all files, in bursts of fifty, as a busy partner does; the last burst only when it is called for."""
    for ordinal in range(1, FILES + 1):
        if ordinal == FILES - 49:
            last.wait()
        house.put(f"{ordinal:09d}.edi", content_of(ordinal))
        if ordinal % 50 == 0:
            time.sleep(pause)


def arrived(house: Gateway, consumer: Collector) -> list[Seen]:
    """Waits until every document came; tells the gateway's own words where one never does."""

    def all_there() -> bool:
        return set(EXPECTED) <= {one.message_id for one in consumer.seen}

    house.wait(all_there, "every document", 180)
    return consumer.seen


def examine(house: Gateway, seen: list[Seen]) -> None:
    """Every document under its one id, none invented, every repeat declared, one 997 for each interchange."""
    found = Counter(one.message_id for one in seen)
    assert set(found) == set(EXPECTED)
    for one in seen:
        assert b'"number":"45%08d"' % EXPECTED[one.message_id] in one.body
    firsts: set[str] = set()
    for one in seen:
        if one.message_id in firsts:
            assert one.redelivered or one.headers["x-attempt"] > 1, f"an undeclared repeat of {one.message_id}"
        firsts.add(one.message_id)
    house.wait(lambda: len(list((house.drop / "done").glob("*.edi"))) == FILES, "all files in done/", 60)
    house.wait(lambda: len(house.answers("acme", "997")) == FILES, "all 997s", 60)
    answers = [path.read_bytes() for path in house.answers("acme", "997")]
    numbers = Counter(answer.split(b"*")[13] for answer in answers)
    assert set(numbers.values()) == {1}, "a control number was used twice"
    assert not list((house.drop / "rejected").iterdir())
    assert not [path for path in (house.drop / "in").iterdir() if not path.name.startswith(".")]


@pytest.mark.failure("B2")
def test_the_broker_is_killed_during_a_stream_and_every_document_arrives(
    house: Gateway, rabbitmq: RabbitNode, broker_url: str
) -> None:
    rabbitmq.settle()
    with Collector(broker_url, "supply.purchase_order") as consumer:
        last = threading.Event()
        sender = threading.Thread(target=stream, args=(house, 0.05, last))
        sender.start()
        consumer.wait(lambda seen: len(seen) > FILES // 10)
        rabbitmq.kill()
        time.sleep(1)
        rabbitmq.restart()
        last.set()
        sender.join(120)
        seen = arrived(house, consumer)
    examine(house, seen)


@pytest.mark.failure("P1")
def test_the_gateway_is_killed_twenty_times_during_a_stream_and_every_document_arrives(
    house: Gateway, broker_url: str
) -> None:
    rng = random.Random(20261121)
    with Collector(broker_url, "supply.purchase_order") as consumer:
        last = threading.Event()
        sender = threading.Thread(target=stream, args=(house, 0.7, last))
        sender.start()
        for _ in range(KILLS):
            time.sleep(rng.uniform(0.02, 0.6))
            assert sender.is_alive(), "the stream ended before the kills did"
            house.kill()
            house.start()
        last.set()
        sender.join(120)
        seen = arrived(house, consumer)
    examine(house, seen)
