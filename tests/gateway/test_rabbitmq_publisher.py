"""The RabbitMQ publisher against a real broker: what arrives is seen by an independent client."""

import asyncio
import dataclasses
import hashlib
import json
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any, TypeVar

import pytest

from gateway.ledger.records import EventRow
from gateway.publishers.contract import Failure, Published, PublisherError
from gateway.publishers.rabbitmq import Limits, RabbitPublisher
from gateway.publishers.setup import Step, set_up
from tests.conformance_publisher import examine_publisher
from tests.rigs.collector import Collector, bind_queue, drain, on_channel
from tests.rigs.events import event_row
from tests.rigs.rabbitmq import RabbitNode, free_port

pytestmark = pytest.mark.broker
T = TypeVar("T")


def publisher_for(url: str, **limits: float) -> RabbitPublisher:
    return RabbitPublisher(url, now=lambda: datetime.now(UTC), limits=dataclasses.replace(Limits(), **limits))  # type: ignore[arg-type]


def with_open(publisher: RabbitPublisher, work: Callable[[RabbitPublisher], Awaitable[T]]) -> T:
    """Opens, works, closes."""

    async def life() -> T:
        try:
            await publisher.open()
            return await work(publisher)
        finally:
            await publisher.close()

    return asyncio.run(life())


def test_it_keeps_the_publishers_contract(broker_url: str) -> None:
    asyncio.run(examine_publisher(lambda: publisher_for(broker_url)))


def test_a_message_tells_its_event_in_headers_and_properties(broker_url: str) -> None:
    event = event_row(7, attempts=3, replay_of="old-id", test="true")

    async def work(publisher: RabbitPublisher) -> Published:
        await asyncio.to_thread(bind_queue, broker_url, "erp.orders", "supply.purchase_order.#")
        return await publisher.publish([event])

    assert with_open(publisher_for(broker_url), work).confirmed == (event.id,)

    (seen,) = drain(broker_url, "erp.orders")
    assert seen.body == event.body
    assert seen.routing_key == "supply.purchase_order.received.acme"
    attributes = {name: value for name, value in event.attributes.items() if name != "datacontenttype"}
    assert seen.headers == {
        **{f"cloudEvents_{name}": value for name, value in attributes.items()},
        "cloudEvents_sequence": "00000000000000000007",
        "cloudEvents_replayof": "old-id",
        "x-attempt": 3,
        "x-replay-of": "old-id",
        "x-body-sha256": hashlib.sha256(event.body).hexdigest(),
    }
    assert seen.properties["message_id"] == event.id
    assert seen.properties["type"] == "org.wharf.supply.purchase_order.received.v1"
    assert seen.properties["correlation_id"] == "acme/PO-7"
    assert seen.properties["content_type"] == "application/json"
    assert seen.properties["app_id"] == "wharf"
    assert seen.properties["delivery_mode"] == 2
    assert seen.properties["timestamp"] == datetime(2026, 11, 20, 8, 30, tzinfo=UTC).timestamp()


@pytest.mark.failure("B7")
def test_what_no_queue_takes_is_kept_in_supply_unrouted(broker_url: str) -> None:
    event = event_row(1)
    assert with_open(publisher_for(broker_url), lambda p: p.publish([event])).confirmed == (event.id,)
    assert [seen.message_id for seen in drain(broker_url, "supply.unrouted")] == [event.id]


@pytest.mark.failure("B7")
def test_an_unroutable_event_is_never_confirmed(broker_url: str) -> None:
    events = [event_row(1), event_row(2, document_type="invoice"), event_row(3)]

    async def work(publisher: RabbitPublisher) -> Published:
        await asyncio.to_thread(bind_queue, broker_url, "erp.orders", "supply.purchase_order.#")
        await asyncio.to_thread(on_channel, broker_url, lambda c: c.queue_delete("supply.unrouted"))
        return await publisher.publish(events)

    published = with_open(publisher_for(broker_url), work)
    assert published.confirmed == (events[0].id, events[2].id)
    assert [(failed.id, failed.failure) for failed in published.failed] == [(events[1].id, Failure.UNROUTABLE)]


