"""Answers that were given before, sent once more."""

from datetime import datetime

from gateway.ids import NewId
from gateway.ledger.contract import Transaction
from gateway.ledger.records import ParcelRow, ParcelState


def repeat_answers(tx: Transaction, interchange: str, delivery: str, new_id: NewId, now: datetime) -> None:
    """Sends the answers to an interchange once more, byte for byte.

    Answers that were not rendered yet are still to be sent for the first time and need no repeat.
    """
    for first in tx.parcels_answering(interchange):
        if first.content is None or first.name is None:
            continue
        id = new_id()
        stem, _, suffix = first.name.rpartition(".")
        tx.add_parcel(
            ParcelRow(
                id=id, partner=first.partner, channel=first.channel, kind=first.kind, body=first.body,
                context=first.context, state=ParcelState.READY, created_at=now, delivery=delivery,
                interchange=interchange, name=f"{stem}-again-{id[-6:]}.{suffix}", content=first.content,
                control_number=first.control_number, repeats=first.id,
            )
        )  # fmt: skip
