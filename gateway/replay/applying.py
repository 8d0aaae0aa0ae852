"""A replay done: what was tried goes out again, as it was or as a new event, or is read again; all of it is kept."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from adapters.reading import Message
from canonical.event import replay_id
from gateway.audit.deeds import replayed
from gateway.audit.entry import Actor
from gateway.audit.record import audit
from gateway.ledger.contract import Ledger, Transaction
from gateway.ledger.exception_records import Wanted
from gateway.ledger.records import DeliveryState, DocumentRow, NewEvent
from gateway.ledger.replay_records import REPLAYED, Choice, How, ReplayItem, ReplayRow
from gateway.replay.trial import Trial, Tried, Verdict
from gateway.reread import delivery_of
from gateway.rows import Naming, rows_of

AT_ONCE = 200
"""Messages of one transaction, so that the ledger's writer serves others in between."""
_MOST_EXCEPTIONS = 1_000


@dataclass(slots=True)
class Done:
    """What a replay began."""

    replay: str
    published: int = 0
    """Events that go out again under their own ids."""
    waiting: int = 0
    """Events that were still to be published anyway."""
    new: int = 0
    """Events that go out as new ones."""
    read: int = 0
    """Rejected messages whose deliveries are read again."""
    deliveries: int = 0
    """Those deliveries."""


def apply(ledger: Ledger, row: ReplayRow, tried: Trial, naming: Naming, choice: Choice, actor: Actor) -> Done:
    """Does it, portion by portion: what a crash leaves undone is asked for again, and nothing is done twice by it.

    It is on record before the first portion. What would be rejected again is left as it is; so is, with ``as_new``,
    what is not accepted today.
    """
    done = Done(row.id)
    chosen = [each for each in tried.tried if _is_meant(each, row)]
    entry = replayed(row.id, choice, len(chosen), row.as_new, actor, row.reason)

    def begin(tx: Transaction) -> None:
        tx.add_replay(row)
        audit(tx, entry)

    ledger.write(begin).result()
    for portion in _portions(chosen):
        ledger.write(_work(portion, row, done, naming)).result()
    return done


def _is_meant(each: Tried, row: ReplayRow) -> bool:
    if each.verdict is Verdict.STILL:
        return False
    return not (row.as_new and each.verdict is Verdict.REJECTED)


def reads_again(tried: Trial) -> bool:
    """Whether any delivery is to be read again."""
    return any(_to_read(each) for each in tried.tried)


def _to_read(each: Tried) -> bool:
    accepted = each.head is not None and each.head.status == "accepted"
    return each.verdict is Verdict.ACCEPTED or (each.verdict is Verdict.NOT_TRIED and not accepted)


def _portions(chosen: Sequence[Tried]) -> Iterator[list[Tried]]:
    """Never a part of what is read again of one delivery: it is read once."""
    portion: list[Tried] = []
    for each in chosen:
        if len(portion) >= AT_ONCE and each.delivery != portion[-1].delivery:
            yield portion
            portion = []
        portion.append(each)
    if portion:
        yield portion


def _work(portion: Sequence[Tried], row: ReplayRow, done: Done, naming: Naming) -> Callable[[Transaction], None]:
    def work(tx: Transaction) -> None:
        items: list[ReplayItem] = []
        again: dict[str, list[ReplayItem]] = {}
        for each in portion:
            if _to_read(each):
                again.setdefault(each.delivery, []).append(_item(row, each, How.READ))
            elif each.head is not None and row.as_new:
                items.append(_as_new(tx, row, each, naming))
                done.new += 1
            elif each.head is not None:
                out = tx.replay_event(each.head.id)
                done.published += out
                done.waiting += not out
                items.append(replace(_item(row, each, How.PUBLISHED), became=each.head.id, done_at=row.at))
        for delivery, waiting in again.items():
            items += _read_again(tx, row, delivery, waiting, done)
        tx.add_replay_items(items)

    return work


def _item(row: ReplayRow, each: Tried, how: How) -> ReplayItem:
    head, message = each.head, each.message
    place = head.position if head is not None else message.position if message is not None else 0
    return ReplayItem(row.id, each.delivery, head.id if head is not None else f"{place or ''}", place, how)


def _read_again(
    tx: Transaction, row: ReplayRow, delivery: str, waiting: Sequence[ReplayItem], done: Done
) -> Sequence[ReplayItem]:
    """Has a delivery read again; not where something else began that meanwhile."""
    found = tx.delivery(delivery)
    if found is None or found.state is DeliveryState.RECEIVED:
        return ()
    tx.reopen_delivery(delivery, forget=found.held)
    open_ = tx.list_exceptions(Wanted(delivery=delivery), limit=_MOST_EXCEPTIONS).rows
    told = [each.id for each in open_ if each.parcel is None and each.document is None]
    tx.resolve_exceptions(told, row.at, f"read again: replay {row.id}", row.by)
    done.read += len(waiting)
    done.deliveries += 1
    return waiting


def _as_new(tx: Transaction, row: ReplayRow, each: Tried, naming: Naming) -> ReplayItem:
    """What it says today, as a document and an event of their own that name the first ones."""
    head = each.head
    assert head is not None  # noqa: S101 - asked before
    item = _item(row, each, How.NEW)
    before = sum(own.how is How.NEW and own.document == head.id for _, own in tx.replays_of(head.id))
    id = replay_id(head.id, before + 1)
    document, event = _today(tx, each, each.message, naming)
    attributes = {**event.attributes, "id": id, "replayof": head.id}
    tx.add_documents([replace(document, id=id, direction=REPLAYED, recorded_at=row.at)])
    tx.add_events([replace(event, id=id, document=id, attributes=attributes, replay_of=head.id)])
    return replace(item, became=id, done_at=row.at)


def _today(
    tx: Transaction, each: Tried, message: Message | None, naming: Naming
) -> tuple[DocumentRow, NewEvent]:  # fmt: skip
    assert each.head is not None  # noqa: S101 - asked before
    if message is not None:
        delivery = tx.delivery(each.delivery)
        assert delivery is not None  # noqa: S101 - it was read
        return rows_of(message, delivery_of(delivery, b""), naming)
    document, event = tx.document(each.head.id), tx.event(each.head.id)
    assert document is not None and event is not None  # noqa: S101 - what was accepted has both
    return document, NewEvent(
        id=event.id, document=event.id, delivery=each.delivery, routing_key=event.routing_key,
        ordering_key=event.ordering_key, attributes=event.attributes,
    )  # fmt: skip