@pytest.mark.failure("B6")
def test_a_full_queue_refuses_and_the_others_are_confirmed(broker_url: str) -> None:
    events = [event_row(1, document_type="invoice"), event_row(2, document_type="invoice"), event_row(3)]

    async def work(publisher: RabbitPublisher) -> Published:
        await asyncio.to_thread(
            bind_queue, broker_url, "ap.invoices", "supply.invoice.#", x_max_length=1, x_overflow="reject-publish"
        )
        return await publisher.publish(events)

    published = with_open(publisher_for(broker_url), work)
    assert published.confirmed == (events[0].id, events[2].id)
    assert [(failed.id, failed.failure) for failed in published.failed] == [(events[1].id, Failure.NACK)]


@pytest.mark.failure("B8", "B11")
def test_a_deleted_exchange_is_declared_again_and_the_ids_stay(broker_url: str) -> None:
    events = [event_row(number) for number in range(1, 21)]

    async def work(publisher: RabbitPublisher) -> tuple[Published, bool, Published]:
        await asyncio.to_thread(on_channel, broker_url, lambda c: c.exchange_delete("supply.events"))
        first = await publisher.publish(events)
        connected = publisher.state().connected
        await publisher.open()
        return first, connected, await publisher.publish(events)

    first, connected, second = with_open(publisher_for(broker_url), work)
    assert first.confirmed == ()
    assert first.failed[0].failure is Failure.UNKNOWN
    assert {failed.failure for failed in first.failed} <= {Failure.UNKNOWN, Failure.UNAVAILABLE}
    assert not connected, "after a lost answer the connection is closed before anything is sent again"
    assert second.confirmed == tuple(event.id for event in events)


@pytest.mark.failure("B10")
def test_a_message_over_the_limit_is_not_sent_and_harms_no_other(broker_url: str) -> None:
    events = [event_row(1), event_row(2, size=5000), event_row(3), event_row(4, subject="s" * 70_000)]
    published = with_open(publisher_for(broker_url, message_bytes=4000), lambda p: p.publish(events))
    assert published.confirmed == (events[0].id, events[2].id)
    assert [(failed.id, failed.failure) for failed in published.failed] == [
        (events[1].id, Failure.REFUSED),
        (events[3].id, Failure.REFUSED),
    ]
    assert "5000 bytes" in published.failed[0].reason


def test_a_long_correlation_stands_in_the_header_only(broker_url: str) -> None:
    event = event_row(1, correlationid="acme/" + "9" * 300)
    assert with_open(publisher_for(broker_url), lambda p: p.publish([event])).confirmed == (event.id,)
    (seen,) = drain(broker_url, "supply.unrouted")
    assert seen.headers["cloudEvents_correlationid"] == event.attributes["correlationid"]
    assert "correlation_id" not in seen.properties


def test_the_same_id_twice_in_a_window_is_a_fault_of_ours(broker_url: str) -> None:
    with pytest.raises(ValueError, match="twice"):
        with_open(publisher_for(broker_url), lambda p: p.publish([event_row(1), event_row(1)]))


@pytest.mark.failure("B5")
def test_an_alarm_is_told_before_anything_is_sent(rabbitmq: RabbitNode, broker_url: str) -> None:
    publisher = publisher_for(broker_url, call=3, confirm=3)
    events = [event_row(number) for number in range(1, 4)]

    async def life() -> tuple[list[Published], PublisherError]:
        await publisher.open()
        await asyncio.to_thread(rabbitmq.alarm, on=True)
        try:
            blocked = [await publisher.publish(events)]
            with pytest.raises(PublisherError) as refused:
                await publisher.open()
            blocked.append(await publisher.publish(events))
        finally:
            await asyncio.to_thread(rabbitmq.alarm, on=False)
        await publisher.open()
        blocked.append(await publisher.publish(events))
        await publisher.close()
        return blocked, refused.value

    (first, second, last), refused = asyncio.run(life())
    assert {failed.failure for failed in first.failed} <= {Failure.UNKNOWN, Failure.UNAVAILABLE}
    assert first.confirmed == ()
    assert refused.code == "NET-E0305"
    assert {failed.failure for failed in second.failed} == {Failure.UNAVAILABLE}
    assert last.confirmed == tuple(event.id for event in events)


