"""Nodes on one ledger: who works, who stands by, who takes over, and who is refused."""

import asyncio
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from prometheus_client import CollectorRegistry

from adapters.contracts import Delivery, Outcome, Receipt
from adapters.partner import Partner
from adapters.translate import digest
from gateway.doors import Doors
from gateway.inbound import Inbound
from gateway.ledger.contract import LeaseLost, Ledger, LedgerError
from gateway.metrics import Metrics
from gateway.nodes.keeper import Keeper
from gateway.nodes.post import Post
from gateway.nodes.tenure import Terms
from gateway.readings import Readings
from gateway.rows import Naming
from tests.rigs.ledger_rows import NOW
from tests.rigs.nodes import LEASE, Gated, Place, Shared
from tests.rigs.x12_bytes import order


@pytest.fixture
def shared(tmp_path: Path) -> Iterator[Shared]:
    own = Shared(tmp_path)
    yield own
    own.ledger.close()


async def eventually(done: Callable[[], bool], what: str, seconds: float = 10) -> None:
    deadline = time.monotonic() + seconds
    while not done():
        assert time.monotonic() < deadline, what
        await asyncio.sleep(0.005)


class Work:
    """Something that only one node does."""

    def __init__(self, keeper: Keeper, ledger: Ledger) -> None:
        self.post = Post(keeper, "relay", ledger)
        self.going = False
        self.task: asyncio.Task[None] | None = None

    def start(self) -> None:
        self.task = asyncio.create_task(self.post.run(self._work))

    async def stop(self) -> None:
        assert self.task is not None
        self.task.cancel()
        await asyncio.gather(self.task, return_exceptions=True)

    async def _work(self) -> None:
        self.going = True
        try:
            await asyncio.Event().wait()
        finally:
            self.going = False


def test_one_works_the_other_stands_by_and_takes_over_at_once_when_it_is_given_back(shared: Shared) -> None:
    async def story() -> None:
        one, two = shared.keeper("a"), shared.keeper("b")
        first, second = Work(one, shared.ledger), Work(two, shared.ledger)
        await one.beat()
        await two.beat()
        first.start()
        second.start()
        await eventually(lambda: first.going, "the first works")
        assert not second.going
        assert two.waits_for() == ["relay"]
        assert one.living() == ["a", "b"] or two.living() == ["a", "b"]
        await first.stop()
        await two.beat()
        await eventually(lambda: second.going, "the second works")
        await second.stop()

    asyncio.run(story())


def test_one_that_was_frozen_is_refused_when_it_wakes_and_its_work_ends(shared: Shared) -> None:
    async def story() -> None:
        one, two = shared.keeper("a"), shared.keeper("b")
        first, second = Work(one, shared.ledger), Work(two, shared.ledger)
        keeping = asyncio.create_task(one.run())
        first.start()
        second.start()
        await eventually(lambda: first.going, "the first works")
        # Frozen: nothing of it runs while time passes, and so nothing of it has noticed.
        keeping.cancel()
        await asyncio.gather(keeping, return_exceptions=True)
        shared.seconds += LEASE
        await two.beat()
        await eventually(lambda: second.going, "the second works")
        with pytest.raises(LeaseLost):
            await asyncio.wrap_future(first.post.ledger.write(lambda tx: tx.next_number("never")))
        await asyncio.wrap_future(second.post.ledger.write(lambda tx: tx.next_number("once")))
        await eventually(lambda: not first.going, "the first stops")
        await first.stop()
        await second.stop()
        assert shared.ledger.write(lambda tx: tx.next_number("never")).result() == 1

    asyncio.run(story())


def test_one_that_is_cut_off_stops_by_itself_before_the_other_may_begin(tmp_path: Path) -> None:
    """By the real clock: nothing but time tells it."""
    shared = Shared(tmp_path)
    line = Gated(shared.ledger)
    keeper = Keeper(
        line, shared.keeper("a").node, Terms(1.0), sole=False, clock=shared.now, monotonic=time.monotonic
    )  # fmt: skip

    async def story() -> None:
        work = Work(keeper, line)
        keeping = asyncio.create_task(keeper.run())
        work.start()
        await eventually(lambda: work.going, "it works")
        await asyncio.sleep(1.5)
        assert work.going, "it is renewed"
        line.gate.clear()
        cut = time.monotonic()
        await eventually(lambda: not work.going, "it stops", 2)
        assert time.monotonic() - cut < 0.9, "a lease of a second holds no longer than that"
        line.gate.set()
        await eventually(lambda: work.going, "it goes on")
        await work.stop()
        keeping.cancel()
        await asyncio.gather(keeping, return_exceptions=True)

    try:
        asyncio.run(story())
    finally:
        shared.ledger.close()


def test_a_copy_of_a_node_ends_the_one_that_was_there_before(shared: Shared) -> None:
    async def story() -> None:
        one, copy = shared.keeper("a"), shared.keeper("a")
        await one.beat()
        await one.beat()
        await copy.beat()
        with pytest.raises(LedgerError, match="NET-E0911"):
            await one.beat()
        await copy.beat()

    asyncio.run(story())


