"""Three gateways on one ledger, while the one that does most is killed, frozen and cut off from the database.

What must arrive is computed from what is sent: event ids are deterministic, so a document that came under a second id,
or one that nobody sent, would show as an id that is not expected.
"""

import json
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from adapters.translate import digest
from canonical.event import event_id
from tests.rigs.cluster import LEASE, Node, cluster
from tests.rigs.collector import Collector, Seen
from tests.rigs.gateway import wharf
from tests.rigs.hl7_messages import message
from tests.rigs.mllp_sender import MllpSender
from tests.rigs.postgres import PostgresServer
from tests.rigs.proxy import Proxy, proxy
from tests.rigs.x12_bytes import order

FILES = 160
SENDERS, MESSAGES = 3, 30


class Cluster:
    """The nodes, each with a line to the database that can be cut."""

    def __init__(self, nodes: dict[str, Node], lines: dict[str, Proxy], direct: dict[str, str]) -> None:
        self.nodes = nodes
        self.lines = lines
        self.direct = direct
        """Leads to the database by a line that is never cut."""
        self.first = next(iter(nodes.values()))

    def told(self) -> list[dict[str, object]]:
        """What `wharf nodes list` tells, by a line of its own."""
        done = wharf("nodes", "list", "-c", self.first.config, "--json", env={**self.first.env, **self.direct})
        return [json.loads(line) for line in done.stdout.splitlines()]

    def owner(self, lease: str) -> Node:
        """The node that has a lease now."""
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            for row in self.told():
                if any(each["lease"] == lease for each in row["owns"]):  # type: ignore[attr-defined]
                    return self.nodes[str(row["name"])]
            time.sleep(0.2)
        raise AssertionError(f"nobody took over {lease}")

    def taken_over(self, lease: str, before: Node) -> Node:
        """Waits until another node has it."""
        deadline = time.monotonic() + 30
        while (now := self.owner(lease)) is before:
            assert time.monotonic() < deadline, f"{lease} stays with {before.name}"
        return now


@pytest.fixture
def three(tmp_path: Path, postgres: PostgresServer, database: str, broker_url: str) -> Iterator[Cluster]:
    with ExitStack() as stack:
        lines = {name: stack.enter_context(proxy(postgres.port)) for name in "abc"}
        env = {
            name: {
                "WHARF__LEDGER__URL": postgres.url_of(database, port=line.port),
                "WHARF__BROKER__URL": broker_url,
            }
            for name, line in lines.items()
        }
        direct = {"WHARF__LEDGER__URL": postgres.url_of(database)}
        own = Cluster(stack.enter_context(cluster(tmp_path / "st", env)), lines, direct)
        done = wharf("broker", "setup", "-c", own.first.config, env={"WHARF__BROKER__URL": broker_url})
        assert done.returncode == 0, done.stderr
        for node in own.nodes.values():
            node.launch()
        for node in own.nodes.values():
            node.wait(node.is_ready, "it is ready")
        yield own


def file_of(ordinal: int) -> bytes:
    """A file with its own control number and its own order number."""
    return order(f"{ordinal:09d}").replace(b"4500012345", b"45%08d" % ordinal)


def message_of(sender: int, ordinal: int) -> bytes:
    """The requisition of a sender, changed once more: all of its messages have one ordering key."""
    return message(
        "OMS^O05", f"ORC|NW|R{sender}", f"RQD|1|104412^GLOVE^IM|GLV-N-M||{ordinal}|BX|4711||DOCK 2|20261125",
        control=f"S{sender}N{ordinal}",
    )  # fmt: skip


def drop_files(own: Cluster, end: threading.Event) -> None:
    """All files, evenly until they are called for."""
    for ordinal in range(1, FILES + 1):
        own.first.put(f"{ordinal:09d}.edi", file_of(ordinal))
        if not end.is_set():
            time.sleep(0.15)


