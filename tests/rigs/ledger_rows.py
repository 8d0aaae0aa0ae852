"""Rows for tests of the ledger: short to write, complete, the same each time."""

import hashlib
from datetime import UTC, datetime, timedelta

from gateway.ledger.contract import Transaction
from gateway.ledger.records import (
    DeliveryRow,
    DeliveryState,
    DocumentRow,
    ExceptionRow,
    InterchangeRow,
    NewEvent,
    ParcelRow,
    ParcelState,
    ProblemRow,
)

NOW = datetime(2026, 3, 4, 5, 6, 7, 891011, tzinfo=UTC)


def later(seconds: float) -> datetime:
    """So much after NOW."""
    return NOW + timedelta(seconds=seconds)


def sha256(content: bytes) -> str:
    """In hexadecimal."""
    return hashlib.sha256(content).hexdigest()


def delivery(
    id: str, content: bytes = b"ISA*00*", *, origin: str | None = None, channel: str = "suppliers",
    state: DeliveryState = DeliveryState.RECEIVED, outcome: str | None = None, partner: str | None = None,
    repeats: str | None = None,
) -> DeliveryRow:  # fmt: skip
    """A delivery of these bytes."""
    return DeliveryRow(
        id=id, channel=channel, name=f"{id}.edi", origin=origin or f"origin of {id}", sha256=sha256(content),
        size=len(content), received_at=NOW, state=state, partner=partner, outcome=outcome, repeats=repeats,
    )  # fmt: skip


def document(
    id: str, of: str, *, position: int = 1, body: bytes | None = None, status: str = "accepted",
    partner: str = "acme", document_type: str = "purchase_order", number: str = "4711", interchange: str = "000000001",
) -> DocumentRow:  # fmt: skip
    """A document whose body names its id."""
    return DocumentRow(
        id=id, delivery=of, position=position, partner=partner, document_type=document_type, number=number,
        correlation=number, status=status, standard="X12", message_type="850", interchange=interchange, group="1",
        transaction="0001", body=f'{{"id":"{id}"}}'.encode() if body is None else body, recorded_at=NOW,
    )  # fmt: skip


def event(id: str, of: str, *, key: str = "acme:4711", routing: str = "supply.a", held: bool = False) -> NewEvent:
    """An event of the document with the same id."""
    return NewEvent(
        id=id, document=id, delivery=of, routing_key=routing, ordering_key=key,
        attributes={"id": id, "subject": "Größe 4711"}, held=held,
    )  # fmt: skip


def interchange(id: str, of: str, *, verdict: str = "accepted", at: datetime = NOW, control: str = "000000001") -> (
    InterchangeRow
):  # fmt: skip
    """An interchange from ACME to us."""
    return InterchangeRow(
        id=id, delivery=of, partner="acme", sender="01:ACME", receiver="01:US", control_number=control, usage="P",
        sha256=sha256(id.encode()), verdict=verdict, recorded_at=at,
    )  # fmt: skip


def problem(of: str, *, belongs: str | None = None, body: bytes = b'{"code":"X12-E0307"}') -> ProblemRow:
    """A problem."""
    return ProblemRow(of, belongs, "X12-E0307", "error", body)


def parcel(
    id: str, *, of: str | None = None, answers: str | None = None, state: ParcelState = ParcelState.QUEUED,
    content: bytes | None = None, repeats: str | None = None,
) -> ParcelRow:  # fmt: skip
    """An answer to be sent."""
    return ParcelRow(
        id=id, partner="acme", channel="suppliers", kind="997", body=b'{"kind":"997"}', context={"release": "004010"},
        state=state, created_at=NOW, delivery=of, interchange=answers, name=f"{id}.edi" if content else None,
        content=content, control_number="7" if content else None, repeats=repeats,
    )  # fmt: skip


def exception(id: str, *, of: str | None = None) -> ExceptionRow:
    """Something for a person."""
    return ExceptionRow(id, "technical", "X12-E0307", "acme", of, None, "one line", NOW)


def record(tx: Transaction, id: str, events: int = 1, *, key: str = "acme:4711", held: bool = False) -> list[str]:
    """One delivery with its documents and events, recorded; returns the ids of the events in order."""
    content = f"content of {id}".encode()
    tx.add_delivery(delivery(id, content), content)
    ids = [f"{id}-{place}" for place in range(1, events + 1)]
    tx.add_documents([document(one, id, position=place) for place, one in enumerate(ids, 1)])
    tx.add_events([event(one, id, key=key, held=held) for one in ids])
    tx.finish_delivery(id, partner="acme", outcome="accepted", accepted=events, rejected=0, summary="fine")
    return ids
