"""Polling: what is on disk is confirmed, what is not comes again, and nothing is asked for more often than it helps."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from functools import wraps
from itertools import count
from typing import Any

import pytest

from adapters.contracts import AdapterError, Alarm, Delivery, Outcome, Parcel, Receipt, RefusedError
from adapters.transports.soap_calls.caller import Caller
from adapters.transports.soap_calls.destination import SoapDestination
from adapters.transports.soap_calls.settings import Operation, Polling, Service
from adapters.transports.soap_calls.source import SoapPoll
from tests.conformance_transport import eventually, examine_destination, running
from tests.rigs import soap_partner as rig
from tests.rigs.soap_messages import TYPES
from tests.rigs.soap_partner import SUPPLY, WSDL, Partner, enveloped, fault, says, soap_partner

FETCH = Operation("FetchOrders", {"since": "{cursor}", "max": 2})
CONFIRM = Operation("ConfirmOrders", {"id": "{ids}"})
POLLING = Polling(FETCH, items="orders.order", content="document", id="id", confirm=CONFIRM, every=0.05)
ORDERS = [(f"O{number}", b"ISA*00*  number %d~" % number) for number in range(5)]


def in_loop(story: Callable[..., Coroutine[Any, Any, None]]) -> Callable[..., None]:
    """A test that is a coroutine."""

    @wraps(story)
    def test(*given: Any, **named: Any) -> None:
        asyncio.run(story(*given, **named))

    return test


def nobody(code: str, text: str) -> None:
    """Is told."""


class Kept:
    """A cursor in memory."""

    def __init__(self) -> None:
        self.value: str | None = None

    async def get(self) -> str | None:
        return self.value

    async def set(self, value: str) -> None:
        self.value = value


class Desk:
    """Takes deliveries as the gateway does: an origin that it knows changes nothing."""

    def __init__(self) -> None:
        self.taken: dict[str, Delivery] = {}
        self.offered: list[bytes] = []
        self.before: Callable[[Delivery], Awaitable[None]] | None = None

    async def __call__(self, delivery: Delivery) -> Receipt:
        self.offered.append(bytes(delivery.content[:]))
        if self.before is not None:
            await self.before(delivery)
        self.taken.setdefault(delivery.origin, delivery)
        return Receipt(delivery.id, Outcome.ACCEPTED)

    def contents(self) -> list[bytes]:
        return [bytes(each.content[:]) for each in self.taken.values()]


@pytest.fixture
def partner() -> Iterator[Partner]:
    with soap_partner() as running:
        running.orders = list(ORDERS)
        yield running


def source(
    partner: Partner,
    polling: Polling = POLLING,
    cursor: Kept | None = None,
    seconds: float = 5.0,
    alarm: Alarm = nobody,
) -> SoapPoll:
    ids = count(1)
    caller = Caller(Service(WSDL, partner.address, answer_seconds=seconds), ThreadPoolExecutor(2))
    return SoapPoll(
        "orders", caller, polling, cursor or Kept(),
        alarm=alarm, clock=lambda: datetime.now(UTC), new_id=lambda: f"d{next(ids)}", random=lambda: 0.5, grace=2.0,
    )  # fmt: skip


@in_loop
async def test_all_that_waits_is_fetched_in_order_and_confirmed(partner: Partner) -> None:
    desk = Desk()
    async with running(source(partner), desk):
        await eventually(lambda: len(partner.confirmed) == 5, "five confirmations")
        await eventually(lambda: partner.count("FetchOrders") > 5, "further polls")
    assert desk.contents() == [content for _, content in ORDERS]
    assert partner.confirmed == [id for id, _ in ORDERS]
    assert [each.name for each in desk.taken.values()] == partner.confirmed
    assert len(desk.offered) == 5


@in_loop
async def test_a_cursor_moves_when_all_is_on_disk_and_survives(partner: Partner) -> None:
    partner.cursors = True
    polling, cursor, desk = replace(POLLING, confirm=None, cursor="next", start="0"), Kept(), Desk()
    async with running(source(partner, polling, cursor), desk):
        await eventually(lambda: cursor.value == "5", "the cursor")
    asked = partner.count("FetchOrders")
    async with running(source(partner, polling, cursor), desk):
        await eventually(lambda: partner.count("FetchOrders") > asked, "polls after a restart")
    assert desk.offered == [content for _, content in ORDERS]
    assert b"since>0<" in partner.envelopes[0]
    assert b"since>5<" in partner.envelopes[-1]


@in_loop
async def test_what_is_not_taken_is_neither_confirmed_nor_passed_by_the_cursor(partner: Partner) -> None:
    partner.cursors = True
    cursor, desk = Kept(), Desk()

    async def fails(delivery: Delivery) -> None:
        if delivery.content == ORDERS[1][1]:
            raise AdapterError("the disk is full")

    desk.before = fails
    polling = replace(POLLING, cursor="next")
    async with running(source(partner, polling, cursor), desk):
        await eventually(lambda: desk.offered.count(ORDERS[1][1]) == 2, "a second offer")
        assert cursor.value is None
        assert set(partner.confirmed) == {"O0"}
        desk.before = None
        await eventually(lambda: cursor.value == "5", "the cursor")
    assert sorted(desk.contents()) == sorted(content for _, content in ORDERS)


@in_loop
@pytest.mark.failure("W6")
async def test_a_confirmation_that_fails_brings_the_same_items_again_and_changes_nothing(partner: Partner) -> None:
    partner.how["ConfirmOrders"] = fault("Server")
    desk = Desk()
    async with running(source(partner), desk):
        await eventually(lambda: partner.count("ConfirmOrders") >= 2, "another attempt")
        assert desk.contents() == [content for _, content in ORDERS[:2]]
        partner.how.clear()
        await eventually(lambda: len(partner.confirmed) == 5, "confirmations")
    assert desk.contents() == [content for _, content in ORDERS]


@in_loop
async def test_a_service_that_forgets_confirmations_is_not_asked_without_a_pause(partner: Partner) -> None:
    partner.how["ConfirmOrders"] = says(
        enveloped(f'<ConfirmOrdersResponse xmlns="{SUPPLY}"/>'), type=next(iter(TYPES.values()))
    )
    async with running(source(partner, replace(POLLING, every=30.0)), Desk()):
        await eventually(lambda: partner.count("FetchOrders") == 2, "two polls")
        await asyncio.sleep(0.3)
        assert partner.count("FetchOrders") == 2


@pytest.mark.parametrize("inside", ["<order><id>X</id></order>", "<order><document>SVNBKg==</document></order>"])
@in_loop
async def test_an_item_that_cannot_be_told_blocks_nobody_and_is_not_confirmed(partner: Partner, inside: str) -> None:
    good = "<order><id>G</id><document>ISA*1~ and so on</document></order>"
    body = f'<r xmlns="{SUPPLY}"><orders>{inside}{good}</orders></r>'
    partner.how["FetchOrders"] = says(enveloped(body))
    desk, told = Desk(), list[str]()
    async with running(source(partner, alarm=lambda code, _: told.append(code)), desk):
        await eventually(lambda: partner.count("FetchOrders") >= 3, "further polls")
    assert told == ["NET-E0701"]
    assert desk.contents() == [b"ISA*1~ and so on"]
    assert set(partner.confirmed) == {"G"}


@pytest.mark.parametrize(("how", "code"), [(says(b"", 401), "NET-E0702"), (fault("Client"), "NET-E0703")])
@in_loop
async def test_a_person_is_told_once_of_what_only_a_person_can_mend(partner: Partner, how: Any, code: str) -> None:
    partner.how["FetchOrders"] = how
    told: list[str] = []
    async with running(source(partner, alarm=lambda code, _: told.append(code)), Desk()):
        await eventually(lambda: partner.count("FetchOrders") >= 3, "further polls")
        assert told == [code]
        partner.how.clear()
        await eventually(lambda: len(partner.confirmed) == 5, "confirmations")
        partner.how["FetchOrders"] = how
        await eventually(lambda: told == [code, code], "told again")


@pytest.mark.parametrize(
    "how", [rig.hangs, rig.trickles, says(b"", 302, Location="/x"), fault("Client"), fault("Server")]
)
@in_loop
async def test_a_service_in_trouble_is_polled_again(partner: Partner, how: Any) -> None:
    partner.how["FetchOrders"] = how
    desk = Desk()
    polled = source(partner, seconds=0.3)
    async with running(polled, desk) as task:
        await eventually(lambda: partner.count("FetchOrders") >= 2, "another poll")
        assert not polled.listening()
        partner.how.clear()
        await eventually(lambda: len(partner.confirmed) == 5, "confirmations")
        assert polled.listening()
        assert not task.done()
    assert len(desk.offered) == 5


@in_loop
async def test_ended_while_the_service_hangs_it_ends_at_once(partner: Partner) -> None:
    partner.how["FetchOrders"] = rig.hangs
    loop = asyncio.get_running_loop()
    async with running(source(partner, seconds=60), Desk()):
        await eventually(lambda: partner.count("FetchOrders") == 1, "a call")
        began = loop.time()
    assert loop.time() - began < 2


@in_loop
async def test_ended_while_an_item_is_handed_over_it_is_still_confirmed(partner: Partner) -> None:
    desk, asked = Desk(), asyncio.Event()

    async def slowly(delivery: Delivery) -> None:
        asked.set()
        await asyncio.sleep(0.2)

    desk.before = slowly
    async with running(source(partner), desk):
        await asyncio.wait_for(asked.wait(), 10)
    assert partner.confirmed == ["O0", "O1"]


@in_loop
async def test_as_a_destination_it_keeps_what_every_destination_promises(partner: Partner) -> None:
    deliver = Operation("Deliver", {"id": "{id}", "kind": "{kind}", "content": "{content}"})
    destination = SoapDestination(Caller(Service(WSDL, partner.address), ThreadPoolExecutor(6)), deliver, alarm=nobody)

    async def received(parcel: Parcel) -> list[bytes]:
        return [content for id, content in partner.delivered.items() if id == parcel.id]

    await examine_destination(destination, Parcel("p1", "acme", "850", "850-1.edi", b"ISA*\xe9\x1c~"), received)


@in_loop
async def test_text_that_xml_cannot_hold_is_refused_before_it_is_sent(partner: Partner) -> None:
    deliver = Operation("Deliver", {"id": "{id}", "kind": "{content}", "content": "{content}"})
    destination = SoapDestination(Caller(Service(WSDL, partner.address), ThreadPoolExecutor(6)), deliver, alarm=nobody)
    for content in (b"ISA*\x1c~", b"\xff", "\ufffe".encode()):
        with pytest.raises(RefusedError, match="no text of XML"):
            await destination.send(Parcel("p1", "acme", "850", "850-1.edi", content))
    assert partner.calls == []
    assert await destination.send(Parcel("p1", "acme", "850", "850-1.edi", "ISA*é<&~".encode())) == "Deliver"
    assert "ISA*é&lt;&amp;~".encode() in partner.envelopes[0]
