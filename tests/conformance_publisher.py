"""What every publisher keeps to; examined by the same function whoever implements it."""

from collections.abc import Callable

from gateway.publishers.contract import Publisher
from tests.rigs.events import event_row


async def examine_publisher(make: Callable[[], Publisher]) -> None:
    """Takes a publisher that is new and whose broker, if any, is there, through a life."""
    publisher = make()
    assert not (await _unopened_state(publisher)), "before open, nothing is known of it"
    await publisher.open()
    await publisher.open()  # Asked before every window: it does nothing then.
    state = publisher.state()
    assert state.connected
    assert state.since is not None
    assert state.last_error is None

    assert (await publisher.publish(())).confirmed == ()
    events = [event_row(number) for number in range(1, 301)]
    published = await publisher.publish(events)
    assert published.failed == ()
    assert published.confirmed == tuple(event.id for event in events), "all of the window, in its order"

    again = await publisher.publish(events[:3])
    assert again.confirmed == tuple(event.id for event in events[:3]), "a repeat of an id is confirmed like the first"

    await publisher.close()
    await publisher.close()
    await publisher.open()
    assert (await publisher.publish(events[:1])).confirmed == (events[0].id,), "it works again after it was closed"
    await publisher.close()


async def _unopened_state(publisher: Publisher) -> bool:
    return publisher.state().kind != "embedded" and publisher.state().connected
