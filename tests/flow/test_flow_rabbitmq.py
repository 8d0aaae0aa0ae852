"""The main job with a real RabbitMQ node, as a consumer sees it."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from adapters.translate import digest
from canonical.event import event_id
from tests.rigs.collector import Collector
from tests.rigs.gateway import Gateway, gateway, wharf
from tests.rigs.rabbitmq import RabbitNode
from tests.rigs.tcp_proxy import Way, tcp_proxy
from tests.rigs.x12_bytes import order

pytestmark = [pytest.mark.broker, pytest.mark.xdist_group("broker")]


@pytest.fixture
def house(tmp_path: Path, broker_url: str) -> Iterator[Gateway]:
    with gateway(tmp_path / "st", {"WHARF__BROKER__URL": broker_url}) as own:
        done = wharf("broker", "setup", "-c", own.config, env={"WHARF__BROKER__URL": broker_url})
        assert done.returncode == 0, done.stderr.decode()
        yield own


def test_an_order_reaches_a_quorum_queue_with_its_headers(house: Gateway, broker_url: str) -> None:
    with Collector(broker_url, "supply.purchase_order") as consumer:
        house.put("order.edi", order())
        (seen,) = consumer.wait(lambda found: len(found) >= 1)
    id = event_id(digest(order()), 1)
    assert (seen.message_id, seen.routing_key) == (id, "supply.purchase_order.received.acme")
    assert seen.headers["cloudEvents_id"] == id
    assert seen.headers["cloudEvents_type"] == "org.wharf.supply.purchase_order.received.v1"
    assert seen.headers["cloudEvents_subject"] == "4500012345"
    assert seen.headers["x-body-sha256"] == digest(seen.body)
    body = json.loads(seen.body)
    assert body["documentType"] == "purchase_order"
    assert body["lines"][0]["quantity"] == {"value": "12", "unitCode": "BX"}
    house.wait(lambda: len(house.answers("acme")) == 1, "the 997")


def test_the_same_file_again_publishes_nothing(house: Gateway, broker_url: str) -> None:
    with Collector(broker_url, "supply.purchase_order") as consumer:
        house.put("order.edi", order())
        consumer.wait(lambda found: len(found) >= 1)
        house.put("again.edi", order())
        house.wait(lambda: len(house.answers("acme")) == 2, "the second 997")
        house.put("next.edi", order("000000124"))
        seen = consumer.wait(lambda found: len(found) >= 2)
    assert [one.message_id for one in seen] == [event_id(digest(order(n)), 1) for n in ("000000123", "000000124")]


@pytest.mark.failure("B1", "B2")
def test_with_the_broker_away_intake_goes_on_and_the_backlog_drains_in_order(
    tmp_path: Path, rabbitmq: RabbitNode, broker_url: str
) -> None:
    numbers = [f"{n:09d}" for n in range(1, 41)]
    env = {"WHARF__BROKER__URL": broker_url, "WHARF__CHANNELS__SUPPLIERS__WORKERS": "1"}
    with gateway(tmp_path / "st", env) as house:
        assert wharf("broker", "setup", "-c", house.config, env=env).returncode == 0
        rabbitmq.settle()
        rabbitmq.kill()
        for number in numbers:
            house.put(f"{number}.edi", order(number))
            house.wait((house.drop / "done" / f"{number}.edi").exists, "intake without a broker")
        house.wait(lambda: json.loads(house.get("/readyz")[1])["status"] == "degraded", "the outage is shown")
        assert house.get("/readyz")[0] == 200
        rabbitmq.restart()
        with Collector(broker_url, "supply.purchase_order") as consumer:
            seen = consumer.wait_for_ids({event_id(digest(order(number)), 1) for number in numbers}, 90)
    firsts = list(dict.fromkeys(one.message_id for one in seen))
    assert firsts == [event_id(digest(order(number)), 1) for number in numbers]


@pytest.mark.failure("B9", "B3", "B4")
def test_a_broker_behind_a_slow_and_breaking_line_hinders_no_intake_and_misses_nothing(
    tmp_path: Path, rabbitmq: RabbitNode, broker_url: str
) -> None:
    numbers = [f"{n:09d}" for n in range(1, 31)]
    with tcp_proxy(rabbitmq.port) as line:
        slow = broker_url.replace(f":{rabbitmq.port}/", f":{line.port}/")
        assert slow != broker_url
        with gateway(tmp_path / "st", {"WHARF__BROKER__URL": slow}) as house:
            env = {"WHARF__BROKER__URL": broker_url}
            assert wharf("broker", "setup", "-c", house.config, env=env).returncode == 0
            line.go(Way(rate=2000))
            for number in numbers:
                house.put(f"{number}.edi", order(number))
            house.wait(lambda: len(list((house.drop / "done").iterdir())) == len(numbers), "intake beside a slow line")
            assert b'wharf_backlog{kind="events"} 0.0' not in house.get("/metrics")[1]
            line.go(Way(drop_up=9000))
            house.wait(lambda: line.resets > 0, "the line breaks", 60)
            line.go()
            with Collector(broker_url, "supply.purchase_order") as consumer:
                seen = consumer.wait_for_ids({event_id(digest(order(number)), 1) for number in numbers}, 90)
    firsts: set[str] = set()
    for one in seen:
        assert one.message_id not in firsts or one.redelivered or one.headers["x-attempt"] > 1
        firsts.add(one.message_id)
    assert firsts == {event_id(digest(order(number)), 1) for number in numbers}
