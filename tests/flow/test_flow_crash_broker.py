"""The gateway dies between a publish and its mark, or between a command and its settlement, and comes back."""

import json
import os
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pika
import pytest

from adapters.translate import digest
from canonical.event import event_id
from tests.rigs.collector import Collector, on_channel
from tests.rigs.crash_loop import crashed_until_untouched
from tests.rigs.forking import Nursery, nursery
from tests.rigs.gateway import Gateway, gateway
from tests.rigs.submissions import ORDER
from tests.rigs.traffic import Traffic, waits
from tests.rigs.x12_bytes import order

pytestmark = [pytest.mark.broker, pytest.mark.xdist_group("broker")]

NUMBERS = [f"{ordinal:09d}" for ordinal in (1, 2, 3)]


@pytest.fixture(scope="module")
def forks() -> Iterator[Nursery]:
    with nursery() as own:
        yield own


@pytest.fixture
def house(tmp_path: Path, broker_url: str, forks: Nursery) -> Iterator[Gateway]:
    env = {"WHARF__BROKER__URL": broker_url}
    with gateway(tmp_path / "st", env, start=False, forks=forks) as own:
        log = tmp_path / "setup.log"
        assert forks.run(["broker", "setup", "-c", str(own.config)], {**os.environ, **env}, log) == 0, log.read_text()
        yield own


class Orders(Traffic):
    """Files that become events of a real broker."""

    def prepare(self, own: Gateway) -> None:
        for number in NUMBERS:
            own.put(f"{number}.edi", order(number))

    def step(self, own: Gateway) -> bool:
        return len(list((own.drop / "done").glob("*.edi"))) == len(NUMBERS) and not waits(own)


class Commands(Traffic):
    """Commands from a queue, each of which sends an order."""

    def __init__(self, url: str) -> None:
        self._url = url

    def prepare(self, own: Gateway) -> None:
        partner = own.home / "partners" / "acme.toml"
        partner.write_text(partner.read_text() + '\nsend = { channel = "suppliers" }\n')
        on_channel(self._url, self._send)

    @staticmethod
    def _send(channel: Any) -> None:
        channel.confirm_delivery()
        for number in ("K1", "K2"):
            body = json.dumps({**ORDER, "number": number}).encode()
            properties = pika.BasicProperties(message_id=number, delivery_mode=2)
            key = "supply.purchase_order.send.acme"
            channel.basic_publish("supply.commands", key, body, properties, mandatory=True)

    def step(self, own: Gateway) -> bool:
        return len(own.answers("acme", "850")) >= 2 and not waits(own)


@pytest.mark.parametrize("point", ["publisher.before_confirm", "relay.before_mark"])
@pytest.mark.failure("P1", "B3")
def test_what_was_published_without_a_mark_comes_again_under_its_id_and_says_so(
    house: Gateway, broker_url: str, point: str
) -> None:
    expected = {event_id(digest(order(number)), 1) for number in NUMBERS}
    with Collector(broker_url, "supply.purchase_order") as consumer:
        orders = Orders()
        orders.prepare(house)
        assert crashed_until_untouched(house, orders, point), f"nothing passed {point}"
        seen = consumer.wait_for_ids(expected)
    assert {one.message_id for one in seen} == expected
    firsts: set[str] = set()
    for one in seen:
        assert one.message_id not in firsts or one.redelivered or one.headers["x-attempt"] > 1
        firsts.add(one.message_id)
    if point == "relay.before_mark":
        assert max(Counter(one.message_id for one in seen).values()) > 1, "nothing came twice, so nothing was proved"


@pytest.mark.failure("P1")
def test_a_command_that_was_carried_out_and_not_settled_sends_its_order_once(house: Gateway, broker_url: str) -> None:
    commands = Commands(broker_url)
    commands.prepare(house)
    assert crashed_until_untouched(house, commands, "commands.before_settle")
    orders = [path.read_bytes() for path in house.answers("acme", "850")]
    assert sorted(b"*K1*" in each for each in orders) == [False, True]
    assert len(orders) == len({each.split(b"*")[13] for each in orders}) == 2