def send_messages(own: Cluster, sender: int, end: threading.Event) -> None:
    """One after the other, each until it is accepted, by another node where one does not answer."""
    callers = [MllpSender(node.data / "ports.json", "ehr", patience=3) for node in own.nodes.values()]
    at = sender
    for ordinal in range(1, MESSAGES + 1):
        content = message_of(sender, ordinal)
        while True:
            try:
                answer = callers[at % len(callers)].ask(content)
            except AssertionError:
                answer = None
            if answer is not None and b"MSA|AA|" in answer:
                break
            at += 1
        if not end.is_set():
            time.sleep(0.6)
    for caller in callers:
        caller.close()


def examine(seen: list[Seen], expected: set[str]) -> None:
    """Every document under its one id, none invented, every repeat declared."""
    assert {one.message_id for one in seen} == expected
    firsts: set[str] = set()
    for one in seen:
        assert one.message_id not in firsts or one.redelivered or one.headers["x-attempt"] > 1
        firsts.add(one.message_id)


@pytest.mark.broker
@pytest.mark.slow
@pytest.mark.xdist_group("broker")
def test_nothing_is_lost_and_nothing_doubled_while_owners_are_killed_frozen_and_cut_off(
    three: Cluster, broker_url: str
) -> None:
    orders = {event_id(digest(file_of(ordinal)), 1) for ordinal in range(1, FILES + 1)}
    requisitions = {
        event_id(digest(message_of(sender, ordinal)), 1): (sender, ordinal)
        for sender in range(SENDERS)
        for ordinal in range(1, MESSAGES + 1)
    }
    end = threading.Event()
    threads = [threading.Thread(target=drop_files, args=(three, end))]
    threads += [threading.Thread(target=send_messages, args=(three, sender, end)) for sender in range(SENDERS)]
    with (
        Collector(broker_url, "supply.purchase_order") as bought,
        Collector(broker_url, "supply.requisition") as asked,
    ):
        for thread in threads:
            thread.start()
        try:
            bought.wait(lambda seen: len(seen) > 5)

            killed = three.owner("relay")
            killed.kill()
            three.taken_over("relay", killed)
            killed.launch()

            frozen = three.owner("relay")
            frozen.freeze()
            three.taken_over("relay", frozen)
            time.sleep(LEASE / 2)
            frozen.wake()

            lonely = three.owner("relay")
            three.lines[lonely.name].cut()
            three.taken_over("relay", lonely)
            time.sleep(LEASE / 2)
            three.lines[lonely.name].heal()
        finally:
            end.set()
            for thread in threads:
                thread.join(120)
        bought.wait_for_ids(orders, 90)
        asked.wait_for_ids(set(requisitions), 90)
        own = three.first
        own.wait(lambda: len(list((own.drop / "done").glob("*.edi"))) == FILES, "all files in done/", 60)
        own.wait(lambda: len(own.answers("acme", "997")) == FILES, "all 997s", 60)
        examine(bought.seen, orders)
        examine(asked.seen, set(requisitions))
    came: dict[int, list[int]] = defaultdict(list)
    for one in dict.fromkeys(one.message_id for one in asked.seen):
        sender, ordinal = requisitions[one]
        came[sender].append(ordinal)
    assert all(ordinals == sorted(ordinals) for ordinals in came.values()), "one of a key overtook another"
    numbers = Counter(path.read_bytes().split(b"*")[13] for path in own.answers("acme", "997"))
    assert set(numbers.values()) == {1}, "a control number was used twice"
    assert not list((own.drop / "rejected").iterdir())
    rows = three.told()
    assert {str(row["name"]): row["state"] for row in rows} == dict.fromkeys("abc", "alive")
    leases = Counter(each["lease"] for row in rows for each in row["owns"])  # type: ignore[attr-defined]
    assert {"relay", "clocks", "routing", "channel suppliers"} <= set(leases)
    assert set(leases.values()) == {1}
