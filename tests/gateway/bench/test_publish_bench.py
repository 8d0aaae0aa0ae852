"""`wharf bench publish` and what `wharf bench flow` hands in."""

import asyncio
import json
from pathlib import Path

import pytest

from adapters.transports.mllp.framing import END, VT
from gateway.bench.clients import UnconfirmedError, pika_loop
from gateway.bench.events import make_events
from gateway.bench.flow_load import Numbers, files
from gateway.bench.publish import QUEUE, bind, expect
from tests.rigs.collector import on_channel
from tests.rigs.gateway import wharf
from tests.rigs.rabbitmq import free_port


@pytest.mark.broker
def test_every_client_has_its_messages_confirmed_in_the_same_queue(broker_url: str) -> None:
    sizes = ("--count", "200", "--size", "500", "--rounds", "1")
    done = wharf("bench", "publish", "--url", broker_url, *sizes, "--json", timeout=120)
    assert done.returncode == 0, done.stderr
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    assert {row["loop"] for row in rows} == {"asyncio", "uvloop", "its own"}
    assert len(rows) == 9
    assert rows[0]["ratio"] == 1
    assert all(row["messagesPerSecond"] > 0 and row["cpuMicroseconds"] > 0 for row in rows)
    left: list[int] = []

    def declared(channel: object) -> None:
        queue = channel.queue_declare(QUEUE, durable=True)  # type: ignore[attr-defined]
        left.append(queue.method.message_count)

    on_channel(broker_url, declared)
    assert left == [0], "it was removed"


@pytest.mark.broker
def test_a_run_whose_messages_are_not_all_there_gives_no_figure(broker_url: str) -> None:
    asyncio.run(bind(broker_url))
    with pytest.raises(UnconfirmedError, match="0 of 5 messages"):
        asyncio.run(expect(broker_url, 5))


@pytest.mark.broker
def test_what_cannot_be_routed_gives_no_figure(broker_url: str) -> None:
    asyncio.run(bind(broker_url))
    on_channel(broker_url, lambda c: c.queue_unbind(QUEUE, "supply.events", "supply.#"))
    on_channel(broker_url, lambda c: c.queue_delete("supply.unrouted"))
    with pytest.raises(UnconfirmedError):
        pika_loop(broker_url, make_events(20, 500), 10)


def test_a_broker_that_is_away_is_told() -> None:
    url = f"amqp://guest:s3cret@127.0.0.1:{free_port()}/"
    done = wharf("bench", "publish", "--url", url)
    assert done.returncode == 2
    assert b"NET-E0301" in done.stderr
    assert b"s3cret" not in done.stdout + done.stderr


def test_messages_have_own_numbers_and_share_their_orders() -> None:
    numbers = Numbers(2)
    made = [numbers.message() for _ in range(4)]
    assert all(one.startswith(VT) and one.endswith(END) for one in made)
    assert len({one.split(b"|")[9] for one in made}) == 4
    assert [one.count(b"RQG-000001") > 0 for one in made] == [True, False, True, False]


def test_files_have_own_control_numbers_and_orders(tmp_path: Path) -> None:
    dropped = [path.read_text() for path in files(tmp_path, 3, 2)]
    assert sorted(path.name for path in tmp_path.iterdir()) == [f"orders-000{n}.edi" for n in (1, 2, 3)]
    orders = [line for one in dropped for line in one.splitlines() if line.startswith("BEG")]
    assert len(set(orders)) == 6
    assert len({one.split("*")[13] for one in dropped}) == 3
