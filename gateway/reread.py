"""A delivery that is read again: as the ledger has it, and with what was accepted of it before left as it is."""

from collections.abc import Sequence
from datetime import datetime

from adapters.contracts import Content, Delivery
from gateway.ledger.contract import Transaction
from gateway.ledger.records import DeliveryRow, EventState
from gateway.rows import Collected

_RECEIVED = "received"


def delivery_of(row: DeliveryRow, content: Content) -> Delivery:
    """A delivery as the ledger has it."""
    return Delivery(
        id=row.id, channel=row.channel, name=row.name, origin=row.origin, content=content, sha256=row.sha256,
        received_at=row.received_at, sender=row.sender,
    )  # fmt: skip


def keep_accepted(tx: Transaction, delivery: str, done: Sequence[Collected]) -> None:
    """What was accepted once stays so, whatever the settings of today make of it: it was told to its sender, and to
    everybody downstream. An interchange in which something would be rejected now gives no new answers."""
    # What this reading wrote already, slice by slice, nobody has seen yet.
    written = [id for collected in done for id in collected.written]
    unseen = {id for id in written if (event := tx.event(id)) is not None and event.state is EventState.HELD}
    known = {place for place, id in _accepted(tx, delivery).items() if id not in unseen}
    if not known:
        return
    for collected in done:
        collected.known = frozenset(known)
        gone = {id: kind for id, (place, kind) in collected.refused.items() if place in known}
        if not gone:
            continue
        collected.answered = True
        tx.drop_documents([id for id in collected.written if id in gone])
        collected.written = [id for id in collected.written if id not in gone]
        collected.documents = [row for row in collected.documents if row.id not in gone]
        collected.events = [event for event in collected.events if event.document not in gone]
        collected.problems = [entry for entry in collected.problems if entry[0] not in gone]
        for kind in gone.values():
            collected.tally[kind, "rejected"] -= 1
            collected.tally[kind, "accepted"] += 1


def settle(tx: Transaction, delivery: str, now: datetime) -> None:
    """Tells the replays that waited for this delivery what became of it."""
    if tx.undone_items(delivery):
        tx.settle_items(delivery, _accepted(tx, delivery), now)


def _accepted(tx: Transaction, delivery: str) -> dict[int, str]:
    """Ids of what was accepted of a delivery, by place."""
    return {
        head.position: head.id
        for head in tx.document_heads(delivery)
        if head.status == "accepted" and head.direction == _RECEIVED
    }