def test_lanes_spread_over_the_nodes_and_every_parcel_leaves_once(shared: Shared) -> None:
    partners = [f"p{number}" for number in range(12)]

    async def story() -> None:
        keepers = [shared.keeper(id) for id in "ab"]
        places = [Place([]), Place([])]
        nodes = [
            shared.outbound(each, {"drop": place}, frozenset()) for each, place in zip(keepers, places, strict=True)
        ]
        for keeper in (*keepers, *keepers):
            await keeper.beat()
        for _ in range(3):
            shared.queue("drop", *partners)
            await asyncio.gather(*(node.turn() for node in nodes))
        sent = [[parcel.id for parcel in place.taken] for place in places]
        assert all(sent), "both send"
        assert len(sent[0] + sent[1]) == len(set(sent[0] + sent[1])) == 36
        owners = [{parcel.partner for parcel in place.taken} for place in places]
        assert not owners[0] & owners[1], "each lane has one owner"
        assert set(shared.states()) == {"delivered"}

    asyncio.run(story())


def test_what_a_dead_owner_left_half_sent_is_sent_by_the_next_and_the_dead_one_marks_nothing(shared: Shared) -> None:
    async def story() -> None:
        one, two = shared.keeper("a"), shared.keeper("b")
        hangs, takes = Place([], asyncio.Event()), Place([])
        await one.beat()
        first = shared.outbound(one, {"ehr": hangs}, frozenset({"ehr"}))
        shared.queue("ehr", "acme", "acme")
        sending = asyncio.create_task(first.turn())
        await eventually(lambda: len(hangs.taken) == 1, "the first is in its hands")
        second = shared.outbound(two, {"ehr": takes}, frozenset({"ehr"}))
        await two.beat()
        assert await second.turn() == 0, "its owner lives"
        assert shared.states() == ["sending", "sending"]
        shared.seconds += LEASE
        await two.beat()
        shared.seconds += 1
        await second.turn()
        await second.turn()
        assert takes.taken[0].name == hangs.taken[0].name, "the same once more, and first"
        assert len(takes.taken) == 2
        assert shared.states() == ["delivered", "delivered"]
        before = shared.ledger.read(lambda reads: reads.parcel_history(hangs.taken[0].id))
        assert hangs.open is not None
        hangs.open.set()
        await asyncio.wait_for(sending, 10)
        assert shared.ledger.read(lambda reads: reads.parcel_history(hangs.taken[0].id)) == before
        assert len(hangs.taken) == 1, "it sends nothing further"

    asyncio.run(story())


def inbound(shared: Shared, keeper: Keeper, ledger: Ledger | None = None) -> Inbound:
    """The way in of one node."""
    partner = Partner(name="acme", catch_all=True)
    return Inbound(
        ledger=ledger or shared.ledger, doors=Doors(lambda *_: partner, lambda _: partner), clock=lambda: NOW,
        naming=Naming("st", "org.wharf.supply"), new_id=lambda: f"{keeper.node.id}-{time.monotonic_ns()}",
        metrics=Metrics(CollectorRegistry()), recorded=lambda: None,
        readings=Readings(keeper.node.id, sole=False, others=keeper.others),
    )  # fmt: skip


def delivery(id: str) -> Delivery:
    content = order()
    return Delivery(
        id=id, channel="suppliers", name="order.edi", origin=id, content=content, sha256=digest(content),
        received_at=NOW,
    )  # fmt: skip


def outcome_of(shared: Shared, id: str) -> str | None:
    row = shared.ledger.read(lambda reads: reads.delivery(id))
    return row.outcome if row else None


def test_the_same_bytes_at_two_nodes_are_read_once(shared: Shared) -> None:
    async def story() -> tuple[Receipt, Receipt]:
        one, two = shared.keeper("a"), shared.keeper("b")
        await one.beat()
        await two.beat()
        line = Gated(shared.ledger)
        reading = asyncio.create_task(inbound(shared, one, line)(delivery("d1")))
        await eventually(lambda: shared.ledger.read(lambda reads: reads.delivery("d1")) is not None, "it is accepted")
        line.gate.clear()
        waiting = asyncio.create_task(inbound(shared, two)(delivery("d2")))
        await asyncio.sleep(0.3)
        line.gate.set()
        return await reading, await waiting

    first, second = asyncio.run(story())
    assert {first.outcome, second.outcome} == {Outcome.ACCEPTED, Outcome.DUPLICATE}
    assert len(shared.ledger.read(lambda reads: reads.documents())) == 1


def test_what_a_dead_node_was_reading_another_reads_and_the_dead_one_is_refused(shared: Shared) -> None:
    async def story() -> None:
        one, two = shared.keeper("a"), shared.keeper("b")
        await one.beat()
        await two.beat()
        line = Gated(shared.ledger)
        late = inbound(shared, one, line)
        # The bytes are taken in, and then nothing of the first node is heard any more.
        shut = line.write

        def accept_then_shut(work: Callable[..., object]) -> object:
            future = shut(work)
            line.gate.clear()
            return future

        line.write = accept_then_shut  # type: ignore[method-assign, assignment]
        reading = asyncio.create_task(late(delivery("d1")))
        await eventually(lambda: shared.ledger.read(lambda reads: reads.delivery("d1")) is not None, "it is accepted")
        other = inbound(shared, two)
        assert await other.resume() == 0, "its reader lives"
        assert outcome_of(shared, "d1") is None
        shared.seconds += LEASE
        await two.beat()
        assert await other.resume() == 1
        assert outcome_of(shared, "d1") == "accepted"
        line.gate.set()
        with pytest.raises(LeaseLost):
            await reading

    asyncio.run(story())
    assert len(shared.ledger.read(lambda reads: reads.documents())) == 1
