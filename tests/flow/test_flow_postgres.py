"""Files and HL7 messages in, events out, with the ledger on PostgreSQL, while gateway and database are killed."""

import os
import threading
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from adapters.translate import digest
from canonical.event import event_id
from tests.rigs.collector import Collector
from tests.rigs.gateway import Gateway, gateway, wharf
from tests.rigs.hl7_messages import message
from tests.rigs.mllp_sender import MllpSender
from tests.rigs.postgres import PostgresServer
from tests.rigs.rabbitmq import RabbitNode
from tests.rigs.x12_bytes import order

pytestmark = [pytest.mark.broker, pytest.mark.slow, pytest.mark.xdist_group("broker")]

FILES = int(os.environ.get("WHARF_POSTGRES_FILES", "150"))
SENDERS = 4


@pytest.fixture
def house(tmp_path: Path, broker_url: str, ledger_url: str, rabbitmq: RabbitNode) -> Iterator[Gateway]:
    env = {"WHARF__BROKER__URL": broker_url, "WHARF__LEDGER__URL": ledger_url}
    with gateway(tmp_path / "st", env) as own:
        done = wharf("broker", "setup", "-c", own.config, env=env)
        assert done.returncode == 0, done.stderr.decode()
        rabbitmq.settle()
        yield own


def file_of(ordinal: int) -> bytes:
    """The file with this ordinal: its own control number and its own order number."""
    return order(f"{ordinal:09d}").replace(b"4500012345", b"45%08d" % ordinal)


def requisition(control: str) -> bytes:
    return message(
        "OMS^O05", f"ORC|NW|R{control}", "RQD|1|104412^GLOVE^IM|GLV-N-M||12|BX|4711||DOCK 2|20261125", control=control
    )


class Traffic:
    """A partner that drops files and systems that send messages, each after the answer to the one before."""

    def __init__(self, house: Gateway) -> None:
        self._house = house
        self._ended = threading.Event()
        self.acked: list[bytes] = []
        self.dropped: list[bytes] = []
        self._threads = [threading.Thread(target=self._drop)]
        self._threads += [threading.Thread(target=self._send, args=(lane,)) for lane in range(SENDERS)]

    def __enter__(self) -> "Traffic":
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        for thread in self._threads:
            thread.join(120)
            assert not thread.is_alive()

    def wait_for(self, more: int) -> None:
        """Until so many more messages were answered."""
        wanted, deadline = len(self.acked) + more, time.monotonic() + 60
        while len(self.acked) < wanted:
            assert time.monotonic() < deadline, self._house.log[-3000:]
            time.sleep(0.02)

    def _drop(self) -> None:
        for ordinal in range(1, FILES + 1):
            self._house.put(f"{ordinal:09d}.edi", file_of(ordinal))
            self.dropped.append(file_of(ordinal))
            if ordinal % 10 == 0:
                time.sleep(0.3)

    def _send(self, lane: int) -> None:
        caller = MllpSender(self._house.data / "ports.json", "ehr", patience=120)
        ordinal = 0
        while not self._ended.is_set():
            ordinal += 1
            control = f"L{lane}-{ordinal}"
            while f"\rMSA|AA|{control}\r".encode() not in (caller.ask(requisition(control)) or b""):
                # While the database is away a sender is asked to try again, and does.
                time.sleep(0.1)
            self.acked.append(requisition(control))
        caller.close()


@pytest.mark.failure("S7")
def test_nothing_is_lost_or_doubled_though_gateway_and_database_are_killed(
    house: Gateway, postgres: PostgresServer, broker_url: str
) -> None:
    with (
        Collector(broker_url, "supply.purchase_order") as orders,
        Collector(broker_url, "supply.requisition") as requisitions,
    ):
        with Traffic(house) as traffic:
            for _ in range(2):
                traffic.wait_for(30)
                house.kill()
                house.start()
            traffic.wait_for(30)
            postgres.crash()
            time.sleep(1)
            postgres.restart()
            traffic.wait_for(30)
        orders.wait_for_ids({event_id(digest(content), 1) for content in traffic.dropped}, 90)
        requisitions.wait_for_ids({event_id(digest(content), 1) for content in traffic.acked}, 90)
        house.wait(lambda: len(house.answers("acme", "997")) == FILES, "all 997s", 60)
        for seen, sent in ((orders.seen, traffic.dropped), (requisitions.seen, traffic.acked)):
            expected = {event_id(digest(content), 1) for content in sent}
            assert len(expected) == len(sent)
            assert {one.message_id for one in seen} == expected, "an event that nobody sent"
            firsts: set[str] = set()
            for one in seen:
                assert one.message_id not in firsts or one.redelivered or one.headers["x-attempt"] > 1
                firsts.add(one.message_id)
    numbers = Counter(path.read_bytes().split(b"*")[13] for path in house.answers("acme", "997"))
    assert set(numbers.values()) == {1}, "a control number was used twice"
    assert not list((house.drop / "rejected").iterdir())