def test_a_broker_that_is_away_is_told_in_words_without_the_password() -> None:
    publisher = publisher_for(f"amqp://operator:s3cret@127.0.0.1:{free_port()}/")
    with pytest.raises(PublisherError) as refused:
        asyncio.run(publisher.open())
    assert refused.value.code == "NET-E0301"
    assert "127.0.0.1" in str(refused.value)
    state = publisher.state()
    assert not state.connected
    for text in (str(refused.value), repr(refused.value), repr(publisher), str(state)):
        assert "s3cret" not in text
        assert "operator" not in text


@pytest.mark.failure("B12")
def test_a_wrong_password_is_told_as_such(rabbitmq: RabbitNode) -> None:
    publisher = publisher_for(f"amqp://guest:s3cret@127.0.0.1:{rabbitmq.port}/")
    with pytest.raises(PublisherError) as refused:
        asyncio.run(publisher.open())
    assert refused.value.code == "NET-E0303"
    assert "s3cret" not in str(refused.value)


@pytest.mark.failure("B8")
def test_something_else_under_our_name_is_told_and_left_alone(broker_url: str) -> None:
    on_channel(broker_url, lambda c: c.exchange_declare("supply.events", "direct", durable=True))
    with pytest.raises(PublisherError) as refused:
        asyncio.run(publisher_for(broker_url).open())
    assert refused.value.code == "CFG-E0301"
    assert "supply.events" in str(refused.value)


def test_what_others_set_up_with_other_arguments_is_used_as_it_is(broker_url: str) -> None:
    def prepare(channel: Any) -> None:
        channel.exchange_declare("supply.events", "topic", durable=True)
        channel.queue_declare("supply.unrouted", durable=True, arguments={"x-queue-type": "quorum"})
        channel.queue_declare("mine", durable=True, arguments={"x-queue-type": "quorum"})
        channel.queue_bind("mine", "supply.events", "supply.purchase_order.#")

    on_channel(broker_url, prepare)
    with_open(publisher_for(broker_url), lambda p: p.publish([event_row(1)]))
    assert [seen.message_id for seen in drain(broker_url, "mine")] == [event_row(1).id]


@pytest.mark.parametrize("url", ["", "http://broker", "amqp://", "amqp://user:s3cret@host:port/"])
def test_what_is_no_address_of_a_broker_is_refused_without_repeating_it(url: str) -> None:
    with pytest.raises(ValueError, match="url") as refused:
        publisher_for(url)
    assert "s3cret" not in str(refused.value)


def test_setup_makes_the_queues_and_is_safe_to_repeat(broker_url: str) -> None:
    first = asyncio.run(set_up(broker_url))
    assert {done.step for done in first} == {Step.CREATED}
    assert {"supply.purchase_order", "supply.invoice", "supply.dlx", "supply.unrouted"} <= {done.name for done in first}
    assert {done.step for done in asyncio.run(set_up(broker_url))} == {Step.KEPT}

    events = [event_row(1), event_row(2, document_type="purchase_order_acknowledgment")]
    with_open(publisher_for(broker_url), lambda p: p.publish(events))
    assert [seen.message_id for seen in drain(broker_url, "supply.purchase_order")] == [events[0].id]
    assert [seen.message_id for seen in drain(broker_url, "supply.purchase_order_acknowledgment")] == [events[1].id]
    assert drain(broker_url, "supply.unrouted") == []


def test_setup_tells_what_differs_and_does_the_rest(broker_url: str) -> None:
    on_channel(broker_url, lambda c: c.queue_declare("supply.invoice", durable=True))
    steps = {(done.kind, done.name): done for done in asyncio.run(set_up(broker_url))}
    assert steps[("queue", "supply.invoice")].step is Step.FAILED
    assert "CFG-E0301" in steps[("queue", "supply.invoice")].detail
    assert {done.step for key, done in steps.items() if key != ("queue", "supply.invoice")} == {Step.CREATED}


