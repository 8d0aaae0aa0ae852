"""The relay's rules without a ledger or a broker."""

from gateway.ledger.records import EventRow
from gateway.publishers.contract import Failed, Failure, Published
from gateway.relay_window import Window
from tests.rigs.events import event_row


def take(window: Window, numbers: range, time: float = 0.0) -> list[list[EventRow]]:
    """These events are claimed; the parts in which they are sent."""
    ask = window.ask(time, window.room())
    return [list(part) for part in window.given(ask, [event_row(n) for n in numbers])]


def outcome(events: list[EventRow], failure: Failure | None = None) -> Published:
    """All of them confirmed, or failed alike."""
    if failure is None:
        return Published(confirmed=tuple(event.id for event in events))
    return Published(failed=tuple(Failed(event.id, failure, "as told") for event in events))


def window_of(most: int) -> Window:
    return Window(most, float)


def test_what_is_on_its_way_is_passed_over_until_it_has_landed() -> None:
    window = window_of(16)
    parts = take(window, range(1, 17))
    assert [len(part) for part in parts] == [2] * 8
    assert window.room() == 0
    window.landed(parts[0], outcome(parts[0]), 0.0)
    ask = window.ask(0.0, 2)
    assert ask.besides == set(range(3, 17))
    assert ask.confirmed == (event_row(1).id, event_row(2).id)
    window.given(ask, [])
    assert window.ask(0.0, 2).confirmed == (), "marked once"


def test_a_claim_waits_for_half_of_the_window_unless_no_more_comes() -> None:
    window = window_of(16)
    parts = take(window, range(1, 17))
    for part in parts[:3]:
        window.landed(part, outcome(part), 0.0)
    assert (window.room(), window.room(any=True)) == (0, 6)
    window.landed(parts[3], outcome(parts[3]), 0.0)
    assert window.room() == 8


def test_after_a_lost_answer_nothing_is_claimed_until_all_has_landed() -> None:
    window = window_of(8)
    first, *others = take(window, range(1, 9))
    window.landed(first, outcome(first, Failure.UNKNOWN), 0.0)
    assert others
    for part in others:
        assert window.room(any=True) == 0
        window.landed(part, outcome(part, Failure.UNKNOWN), 0.0)
    assert window.room() == 4, "one break of the connection halves the window once"


def test_a_refused_event_rests_alone_where_others_of_its_key_pass() -> None:
    window = window_of(4)
    parts = take(window, range(1, 5))
    window.landed(parts[0], outcome(parts[0], Failure.NACK), 0.0)
    assert window.ask(0.0, 1).resting, "everything of the key failed so far"
    window.landed(parts[1], outcome(parts[1]), 0.0)
    mixed = [*parts[2], *parts[3]]
    window.landed(mixed, Published((mixed[0].id,), (Failed(mixed[1].id, Failure.UNROUTABLE, "as told"),)), 0.0)
    ask = window.ask(0.5, 1)
    assert ask.resting == ()
    assert ask.besides == {mixed[1].sequence}
    assert window.next_end(0.5) == 0.5
    assert window.ask(1.5, 1).besides == frozenset()


def test_a_queue_that_refuses_rests_longer_each_time_and_not_for_each_part() -> None:
    window = window_of(4)
    for part in take(window, range(1, 5)):
        window.landed(part, outcome(part, Failure.NACK), 0.0)
    assert window.next_end(0.0) == 1.0, "what was on its way when the rest began is no further failure"
    (part,) = take(window, range(1, 2), 2.0)
    window.landed(part, outcome(part, Failure.NACK), 2.0)
    assert window.next_end(2.0) == 2.0
