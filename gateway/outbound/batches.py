"""Queueing a document: alone in its parcel, or together with others of its kind where that was agreed."""

from dataclasses import replace
from datetime import datetime

from adapters.partner import Agreement
from gateway.ledger.contract import Transaction
from gateway.ledger.outbound_records import OpenBatch, ParcelDocumentRow
from gateway.ledger.records import ParcelRow


def fits(open: OpenBatch, size: int, *, count: int, bytes: int) -> bool:
    """Whether a document of this size may join."""
    return open.documents < count and open.size + size <= bytes


def queue(
    tx: Transaction, row: ParcelRow, document: ParcelDocumentRow, agreed: Agreement | None, format: str, now: datetime
) -> str:
    """Queues a document; returns the id of the parcel that it goes out with.

    With a batch agreed it joins the parcel of its partner, channel, kind and usage that is open, until that one is full
    or its time ends. One that does not fit any more closes the batch and begins the next.
    """
    if agreed is None:
        tx.add_parcel(row, [document])
        return row.id
    row = replace(
        row,
        awaits=None if agreed.acknowledgment == "none" or format != "x12" else agreed.acknowledgment,
        answer_seconds=int(agreed.answered_within.total_seconds()) if agreed.answered_within else None,
    )
    if row.awaits is not None:
        row = replace(row, await_seconds=int(agreed.acknowledged_within.total_seconds()))
    batch = agreed.batch
    if batch is None:
        tx.add_parcel(row, [document])
        return row.id
    open = tx.open_batch(row.partner, row.channel, row.kind, row.usage or "", now)
    if open is not None and not fits(open, document.size, count=batch.count, bytes=batch.bytes):
        tx.close_batch(open.parcel)
        open = None
    if open is None:
        closes_at = now + batch.window if batch.count > 1 and document.size < batch.bytes else None
        tx.add_parcel(replace(row, closes_at=closes_at), [document])
        return row.id
    joined = OpenBatch(open.parcel, open.documents + 1, open.size + document.size)
    place = replace(document, parcel=open.parcel, position=joined.documents)
    tx.join_parcel(place, full=not fits(joined, 1, count=batch.count, bytes=batch.bytes))
    return open.parcel