def test_a_rejected_delivery_ends_in_the_dead_letters(broker_url: str) -> None:
    asyncio.run(set_up(broker_url))
    event = event_row(1)
    with_open(publisher_for(broker_url), lambda p: p.publish([event]))

    def reject(channel: object) -> None:
        method, _, _ = channel.basic_get("supply.purchase_order")  # type: ignore[attr-defined]
        channel.basic_reject(method.delivery_tag, requeue=False)  # type: ignore[attr-defined]

    on_channel(broker_url, reject)
    with Collector(broker_url, "supply.dlx") as collector:
        (seen,) = collector.wait_for_ids({event.id})
    assert json.loads(seen.body)["number"] == "PO-1"


@pytest.mark.slow
@pytest.mark.failure("B2")
def test_a_killed_broker_loses_nothing_and_no_event_gets_a_second_id(rabbitmq: RabbitNode, broker_url: str) -> None:
    publisher = publisher_for(broker_url)
    events = [event_row(number, size=2000) for number in range(1, 4001)]
    rounds: list[Published] = []

    async def life() -> None:
        await publisher.open()
        await asyncio.to_thread(bind_queue, broker_url, "erp.orders", "supply.purchase_order.#")
        await asyncio.to_thread(rabbitmq.settle)
        waiting = {event.id: event for event in events}
        kill = asyncio.create_task(_kill_and_restart(rabbitmq))
        while waiting:
            try:
                await publisher.open()
            except PublisherError:
                await asyncio.sleep(0.2)
                continue
            window = list(waiting.values())[:256]
            rounds.append(await publisher.publish(window))
            for id in rounds[-1].confirmed:
                del waiting[id]
            for event in window:
                if event.id in waiting:
                    waiting[event.id] = _again(event)
        await kill
        await publisher.close()

    asyncio.run(life())
    ids = {event.id for event in events}
    assert any(one.failed for one in rounds), "the kill came too late to hit a window"
    with Collector(broker_url, "erp.orders") as collector:
        seen = collector.wait_for_ids(ids)
    assert {one.message_id for one in seen} == ids
    assert all(one.headers["x-body-sha256"] == one.body_sha256 for one in seen)
    repeats = [one for index, one in enumerate(seen) if one.message_id in {s.message_id for s in seen[:index]}]
    assert all(one.headers["x-attempt"] > 1 or one.redelivered for one in repeats), "a repeat is told as one"


async def _kill_and_restart(node: RabbitNode) -> None:
    await asyncio.sleep(0.3)
    await asyncio.to_thread(node.kill)
    await asyncio.to_thread(node.restart)


def _again(event: EventRow) -> EventRow:
    return dataclasses.replace(event, attempts=event.attempts + 1)


@pytest.mark.slow
@pytest.mark.failure("B4", "B13")
def test_a_frozen_broker_is_noticed_and_its_window_sent_again(rabbitmq: RabbitNode, broker_url: str) -> None:
    publisher = publisher_for(broker_url, confirm=3, call=3, connect=3)
    events = [event_row(number) for number in range(1, 41)]

    async def life() -> tuple[Published, str, Published]:
        await publisher.open()
        rabbitmq.suspend()
        try:
            first = await publisher.publish(events)
            with pytest.raises(PublisherError) as refused:
                await publisher.open()
        finally:
            rabbitmq.resume()
        await publisher.open()
        second = await publisher.publish([_again(event) for event in events])
        await publisher.close()
        return first, refused.value.code, second

    first, code, second = asyncio.run(life())
    assert {failed.failure for failed in first.failed} == {Failure.UNKNOWN}
    assert len(first.failed) == len(events)
    assert code == "NET-E0302"
    assert second.confirmed == tuple(event.id for event in events)
    assert {seen.message_id for seen in drain(broker_url, "supply.unrouted")} == {event.id for event in events}
